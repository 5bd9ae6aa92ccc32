// SPDX-License-Identifier: GPL-2.0-or-later
/* Bisections: what was asked, the commits, and each run as a row. */
#include "store_fixture.h"

#include "store/bisections.h"

static struct bisection a_bisection(const char *key)
{
	struct bisection b = {
		.key = mem_strdup(key),
		.tree = mem_strdup("debian-6.1"),
		.good = mem_strdup("a0"),
		.bad = mem_strdup("a3"),
		.kind = BISECT_TEST,
		.subject = mem_strdup("vb2.import"),
		.filter = mem_strdup("vb2.import"),
		.target = mem_strdup("virt"),
		.fix = mem_strdup("none"),
		.confidence = 0.95,
		.culprit = mem_strdup(""),
		.why = mem_strdup(""),
		.created = 1700000000,
	};

	strv_add(&b.paths, "kernel/dma/");
	strv_add(&b.paths, "mm/");
	bisection_commit_add(&b, "a0", "good one");
	bisection_commit_add(&b, "a1", "odd \xff bytes");
	bisection_commit_add(&b, "a2", "third");
	bisection_commit_add(&b, "a3", "bad one");
	b.commits[2].weight = 8;
	b.n_range = 3;
	return b;
}

static void a_bisection_reads_back_as_it_was_put(void **state)
{
	struct fixture *f = *state;
	CLEANUP(bisection_done) struct bisection in = a_bisection("k"), out = { 0 };

	OK(store_bisection_new(f->s, &in, &f->err));
	reopen(f);
	FOUND(store_bisection_get(f->s, in.num, &out, &f->err));
	assert_string_equal(out.key, "k");
	assert_string_equal(out.tree, "debian-6.1");
	assert_string_equal(out.good, "a0");
	assert_string_equal(out.bad, "a3");
	assert_int_equal(out.kind, BISECT_TEST);
	assert_string_equal(out.subject, "vb2.import");
	assert_string_equal(out.target, "virt");
	assert_int_equal(out.paths.n, 2);
	assert_string_equal(out.paths.v[1], "mm/");
	assert_true(out.confidence > 0.949 && out.confidence < 0.951);
	assert_int_equal(out.state, BISECT_RUNNING);
	assert_int_equal(out.n_commits, 4);
	assert_int_equal(out.n_range, 3);
	assert_string_equal(out.commits[1].subject, "odd \xef\xbf\xbd bytes");
	assert_true(out.commits[2].weight > 7.9);
	assert_int_equal(out.commits[3].build, BISECT_UNKNOWN);
	assert_int_equal(out.n_runs, 0);
	assert_int_equal(store_bisection_get(f->s, in.num + 1, &out, &f->err), 0);
}

static void each_run_is_kept_with_what_its_commit_became(void **state)
{
	struct fixture *f = *state;
	CLEANUP(bisection_done) struct bisection b = a_bisection("k"), out = { 0 };

	OK(store_bisection_new(f->s, &b, &f->err));
	b.commits[3].build = BISECT_BUILT;
	b.commits[3].build_ms = 1234;
	free(b.commits[3].build_id);
	b.commits[3].build_id = mem_strdup("b1b1");
	bisection_run_add(&b, 3, BISECT_BAD, "job-1", 2000);
	bisection_run_add(&b, 3, BISECT_INFRA, "job-2", 10);
	OK(store_bisection_runs(f->s, &b, 0, &f->err));
	bisection_run_add(&b, 0, BISECT_GOOD, "", 5);
	OK(store_bisection_runs(f->s, &b, 2, &f->err));
	reopen(f);
	FOUND(store_bisection_get(f->s, b.num, &out, &f->err));
	assert_int_equal(out.n_runs, 3);
	assert_string_equal(out.runs[0].job_id, "job-1");
	assert_int_equal(out.runs[0].ms, 2000);
	assert_int_equal(bisection_count(&out, 3, BISECT_BAD), 1);
	assert_int_equal(bisection_count(&out, 3, BISECT_INFRA), 1);
	assert_int_equal(bisection_count(&out, 0, BISECT_GOOD), 1);
	assert_int_equal(out.commits[3].build, BISECT_BUILT);
	assert_string_equal(out.commits[3].build_id, "b1b1");
	assert_int_equal(out.commits[3].build_ms, 1234);
}

static void what_a_commit_became_replaces_what_it_was(void **state)
{
	struct fixture *f = *state;
	CLEANUP(bisection_done) struct bisection b = a_bisection("k"), out = { 0 };

	OK(store_bisection_new(f->s, &b, &f->err));
	b.commits[1].build = BISECT_UNBUILDABLE;
	free(b.commits[1].why);
	b.commits[1].why = mem_strdup("does not build");
	OK(store_bisection_commits(f->s, &b, 1, 1, &f->err));
	OK(store_bisection_commits(f->s, &b, 1, 1, &f->err));
	FOUND(store_bisection_get(f->s, b.num, &out, &f->err));
	assert_int_equal(out.n_commits, 4);
	assert_int_equal(out.commits[1].build, BISECT_UNBUILDABLE);
	assert_string_equal(out.commits[1].why, "does not build");
}

