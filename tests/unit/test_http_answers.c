// SPDX-License-Identifier: GPL-2.0-or-later
/* What an answer is sent as: its header fields, packed or not, kept for the next who asks. */
#include "http_fixture.h"

#include <sys/un.h>
#include <zlib.h>

#include "http/field.h"

/* Of a reply whose body may hold any bytes. */
static struct buf ask(struct web *w, const char *head)
{
	CLEANUP(free_ptr)
	char *text = mem_printf("%s\r\nHost: lab\r\nConnection: close\r\n\r\n", head);
	CLEANUP(close_fd) int fd = web_connect(w, 1);
	struct buf b = { 0 };

	assert_true(web_send(w, fd, text, strlen(text)));
	assert_true(web_hear(w, fd, 5000, &b));
	assert_non_null(b.data);
	return b;
}

static size_t length_of(const char *reply)
{
	const char *field = strstr(reply, "\r\nContent-Length: ");

	assert_non_null(field);
	return (size_t)atoi(field + 18);
}

/* The body, unpacked; the caller's. */
static char *unpacked(const struct buf *reply)
{
	const char *body = web_body(reply->data);
	char *text = mem_zalloc(LONG_LEN + 1);
	z_stream z = { .next_in = (unsigned char *)body,
		       .avail_in = (uInt)(reply->len - (size_t)(body - reply->data)),
		       .next_out = (unsigned char *)text,
		       .avail_out = LONG_LEN };

	assert_int_equal(z.avail_in, length_of(reply->data));
	assert_int_equal(inflateInit2(&z, 16 + MAX_WBITS), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, LONG_LEN);
	inflateEnd(&z);
	return text;
}

