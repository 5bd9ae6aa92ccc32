// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "model/build.h"
#include "model/checkout.h"
#include "model/outcome.h"
#include "model/series.h"
#include "stage/judge/judge.h"

static struct outcome outcome_of(enum boot_state boot)
{
	return (struct outcome){ .build_id = mem_strdup("b"),
				 .target = mem_strdup("virt"),
				 .reason = mem_strdup(""),
				 .boot = boot };
}

static void test_add(struct outcome *o, const char *path, enum test_status s, const char *comment)
{
	test_list_add(&o->tests, mem_strdup(path), s, 7, mem_strdup(comment));
}

static void oops_add(struct outcome *o, const char *title, const char *hash)
{
	struct oops *p;

	o->oopses.v = mem_grow(o->oopses.v, o->oopses.n, &o->oopses.cap, sizeof(*o->oopses.v));
	p = &o->oopses.v[o->oopses.n++];
	*p = (struct oops){ .title = mem_strdup(title),
			    .type = mem_strdup("BUG"),
			    .function = mem_strdup("f"),
			    .fatal = true,
			    .first_line = 5 };
	snprintf(p->hash, sizeof(p->hash), "%s", hash);
}

/* Judges and frees both; "kind subject|" of each reason. */
static char *judged(struct outcome *base, struct outcome *patched, enum verdict_kind *verdict)
{
	struct reason_list l = { 0 };
	struct buf b = { 0 };

	judge_boots(base, patched, &l);
	*verdict = judge_verdict(&l, 1);
	for (size_t i = 0; i < l.n; i++) {
		assert_string_equal(l.v[i].target, "virt");
		buf_printf(&b, "%s %s|", reason_name(l.v[i].kind), l.v[i].subject);
	}
	reason_list_done(&l);
	outcome_done(base);
	outcome_done(patched);
	return buf_take(&b);
}

static void expect(struct outcome base, struct outcome patched, enum verdict_kind v,
		   const char *reasons)
{
	enum verdict_kind got;
	CLEANUP(free_ptr) char *text = judged(&base, &patched, &got);

	assert_string_equal(text, reasons);
	assert_int_equal(got, v);
}

static void what_the_base_fails_too_is_not_the_series_doing(void **state)
{
	struct outcome base = outcome_of(BOOT_CRASHED), patched = outcome_of(BOOT_CRASHED);

	(void)state;
	test_add(&base, "s.fails", TEST_FAIL, "");
	test_add(&base, "s.crashes", TEST_ERROR, "");
	test_add(&base, "s.missing", TEST_MISS, "");
	oops_add(&base, "old", "h1");
	test_add(&patched, "s.fails", TEST_FAIL, "");
	test_add(&patched, "s.crashes", TEST_ERROR, "");
	test_add(&patched, "s.missing", TEST_MISS, "");
	oops_add(&patched, "old", "h1");
	expect(base, patched, VERDICT_PASS, "");
}

static void a_new_failure_names_the_case(void **state)
{
	struct outcome base = outcome_of(BOOT_FINISHED), patched = outcome_of(BOOT_FINISHED);

	(void)state;
	test_add(&base, "s.a", TEST_PASS, "");
	test_add(&base, "s.b", TEST_FAIL, "");
	test_add(&patched, "s.a", TEST_FAIL, "expected 1");
	test_add(&patched, "s.b", TEST_PASS, "");
	assert_int_equal(judge_fixed(&base, &patched), 1);
	expect(base, patched, VERDICT_FAIL, "new-failure s.a|");
}

static void a_new_test_that_fails_is_a_new_failure(void **state)
{
	struct outcome base = outcome_of(BOOT_FINISHED), patched = outcome_of(BOOT_FINISHED);

	(void)state;
	test_add(&patched, "theirs.a", TEST_FAIL, "");
	expect(base, patched, VERDICT_FAIL, "new-failure theirs.a|");
}

static void a_crash_is_one_reason_not_two(void **state)
{
	struct outcome base = outcome_of(BOOT_FINISHED), patched = outcome_of(BOOT_CRASHED);

	(void)state;
	test_add(&base, "s.a", TEST_PASS, "");
	test_add(&patched, "s.a", TEST_ERROR, "BUG in f");
	oops_add(&patched, "BUG in f", "h2");
	expect(base, patched, VERDICT_FAIL, "new-crash BUG in f|");
}

static void a_crash_at_boot_does_not_list_every_test(void **state)
{
	struct outcome base = outcome_of(BOOT_FINISHED), patched = outcome_of(BOOT_CRASHED);

	(void)state;
	test_add(&base, "s.a", TEST_PASS, "");
	test_add(&patched, "s.a", TEST_MISS, "");
	oops_add(&patched, "BUG in f", "h2");
	expect(base, patched, VERDICT_FAIL, "new-crash BUG in f|");
}

