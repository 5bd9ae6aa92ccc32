// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include "store_fixture.h"

#include "base/clock.h"
#include "pipeline/run.h"
#include "store/known.h"
#include "store/labs.h"

/* A series whose boots were all done before: what is asked for is in the store. */

enum { TARGETS = 2 };

static char *const names[TARGETS] = { (char[]){ "virt" }, (char[]){ "board" } };

struct settled {
	struct fixture *f;
	struct config config;
	struct target_config targets[TARGETS];
	const struct target_config *chosen[TARGETS];
	struct test_report report;
	struct run_ctx x;
	int jobs; /* so many were put */
};

static struct outcome outcome_of(const char *build, const char *target, const char *job)
{
	struct outcome o = { .build_id = mem_strdup(build),
			     .target = mem_strdup(target),
			     .reason = mem_strdup(""),
			     .boot = BOOT_FINISHED,
			     .n_jobs = 1,
			     .jobs = mem_zalloc(sizeof(*o.jobs)),
			     .test_jobs = mem_zalloc(sizeof(*o.test_jobs)) };

	o.jobs[0] = mem_strdup(job);
	o.test_jobs[0] = mem_strdup(job);
	return o;
}

/* A boot with the one test "s.a" in it; its id is the caller's. */
static char *boot_put(struct settled *s, const char *build, const char *target,
		      enum test_status status)
{
	static const char console[] = "[    1.0] KTAP version 1\n    # Subtest: s\n"
				      "    # a: expected 1\n[    1.1]     but got 2\n"
				      "    not ok 1 a\n";
	struct fixture *f = s->f;
	CLEANUP(free_ptr) char *id = mem_printf("job-%d", ++s->jobs);
	CLEANUP(job_done) struct job j = a_job(id, build);

	free(j.target);
	j.target = mem_strdup(target);
	j.console = put_file(f, id, console);
	add_test(&j.tests, "s.a", status, 5, "");
	OK(store_job_put(f->s, &j, &f->err));
	return mem_strdup(id);
}

/* `runs` boots, of which the first `bad` fail; the very first is what raised the question. */
static void boots_put(struct settled *s, const char *build, size_t target, enum test_status first,
		      int bad, int runs, struct outcome *o)
{
	CLEANUP(free_ptr) char *raised = boot_put(s, build, names[target], first);

	*o = outcome_of(build, names[target], raised);
	add_test(&o->tests, "s.a", first, 5, "");
	for (int i = 0; i < runs; i++)
		free(boot_put(s, build, names[target], i < bad ? TEST_FAIL : TEST_PASS));
}

static struct build build_of(struct settled *s, const char *id)
{
	struct fixture *f = s->f;
	CLEANUP(checkout_done) struct checkout c = a_checkout(id);
	struct build b = a_build(id, id);

	OK(store_checkout_put(f->s, &c, NULL, &f->err));
	OK(store_build_put(f->s, &b, NULL, &f->err));
	return b;
}

static void settled_make(struct settled *s, struct fixture *f, size_t n_targets)
{
	struct test_report *rep = &s->report;

	*s = (struct settled){ .f = f };
	s->config.confidence = (struct confidence_config){ .blame = 0.01, .repeats = 30 };
	for (size_t i = 0; i < n_targets; i++) {
		s->targets[i].name = names[i];
		s->chosen[i] = &s->targets[i];
	}
	rep->base_build = build_of(s, "base");
	rep->builds = mem_zalloc(sizeof(*rep->builds));
	rep->n_builds = 1;
	rep->builds[0] = build_of(s, "tip");
	rep->base_outcomes = mem_zalloc(n_targets * sizeof(*rep->base_outcomes));
	rep->outcomes = mem_zalloc(n_targets * sizeof(*rep->outcomes));
	rep->n_outcomes = n_targets;
	s->x = (struct run_ctx){ .config = &s->config,
				 .store = f->s,
				 .report = rep,
				 .notes = &rep->notes,
				 .targets = s->chosen,
				 .n_targets = n_targets,
				 .cancel_fd = -1 };
}

static void settled_done(struct settled *s)
{
	test_report_done(&s->report);
}

static void settle(struct settled *s)
{
	struct fixture *f = s->f;

	OK(run_settle(&s->x, &f->err));
}

static void expect_rate(struct rate have, int bad, int runs)
{
	assert_int_equal(have.bad, bad);
	assert_int_equal(have.runs, runs);
}

