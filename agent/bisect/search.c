// SPDX-License-Identifier: GPL-2.0-or-later
#include "bisect/search.h"

#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"

/*
 * Belief is kept as a weight for each commit and each rate at which a bad kernel may fail. One
 * more run is worth the information that it is expected to give about the culprit; but a single run
 * of a kernel that fails rarely says little, and paying for a build is worth the runs that follow.
 * So what is weighed are batches of runs, by "did any fail?", against what build and runs take.
 */

enum { RATES = 20, BATCHES = 6 };

static const int batches[BATCHES] = { 1, 2, 4, 8, 16, 32 };

static const double never = 1e-4; /* information below which a run tells nothing, in bits */

struct belief {
	size_t n;
	double rate[RATES];
	double any[RATES][BATCHES]; /* that one of so many runs fails, at that rate */
	double good_any[BATCHES];   /* likewise of a good commit */
	double *w;		    /* n rows of RATES: how likely commit and rate are */
	double *sums;		    /* n + 1 rows of RATES: of the rows before, for a line */
};

static void belief_done(struct belief *b)
{
	free(b->w);
	free(b->sums);
}

static bool has(const struct search *s, size_t commit, size_t ancestor)
{
	size_t words = (s->n + 63) / 64;

	if (!s->ancestors)
		return ancestor <= commit;
	return s->ancestors[commit * words + ancestor / 64] >> (ancestor % 64) & 1;
}

/* Logarithm of how likely the runs of a commit are where it fails at this rate. */
static double log_runs(const struct search_commit *c, double rate)
{
	return c->failed * log(rate) + c->passed * log1p(-rate);
}

/*
 * Logarithms of how likely all runs are, by culprit and rate. A commit that was run counts as bad
 * for the culprits among its ancestors, and as good for all others.
 */
static void weigh(const struct search *s, struct belief *b)
{
	for (size_t c = 0; c < s->n; c++)
		for (size_t k = 0; k < RATES; k++)
			/* Low rates lead astray, and are believed in first: 1 / rate. */
			b->w[c * RATES + k] = log(s->commits[c].weight) - log(b->rate[k]) +
					      s->failed * log(b->rate[k]) +
					      s->passed * log1p(-b->rate[k]);
	for (size_t i = 0; i < s->n; i++) {
		const struct search_commit *run = &s->commits[i];
		double good = log_runs(run, s->false_fail), bad[RATES];

		if (run->failed + run->passed == 0)
			continue;
		for (size_t k = 0; k < RATES; k++)
			bad[k] = log_runs(run, b->rate[k]);
		for (size_t c = 0; c < s->n; c++)
			for (size_t k = 0; k < RATES; k++)
				b->w[c * RATES + k] += has(s, i, c) ? bad[k] : good;
	}
}

static void normalise(struct belief *b)
{
	double most = -INFINITY, sum = 0;

	for (size_t i = 0; i < b->n * RATES; i++)
		most = fmax(most, b->w[i]);
	for (size_t i = 0; i < b->n * RATES; i++)
		sum += b->w[i] = exp(b->w[i] - most);
	for (size_t i = 0; i < b->n * RATES; i++)
		b->w[i] /= sum;
}

static void believe(const struct search *s, struct belief *b)
{
	*b = (struct belief){ .n = s->n };
	b->w = mem_zalloc(s->n * RATES * sizeof(*b->w));
	b->sums = mem_zalloc((s->n + 1) * RATES * sizeof(*b->sums));
	for (size_t k = 0; k < RATES; k++) {
		b->rate[k] = (k + 0.5) / RATES;
		for (size_t j = 0; j < BATCHES; j++)
			b->any[k][j] = 1 - pow(1 - b->rate[k], batches[j]);
	}
	for (size_t j = 0; j < BATCHES; j++)
		b->good_any[j] = 1 - pow(1 - s->false_fail, batches[j]);
	weigh(s, b);
	normalise(b);
	for (size_t i = 0; i < s->n * RATES; i++)
		b->sums[i + RATES] = b->sums[i] + b->w[i];
}

