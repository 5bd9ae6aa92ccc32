// SPDX-License-Identifier: GPL-2.0-or-later
#include "http/http.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "http/reply.h"
#include "http/target.h"

enum {
	HEAD_BYTES = 16 << 10, /* of a connection: line and header of a request */
	BACKLOG = 128,
	WHOLE_TIMES = 3, /* so many times idle_s for a request that trickles in */
};

/* A connection. One that sends a byte now and then is never idle: `since` bounds it. */
struct peer {
	struct peer *next, **link;
	int fd;
	bool is_answered; /* its request is whole */
	int64_t since;	  /* monotonic, ms: it began, or its last request ended */
};

struct http_server {
	struct MHD_Daemon *daemon;
	struct peer *peers;
	struct http_limits limits;
	http_answer_fn *answer;
	void *arg;
	int port;
};

/* A request on its way. */
struct talk {
	char *raw; /* what the request's line names */
	bool begun;
	struct buf body;
};

static struct peer *peer_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *i =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return i ? i->socket_context : NULL;
}

static void on_connection(void *arg, struct MHD_Connection *c, void **context,
			  enum MHD_ConnectionNotificationCode code)
{
	struct http_server *s = arg;
	struct peer *p = *context;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		p = mem_zalloc(sizeof(*p));
		p->fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
		p->since = clock_ms();
		p->link = &s->peers;
		p->next = s->peers;
		if (p->next)
			p->next->link = &p->next;
		s->peers = p;
		*context = p;
	} else if (p) {
		*p->link = p->next;
		if (p->next)
			p->next->link = p->link;
		free(p);
		*context = NULL;
	}
}

/* The request's line has come; what is returned is the request's talk. */
static void *on_line(void *arg, const char *raw, struct MHD_Connection *c)
{
	struct talk *t = mem_zalloc(sizeof(*t));

	(void)arg, (void)c;
	t->raw = mem_strdup(raw);
	return t;
}

static void on_end(void *arg, struct MHD_Connection *c, void **context,
		   enum MHD_RequestTerminationCode code)
{
	struct talk *t = *context;
	struct peer *p = peer_of(c);

	(void)arg, (void)code;
	if (p) {
		p->since = clock_ms();
		p->is_answered = false;
	}
	if (t) {
		free(t->raw);
		buf_done(&t->body);
		free(t);
	}
	*context = NULL;
}

const char *http_header(const struct http_request *req, const char *name)
{
	return MHD_lookup_connection_value(req->room, MHD_HEADER_KIND, name);
}

/* The status that a request has by its method and length alone; 0: go on. */
static int refusal(const struct http_server *s, struct MHD_Connection *c, const char *method)
{
	static const char *const methods[] = { "GET", "HEAD", "POST" };
	const char *length = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Content-Length");
	bool known = false;

	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		known |= strcmp(method, methods[i]) == 0;
	if (!known)
		return MHD_HTTP_METHOD_NOT_ALLOWED;
	if (length && strtoull(length, NULL, 10) > s->limits.body_bytes)
		return MHD_HTTP_CONTENT_TOO_LARGE;
	return 0;
}

static enum MHD_Result answer(struct http_server *s, struct MHD_Connection *c, struct talk *t,
			      const char *method)
{
	CLEANUP(free_ptr) char *path = NULL;
	CLEANUP(free_ptr) char *query = NULL;
	struct http_answer a = { 0 };
	struct http_request req = {
		.method = strcmp(method, "HEAD") == 0 ? "GET" : method,
		.body = buf_text(&t->body),
		.body_len = t->body.len,
		.room = c,
	};

	if (target_parse(t->raw, &path, &query) < 0)
		return reply_status(c, MHD_HTTP_BAD_REQUEST);
	req.path = path;
	req.query = query;
	s->answer(s->arg, &req, &a);
	return reply_send(c, &a);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *c, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *len, void **context)
{
	struct http_server *s = arg;
	struct talk *t = *context;
	struct peer *p = peer_of(c);
	int status;

	(void)url, (void)version;
	if (!t)
		return MHD_NO;
	if (!t->begun) {
		t->begun = true;
		status = refusal(s, c, method);
		return status ? reply_status(c, status) : MHD_YES;
	}
	if (*len > 0) {
		if (*len > s->limits.body_bytes - t->body.len)
			return MHD_NO; /* it did not say how long it is */
		buf_add(&t->body, data, *len);
		*len = 0;
		return MHD_YES;
	}
	if (p)
		p->is_answered = true;
	return answer(s, c, t, method);
}

/* "HOST:PORT" or "[HOST]:PORT"; an empty host is every address. */
static int address_find(const char *listen, struct addrinfo **ret, struct err *err)
{
	const struct addrinfo hints = {
		.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM,
	};
	const char *colon = strrchr(listen, ':');
	CLEANUP(free_ptr) char *host = NULL;
	int r;

	if (!colon || strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
	    strtoul(colon + 1, NULL, 10) > UINT16_MAX)
		return err_set(err, EINVAL, "'%s' is not an address with a port", listen);
	if (listen[0] == '[' && colon > listen && colon[-1] == ']')
		host = mem_strndup(listen + 1, (size_t)(colon - listen) - 2);
	else
		host = mem_strndup(listen, (size_t)(colon - listen));
	r = getaddrinfo(colon == listen ? NULL : host, colon + 1, &hints, ret);
	return r ? err_set(err, EINVAL, "cannot listen on '%s': %s", listen, gai_strerror(r)) : 0;
}

