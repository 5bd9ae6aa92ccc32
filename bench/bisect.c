// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How often the search for a guilty commit is right, and what it costs, next to plain bisection:
 * simulated, with fixed seeds. Prints lines "bisect.right.p0.9 97.5 %"; exit 1 where it is not as
 * good as docs/design.md says.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bisect/search.h"

enum { COMMITS = 256, RUNS_MAX = 2000 };

static const double false_fail = 0.005;
static const double rates[] = { 0.9, 0.5, 0.3 };

/* splitmix64: public domain, Sebastiano Vigna. */
static double chance(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

struct tally {
	int right, blamed;
	long builds, runs;
};

static bool fails(size_t commit, size_t culprit, double rate, uint64_t *seed)
{
	return chance(seed) < (commit >= culprit ? rate : false_fail);
}

static void search_once(double rate, uint64_t *seed, struct tally *t)
{
	struct search_commit commits[COMMITS];
	struct search s = { .commits = commits,
			    .n = COMMITS,
			    .run_s = 3,
			    .false_fail = false_fail,
			    .confidence = 0.95 };
	size_t culprit = (size_t)(chance(seed) * COMMITS);
	struct search_next next;

	for (size_t i = 0; i < COMMITS; i++)
		commits[i] = (struct search_commit){ .build_s = 60, .weight = 1 };
	/* The bad end is verified: it was seen to fail, and is built. */
	commits[COMMITS - 1].built = true;
	while (s.failed == 0)
		if (fails(COMMITS - 1, culprit, rate, seed))
			s.failed++;
		else
			s.passed++;
	t->runs += s.failed + s.passed;
	next = search_next(&s);
	for (int i = 0; next.state == SEARCH_TRY && i < RUNS_MAX; i++) {
		struct search_commit *c = &commits[next.commit];

		t->builds += !c->built;
		t->runs++;
		c->built = true;
		if (fails(next.commit, culprit, rate, seed))
			c->failed++;
		else
			c->passed++;
		next = search_next(&s);
	}
	t->blamed += next.state == SEARCH_FOUND;
	t->right += next.state == SEARCH_FOUND && next.commit == culprit;
}

static void plain_once(double rate, uint64_t *seed, struct tally *t)
{
	size_t culprit = (size_t)(chance(seed) * COMMITS), low = 0, high = COMMITS - 1;

	while (low < high) {
		size_t mid = (low + high) / 2;

		t->builds++;
		t->runs++;
		if (fails(mid, culprit, rate, seed))
			high = mid;
		else
			low = mid + 1;
	}
	t->blamed++;
	t->right += low == culprit;
}

static void print(const char *who, double rate, const struct tally *t, int trials)
{
	printf("%s.right.p%.1f %.1f %%\n", who, rate, 100.0 * t->right / trials);
	printf("%s.wrong_blames.p%.1f %.1f %%\n", who, rate,
	       100.0 * (t->blamed - t->right) / (t->blamed ? t->blamed : 1));
	printf("%s.builds.p%.1f %.2f\n", who, rate, (double)t->builds / trials);
	printf("%s.runs.p%.1f %.1f\n", who, rate, (double)t->runs / trials);
}

int main(int argc, char **argv)
{
	int trials = argc > 1 ? atoi(argv[1]) : 2000;
	bool good = true;

	for (size_t k = 0; k < sizeof(rates) / sizeof(*rates); k++) {
		struct tally ours = { 0 }, plain = { 0 };
		uint64_t seed = 42, plain_seed = 42;

		for (int i = 0; i < trials; i++) {
			search_once(rates[k], &seed, &ours);
			plain_once(rates[k], &plain_seed, &plain);
		}
		print("bisect", rates[k], &ours, trials);
		print("plain", rates[k], &plain, trials);
		good = good && ours.right >= (rates[k] > 0.8 ? 0.97 : 0.95) * trials &&
		       (double)ours.builds / trials <= log2(COMMITS) + 1.5 &&
		       ours.blamed - ours.right <= 0.05 * ours.blamed;
	}
	return good ? 0 : 1;
}