/* How much of the belief has its culprit in commit i, by rate. */
static void mass_in(const struct search *s, const struct belief *b, size_t i, double *ret)
{
	for (size_t k = 0; k < RATES; k++)
		ret[k] = s->ancestors ? 0 : b->sums[(i + 1) * RATES + k];
	for (size_t c = 0; s->ancestors && c < s->n; c++)
		for (size_t k = 0; has(s, i, c) && k < RATES; k++)
			ret[k] += b->w[c * RATES + k];
}

static double entropy(double p)
{
	return p <= 0 || p >= 1 ? 0 : -p * log2(p) - (1 - p) * log2(1 - p);
}

/*
 * Bits that "did any of the batch fail?" is expected to tell about whether a commit is bad. bad[]
 * is the belief that it is, by rate.
 */
static double information(const struct belief *b, const double *bad, size_t batch)
{
	double good_fails = b->good_any[batch], is_bad = 0, fails = 0, given_bad;

	for (size_t k = 0; k < RATES; k++) {
		is_bad += bad[k];
		fails += bad[k] * b->any[k][batch];
	}
	if (is_bad <= 0 || is_bad >= 1)
		return 0;
	given_bad = fails / is_bad;
	return entropy(fails + (1 - is_bad) * good_fails) - is_bad * entropy(given_bad) -
	       (1 - is_bad) * entropy(good_fails);
}

/* The best that a second at commit i is worth; `fresh`: if it was not built yet. */
static double worth(const struct search *s, const struct belief *b, size_t i, bool fresh)
{
	const struct search_commit *c = &s->commits[i];
	double bad[RATES], best = 0;

	mass_in(s, b, i, bad);
	for (size_t k = 0; k < BATCHES; k++) {
		double bits = information(b, bad, k);
		double cost = (c->built && !fresh ? 0 : c->build_s) + batches[k] * s->run_s;

		if (bits > never && bits / cost > best)
			best = bits / cost;
	}
	return best;
}

/* What is not known yet, in bits. */
static double doubt(const double *odds, size_t n)
{
	double bits = 0;

	for (size_t i = 0; i < n; i++)
		bits -= odds[i] > 0 ? odds[i] * log2(odds[i]) : 0;
	return bits;
}

static void odds_of(const struct belief *b, double *odds)
{
	for (size_t c = 0; c < b->n; c++) {
		odds[c] = 0;
		for (size_t k = 0; k < RATES; k++)
			odds[c] += b->w[c * RATES + k];
	}
}

void search_odds(const struct search *s, double *odds)
{
	CLEANUP(belief_done) struct belief b;

	believe(s, &b);
	odds_of(&b, odds);
}

struct search_next search_next(const struct search *s)
{
	CLEANUP(free_ptr) double *odds = mem_zalloc(s->n * sizeof(*odds));
	CLEANUP(belief_done) struct belief b;
	struct search_next next = { .state = SEARCH_RANGE };
	double best = 0, usual = 0;

	believe(s, &b);
	odds_of(&b, odds);
	for (size_t c = 0; c < s->n; c++)
		if (odds[c] > next.odds) {
			next.odds = odds[c];
			next.commit = c;
		}
	if (next.odds >= s->confidence) {
		next.state = SEARCH_FOUND;
		return next;
	}
	for (size_t i = 0; i < s->n; i++) {
		double w = s->commits[i].unbuildable ? 0 : worth(s, &b, i, false);

		if (!s->commits[i].unbuildable)
			usual = fmax(usual, worth(s, &b, i, true));
		if (w > best) {
			best = w;
			next.state = SEARCH_TRY;
			next.commit = i;
		}
	}
	next.seconds = usual > 0 ? doubt(odds, s->n) / usual : 0;
	return next;
}