static void a_failure_that_always_comes_back_is_blamed_with_its_rates(void **state)
{
	CLEANUP(settled_done) struct settled s;
	const struct verdict *v = &s.report.verdict;

	settled_make(&s, *state, 1);
	boots_put(&s, "base", 0, TEST_PASS, 0, 5, &s.report.base_outcomes[0]);
	boots_put(&s, "tip", 0, TEST_FAIL, 5, 5, &s.report.outcomes[0]);
	settle(&s);
	assert_int_equal(v->reasons.n, 1);
	assert_int_equal(v->reasons.v[0].kind, REASON_NEW_FAILURE);
	expect_rate(v->reasons.v[0].patched, 5, 5); /* the first is not counted */
	expect_rate(v->reasons.v[0].base, 0, 5);
	assert_true(v->reasons.v[0].chance < 0.001);
	assert_int_equal(v->changes.n, 1);
	assert_int_equal(v->changes.v[0].class, CHANGE_BROKEN);
	expect_rate(v->changes.v[0].patched, 5, 5);
}

static void what_comes_and_goes_on_both_is_flaky_and_no_reason(void **state)
{
	CLEANUP(settled_done) struct settled s;
	const struct verdict *v = &s.report.verdict;

	settled_make(&s, *state, 1);
	boots_put(&s, "base", 0, TEST_PASS, 4, 12, &s.report.base_outcomes[0]);
	boots_put(&s, "tip", 0, TEST_FAIL, 4, 12, &s.report.outcomes[0]);
	settle(&s);
	assert_int_equal(v->reasons.n, 0);
	assert_int_equal(v->changes.n, 1);
	assert_int_equal(v->changes.v[0].class, CHANGE_FLAKY);
	expect_rate(v->changes.v[0].base, 4, 12);
	expect_rate(v->changes.v[0].patched, 4, 12);
}

static void one_failure_that_never_comes_back_is_luck(void **state)
{
	CLEANUP(settled_done) struct settled s;

	settled_make(&s, *state, 1);
	boots_put(&s, "base", 0, TEST_PASS, 0, 0, &s.report.base_outcomes[0]);
	boots_put(&s, "tip", 0, TEST_FAIL, 0, 12, &s.report.outcomes[0]);
	settle(&s);
	assert_int_equal(s.report.verdict.reasons.n, 0);
	assert_int_equal(s.report.verdict.changes.v[0].class, CHANGE_FLAKY);
}

static void what_a_lab_cannot_repeat_is_no_verdict(void **state)
{
	CLEANUP(settled_done) struct settled s;
	struct fixture *f = *state;
	const struct verdict *v = &s.report.verdict;
	struct lab_config lab = { .name = (char[]){ "local" }, .driver = LAB_LAVA_RUN };

	settled_make(&s, f, 1);
	s.config.labs = &lab;
	s.config.n_labs = 1;
	s.targets[0].lab = lab.name;
	OK(store_health_put(f->s, names[0], "", false, clock_now(), &f->err));
	boots_put(&s, "base", 0, TEST_PASS, 0, 0, &s.report.base_outcomes[0]);
	boots_put(&s, "tip", 0, TEST_FAIL, 1, 1, &s.report.outcomes[0]);
	settle(&s);
	assert_int_equal(v->reasons.n, 1);
	assert_int_equal(v->reasons.v[0].kind, REASON_INFRA);
	assert_string_equal(v->reasons.v[0].target, "");
	assert_non_null(strstr(v->reasons.v[0].detail, "'s.a' was seen on virt"));
	assert_int_equal(v->changes.v[0].class, CHANGE_UNKNOWN);
}

static void boots_of_all_targets_that_show_it_count_together(void **state)
{
	CLEANUP(settled_done) struct settled s;
	const struct verdict *v = &s.report.verdict;

	settled_make(&s, *state, 2);
	for (size_t i = 0; i < 2; i++) {
		boots_put(&s, "base", i, TEST_PASS, 0, 3, &s.report.base_outcomes[i]);
		boots_put(&s, "tip", i, TEST_FAIL, 3, 3, &s.report.outcomes[i]);
	}
	settle(&s);
	assert_int_equal(v->reasons.n, 2);
	for (size_t i = 0; i < 2; i++) {
		expect_rate(v->reasons.v[i].patched, 6, 6);
		expect_rate(v->reasons.v[i].base, 0, 6);
	}
}

