/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_WEB_SITE_H
#define DMALAB_WEB_SITE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct cache;
struct config;
struct err;
struct http_answer;
struct http_request;
struct http_sent;
struct rate;
struct store;
struct web_options;

enum { SITE_STATUSES = 600 };

/* What a server of pages has. Zero with config and options set, and site_done() at its end. */
struct site {
	const struct config *config;
	const struct web_options *options;
	struct store *store; /* NULL: not open now */
	dev_t dev;	     /* of the database that is open */
	ino_t ino;
	int64_t version; /* store_version() that the cache is of */
	int64_t used_ms; /* when the store was last asked */
	bool is_fresh;	 /* that it is as before was looked at in this turn */
	struct cache *cache;
	struct rate *wrong;	     /* tokens, from an address */
	char *said;		     /* the trouble that was told last */
	int64_t said_ms;	     /* and when */
	int64_t sent[SITE_STATUSES]; /* answers, by status */
};

void site_done(struct site *s);

/* Has the store open, as it is now; what was kept of an older one is gone. */
int site_store(struct site *s, struct err *err) __attribute__((warn_unused_result));
/* Closes a store that nobody asks, so that who upgrades need not wait. Returns how many ms it may
 * take until it is to be called again. */
int site_rest(struct site *s);

/* Answers a request: an http_answer_fn. */
void site_answer(void *site, const struct http_request *req, struct http_answer *ret);
/* Counts what was sent, and logs it: an http_sent_fn. */
void site_sent(void *site, const struct http_sent *sent);
/* Tells the operator, though not the same again and again. */
void site_trouble(struct site *s, const char *text);

#endif
