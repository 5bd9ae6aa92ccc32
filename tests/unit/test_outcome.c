// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "pipeline/outcome.h"

/* Three suites as kernel-tests/suites.yaml would name them. */
#define TEXT(s) ((char[]){ s })
static char *one[] = { TEXT("a"), TEXT("b") };
static char *two[] = { TEXT("c"), TEXT("d"), TEXT("e") };
static char *three[] = { TEXT("f") };
static struct suite suites[] = {
	{ .name = TEXT("one"), .cases = one, .n_cases = 2 },
	{ .name = TEXT("two"), .cases = two, .n_cases = 3 },
	{ .name = TEXT("three"), .cases = three, .n_cases = 1 },
};
static const struct suite_list expected = { .v = suites, .n = 3 };

/* The same with one of init's behind them. */
static char *user[] = { TEXT("g"), TEXT("h") };
static struct suite suites_init[] = {
	{ .name = TEXT("one"), .cases = one, .n_cases = 2 },
	{ .name = TEXT("two"), .cases = two, .n_cases = 3 },
	{ .name = TEXT("user"), .cases = user, .n_cases = 2, .init = true },
};
static const struct suite_list expected_init = { .v = suites_init, .n = 3 };

/* A boot of one build on one target, as the lab and the parsers hand it over. */
static struct job job_of(const char *id, enum boot_state boot)
{
	return (struct job){ .id = mem_strdup(id), .reason = mem_strdup(""), .boot = boot };
}

static void saw(struct job *j, const char *path, enum test_status s)
{
	test_list_add(&j->tests, mem_strdup(path), s, 3, NULL);
}

static void printed(struct job *j, const char *title, const char *hash, bool fatal)
{
	struct oops_list *l = &j->oopses;
	struct oops *o;

	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	o = &l->v[l->n++];
	*o = (struct oops){ .title = mem_strdup(title),
			    .type = mem_strdup("BUG"),
			    .function = mem_strdup("f"),
			    .fatal = fatal,
			    .comm = mem_strdup("init"), /* the job's only */
			    .n_frames = 1,
			    .frames = mem_zalloc(sizeof(*o->frames)) };
	o->frames[0] = mem_strdup("f");
	snprintf(o->hash, sizeof(o->hash), "%s", hash);
}

/* The same as the pipeline does: takes the next filter, folds, and forgets the job. */
struct test_boots {
	const struct suite_list *expected; /* NULL: those without init's */
	struct outcome o;
	struct strv filters;
	size_t next;
};

static void fold(struct test_boots *b, struct job j)
{
	CLEANUP(free_ptr) char *filter = NULL;
	const struct suite_list *all = b->expected ? b->expected : &expected;

	if (b->filters.n == 0)
		strv_add(&b->filters, "");
	assert_true(b->next < b->filters.n);
	filter = mem_strdup(b->filters.v[b->next++]);
	outcome_fold(&b->o, all, filter, &j, &b->filters);
	job_done(&j);
}

static void test_boots_done(struct test_boots *b)
{
	outcome_done(&b->o);
	strv_done(&b->filters);
}

/* "PASS one.a job-1|…": every test with the job that showed it. */
static void expect_tests(const struct test_boots *b, const char *want)
{
	CLEANUP(buf_done) struct buf have = { 0 };

	for (size_t i = 0; i < b->o.tests.n; i++)
		buf_printf(&have, "%s %s %s|", test_status_name(b->o.tests.v[i].status),
			   b->o.tests.v[i].path, b->o.test_jobs[i] ? b->o.test_jobs[i] : "-");
	assert_string_equal(buf_text(&have), want);
}

/* What is asked for behind the boot of all suites, space separated. */
static void expect_filters(const struct test_boots *b, const char *want)
{
	CLEANUP(buf_done) struct buf have = { 0 };

	for (size_t i = 1; i < b->filters.n; i++)
		buf_printf(&have, "%s%s", i > 1 ? " " : "", b->filters.v[i]);
	assert_string_equal(buf_text(&have), want);
}

static struct job whole_boot(const char *id)
{
	static const char *const paths[] = {
		"one.a", "one.b", "two.c", "two.d", "two.e", "three.f"
	};
	struct job j = job_of(id, BOOT_FINISHED);

	for (size_t i = 0; i < 6; i++)
		saw(&j, paths[i], TEST_PASS);
	return j;
}

/* Ends with an oops while the second case of the second suite runs. */
static struct job crashed_boot(const char *id)
{
	struct job j = job_of(id, BOOT_CRASHED);

