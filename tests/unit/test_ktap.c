// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../fixtures/console/fixture.h"
#include "base/mem.h"
#include "console/ktap.h"
#include "model/oops.h"
#include "model/test.h"

static void describe_test(const struct test *t, struct buf *ret)
{
	buf_printf(ret, "TEST: %zu %s %s\n", t->line, test_status_name(t->status), t->path);
	if (t->comment[0])
		buf_str(ret, "COMMENT: ");
	for (const char *p = t->comment; *p; p++)
		buf_add(ret, *p == '\n' ? " / " : p, *p == '\n' ? 3 : 1);
	if (t->comment[0])
		buf_str(ret, "\n");
}

static void describe(const char *text, size_t len, struct buf *ret)
{
	struct test_list l = { 0 };

	buf_printf(ret, "COMPLETE: %s\n", ktap_parse(text, len, &l) ? "Y" : "N");
	for (size_t i = 0; i < l.n; i++)
		describe_test(&l.v[i], ret);
	test_list_done(&l);
}

static void every_fixture_gives_the_tests_it_says(void **state)
{
	(void)state;
	fixtures_hold(FIXTURES "ktap/", describe);
}

static void tests_are_appended_behind_what_the_list_holds(void **state)
{
	static const char text[] = "KTAP version 1\n1..1\nnot ok 1 foo\n";
	struct test_list l = { 0 };

	(void)state;
	test_list_add(&l, mem_strdup("foo"), TEST_PASS, 1, NULL);
	assert_true(ktap_parse(text, strlen(text), &l));
	assert_int_equal(l.n, 2);
	assert_int_equal(l.v[0].status, TEST_PASS);
	assert_int_equal(l.v[1].status, TEST_FAIL);
	test_list_done(&l);
}

static void console_cut_anywhere_loses_no_result_before_the_cut(void **state)
{
	struct buf file = { 0 };
	size_t at, before = 0;

	(void)state;
	fixture_load(FIXTURES "ktap/kunit-all-pass", &file);
	at = fixture_console(&file);
	for (size_t end = at; end <= file.len; end++) {
		struct test_list l = { 0 };
		bool complete = ktap_parse(file.data + at, end - at, &l);
		size_t good = 0;

		for (size_t i = 0; i < l.n; i++)
			good += l.v[i].status == TEST_PASS;
		assert_true(good >= before);
		if (good > 0 && good < 10)
			assert_false(complete);
		before = good;
		test_list_done(&l);
	}
	assert_int_equal(before, 10);
	buf_done(&file);
}

/* Two suites as suites.yaml declares them; a third without cases. */
static const char *const foo_cases[] = { "one", "two", "three" };
static const char *const bar_cases[] = { "one" };
static struct suite suites[] = {
	{ .name = (char *)"foo", .cases = (char **)foo_cases, .n_cases = 3 },
	{ .name = (char *)"bar", .cases = (char **)bar_cases, .n_cases = 1 },
	{ .name = (char *)"lone" },
};
static const struct suite_list expected = { suites, 3, 3 };

static const char foo_crashes[] = "KTAP version 1\n1..3\n"
				  "    KTAP version 1\n"
				  "    # Subtest: foo\n"
				  "    1..3\n"
				  "    ok 1 one\n";

static const char *status_in(const struct test_list *l, const char *path)
{
	const struct test *t = test_list_find(l, path);

	return t ? test_status_name(t->status) : "none";
}

static const char *comment_in(const struct test_list *l, const char *path)
{
	const struct test *t = test_list_find(l, path);

	return t ? t->comment : "none";
}

/* Parses and settles one boot. */
static void boot(const char *text, const char *filter, bool cut, const char *title,
		 struct test_list *ret)
{
	struct oops last = { .title = (char *)title };

	ktap_parse(text, strlen(text), ret);
	ktap_settle(&expected, filter, cut, title ? &last : NULL, ret);
}

static void crash_makes_the_first_case_without_result_the_error(void **state)
{
	struct test_list l = { 0 };

	(void)state;
	boot(foo_crashes, "", true, "BUG: x in f", &l);
	assert_int_equal(l.n, 5);
	assert_string_equal(status_in(&l, "foo.one"), "PASS");
	assert_string_equal(status_in(&l, "foo.two"), "ERROR");
	assert_string_equal(comment_in(&l, "foo.two"), "BUG: x in f");
	assert_string_equal(status_in(&l, "foo.three"), "MISS");
	assert_string_equal(comment_in(&l, "foo.three"), "not reached: BUG: x in f");
	assert_string_equal(status_in(&l, "bar.one"), "MISS");
	assert_string_equal(status_in(&l, "lone"), "MISS");
	assert_string_equal(status_in(&l, "foo"), "none");
	test_list_done(&l);
}