static void a_target_that_does_not_show_it_is_not_asked(void **state)
{
	CLEANUP(settled_done) struct settled s;
	const struct verdict *v = &s.report.verdict;

	settled_make(&s, *state, 2);
	boots_put(&s, "base", 0, TEST_PASS, 0, 5, &s.report.base_outcomes[0]);
	boots_put(&s, "tip", 0, TEST_FAIL, 5, 5, &s.report.outcomes[0]);
	boots_put(&s, "base", 1, TEST_PASS, 0, 9, &s.report.base_outcomes[1]);
	boots_put(&s, "tip", 1, TEST_PASS, 0, 9, &s.report.outcomes[1]);
	settle(&s);
	assert_int_equal(v->reasons.n, 1);
	assert_string_equal(v->reasons.v[0].target, "virt");
	expect_rate(v->reasons.v[0].base, 0, 5);
	assert_int_equal(s.report.passing, 1);
}

static void fixed_is_what_stays_fixed(void **state)
{
	CLEANUP(settled_done) struct settled s;
	const struct verdict *v = &s.report.verdict;

	settled_make(&s, *state, 1);
	boots_put(&s, "base", 0, TEST_FAIL, 5, 5, &s.report.base_outcomes[0]);
	boots_put(&s, "tip", 0, TEST_PASS, 0, 5, &s.report.outcomes[0]);
	settle(&s);
	assert_int_equal(v->reasons.n, 0);
	assert_int_equal(v->changes.v[0].class, CHANGE_FIXED);
	expect_rate(v->changes.v[0].base, 5, 5);
	expect_rate(v->changes.v[0].patched, 0, 5);
}

static void what_failed_once_without_the_series_is_not_fixed_by_it(void **state)
{
	CLEANUP(settled_done) struct settled s;
	const struct verdict *v = &s.report.verdict;

	settled_make(&s, *state, 1);
	boots_put(&s, "base", 0, TEST_FAIL, 0, 12, &s.report.base_outcomes[0]);
	boots_put(&s, "tip", 0, TEST_PASS, 0, 0, &s.report.outcomes[0]);
	settle(&s);
	assert_int_equal(v->changes.v[0].class, CHANGE_FLAKY);
	expect_rate(v->changes.v[0].base, 0, 12);
}

static void what_people_know_is_not_booted_again(void **state)
{
	CLEANUP(settled_done) struct settled s;
	struct fixture *f = *state;
	CLEANUP(known_done)
	struct known k = { .what = mem_strdup("s.a"),
			   .why = mem_strdup("a link"),
			   .by = mem_strdup("me"),
			   .until = clock_now() + 1000,
			   .created = clock_now() };

	settled_make(&s, f, 1);
	OK(store_known_put(f->s, &k, &f->err));
	boots_put(&s, "base", 0, TEST_PASS, 0, 0, &s.report.base_outcomes[0]);
	boots_put(&s, "tip", 0, TEST_FAIL, 0, 0, &s.report.outcomes[0]);
	settle(&s); /* there are no boots, and no lab to make them */
	assert_int_equal(s.report.verdict.reasons.n, 0);
	assert_int_equal(s.report.verdict.changes.n, 1);
	assert_int_equal(s.report.verdict.changes.v[0].known, k.num);
	assert_int_equal(s.report.verdict.changes.v[0].class, CHANGE_BROKEN);
}

static void a_lab_that_failed_on_one_target_is_said(void **state)
{
	CLEANUP(settled_done) struct settled s;
	const struct verdict *v = &s.report.verdict;

	settled_make(&s, *state, 2);
	for (size_t i = 0; i < 2; i++) {
		boots_put(&s, "base", i, TEST_PASS, 0, 0, &s.report.base_outcomes[i]);
		boots_put(&s, "tip", i, TEST_PASS, 0, 0, &s.report.outcomes[i]);
	}
	s.report.outcomes[1].infra = true;
	settle(&s);
	assert_int_equal(v->reasons.n, 1);
	assert_int_equal(v->reasons.v[0].kind, REASON_INFRA);
	assert_string_equal(v->reasons.v[0].target, "board");
	assert_int_equal(s.report.notes.n, 1);
	assert_non_null(strstr(s.report.notes.v[0], "of virt alone"));
}

static void an_excerpt_is_what_the_test_said_before_its_result(void **state)
{
	CLEANUP(settled_done) struct settled s;
	struct fixture *f = *state;

	settled_make(&s, f, 1);
	boots_put(&s, "base", 0, TEST_PASS, 0, 5, &s.report.base_outcomes[0]);
	boots_put(&s, "tip", 0, TEST_FAIL, 5, 5, &s.report.outcomes[0]);
	settle(&s);
	OK(run_excerpts(&s.x, &f->err));
	assert_string_equal(s.report.verdict.reasons.v[0].excerpt,
			    "    # a: expected 1\n[    1.1]     but got 2\n    not ok 1 a");
}

