// SPDX-License-Identifier: GPL-2.0-or-later
/* net_ask() against a server that behaves and misbehaves. */
#include "net_fixture.h"

#include <errno.h>

#define HTML "Content-Type: text/html\r\n"
#define JSON "application/json"

static char other[32]; /* host:port of a second server, for redirects */

static bool good(int fd, const char *head, int request)
{
	(void)head;
	(void)request;
	return answer(fd, "200 OK",
		      "Content-Type: Application/JSON; charset=utf-8\r\n"
		      "ETag: \"v1\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
		      "Date: Mon, 07 Nov 1994 08:49:37 GMT\r\nSet-Cookie: a=b\r\n"
		      "Link: </list?page=2>; rel=\"next\"\r\n",
		      "[1]");
}

static void answer_comes_with_what_its_header_says(void **state)
{
	struct lab l;
	char next[128];

	(void)state;
	lab_up(&l, good);
	assert_int_equal(get(&l, "/list"), 0);
	assert_int_equal(l.answer.status, 200);
	assert_string_equal(buf_text(&l.answer.body), "[1]");
	assert_string_equal(l.answer.type, JSON);
	assert_string_equal(l.answer.etag, "\"v1\"");
	assert_string_equal(l.answer.last_modified, "Sun, 06 Nov 1994 08:49:37 GMT");
	assert_string_equal(l.answer.date, "Mon, 07 Nov 1994 08:49:37 GMT");
	assert_string_equal(l.answer.location, "");
	snprintf(next, sizeof(next), "%s/list?page=2", l.server.url);
	assert_string_equal(l.answer.link_next, next);
	assert_non_null(strstr(l.server.seen->last, "User-Agent: dmalab/"));
	lab_down(&l);
}

static void connection_is_kept_and_cookies_are_not(void **state)
{
	struct lab l;

	(void)state;
	lab_up(&l, good);
	for (int i = 0; i < 5; i++)
		assert_int_equal(get(&l, "/"), 0);
	assert_int_equal(l.server.seen->requests, 5);
	assert_int_equal(l.server.seen->connections, 1);
	assert_null(strcasestr(l.server.seen->last, "cookie"));
	lab_down(&l);
}

static bool bad_gateway_once(int fd, const char *head, int request)
{
	(void)head;
	if (request == 1)
		return answer(fd, "502 Bad Gateway", HTML, "<html>oh\n</html>");
	return answer_json(fd, "[2]");
}

static void bad_gateway_with_html_is_asked_again(void **state)
{
	struct lab l;

	(void)state;
	lab_up(&l, bad_gateway_once);
	assert_int_equal(get(&l, "/"), 0);
	assert_string_equal(buf_text(&l.answer.body), "[2]");
	assert_int_equal(l.server.seen->requests, 2);
	lab_down(&l);
}

static bool by_path(int fd, const char *head, int request)
{
	char status[64] = "", body[256];

	(void)request;
	sscanf(head, "%*s /%3[0-9]", status);
	strcat(status, " Whatever");
	snprintf(body, sizeof(body), "{\"detail\":\"because\n%s\"}",
		 strstr(head, "Authorization") ? TOKEN : "");
	return answer(fd, status, "Content-Type: application/json\r\n", body);
}

static void statuses_become_errors_and_sentences(void **state)
{
	struct lab l;

	(void)state;
	lab_up(&l, by_path);
	assert_int_equal(get(&l, "/404"), -ENOENT);
	assert_says(&l, "has nothing at /404 (404)");
	assert_says(&l, l.server.host);
	assert_int_equal(get(&l, "/410"), -ENOENT);
	assert_int_equal(get(&l, "/401"), -EACCES);
	assert_int_equal(get(&l, "/403?project=x"), -EACCES);
	assert_says(&l, "it may want a token");
	assert_int_equal(get(&l, "/400"), -EINVAL);
	assert_says(&l, "answers 400 to /400 and says: {\"detail\":\"because \"}: asking again");
	assert_int_equal(get(&l, "/422"), -EINVAL);
	assert_int_equal(get(&l, "/300"), -EINVAL);
	assert_int_equal(get(&l, "/304"), -EINVAL);
	assert_int_equal(l.server.seen->requests, 8); /* each asked once */
	assert_int_equal(get(&l, "/503"), -EAGAIN);
	assert_says(&l, "answers 503 to /503, asked 3 times");
	assert_int_equal(get(&l, "/429"), -EAGAIN);
	assert_int_equal(l.server.seen->requests, 8 + 6);
	lab_down(&l);
}

