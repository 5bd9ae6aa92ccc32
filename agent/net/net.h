/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_NET_NET_H
#define DMALAB_NET_NET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct err;
struct net; /* one libcurl handle with its kept connections; not for threads, nor across fork() */

/*
 * How we behave towards servers: certificates are checked, no cookies are kept, no .netrc is read,
 * and the usual variables (http_proxy, https_proxy, no_proxy) name a proxy, as they do for git.
 */

/* Zero of a number is its default. */
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
	const char *url;   /* http or https, without a user name; others are refused */
	const char *token; /* "Authorization: Token …"; goes to `host` only and into no message;
			      NULL none */
	bool bearer;	   /* "Authorization: Bearer …" in its place */
	const char *host;  /* the "host:port" of lab.yaml's URL that the token is for; NULL with no
			      token */
	const char *post;  /* body; NULL: GET */
	bool *untaken;	   /* of a POST with -EAGAIN: true where it certainly was not taken, for
			    * no connection came about, or by the server's 429; NULL: no matter */
	const char *post_type; /* its Content-Type */
	const char *put;       /* path of a file that is sent by PUT; NULL none */
	const char *want_type; /* "application/json": an answer 2xx of another type, as a proxy's
				* page of HTML, is trouble that may pass; NULL any */
	const char *etag;      /* of an answer that the caller has: If-None-Match; NULL none */
	const char *last_modified; /* likewise: If-Modified-Since */
};

/* Zero is nothing; the caller's: net_answer_done(). Header values are "" where there is none. */
struct net_answer {
	int status;
	struct buf body; /* decoded, where it came gzipped by Content-Encoding: a file x.gz may or
			  * may not, by server */
	char *type;	 /* Content-Type, lower case, without parameters */
	char *link_next; /* URL of the Link header with rel="next", whole; its host is unchecked */
	char *etag, *last_modified;
	char *location; /* likewise whole */
	char *date;	/* of the server, as it says it */
};

void net_answer_done(struct net_answer *a);

/*
 * Asks a server. 0: it answered with 2xx or 304. Otherwise *err says host, status and what to do:
 *   -ENOENT        404, 410
 *   -EACCES        401, 403
 *   -EINVAL        any other 4xx, and a URL that is none: asking again does not help
 *   -EAGAIN        what may pass: no connection, time-out, a cut answer, 408, 429, 5xx, an answer
 *                  that is not of want_type; tried as often as manners say, with Retry-After
 *                  (at most 5 minutes) in place of the backoff where the server names one
 *   -EFBIG         the answer is longer than manners allow
 *   -ECANCELED     cancel_fd
 * A POST is sent once (after -EAGAIN it may have been stored): who wants it twice has to look
 * first. GET follows at most 5 redirects, never from https to http, and not with the token to
 * another host; POST and PUT follow none (-EINVAL says where to).
 */
int net_ask(struct net *n, const struct net_request *req, struct net_answer *ret, struct err *err)
	__attribute__((warn_unused_result));

/* What a try came to, and whether and when another follows: a pure function, for net_ask() and its
 * tests. */
enum net_fault { NET_NONE, NET_NO_ANSWER, NET_STATUS, NET_WRONG_TYPE, NET_TOO_LONG };
/*
 * Milliseconds until the next try, after `tried` of them; -1: there is none. retry_after_s is what
 * the server said, 0 or less for nothing. `random` is any number: it makes the jitter.
 */
int net_retry_ms(const struct net_manners *m, enum net_fault fault, int status, int retry_after_s,
		 int tried, unsigned random);

/*
 * A token or password: a file of one line that others may not read (-EACCES). Caller frees; no
 * message holds it.
 */
int net_secret_read(const char *path, char **ret, struct err *err)
	__attribute__((warn_unused_result));
/* Whether two secrets are the same; takes as long wherever they differ. */
bool net_secret_same(const char *secret, const char *given);

/* "host:port" of a URL, lower case, with the scheme's default port; NULL: not http or https, or
 * with a user name. Caller frees. */
char *net_host(const char *url);
/* Appends text with all but unreserved characters as %XX: a part of a path, a value of a query. */
void net_escape(struct buf *b, const char *text);

#endif
