// SPDX-License-Identifier: GPL-2.0-or-later
/* What a client does that is hostile, or broken. */
#include "http_fixture.h"

static void a_post_is_taken_whole_and_one_too_long_is_refused(void **state)
{
	CLEANUP(free_ptr) char *body = mem_zalloc(65537);
	CLEANUP(free_ptr) char *head = NULL;
	CLEANUP(buf_done) struct buf b = { 0 };
	CLEANUP(close_fd) int fd = web_connect(*state, 1);

	memset(body, 'x', 65536);
	head = mem_printf("POST /echo HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n"
			  "Content-Length: 65536\r\n\r\n%s",
			  body);
	assert_true(web_send(*state, fd, head, strlen(head)));
	assert_true(web_hear(*state, fd, 5000, &b));
	assert_int_equal(web_status(b.data), 200);
	assert_int_equal(strlen(web_body(b.data)), 4 + 65536);
	asked(*state, "POST /echo HTTP/1.1\r\nContent-Length: 65537", 413);
	asked(*state, "POST /echo HTTP/1.1\r\nContent-Length: 18446744073709551615", 413);
	asked(*state, "GET /echo HTTP/1.1\r\nContent-Length: 0", 200);
}

static void a_post_in_chunks_is_bounded_too(void **state)
{
	static const char head[] = "POST /echo HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n"
				   "Transfer-Encoding: chunked\r\n\r\n";
	static const char chunk[] = "10\r\n0123456789abcdef\r\n", end[] = "0\r\n\r\n";
	CLEANUP(close_fd) int fd = web_connect(*state, 1), endless = web_connect(*state, 1);
	CLEANUP(buf_done) struct buf b = { 0 };
	int sent = 0;

	assert_true(web_send(*state, fd, head, strlen(head)));
	assert_true(web_send(*state, fd, chunk, strlen(chunk)));
	assert_true(web_send(*state, fd, end, strlen(end)));
	assert_true(web_hear(*state, fd, 5000, &b));
	assert_string_equal(web_body(b.data), "POST0123456789abcdef");
	assert_true(web_send(*state, endless, head, strlen(head)));
	while (sent < 100000 && web_send(*state, endless, chunk, strlen(chunk)))
		sent++;
	assert_true(sent < 100000);
	asked(*state, "GET /hello HTTP/1.1", 200);
}

static void a_huge_head_is_refused_and_others_are_served(void **state)
{
	CLEANUP(buf_done) struct buf one = { 0 }, many = { 0 }, line = { 0 };
	struct buf *v[] = { &one, &many, &line };

	buf_str(&one, "GET /hello HTTP/1.1\r\nHost: lab\r\nX: ");
	buf_str(&many, "GET /hello HTTP/1.1\r\nHost: lab\r\n");
	buf_str(&line, "GET /");
	for (int i = 0; i < 50000; i++) {
		buf_printf(&many, "X-%d: y\r\n", i);
		buf_str(&one, "xxxxxxxxxx");
		buf_str(&line, "xxxxxxxxxx");
	}
	for (size_t i = 0; i < 3; i++) {
		CLEANUP(close_fd) int fd = web_connect(*state, 1);
		CLEANUP(buf_done) struct buf b = { 0 };

		(void)web_send(*state, fd, v[i]->data, v[i]->len);
		assert_true(web_hear(*state, fd, 5000, &b)); /* it is over */
		assert_null(strstr(buf_text(&b), "hello"));
		if (b.len > 0)
			assert_true(web_status(b.data) >= 400);
		asked(*state, "GET /hello HTTP/1.1", 200);
	}
}

static void an_address_may_be_so_long_and_no_longer(void **state)
{
	enum { MOST = 8 << 10 };
	char line[MOST + 64];

	for (int over = 0; over < 2; over++) {
		int n = sprintf(line, "GET /hello?");

		memset(line + n, 'x', (size_t)(MOST + over - n + 4));
		sprintf(line + MOST + over + 4, " HTTP/1.1");
		asked(*state, line, over ? 414 : 200);
	}
}

