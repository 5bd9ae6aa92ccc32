/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_HTTP_FIXTURE_H
#define DMALAB_TESTS_HTTP_FIXTURE_H

/* A server that runs in the test's own thread, and raw connections to it. */
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "http/http.h"

struct web {
	struct http_server *server;
	struct http_kept *kept; /* what "/kept" is answered with */
	char *dir;
	struct err err;
};

static inline void web_open(struct web *w, const struct http_limits *limits, http_answer_fn *answer,
			    void *arg)
{
	if (http_open("127.0.0.1:0", limits, answer, arg, &w->server, &w->err) < 0)
		fail_msg("%s", w->err.msg);
}

static inline void web_step(struct web *w, int wait_ms)
{
	if (http_step(w->server, wait_ms, -1, &w->err) < 0)
		fail_msg("%s", w->err.msg);
}

/* A connection from 127.0.0.`host` that does not wait. */
static inline int web_connect(const struct web *w, int host)
{
	struct sockaddr_in from = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(0x7f000000u + (unsigned int)host) };
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)http_port(w->server)),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof(from)), 0);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		assert_int_equal(errno, EINPROGRESS);
	return fd;
}

/* Sends all of it, as the server takes it. False: the server has ended the connection. */
static inline bool web_send(struct web *w, int fd, const char *data, size_t len)
{
	int64_t until = clock_ms() + 10000;

	while (len > 0 && clock_ms() < until) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

		if (n < 0 && errno != EAGAIN)
			return false;
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		}
		web_step(w, n > 0 ? 0 : 5);
	}
	return len == 0;
}

/* Appends what comes until the server ends the connection (true) or `ms` are over. */
static inline bool web_hear(struct web *w, int fd, int ms, struct buf *b)
{
	int64_t until = clock_ms() + ms;
	char block[65536];

	while (clock_ms() < until) {
		ssize_t n = recv(fd, block, sizeof(block), 0);

		if (n > 0)
			buf_add(b, block, (size_t)n);
		if (n == 0 || (n < 0 && errno != EAGAIN))
			return true;
		if (n < 0)
			web_step(w, 5);
	}
	return false;
}

/* A request's head without its last line, and what comes back; the caller's. The connection is
 * ended by the server. */
static inline char *web_ask(struct web *w, const char *head)
{
	CLEANUP(free_ptr)
	char *text = mem_printf("%s\r\nHost: lab\r\nConnection: close\r\n\r\n", head);
	CLEANUP(close_fd) int fd = web_connect(w, 1);
	struct buf b = { 0 };

	assert_true(web_send(w, fd, text, strlen(text)));
	assert_true(web_hear(w, fd, 5000, &b));
	return b.len > 0 ? b.data : mem_strdup("");
}

/* 0: there is none. */
static inline int web_status(const char *reply)
{
	return strncmp(reply, "HTTP/1.1 ", 9) == 0 ? atoi(reply + 9) : 0;
}

static inline const char *web_body(const char *reply)
{
	const char *end = strstr(reply, "\r\n\r\n");

	assert_non_null(end);
	return end + 4;
}

enum { FILE_LEN = 100000, LONG_LEN = 50000 };

static inline void web_long(struct http_answer *a)
{
	*a = (struct http_answer){ .status = 200,
				   .type = mem_strdup("application/json"),
				   .etag = mem_strdup("l1"),
				   .may_pack = true };
	for (int i = 0; i < LONG_LEN / 10; i++)
		buf_printf(&a->body, "%09d\n", i);
}

/* "/hello", "/file" (digits), "/echo" (what was posted), "/said/…" (path, query, X-Test, address),
 * "/long" (LONG_LEN bytes of text that may be packed). */
static inline void web_answer(void *arg, const struct http_request *req, struct http_answer *a)
{
	const struct web *w = arg;
	const char *test = http_header(req, "X-Test");

	if (strcmp(req->path, "/hello") == 0) {
		*a = (struct http_answer){ .status = 200,
					   .type = mem_strdup("text/plain"),
					   .etag = mem_strdup("h1") };
		buf_str(&a->body, "hello\n");
	} else if (strcmp(req->path, "/file") == 0) {
		CLEANUP(free_ptr) char *path = mem_printf("%s/file", w->dir);

		*a = (struct http_answer){ .status = 200,
					   .fd = open(path, O_RDONLY | O_CLOEXEC),
					   .etag = mem_strdup("f1"),
					   .may_pack = true, /* in vain */
					   .is_for_ever = true };
	} else if (strcmp(req->path, "/folder") == 0) {
		*a = (struct http_answer){ .status = 200,
					   .fd = open(w->dir, O_RDONLY | O_CLOEXEC) };
	} else if (strcmp(req->path, "/echo") == 0) {
		a->status = 200;
		buf_str(&a->body, req->method);
		buf_add(&a->body, req->body, req->body_len);
	} else if (strncmp(req->path, "/said", 5) == 0) {
		a->status = 200;
		buf_printf(&a->body, "%s|%s|%s|%s", req->path, req->query, test ? test : "none",
			   req->address);
	} else if (strcmp(req->path, "/long") == 0) {
		web_long(a);
	} else if (strcmp(req->path, "/kept") == 0) {
		a->kept = w->kept;
	}
}

static inline struct web *web_new(const struct http_limits *limits)
{
	struct web *w = mem_zalloc(sizeof(*w));
	CLEANUP(buf_done) struct buf text = { 0 };
	CLEANUP(free_ptr) char *path = NULL;

	w->dir = folder_make();
	path = mem_printf("%s/file", w->dir);
	for (int i = 0; i < FILE_LEN / 10; i++)
		buf_printf(&text, "%09d\n", i);
	assert_int_equal(fs_write(path, text.data, text.len, &w->err), 0);
	web_open(w, limits, web_answer, w);
	return w;
}

static inline int web_setup(void **state)
{
	*state = web_new(NULL);
	return 0;
}

static inline int web_setup_hasty(void **state)
{
	*state = web_new(&(struct http_limits){ .idle_s = 1 });
	return 0;
}

static inline int web_teardown(void **state)
{
	struct web *w = *state;

	http_freep(&w->server);
	http_kept_freep(&w->kept);
	folder_done(w->dir);
	free(w);
	return 0;
}

static inline void asked(struct web *w, const char *head, int status)
{
	CLEANUP(free_ptr) char *reply = web_ask(w, head);

	if (web_status(reply) != status)
		fail_msg("'%s': %.40s and not %d", head, reply, status);
}

static inline void says(struct web *w, const char *head, int status, const char *field)
{
	CLEANUP(free_ptr) char *reply = web_ask(w, head);

	if (web_status(reply) != status || !strstr(reply, field))
		fail_msg("'%s': not %d or no '%s' in:\n%.800s", head, status, field, reply);
}

#endif
