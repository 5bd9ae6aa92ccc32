/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STORE_INGEST_H
#define DMALAB_STORE_INGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/mail.h"

struct err;
struct store;

/*
 * Mails on their way to series. First they are stored with the cursor of their source (one
 * transaction), unsorted; then they are sorted into series together with the mails they may belong
 * to (another). A killed run takes up what is unsorted.
 * As in store.h: each function that writes is one transaction, durable when it returns.
 */

/*
 * Writes of this store that follow become one transaction, durable with together_commit() and
 * undone by together_done() without it. After one that failed there is nothing to commit: -EIO.
 */
struct together {
	struct store *store;
};

int together_begin(struct store *s, struct together *ret, struct err *err)
	__attribute__((warn_unused_result));
int together_commit(struct together *t, struct err *err) __attribute__((warn_unused_result));
void together_done(struct together *t);

/* Where a source stands, "" where it never was asked. Caller frees. */
int store_cursor_get(struct store *s, const char *source, char **ret, struct err *err)
	__attribute__((warn_unused_result));
/* 1: the source handed this key on before; 0 not. */
int store_key_known(struct store *s, const char *source, const char *key, struct err *err)
	__attribute__((warn_unused_result));

/* A mail as it is to be stored; all borrowed. */
struct mail_in {
	const struct mail *mail;
	const char *raw; /* kept (packed) of patches and covers, and of what has a .reason, up to
			  * MAIL_RAW_MAX; of others the header's facts only */
	size_t len;
	const char *origin;
};

enum { MAIL_RAW_MAX = 16 << 20 };

/*
 * Stores mails, the cursor (NULL: stays) and the keys of a source. A mail that is there (the same
 * Message-ID and mail.hash) stays as it is, and notes the further source; a mail without a
 * Message-ID is known by its hash alone. Keys older than SOURCE_KEY_DAYS may be dropped meanwhile.
 * *n_new: mails that were not there.
 */
int store_mails_put(struct store *s, const char *source, const struct mail_in *v, size_t n,
		    const char *cursor, const struct strv *keys, size_t *n_new, struct err *err)
	__attribute__((warn_unused_result));

/* A stored mail. mail.diff is NULL; message and paths are there of patches and covers. */
struct mail_row {
	int64_t num;
	struct mail mail;
	struct strv sources; /* that brought it */
	char *origin;
	bool raw;    /* the bytes are kept: store_mail_raw() */
	bool sorted; /* it was sorted before */
};

struct mail_row_list {
	struct mail_row *v;
	size_t n, cap;
	int64_t sorting; /* of store_mails_unsorted(), for store_series_put(); 0 of others */
};

void mail_row_done(struct mail_row *r);
void mail_row_list_done(struct mail_row_list *l);

/*
 * Up to `limit` patches and covers that were not sorted yet, and then all those, sorted before,
 * that they may belong to: that have one of their ids in their own id or refs (or theirs in their
 * refs), whatever their sender sent within SERIES_WINDOW_S, that have their change-id, that their
 * sender sent under their name in the last two years; and the whole of every series that one of
 * these is in. At most MAILS_NEAR_MAX are added (the nearest in time first): a limit against
 * hostile mail.
 */
int store_mails_unsorted(struct store *s, size_t limit, struct mail_row_list *ret, struct err *err)
	__attribute__((warn_unused_result));

enum { MAILS_NEAR_MAX = 20000 };

/* The mails with this Message-ID, the newest first. */
int store_mails_by_id(struct store *s, const char *msgid, struct mail_row_list *ret,
		      struct err *err) __attribute__((warn_unused_result));

/* A mail's bytes as they came. -ENOENT: they were not kept, or gc took them. */
int store_mail_raw(struct store *s, int64_t mail, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));

/* A series of the store. Strings are owned, "" where there is none. */
struct series_row {
	int64_t num;	  /* stays the same while mails join it */
	char *message_id; /* of the cover, else of its first patch */
	char *name;
	char *author; /* "Name <mail>" of its first mail */
	char *source; /* that brought its first mail */
	int version, revision, total;
	size_t received;
	bool complete, full_complete, rfc, resend;
	int64_t older;	   /* series that this one supersedes; 0 none */
	int64_t newer;	   /* the series that supersedes this one; 0 none */
	int64_t same;	   /* the earlier one with the same patches; 0 none */
	int64_t cover;	   /* mail; 0 none */
	bool cover_wanted; /* a patch answers a mail that is not there, and there is no cover */
	int64_t *full;	   /* mails to be applied, in order, an older version's among them */
	size_t n_full;
	struct mail_needs needs;
	char digest[65]; /* over Message-ID and hash of `full` and of nothing else: what a task's
			    key is made of */
	int64_t time;	 /* of its first mail, by its date */
	int64_t created, changed; /* in the store */
	char *decision;		  /* what was decided about it, for people: store_series_decide() */
};

struct series_row_list {
	struct series_row *v;
	size_t n, cap;
};

void series_row_done(struct series_row *r);
void series_row_list_done(struct series_row_list *l);

/*
 * Stores what series_assemble() made of `mails`, and that those are sorted. A series keeps its
 * number as long as one of its own mails is in it; where two meet, the lower one stays and the
 * other's tasks go over to it. Those that are new or changed come back, in the order of their
 * numbers. Where another process sorted since store_mails_unsorted(), nothing is stored and nothing
 * comes back: the mails are still unsorted.
 */
int store_series_put(struct store *s, const struct mail_row_list *mails,
		     const struct mail_series_list *l, struct series_row_list *changed,
		     struct err *err) __attribute__((warn_unused_result));

/* By the Message-ID of any of its mails, or by number; 0: there is none. The newest where there are
 * several. */
int store_series_find(struct store *s, const char *msgid, struct series_row *ret, struct err *err)
	__attribute__((warn_unused_result));
int store_series_get(struct store *s, int64_t num, struct series_row *ret, struct err *err)
	__attribute__((warn_unused_result));
/* Its cover and patches (the full ones), cover first. */
int store_series_mails(struct store *s, int64_t num, struct mail_row_list *ret, struct err *err)
	__attribute__((warn_unused_result));
/* "relevant: …", "not relevant: …", "not whole: 2 of 3": replaces what was decided before. */
int store_series_decide(struct store *s, int64_t num, const char *decision, struct err *err)
	__attribute__((warn_unused_result));
/*
 * Series without a decision, oldest first: store_series_put() takes it from all that are new or
 * changed, so that a run that is killed before it has decided takes them up.
 */
int store_series_undecided(struct store *s, int limit, struct series_row_list *ret, struct err *err)
	__attribute__((warn_unused_result));
/* Newest first. */
int store_series_list(struct store *s, int limit, struct series_row_list *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
