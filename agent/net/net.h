/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_NET_NET_H
#define DMALAB_NET_NET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct err;
struct net; /* one libcurl handle with its kept connections; not for threads */

/* How we behave towards servers. Zero of a number is its default. */
struct net_manners {
	size_t answer_bytes; /* the longest answer that is taken; default 64 MiB */
	int answer_ms;	     /* for one try, connecting included; default 60 s */
	int tries;	     /* of what can be tried again; default 4 */
	int backoff_ms;	     /* before the second try; doubled each time, at most 60 s, with a
			      * jitter of half of it; default 1 s */
	int cancel_fd;	     /* readable: stop at once; -1 none */
};

int net_open(const struct net_manners *m, struct net **ret, struct err *err)
	__attribute__((warn_unused_result));
void net_freep(struct net **net); /* NULL is fine */

struct net_request {
	const char *url;   /* http or https; others are refused */
	const char *token; /* "Authorization: Token …"; goes to `host` only and into no message;
			      NULL none */
	const char *host;  /* the "host:port" of lab.yaml's URL that the token is for; NULL with no
			      token */
	const char *post;  /* body; NULL: GET */
	const char *post_type;	   /* its Content-Type */
	const char *etag;	   /* of an answer that the caller has: If-None-Match; NULL none */
	const char *last_modified; /* likewise: If-Modified-Since */
};

/* Zero is nothing; the caller's: net_answer_done(). Header values are "" where there is none. */
struct net_answer {
	int status;
	struct buf body; /* decoded, where it came gzipped by Content-Encoding */
	char *type;	 /* Content-Type, lower case, without parameters */
	char *link_next; /* URL of the Link header with rel="next" */
	char *etag, *last_modified;
	char *location;
	char *date; /* of the server, as it says it */
};

void net_answer_done(struct net_answer *a);

/*
 * Asks a server. 0: it answered with 2xx or 304. Otherwise *err says host, status and what to do:
 *   -ENOENT        404, 410
 *   -EACCES        401, 403
 *   -EINVAL        any other 4xx, and a URL that is none: asking again does not help
 *   -EAGAIN        what may pass: no connection, time-out, 408, 429, 5xx, HTML where the caller's
 *                  type was JSON (net_json()); tried as often as manners say, with Retry-After
 *                  (at most 5 minutes) in place of the backoff where the server names one
 *   -EFBIG         the answer is longer than manners allow
 *   -ECANCELED     cancel_fd
 * A POST is sent once: who wants it twice has to look first. GET follows at most 5 redirects, never
 * from https to http, and not with the token to another host; POST follows none (-EINVAL says where
 * to).
 */
int net_ask(struct net *n, const struct net_request *req, struct net_answer *ret, struct err *err)
	__attribute__((warn_unused_result));

/* What a try came to, and whether and when another follows: a pure function, for net_ask() and its
 * tests. */
enum net_fault { NET_NONE, NET_NO_ANSWER, NET_STATUS, NET_WRONG_TYPE, NET_TOO_LONG };
/* Milliseconds until the next try; -1: there is none. `random` is any number: it makes the jitter.
 */
int net_retry_ms(const struct net_manners *m, enum net_fault fault, int status, int retry_after_s,
		 int tried, unsigned random);

/* "host:port" of a URL, lower case, with the scheme's default port; NULL: not http or https. Caller
 * frees. */
char *net_host(const char *url);
/* Appends text with all but unreserved characters as %XX: a part of a path, a value of a query. */
void net_escape(struct buf *b, const char *text);

#endif
