/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_SOURCE_ROOM_H
#define DMALAB_STAGE_SOURCE_ROOM_H

#include <jansson.h>
#include <stdbool.h>

#include "net/net.h"
#include "stage/source/source.h"

/* What the files of this room share. */

/* What is on its way from a source to its host. */
struct feed {
	const struct source_spec *spec;
	const struct source_host *host;
	struct net *net; /* NULL of a folder */
	struct source_batch batch;
	size_t bytes;
};

enum { FEED_BYTES = 32 << 20 }; /* of mails in a batch: above that it is handed over */

/* Both take over raw and origin. */
void batch_own(struct source_batch *b, char *raw, size_t len, char *origin);
void feed_mail(struct feed *f, char *raw, size_t len, char *origin);
bool feed_full(const struct feed *f);
/* Hands over what there is, even if that is only the cursor; the batch is empty then. */
int feed_take(struct feed *f, const char *cursor, struct err *err)
	__attribute__((warn_unused_result));

int folder_poll(struct feed *f, const char *cursor, struct err *err)
	__attribute__((warn_unused_result));
int inbox_poll(struct feed *f, const char *cursor, struct err *err)
	__attribute__((warn_unused_result));
int patchwork_poll(struct feed *f, const char *cursor, struct err *err)
	__attribute__((warn_unused_result));

/* A network handle with lab.yaml's limits. */
int source_net(const struct config *c, int cancel_fd, struct net **ret, struct err *err)
	__attribute__((warn_unused_result));

enum { MBOX_MAILS = 20000 };

/*
 * Adds the mails of an mbox in memory, each with what origin() makes of it (owned). What is behind
 * MBOX_MAILS is passed over with a note.
 */
int mbox_mails(const char *data, size_t len,
	       char *(*origin)(void *arg, const char *raw, size_t len), void *arg,
	       struct source_batch *ret, struct err *err) __attribute__((warn_unused_result));

/* The first Message-ID of a mail's header without angle brackets, "" without one. Caller frees. */
char *raw_msgid(const char *raw, size_t len);
/* A Message-ID as a part of a URL's path; "@" stays, as people know it. */
void msgid_escape(struct buf *b, const char *msgid);

/* What gzip (RFC 1952) packed. -EFBIG: it is longer than `limit`; -EAGAIN: cut or broken. */
int gunzip(const char *data, size_t len, size_t limit, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));

/*
 * A server's JSON. Bytes that are no UTF-8 count as "?". NULL: it is none, with *err -EAGAIN, since
 * an answer that was cut looks like that. Caller: json_decref().
 */
json_t *json_read(const char *data, size_t len, struct err *err);
static inline void json_done(json_t **j)
{
	json_decref(*j);
}
/* A text of an object; "" where there is none, or one that no server would send. */
const char *json_text(const json_t *o, const char *key);
/* A number that is not negative; -1: there is none. */
int64_t json_number(const json_t *o, const char *key);

#endif
