/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_HTTP_HTTP_H
#define DMALAB_HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>

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
};

struct http_request {
	const char *method; /* "GET" (a HEAD too), "POST" */
	const char *path;   /* decoded, begins with '/'; one that holds "..", "//" or a control
			     * character has been refused before */
	const char *query;  /* undecoded; "" none */
	const char *body;   /* of a POST, terminated */
	size_t body_len;
	const char *address; /* the client's, "127.0.0.1"; "" of a unix socket */
	bool is_head;	     /* nobody will read the body */
	void *room;	     /* the server's own, for http_header() */
};

/* A header of the request; NULL: it has none. Borrowed. */
const char *http_header(const struct http_request *req, const char *name);

/* Zero is 404. What is set is taken over. */
struct http_answer {
	int status;
	char *type;	  /* Content-Type */
	struct buf body;  /* or: */
	int fd;		  /* a regular file that is sent, a range ("bytes=a-b") of it too; 0 none */
	char *etag;	  /* unquoted; If-None-Match is answered by 304 */
	bool is_for_ever; /* caches may keep it for good */
	struct strv headers; /* further ones: name, value, name, value */
	bool may_pack;	     /* sent gzip'd to who takes that, where that is worth it */
};

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
int http_port(const struct http_server *s);
/* Answers what there is to answer, waiting at most wait_ms, or until cancel_fd (-1 none) is
 * readable: -ECANCELED then. */
int http_step(struct http_server *s, int wait_ms, int cancel_fd, struct err *err)
	__attribute__((warn_unused_result));

#endif
