// SPDX-License-Identifier: GPL-2.0-or-later
#include "http_fixture.h"

#include <sys/wait.h>

#include "net/net.h"

static void an_answer_has_its_length_and_says_nothing_of_the_server(void **state)
{
	CLEANUP(free_ptr) char *reply = web_ask(*state, "GET /hello HTTP/1.1");

	assert_int_equal(web_status(reply), 200);
	assert_string_equal(web_body(reply), "hello\n");
	assert_non_null(strstr(reply, "\r\nContent-Length: 6\r\n"));
	assert_non_null(strstr(reply, "\r\nContent-Type: text/plain\r\n"));
	assert_non_null(strstr(reply, "\r\nX-Content-Type-Options: nosniff\r\n"));
	assert_non_null(strstr(reply, "\r\nETag: \"h1\"\r\n"));
	assert_non_null(strstr(reply, "\r\nCache-Control: no-cache\r\n"));
	assert_null(strcasestr(reply, "\r\nServer:"));
	says(*state, "GET /nothing HTTP/1.1", 404, "nosniff");
}

static void a_head_is_answered_without_the_body(void **state)
{
	CLEANUP(free_ptr) char *reply = web_ask(*state, "HEAD /file HTTP/1.1");

	assert_int_equal(web_status(reply), 200);
	assert_string_equal(web_body(reply), "");
	assert_non_null(strstr(reply, "\r\nContent-Length: 100000\r\n"));
	assert_non_null(strstr(reply, "immutable\r\n"));
}

static void what_the_client_has_is_not_sent_again(void **state)
{
	static const char *const have[] = { "\"h1\"", "W/\"h1\"", "\"x\", \"h1\"", "*" };

	for (size_t i = 0; i < sizeof(have) / sizeof(*have); i++) {
		CLEANUP(free_ptr)
		char *head = mem_printf("GET /hello HTTP/1.1\r\nIf-None-Match: %s", have[i]);
		CLEANUP(free_ptr) char *reply = web_ask(*state, head);

		assert_int_equal(web_status(reply), 304);
		assert_string_equal(web_body(reply), "");
		assert_non_null(strstr(reply, "\"h1\""));
	}
	asked(*state, "GET /hello HTTP/1.1\r\nIf-None-Match: \"other\"", 200);
	asked(*state, "GET /file HTTP/1.1\r\nRange: bytes=0-1\r\nIf-None-Match: \"f1\"", 304);
	asked(*state, "GET /nothing HTTP/1.1\r\nIf-None-Match: *", 404);
}

static void a_part_of_a_file_is_sent(void **state)
{
	static const struct {
		const char *fields, *of;
		int status;
		size_t len;
		const char *begin;
	} t[] = {
		{ "bytes=0-9", "bytes 0-9/100000", 206, 10, "000000000\n" },
		{ "bytes=15-24", "bytes 15-24/100000", 206, 10, "0001\n00000" },
		{ "bytes=99990-", "bytes 99990-99999/100000", 206, 10, "000009999\n" },
		{ "bytes=-4", "bytes 99996-99999/100000", 206, 4, "999\n" },
		{ "bytes=-200000", "bytes 0-99999/100000", 206, FILE_LEN, "000000000\n" },
		{ "bytes=50000-200000", "bytes 50000-99999/100000", 206, 50000, "000005000\n" },
		{ "bytes=100000-", "bytes */100000", 416, 0, "" },
		{ "bytes=100000-100001", "bytes */100000", 416, 0, "" },
		{ "bytes=-0", "bytes */100000", 416, 0, "" },
		{ "bytes=0-0\r\nIf-Range: \"f1\"", "bytes 0-0/100000", 206, 1, "0" },
		{ "bytes=0-0\r\nIf-Range: \"old\"", NULL, 200, FILE_LEN, "000000000\n" },
		{ "bytes=0-1,4-5", NULL, 200, FILE_LEN, "000000000\n" },
		{ "bytes=5-4", NULL, 200, FILE_LEN, "000000000\n" },
		{ "bytes=-", NULL, 200, FILE_LEN, "000000000\n" },
		{ "bytes=", NULL, 200, FILE_LEN, "000000000\n" },
		{ "bytes=--1", NULL, 200, FILE_LEN, "000000000\n" },
		{ "bytes= 0-1", NULL, 200, FILE_LEN, "000000000\n" },
		{ "lines=0-1", NULL, 200, FILE_LEN, "000000000\n" },
		{ "bytes=0-99999999999999999999", NULL, 200, FILE_LEN, "000000000\n" },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		CLEANUP(free_ptr)
		char *head = mem_printf("GET /file HTTP/1.1\r\nRange: %s", t[i].fields);
		CLEANUP(free_ptr) char *reply = web_ask(*state, head);
		CLEANUP(free_ptr) char *len = mem_printf("\r\nContent-Length: %zu\r\n", t[i].len);
		const char *body = web_body(reply);

		if (web_status(reply) != t[i].status)
			fail_msg("%s: %.40s", t[i].fields, reply);
		assert_int_equal(strlen(body), t[i].len);
		assert_int_equal(strncmp(body, t[i].begin, strlen(t[i].begin)), 0);
		assert_non_null(strstr(reply, len));
		if (t[i].of)
			assert_non_null(strstr(reply, t[i].of));
		else
			assert_null(strstr(reply, "Content-Range"));
	}
	says(*state, "HEAD /file HTTP/1.1\r\nRange: bytes=0-9", 206, "\r\nContent-Length: 10\r\n");
	asked(*state, "GET /hello HTTP/1.1\r\nRange: bytes=0-1", 200); /* no file */
}

