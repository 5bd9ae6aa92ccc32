// SPDX-License-Identifier: GPL-2.0-or-later
#include "bisect/belief.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	ALWAYS = 16,  /* a build that fails would fail each time: it counts as so many runs */
	BUILD_S = 60, /* as long as none was made */
	RUN_S = 5,
};

static const double rate_min = 0.05, rate_max = 0.95;

size_t belief_good_end(const struct bisection *b)
{
	return b->fixed ? b->n_range : 0;
}

size_t belief_bad_end(const struct bisection *b)
{
	return b->fixed ? 0 : b->n_range;
}

static int times(const struct bisection *b)
{
	return b->kind == BISECT_BUILD ? ALWAYS : 1;
}

bool belief_same(const struct bisection *b, size_t x, size_t y)
{
	const struct bisection_commit *c = &b->commits[x];

	return x == y || (c->image_hash[0] && strcmp(c->image_hash, b->commits[y].image_hash) == 0);
}

/* How often the kernel of a commit was good or bad. */
static int count(const struct bisection *b, size_t seq, enum bisection_verdict v)
{
	int n = 0;

	for (size_t i = 0; i < b->n_commits; i++)
		if (belief_same(b, seq, i))
			n += bisection_count(b, i, v);
	return n;
}

int belief_lean(const struct bisection *b, size_t seq)
{
	const size_t end = belief_bad_end(b);
	const int bad = bisection_count(b, end, BISECT_BAD) * times(b);
	const int runs = bad + bisection_count(b, end, BISECT_GOOD) * times(b);
	const double rate = fmin(fmax((bad + 1.0) / (runs + 2), rate_min), rate_max);
	const double sum =
		times(b) * (count(b, seq, BISECT_BAD) * log(rate / BELIEF_FALSE_FAIL) +
			    count(b, seq, BISECT_GOOD) * log((1 - rate) / (1 - BELIEF_FALSE_FAIL)));
	const double sure = log(b->confidence / (1 - b->confidence));

	return sum >= sure ? 1 : sum <= -sure ? -1 : 0;
}

/*
 * Commits of one kernel share their runs, which are told of one of them: the first that is as bad
 * as the bad end, or the last that is as good as the good one. Backwards it is the other way round.
 */
static void runs_share(const struct bisection *b, size_t seq, struct search_commit *commits)
{
	size_t first = seq, last = seq, to;
	int bad = 0, good = 0;

	for (size_t i = 0; i <= b->n_range; i++) {
		if (!belief_same(b, seq, i))
			continue;
		first = i < first ? i : first;
		last = i > last ? i : last;
		bad += bisection_count(b, i, BISECT_BAD);
		good += bisection_count(b, i, BISECT_GOOD);
	}
	to = (bad > 0) != b->fixed ? first : last;
	if (to != seq || seq == 0 || (!b->fixed && seq == b->n_range))
		return;
	commits[seq - 1].failed = bad * times(b);
	commits[seq - 1].passed = good * times(b);
}

static double mean_s(int64_t ms, int n, double none)
{
	return n > 0 ? (double)ms / 1000 / n : none;
}

static void costs(const struct bisection *b, struct belief *ret)
{
	int64_t build_ms = 0, run_ms = 0;
	int builds = 0, runs = 0;
	double build_s;

	for (size_t i = 0; i < b->n_commits; i++)
		if (b->commits[i].build_ms > 0) {
			build_ms += b->commits[i].build_ms;
			builds++;
		}
	for (size_t i = 0; i < b->n_runs; i++)
		if (b->runs[i].ms > 0) { /* a run that was known has cost nothing */
			run_ms += b->runs[i].ms;
			runs++;
		}
	build_s = mean_s(build_ms, builds, BUILD_S);
	for (size_t i = 0; i < b->n_range; i++)
		ret->commits[i].build_s = fmax(build_s, 0.1);
	ret->search.run_s = fmax(mean_s(run_ms, runs, RUN_S), 0.1);
}

/* Backwards a commit is bad as long as what mends it is not among its ancestors. */
static void complement(const struct range *range, struct belief *ret)
{
	const size_t words = (range->n + 63) / 64;

	ret->bits = mem_zalloc(range->n * words * sizeof(*ret->bits));
	for (size_t i = 0; i < range->n; i++)
		for (size_t c = 0; c < range->n; c++) {
			bool has = range->ancestors
					   ? range->ancestors[i * words + c / 64] >> (c % 64) & 1
					   : c <= i;

			if (!has)
				ret->bits[i * words + c / 64] |= UINT64_C(1) << (c % 64);
		}
	ret->search.ancestors = ret->bits;
}

void belief_make(const struct bisection *b, const struct range *range, struct belief *ret)
{
	const size_t end = belief_bad_end(b);

	*ret = (struct belief){ .commits = mem_zalloc(b->n_range * sizeof(*ret->commits)) };
	ret->search = (struct search){
		.commits = ret->commits,
		.n = b->n_range,
		.ancestors = range->ancestors,
		.failed = bisection_count(b, end, BISECT_BAD) * times(b),
		.passed = bisection_count(b, end, BISECT_GOOD) * times(b),
		.false_fail = BELIEF_FALSE_FAIL,
		.confidence = b->confidence,
	};
	for (size_t i = 0; i < b->n_range; i++) {
		const struct bisection_commit *c = &b->commits[i + 1];

		ret->commits[i].weight = c->weight;
		ret->commits[i].built = c->build == BISECT_BUILT;
		ret->commits[i].unbuildable =
			c->build == BISECT_UNBUILDABLE ||
			(b->kind == BISECT_BUILD && c->build != BISECT_UNKNOWN);
	}
	for (size_t i = 0; i <= b->n_range; i++)
		runs_share(b, i, ret->commits);
	costs(b, ret);
	if (b->fixed)
		complement(range, ret);
}

void belief_done(struct belief *b)
{
	free(b->commits);
	free(b->bits);
}

static int by_odds(const void *a, const void *b, void *odds)
{
	const double *o = odds;
	const size_t x = *(const size_t *)a, y = *(const size_t *)b;

	if (o[x] < o[y] || o[x] > o[y])
		return o[x] < o[y] ? 1 : -1;
	return x < y ? -1 : x > y;
}

size_t belief_left(const struct belief *b, const double *odds, size_t *order)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < b->search.n; i++)
		order[i] = i;
	qsort_r(order, b->search.n, sizeof(*order), by_odds, (void *)odds);
	while (n < b->search.n && sum < b->search.confidence)
		sum += odds[order[n++]];
	return n;
}

double belief_bad(const struct belief *b, const double *odds, size_t commit)
{
	const size_t words = (b->search.n + 63) / 64;
	double sum = 0;

	for (size_t c = 0; c < b->search.n; c++)
		if (b->search.ancestors
			    ? b->search.ancestors[commit * words + c / 64] >> (c % 64) & 1
			    : c <= commit)
			sum += odds[c];
	return sum;
}