static void case_that_spoke_before_the_crash_is_the_error(void **state)
{
	struct test_list l = { 0 };
	char text[512];

	(void)state;
	snprintf(text, sizeof(text), "%s    # three: about to crash\n", foo_crashes);
	boot(text, NULL, true, NULL, &l);
	assert_string_equal(status_in(&l, "foo.two"), "MISS");
	assert_string_equal(status_in(&l, "foo.three"), "ERROR");
	assert_string_equal(comment_in(&l, "foo.three"), "no answer");
	test_list_done(&l);
}

static void crash_behind_a_suites_last_case_is_the_suites_error(void **state)
{
	static const char text[] =
		"KTAP version 1\n1..2\n    # Subtest: bar\n    1..1\n    ok 1 one\n";
	struct test_list l = { 0 };

	(void)state;
	boot(text, "", true, "T", &l);
	assert_string_equal(status_in(&l, "bar.one"), "PASS");
	assert_string_equal(status_in(&l, "bar"), "ERROR");
	assert_string_equal(comment_in(&l, "bar"), "T");
	test_list_done(&l);
}

static void boot_that_finished_leaves_missing_tests_without_excuse(void **state)
{
	static const char text[] = "KTAP version 1\n1..2\n    # Subtest: foo\n    1..2\n"
				   "    ok 1 one\n    ok 2 three\nok 1 foo\nok 2 lone # SKIP\n";
	struct test_list l = { 0 };

	(void)state;
	boot(text, "", false, NULL, &l);
	assert_string_equal(status_in(&l, "foo.two"), "MISS");
	assert_string_equal(comment_in(&l, "foo.two"), "");
	assert_string_equal(status_in(&l, "bar.one"), "MISS");
	assert_string_equal(status_in(&l, "lone"), "SKIP");
	assert_int_equal(test_list_find(&l, "bar.one")->line, 0);
	test_list_done(&l);
}

static void filter_limits_what_a_boot_must_show(void **state)
{
	static const char text[] = "KTAP version 1\n1..1\n    # Subtest: foo\n    1..1\n";
	struct test_list l = { 0 };

	(void)state;
	boot(text, "foo.three", true, "T", &l);
	assert_int_equal(l.n, 1);
	assert_string_equal(status_in(&l, "foo.three"), "ERROR");
	test_list_done(&l);

	boot("", "b*", true, "T", &l);
	assert_int_equal(l.n, 1);
	assert_string_equal(status_in(&l, "bar.one"), "MISS");
	test_list_done(&l);
}

static void filters_are_cases_of_the_crashed_suite_and_suites_not_begun(void **state)
{
	struct test_list l = { 0 };
	struct strv filters = { 0 };

	(void)state;
	boot(foo_crashes, "", true, "T", &l);
	ktap_next_filters(&expected, &l, &filters);
	assert_int_equal(filters.n, 3);
	assert_string_equal(filters.v[0], "foo.three");
	assert_string_equal(filters.v[1], "bar");
	assert_string_equal(filters.v[2], "lone");
	ktap_next_filters(&expected, &l, &filters);
	assert_int_equal(filters.n, 3);
	strv_done(&filters);
	test_list_done(&l);
}

static void suite_that_finished_without_a_case_needs_no_boot(void **state)
{
	static const char text[] =
		"KTAP version 1\n1..3\n    # Subtest: foo\n    1..2\n"
		"    ok 1 one\n    not ok 2 three\nnot ok 1 foo\n"
		"    # Subtest: bar\n    1..1\n    ok 1 one\nok 2 bar\nok 3 lone\n";
	struct test_list l = { 0 };
	struct strv filters = { 0 };

	(void)state;
	boot(text, "", false, NULL, &l);
	ktap_next_filters(&expected, &l, &filters);
	assert_int_equal(filters.n, 0);
	test_list_done(&l);
}