static void a_second_crash_beside_a_known_one_is_new(void **state)
{
	struct outcome base = outcome_of(BOOT_CRASHED), patched = outcome_of(BOOT_CRASHED);

	(void)state;
	oops_add(&base, "old", "h1");
	oops_add(&patched, "old", "h1");
	oops_add(&patched, "new", "h2");
	expect(base, patched, VERDICT_FAIL, "new-crash new|");
}

/* A case that crashed in the job that showed the newest report. */
static void case_crashes_there(struct outcome *o, const char *path, const char *job)
{
	test_add(o, path, TEST_ERROR, "crashed");
	o->test_jobs = mem_zalloc(o->tests.n * sizeof(*o->test_jobs));
	o->test_jobs[o->tests.n - 1] = mem_strdup(job);
	o->oops_jobs = mem_zalloc(o->oopses.n * sizeof(*o->oops_jobs));
	o->oops_jobs[o->oopses.n - 1] = mem_strdup(job);
}

static void a_crash_where_the_base_crashes_before_is_not_new(void **state)
{
	struct outcome base = outcome_of(BOOT_CRASHED), patched = outcome_of(BOOT_CRASHED);

	(void)state;
	oops_add(&base, "old", "h1");
	test_add(&base, "s.a", TEST_ERROR, "crashed");
	oops_add(&patched, "new", "h2");
	case_crashes_there(&patched, "s.a", "j1");
	expect(base, patched, VERDICT_PASS, "");
	base = outcome_of(BOOT_CRASHED), patched = outcome_of(BOOT_CRASHED);
	oops_add(&base, "old", "h1");
	test_add(&base, "s.a", TEST_PASS, "");
	oops_add(&patched, "new", "h2");
	case_crashes_there(&patched, "s.a", "j1");
	expect(base, patched, VERDICT_FAIL, "new-crash new|");
}

static void a_warning_that_the_kernel_survives_is_a_new_crash_too(void **state)
{
	struct outcome base = outcome_of(BOOT_FINISHED), patched = outcome_of(BOOT_FINISHED);

	(void)state;
	oops_add(&patched, "WARNING in f", "h3");
	patched.oopses.v[0].fatal = false;
	expect(base, patched, VERDICT_FAIL, "new-crash WARNING in f|");
}

static void a_hang_says_where(void **state)
{
	struct outcome base = outcome_of(BOOT_FINISHED), patched = outcome_of(BOOT_STARTED);

	(void)state;
	test_add(&base, "s.a", TEST_PASS, "");
	test_add(&patched, "s.a", TEST_MISS, "");
	expect(base, patched, VERDICT_FAIL, "boot-hang boot|");

	base = outcome_of(BOOT_FINISHED), patched = outcome_of(BOOT_STARTED);
	test_add(&base, "s.a", TEST_PASS, "");
	test_add(&patched, "s.a", TEST_ERROR, "no answer");
	expect(base, patched, VERDICT_FAIL, "boot-hang s.a|");
	base = outcome_of(BOOT_FINISHED), patched = outcome_of(BOOT_SILENT);
	expect(base, patched, VERDICT_FAIL, "boot-hang boot|");
}

static void a_base_that_hangs_too_is_no_reason(void **state)
{
	(void)state;
	expect(outcome_of(BOOT_STARTED), outcome_of(BOOT_STARTED), VERDICT_PASS, "");
}

static void missing_and_skipped_tests_are_told_once_a_suite(void **state)
{
	struct outcome base = outcome_of(BOOT_FINISHED), patched = outcome_of(BOOT_FINISHED);

	(void)state;
	test_add(&base, "one.a", TEST_PASS, "");
	test_add(&base, "one.b", TEST_PASS, "");
	test_add(&base, "two.a", TEST_PASS, "");
	test_add(&base, "two.never", TEST_MISS, "");
	test_add(&patched, "one.a", TEST_MISS, "");
	test_add(&patched, "one.b", TEST_MISS, "");
	test_add(&patched, "two.a", TEST_SKIP, "no memory");
	test_add(&patched, "two.never", TEST_MISS, "");
	expect(base, patched, VERDICT_FAIL, "missing-tests one|missing-tests two|");
}

static void the_labs_trouble_is_no_verdict(void **state)
{
	struct outcome base = outcome_of(BOOT_FINISHED), patched = outcome_of(BOOT_SILENT);

	(void)state;
	patched.infra = true;
	expect(base, patched, VERDICT_NONE, "infra boot|");
	base = outcome_of(BOOT_SILENT), patched = outcome_of(BOOT_CRASHED);
	base.infra = true;
	oops_add(&patched, "BUG in f", "h2");
	expect(base, patched, VERDICT_NONE, "infra base|");
}