/* Where a proxy sees another end of a request than we, what follows is somebody else's. */
static void a_request_with_two_ends_is_refused_and_nothing_behind_it_read(void **state)
{
	static const struct {
		const char *fields;
		int status;
	} t[] = {
		{ "Content-Length: 4\r\nTransfer-Encoding: chunked", 400 },
		{ "Transfer-Encoding: chunked\r\nContent-Length: 4", 400 },
		{ "Content-Length: 4\r\nContent-Length: 5", 400 },
		{ "Content-Length: 4\r\nContent-Length: 4", 400 },
		{ "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", 400 },
		{ "Transfer-Encoding: gzip, chunked", 501 },
		{ "Transfer-Encoding: identity", 501 },
		{ "Host: other\r\nContent-Length: 4", 400 },
		{ "Content-Length: 99999", 413 },
	};
	static const char *const methods[] = { "POST", "GET" };

	for (size_t i = 0; i < 2 * sizeof(t) / sizeof(*t); i++) {
		CLEANUP(free_ptr)
		char *text = mem_printf("%s /echo HTTP/1.1\r\nHost: lab\r\n%s\r\n\r\n"
					"0\r\n\r\nGET /hello HTTP/1.1\r\nHost: lab\r\n\r\n"
					"GET /hello HTTP/1.1\r\nHost: lab\r\n\r\n",
					methods[i % 2], t[i / 2].fields);
		CLEANUP(close_fd) int fd = web_connect(*state, 1);
		CLEANUP(buf_done) struct buf b = { 0 };

		assert_true(web_send(*state, fd, text, strlen(text)));
		assert_true(web_hear(*state, fd, 5000, &b));
		if (web_status(buf_text(&b)) != t[i / 2].status || strstr(b.data, "hello"))
			fail_msg("%s %s: %s", methods[i % 2], t[i / 2].fields, buf_text(&b));
	}
}

