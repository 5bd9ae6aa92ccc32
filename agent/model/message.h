/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_MESSAGE_H
#define DMALAB_MODEL_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

/* What leaves the house. */
enum message_kind {
	MESSAGE_MAIL,
	MESSAGE_CHECK, /* of a patch on a Patchwork server */
	MESSAGE_KCIDB, /* a submission */
};

const char *message_kind_name(enum message_kind k); /* "mail", "check", "kcidb" */
int message_kind_parse(const char *word, enum message_kind *ret);

enum message_state {
	MESSAGE_HELD,	 /* waits for the operator's word: .why */
	MESSAGE_WAITING, /* for its turn, from .not_before on */
	MESSAGE_SENDING, /* a try has begun, and nobody knows yet what came of it */
	MESSAGE_SENT,
	MESSAGE_DROPPED, /* by the operator, or by a newer one: .why */
	MESSAGE_FAILED,	 /* refused for good, or tried too often: .why */
};

const char *message_state_name(enum message_state s); /* "held", "waiting", … */
int message_state_parse(const char *word, enum message_state *ret);

/* One message to one receiver. Strings are owned, "" where there is none. */
struct message {
	int64_t num;
	enum message_kind kind;
	enum message_state state;
	char *key;	/* the same message has the same key, for ever: of a mail its Message-ID */
	char *subject;	/* one line for lists: a mail's subject, a check's state and context */
	char *to;	/* of a mail: addresses, a line each; of a check: a source of lab.yaml; of
			 * KCIDB: "" */
	char *body;	/* of a mail: all of it, as it is sent; of a check: JSON {"msgid", "state",
			 * "context", "description", "target_url"}; of KCIDB: the document */
	int64_t series; /* that it is about; 0 none */
	char *verdict_id;   /* likewise */
	int64_t created;    /* seconds since 1970 */
	int64_t not_before; /* likewise; 0 at once */
	int64_t tried;	    /* when the last try began; 0 never */
	int64_t ended;
	int attempts;
	char *why;
};

struct message_list {
	struct message *v;
	size_t n, cap;
};

/* "" everywhere, MESSAGE_WAITING. */
struct message *message_add(struct message_list *l, enum message_kind kind);
void message_done(struct message *m);
void message_list_done(struct message_list *l);

#endif
