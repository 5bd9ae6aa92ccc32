/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_SOURCE_PATCHWORK_H
#define DMALAB_STAGE_SOURCE_PATCHWORK_H

#include "base/hash.h"
#include "stage/source/room.h"

/* A Patchwork server that is asked. */
struct pw {
	struct net *net;
	const char *url; /* its root */
	char *api;	 /* "https://HOST/api/1.3" */
};

void pw_done(struct pw *p);
/* Finds the version of the API: 1.3, or what the server has. */
int pw_open(struct pw *p, struct net *net, const char *url, struct err *err)
	__attribute__((warn_unused_result));
/* A URL that the server gave, if it leads to the server itself; NULL: it does not. Caller frees. */
char *pw_link(const struct pw *p, const char *url);
/* GETs JSON; *next (may be NULL) is the next page of a list, NULL: none. Errors of net_ask(). */
int pw_ask(struct pw *p, const char *url, json_t **ret, char **next, struct err *err)
	__attribute__((warn_unused_result));
/* Whether an error is about the one thing that was asked for: asking again does not help. */
bool pw_is_lasting(int r);

enum { PW_DATE_LEN = 32 };
/* Takes a naive time stamp of the server, "2026-11-23T01:19:10.956191"; false: it is none. */
bool pw_date(const char *text, char date[PW_DATE_LEN]);
/* The same some seconds earlier, in the server's own time, whatever that is. */
void pw_date_minus(char date[PW_DATE_LEN], int64_t seconds);

/* A cover letter or patch. */
struct pw_mail {
	int64_t id;
	char *msgid; /* without angle brackets */
	char *page;  /* where people find it; "" */
	char *mbox;  /* "" */
};

struct pw_series {
	int64_t id;
	char *page, *mbox;
	struct pw_mail cover; /* id -1: none */
	struct pw_mail *patches;
	size_t n, cap;
	char digest[HASH_HEX_LEN]; /* over the patches' Message-IDs in their order */
};

enum { PW_PATCHES_MAX = 10000 };

void pw_mail_done(struct pw_mail *m);
void pw_series_done(struct pw_series *s);
/* -EINVAL: it is none. */
int pw_mail_read(const struct pw *p, const json_t *j, struct pw_mail *ret, struct err *err)
	__attribute__((warn_unused_result));
int pw_series_read(const struct pw *p, const json_t *j, struct pw_series *ret, struct err *err)
	__attribute__((warn_unused_result));

/* Appends the patches of a series, or a cover, patch. */
int pw_series_mails(struct pw *p, const struct pw_series *s, struct source_batch *ret,
		    struct err *err) __attribute__((warn_unused_result));
int pw_mail_mails(struct pw *p, const struct pw_mail *m, struct source_batch *ret, struct err *err)
	__attribute__((warn_unused_result));

/*
 * In this order: whoever looked at a series after it was complete need not look again because it
 * was created, but the other way round.
 */
enum pw_events { PW_COMPLETED, PW_CREATED, PW_COVER, PW_EVENTS };

/*
 * Where a poll of Patchwork stood: per kind of event the date up to which all were seen, as the
 * server writes dates; `floor`, the series up to which the sweep does not look.
 */
struct pw_cursor {
	char *project; /* NULL: there was no poll */
	char mark[PW_EVENTS][PW_DATE_LEN];
	int64_t floor, newer_floor; /* the second one takes the first one's place, in time */
	int64_t floor_time, sweep;  /* when that was noted; when the last sweep was */
};

void pw_cursor_read(const char *text, struct pw_cursor *ret);
char *pw_cursor_write(const struct pw_cursor *c); /* caller frees */
void pw_cursor_done(struct pw_cursor *c);

/* One poll. */
struct pw_poll {
	struct feed *f;
	struct pw pw;
	struct pw_cursor c;
	int64_t *seen; /* series that were looked at */
	size_t n_seen, cap_seen;
	bool new_page; /* of a list */
	bool sweeping; /* what is put aside is tried again */
};

/* Hands over what there is, with the cursor as it is. */
int pw_take(struct pw_poll *p, struct err *err) __attribute__((warn_unused_result));
/* 1: the key was handed over before, or waits to be. */
int pw_known(struct pw_poll *p, const char *key, struct err *err)
	__attribute__((warn_unused_result));
/*
 * What may pass (-EAGAIN) happened to one thing, while the server answers otherwise. `r`, to end
 * the poll with; 0 from the fifth poll on: it is put aside, which is noted once, until a sweep
 * tries it.
 */
int pw_trouble(struct pw_poll *p, int r, const char *key, struct err *err)
	__attribute__((warn_unused_result));
/* Brings what is new of a series by its number, once a poll; or of one that was read. */
int pw_series_visit(struct pw_poll *p, int64_t id, struct err *err)
	__attribute__((warn_unused_result));
int pw_series_bring(struct pw_poll *p, const struct pw_series *s, struct err *err)
	__attribute__((warn_unused_result));
int pw_cover_bring(struct pw_poll *p, const struct pw_mail *cover, struct err *err)
	__attribute__((warn_unused_result));

#endif