static void an_excerpt_of_a_crash_leaves_registers_and_stack_out(void **state)
{
	static const char console[] =
		"[    1.0] Linux\n[    1.1] 8<--- cut here ---\n"
		"[    1.1] Unable to handle kernel NULL pointer dereference\n"
		"[    1.1] PC is at sg_page+0x4/0x8\n[    1.1] pc : [<c02a41fc>]\n"
		"[    1.1] sp : c0423f00\n[    1.1] r10: 00000000\n[    1.1] Flags: nZCv\n"
		"[    1.1] Stack: (0xc0423f00 to 0xc0424000)\n[    1.1] 3f00: c0474200 c02a41dc\n"
		"[    1.1]  sg_page from dma_map_sg+0x20/0x24\n[    1.1] Code: e5933008\n";
	CLEANUP(settled_done) struct settled s;
	CLEANUP(job_done) struct job j = a_job("crash", "tip");
	struct fixture *f = *state;
	struct reason *r;

	settled_make(&s, f, 1);
	j.console = put_file(f, "crash", console);
	add_oops(&j.oopses, "5555", "BUG: NULL in sg_page", 2);
	OK(store_job_put(f->s, &j, &f->err));
	r = reason_add(&s.report.verdict.reasons, REASON_NEW_CRASH);
	free(r->signature);
	r->signature = mem_strdup(j.oopses.v[0].hash);
	free(r->where);
	r->where = mem_strdup("crash");
	OK(run_excerpts(&s.x, &f->err));
	assert_string_equal(r->excerpt,
			    "[    1.1] Unable to handle kernel NULL pointer dereference\n"
			    "[    1.1] PC is at sg_page+0x4/0x8\n"
			    "[    1.1]  sg_page from dma_map_sg+0x20/0x24");
}

static void a_pass_is_looked_at_as_often_as_it_was_booted(void **state)
{
	CLEANUP(settled_done) struct settled s;
	const struct verdict *v = &s.report.verdict;

	settled_make(&s, *state, 1);
	s.config.confidence.rate = 0.33;
	s.config.confidence.missed = 0.05; /* eight boots */
	boots_put(&s, "base", 0, TEST_PASS, 0, 20, &s.report.base_outcomes[0]);
	boots_put(&s, "tip", 0, TEST_PASS, 12, 20, &s.report.outcomes[0]);
	settle(&s);
	assert_int_equal(v->reasons.n, 1);
	assert_string_equal(v->reasons.v[0].subject, "s.a");
	expect_rate(v->reasons.v[0].patched, 11, 19); /* but for the one that raised it */
	expect_rate(v->reasons.v[0].base, 0, 20);
	assert_int_equal(v->changes.n, 1);
	assert_int_equal(v->changes.v[0].class, CHANGE_BROKEN);
}

static void a_pass_that_fails_once_of_many_times_stays_a_pass(void **state)
{
	CLEANUP(settled_done) struct settled s;
	const struct verdict *v = &s.report.verdict;

	settled_make(&s, *state, 1);
	s.config.confidence.rate = 0.33;
	s.config.confidence.missed = 0.05;
	boots_put(&s, "base", 0, TEST_PASS, 0, 0, &s.report.base_outcomes[0]);
	boots_put(&s, "tip", 0, TEST_PASS, 1, 13, &s.report.outcomes[0]);
	settle(&s);
	assert_int_equal(v->reasons.n, 0);
	assert_int_equal(v->changes.n, 1);
	assert_int_equal(v->changes.v[0].class, CHANGE_FLAKY);
}

static void what_fails_always_on_both_after_all_is_still_failing(void **state)
{
	CLEANUP(settled_done) struct settled s;
	const struct verdict *v = &s.report.verdict;

	settled_make(&s, *state, 1);
	boots_put(&s, "base", 0, TEST_PASS, 12, 12, &s.report.base_outcomes[0]);
	boots_put(&s, "tip", 0, TEST_FAIL, 12, 12, &s.report.outcomes[0]);
	settle(&s);
	assert_int_equal(v->reasons.n, 0);
	assert_int_equal(v->changes.v[0].class, CHANGE_STILL_FAILING);
}

