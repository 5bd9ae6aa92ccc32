// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include "base/cleanup.h"
#include "base/mem.h"
#include "bisect/belief.h"

/* What the rows of a bisection come to, and how one goes that is never killed. */

enum { N = 16, STEPS_MAX = 400 };

static struct bisection a_bisection(bool fixed, enum bisection_kind kind)
{
	struct bisection b = { .kind = kind, .fixed = fixed, .confidence = 0.95, .n_range = N };

	for (size_t i = 0; i <= N; i++)
		bisection_commit_add(&b, "c", "");
	return b;
}

static void run(struct bisection *b, size_t seq, int bad, int good)
{
	b->commits[seq].build = BISECT_BUILT;
	for (int i = 0; i < bad + good; i++)
		bisection_run_add(b, seq, i < bad ? BISECT_BAD : BISECT_GOOD, "", 1000);
}

static void image(struct bisection *b, size_t seq, const char *hash)
{
	free(b->commits[seq].image_hash);
	b->commits[seq].image_hash = mem_strdup(hash);
}

/* Searches to the end, where the commits from `culprit` on are as the newer end. */
static struct search_next search(struct bisection *b, size_t culprit)
{
	static const struct range line = { .n = N };
	struct search_next next = { 0 };

	for (int i = 0; i < STEPS_MAX; i++) {
		CLEANUP(belief_done) struct belief belief;
		bool newer;

		belief_make(b, &line, &belief);
		next = search_next(&belief.search);
		if (next.state != SEARCH_TRY)
			return next;
		assert_true(b->kind != BISECT_BUILD ||
			    b->commits[next.commit + 1].build == BISECT_UNKNOWN);
		newer = next.commit + 1 >= culprit;
		run(b, next.commit + 1, newer != b->fixed, newer == b->fixed);
	}
	fail_msg("no end");
	return next;
}

static void failure_is_found_where_it_began(void **state)
{
	(void)state;
	for (size_t culprit = 1; culprit <= N; culprit += 5) {
		CLEANUP(bisection_done) struct bisection b = a_bisection(false, BISECT_TEST);
		struct search_next next;

		run(&b, N, 3, 0);
		run(&b, 0, 0, 3);
		next = search(&b, culprit);
		assert_int_equal(next.state, SEARCH_FOUND);
		assert_int_equal(next.commit + 1, culprit);
	}
}

static void backwards_what_mended_it_is_found(void **state)
{
	(void)state;
	for (size_t culprit = 1; culprit <= N; culprit += 5) {
		CLEANUP(bisection_done) struct bisection b = a_bisection(true, BISECT_TEST);
		struct search_next next;

		run(&b, 0, 3, 0);
		run(&b, N, 0, 3);
		next = search(&b, culprit);
		assert_int_equal(next.state, SEARCH_FOUND);
		assert_int_equal(next.commit + 1, culprit);
	}
}

static void a_build_is_tried_once_and_no_more(void **state)
{
	CLEANUP(bisection_done) struct bisection b = a_bisection(false, BISECT_BUILD);
	struct search_next next;

	(void)state;
	run(&b, N, 1, 0);
	run(&b, 0, 0, 1);
	next = search(&b, 6);
	assert_int_equal(next.state, SEARCH_FOUND);
	assert_int_equal(next.commit + 1, 6);
	assert_true(b.n_runs <= 2 + 5);
}

static struct search_commit of(const struct bisection *b, size_t seq)
{
	static const struct range line = { .n = N };
	CLEANUP(belief_done) struct belief belief;

	belief_make(b, &line, &belief);
	return belief.commits[seq - 1];
}

static void one_kernel_has_its_runs_once_where_they_say_most(void **state)
{
	CLEANUP(bisection_done) struct bisection b = a_bisection(false, BISECT_TEST);

	(void)state;
	run(&b, N, 3, 0);
	for (size_t i = 4; i <= 7; i++)
		image(&b, i, "same");
	run(&b, 5, 0, 2);
	assert_int_equal(of(&b, 7).passed, 2); /* the last of them is good */
	assert_int_equal(of(&b, 5).passed, 0);
	run(&b, 6, 1, 0);
	assert_int_equal(of(&b, 4).failed, 1); /* and now the first is bad */
	assert_int_equal(of(&b, 4).passed, 2);
	assert_int_equal(of(&b, 7).passed + of(&b, 5).passed + of(&b, 6).failed, 0);
}

static void a_commit_with_the_kernel_of_the_good_end_is_good(void **state)
{
	CLEANUP(bisection_done) struct bisection b = a_bisection(false, BISECT_TEST);

	(void)state;
	run(&b, N, 3, 0);
	run(&b, 0, 0, 3);
	image(&b, 0, "same");
	image(&b, 9, "same");
	assert_int_equal(of(&b, 9).passed, 3);
}

static void backwards_the_last_of_one_kernel_is_bad(void **state)
{
	CLEANUP(bisection_done) struct bisection b = a_bisection(true, BISECT_TEST);

	(void)state;
	run(&b, 0, 3, 0);
	for (size_t i = 4; i <= 7; i++)
		image(&b, i, "same");
	run(&b, 5, 1, 1);
	assert_int_equal(of(&b, 7).failed, 1);
	assert_int_equal(of(&b, 4).failed, 0);
}