	saw(&j, "one.a", TEST_PASS);
	saw(&j, "one.b", TEST_FAIL);
	saw(&j, "two.c", TEST_PASS);
	saw(&j, "two", TEST_ERROR); /* KUnit 6.1 does not name a running case */
	printed(&j, "WARNING in g", "warning", false);
	printed(&j, "BUG: paging request in f", "paging", true);
	printed(&j, "WARNING in h", "behind", false);
	return j;
}

static void a_boot_that_finished_is_all_there_is_to_know(void **state)
{
	CLEANUP(test_boots_done) struct test_boots b = { 0 };

	(void)state;
	fold(&b, whole_boot("job-1"));
	expect_tests(&b, "PASS one.a job-1|PASS one.b job-1|PASS two.c job-1|PASS two.d job-1|"
			 "PASS two.e job-1|PASS three.f job-1|");
	expect_filters(&b, "");
	assert_int_equal(b.o.boot, BOOT_FINISHED);
	assert_int_equal(b.o.n_jobs, 1);
	assert_string_equal(b.o.jobs[0], "job-1");
	assert_int_equal(b.o.oopses.n, 0);
	assert_false(b.o.infra);
}

static void a_finished_boot_without_a_case_leaves_it_missing_and_asks_for_nothing(void **state)
{
	CLEANUP(test_boots_done) struct test_boots b = { 0 };
	struct job j = job_of("job-1", BOOT_FINISHED);

	(void)state;
	saw(&j, "one.a", TEST_PASS);
	fold(&b, j);
	expect_tests(&b, "PASS one.a job-1|MISS one.b -|MISS two.c -|MISS two.d -|MISS two.e -|"
			 "MISS three.f -|");
	expect_filters(&b, "");
}

static void a_crash_in_the_second_suite_asks_for_what_it_left_over(void **state)
{
	CLEANUP(test_boots_done) struct test_boots b = { 0 };

	(void)state;
	fold(&b, crashed_boot("job-1"));
	expect_tests(&b, "PASS one.a job-1|FAIL one.b job-1|PASS two.c job-1|ERROR two.d job-1|"
			 "MISS two.e -|MISS three.f -|");
	expect_filters(&b, "two.e three");
	assert_int_equal(b.o.boot, BOOT_CRASHED);
	/* its fatal report, not the warnings around it */
	assert_string_equal(b.o.tests.v[3].comment, "BUG: paging request in f");
	assert_string_equal(b.o.tests.v[5].comment, "not reached: BUG: paging request in f");
}

static void later_boots_fill_in_what_the_first_left_over(void **state)
{
	CLEANUP(test_boots_done) struct test_boots b = { 0 };
	struct job j;

	(void)state;
	fold(&b, crashed_boot("job-1"));
	j = job_of("job-2", BOOT_FINISHED);
	saw(&j, "two.e", TEST_PASS);
	fold(&b, j);
	j = job_of("job-3", BOOT_FINISHED);
	saw(&j, "three.f", TEST_FAIL);
	fold(&b, j);
	assert_int_equal(b.next, b.filters.n);
	expect_tests(&b, "PASS one.a job-1|FAIL one.b job-1|PASS two.c job-1|ERROR two.d job-1|"
			 "PASS two.e job-2|FAIL three.f job-3|");
	assert_int_equal(b.o.n_jobs, 3);
	assert_string_equal(b.o.jobs[1], "job-2");
	assert_string_equal(b.o.jobs[2], "job-3");
	assert_int_equal(b.o.boot, BOOT_CRASHED); /* of the boot of all suites */
}

static void a_signature_that_comes_again_is_kept_once_with_its_first_job(void **state)
{
	CLEANUP(test_boots_done) struct test_boots b = { 0 };
	struct job j;

	(void)state;
	fold(&b, crashed_boot("job-1"));
	j = job_of("job-2", BOOT_CRASHED);
	saw(&j, "two", TEST_ERROR); /* of this suite the boot ran two.e only */
	printed(&j, "BUG: paging request in f", "paging", true);
	fold(&b, j);
	j = job_of("job-3", BOOT_CRASHED);
	saw(&j, "three.f", TEST_ERROR);
	printed(&j, "kernel BUG in k", "another", true);
	fold(&b, j);
	assert_int_equal(b.o.oopses.n, 4);
	assert_string_equal(b.o.oopses.v[1].hash, "paging");
	assert_string_equal(b.o.oops_jobs[1], "job-1");
	assert_string_equal(b.o.oopses.v[3].hash, "another");
	assert_string_equal(b.o.oops_jobs[3], "job-3");
	assert_string_equal(b.o.oopses.v[3].title, "kernel BUG in k");
	assert_string_equal(b.o.oopses.v[3].frames[0], "f");
	expect_tests(&b, "PASS one.a job-1|FAIL one.b job-1|PASS two.c job-1|ERROR two.d job-1|"
			 "ERROR two.e job-2|ERROR three.f job-3|");
	assert_string_equal(b.o.tests.v[5].comment, "kernel BUG in k");
}