static void token_goes_to_its_host_and_into_no_message(void **state)
{
	struct net_request req = { .token = TOKEN };
	struct lab l;

	(void)state;
	lab_up(&l, by_path);
	req.host = l.server.host;
	assert_int_equal(ask(&l, "/403", req), -EACCES); /* which echoes it */
	assert_says(&l, "is the token right");
	assert_non_null(strstr(l.server.seen->last, "Authorization: Token " TOKEN "\r\n"));
	assert_int_equal(ask(&l, "/400", req), -EINVAL);
	req.host = "127.0.0.1:1";
	assert_int_equal(ask(&l, "/403", req), -EACCES);
	assert_null(strstr(l.server.seen->last, TOKEN));
	req.token = TOKEN "\r\nX-Other: 1";
	assert_int_equal(ask(&l, "/200", req), -EINVAL);
	assert_int_equal(l.server.seen->requests, 3);
	lab_down(&l);
}

static bool redirecting(int fd, const char *head, int request)
{
	char fields[256];
	int left = 0;

	(void)request;
	if (strstr(head, " /there "))
		return answer_json(fd, "{}");
	if (strstr(head, " /elsewhere "))
		snprintf(fields, sizeof(fields), "Location: http://%s/there\r\n", other);
	else if (strstr(head, " /file "))
		snprintf(fields, sizeof(fields), "Location: file:///etc/passwd\r\n");
	else if (sscanf(head, "%*s /chain/%d", &left) == 1 && left > 1)
		snprintf(fields, sizeof(fields), "Location: ../chain/%d\r\n", left - 1);
	else
		snprintf(fields, sizeof(fields), "Location: /there\r\n");
	return answer(fd, left % 2 ? "308 Permanent" : "302 Found", fields, "<html>");
}

static void five_redirects_are_followed_and_no_sixth(void **state)
{
	struct net_request req = { .token = TOKEN };
	struct lab l;

	(void)state;
	lab_up(&l, redirecting);
	req.host = l.server.host;
	assert_int_equal(ask(&l, "/chain/5", req), 0);
	assert_int_equal(l.server.seen->requests, 6);
	assert_non_null(strstr(l.server.seen->last, TOKEN)); /* the same host */
	assert_int_equal(get(&l, "/chain/6"), -EINVAL);
	assert_says(&l, "after 5 redirects");
	assert_int_equal(l.server.seen->requests, 12);
	assert_int_equal(get(&l, "/file"), -EINVAL);
	assert_says(&l, "points nowhere");
	lab_down(&l);
}

static void redirect_to_another_host_goes_without_the_token(void **state)
{
	struct net_request req = { .token = TOKEN };
	struct server second;
	struct lab l;

	(void)state;
	server_start(&second, redirecting);
	memcpy(other, second.host, sizeof(other));
	lab_up(&l, redirecting);
	req.host = l.server.host;
	assert_int_equal(ask(&l, "/elsewhere", req), 0);
	assert_non_null(strstr(l.server.seen->last, TOKEN));
	assert_int_equal(second.seen->requests, 1);
	assert_null(strstr(second.seen->last, "Authorization"));
	assert_null(strstr(second.seen->last, TOKEN));
	lab_down(&l);
	server_stop(&second);
}

static void post_follows_no_redirect(void **state)
{
	struct net_request req = { .post = "{}", .post_type = JSON };
	struct lab l;

	(void)state;
	lab_up(&l, redirecting);
	assert_int_equal(ask(&l, "/checks", req), -EINVAL);
	assert_says(&l, "/there: mend the URL, since a POST follows no redirect");
	assert_int_equal(l.server.seen->requests, 1);
	lab_down(&l);
}

static bool busy_at_first(int fd, const char *head, int request)
{
	if (request == 1)
		return answer(fd, "503 Busy", "", "");
	return strncmp(head, "PUT /kernel ", 12) == 0 && strstr(head, "Content-Length: 70000\r\n")
		       ? answer(fd, "201 Created", "", "")
		       : answer(fd, "400 No", "", "");
}

static void file_is_put_whole_and_again_where_the_server_was_busy(void **state)
{
	char path[] = "/tmp/dmalab-put-XXXXXX";
	struct net_request req = { .put = path };
	int fd = mkstemp(path);
	struct lab l;

	(void)state;
	assert_int_equal(ftruncate(fd, 70000), 0);
	lab_up(&l, busy_at_first);
	assert_int_equal(ask(&l, "/kernel", req), 0);
	assert_int_equal(l.server.seen->requests, 2);
	lab_down(&l);
	lab_up(&l, redirecting);
	assert_int_equal(ask(&l, "/kernel", req), -EINVAL);
	assert_says(&l, "since a PUT follows no redirect");
	lab_down(&l);
	close(fd);
	unlink(path);
	lab_up(&l, busy_at_first);
	assert_int_equal(ask(&l, "/kernel", req), -ENOENT);
	lab_down(&l);
}

static bool lost_after_the_first(int fd, const char *head, int request)
{
	(void)head;
	return request == 1 ? answer_json(fd, "{}") : false;
}

