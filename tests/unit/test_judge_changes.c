// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "model/outcome.h"
#include "stage/judge/changes.h"
#include "stage/judge/judge.h"
#include "stage/judge/patches.h"

/* Both kernels on one target, what they changed and why the series fails. */
struct both {
	struct outcome base, patched;
	struct change_list changes;
	struct reason_list reasons;
	size_t passing;
};

static struct outcome outcome_of(enum boot_state boot)
{
	return (struct outcome){ .build_id = mem_strdup("b"),
				 .target = mem_strdup("virt"),
				 .reason = mem_strdup(""),
				 .boot = boot };
}

static struct both both_of(enum boot_state base, enum boot_state patched)
{
	return (struct both){ .base = outcome_of(base), .patched = outcome_of(patched) };
}

static void both_done(struct both *b)
{
	outcome_done(&b->base);
	outcome_done(&b->patched);
	change_list_done(&b->changes);
	reason_list_done(&b->reasons);
}

static void saw(struct outcome *o, const char *path, enum test_status s)
{
	test_list_add(&o->tests, mem_strdup(path), s, 7, NULL);
}

static void printed(struct outcome *o, const char *title, const char *hash)
{
	struct oops *p;

	o->oopses.v = mem_grow(o->oopses.v, o->oopses.n, &o->oopses.cap, sizeof(*o->oopses.v));
	p = &o->oopses.v[o->oopses.n++];
	*p = (struct oops){ .title = mem_strdup(title),
			    .type = mem_strdup("BUG"),
			    .function = mem_strdup("f"),
			    .fatal = true };
	snprintf(p->hash, sizeof(p->hash), "%s", hash);
}

static void judge(struct both *b)
{
	judge_boots(&b->base, &b->patched, &b->reasons);
	judge_changes(&b->base, &b->patched, &b->changes, &b->passing);
}

/* "class subject|" of each change. */
static void expect_changes(const struct both *b, const char *want)
{
	CLEANUP(buf_done) struct buf have = { 0 };

	for (size_t i = 0; i < b->changes.n; i++)
		buf_printf(&have, "%s %s%s|", change_name(b->changes.v[i].class),
			   b->changes.v[i].subject, b->changes.v[i].known ? " (known)" : "");
	assert_string_equal(buf_text(&have), want);
}

static void every_test_has_the_class_that_both_kernels_give_it(void **state)
{
	static const struct {
		const char *path;
		enum test_status was, is;
	} tests[] = {
		{ "s.passes", TEST_PASS, TEST_PASS },  { "s.breaks", TEST_PASS, TEST_FAIL },
		{ "s.mended", TEST_FAIL, TEST_PASS },  { "s.fails", TEST_FAIL, TEST_ERROR },
		{ "s.skipped", TEST_PASS, TEST_SKIP }, { "s.runs", TEST_SKIP, TEST_PASS },
		{ "s.neither", TEST_SKIP, TEST_SKIP }, { "s.hides", TEST_FAIL, TEST_MISS },
	};
	CLEANUP(both_done) struct both b = both_of(BOOT_FINISHED, BOOT_FINISHED);

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		saw(&b.base, tests[i].path, tests[i].was);
		saw(&b.patched, tests[i].path, tests[i].is);
	}
	saw(&b.base, "s.gone", TEST_PASS);
	saw(&b.patched, "theirs.works", TEST_PASS);
	saw(&b.patched, "theirs.fails", TEST_FAIL);
	judge(&b);
	assert_int_equal(b.passing, 1);
	expect_changes(&b, "broken s.breaks|fixed s.mended|still failing s.fails|gone s.skipped|"
			   "new s.runs|unknown s.neither|unknown s.hides|new theirs.works|"
			   "new theirs.fails|gone s.gone|");
	assert_int_equal(b.changes.v[0].base_status, TEST_PASS);
	assert_int_equal(b.changes.v[0].patched_status, TEST_FAIL);
}

static void reports_and_hangs_have_classes_too(void **state)
{
	CLEANUP(both_done) struct both b = both_of(BOOT_CRASHED, BOOT_CRASHED);
	CLEANUP(both_done) struct both h = both_of(BOOT_STARTED, BOOT_FINISHED);
	CLEANUP(both_done) struct both n = both_of(BOOT_FINISHED, BOOT_STARTED);

	(void)state;
	printed(&b.base, "old", "h1");
	printed(&b.base, "both", "h2");
	printed(&b.patched, "both", "h2");
	printed(&b.patched, "new", "h3");
	judge(&b);
	expect_changes(&b, "still failing both|broken new|fixed old|");
	assert_string_equal(b.changes.v[1].signature, "h3");
	judge(&h);
	expect_changes(&h, "fixed boot|");
	judge(&n);
	expect_changes(&n, "broken boot|");
}

