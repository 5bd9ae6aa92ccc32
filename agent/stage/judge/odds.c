// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/judge/odds.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

enum {
	RATES = 64,	/* true rates that a chance is looked for at, and steps of a bisection */
	GIVE_UP = 12,	/* runs after which what did not come again was luck */
	RUNS_MAX = 9999 /* that a rate asks for */
};

/* What looks before the last may spend of the bound, and what the last may. */
static const double look_share = 0.1, last_share = 0.7;

/* Two numbers that were worked out on the same way are the same. */
static const double slack = 1 + 1e-9;

static int min(int a, int b)
{
	return a < b ? a : b;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

/*
 * Fisher's exact test, one-sided: all runs in one bag, the chance that so many of the bad ones
 * are the series'. Weights from the likeliest number on outwards, so that none overflows.
 */
static double fisher(struct rate base, struct rate patched)
{
	int bad = base.bad + patched.bad;
	int low = max(0, bad - base.runs), high = min(bad, patched.runs);
	int mode = (int)((double)(patched.runs + 1) * (bad + 1) / (base.runs + patched.runs + 2));
	double all = 1, tail;

	mode = min(max(mode, low), high);
	tail = mode >= patched.bad;
	for (double w = 1, k = mode; k < high; k++) {
		w *= (patched.runs - k) * (bad - k) / ((k + 1) * (base.runs - bad + k + 1));
		all += w;
		tail += k + 1 >= patched.bad ? w : 0;
	}
	for (double w = 1, k = mode; k > low; k--) {
		w *= k * (base.runs - bad + k) / ((patched.runs - k + 1) * (bad - k + 1));
		all += w;
		tail += k - 1 >= patched.bad ? w : 0;
	}
	return tail / all;
}

/* The chances of 0..n bad ones of n, at a rate; likewise from the middle. */
static void binomial(int n, double rate, double *ret)
{
	int mode = min((int)((n + 1) * rate), n);
	double odds = rate / (1 - rate), all = 1;

	ret[mode] = 1;
	for (int k = mode; k < n; k++)
		all += ret[k + 1] = ret[k] * odds * (n - k) / (k + 1);
	for (int k = mode; k > 0; k--)
		all += ret[k - 1] = ret[k] / odds * k / (n - k + 1);
	for (int k = 0; k <= n; k++)
		ret[k] /= all;
}

/* from[b]: with b bad ones of the base, the fewest of the series' that are no likelier than what
 * was seen; one more than there are runs where none is. */
static void region(struct rate base, struct rate patched, int *from)
{
	double seen = fisher(base, patched) * slack;
	int k = 0;

	for (int b = 0; b <= base.runs; b++) {
		while (k <= patched.runs && fisher((struct rate){ b, base.runs },
						   (struct rate){ k, patched.runs }) > seen)
			k++;
		from[b] = k;
	}
}

double odds_chance(struct rate base, struct rate patched)
{
	double *of_base, *of_patched, worst = 0;
	int *from;

	if (base.runs == 0 || patched.runs == 0)
		return 1;
	from = mem_zalloc((size_t)(base.runs + 1) * sizeof(*from));
	of_base = mem_zalloc((size_t)(base.runs + 1) * sizeof(*of_base));
	of_patched = mem_zalloc((size_t)(patched.runs + 2) * sizeof(*of_patched));
	region(base, patched, from);
	for (int i = 1; i < RATES; i++) {
		double t = (double)i / RATES, rate = t * t * (3 - 2 * t); /* closer at the ends */
		double chance = 0;

		binomial(base.runs, rate, of_base);
		binomial(patched.runs, rate, of_patched);
		of_patched[patched.runs + 1] = 0;
		for (int k = patched.runs; k > 0; k--)
			of_patched[k - 1] += of_patched[k]; /* so many or more */
		for (int b = 0; b <= base.runs; b++)
			chance += of_base[b] * of_patched[from[b]];
		worst = chance > worst ? chance : worst;
	}
	free(from);
	free(of_base);
	free(of_patched);
	return worst < 1 ? worst : 1;
}

/* The chance of `k` or more bad ones of n. */
static double at_least(int k, int n, double rate, double *room)
{
	double sum = 0;

	binomial(n, rate, room);
	for (int i = n; i >= k; i--)
		sum += room[i];
	return sum;
}

/* The rate at which k or more of n come with this chance: the more, the higher. */
static double rate_of(int k, int n, double chance, double *room)
{
	double low = 0, high = 1;

	for (int i = 0; i < RATES; i++) {
		double mid = (low + high) / 2;

		if (mid <= 0 || mid >= 1)
			break;
		*(at_least(k, n, mid, room) < chance ? &low : &high) = mid;
	}
	return (low + high) / 2;
}

void odds_interval(struct rate r, double *low, double *high)
{
	double *room = mem_zalloc((size_t)(r.runs + 1) * sizeof(*room));

	*low = r.bad > 0 ? rate_of(r.bad, r.runs, 0.025, room) : 0;
	*high = r.bad < r.runs ? rate_of(r.bad + 1, r.runs, 0.975, room) : 1;
	free(room);
}

/* No worse with the series than without it. */
static bool no_worse(struct rate base, struct rate patched)
{
	return (double)patched.bad * base.runs <= (double)base.bad * patched.runs;
}

/*
 * The patched kernel goes first, for what never comes again needs no base; then both step by
 * step, with a look after each. A look before the last may spend a tenth of the bound, the last
 * one most of it: what is so plain as to pass the first nearly always passes it in all later ones
 * too, so that they cost little together. tests/unit/test_odds.c works out what they cost.
 */
enum odds odds_decide(struct rate base, struct rate patched, double bound, int limit)
{
	bool last = patched.runs >= limit;
	double may = bound * (last ? last_share : look_share);

	if (patched.bad == 0)
		return patched.runs >= min(GIVE_UP, limit) ? ODDS_LUCK : ODDS_MORE_PATCHED;
	if (base.runs < patched.runs && base.runs < limit)
		return ODDS_MORE_BASE;
	if (odds_chance(base, patched) <= may)
		return ODDS_REAL;
	if (last || (patched.runs >= GIVE_UP && no_worse(base, patched)))
		return ODDS_LUCK;
	return ODDS_MORE_PATCHED;
}

int odds_runs(double rate, double missed)
{
	double miss = 1;
	int n = 0;

	do
		miss *= 1 - rate;
	while (++n < RUNS_MAX && miss > missed);
	return n;
}
