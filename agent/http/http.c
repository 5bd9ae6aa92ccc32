// SPDX-License-Identifier: GPL-2.0-or-later
#include "http/http.h"

#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "http/client.h"
#include "http/listen.h"
#include "http/rate.h"
#include "http/reply.h"
#include "http/target.h"

enum {
	HEAD_BYTES = 16 << 10, /* of a connection: line and header of a request */
	TARGET_BYTES = 8 << 10,
	WHOLE_TIMES = 3,   /* so many times idle_s for a request that trickles in */
	WINDOW_MS = 10000, /* of requests_address */
};

/* A request on its way. */
struct talk {
	char *raw, *method; /* of the request's line; method "" until all of the head is here */
	struct client client;
	bool begun;
	struct buf body;
	struct http_sent sent;
	int64_t since; /* monotonic, ms */
};

/* A connection. One that sends a byte now and then is never idle: `since` bounds it. */
struct peer {
	struct peer *next, **link;
	struct client client;
	struct talk *talk; /* its request, if there is one */
	int fd;
	bool is_answered; /* its request is whole */
	int64_t since;	  /* monotonic, ms: it began, or its last request ended */
};

struct http_server {
	struct MHD_Daemon *daemon;
	struct peer *peers;
	struct http_limits limits;
	struct rate *rate; /* NULL: as often as they like */
	http_answer_fn *answer;
	void *arg;
	http_sent_fn *sent; /* NULL: nobody wants to know */
	void *sent_arg;
	int port;
};

static struct peer *peer_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *i =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return i ? i->socket_context : NULL;
}

/* The peer's request is over, if there is one. */
static void talk_end(struct http_server *s, struct peer *p, bool is_sent)
{
	struct talk *t = p->talk;

	p->talk = NULL;
	if (!t)
		return;
	t->sent.address = t->client.text;
	t->sent.method = t->method;
	t->sent.target = t->raw;
	t->sent.ms = clock_ms() - t->since;
	if (!is_sent)
		t->sent.status = 0;
	if (t->sent.status == 0 || strcmp(t->method, "HEAD") == 0)
		t->sent.bytes = 0;
	if (s->sent)
		s->sent(s->sent_arg, &t->sent);
	free(t->raw);
	free(t->method);
	buf_done(&t->body);
	free(t);
}

static void on_connection(void *arg, struct MHD_Connection *c, void **context,
			  enum MHD_ConnectionNotificationCode code)
{
	struct http_server *s = arg;
	struct peer *p = *context;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		p = mem_zalloc(sizeof(*p));
		p->fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
		p->client = client_of(MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS)
					      ->client_addr);
		p->since = clock_ms();
		p->link = &s->peers;
		p->next = s->peers;
		if (p->next)
			p->next->link = &p->next;
		s->peers = p;
		*context = p;
	} else if (p) {
		talk_end(s, p, false);
		*p->link = p->next;
		if (p->next)
			p->next->link = p->link;
		free(p);
		*context = NULL;
	}
}

/* The request's line has come; what is returned is the request's talk. Not for each of them MHD
 * calls on_end(): the talk is the peer's. */
static void *on_line(void *arg, const char *raw, struct MHD_Connection *c)
{
	struct talk *t = mem_zalloc(sizeof(*t));
	struct peer *p = peer_of(c);

	talk_end(arg, p, false);
	t->raw = mem_strdup(raw);
	t->method = mem_strdup("");
	t->client = p->client;
	t->since = clock_ms();
	p->talk = t;
	return t;
}

static void on_end(void *arg, struct MHD_Connection *c, void **context,
		   enum MHD_RequestTerminationCode code)
{
	struct peer *p = peer_of(c);

	p->since = clock_ms();
	p->is_answered = false;
	*context = NULL;
	talk_end(arg, p, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
}

const char *http_header(const struct http_request *req, const char *name)
{
	return MHD_lookup_connection_value(req->room, MHD_HEADER_KIND, name);
}

/* How often a request has the fields that say where it ends and whom it means. */
struct seen {
	int lengths, codings, hosts;
	const char *forwarded; /* the last */
};

static enum MHD_Result see(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct seen *n = arg;

	(void)kind;
	n->lengths += strcasecmp(name, "Content-Length") == 0;
	n->codings += strcasecmp(name, "Transfer-Encoding") == 0;
	n->hosts += strcasecmp(name, "Host") == 0;
	if (strcasecmp(name, "X-Forwarded-For") == 0)
		n->forwarded = value ? value : "";
	return MHD_YES;
}

/* The status that a request has by its head alone; 0: go on. Where a proxy and this server could
 * see two ends of it, it is none (RFC 9112, 6.3, 11.2). */
static int refusal(const struct http_server *s, struct MHD_Connection *c, const struct talk *t,
		   const struct seen *n)
{
	static const char *const methods[] = { "GET", "HEAD", "POST" };
	const char *length = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Content-Length");
	const char *coding = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Transfer-Encoding");
	bool known = false;

	if (n->lengths + n->codings > 1 || n->hosts > 1)
		return MHD_HTTP_BAD_REQUEST;
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		known |= strcmp(t->method, methods[i]) == 0;
	if (!known)
		return MHD_HTTP_METHOD_NOT_ALLOWED;
	if (strlen(t->raw) > TARGET_BYTES)
		return MHD_HTTP_URI_TOO_LONG;
	if (coding && strcasecmp(coding, "chunked") != 0)
		return MHD_HTTP_NOT_IMPLEMENTED;
	if (length && strtoull(length, NULL, 10) > s->limits.body_bytes)
		return MHD_HTTP_CONTENT_TOO_LARGE;
	return 0;
}

/* The head is here. Where a body follows that nobody reads, MHD ends the connection. */
static enum MHD_Result begin(struct http_server *s, struct MHD_Connection *c, struct talk *t)
{
	struct http_answer a = { 0 };
	struct seen seen = { 0 };
	int64_t wait = 0;

