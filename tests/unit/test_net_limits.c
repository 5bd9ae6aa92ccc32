// SPDX-License-Identifier: GPL-2.0-or-later
/* net_ask() and answers that take too long, are too long or come in parts. */
#include "net_fixture.h"

#include <errno.h>

#include "base/clock.h"

static bool retry_after_a_minute(int fd, const char *head, int request)
{
	(void)head;
	(void)request;
	return answer(fd, "429 Too Many Requests", "Retry-After: 60\r\n", "");
}

/* Makes cancel_fd readable once the server was asked, from a process of its own. */
static pid_t cancel_when_asked(struct lab *l)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		while (l->server.seen->requests == 0)
			usleep(1000);
		usleep(50 * 1000);
		_exit(write(l->cancel[1], "x", 1) == 1 ? 0 : 1);
	}
	return pid;
}

static void assert_canceled_soon(answer_fn *fn)
{
	int64_t began = clock_ms();
	struct lab l;
	pid_t pid;

	lab_up(&l, fn);
	pid = cancel_when_asked(&l);
	assert_int_equal(get(&l, "/"), -ECANCELED);
	assert_in_range(clock_ms() - began, 50, 5000);
	assert_int_equal(l.server.seen->requests, 1);
	assert_int_equal(get(&l, "/"), -ECANCELED); /* it stays readable */
	assert_int_equal(l.server.seen->requests, 1);
	waitpid(pid, NULL, 0);
	lab_down(&l);
}

static void wait_that_a_server_asks_for_ends_with_a_cancel(void **state)
{
	(void)state;
	assert_canceled_soon(retry_after_a_minute);
}

static bool never(int fd, const char *head, int request)
{
	(void)head;
	(void)request;
	say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx");
	sleep(30);
	return false;
}

static void cancel_ends_a_slow_answer_at_once(void **state)
{
	(void)state;
	assert_canceled_soon(never);
}

static void slow_answer_is_given_up_and_asked_again(void **state)
{
	int64_t began = clock_ms();
	struct lab l;

	(void)state;
	lab_up(&l, never);
	lab_manners(&l, (struct net_manners){ .answer_ms = 200, .tries = 2, .backoff_ms = 5 });
	assert_int_equal(get(&l, "/slow"), -EAGAIN);
	assert_says(&l, "no whole answer to /slow within 0.2 s, asked 2 times");
	assert_in_range(clock_ms() - began, 400, 5000);
	assert_int_equal(l.server.seen->requests, 2);
	lab_down(&l);
}

static bool lost_or_cut_first(int fd, const char *head, int request)
{
	(void)head;
	if (request == 1)
		return false;
	if (request == 2) {
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
		return false;
	}
	return answer_json(fd, "whole");
}

static void lost_and_cut_answers_are_asked_again(void **state)
{
	struct lab l;

	(void)state;
	lab_up(&l, lost_or_cut_first);
	assert_int_equal(get(&l, "/"), 0);
	assert_string_equal(buf_text(&l.answer.body), "whole");
	assert_int_equal(l.server.seen->requests, 3);
	lab_down(&l);
}

static bool too_long(int fd, const char *head, int request)
{
	static char block[4096];

	(void)request;
	memset(block, 'x', sizeof(block));
	if (strstr(head, " /declared ")) {
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
		sleep(30);
	} else if (strstr(head, " /error ")) {
		say(fd, "HTTP/1.1 400 Bad\r\nContent-Type: text/plain\r\n\r\n");
	} else if (strstr(head, " /header ")) {
		say(fd, "HTTP/1.1 200 OK\r\n");
		for (block[sizeof(block) - 1] = '\n';;) {
			say(fd, "X-Much: ");
			put(fd, block, sizeof(block));
		}
	} else if (strstr(head, " /interim ")) {
		for (;;)
			say(fd, "HTTP/1.1 100 Continue\r\n\r\n");
	} else {
		say(fd, "HTTP/1.1 200 OK\r\n\r\n");
	}
	while (fd >= 0)
		put(fd, block, sizeof(block));
	return false;
}

static void answers_without_end_are_broken_off(void **state)
{
	struct lab l;

	(void)state;
	lab_up(&l, too_long);
	assert_int_equal(get(&l, "/endless"), -EFBIG);
	assert_says(&l, "more than the 65536 bytes");
	assert_int_equal(get(&l, "/declared"), -EFBIG);
	assert_int_equal(get(&l, "/header"), -EFBIG);
	assert_int_equal(get(&l, "/interim"), -EFBIG);
	assert_int_equal(get(&l, "/error"), -EINVAL);
	assert_says(&l, "says: xxx");
	assert_int_equal(l.server.seen->requests, 5);
	lab_down(&l);
}

/* {"a": 1} and 128 KiB of zeros, by gzip -9. */
static const unsigned char small[] = { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03,
				       0xab, 0x56, 0x4a, 0x54, 0xb2, 0x52, 0x30, 0xac, 0xe5, 0x02,
				       0x00, 0xfa, 0xa1, 0x47, 0x5c, 0x09, 0x00, 0x00, 0x00 };
static const unsigned char bomb[161] = { 0x1f, 0x8b, 0x08, 0x00, 0x00,	       0x00, 0x00,
					 0x00, 0x02, 0x03, 0xed, 0xc1,	       0x31, 0x01,
					 0x00, 0x00, 0x00, 0xc2, 0xa0,	       0xf5, 0x4f,
					 0xed, 0x61, 0x0d, 0xa0, [152] = 0x6e, 0xcd, 0xcd,
					 0xe8, 0x7e, 0x00, 0x00, 0x02,	       0x00 };

static bool gzipped(int fd, const char *head, int request)
{
	bool big = strstr(head, " /bomb ");
	size_t len = big ? sizeof(bomb) : sizeof(small);
	char text[256];

	(void)request;
	snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\n%sContent-Length: %zu\r\n\r\n",
		 strstr(head, " /file.gz ") ? "" : "Content-Encoding: gzip\r\n", len);
	say(fd, text);
	put(fd, big ? bomb : small, len);
	return true;
}

static void gzip_is_undone_within_the_limit(void **state)
{
	struct lab l;

	(void)state;
	lab_up(&l, gzipped);
	assert_int_equal(get(&l, "/small"), 0);
	assert_string_equal(buf_text(&l.answer.body), "{\"a\": 1}\n");
	assert_int_equal(get(&l, "/bomb"), -EFBIG);
	assert_int_equal(get(&l, "/file.gz"), 0); /* a file of that kind, not an encoding */
	assert_int_equal(l.answer.body.len, sizeof(small));
	lab_manners(&l, (struct net_manners){ .answer_bytes = 128 << 10 });
	assert_int_equal(get(&l, "/bomb"), 0);
	assert_int_equal(l.answer.body.len, 128 << 10);
	lab_down(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wait_that_a_server_asks_for_ends_with_a_cancel),
		cmocka_unit_test(cancel_ends_a_slow_answer_at_once),
		cmocka_unit_test(slow_answer_is_given_up_and_asked_again),
		cmocka_unit_test(lost_and_cut_answers_are_asked_again),
		cmocka_unit_test(answers_without_end_are_broken_off),
		cmocka_unit_test(gzip_is_undone_within_the_limit),
	};

	unset_proxy();
	return cmocka_run_group_tests_name("net_limits", tests, NULL, NULL);
}