/* A kernel whose foo.two and bar.one crash it, booted until no filter is left. */
static void boots_by_filter_end_with_a_result_for_every_case(void **state)
{
	static const char three[] = "KTAP version 1\n1..1\n    # Subtest: foo\n    1..1\n"
				    "    ok 1 three\nok 1 foo\n";
	static const char bar[] = "KTAP version 1\n1..1\n    # Subtest: bar\n    1..1\n";
	struct test_list all = { 0 }, one = { 0 };
	struct strv filters = { 0 };
	size_t boots = 0;

	(void)state;
	boot(foo_crashes, "", true, "T", &all);
	ktap_next_filters(&expected, &all, &filters);
	for (size_t i = 0; i < filters.n; i++, boots++) {
		const char *f = filters.v[i];
		bool crash = strcmp(f, "foo.three") != 0;

		boot(!crash ? three : strcmp(f, "bar") == 0 ? bar : "", f, crash, "T", &one);
		ktap_merge(&all, &one);
		assert_int_equal(one.n, 0);
		ktap_next_filters(&expected, &all, &filters);
	}
	assert_int_equal(boots, 3);
	assert_string_equal(status_in(&all, "foo.one"), "PASS");
	assert_string_equal(status_in(&all, "foo.two"), "ERROR");
	assert_string_equal(status_in(&all, "foo.three"), "PASS");
	assert_string_equal(comment_in(&all, "foo.three"), "");
	assert_string_equal(status_in(&all, "bar.one"), "ERROR");
	assert_string_equal(status_in(&all, "lone"), "MISS");
	strv_done(&filters);
	test_list_done(&all);
}

static void merge_keeps_the_worse_result_and_its_reason(void **state)
{
	struct test_list a = { 0 }, b = { 0 };

	(void)state;
	test_list_add(&a, mem_strdup("s.a"), TEST_PASS, 1, NULL);
	test_list_add(&a, mem_strdup("s.b"), TEST_FAIL, 2, mem_strdup("why"));
	test_list_add(&b, mem_strdup("s.a"), TEST_FAIL, 3, mem_strdup("late"));
	test_list_add(&b, mem_strdup("s.b"), TEST_SKIP, 4, mem_strdup("no"));
	ktap_merge(&a, &b);
	assert_int_equal(a.n, 2);
	assert_string_equal(status_in(&a, "s.a"), "FAIL");
	assert_string_equal(comment_in(&a, "s.a"), "late");
	assert_string_equal(comment_in(&a, "s.b"), "why");
	test_list_done(&a);
}

/* Parses the start and then the text again and again up to FIXTURE_BIG bytes; how many tests? */
static size_t parse_big(const char *start, const char *text)
{
	struct test_list l = { 0 };
	struct buf b = { 0 };
	long began;
	size_t n;

	buf_str(&b, start);
	fixture_repeat(&b, text, FIXTURE_BIG);
	began = cpu_ms();
	ktap_parse(b.data, b.len, &l);
	assert_true(cpu_ms() - began < FIXTURE_MS);
	n = l.n;
	test_list_done(&l);
	buf_done(&b);
	return n;
}

static void dense_input_takes_linear_time_and_bounded_memory(void **state)
{
	struct test_list l = { 0 };
	struct buf b = { 0 };

	(void)state;
	assert_int_equal(parse_big("KTAP version 1\n", "ok 1 a\n"), 1);
	assert_int_equal(parse_big("", "KTAP version 1\n"), 0);
	assert_int_equal(parse_big("", "KTAP version 1\n  # Subtest: a\n"), 1);
	assert_int_equal(parse_big("KTAP version 1\n  KTAP version 1\n", "  ok 1 a\nok 1 b\n"), 1);
	assert_int_equal(parse_big("KTAP version 1\n", "    # a: EXPECTATION FAILED at x\n"), 0);
	assert_int_equal(parse_big("KTAP version 1\n", "                                "), 0);
	assert_int_equal(parse_big("KTAP version 1\n", "ok 1 a # "), 1);
	test_list_add(&l, mem_strdup("before"), TEST_PASS, 1, NULL);
	buf_str(&b, "KTAP version 1\n");
	for (int i = 0; b.len < FIXTURE_BIG / 2; i++)
		buf_printf(&b, "ok 1 name%d\n", i);
	assert_false(ktap_parse(b.data, b.len, &l));
	assert_int_equal(l.n, 1 + 10000);
	test_list_done(&l);
	buf_done(&b);
}

static void bytes_of_any_kind_and_no_bytes_are_no_test(void **state)
{
	struct test_list l = { 0 };
	char all[256];

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	assert_true(ktap_parse(NULL, 0, &l));
	assert_true(ktap_parse(all, sizeof(all), &l));
	assert_int_equal(l.n, 0);
	test_list_done(&l);
}

/* A crash in the second of three cases, in the first of two suites. */
static void crash_text(char *text, size_t cap, const char *said)
{
	snprintf(text, cap, "%s%s%s",
		 "KTAP version 1\n1..2\n    KTAP version 1\n    # Subtest: foo\n"
		 "    1..3\n    ok 1 one\n",
		 said,
		 "Unable to handle kernel paging request at virtual address 0\n"
		 "Internal error: Oops: 5 [#1] SMP ARM\n"
		 "PC is at foo_map+0x68/0x1bc\n"
		 "---[ end trace 0000000000000000 ]---\n"
		 "Kernel panic - not syncing: Fatal exception\n");
}