static void addresses_free(struct addrinfo **a)
{
	if (*a)
		freeaddrinfo(*a);
}

static int address_listen(const struct addrinfo *a)
{
	CLEANUP(close_fd)
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const int yes = 1, no = 0;
	int taken;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) < 0)
		return -errno;
	if (a->ai_family == AF_INET6) /* every address: of both kinds */
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no));
	if (bind(fd, a->ai_addr, a->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0)
		return -errno;
	taken = fd;
	fd = -1;
	return taken;
}

/* Returns the socket. Of every address, the one that takes IPv4, too, is tried first. */
static int socket_open(const char *text, struct err *err)
{
	CLEANUP(addresses_free) struct addrinfo *all = NULL;
	int fd = -EINVAL, r = address_find(text, &all, err);

	if (r < 0)
		return r;
	for (const struct addrinfo *a = all; fd < 0 && a; a = a->ai_next)
		if (a->ai_family == AF_INET6)
			fd = address_listen(a);
	for (const struct addrinfo *a = all; fd < 0 && fd != -EADDRINUSE && a; a = a->ai_next)
		if (a->ai_family == AF_INET)
			fd = address_listen(a);
	return fd < 0 ? err_errno(err, -fd, "cannot listen on '%s'", text) : fd;
}

static int port_of(int fd)
{
	struct sockaddr_storage a = { 0 };
	socklen_t len = sizeof(a);
	char text[16];

	if (getsockname(fd, (struct sockaddr *)&a, &len) < 0 ||
	    getnameinfo((struct sockaddr *)&a, len, NULL, 0, text, sizeof(text),
			NI_NUMERICSERV | NI_NUMERICHOST) != 0)
		return 0;
	return atoi(text);
}

static struct http_limits with_defaults(const struct http_limits *given)
{
	struct http_limits l = given ? *given : (struct http_limits){ 0 };

	l.connections = l.connections ? l.connections : 256;
	l.connections_address = l.connections_address ? l.connections_address : 32;
	l.idle_s = l.idle_s ? l.idle_s : 10;
	l.body_bytes = l.body_bytes ? l.body_bytes : 64 << 10;
	return l;
}

void http_freep(struct http_server **server)
{
	struct http_server *s = *server;

	if (!s)
		return;
	if (s->daemon)
		MHD_stop_daemon(s->daemon); /* ends what is open, the listening socket with it */
	free(s);
	*server = NULL;
}

int http_open(const char *listen, const struct http_limits *limits, http_answer_fn *answer_fn,
	      void *arg, struct http_server **ret, struct err *err)
{
	CLEANUP(http_freep) struct http_server *s = mem_zalloc(sizeof(*s));
	CLEANUP(close_fd) int fd = socket_open(listen, err);

	if (fd < 0)
		return fd;
	s->limits = with_defaults(limits);
	s->answer = answer_fn;
	s->arg = arg;
	s->port = port_of(fd);
	s->daemon = MHD_start_daemon(
		MHD_USE_EPOLL, 0, NULL, NULL, on_request, s, MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned int)s->limits.connections,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned int)s->limits.connections_address,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)s->limits.idle_s,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_BYTES,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_URI_LOG_CALLBACK,
		on_line, s, MHD_OPTION_NOTIFY_COMPLETED, on_end, s, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_END);
	if (!s->daemon)
		return err_set(err, EIO, "cannot start the HTTP server on '%s'", listen);
	fd = -1; /* the daemon's */
	*ret = s;
	s = NULL;
	return 0;
}

int http_port(const struct http_server *s)
{
	return s->port;
}

/* Ends the requests that trickle in for too long; returns when to look again, at most `wait`. */
static int trickles_end(struct http_server *s, int wait)
{
	const int64_t now = clock_ms(), most = (int64_t)s->limits.idle_s * 1000 * WHOLE_TIMES;

	for (struct peer *p = s->peers; p; p = p->next) {
		int64_t left = p->since + most - now;

		if (p->is_answered)
			continue;
		if (left <= 0)
			(void)shutdown(p->fd, SHUT_RDWR); /* the daemon sees its end */
		else if (left < wait)
			wait = (int)left;
	}
	return wait;
}

int http_step(struct http_server *s, int wait_ms, int cancel_fd, struct err *err)
{
	const union MHD_DaemonInfo *i = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	struct pollfd fds[] = {
		{ .fd = i->epoll_fd, .events = POLLIN },
		{ .fd = cancel_fd, .events = POLLIN },
	};
	MHD_UNSIGNED_LONG_LONG next;
	int wait = trickles_end(s, wait_ms);

	if (MHD_get_timeout(s->daemon, &next) == MHD_YES && next < (unsigned int)wait)
		wait = (int)next;
	if (poll(fds, 2, wait) < 0 && errno != EINTR)
		return err_errno(err, errno, "cannot wait for requests");
	if (fds[1].revents)
		return err_set(err, ECANCELED, "interrupted");
	if (MHD_run(s->daemon) != MHD_YES)
		return err_set(err, EIO, "the HTTP server failed");
	return 0;
}
