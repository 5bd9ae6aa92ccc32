// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../fixtures/console/fixture.h"
#include "console/ktap.h"
#include "model/test.h"

/* Reads a console in pieces; what is not used of one comes again. */
static bool feed(const char *text, size_t len, size_t step, struct test_list *ret)
{
	struct ktap_scan *s = ktap_scan_new(ret);
	size_t from = 0, to = 0;

	do {
		to = len - to < step ? len : to + step;
		from += ktap_scan_feed(s, text + from, to - from, to == len);
	} while (to < len);
	assert_int_equal(from, len);
	return ktap_scan_end(s);
}

static void assert_same(const struct test_list *a, const struct test_list *b)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		assert_string_equal(a->v[i].path, b->v[i].path);
		assert_string_equal(a->v[i].comment, b->v[i].comment);
		assert_int_equal(a->v[i].status, b->v[i].status);
		assert_int_equal(a->v[i].line, b->v[i].line);
	}
}

static void pieces_give_what_the_whole_gives(const struct buf *b, size_t step)
{
	struct test_list whole = { 0 }, pieces = { 0 };

	assert_int_equal(ktap_read(b->data, b->len, &whole), feed(b->data, b->len, step, &pieces));
	assert_true(whole.n > 0);
	assert_same(&whole, &pieces);
	test_list_done(&whole);
	test_list_done(&pieces);
}

static void console_in_pieces_gives_what_the_whole_gives(void **state)
{
	static const size_t steps[] = { 7, 100, 5000, 40000, 1 << 20 };
	struct buf b = { 0 };

	(void)state;
	fixture_load_all(FIXTURES "ktap/", "\n", &b);
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		pieces_give_what_the_whole_gives(&b, steps[i]);
	fixture_load_all(FIXTURES "oops/", "\n", &b); /* crashes with tests around them */
	for (size_t i = 1; i < sizeof(steps) / sizeof(*steps); i++)
		pieces_give_what_the_whole_gives(&b, steps[i]);
	b.len = 5000;
	pieces_give_what_the_whole_gives(&b, 1);
	buf_done(&b);
}

static void line_larger_than_a_piece_is_one_line(void **state)
{
	static const char begin[] = "KTAP version 1\n1..3\nok 1 ";
	struct test_list l = { 0 }, parsed = { 0 };
	struct buf b = { 0 };

	(void)state;
	buf_str(&b, begin);
	fixture_repeat(&b, "long ok 2 ", 1000000);
	buf_str(&b, "\nok 2 two\n");
	fixture_repeat(&b, "noise ", 3000000);
	buf_str(&b, "\nok 3 three\n");
	fixture_repeat(&b, "no end", 4000000);
	assert_true(feed(b.data, b.len, 300000, &l));
	assert_true(ktap_parse(b.data, b.len, &parsed));
	assert_same(&parsed, &l);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.v[2].line, 6);
	test_list_done(&l);
	test_list_done(&parsed);
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(console_in_pieces_gives_what_the_whole_gives),
		cmocka_unit_test(line_larger_than_a_piece_is_one_line),
	};

	return cmocka_run_group_tests_name("ktap-scan", tests, NULL, NULL);
}
