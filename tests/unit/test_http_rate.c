// SPDX-License-Identifier: GPL-2.0-or-later
/* How often an address may ask, and which address that is. */
#include "http_fixture.h"

#include "http/client.h"
#include "http/rate.h"

static void so_many_in_a_window_and_no_more(void **state)
{
	CLEANUP(rate_freep) struct rate *r = rate_new(3, 10000);

	(void)state;
	for (int round = 0; round < 2; round++) {
		int64_t now = 5000 + round * 10000;

		for (int i = 0; i < 3; i++)
			assert_int_equal(rate_wait(r, 7, now + i), 0);
		assert_int_equal(rate_wait(r, 7, now + 3), 9997);
		assert_int_equal(rate_wait(r, 7, now + 9999), 1);
		assert_int_equal(rate_wait(r, 8, now + 9999), 0);
	}
	assert_int_equal(rate_wait(r, 7, 25000), 0);
}

static void who_only_looks_is_not_counted(void **state)
{
	CLEANUP(rate_freep) struct rate *r = rate_new(2, 60000);

	(void)state;
	assert_int_equal(rate_wait(r, 7, 1000), 0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(rate_left(r, 7, 1000), 0);
	assert_int_equal(rate_wait(r, 7, 2000), 0);
	assert_int_equal(rate_left(r, 7, 2000), 59000);
	assert_int_equal(rate_left(r, 8, 2000), 0);
	assert_int_equal(rate_left(r, 7, 61000), 0);
	assert_int_equal(rate_wait(r, 7, 61000), 0);
	assert_int_equal(rate_left(r, 7, 61000), 0);
}

static void address_zero_is_one_too(void **state)
{
	CLEANUP(rate_freep) struct rate *r = rate_new(1, 10000);

	(void)state;
	assert_int_equal(rate_wait(r, 0, 0), 0);
	assert_int_equal(rate_wait(r, 0, 0), 10000);
	assert_int_equal(rate_wait(r, 1, 0), 0);
}

static void of_a_crowd_the_latest_are_remembered(void **state)
{
	enum { CROWD = 200000, LATE = 400 };
	CLEANUP(rate_freep) struct rate *r = rate_new(1, 1000000);
	int first = 0, late = 0;

	(void)state;
	for (uint64_t i = 0; i < CROWD; i++)
		assert_int_equal(rate_wait(r, i << 20, (int64_t)i), 0);
	for (uint64_t i = 0; i < LATE; i++)
		late += rate_wait(r, (CROWD - 1 - i) << 20, CROWD) > 0;
	for (uint64_t i = 0; i < LATE; i++)
		first += rate_wait(r, i << 20, CROWD) > 0;
	assert_true(late > LATE * 9 / 10); /* one in some thousands shares its set with four */
	assert_int_equal(first, 0);
}

static struct client client(const char *text)
{
	struct client c = { 0 };

	(void)client_forwarded(text, &c);
	return c;
}

static void an_address_is_counted_by_its_net(void **state)
{
	(void)state;
	assert_string_equal(client("192.0.2.7").text, "192.0.2.7");
	assert_string_equal(client("::ffff:192.0.2.7").text, "192.0.2.7");
	assert_string_equal(client("2001:db8::1").text, "2001:db8::1");
	assert_true(client("192.0.2.7").key == client("::ffff:192.0.2.7").key);
	assert_true(client("192.0.2.7").key != client("192.0.2.8").key);
	assert_true(client("2001:db8::1").key == client("2001:db8:0:0:ffff::2").key);
	assert_true(client("2001:db8::1").key != client("2001:db8:0:1::1").key);
	assert_true(client("::1").is_known);
	assert_false(client_of(&(struct sockaddr){ .sa_family = AF_UNIX }).is_known);
}

static void the_last_address_is_the_proxys_word(void **state)
{
	static const char *const bad[] = { "",
					   "lab",
					   "192.0.2.1, lab",
					   "192.0.2.1,",
					   "1.2.3",
					   "1.2.3.4x",
					   "1.2.3.4 5.6.7.8",
					   "[::1]",
					   "1.2.3.4:80",
					   "2001:db8::1%eth0" };
	struct client c = { .text = "same" };

	(void)state;
	assert_string_equal(client("10.0.0.1, 192.0.2.7").text, "192.0.2.7");
	assert_string_equal(client("junk, \t2001:db8::1 ").text, "2001:db8::1");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (client_forwarded(bad[i], &c))
			fail_msg("'%s'", bad[i]);
	assert_string_equal(c.text, "same");
}

static int setup_counted(void **state)
{
	*state = web_new(&(struct http_limits){ .requests_address = 5 });
	return 0;
}

static int setup_proxy(void **state)
{
	*state = web_new(&(struct http_limits){
		.requests_address = 5, .connections_address = 1, .behind_proxy = true });
	return 0;
}

static void who_asks_too_often_is_told_when_to_come_again(void **state)
{
	static const char text[] = "GET /hello HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n";
	CLEANUP(close_fd) int fd = web_connect(*state, 2);
	CLEANUP(buf_done) struct buf b = { 0 };
	CLEANUP(free_ptr) char *reply = NULL;
	const char *after;

	for (int i = 0; i < 5; i++)
		asked(*state, i % 2 ? "GET /none HTTP/1.1" : "PUT / HTTP/1.1", i % 2 ? 404 : 405);
	reply = web_ask(*state, "GET /hello HTTP/1.1");
	assert_int_equal(web_status(reply), 429);
	after = strstr(reply, "\r\nRetry-After: ");
	assert_non_null(after);
	assert_true(atoi(after + 15) >= 8 && atoi(after + 15) <= 10);
	assert_true(web_send(*state, fd, text, strlen(text)));
	assert_true(web_hear(*state, fd, 5000, &b));
	assert_int_equal(web_status(b.data), 200); /* another address */
}

static void behind_a_proxy_its_clients_are_counted(void **state)
{
	int open[4];

	says(*state, "GET /said HTTP/1.1\r\nX-Forwarded-For: 1.1.1.1, 192.0.2.1", 200,
	     "|192.0.2.1");
	says(*state, "GET /said HTTP/1.1\r\nX-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 192.0.2.1",
	     200, "|192.0.2.1");
	says(*state, "GET /said HTTP/1.1\r\nX-Forwarded-For: <script>", 200, "|127.0.0.1");
	for (int i = 0; i < 3; i++)
		asked(*state, "GET /said HTTP/1.1\r\nX-Forwarded-For: 192.0.2.1", 200);
	asked(*state, "GET /said HTTP/1.1\r\nX-Forwarded-For: 192.0.2.1", 429);
	asked(*state, "GET /said HTTP/1.1\r\nX-Forwarded-For: 192.0.2.2", 200);
	for (int i = 0; i < 4; i++) /* more than connections_address */
		open[i] = web_connect(*state, 1);
	asked(*state, "GET /said HTTP/1.1\r\nX-Forwarded-For: 192.0.2.3", 200);
	for (int i = 0; i < 4; i++)
		close(open[i]);
}

static void without_a_proxy_nobody_says_who_he_is(void **state)
{
	says(*state, "GET /said HTTP/1.1\r\nX-Forwarded-For: 192.0.2.1", 200, "|127.0.0.1");
}

#define COUNTED(fn) cmocka_unit_test_setup_teardown(fn, setup_counted, web_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(so_many_in_a_window_and_no_more),
		cmocka_unit_test(who_only_looks_is_not_counted),
		cmocka_unit_test(address_zero_is_one_too),
		cmocka_unit_test(of_a_crowd_the_latest_are_remembered),
		cmocka_unit_test(an_address_is_counted_by_its_net),
		cmocka_unit_test(the_last_address_is_the_proxys_word),
		COUNTED(who_asks_too_often_is_told_when_to_come_again),
		cmocka_unit_test_setup_teardown(behind_a_proxy_its_clients_are_counted, setup_proxy,
						web_teardown),
		COUNTED(without_a_proxy_nobody_says_who_he_is),
	};

	return cmocka_run_group_tests_name("http_rate", tests, NULL, NULL);
}