static void a_kernel_that_crashes_in_every_boot_is_asked_once_for_each_thing(void **state)
{
	CLEANUP(test_boots_done) struct test_boots b = { 0 };

	(void)state;
	fold(&b, crashed_boot("job-1"));
	while (b.next < b.filters.n) {
		struct job j = job_of("job-n", BOOT_CRASHED);

		assert_true(b.next < 10);
		/* not even a suite's name is seen: nothing was running, nothing is an ERROR */
		saw(&j, "stray", TEST_PASS);
		fold(&b, j);
	}
	expect_filters(&b, "two.e three");
	assert_int_equal(b.o.n_jobs, 3);
}

static void a_worse_result_of_a_later_boot_names_that_boot(void **state)
{
	CLEANUP(test_boots_done) struct test_boots b = { 0 };
	struct job j;

	(void)state;
	fold(&b, crashed_boot("job-1"));
	j = job_of("job-2", BOOT_FINISHED);
	saw(&j, "one.a", TEST_FAIL); /* worse */
	saw(&j, "one.b", TEST_PASS); /* better: not taken */
	saw(&j, "two.c", TEST_PASS); /* the same */
	fold(&b, j);
	expect_tests(&b, "FAIL one.a job-2|FAIL one.b job-1|PASS two.c job-1|ERROR two.d job-1|"
			 "MISS two.e -|MISS three.f -|");
}

static void a_hang_before_any_test_is_booted_once_more_and_asks_for_no_less(void **state)
{
	CLEANUP(test_boots_done) struct test_boots b = { 0 };

	(void)state;
	fold(&b, job_of("job-1", BOOT_STARTED));
	expect_tests(&b, "MISS one.a -|MISS one.b -|MISS two.c -|MISS two.d -|MISS two.e -|"
			 "MISS three.f -|");
	assert_int_equal(b.o.boot, BOOT_STARTED);
	assert_string_equal(b.o.tests.v[0].comment, "not reached: no answer");
	assert_int_equal(b.filters.n, 2);
	assert_string_equal(b.filters.v[1], "");
	fold(&b, job_of("job-2", BOOT_STARTED));
	assert_int_equal(b.filters.n, 2);
}

static void a_crash_before_any_test_is_booted_twice_more(void **state)
{
	CLEANUP(test_boots_done) struct test_boots b = { 0 };

	(void)state;
	for (size_t i = 1; i <= 3; i++) {
		fold(&b, job_of("job", BOOT_CRASHED));
		assert_int_equal(b.filters.n, i < 3 ? i + 1 : 3);
	}
}

static void what_hung_once_before_the_tests_is_known_by_the_next_boot(void **state)
{
	CLEANUP(test_boots_done) struct test_boots b = { 0 };

	(void)state;
	fold(&b, job_of("job-1", BOOT_STARTED));
	fold(&b, whole_boot("job-2"));
	expect_tests(&b, "PASS one.a job-2|PASS one.b job-2|PASS two.c job-2|PASS two.d job-2|"
			 "PASS two.e job-2|PASS three.f job-2|");
	assert_int_equal(b.filters.n, 2);
	assert_int_equal(b.o.boot, BOOT_STARTED); /* that it hung stays to be asked about */
}

static void a_hang_in_a_test_asks_for_the_rest(void **state)
{
	CLEANUP(test_boots_done) struct test_boots b = { 0 };
	struct job j = job_of("job-1", BOOT_STARTED);

	(void)state;
	saw(&j, "one.a", TEST_PASS);
	saw(&j, "one.b", TEST_ERROR);
	fold(&b, j);
	expect_filters(&b, "two three");
	assert_string_equal(b.o.tests.v[1].comment, "no answer");
}

static void a_lab_that_fails_leaves_its_word_and_its_job(void **state)
{
	CLEANUP(test_boots_done) struct test_boots b = { 0 };
	struct job j = job_of("job-1", BOOT_SILENT);

	(void)state;
	free(j.reason);
	j.reason = mem_strdup("QEMU is missing");
	b.o.reason = mem_strdup("");
	outcome_infra(&b.o, &j);
	job_done(&j);
	assert_true(b.o.infra);
	assert_string_equal(b.o.reason, "QEMU is missing");
	assert_int_equal(b.o.n_jobs, 1);
	assert_string_equal(b.o.jobs[0], "job-1");
	assert_int_equal(b.o.tests.n, 0);
}

