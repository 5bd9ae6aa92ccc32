// SPDX-License-Identifier: GPL-2.0-or-later
/* agent/net without a network: URLs, headers, when to ask again. */
#include "unit.h"

#include <errno.h>
#include <limits.h>

#include "base/buf.h"
#include "net/header.h"
#include "net/net.h"
#include "net/url.h"

static void assert_host(const char *url, const char *want)
{
	char *host = net_host(url);

	if (want)
		assert_string_equal(host, want);
	else
		assert_null(host);
	free(host);
}

static void host_is_lower_case_and_has_its_port(void **state)
{
	(void)state;
	assert_host("https://Lore.Kernel.ORG/lkml/", "lore.kernel.org:443");
	assert_host("http://lore.kernel.org", "lore.kernel.org:80");
	assert_host("HTTP://127.0.0.1:8080/x?y#z", "127.0.0.1:8080");
	assert_host("http://0x7f.1/", "127.0.0.1:80");
	assert_host("https://[::1]:8443/", "[::1]:8443");
}

static void host_of_what_is_no_web_address_is_none(void **state)
{
	static const char *const bad[] = { "",
					   "/api/",
					   "ftp://example.org/",
					   "file:///etc/passwd",
					   "https://",
					   "https://user:password@example.org/",
					   "https://example.org@other.example/",
					   "https://example.org:99999/",
					   "http://exa\nmple.org/",
					   "javascript:alert(1)" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_host(bad[i], NULL);
}

static void escape_leaves_only_unreserved_characters(void **state)
{
	struct buf b = { 0 };

	(void)state;
	net_escape(&b, "aZ09-._~ /+%<x@y>?&=#\xc3\xa4");
	assert_string_equal(buf_text(&b), "aZ09-._~%20%2F%2B%25%3Cx%40y%3E%3F%26%3D%23%C3%A4");
	buf_done(&b);
}

static void backoff_doubles_up_to_a_minute_less_a_jitter_of_half(void **state)
{
	const struct net_manners m = { .tries = 100, .backoff_ms = 1000 };
	static const int want[] = { 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000 };

	(void)state;
	for (int i = 0; i < 8; i++) {
		int least = INT_MAX, most = 0;

		assert_int_equal(net_retry_ms(&m, NET_NO_ANSWER, 0, 0, i + 1, 0), want[i]);
		for (unsigned random = 0; random < 100000; random += 7) {
			int ms = net_retry_ms(&m, NET_NO_ANSWER, 0, 0, i + 1, random);

			least = ms < least ? ms : least;
			most = ms > most ? ms : most;
		}
		assert_int_equal(most, want[i]);
		assert_in_range(least, want[i] / 2, want[i] / 2 + 10);
	}
	assert_int_equal(net_retry_ms(&m, NET_NO_ANSWER, 0, 0, 99, 0), 60000);
}

static void retry_after_replaces_backoff_and_ends_at_five_minutes(void **state)
{
	const struct net_manners m = { .backoff_ms = 10 };

	(void)state;
	assert_int_equal(net_retry_ms(&m, NET_STATUS, 429, 7, 1, 5), 7000);
	assert_int_equal(net_retry_ms(&m, NET_STATUS, 503, 7, 3, 5), 7000);
	assert_int_equal(net_retry_ms(&m, NET_STATUS, 503, 301, 1, 0), 300000);
	assert_int_equal(net_retry_ms(&m, NET_STATUS, 503, INT_MAX, 1, 0), 300000);
	assert_int_equal(net_retry_ms(&m, NET_STATUS, 503, 0, 1, 0), 10);
	assert_int_equal(net_retry_ms(&m, NET_STATUS, 503, -1, 1, 0), 10);
}

static void only_what_may_pass_is_asked_again(void **state)
{
	const struct net_manners m = { 0 };
	static const int may[] = { 408, 429, 500, 502, 503, 504, 599 };
	static const int never[] = { 300, 301, 304, 400, 401, 403, 404, 405, 409, 410, 415, 422 };

	(void)state;
	for (size_t i = 0; i < sizeof(may) / sizeof(*may); i++)
		assert_true(net_retry_ms(&m, NET_STATUS, may[i], 0, 1, 0) > 0);
	for (size_t i = 0; i < sizeof(never) / sizeof(*never); i++)
		assert_int_equal(net_retry_ms(&m, NET_STATUS, never[i], 9, 1, 0), -1);
	assert_true(net_retry_ms(&m, NET_WRONG_TYPE, 200, 0, 1, 0) > 0);
	assert_true(net_retry_ms(&m, NET_NO_ANSWER, 0, 0, 1, 0) > 0);
	assert_int_equal(net_retry_ms(&m, NET_TOO_LONG, 200, 0, 1, 0), -1);
	assert_int_equal(net_retry_ms(&m, NET_NONE, 200, 0, 1, 0), -1);
}

static void tries_come_to_an_end(void **state)
{
	const struct net_manners two = { .tries = 2 }, zero = { 0 };

	(void)state;
	assert_true(net_retry_ms(&two, NET_STATUS, 502, 0, 1, 0) > 0);
	assert_int_equal(net_retry_ms(&two, NET_STATUS, 502, 60, 2, 0), -1);
	assert_true(net_retry_ms(&zero, NET_NO_ANSWER, 0, 0, 3, 0) > 0);
	assert_int_equal(net_retry_ms(&zero, NET_NO_ANSWER, 0, 0, 4, 0), -1);
}

static void line(struct header *h, const char *text)
{
	header_line(h, text, strlen(text));
}

static int retry_after(const char *value, const char *date)
{
	struct header h = { 0 };
	int s;

	line(&h, value);
	line(&h, date);
	s = header_retry_after(&h, 784111777); /* Sun, 06 Nov 1994 08:49:37 GMT */
	header_done(&h);
	return s;
}

static void retry_after_is_seconds_or_a_date_by_the_servers_clock(void **state)
{
	(void)state;
	assert_int_equal(retry_after("Retry-After: 120\r\n", ""), 120);
	assert_int_equal(retry_after("retry-after:120", ""), 120);
	assert_int_equal(retry_after("Retry-After: Sun, 06 Nov 1994 08:50:37 GMT\r\n", ""), 60);
	assert_int_equal(retry_after("Retry-After: Sun, 06 Nov 1994 08:50:37 GMT",
				     "Date: Sun, 06 Nov 1994 08:50:00 GMT"),
			 37);
	assert_int_equal(retry_after("Retry-After: Sun, 06 Nov 1994 08:00:00 GMT", ""), 0);
	assert_int_equal(retry_after("Retry-After: 99999999999999999999", ""), INT_MAX);
	assert_int_equal(retry_after("Retry-After: -5", ""), 0);
	assert_int_equal(retry_after("Retry-After: soon", ""), 0);
	assert_int_equal(retry_after("Retry-After:", ""), 0);
	assert_int_equal(retry_after("", ""), 0);
}

static void assert_next(const char *value, const char *want)
{
	char *url = header_link_next(value);

	if (want)
		assert_string_equal(url, want);
	else
		assert_null(url);
	free(url);
}

static void link_to_the_next_page_is_found_among_others(void **state)
{
	(void)state;
	assert_next("<http://h/?page=2>; rel=\"next\", <http://h/?page=1>; rel=\"first\"",
		    "http://h/?page=2");
	assert_next("<http://h/?page=1>; rel=\"first\", <http://h/?page=2,3>; rel=next",
		    "http://h/?page=2,3");
	assert_next("</a>;title=\"x, <b>; rel=next\";REL=\"last  Next\"", "/a");
	assert_next("</a>; title=\"\\\"\" ; rel = next", "/a");
	assert_next("</a>; rel=first; rel=next", NULL);
	assert_next("</a>; rel=\"nextish\", </b>", NULL);
	assert_next("</a>; rel=\"next", "/a");
	assert_next("</a; rel=next", NULL);
	assert_next("a; rel=next", NULL);
	assert_next("<>;;;=;,=\",\\", NULL);
	assert_next("", NULL);
}

static void header_of_an_interim_answer_is_forgotten(void **state)
{
	struct header h = { 0 };

	(void)state;
	line(&h, "HTTP/1.1 103 Early Hints\r\n");
	line(&h, "ETag: \"old\"\r\n");
	line(&h, "HTTP/1.1 200 OK\r\n");
	line(&h, "CONTENT-TYPE: Application/JSON ; charset=utf-8\r\n");
	line(&h, "Link: </1>; rel=last\r\n");
	line(&h, "Link: </2>; rel=next\r\n");
	line(&h, "Link: </3>; rel=next\r\n");
	line(&h, "no colon at all\r\n");
	line(&h, "Location: /a\x01\x7f");
	assert_null(h.etag);
	assert_string_equal(h.type, "application/json");
	assert_string_equal(h.link_next, "/2");
	assert_string_equal(h.location, "/a  ");
	header_done(&h);
}

static int redirect(const char *from, const char *location, int before, char *to, struct err *err)
{
	struct url a, b = { 0 };
	int r;

	assert_true(url_read(from, NULL, &a));
	r = url_redirect(&a, location, before, &b, err);
	snprintf(to, 256, "%s", b.text ? b.text : "");
	url_done(&a);
	url_done(&b);
	return r;
}

static void redirects_go_anywhere_but_away_from_tls(void **state)
{
	struct err err = { 0 };
	char to[256];

	(void)state;
	assert_int_equal(redirect("http://h/a/b?c", "../d", 0, to, &err), 0);
	assert_string_equal(to, "http://h/d");
	assert_int_equal(redirect("http://h/", "https://h/x y", 4, to, &err), 0);
	assert_string_equal(to, "https://h/x%20y");
	assert_int_equal(redirect("https://h/", "//other/", 0, to, &err), 0);
	assert_string_equal(to, "https://other/");

	assert_int_equal(redirect("https://h/a", "http://h/a", 0, to, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "without TLS"));
	assert_int_equal(redirect("http://h/", "/again", 5, to, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "after 5 redirects"));
	assert_int_equal(redirect("http://h/", "file:///etc/passwd", 0, to, &err), 1);
	assert_int_equal(redirect("http://h/", "http://u:p@h/", 0, to, &err), 1);
	assert_int_equal(redirect("http://h/", "", 0, to, &err), 1);
	assert_int_equal(redirect("http://h/", NULL, 0, to, &err), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_is_lower_case_and_has_its_port),
		cmocka_unit_test(host_of_what_is_no_web_address_is_none),
		cmocka_unit_test(escape_leaves_only_unreserved_characters),
		cmocka_unit_test(backoff_doubles_up_to_a_minute_less_a_jitter_of_half),
		cmocka_unit_test(retry_after_replaces_backoff_and_ends_at_five_minutes),
		cmocka_unit_test(only_what_may_pass_is_asked_again),
		cmocka_unit_test(tries_come_to_an_end),
		cmocka_unit_test(retry_after_is_seconds_or_a_date_by_the_servers_clock),
		cmocka_unit_test(link_to_the_next_page_is_found_among_others),
		cmocka_unit_test(header_of_an_interim_answer_is_forgotten),
		cmocka_unit_test(redirects_go_anywhere_but_away_from_tls),
	};

	return cmocka_run_group_tests_name("net", tests, NULL, NULL);
}
