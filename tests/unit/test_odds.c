// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include "base/mem.h"
#include "stage/judge/odds.h"

static void near(double have, double want, double off)
{
	if (have < want - off || have > want + off)
		fail_msg("%.6f is not %.6f", have, want);
}

static void chances_are_those_of_the_test(void **state)
{
	(void)state;
	/* (1/2)^10: all of one side and none of the other, at the likeliest rate */
	near(odds_chance((struct rate){ 0, 5 }, (struct rate){ 5, 5 }), 1.0 / 1024, 1e-6);
	near(odds_chance((struct rate){ 0, 4 }, (struct rate){ 4, 4 }), 1.0 / 256, 1e-5);
	near(odds_chance((struct rate){ 0, 30 }, (struct rate){ 6, 30 }), 0.00675, 2e-5);
	near(odds_chance((struct rate){ 9, 30 }, (struct rate){ 9, 30 }), 0.5, 0.2);
	near(odds_chance((struct rate){ 5, 5 }, (struct rate){ 0, 5 }), 1, 1e-9);
	near(odds_chance((struct rate){ 0, 0 }, (struct rate){ 5, 5 }), 1, 0);
	near(odds_chance((struct rate){ 0, 5 }, (struct rate){ 0, 0 }), 1, 0);
	/* many runs neither overflow nor vanish */
	near(odds_chance((struct rate){ 500, 2000 }, (struct rate){ 500, 2000 }), 0.5, 0.02);
	assert_true(odds_chance((struct rate){ 0, 2000 }, (struct rate){ 2000, 2000 }) < 1e-9);
}

static void expect_interval(int bad, int runs, double low, double high)
{
	double l, h;

	odds_interval((struct rate){ bad, runs }, &l, &h);
	near(l, low, 2e-4);
	near(h, high, 2e-4);
}

/* 1 - 0.025^(1/n) where none is bad; the rest by halves: 2 of 2 is 0.025^(1/2). */
static void intervals_are_clopper_and_pearsons(void **state)
{
	(void)state;
	expect_interval(0, 0, 0, 1);
	expect_interval(0, 10, 0, 0.3085);
	expect_interval(10, 10, 0.6915, 1);
	expect_interval(2, 2, 0.1581, 1);
	expect_interval(1, 1, 0.025, 1);
	expect_interval(5, 10, 0.1871, 0.8129);
}

static void intervals_hold_the_true_rate_95_times_of_100(void **state)
{
	static const double rates[] = { 0.05, 0.3, 0.5, 0.8 };
	const int n = 20;

	(void)state;
	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++) {
		double chance = 1, held = 0;

		for (int k = 0; k < n; k++)
			chance *= 1 - rates[i];
		for (int k = 0; k <= n; k++) {
			double low, high;

			odds_interval((struct rate){ k, n }, &low, &high);
			held += low <= rates[i] && rates[i] <= high ? chance : 0;
			chance *= rates[i] / (1 - rates[i]) * (n - k) / (k + 1);
		}
		if (held < 0.95)
			fail_msg("rate %.2f is held with %.3f", rates[i], held);
	}
}

/* --- all courses that runs can take, each with its chance --- */

enum { MOST = 40, SIDE = MOST + 1 };

/* What a question comes to. */
struct ending {
	double real, luck;
	double base_runs, patched_runs; /* on average, of those that the question took */
};

/* A question: so sure, so many runs; by what rates the kernels are bad. */
struct question {
	double bound;
	int limit;
	double base, patched;
	struct rate history; /* of the base */
};

/* The chance that odds_decide() is asked with these runs: [patched][bad][base][bad]. */
typedef double courses_t[SIDE][SIDE][SIDE][SIDE];

static void decide_one(const struct question *q, courses_t c, struct rate base, struct rate patched,
		       struct ending *e)
{
	double chance = c[patched.runs][patched.bad][base.runs][base.bad];
	double(*next)[SIDE];

	if (chance <= 0)
		return;
	c[patched.runs][patched.bad][base.runs][base.bad] = 0;
	switch (odds_decide(base, patched, q->bound, q->limit)) {
	case ODDS_MORE_BASE:
		next = c[patched.runs][patched.bad];
		next[base.runs + 1][base.bad] += chance * (1 - q->base);
		next[base.runs + 1][base.bad + 1] += chance * q->base;
		return;
	case ODDS_MORE_PATCHED:
		c[patched.runs + 1][patched.bad][base.runs][base.bad] += chance * (1 - q->patched);
		c[patched.runs + 1][patched.bad + 1][base.runs][base.bad] += chance * q->patched;
		return;
	case ODDS_REAL:
		e->real += chance;
		break;
	case ODDS_LUCK:
		e->luck += chance;
		break;
	}
	e->base_runs += chance * (base.runs - q->history.runs);
	e->patched_runs += chance * patched.runs;
}