	(void)MHD_get_connection_values(c, MHD_HEADER_KIND, see, &seen);
	if (s->limits.behind_proxy && seen.forwarded)
		(void)client_forwarded(seen.forwarded, &t->client);
	if (s->rate && t->client.is_known)
		wait = rate_wait(s->rate, t->client.key, clock_ms());
	a.status = wait > 0 ? MHD_HTTP_TOO_MANY_REQUESTS : refusal(s, c, t, &seen);
	if (!a.status)
		return MHD_YES;
	if (wait > 0) {
		strv_add(&a.headers, "Retry-After");
		strv_addf(&a.headers, "%lld", (long long)(wait + 999) / 1000);
	}
	return reply_send(c, &a, &t->sent);
}

static enum MHD_Result answer(struct http_server *s, struct MHD_Connection *c, struct talk *t)
{
	CLEANUP(free_ptr) char *path = NULL;
	CLEANUP(free_ptr) char *query = NULL;
	struct http_answer a = { 0 };
	struct http_request req = {
		.is_head = strcmp(t->method, "HEAD") == 0,
		.body = buf_text(&t->body),
		.body_len = t->body.len,
		.address = t->client.text,
		.address_key = t->client.key,
		.room = c,
	};

	if (target_parse(t->raw, &path, &query) == 0) {
		req.method = req.is_head ? "GET" : t->method;
		req.path = path;
		req.query = query;
		s->answer(s->arg, &req, &a);
	} else {
		a.status = MHD_HTTP_BAD_REQUEST;
	}
	return reply_send(c, &a, &t->sent);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *c, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *len, void **context)
{
	struct http_server *s = arg;
	struct talk *t = *context;

	(void)url;
	if (!t->begun) {
		t->begun = true;
		mem_set_copy(&t->method, method);
		t->sent.version = strcmp(version, "HTTP/1.0") == 0 ? "HTTP/1.0" : "HTTP/1.1";
		return begin(s, c, t);
	}
	if (*len > 0) {
		if (*len > s->limits.body_bytes - t->body.len)
			return MHD_NO; /* it did not say how long it is */
		buf_add(&t->body, data, *len);
		*len = 0;
		return MHD_YES;
	}
	peer_of(c)->is_answered = true;
	return answer(s, c, t);
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
	rate_freep(&s->rate);
	free(s);
	*server = NULL;
}

int http_open_socket(int given, const struct http_limits *limits, http_answer_fn *answer_fn,
		     void *arg, struct http_server **ret, struct err *err)
{
	CLEANUP(http_freep) struct http_server *s = mem_zalloc(sizeof(*s));
	CLEANUP(close_fd) int fd = given;
	int r = listen_check(fd, err);

	if (r < 0)
		return r;
	s->limits = with_defaults(limits);
	s->answer = answer_fn;
	s->arg = arg;
	s->port = listen_port(fd);
	if (s->limits.requests_address > 0)
		s->rate = rate_new(s->limits.requests_address, WINDOW_MS);
	s->daemon = MHD_start_daemon(
		MHD_USE_EPOLL, 0, NULL, NULL, on_request, s, MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned int)s->limits.connections,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		s->limits.behind_proxy ? 0U : (unsigned int)s->limits.connections_address,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)s->limits.idle_s,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_BYTES,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_URI_LOG_CALLBACK,
		on_line, s, MHD_OPTION_NOTIFY_COMPLETED, on_end, s, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_END);
	if (!s->daemon)
		return err_set(err, EIO, "cannot start the HTTP server");
	fd = -1; /* the daemon's */
	*ret = s;
	s = NULL;
	return 0;
}

int http_open(const char *listen, const struct http_limits *limits, http_answer_fn *answer_fn,
	      void *arg, struct http_server **ret, struct err *err)
{
	int fd = listen_open(listen, err);
	int r = fd < 0 ? fd : http_open_socket(fd, limits, answer_fn, arg, ret, err);

	return r < 0 && fd >= 0 ? err_prefix(err, "'%s'", listen) : r;
}

void http_watch(struct http_server *s, http_sent_fn *fn, void *arg)
{
	s->sent = fn;
	s->sent_arg = arg;
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