static void what_was_seen_before_the_lab_failed_stands(void **state)
{
	struct outcome base = outcome_of(BOOT_FINISHED), patched = outcome_of(BOOT_CRASHED);

	(void)state;
	patched.infra = true;
	oops_add(&patched, "BUG in f", "h2");
	expect(base, patched, VERDICT_FAIL, "new-crash BUG in f|infra boot|");
}

static void a_warning_on_the_way_is_told_once(void **state)
{
	static char subject[] = "x";
	struct patch patches[] = { { .number = 1, .subject = subject },
				   { .number = 2, .subject = subject } };
	struct diagnostic w = { .file = mem_strdup("t.c"), .text = mem_strdup("warning: new") };
	struct build base = { 0 };
	struct build steps[] = { { .id = mem_strdup("one"), .warnings = &w, .n_warnings = 1 },
				 { .id = mem_strdup("two") } };
	struct series s = { .patches = patches, .n = 2 };
	struct strv touched = { 0 };
	struct reason_list l = { 0 };

	(void)state;
	strv_add(&touched, "t.c");
	judge_builds(&s, &base, steps, 2, &touched, &l);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].where, "one");
	reason_list_done(&l);
	steps[1].warnings = &w;
	steps[1].n_warnings = 1;
	judge_builds(&s, &base, steps, 2, &touched, &l);
	assert_int_equal(l.n, 1);
	reason_list_done(&l);
	strv_done(&touched);
	diagnostic_done(&w);
	free(steps[0].id);
	free(steps[1].id);
}

static void a_failing_reason_stands_beside_the_labs_trouble(void **state)
{
	struct reason_list l = { 0 };

	(void)state;
	assert_int_equal(judge_verdict(&l, 1), VERDICT_PASS);
	reason_add(&l, REASON_BUILD_WARNING);
	assert_int_equal(judge_verdict(&l, 1), VERDICT_PASS);
	reason_add(&l, REASON_INFRA);
	assert_int_equal(judge_verdict(&l, 1), VERDICT_NONE);
	reason_add(&l, REASON_NEW_FAILURE);
	assert_int_equal(judge_verdict(&l, 1), VERDICT_FAIL);
	reason_list_done(&l);
}

static void trouble_on_one_target_leaves_the_others_word(void **state)
{
	struct reason_list l = { 0 };
	struct reason *r = reason_add(&l, REASON_INFRA);

	(void)state;
	free(r->target);
	r->target = mem_strdup("virt");
	assert_int_equal(judge_verdict(&l, 2), VERDICT_PASS);
	assert_int_equal(judge_verdict(&l, 1), VERDICT_NONE);
	r = reason_add(&l, REASON_INFRA); /* once more on the same */
	free(r->target);
	r->target = mem_strdup("virt");
	assert_int_equal(judge_verdict(&l, 2), VERDICT_PASS);
	r = reason_add(&l, REASON_INFRA);
	free(r->target);
	r->target = mem_strdup("smdkc210");
	assert_int_equal(judge_verdict(&l, 2), VERDICT_NONE);
	reason_list_done(&l);
	reason_add(&l, REASON_INFRA); /* of a build: of all */
	assert_int_equal(judge_verdict(&l, 2), VERDICT_NONE);
	reason_list_done(&l);
}

/* Builds of a series by their letters: p pass, f fail, e the lab's error. */
static void expect_builds(const char *letters, const char *reasons)
{
	size_t n = strlen(letters);
	struct series s = { 0 };
	struct build base = { 0 };
	struct build *steps = mem_zalloc(n * sizeof(*steps));
	struct strv touched = { 0 };
	struct reason_list l = { 0 };
	CLEANUP(buf_done) struct buf b = { 0 };

	s.patches = mem_zalloc(n * sizeof(*s.patches));
	for (s.n = 0; s.n < n; s.n++) {
		s.patches[s.n] =
			(struct patch){ .number = (int)s.n + 1, .subject = mem_strdup("x") };
		steps[s.n].status = letters[s.n] == 'p'	  ? BUILD_PASS
				    : letters[s.n] == 'f' ? BUILD_FAIL
							  : BUILD_ERROR;
		steps[s.n].id = mem_strdup("id");
		steps[s.n].error.text = mem_strdup("error: y");
		steps[s.n].error.file = mem_strdup("a.c");
		steps[s.n].error.line = 3;
	}
	judge_builds(&s, &base, steps, n, &touched, &l);
	for (size_t i = 0; i < l.n; i++)
		buf_printf(&b, "%s %.5s %s|", reason_name(l.v[i].kind), l.v[i].subject,
			   l.v[i].detail);
	assert_string_equal(buf_text(&b), reasons);
	reason_list_done(&l);
	for (size_t i = 0; i < n; i++)
		build_done(&steps[i]);
	free(steps);
	series_done(&s);
}