static void of_a_target_whose_lab_failed_nothing_is_known(void **state)
{
	CLEANUP(both_done) struct both b = both_of(BOOT_FINISHED, BOOT_SILENT);

	(void)state;
	saw(&b.base, "s.a", TEST_PASS);
	b.patched.infra = true;
	judge(&b);
	expect_changes(&b, "unknown boot|");
	assert_int_equal(b.passing, 0);
}

static void what_is_flaky_is_no_reason_and_keeps_its_rates(void **state)
{
	CLEANUP(both_done) struct both b = both_of(BOOT_FINISHED, BOOT_FINISHED);

	(void)state;
	saw(&b.base, "s.a", TEST_PASS);
	saw(&b.base, "s.b", TEST_PASS);
	saw(&b.patched, "s.a", TEST_FAIL);
	saw(&b.patched, "s.b", TEST_FAIL);
	judge(&b);
	assert_int_equal(b.reasons.n, 2);
	b.reasons.v[1].base = (struct rate){ 3, 12 };
	b.reasons.v[1].patched = (struct rate){ 4, 12 };
	b.reasons.v[1].chance = 0.5;
	judge_flaky(&b.reasons, 1, &b.changes);
	assert_int_equal(b.reasons.n, 1);
	assert_string_equal(b.reasons.v[0].subject, "s.a");
	expect_changes(&b, "broken s.a|flaky s.b|");
	assert_int_equal(b.changes.v[1].patched.bad, 4);
	assert_int_equal(b.changes.v[1].base.runs, 12);
	assert_true(b.changes.v[1].chance == 0.5);
}

static void a_flaky_crash_takes_the_test_along_in_which_it_came(void **state)
{
	CLEANUP(both_done) struct both b = both_of(BOOT_FINISHED, BOOT_CRASHED);

	(void)state;
	saw(&b.base, "s.a", TEST_PASS);
	saw(&b.patched, "s.a", TEST_ERROR);
	printed(&b.patched, "BUG in f", "h2");
	judge(&b);
	assert_int_equal(b.reasons.n, 1);
	assert_string_equal(b.reasons.v[0].signature, "h2");
	expect_changes(&b, "broken s.a|broken BUG in f|");
	judge_flaky(&b.reasons, 0, &b.changes);
	expect_changes(&b, "flaky s.a|flaky BUG in f|");
}

static void a_suite_that_comes_and_goes_is_flaky_case_by_case(void **state)
{
	CLEANUP(both_done) struct both b = both_of(BOOT_FINISHED, BOOT_FINISHED);

	(void)state;
	saw(&b.base, "s.a", TEST_PASS);
	saw(&b.base, "s.b", TEST_PASS);
	saw(&b.patched, "s.a", TEST_MISS);
	saw(&b.patched, "s.b", TEST_MISS);
	judge(&b);
	assert_int_equal(b.reasons.n, 1);
	judge_flaky(&b.reasons, 0, &b.changes);
	expect_changes(&b, "flaky s.a|flaky s.b|");
}

static struct known known_of(bool is_signature, const char *what, int64_t until)
{
	return (struct known){ .num = 3,
			       .is_signature = is_signature,
			       .what = (char *)(uintptr_t)what,
			       .why = (char *)(uintptr_t) "a link",
			       .until = until };
}

static void what_people_know_is_masked_while_it_holds(void **state)
{
	CLEANUP(both_done) struct both b = both_of(BOOT_FINISHED, BOOT_CRASHED);
	struct known v[] = { known_of(true, "h2", 100), known_of(false, "s.*", 200),
			     known_of(false, "BUG in f", 200) };
	const struct known_list known = { .v = v, .n = 3 };

	(void)state;
	saw(&b.base, "s.b", TEST_PASS);
	saw(&b.base, "st.c", TEST_PASS);
	saw(&b.patched, "s.b", TEST_FAIL);
	saw(&b.patched, "st.c", TEST_FAIL);
	printed(&b.patched, "BUG in f", "h2");
	judge(&b);
	assert_int_equal(b.reasons.n, 3);
	judge_known(&known, 100, &b.reasons, &b.changes); /* the first is over by now */
	assert_int_equal(b.reasons.n, 2);
	expect_changes(&b, "broken s.b (known)|broken st.c|broken BUG in f|");
	judge_known(&known, 99, &b.reasons, &b.changes);
	assert_int_equal(b.reasons.n, 1);
	assert_string_equal(b.reasons.v[0].subject, "st.c");
	expect_changes(&b, "broken s.b (known)|broken st.c|broken BUG in f (known)|");
	assert_string_equal(b.changes.v[0].why, "a link (until 1970-01-01)");
	assert_int_equal(b.changes.v[0].known, 3);
}