static void a_series_whose_tests_were_never_seen_does_not_pass(void **state)
{
	CLEANUP(settled_done) struct settled s;
	const struct verdict *v = &s.report.verdict;

	settled_make(&s, *state, 1);
	boots_put(&s, "base", 0, TEST_PASS, 0, 0, &s.report.base_outcomes[0]);
	boots_put(&s, "tip", 0, TEST_MISS, 0, 12, &s.report.outcomes[0]);
	s.report.outcomes[0].boot = BOOT_STARTED; /* and no boot since hangs */
	settle(&s);
	assert_int_equal(v->reasons.n, 1);
	assert_int_equal(v->reasons.v[0].kind, REASON_INFRA);
	assert_string_equal(v->reasons.v[0].target, "virt");
}

/* A series of three patches whose tip always fails, in a store with a boot of each step. */
static void three_patches(struct settled *s, struct fixture *f, enum test_status first,
			  enum test_status second)
{
	struct test_report *rep = &s->report;

	settled_make(s, f, 1);
	rep->builds = realloc(rep->builds, 3 * sizeof(*rep->builds));
	assert_non_null(rep->builds);
	rep->builds[2] = rep->builds[0];
	rep->builds[0] = build_of(s, "one");
	rep->builds[1] = build_of(s, "two");
	rep->n_builds = 3;
	for (size_t i = 0; i < 3; i++) { /* that it boots is all that counts */
		rep->builds[i].artifacts = mem_zalloc(sizeof(*rep->builds[i].artifacts));
		rep->builds[i].n_artifacts = 1;
		snprintf(rep->builds[i].image_hash, sizeof(rep->builds[i].image_hash), "%zu", i);
	}
	boots_put(s, "base", 0, TEST_PASS, 0, 5, &rep->base_outcomes[0]);
	boots_put(s, "tip", 0, TEST_FAIL, 5, 5, &rep->outcomes[0]);
	free(boot_put(s, "one", "virt", first));
	free(boot_put(s, "two", "virt", second));
	settle(s);
	assert_int_equal(rep->verdict.reasons.n, 1);
}

static void expect_patch(struct settled *s, int patch)
{
	struct fixture *f = s->f;

	OK(run_blame(&s->x, &f->err));
	assert_int_equal(s->report.verdict.reasons.v[0].patch, patch);
}

static void the_patch_is_named_that_brings_the_failure(void **state)
{
	CLEANUP(settled_done) struct settled s;

	three_patches(&s, *state, TEST_PASS, TEST_FAIL);
	expect_patch(&s, 2);
}

static void the_last_patch_is_named_where_all_before_it_are_good(void **state)
{
	CLEANUP(settled_done) struct settled s;

	three_patches(&s, *state, TEST_PASS, TEST_PASS);
	expect_patch(&s, 3);
}

static void a_patch_that_changes_no_byte_is_not_to_blame(void **state)
{
	CLEANUP(settled_done) struct settled s;

	three_patches(&s, *state, TEST_PASS, TEST_FAIL);
	/* the kernel after the second patch is the one after the first, boots or not */
	snprintf(s.report.builds[1].image_hash, sizeof(s.report.builds[1].image_hash), "0");
	expect_patch(&s, 3);
}

static void where_a_step_did_not_build_no_patch_is_named(void **state)
{
	CLEANUP(settled_done) struct settled s;

	three_patches(&s, *state, TEST_PASS, TEST_FAIL);
	s.report.builds[1].status = BUILD_FAIL;
	expect_patch(&s, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_failure_that_always_comes_back_is_blamed_with_its_rates),
		TEST(what_comes_and_goes_on_both_is_flaky_and_no_reason),
		TEST(one_failure_that_never_comes_back_is_luck),
		TEST(what_a_lab_cannot_repeat_is_no_verdict),
		TEST(boots_of_all_targets_that_show_it_count_together),
		TEST(a_target_that_does_not_show_it_is_not_asked),
		TEST(fixed_is_what_stays_fixed),
		TEST(what_failed_once_without_the_series_is_not_fixed_by_it),
		TEST(what_people_know_is_not_booted_again),
		TEST(a_lab_that_failed_on_one_target_is_said),
		TEST(a_pass_is_looked_at_as_often_as_it_was_booted),
		TEST(a_pass_that_fails_once_of_many_times_stays_a_pass),
		TEST(what_fails_always_on_both_after_all_is_still_failing),
		TEST(a_series_whose_tests_were_never_seen_does_not_pass),
		TEST(the_patch_is_named_that_brings_the_failure),
		TEST(the_last_patch_is_named_where_all_before_it_are_good),
		TEST(a_patch_that_changes_no_byte_is_not_to_blame),
		TEST(where_a_step_did_not_build_no_patch_is_named),
		TEST(an_excerpt_is_what_the_test_said_before_its_result),
		TEST(an_excerpt_of_a_crash_leaves_registers_and_stack_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