static void console_alone_names_what_a_crash_cut_off_by_its_plan(void **state)
{
	struct test_list l = { 0 };
	char text[1024];

	(void)state;
	crash_text(text, sizeof(text), "");
	assert_false(ktap_read(text, strlen(text), &l));
	assert_int_equal(l.n, 4);
	assert_string_equal(status_in(&l, "foo.one"), "PASS");
	assert_string_equal(status_in(&l, "foo.2"), "ERROR");
	assert_memory_equal(comment_in(&l, "foo.2"),
			    "BUG: unable to handle kernel paging request in foo_map (", 56);
	assert_int_equal(strlen(comment_in(&l, "foo.2")), 56 + 64 + 1);
	assert_string_equal(status_in(&l, "foo.3"), "MISS");
	assert_string_equal(status_in(&l, "2"), "MISS");
	test_list_done(&l);

	crash_text(text, sizeof(text), "    # two: I am at work\n");
	assert_false(ktap_read(text, strlen(text), &l));
	assert_string_equal(status_in(&l, "foo.two"), "ERROR");
	assert_string_equal(status_in(&l, "foo.3"), "MISS");
	test_list_done(&l);
}

static void each_boot_of_a_log_is_ended_by_its_own_crash(void **state)
{
	static const char *const functions[] = { "foo_map", "bar_map" };
	struct test_list l = { 0 };
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < 2; i++)
		buf_printf(&b,
			   "Linux version 6.1\nKTAP version 1\n1..1\n    # Subtest: %s\n    1..1\n"
			   "    # one: I am at work\nInternal error: Oops: 5 [#1] SMP ARM\n"
			   "PC is at %s+0x68/0x1bc\n---[ end trace 0000000000000000 ]---\n"
			   "Kernel panic - not syncing: Fatal exception\n",
			   functions[i], functions[i]);
	assert_false(ktap_read(b.data, b.len, &l));
	assert_memory_equal(comment_in(&l, "foo_map.one"), "Internal error in foo_map (", 27);
	assert_memory_equal(comment_in(&l, "bar_map.one"), "Internal error in bar_map (", 27);
	test_list_done(&l);
	buf_done(&b);
}

static void console_alone_that_is_whole_has_nothing_missing(void **state)
{
	static const char text[] = "KTAP version 1\n1..2\n    # Subtest: foo\n    1..1\n"
				   "    ok 1 one\nok 1 foo\nnot ok 2 lone\n";
	struct test_list l = { 0 };

	(void)state;
	assert_true(ktap_read(text, strlen(text), &l));
	assert_int_equal(l.n, 2);
	assert_string_equal(status_in(&l, "lone"), "FAIL");
	test_list_done(&l);
}

static void plans_of_millions_are_no_millions_of_tests(void **state)
{
	static const char text[] =
		"KTAP version 1\n1..9999999\n    # Subtest: foo\n    1..9999999\n";
	struct test_list l = { 0 };

	(void)state;
	assert_false(ktap_read(text, strlen(text), &l));
	assert_int_equal(l.n, 10000);
	test_list_done(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fixture_gives_the_tests_it_says),
		cmocka_unit_test(tests_are_appended_behind_what_the_list_holds),
		cmocka_unit_test(console_cut_anywhere_loses_no_result_before_the_cut),
		cmocka_unit_test(crash_makes_the_first_case_without_result_the_error),
		cmocka_unit_test(case_that_spoke_before_the_crash_is_the_error),
		cmocka_unit_test(crash_behind_a_suites_last_case_is_the_suites_error),
		cmocka_unit_test(boot_that_finished_leaves_missing_tests_without_excuse),
		cmocka_unit_test(filter_limits_what_a_boot_must_show),
		cmocka_unit_test(filters_are_cases_of_the_crashed_suite_and_suites_not_begun),
		cmocka_unit_test(suite_that_finished_without_a_case_needs_no_boot),
		cmocka_unit_test(boots_by_filter_end_with_a_result_for_every_case),
		cmocka_unit_test(merge_keeps_the_worse_result_and_its_reason),
		cmocka_unit_test(dense_input_takes_linear_time_and_bounded_memory),
		cmocka_unit_test(bytes_of_any_kind_and_no_bytes_are_no_test),
		cmocka_unit_test(console_alone_names_what_a_crash_cut_off_by_its_plan),
		cmocka_unit_test(each_boot_of_a_log_is_ended_by_its_own_crash),
		cmocka_unit_test(console_alone_that_is_whole_has_nothing_missing),
		cmocka_unit_test(plans_of_millions_are_no_millions_of_tests),
	};

	return cmocka_run_group_tests_name("ktap", tests, NULL, NULL);
}