static void a_path_that_could_lead_elsewhere_is_refused(void **state)
{
	static const char *const bad[] = {
		"/../etc/passwd",
		"/a/..",
		"/..",
		"/a%2f..",
		"/..a/../b",
		"/%2e%2e/x",
		"/.%2E/x",
		"/a/..%2fb",
		"//x",
		"/a//b",
		"/a%2f//b",
		"/%2fevil.example",
		"/a%00b",
		"/hello%00",
		"/a%0d%0aX:",
		"/a%7fb",
		"/a%1f",
		"/%",
		"/%2",
		"/%zz",

		"hello",
		"*",
		"a/../b",
		"?x",
		"/%c0%ae%c0%ae/..",
		"http://lab/hello",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CLEANUP(free_ptr) char *head = mem_printf("GET %s HTTP/1.1", bad[i]);

		asked(*state, head, 400);
	}
	says(*state, "GET /said/a%20b%2Bc%25?x=%20&y=../.. HTTP/1.1\r\nX-Test: 1", 200,
	     "\r\n\r\n/said/a b+c%|x=%20&y=../..|1|127.0.0.1");
	says(*state, "GET /said/a..b%2F%2Fc..@x/. HTTP/1.1", 200, "\r\n\r\n/said/a..b//c..@x/.|");
	says(*state, "GET /said?a?b HTTP/1.1", 200, "\r\n\r\n/said|a?b|none|127.0.0.1");
}

static void other_methods_are_refused(void **state)
{
	static const char *const bad[] = { "PUT",   "DELETE", "OPTIONS", "TRACE",
					   "PATCH", "get",    "PROPFIND" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CLEANUP(free_ptr) char *head = mem_printf("%s /hello HTTP/1.1", bad[i]);

		says(*state, head, 405, "\r\nAllow: GET, HEAD, POST\r\n");
	}
}

static void a_folder_is_not_listed(void **state)
{
	CLEANUP(close_fd) int fd = web_connect(*state, 1);
	CLEANUP(buf_done) struct buf b = { 0 };
	static const char text[] = "GET /folder HTTP/1.1\r\nHost: lab\r\n\r\n";

	assert_true(web_send(*state, fd, text, strlen(text)));
	assert_true(web_hear(*state, fd, 5000, &b));
	assert_int_equal(b.len, 0); /* a fault of the answer's: no answer */
}

static void requests_in_one_go_are_answered_in_their_order(void **state)
{
	static const char text[] = "GET /said/1 HTTP/1.1\r\nHost: lab\r\n\r\n"
				   "POST /echo HTTP/1.1\r\nHost: lab\r\nContent-Length: 2\r\n\r\nab"
				   "GET /said/3 HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n"
				   "GET /said/4 HTTP/1.1\r\nHost: lab\r\n\r\n";
	CLEANUP(close_fd) int fd = web_connect(*state, 1);
	CLEANUP(buf_done) struct buf b = { 0 };
	const char *one, *two, *three;

	assert_true(web_send(*state, fd, text, strlen(text)));
	assert_true(web_hear(*state, fd, 5000, &b));
	one = strstr(b.data, "/said/1|");
	two = strstr(b.data, "POSTab");
	three = strstr(b.data, "/said/3|");
	assert_true(one && two && three && one < two && two < three);
	assert_null(strstr(b.data, "/said/4"));
}

static void a_client_that_has_said_all_is_answered(void **state)
{
	static const char text[] = "GET /file HTTP/1.1\r\nHost: lab\r\n\r\n";
	CLEANUP(close_fd) int fd = web_connect(*state, 1);
	CLEANUP(buf_done) struct buf b = { 0 };

	web_step(*state, 50);
	assert_true(web_send(*state, fd, text, strlen(text)));
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	assert_true(web_hear(*state, fd, 5000, &b));
	assert_int_equal(strlen(web_body(b.data)), FILE_LEN);
}

/* curl's view of it, in a process of its own. */
static void a_real_client_is_served(void **state)
{
	struct web *w = *state;
	CLEANUP(free_ptr) char *url = mem_printf("http://127.0.0.1:%d/file", http_port(w->server));
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		const struct net_manners manners = { .tries = 1, .cancel_fd = -1 };
		struct net_request req = { .url = url };
		struct net_answer a = { 0 }, b = { 0 };
		struct net *net = NULL;
		struct err err;
		bool ok = net_open(&manners, &net, &err) == 0 &&
			  net_ask(net, &req, &a, &err) == 0 && a.status == 200 &&
			  a.body.len == FILE_LEN && strcmp(a.etag, "\"f1\"") == 0;

		req.etag = a.etag;
		_exit(ok && net_ask(net, &req, &b, &err) == 0 && b.status == 304 ? 0 : 1);
	}
	while (waitpid(pid, &status, WNOHANG) == 0)
		web_step(w, 20);
	assert_int_equal(status, 0);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, web_setup, web_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(an_answer_has_its_length_and_says_nothing_of_the_server),
		CASE(a_head_is_answered_without_the_body),
		CASE(what_the_client_has_is_not_sent_again),
		CASE(a_part_of_a_file_is_sent),
		CASE(a_path_that_could_lead_elsewhere_is_refused),
		CASE(other_methods_are_refused),
		CASE(a_folder_is_not_listed),
		CASE(requests_in_one_go_are_answered_in_their_order),
		CASE(a_client_that_has_said_all_is_answered),
		CASE(a_real_client_is_served),
	};

	return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
