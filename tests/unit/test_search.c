// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <math.h>
#include <string.h>

#include "bisect/search.h"

/* The search for a guilty commit: what is believed, and what is tried next. */

enum { N = 64, RUNS_MAX = 3000 };

static void range_make(struct search *s, struct search_commit *commits, size_t n)
{
	for (size_t i = 0; i < n; i++)
		commits[i] = (struct search_commit){ .build_s = 60, .weight = 1 };
	commits[n - 1].built = true;
	*s = (struct search){ .commits = commits,
			      .n = n,
			      .failed = 1,
			      .run_s = 3,
			      .false_fail = 0.005,
			      .confidence = 0.95 };
}

typedef bool bad_fn(size_t commit);

/* What it comes to where bad commits fail each `every`-th run, in turn. */
static struct search_next run(struct search *s, bad_fn *is_bad, int every, int *builds)
{
	int turns[N] = { 0 };
	struct search_next next = search_next(s);

	for (int i = 0; next.state == SEARCH_TRY; i++) {
		struct search_commit *c = &s->commits[next.commit];

		assert_true(i < RUNS_MAX);
		assert_false(c->unbuildable);
		*builds += !c->built;
		c->built = true;
		if (is_bad(next.commit) && ++turns[next.commit] % every == 0)
			c->failed++;
		else
			c->passed++;
		next = search_next(s);
	}
	return next;
}

static bool from_17(size_t commit)
{
	return commit >= 17;
}

static bool from_0(size_t commit)
{
	(void)commit;
	return true;
}

static bool from_63(size_t commit)
{
	return commit == 63;
}

static void culprit_in_a_line_is_found_in_few_builds(void **state)
{
	static bad_fn *const all[] = { from_17, from_0, from_63 };
	static const size_t culprits[] = { 17, 0, 63 };
	struct search_commit commits[N];
	struct search s;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct search_next next;
		int builds = 0;

		range_make(&s, commits, N);
		next = run(&s, all[i], 1, &builds);
		assert_int_equal(next.state, SEARCH_FOUND);
		assert_int_equal(next.commit, culprits[i]);
		assert_true(next.odds >= 0.95);
		assert_true(builds <= 7);
	}
}

static void failure_that_comes_one_time_in_three_is_found_too(void **state)
{
	struct search_commit commits[N];
	struct search_next next;
	struct search s;
	int builds = 0;

	(void)state;
	range_make(&s, commits, N);
	next = run(&s, from_17, 3, &builds);
	assert_int_equal(next.state, SEARCH_FOUND);
	assert_int_equal(next.commit, 17);
	assert_true(builds <= 9);
}

static void commits_that_do_not_build_leave_a_range(void **state)
{
	struct search_commit commits[N];
	struct search_next next;
	double odds[N], sum = 0;
	struct search s;
	int builds = 0;

	(void)state;
	range_make(&s, commits, N);
	for (size_t i = 15; i < 20; i++)
		commits[i].unbuildable = true;
	next = run(&s, from_17, 1, &builds);
	assert_int_equal(next.state, SEARCH_RANGE);
	search_odds(&s, odds);
	for (size_t i = 15; i <= 20; i++)
		sum += odds[i];
	assert_true(sum > 0.95);
	assert_true(odds[16] < 0.5);
}

static void prior_that_points_at_it_saves_builds(void **state)
{
	struct search_commit commits[N];
	struct search_next next;
	struct search s;
	int plain = 0, pointed = 0;

	(void)state;
	range_make(&s, commits, N);
	next = run(&s, from_17, 1, &plain);
	range_make(&s, commits, N);
	commits[17].weight = 50;
	next = run(&s, from_17, 1, &pointed);
	assert_int_equal(next.commit, 17);
	assert_true(pointed < plain);
}

/*
 * 0 - 1 - 2 - 3 - - - 8 (merge)
 *      \- 4 - 5 - 6 - 7 -/
 */
static bool side_bad(size_t commit)
{
	return commit == 5 || commit == 6 || commit == 7 || commit == 8;
}

static void culprit_on_a_merged_branch_is_found(void **state)
{
	static const uint64_t ancestors[] = {
		0x001, 0x003, 0x007, 0x00f, 0x013, 0x033, 0x073, 0x0f3, 0x1ff,
	};
	struct search_commit commits[9];
	struct search_next next;
	struct search s;
	int builds = 0;

	(void)state;
	range_make(&s, commits, 9);
	s.ancestors = ancestors;
	next = run(&s, side_bad, 1, &builds);
	assert_int_equal(next.state, SEARCH_FOUND);
	assert_int_equal(next.commit, 5);
	assert_true(builds <= 5);
}

static void line_given_as_ancestors_is_the_same_line(void **state)
{
	struct search_commit commits[N];
	double line[N], ancestors[N];
	uint64_t rows[N];
	struct search s;

	(void)state;
	range_make(&s, commits, N);
	commits[20].passed = 3;
	commits[40].failed = 1;
	commits[40].passed = 1;
	for (size_t i = 0; i < N; i++)
		rows[i] = i == 63 ? ~0ULL : (1ULL << (i + 1)) - 1;
	search_odds(&s, line);
	s.ancestors = rows;
	search_odds(&s, ancestors);
	for (size_t i = 0; i < N; i++)
		assert_true(fabs(line[i] - ancestors[i]) < 1e-9);
	assert_true(line[10] < line[30] && line[50] < line[30]);
}

static void seconds_left_are_about_what_it_takes(void **state)
{
	struct search_commit commits[N];
	struct search_next next;
	double first, took = 0;
	struct search s;

	(void)state;
	range_make(&s, commits, N);
	s.failed = 3; /* what always fails is known by three runs */
	next = search_next(&s);
	first = next.seconds;
	while (next.state == SEARCH_TRY) {
		struct search_commit *c = &commits[next.commit];
		const double before = next.seconds;

		took += (c->built ? 0 : c->build_s) + s.run_s;
		c->built = true;
		if (from_17(next.commit))
			c->failed++;
		else
			c->passed++;
		next = search_next(&s);
		assert_true(next.seconds < 1.5 * before);
	}
	assert_true(first > 0.5 * took && first < 2 * took);
	assert_true(next.seconds < 1); /* nothing is left */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(culprit_in_a_line_is_found_in_few_builds),
		cmocka_unit_test(failure_that_comes_one_time_in_three_is_found_too),
		cmocka_unit_test(commits_that_do_not_build_leave_a_range),
		cmocka_unit_test(prior_that_points_at_it_saves_builds),
		cmocka_unit_test(culprit_on_a_merged_branch_is_found),
		cmocka_unit_test(seconds_left_are_about_what_it_takes),
		cmocka_unit_test(line_given_as_ancestors_is_the_same_line),
	};

	return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