static void what_is_no_http_is_refused(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} bad[] = {
#define BAD(s) { s, sizeof(s) - 1 }
		BAD("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
		BAD("GET /hello\r\n\r\n"),
		BAD("GET /hello HTTP/1.1\r\n\r\n"), /* no host */
		BAD("GET /hello HTTP/9.9\r\nHost: lab\r\n\r\n"),
		BAD("GET /hel\0lo HTTP/1.1\r\nHost: lab\r\n\r\n"),
		BAD("GET /hello HTTP/1.1\r\nHost: lab\r\nno colon\r\n\r\n"),
		BAD("POST /echo HTTP/1.1\r\nHost: lab\r\nContent-Length: -1\r\n\r\nab"),
		BAD("POST /echo HTTP/1.1\r\nHost: lab\r\nContent-Length: 2x\r\n\r\nab"),
		BAD("POST /echo HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
#undef BAD
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CLEANUP(close_fd) int fd = web_connect(*state, 1);
		CLEANUP(buf_done) struct buf b = { 0 };

		(void)web_send(*state, fd, bad[i].text, bad[i].len);
		(void)shutdown(fd, SHUT_WR);
		if (!web_hear(*state, fd, 5000, &b) || strstr(buf_text(&b), "HTTP/1.1 200"))
			fail_msg("%zu: %s", i, buf_text(&b));
		asked(*state, "GET /hello HTTP/1.1", 200);
	}
}

static void who_says_nothing_or_trickles_is_ended(void **state)
{
	static const char text[] = "GET /hello HTTP/1.1\r\nHost: lab\r\nX-Slow: ";
	CLEANUP(close_fd) int silent = web_connect(*state, 1), slow = -1;
	CLEANUP(buf_done) struct buf b = { 0 };
	int64_t begin = clock_ms();
	bool over = false;

	assert_true(web_hear(*state, silent, 4000, &b));
	assert_int_equal(b.len, 0);
	assert_true(clock_ms() - begin > 900 && clock_ms() - begin < 2500);
	slow = web_connect(*state, 1);
	begin = clock_ms();
	assert_true(web_send(*state, slow, text, strlen(text)));
	while (!over && clock_ms() - begin < 8000) {
		(void)send(slow, "x", 1, MSG_NOSIGNAL);
		over = web_hear(*state, slow, 300, &b);
	}
	assert_true(over); /* though it was never idle */
	assert_true(clock_ms() - begin > 2500);
	assert_null(strstr(buf_text(&b), "hello"));
}

static void a_crowd_from_one_address_does_not_keep_another_out(void **state)
{
	enum { CROWD = 600, ASKED = 50 };
	static const char half[] = "GET /hello HTTP/1.1\r\nHost: lab\r\nX-Slow: ";
	static const char text[] = "GET /hello HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n";
	int crowd[CROWD], answered = 0;
	struct web *w = *state;

	for (int i = 0; i < CROWD; i++) {
		crowd[i] = web_connect(w, 1);
		(void)send(crowd[i], half, strlen(half), MSG_NOSIGNAL);
		web_step(w, 0);
	}
	for (int i = 0; i < ASKED; i++) {
		CLEANUP(close_fd) int fd = web_connect(w, 2);
		CLEANUP(buf_done) struct buf b = { 0 };

		if (web_send(w, fd, text, strlen(text)) && web_hear(w, fd, 2000, &b) && b.len > 0)
			answered += web_status(b.data) == 200;
	}
	for (int i = 0; i < CROWD; i++)
		close(crowd[i]);
	assert_int_equal(answered, ASKED);
}

static void the_end_of_the_server_ends_what_is_open(void **state)
{
	static const char text[] = "GET /file HTTP/1.1\r\nHost: lab\r\n\r\nGET /f";
	struct web *w = *state;
	CLEANUP(close_fd) int fd = web_connect(w, 1), idle = web_connect(w, 1);
	char block[1 << 17];
	int64_t begin;

	assert_true(web_send(w, fd, text, strlen(text)));
	web_step(w, 20);
	begin = clock_ms();
	http_freep(&w->server);
	assert_true(clock_ms() - begin < 500);
	assert_int_equal(recv(idle, block, sizeof(block), 0), 0);
}

static void a_wait_ends_by_the_callers_word(void **state)
{
	struct web *w = *state;
	int64_t begin = clock_ms();
	int p[2];

	assert_int_equal(pipe(p), 0);
	assert_int_equal(write(p[1], "x", 1), 1);
	assert_int_equal(http_step(w->server, 5000, p[0], &w->err), -ECANCELED);
	assert_true(clock_ms() - begin < 500);
	close(p[0]);
	close(p[1]);
	assert_int_equal(http_step(w->server, 100, -1, &w->err), 0);
	assert_true(clock_ms() - begin >= 90);
}

static void addresses_to_listen_on(void **state)
{
	struct web *w = *state;
	CLEANUP(free_ptr) char *taken = mem_printf("127.0.0.1:%d", http_port(w->server));
	static const char *const bad[] = { "lab", "lab:80", "127.0.0.1:http", "127.0.0.1:99999" };
	struct http_server *s = NULL;
	int r;

	assert_int_equal(http_open(taken, NULL, web_answer, w, &s, &w->err), -EADDRINUSE);
	assert_non_null(strstr(w->err.msg, taken));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_true(http_open(bad[i], NULL, web_answer, w, &s, &w->err) < 0);
	r = http_open("[::1]:0", NULL, web_answer, w, &s, &w->err);
	assert_true(r == 0 ? http_port(s) > 0 : r == -EADDRNOTAVAIL || r == -EAFNOSUPPORT);
	http_freep(&s);
	http_freep(&w->server);
	if (http_open(":0", NULL, web_answer, w, &w->server, &w->err) < 0)
		fail_msg("%s", w->err.msg);
	asked(w, "GET /hello HTTP/1.1", 200); /* IPv4, too */
}

#define CASE(fn)  cmocka_unit_test_setup_teardown(fn, web_setup, web_teardown)
#define HASTY(fn) cmocka_unit_test_setup_teardown(fn, web_setup_hasty, web_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_post_is_taken_whole_and_one_too_long_is_refused),
		CASE(a_post_in_chunks_is_bounded_too),
		CASE(a_huge_head_is_refused_and_others_are_served),
		CASE(an_address_may_be_so_long_and_no_longer),
		CASE(a_request_with_two_ends_is_refused_and_nothing_behind_it_read),
		HASTY(what_is_no_http_is_refused),
		HASTY(who_says_nothing_or_trickles_is_ended),
		CASE(a_crowd_from_one_address_does_not_keep_another_out),
		CASE(the_end_of_the_server_ends_what_is_open),
		CASE(a_wait_ends_by_the_callers_word),
		CASE(addresses_to_listen_on),
	};

	return cmocka_run_group_tests_name("http_limits", tests, NULL, NULL);
}