static void the_end_and_the_reverted_commit_are_kept(void **state)
{
	struct fixture *f = *state;
	CLEANUP(bisection_done) struct bisection b = a_bisection("k"), out = { 0 };

	OK(store_bisection_new(f->s, &b, &f->err));
	bisection_commit_add(&b, "f00", "a3 without a1");
	OK(store_bisection_commits(f->s, &b, 4, 1, &f->err));
	free(b.culprit);
	b.culprit = mem_strdup("a1");
	b.odds = 0.97;
	b.state = BISECT_FOUND;
	b.reverted = REVERTED_YES;
	b.ended = 1700000099;
	OK(store_bisection_state(f->s, &b, &f->err));
	FOUND(store_bisection_get(f->s, b.num, &out, &f->err));
	assert_int_equal(out.n_commits, 5);
	assert_int_equal(out.n_range, 3); /* the reverted one is none of it */
	assert_int_equal(out.state, BISECT_FOUND);
	assert_int_equal(out.reverted, REVERTED_YES);
	assert_string_equal(out.culprit, "a1");
	assert_true(out.odds > 0.969);
	assert_int_equal(out.ended, 1700000099);
}

static void the_newest_of_a_key_is_found(void **state)
{
	struct fixture *f = *state;
	CLEANUP(bisection_done)
	struct bisection a = a_bisection("k"), b = a_bisection("k"), c = a_bisection("other");
	struct bisection l[2] = { { 0 } };
	int64_t num = 0;

	assert_int_equal(store_bisection_find(f->s, NULL, &num, &f->err), 0);
	OK(store_bisection_new(f->s, &a, &f->err));
	OK(store_bisection_new(f->s, &b, &f->err));
	OK(store_bisection_new(f->s, &c, &f->err));
	FOUND(store_bisection_find(f->s, "k", &num, &f->err));
	assert_int_equal(num, b.num);
	FOUND(store_bisection_find(f->s, NULL, &num, &f->err));
	assert_int_equal(num, c.num);
	assert_int_equal(store_bisection_find(f->s, "none", &num, &f->err), 0);
	assert_int_equal(store_bisections(f->s, 2, l, &f->err), 2);
	assert_int_equal(l[0].num, c.num);
	assert_int_equal(l[1].num, b.num);
	for (int i = 0; i < 2; i++)
		bisection_done(&l[i]);
}

static void the_odds_of_each_commit_are_kept(void **state)
{
	struct fixture *f = *state;
	CLEANUP(bisection_done) struct bisection b = a_bisection("k"), out = { 0 };

	OK(store_bisection_new(f->s, &b, &f->err));
	b.commits[1].odds = 0.25;
	b.commits[3].odds = 0.75;
	OK(store_bisection_state(f->s, &b, &f->err));
	FOUND(store_bisection_get(f->s, b.num, &out, &f->err));
	assert_true(out.commits[1].odds > 0.24 && out.commits[1].odds < 0.26);
	assert_true(out.commits[2].odds < 0.01);
	assert_true(out.commits[3].odds > 0.74);
}

static void what_a_watch_began_is_found_until_it_has_ended(void **state)
{
	struct fixture *f = *state;
	CLEANUP(bisection_done)
	struct bisection by_hand = a_bisection("k"), b = a_bisection("l"), out = { 0 };
	int64_t num = 0;

	b.watch = mem_strdup("next");
	b.series = mem_strdup("1@x");
	OK(store_bisection_new(f->s, &by_hand, &f->err));
	assert_int_equal(store_bisection_begun(f->s, &num, &f->err), 0);
	OK(store_bisection_new(f->s, &b, &f->err));
	FOUND(store_bisection_begun(f->s, &num, &f->err));
	assert_int_equal(num, b.num);
	FOUND(store_bisection_get(f->s, num, &out, &f->err));
	assert_string_equal(out.watch, "next");
	assert_string_equal(out.series, "1@x");
	out.state = BISECT_WAS_BAD;
	OK(store_bisection_state(f->s, &out, &f->err));
	assert_int_equal(store_bisection_begun(f->s, &num, &f->err), 0);
}

static void the_last_commit_of_a_watch_is_kept(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *commit = NULL;

	assert_int_equal(store_watch_get(f->s, "next", &commit, &f->err), 0);
	OK(store_watch_put(f->s, "next", "a1", &f->err));
	OK(store_watch_put(f->s, "other", "b1", &f->err));
	OK(store_watch_put(f->s, "next", "a2", &f->err));
	reopen(f);
	FOUND(store_watch_get(f->s, "next", &commit, &f->err));
	assert_string_equal(commit, "a2");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_bisection_reads_back_as_it_was_put),
		TEST(each_run_is_kept_with_what_its_commit_became),
		TEST(what_a_commit_became_replaces_what_it_was),
		TEST(the_end_and_the_reverted_commit_are_kept),
		TEST(the_newest_of_a_key_is_found),
		TEST(the_odds_of_each_commit_are_kept),
		TEST(what_a_watch_began_is_found_until_it_has_ended),
		TEST(the_last_commit_of_a_watch_is_kept),
	};

	return cmocka_run_group_tests_name("store bisections", tests, NULL, NULL);
}