static void kernels_without_a_hash_are_not_the_same(void **state)
{
	CLEANUP(bisection_done) struct bisection b = a_bisection(false, BISECT_TEST);

	(void)state;
	run(&b, N, 3, 0);
	run(&b, 5, 0, 2);
	assert_int_equal(of(&b, 5).passed, 2);
	assert_int_equal(of(&b, 7).passed, 0);
}

static void few_runs_say_little_where_it_fails_rarely(void **state)
{
	CLEANUP(bisection_done)
	struct bisection always = a_bisection(false, BISECT_TEST),
			 rare = a_bisection(false, BISECT_TEST);

	(void)state;
	run(&always, N, 3, 0);
	run(&rare, N, 3, 9);
	run(&always, 0, 0, 3);
	run(&rare, 0, 0, 3);
	assert_int_equal(belief_lean(&always, 0), -1);
	assert_int_equal(belief_lean(&rare, 0), 0);
	run(&rare, 0, 0, 12);
	assert_int_equal(belief_lean(&rare, 0), -1);
	run(&always, 1, 1, 0);
	assert_int_equal(belief_lean(&always, 1), 1);
	assert_int_equal(belief_lean(&always, 2), 0);
}

static void runs_of_the_same_kernel_say_it_of_all_its_commits(void **state)
{
	CLEANUP(bisection_done) struct bisection b = a_bisection(false, BISECT_TEST);

	(void)state;
	run(&b, N, 3, 0);
	run(&b, 0, 0, 3);
	bisection_commit_add(&b, "reverted", "");
	assert_int_equal(belief_lean(&b, N + 1), 0);
	image(&b, 0, "same");
	image(&b, N + 1, "same");
	assert_int_equal(belief_lean(&b, N + 1), -1);
	assert_true(belief_same(&b, 0, N + 1) && belief_same(&b, 5, 5));
	assert_false(belief_same(&b, 0, 5) || belief_same(&b, 4, 5));
}

static void infrastructure_says_nothing(void **state)
{
	CLEANUP(bisection_done) struct bisection b = a_bisection(false, BISECT_TEST);

	(void)state;
	run(&b, N, 3, 0);
	bisection_run_add(&b, 5, BISECT_INFRA, "", 1000);
	assert_int_equal(of(&b, 5).passed + of(&b, 5).failed, 0);
	assert_int_equal(belief_lean(&b, 5), 0);
}

static void what_was_known_costs_nothing_and_says_nothing_of_costs(void **state)
{
	static const struct range line = { .n = N };
	CLEANUP(bisection_done) struct bisection b = a_bisection(false, BISECT_TEST);
	CLEANUP(belief_done) struct belief belief;

	(void)state;
	run(&b, N, 2, 0); /* of a second each */
	b.commits[N].build_ms = 8000;
	for (int i = 0; i < 20; i++)
		bisection_run_add(&b, 5, BISECT_GOOD, "", 0);
	belief_make(&b, &line, &belief);
	assert_true(belief.search.run_s > 0.99 && belief.search.run_s < 1.01);
	assert_true(belief.commits[3].build_s > 7.99 && belief.commits[3].build_s < 8.01);
}

static void what_is_left_is_as_much_as_makes_sure(void **state)
{
	static const struct range line = { .n = N };
	CLEANUP(bisection_done) struct bisection b = a_bisection(false, BISECT_TEST);
	CLEANUP(belief_done) struct belief belief;
	double odds[N] = { [3] = 0.9, [5] = 0.06, [7] = 0.04 };
	size_t order[N];

	(void)state;
	belief_make(&b, &line, &belief);
	assert_int_equal(belief_left(&belief, odds, order), 2);
	assert_int_equal(order[0], 3);
	assert_int_equal(order[1], 5);
	assert_true(belief_bad(&belief, odds, 4) > 0.89 && belief_bad(&belief, odds, 4) < 0.91);
	assert_true(belief_bad(&belief, odds, 2) < 0.01);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failure_is_found_where_it_began),
		cmocka_unit_test(backwards_what_mended_it_is_found),
		cmocka_unit_test(a_build_is_tried_once_and_no_more),
		cmocka_unit_test(one_kernel_has_its_runs_once_where_they_say_most),
		cmocka_unit_test(a_commit_with_the_kernel_of_the_good_end_is_good),
		cmocka_unit_test(backwards_the_last_of_one_kernel_is_bad),
		cmocka_unit_test(kernels_without_a_hash_are_not_the_same),
		cmocka_unit_test(few_runs_say_little_where_it_fails_rarely),
		cmocka_unit_test(runs_of_the_same_kernel_say_it_of_all_its_commits),
		cmocka_unit_test(infrastructure_says_nothing),
		cmocka_unit_test(what_was_known_costs_nothing_and_says_nothing_of_costs),
		cmocka_unit_test(what_is_left_is_as_much_as_makes_sure),
	};

	return cmocka_run_group_tests_name("belief", tests, NULL, NULL);
}