static void who_takes_gzip_gets_it(void **state)
{
	CLEANUP(buf_done) struct buf b = ask(*state, "GET /long HTTP/1.1\r\nAccept-Encoding: gzip");
	CLEANUP(buf_done) struct buf plain = ask(*state, "GET /long HTTP/1.1");
	CLEANUP(free_ptr) char *text = unpacked(&b);

	assert_non_null(strstr(b.data, "\r\nContent-Encoding: gzip\r\n"));
	assert_non_null(strstr(b.data, "\r\nVary: Accept-Encoding\r\n"));
	assert_non_null(strstr(b.data, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(b.data, "\r\nETag: W/\"l1\"\r\n"));
	assert_true(b.len < LONG_LEN / 2);
	assert_string_equal(web_body(plain.data), text);
	assert_null(strstr(plain.data, "Content-Encoding"));
	assert_non_null(strstr(plain.data, "\r\nVary: Accept-Encoding\r\n"));
	assert_non_null(strstr(plain.data, "\r\nETag: W/\"l1\"\r\n"));
}

static void a_head_tells_the_length_that_a_get_has(void **state)
{
	static const char *const how[] = { "/long HTTP/1.1\r\nAccept-Encoding: gzip",
					   "/long HTTP/1.1", "/hello HTTP/1.1", "/none HTTP/1.1",
					   "/file HTTP/1.1\r\nRange: bytes=5-9" };

	for (size_t i = 0; i < sizeof(how) / sizeof(*how); i++) {
		CLEANUP(free_ptr) char *get = mem_printf("GET %s", how[i]);
		CLEANUP(free_ptr) char *head = mem_printf("HEAD %s", how[i]);
		CLEANUP(buf_done) struct buf a = ask(*state, get), b = ask(*state, head);

		assert_int_equal(length_of(a.data), length_of(b.data));
		assert_true(length_of(a.data) > 0);
		assert_int_equal(web_status(a.data), web_status(b.data));
		assert_string_equal(web_body(b.data), "");
	}
}

static void what_is_not_worth_it_is_not_packed(void **state)
{
	struct web *w = *state;
	static const struct {
		const char *type;
		int len;
		bool is_random, is_packed;
	} t[] = {
		{ "text/html; charset=utf-8", 1025, false, true },
		{ "text/html", 1024, false, false },
		{ "application/json", 2000, false, true },
		{ "application/atom+xml; charset=utf-8", 2000, false, true },
		{ "image/svg+xml", 2000, false, true },
		{ "text/javascript", 2000, false, true },
		{ "image/png", 2000, false, false },
		{ "application/octet-stream", 2000, false, false },
		{ "xml", 2000, false, false },
		{ "text/plain", 2000, true, false },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		struct http_answer a = { .status = 200,
					 .type = mem_strdup(t[i].type),
					 .may_pack = true };
		uint32_t x = 1;

		for (int n = 0; n < t[i].len; n++) {
			char c = 'x';

			x = x * 1664525 + 1013904223;
			if (t[i].is_random)
				c = (char)(x >> 24);
			buf_add(&a.body, &c, 1);
		}
		w->kept = http_keep(&a);
		{
			CLEANUP(buf_done)
			struct buf b = ask(w, "GET /kept HTTP/1.1\r\nAccept-Encoding: gzip");

			if (!strstr(b.data, "Content-Encoding: gzip") == t[i].is_packed)
				fail_msg("%s", t[i].type);
			if (!t[i].is_packed)
				assert_int_equal(length_of(b.data), t[i].len);
		}
		http_kept_freep(&w->kept);
	}
}

static void a_weight_of_zero_says_no_to_gzip(void **state)
{
	static const char *const yes[] = {
		"gzip",
		"GZIP",
		"deflate, gzip;q=1.0, *;q=0.5",
		"gzip;q=0.001",
		"gzip ; Q=0.5",
		"*",
		"br,gzip",
		"identity;q=0, *",
		"gzip;q=1",
		"*;q=0, gzip;q=0.1,",
		" \tgzip\t",
	};
	static const char *const no[] = {
		"",
		"identity",
		"gzip;q=0",
		"gzip;q=0.000",
		"*;q=0",
		"br",
		"gzipx",
		"xgzip",
		"gzi",
		"gzip;q=",
		"gzip;x=1",
		"gzip q=1",
		"gzip;q=0, *",
		"*, gzip;q=0",
		",,,;;;",
		"gzip;q=banana",
		"gzip;;;;",
		"\"gzip\"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		if (!field_takes_gzip(yes[i]))
			fail_msg("no to '%s'", yes[i]);
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		if (field_takes_gzip(no[i]))
			fail_msg("yes to '%s'", no[i]);
	assert_false(field_takes_gzip(NULL));
}

static void a_tag_is_found_as_a_whole(void **state)
{
	static const char *const yes[] = {
		"\"a,b\"",
		"W/\"a,b\"",
		"*",
		" * ",
		"\"x\", \"a,b\"",
		"\"x\",W/\"a,b\"",
		"\"x\" ,, \"a,b\" ",
		"\"a,b\", junk",
	};
	static const char *const no[] = {
		"",	     "a,b",	   "\"a,b", "\"xa,b\"",	  "\"a,bx\"",	   "\"a\", \"b\"",
		"w/\"a,b\"", "W/ \"a,b\"", "**",    "*, \"a,b\"", "junk, \"a,b\"", "\"x\" \"a,b\"",
		"\"\"",	     "W/",	   ",",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		if (!field_has_etag(yes[i], "a,b"))
			fail_msg("not in '%s'", yes[i]);
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		if (field_has_etag(no[i], "a,b"))
			fail_msg("in '%s'", no[i]);
	assert_false(field_has_etag(NULL, "a"));
}

static void every_answer_has_the_fields_that_guard_it(void **state)
{
	static const char *const heads[] = {
		"GET /hello HTTP/1.1",
		"GET /hello HTTP/1.1\r\nIf-None-Match: \"h1\"",
		"HEAD /hello HTTP/1.1",
		"GET /file HTTP/1.1",
		"GET /file HTTP/1.1\r\nRange: bytes=0-1",
		"GET /file HTTP/1.1\r\nRange: bytes=900000-",
		"GET /long HTTP/1.1\r\nAccept-Encoding: gzip",
		"GET /none HTTP/1.1",
		"GET /../x HTTP/1.1",
		"PUT /hello HTTP/1.1",
		"POST /echo HTTP/1.1\r\nContent-Length: 70000",
	};
	static const char *const fields[] = { "X-Content-Type-Options: nosniff",
					      "Referrer-Policy: same-origin",
					      "Cross-Origin-Resource-Policy: same-origin",
					      "Cache-Control: " };

	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
		CLEANUP(buf_done) struct buf b = ask(*state, heads[i]);

		for (size_t n = 0; n < sizeof(fields) / sizeof(*fields); n++)
			if (!strstr(b.data, fields[n]))
				fail_msg("'%s': no '%s' in\n%.500s", heads[i], fields[n], b.data);
	}
}

static void an_answers_own_fields_come_first(void **state)
{
	static const char *const own[] = { "Cross-Origin-Resource-Policy",
					   "cross-origin",
					   "cache-control",
					   "no-store",
					   "X-Own",
					   "1",
					   "X-Split",
					   "a\r\nX-Evil: 1",
					   NULL };
	struct web *w = *state;
	struct http_answer a = { .status = 401 };

	strv_all(&a.headers, own);
	w->kept = http_keep(&a);
	for (int i = 0; i < 2; i++) {
		CLEANUP(buf_done) struct buf b = ask(w, "GET /kept HTTP/1.1");

		assert_int_equal(web_status(b.data), 401);
		assert_string_equal(web_body(b.data), "401 Unauthorized\n");
		assert_non_null(strstr(b.data, "Cross-Origin-Resource-Policy: cross-origin"));
		assert_null(strstr(b.data, "same-origin\r\nCross"));
		assert_null(strstr(b.data, "Policy: same-origin\r\nCache"));
		assert_null(strstr(b.data, "no-cache"));
		assert_non_null(strstr(b.data, "no-store"));
		assert_non_null(strstr(b.data, "\r\nX-Own: 1\r\n"));
		assert_null(strstr(b.data, "Evil"));
	}
}

static void an_answer_that_is_kept_is_sent_in_each_form(void **state)
{
	struct web *w = *state;
	struct http_answer a = { 0 };
	size_t size;

	web_long(&a);
	w->kept = http_keep(&a);
	assert_null(a.body.data);
	assert_null(a.etag);
	size = http_kept_size(w->kept);
	assert_true(size > LONG_LEN && size < LONG_LEN + 5000);
	for (int i = 0; i < 3; i++) {
		CLEANUP(buf_done)
		struct buf b = ask(w, "GET /kept HTTP/1.1\r\nAccept-Encoding: gzip");
		CLEANUP(buf_done) struct buf p = ask(w, "GET /kept HTTP/1.1");
		CLEANUP(free_ptr) char *text = unpacked(&b);

		assert_string_equal(web_body(p.data), text);
		asked(w, "GET /kept HTTP/1.1\r\nIf-None-Match: W/\"l1\"", 304);
		asked(w, "HEAD /kept HTTP/1.1", 200);
	}
	assert_true(http_kept_size(w->kept) > size + 1000);
	assert_true(http_kept_size(w->kept) < 2 * size);
}

/* Returns a connection on which a body of so many 'x' has begun to come, into *b. */
static int big_begins(struct web *w, size_t len, struct buf *b)
{
	static const char text[] = "GET /kept HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n";
	int fd = web_connect(w, 1);
	struct http_answer a = { .status = 200 };

	a.body.data = mem_zalloc(len + 1);
	memset(a.body.data, 'x', len);
	a.body.len = a.body.cap = len;
	w->kept = http_keep(&a);
	assert_true(web_send(w, fd, text, strlen(text)));
	while (b->len == 0)
		(void)web_hear(w, fd, 20, b);
	assert_true(b->len < len);
	return fd;
}

enum { BIG = 30 << 20 };

static void what_is_being_sent_goes_on_when_nobody_keeps_it(void **state)
{
	struct web *w = *state;
	CLEANUP(buf_done) struct buf b = { 0 };
	CLEANUP(close_fd) int fd = big_begins(w, BIG, &b);

	http_kept_freep(&w->kept);
	assert_true(web_hear(w, fd, 10000, &b));
	assert_int_equal(strspn(web_body(b.data), "x"), BIG);
}

static void on_sent(void *arg, const struct http_sent *s)
{
	struct buf *b = arg;

	assert_true(s->ms >= 0 && s->ms < 5000);
	buf_printf(b, "%s %s %s %d %d\n", s->address, s->method, s->target, s->status,
		   (int)s->bytes);
}

static void each_request_is_told_of_once(void **state)
{
	struct web *w = *state;
	CLEANUP(buf_done) struct buf log = { 0 };

	http_watch(w->server, on_sent, &log);
	asked(w, "GET /hello?a=%20 HTTP/1.1", 200);
	asked(w, "HEAD /hello HTTP/1.1", 200);
	asked(w, "GET /hello HTTP/1.1\r\nIf-None-Match: *", 304);
	asked(w, "GET /file HTTP/1.1\r\nRange: bytes=0-9", 206);
	asked(w, "GET /a/../b HTTP/1.1", 400);
	asked(w, "PUT /hello HTTP/1.1", 405);
	asked(w, "GET /folder HTTP/1.1", 0);
	asked(w, "GET /no\"ne HTTP/1.1\r\nno colon", 400); /* by libmicrohttpd's own word */
	web_step(w, 20);
	assert_string_equal(buf_text(&log), "127.0.0.1 GET /hello?a=%20 200 6\n"
					    "127.0.0.1 HEAD /hello 200 0\n"
					    "127.0.0.1 GET /hello 304 0\n"
					    "127.0.0.1 GET /file 206 10\n"
					    "127.0.0.1 GET /a/../b 400 16\n"
					    "127.0.0.1 PUT /hello 405 23\n"
					    "127.0.0.1 GET /folder 0 0\n"
					    "127.0.0.1  /no\"ne 0 0\n");
}

/* libmicrohttpd has no room for so many parameters, and forgets that it told of the request. */
static void a_request_that_finds_no_room_is_told_of_too(void **state)
{
	struct web *w = *state;
	CLEANUP(buf_done) struct buf head = { 0 }, log = { 0 };
	CLEANUP(free_ptr) char *reply = NULL;

	http_watch(w->server, on_sent, &log);
	buf_str(&head, "GET /many?a");
	for (int i = 0; i < 900; i++)
		buf_str(&head, "&a");
	buf_str(&head, " HTTP/1.1");
	reply = web_ask(w, head.data);
	assert_true(web_status(reply) == 0 || web_status(reply) >= 400);
	web_step(w, 20);
	assert_int_equal(strncmp(buf_text(&log), "127.0.0.1  /many?a&", 19), 0);
	assert_true(strlen(strchr(buf_text(&log), '\n')) == 1);
}

static void who_leaves_in_the_middle_has_been_sent_nothing(void **state)
{
	struct web *w = *state;
	CLEANUP(buf_done) struct buf b = { 0 }, log = { 0 };
	int fd = big_begins(w, BIG, &b);

	http_watch(w->server, on_sent, &log);
	close(fd);
	for (int i = 0; i < 100 && log.len == 0; i++)
		web_step(w, 20);
	assert_string_equal(buf_text(&log), "127.0.0.1 GET /kept 0 0\n");
}

static void a_socket_that_listens_is_taken_over(void **state)
{
	struct web *w = *state;
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	CLEANUP(buf_done) struct buf b = { 0 };
	static const char text[] = "GET /said HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n";
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), other = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s/socket", w->dir);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 5), 0);
	http_freep(&w->server);
	assert_int_equal(http_open_socket(other, NULL, web_answer, w, &w->server, &w->err),
			 -EINVAL);
	assert_true(fcntl(other, F_GETFD) < 0); /* it was closed */
	assert_true(http_open_socket(-1, NULL, web_answer, w, &w->server, &w->err) < 0);
	assert_int_equal(http_open_socket(fd, &(struct http_limits){ .requests_address = 1 },
					  web_answer, w, &w->server, &w->err),
			 0);
	assert_int_equal(http_port(w->server), 0);
	for (int i = 0; i < 3; i++) { /* it has no address to be counted by */
		CLEANUP(close_fd) int c = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

		assert_int_equal(connect(c, (struct sockaddr *)&a, sizeof(a)), 0);
		buf_done(&b);
		assert_true(web_send(w, c, text, strlen(text)));
		assert_true(web_hear(w, c, 5000, &b));
		assert_string_equal(web_body(b.data), "/said||none|");
	}
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, web_setup, web_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(who_takes_gzip_gets_it),
		CASE(a_head_tells_the_length_that_a_get_has),
		CASE(what_is_not_worth_it_is_not_packed),
		cmocka_unit_test(a_weight_of_zero_says_no_to_gzip),
		cmocka_unit_test(a_tag_is_found_as_a_whole),
		CASE(every_answer_has_the_fields_that_guard_it),
		CASE(an_answers_own_fields_come_first),
		CASE(an_answer_that_is_kept_is_sent_in_each_form),
		CASE(what_is_being_sent_goes_on_when_nobody_keeps_it),
		CASE(each_request_is_told_of_once),
		CASE(a_request_that_finds_no_room_is_told_of_too),
		CASE(who_leaves_in_the_middle_has_been_sent_nothing),
		CASE(a_socket_that_listens_is_taken_over),
	};

	return cmocka_run_group_tests_name("http_answers", tests, NULL, NULL);
}