static void a_broken_build_names_the_patch(void **state)
{
	(void)state;
	expect_builds("ppp", "");
	expect_builds("f", "build-error [1/1] a.c:3: error: y|");
	expect_builds("pff", "build-error [2/3] a.c:3: error: y|");
	expect_builds("pfp", "unbuildable-patch [2/3] a.c:3: error: y|");
	expect_builds("fpf",
		      "unbuildable-patch [1/3] a.c:3: error: y|build-error [3/3] a.c:3: error: y|");
	expect_builds("pef", "infra [2/3] a.c:3: error: y|");
}

static void only_a_new_warning_in_a_touched_file_is_told(void **state)
{
	static char subject[] = "x";
	struct patch patch = { .number = 1, .subject = subject };
	struct diagnostic old = { .file = mem_strdup("t.c"), .text = mem_strdup("warning: old") };
	struct diagnostic tip[] = {
		{ .file = mem_strdup("t.c"), .line = 9, .text = mem_strdup("warning: old") },
		{ .file = mem_strdup("t.c"), .line = 4, .text = mem_strdup("warning: new") },
		{ .file = mem_strdup("other.c"), .line = 4, .text = mem_strdup("warning: new") },
	};
	struct build base = { .warnings = &old, .n_warnings = 1 };
	struct build step = { .id = mem_strdup("id"), .warnings = tip, .n_warnings = 3 };
	struct series s = { .patches = &patch, .n = 1 };
	struct strv touched = { 0 };
	struct reason_list l = { 0 };

	(void)state;
	strv_add(&touched, "t.c");
	judge_builds(&s, &base, &step, 1, &touched, &l);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].kind, REASON_BUILD_WARNING);
	assert_string_equal(l.v[0].detail, "t.c:4: warning: new");
	assert_int_equal(judge_verdict(&l, 1), VERDICT_PASS);
	reason_list_done(&l);
	strv_done(&touched);
	diagnostic_done(&old);
	for (size_t i = 0; i < 3; i++)
		diagnostic_done(&tip[i]);
	free(step.id);
}

static void a_conflict_shows_file_hunk_and_gits_words(void **state)
{
	struct conflict c = { .number = 2,
			      .subject = mem_strdup("dma: x"),
			      .file = mem_strdup("a.c"),
			      .hunk = mem_strdup("@@ -1,2 +1,2 @@"),
			      .detail = mem_strdup("error: no") };
	struct reason_list l = { 0 };

	(void)state;
	judge_conflict(&c, &l);
	assert_string_equal(l.v[0].subject, "patch 2: dma: x");
	assert_string_equal(l.v[0].detail, "a.c: @@ -1,2 +1,2 @@\nerror: no");
	assert_int_equal(judge_verdict(&l, 1), VERDICT_FAIL);
	reason_list_done(&l);
	conflict_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_base_fails_too_is_not_the_series_doing),
		cmocka_unit_test(a_new_failure_names_the_case),
		cmocka_unit_test(a_new_test_that_fails_is_a_new_failure),
		cmocka_unit_test(a_crash_is_one_reason_not_two),
		cmocka_unit_test(a_crash_at_boot_does_not_list_every_test),
		cmocka_unit_test(a_second_crash_beside_a_known_one_is_new),
		cmocka_unit_test(a_crash_where_the_base_crashes_before_is_not_new),
		cmocka_unit_test(a_warning_that_the_kernel_survives_is_a_new_crash_too),
		cmocka_unit_test(a_hang_says_where),
		cmocka_unit_test(a_base_that_hangs_too_is_no_reason),
		cmocka_unit_test(missing_and_skipped_tests_are_told_once_a_suite),
		cmocka_unit_test(the_labs_trouble_is_no_verdict),
		cmocka_unit_test(what_was_seen_before_the_lab_failed_stands),
		cmocka_unit_test(a_warning_on_the_way_is_told_once),
		cmocka_unit_test(a_failing_reason_stands_beside_the_labs_trouble),
		cmocka_unit_test(trouble_on_one_target_leaves_the_others_word),
		cmocka_unit_test(a_broken_build_names_the_patch),
		cmocka_unit_test(only_a_new_warning_in_a_touched_file_is_told),
		cmocka_unit_test(a_conflict_shows_file_hunk_and_gits_words),
	};

	return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