static void init_has_its_say_where_another_boot_gets_past_kunit(void **state)
{
	CLEANUP(test_boots_done) struct test_boots b = { .expected = &expected_init };
	struct job j;

	(void)state;
	fold(&b, crashed_boot("job-1")); /* init never ran */
	expect_filters(&b, "two.e user");
	j = job_of("job-2", BOOT_FINISHED);
	saw(&j, "two.e", TEST_PASS);
	saw(&j, "user.g", TEST_PASS);
	saw(&j, "user.h", TEST_FAIL);
	fold(&b, j);
	expect_tests(&b, "PASS one.a job-1|FAIL one.b job-1|PASS two.c job-1|ERROR two.d job-1|"
			 "PASS two.e job-2|PASS user.g job-2|FAIL user.h job-2|");
	assert_false(outcome_wants(&b.o, &expected_init, "user"));
}

static void init_is_asked_for_where_no_boot_got_past_kunit(void **state)
{
	CLEANUP(test_boots_done) struct test_boots b = { .expected = &expected_init };
	struct job j;

	(void)state;
	fold(&b, crashed_boot("job-1"));
	j = job_of("job-2", BOOT_CRASHED);
	saw(&j, "two", TEST_ERROR);
	printed(&j, "kernel BUG in k", "another", true);
	fold(&b, j);
	expect_filters(&b, "two.e user");
	assert_true(outcome_wants(&b.o, &expected_init, "user"));
}

static void a_crash_in_init_is_its_cases_in_any_boot_and_asks_for_no_other(void **state)
{
	CLEANUP(test_boots_done) struct test_boots b = { .expected = &expected_init };
	struct job j;

	(void)state;
	fold(&b, crashed_boot("job-1"));
	j = job_of("job-2", BOOT_CRASHED);
	saw(&j, "two.e", TEST_PASS);
	saw(&j, "user", TEST_ERROR); /* nothing named the case, and the filter was two.e */
	printed(&j, "kernel BUG in k", "another", true);
	fold(&b, j);
	expect_tests(&b, "PASS one.a job-1|FAIL one.b job-1|PASS two.c job-1|ERROR two.d job-1|"
			 "PASS two.e job-2|ERROR user.g job-2|MISS user.h -|");
	expect_filters(&b, "two.e user"); /* no user.h: init cannot be asked for one case */
}

static void a_boot_is_wanted_while_a_case_of_it_was_not_seen(void **state)
{
	CLEANUP(test_boots_done) struct test_boots b = { 0 };

	(void)state;
	fold(&b, crashed_boot("job-1"));
	assert_true(outcome_wants(&b.o, &expected, "two.e"));
	assert_true(outcome_wants(&b.o, &expected, "three"));
	assert_true(outcome_wants(&b.o, &expected, "two")); /* two.e is missing */
	assert_false(outcome_wants(&b.o, &expected, "two.d"));
	assert_false(outcome_wants(&b.o, &expected, "one"));
	assert_true(outcome_wants(&b.o, &expected, "stranger"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_boot_that_finished_is_all_there_is_to_know),
		cmocka_unit_test(
			a_finished_boot_without_a_case_leaves_it_missing_and_asks_for_nothing),
		cmocka_unit_test(a_crash_in_the_second_suite_asks_for_what_it_left_over),
		cmocka_unit_test(later_boots_fill_in_what_the_first_left_over),
		cmocka_unit_test(a_signature_that_comes_again_is_kept_once_with_its_first_job),
		cmocka_unit_test(a_kernel_that_crashes_in_every_boot_is_asked_once_for_each_thing),
		cmocka_unit_test(a_worse_result_of_a_later_boot_names_that_boot),
		cmocka_unit_test(a_crash_before_any_test_is_booted_twice_more),
		cmocka_unit_test(what_hung_once_before_the_tests_is_known_by_the_next_boot),
		cmocka_unit_test(a_hang_before_any_test_is_booted_once_more_and_asks_for_no_less),
		cmocka_unit_test(a_hang_in_a_test_asks_for_the_rest),
		cmocka_unit_test(a_lab_that_fails_leaves_its_word_and_its_job),
		cmocka_unit_test(init_has_its_say_where_another_boot_gets_past_kunit),
		cmocka_unit_test(init_is_asked_for_where_no_boot_got_past_kunit),
		cmocka_unit_test(a_crash_in_init_is_its_cases_in_any_boot_and_asks_for_no_other),
		cmocka_unit_test(a_boot_is_wanted_while_a_case_of_it_was_not_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
