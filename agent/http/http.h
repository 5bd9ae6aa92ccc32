/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_HTTP_HTTP_H
#define DMALAB_HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct err;

/*
 * A small HTTP server (libmicrohttpd), for those who ask and may be hostile: bounded header, body,
 * connections an address, and time. GET, HEAD and POST only. It answers in its caller's thread,
 * while http_step() runs.
 */
struct http_server;

/* Zero of a number is its default. */
struct http_limits {
	int connections;	 /* at once; default 256 */
	int connections_address; /* of one address; default 32 */
	int idle_s;	   /* default 10; a request that trickles in is ended after three times
			    * as long */
	size_t body_bytes; /* of a POST; default 64 KiB */
	bool behind_proxy; /* who connects is a proxy of ours: the client is the last address of
			    * X-Forwarded-For, and connections_address holds for nobody */
	/* Requests of one address (an IPv6 /64) in ten seconds, 429 to further ones; default: any
	 * number. Who comes by a unix socket is not counted. */
	int requests_address;
};

struct http_request {
	const char *method; /* "GET" (a HEAD too), "POST" */
	const char *path;   /* decoded, begins with '/'; one that has a part "..", begins with "//"
			     * or holds a control character has been refused before */
	const char *query;  /* undecoded; "" none */
	const char *body;   /* of a POST, terminated */
	size_t body_len;
	const char *address;  /* the client's, "127.0.0.1"; "" of a unix socket */
	uint64_t address_key; /* the same for who counts: of an IPv6 address its network */
	bool is_head;	      /* nobody will read the body, but its length is told */
	void *room;	      /* the server's own, for http_header() */
};

/* A header of the request; NULL: it has none. Borrowed. */
const char *http_header(const struct http_request *req, const char *name);

/* An answer that is sent more than once: none of it is copied, or packed, again. */
struct http_kept;

/*
 * Zero is 404. What is set is taken over. An error without a body gets its name as one. Every
 * answer has X-Content-Type-Options, Referrer-Policy, Cross-Origin-Resource-Policy and
 * Cache-Control; one of these in `headers` is sent in place of it.
 */
struct http_answer {
	int status;
	char *type;	  /* Content-Type */
	struct buf body;  /* or: */
	int fd;		  /* a regular file that is sent, a range ("bytes=a-b") of it too; 0 none */
	char *etag;	  /* unquoted; If-None-Match is answered by 304; weak with may_pack */
	bool is_for_ever; /* caches may keep it for good */
	struct strv headers; /* further ones: name, value, name, value */
	bool may_pack;	     /* the body is sent as gzip to who takes that, where it is worth it */
	struct http_kept *kept; /* borrowed: this one, in place of all else */
};

/* Takes over what is set in *a, which has no fd. */
struct http_kept *http_keep(struct http_answer *a);
/* What is being sent goes on. */
void http_kept_freep(struct http_kept **k);
/* Bytes that it takes, for who bounds a cache. */
size_t http_kept_size(const struct http_kept *k);

typedef void http_answer_fn(void *arg, const struct http_request *req, struct http_answer *ret);

/*
 * Listens on "127.0.0.1:8090", "[::1]:8090", or ":PORT" for every address; port 0 takes a free one.
 * -EADDRINUSE: somebody else has it.
 */
int http_open(const char *listen, const struct http_limits *limits, http_answer_fn *answer,
	      void *arg, struct http_server **ret, struct err *err)
	__attribute__((warn_unused_result));
/* The same on a socket that listens already (of systemd's): taken over, also on failure. */
int http_open_socket(int fd, const struct http_limits *limits, http_answer_fn *answer, void *arg,
		     struct http_server **ret, struct err *err) __attribute__((warn_unused_result));
void http_freep(struct http_server **s);

/* A request that has ended, also one that was refused without being asked for an answer. */
struct http_sent {
	const char *address, *method;
	const char *target;  /* as it came */
	const char *version; /* "HTTP/1.1"; "" until all of the head is here */
	int status;	     /* 0: the connection ended before, or it was no HTTP */
	int64_t bytes;	     /* of the body */
	int64_t ms;
};
typedef void http_sent_fn(void *arg, const struct http_sent *sent);
/* Has fn told of each; before the first http_step(). */
void http_watch(struct http_server *s, http_sent_fn *fn, void *arg);

int http_port(const struct http_server *s);
/* Answers what there is to answer, waiting at most wait_ms, or until cancel_fd (-1 none) is
 * readable: -ECANCELED then. */
int http_step(struct http_server *s, int wait_ms, int cancel_fd, struct err *err)
	__attribute__((warn_unused_result));

#endif