static void post_is_sent_once_though_a_kept_connection_ends(void **state)
{
	struct net_request req = { .post = "{\"state\":\"success\"}", .post_type = JSON };
	struct lab l;

	(void)state;
	lab_up(&l, lost_after_the_first);
	assert_int_equal(get(&l, "/"), 0);
	assert_int_equal(ask(&l, "/checks/", req), -EAGAIN);
	assert_says(&l, "may have been taken");
	assert_int_equal(l.server.seen->requests, 2);
	assert_non_null(strstr(l.server.seen->last, "Content-Type: application/json\r\n"));
	lab_down(&l);
}

static bool unavailable(int fd, const char *head, int request)
{
	(void)head;
	(void)request;
	return answer(fd, "503 Busy", "Retry-After: 60\r\n", "");
}

static void post_is_sent_once_whatever_the_status(void **state)
{
	struct net_request req = { .post = "{}", .post_type = JSON };
	struct lab l;

	(void)state;
	lab_up(&l, unavailable);
	assert_int_equal(ask(&l, "/", req), -EAGAIN);
	assert_int_equal(l.server.seen->requests, 1);
	lab_down(&l);
}

static bool unchanged(int fd, const char *head, int request)
{
	(void)request;
	if (strstr(head, "If-None-Match: \"v1\"\r\n") &&
	    strstr(head, "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n"))
		return answer(fd, "304 Not Modified", "ETag: \"v1\"\r\n", "");
	return answer(fd, "200 OK", "ETag: \"v2\"\r\n", "new");
}

static void what_is_known_already_comes_as_304(void **state)
{
	struct net_request req = { .etag = "\"v1\"",
				   .want_type = JSON,
				   .last_modified = "Sun, 06 Nov 1994 08:49:37 GMT" };
	struct lab l;

	(void)state;
	lab_up(&l, unchanged);
	assert_int_equal(ask(&l, "/", req), 0);
	assert_int_equal(l.answer.status, 304);
	assert_int_equal(l.answer.body.len, 0);
	assert_int_equal(get(&l, "/"), 0);
	assert_string_equal(l.answer.etag, "\"v2\"");
	lab_down(&l);
}

static bool proxy_page(int fd, const char *head, int request)
{
	(void)request;
	if (strstr(head, "Accept: application/json\r\n"))
		return answer(fd, "200 OK", HTML, "<html>");
	return answer(fd, "200 OK", "", "of no type");
}

static void page_where_json_was_asked_for_may_pass(void **state)
{
	struct net_request req = { .want_type = JSON };
	struct lab l;

	(void)state;
	lab_up(&l, proxy_page);
	assert_int_equal(ask(&l, "/api/", req), -EAGAIN);
	assert_says(&l, "answers text/html to /api/ where application/json was asked for");
	assert_int_equal(l.server.seen->requests, 3);
	assert_int_equal(get(&l, "/api/"), 0);
	assert_string_equal(l.answer.type, "");
	lab_down(&l);
}

static void what_cannot_be_asked_is_refused(void **state)
{
	struct net_request req = { .url = "http://127.0.0.1:1/x" };
	struct lab l;

	(void)state;
	lab_up(&l, good);
	assert_int_equal(net_ask(l.net, &req, &l.answer, &l.err), -EAGAIN);
	assert_says(&l, "127.0.0.1:1 gave no whole answer to /x, asked 3 times");
	req.url = "file:///etc/passwd";
	assert_int_equal(net_ask(l.net, &req, &l.answer, &l.err), -EINVAL);
	req.url = "http://me:secret@127.0.0.1:1/";
	assert_int_equal(net_ask(l.net, &req, &l.answer, &l.err), -EINVAL);
	assert_null(strstr(l.err.msg, "secret"));
	req = (struct net_request){ .etag = "a\r\nX: b" };
	assert_int_equal(ask(&l, "/", req), -EINVAL);
	assert_int_equal(l.server.seen->requests, 0);
	lab_down(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answer_comes_with_what_its_header_says),
		cmocka_unit_test(connection_is_kept_and_cookies_are_not),
		cmocka_unit_test(bad_gateway_with_html_is_asked_again),
		cmocka_unit_test(statuses_become_errors_and_sentences),
		cmocka_unit_test(token_goes_to_its_host_and_into_no_message),
		cmocka_unit_test(five_redirects_are_followed_and_no_sixth),
		cmocka_unit_test(redirect_to_another_host_goes_without_the_token),
		cmocka_unit_test(post_follows_no_redirect),
		cmocka_unit_test(file_is_put_whole_and_again_where_the_server_was_busy),
		cmocka_unit_test(post_is_sent_once_though_a_kept_connection_ends),
		cmocka_unit_test(post_is_sent_once_whatever_the_status),
		cmocka_unit_test(what_is_known_already_comes_as_304),
		cmocka_unit_test(page_where_json_was_asked_for_may_pass),
		cmocka_unit_test(what_cannot_be_asked_is_refused),
	};

	unset_proxy();
	return cmocka_run_group_tests_name("net_ask", tests, NULL, NULL);
}
