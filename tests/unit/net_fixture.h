/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_NET_FIXTURE_H
#define DMALAB_TESTS_NET_FIXTURE_H

/*
 * A web server of the test's own on loopback, in a process that ends with it. What it answers is a
 * function of the test's, called for each request with its number from 1 on.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "unit.h"

#include "base/buf.h"
#include "net/net.h"

/* No message may hold it: ask() looks. */
#define TOKEN "0123456789abcdef0123456789abcdef01234567"

struct seen { /* shared with the server */
	atomic_int requests, connections;
	char last[16384]; /* the request's head, the last one's */
};

/* Returns false where the connection is to end. */
typedef bool answer_fn(int fd, const char *head, int request);

struct server {
	pid_t pid;
	char url[64]; /* "http://127.0.0.1:PORT" */
	char host[32];
	struct seen *seen;
};

static inline void put(int fd, const void *data, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

		if (n <= 0)
			_exit(0); /* the client has gone */
		data = (const char *)data + n;
		len -= (size_t)n;
	}
}

static inline void say(int fd, const char *text)
{
	put(fd, text, strlen(text));
}

/* An answer whose length is right. `fields`: lines of the header, each with its \r\n. */
static inline bool answer(int fd, const char *status, const char *fields, const char *body)
{
	char head[8192];

	snprintf(head, sizeof(head), "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n", status, fields,
		 strlen(body));
	say(fd, head);
	say(fd, body);
	return true;
}

static inline bool answer_json(int fd, const char *body)
{
	return answer(fd, "200 OK", "Content-Type: application/json\r\n", body);
}

/* Reads one request with its body; false: there is no more. */
static inline bool read_request(int fd, char *head, size_t size)
{
	size_t len = 0, body;
	char *end = NULL, *length;

	while (!end) {
		ssize_t n = len + 1 < size ? read(fd, head + len, size - len - 1) : 0;

		if (n <= 0)
			return false;
		len += (size_t)n;
		head[len] = '\0';
		end = strstr(head, "\r\n\r\n");
	}
	length = strcasestr(head, "\r\nContent-Length:");
	body = length ? strtoul(length + strlen("\r\nContent-Length:"), NULL, 10) : 0;
	for (len -= (size_t)(end + 4 - head); len < body;) {
		char rest[4096];
		ssize_t n = read(fd, rest, sizeof(rest));

		if (n <= 0)
			return false;
		len += (size_t)n;
	}
	return true;
}

static inline void serve(int fd, struct seen *seen, answer_fn *fn)
{
	static char head[sizeof(seen->last)];

	/* else an answer in two pieces waits 40 ms for the client's delayed ACK */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	atomic_fetch_add(&seen->connections, 1);
	while (read_request(fd, head, sizeof(head))) {
		int request = atomic_fetch_add(&seen->requests, 1) + 1;

		memcpy(seen->last, head, sizeof(head));
		if (!fn(fd, head, request))
			break;
	}
	_exit(0);
}

static inline void server_loop(int listener, struct seen *seen, answer_fn *fn)
{
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd >= 0 && fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			close(listener);
			serve(fd, seen, fn);
		}
		close(fd);
	}
}

static inline void server_start(struct server *s, answer_fn *fn)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 16), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	s->seen = mmap(NULL, sizeof(*s->seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	assert_ptr_not_equal(s->seen, MAP_FAILED);
	snprintf(s->host, sizeof(s->host), "127.0.0.1:%d", ntohs(a.sin_port));
	snprintf(s->url, sizeof(s->url), "http://%s", s->host);
	s->pid = fork();
	assert_true(s->pid >= 0);
	if (s->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		server_loop(fd, s->seen, fn);
	}
	close(fd);
}

static inline void server_stop(struct server *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	munmap(s->seen, sizeof(*s->seen));
}

/* A server, a client and one answer. */
struct lab {
	struct server server;
	struct net *net;
	struct net_answer answer;
	struct err err;
	int cancel[2];
};

static inline void lab_up(struct lab *l, answer_fn *fn)
{
	struct net_manners m = {
		.answer_bytes = 64 << 10, .answer_ms = 10000, .tries = 3, .backoff_ms = 5
	};

	*l = (struct lab){ 0 };
	server_start(&l->server, fn);
	assert_int_equal(pipe(l->cancel), 0);
	m.cancel_fd = l->cancel[0];
	assert_int_equal(net_open(&m, &l->net, &l->err), 0);
}

static inline void lab_down(struct lab *l)
{
	net_freep(&l->net);
	net_answer_done(&l->answer);
	server_stop(&l->server);
	close(l->cancel[0]);
	close(l->cancel[1]);
}

static inline void lab_manners(struct lab *l, struct net_manners m)
{
	m.cancel_fd = l->cancel[0];
	net_freep(&l->net);
	assert_int_equal(net_open(&m, &l->net, &l->err), 0);
}

/* Asks for a path; `req` has the rest. */
static inline int ask(struct lab *l, const char *path, struct net_request req)
{
	char *url = NULL;
	int r;

	assert_true(asprintf(&url, "%s%s", l->server.url, path) > 0);
	req.url = url;
	net_answer_done(&l->answer);
	l->err = (struct err){ 0 };
	r = net_ask(l->net, &req, &l->answer, &l->err);
	free(url);
	if (r < 0) {
		assert_int_equal(l->err.code, -r);
		assert_null(strchr(l->err.msg, '\n'));
		assert_null(strstr(l->err.msg, TOKEN));
		assert_int_equal(l->answer.status, 0);
	}
	return r;
}

static inline int get(struct lab *l, const char *path)
{
	return ask(l, path, (struct net_request){ 0 });
}

static inline void assert_says(const struct lab *l, const char *text)
{
	if (!strstr(l->err.msg, text))
		fail_msg("'%s' is not in: %s", text, l->err.msg);
}

/* The servers are on loopback. */
static inline void unset_proxy(void)
{
	unsetenv("http_proxy");
	unsetenv("all_proxy");
	unsetenv("ALL_PROXY");
}

#endif