static void because(struct verdict *v, enum reason_kind kind, const char *target,
		    const char *subject)
{
	struct reason *r = reason_add(&v->reasons, kind);

	free(r->target);
	free(r->subject);
	r->target = mem_strdup(target);
	r->subject = mem_strdup(subject);
}

static void a_version_says_what_its_author_mended_and_what_remains(void **state)
{
	struct verdict before = { .id = (char *)(uintptr_t) "v1", .kind = VERDICT_FAIL };
	struct verdict now = { .kind = VERDICT_FAIL }, none = { .kind = VERDICT_NONE };
	CLEANUP(comparison_done) struct comparison c = { 0 };
	CLEANUP(free_ptr) char *text = NULL;

	(void)state;
	because(&before, REASON_NEW_FAILURE, "virt", "s.a");
	because(&before, REASON_NEW_FAILURE, "virt", "s.b");
	because(&before, REASON_BUILD_WARNING, "", "w");
	because(&now, REASON_NEW_FAILURE, "virt", "s.c");
	because(&now, REASON_INFRA, "other", "boot");
	because(&now, REASON_NEW_FAILURE, "virt", "s.b");
	judge_versions(&before, &now, &c);
	assert_string_equal(c.verdict_id, "v1");
	assert_int_equal(c.kind, VERDICT_FAIL);
	assert_int_equal(c.fixed.n, 1);
	assert_string_equal(c.fixed.v[0].subject, "s.a");
	assert_int_equal(c.remains.n, 1);
	assert_string_equal(c.remains.v[0].subject, "s.b");
	judge_versions(&before, &none, &c);
	assert_int_equal(c.fixed.n, 0); /* the lab failed: nobody knows */
	text = judge_state(&now);
	assert_string_equal(text, "fail\nnew-failure virt s.b\nnew-failure virt s.c\n");
	reason_list_done(&before.reasons);
	reason_list_done(&now.reasons);
}

/* Boots of steps, of which those from `bad` on (from 1) are bad one time in `every`. */
static int boots_until_named(size_t n, int bad, int every, int *named)
{
	struct rate steps[32] = { 0 };
	int boots = 0, i;

	while ((i = judge_next_step(steps, n, 1.0 / every, 0.01, named)) >= 0) {
		assert_in_range(i, 0, n - 2); /* the tip is known */
		boots++;
		steps[i].runs++;
		steps[i].bad += i + 1 >= bad && steps[i].runs % every == 0;
	}
	return boots;
}

static void the_patch_is_found_by_halves(void **state)
{
	int named = 0;

	(void)state;
	for (size_t n = 1; n <= 10; n++)
		for (int bad = 1; bad <= (int)n; bad++) {
			assert_in_range(boots_until_named(n, bad, 1, &named), 0, 4);
			assert_int_equal(named, bad);
		}
	assert_int_equal(boots_until_named(1, 1, 1, &named), 0);
	/* one in three: a step is good after 12 good boots, and bad with the first bad one */
	assert_int_equal(boots_until_named(2, 2, 3, &named), 12);
	assert_int_equal(named, 2);
	assert_int_equal(boots_until_named(2, 1, 3, &named), 3);
	assert_int_equal(named, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_test_has_the_class_that_both_kernels_give_it),
		cmocka_unit_test(reports_and_hangs_have_classes_too),
		cmocka_unit_test(of_a_target_whose_lab_failed_nothing_is_known),
		cmocka_unit_test(what_is_flaky_is_no_reason_and_keeps_its_rates),
		cmocka_unit_test(a_flaky_crash_takes_the_test_along_in_which_it_came),
		cmocka_unit_test(a_suite_that_comes_and_goes_is_flaky_case_by_case),
		cmocka_unit_test(what_people_know_is_masked_while_it_holds),
		cmocka_unit_test(a_version_says_what_its_author_mended_and_what_remains),
		cmocka_unit_test(the_patch_is_found_by_halves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