static struct ending ask(const struct question *q)
{
	double(*c)[SIDE][SIDE][SIDE] = mem_zalloc(sizeof(courses_t));
	struct ending e = { 0 };

	c[0][0][q->history.runs][q->history.bad] = 1;
	for (int pn = 0; pn <= q->limit; pn++)
		for (int bn = q->history.runs; bn <= MOST; bn++)
			for (int pb = 0; pb <= pn; pb++)
				for (int bb = 0; bb <= bn; bb++)
					decide_one(q, c, (struct rate){ bb, bn },
						   (struct rate){ pb, pn }, &e);
	free(c);
	near(e.real + e.luck, 1, 1e-6); /* every course ends */
	return e;
}

static void expect_rarely_blamed(double bound, int limit)
{
	static const double rates[] = { 0.02, 0.05, 0.1, 0.2, 0.3,  0.4, 0.5,
					0.6,  0.7,  0.8, 0.9, 0.95, 1 };
	double worst = 0;

	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++) {
		const struct question q = {
			.bound = bound, .limit = limit, .base = rates[i], .patched = rates[i]
		};
		double real = ask(&q).real;

		worst = real > worst ? real : worst;
	}
	print_message("bound %g, limit %d: blamed for nothing %.5f\n", bound, limit, worst);
	assert_true(worst <= bound);
}

static void what_comes_as_often_on_both_sides_is_blamed_no_more_than_the_bound_allows(void **state)
{
	(void)state;
	expect_rarely_blamed(0.01, 30);
	expect_rarely_blamed(0.01, 12);
	expect_rarely_blamed(0.05, 20);
	expect_rarely_blamed(0.001, 20);
}

static void three_of_ten_against_none_is_found(void **state)
{
	const struct question q = { 0.01, 30, 0, 0.3, { 0, 0 } };
	const struct question known = { 0.01, 30, 0, 0.3, { 0, 40 } };
	struct ending e = ask(&q), k = ask(&known);

	(void)state;
	print_message("0.3 against 0: blamed %.3f, after %.1f runs and %.1f of the base\n", e.real,
		      e.patched_runs, e.base_runs);
	print_message("with 40 good ones of the base known: %.3f, after %.1f\n", k.real,
		      k.patched_runs);
	assert_true(e.real >= 0.9);
	assert_true(k.real >= 0.9);
	near(k.base_runs, 0, 0);
}

static void always_against_never_takes_five_of_each(void **state)
{
	const struct question q = { 0.01, 30, 0, 1, { 0, 0 } };
	const struct question known = { 0.01, 30, 0, 1, { 0, 40 } };
	struct ending e = ask(&q);

	(void)state;
	near(e.real, 1, 0);
	near(e.patched_runs, 5, 0);
	near(e.base_runs, 5, 0);
	e = ask(&known);
	near(e.real, 1, 0);
	near(e.patched_runs, 2, 0);
	near(e.base_runs, 0, 0);
}

static void what_never_comes_again_is_luck_after_twelve(void **state)
{
	const struct question q = { 0.01, 30, 0, 0, { 0, 0 } };
	struct ending e = ask(&q);

	(void)state;
	near(e.luck, 1, 0);
	near(e.patched_runs, 12, 0);
	near(e.base_runs, 0, 0);
}

static void what_fails_always_on_both_sides_is_luck(void **state)
{
	const struct question q = { 0.01, 30, 1, 1, { 0, 0 } };
	struct ending e = ask(&q);

	(void)state;
	near(e.luck, 1, 0);
	near(e.patched_runs, 12, 0);
}

static void a_pass_is_repeated_until_a_rate_would_have_shown(void **state)
{
	(void)state;
	assert_int_equal(odds_runs(1.0 / 3, 0.01), 12);
	assert_int_equal(odds_runs(1.0 / 3, 0.45), 2);
	assert_int_equal(odds_runs(1, 0.01), 1);
	assert_int_equal(odds_runs(0.3, 1), 1);
	assert_int_equal(odds_runs(0.5, 0.5), 1);
	assert_true(odds_runs(1e-9, 1e-9) < 100000); /* it ends */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chances_are_those_of_the_test),
		cmocka_unit_test(intervals_are_clopper_and_pearsons),
		cmocka_unit_test(intervals_hold_the_true_rate_95_times_of_100),
		cmocka_unit_test(
			what_comes_as_often_on_both_sides_is_blamed_no_more_than_the_bound_allows),
		cmocka_unit_test(three_of_ten_against_none_is_found),
		cmocka_unit_test(always_against_never_takes_five_of_each),
		cmocka_unit_test(what_never_comes_again_is_luck_after_twelve),
		cmocka_unit_test(what_fails_always_on_both_sides_is_luck),
		cmocka_unit_test(a_pass_is_repeated_until_a_rate_would_have_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
