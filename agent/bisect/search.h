/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_BISECT_SEARCH_H
#define DMALAB_BISECT_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Which commit of a range brought a failure that may come and go: pure functions from what was
 * observed to what is believed, and to what is best tried next. A commit is bad when the culprit
 * is among its ancestors, or it is the culprit itself; a bad one fails with a chance that nobody
 * knows and is learned on the way, a good one with a small one that is known.
 */

struct search_commit {
	int failed, passed; /* runs; trouble of the lab is neither */
	bool built;	    /* a run costs no build any more */
	bool unbuildable;   /* nothing can be run */
	double build_s;	    /* what its build would take */
	double weight;	    /* how likely it is before anything was seen, against the others; > 0 */
};

struct search {
	struct search_commit *commits; /* from the oldest to the bad end, parents before children */
	size_t n;
	const uint64_t *ancestors; /* n rows of (n + 63) / 64 words: bit c of row i says that c is
				    * i or an ancestor of i; NULL: they lie in a line */
	int failed, passed;	   /* runs of the bad end, which is bad: how often it fails */
	double run_s;		   /* what a run takes */
	double false_fail;	   /* how often a good commit fails; above 0 */
	double confidence;	   /* at which a commit is blamed */
};

enum search_state {
	SEARCH_TRY,   /* .commit is to be run once more (and built before, where it is not) */
	SEARCH_FOUND, /* .commit is believed to be the culprit as much as was asked for */
	SEARCH_RANGE, /* nothing that can be run tells more: it is one of those that are left */
};

struct search_next {
	enum search_state state;
	size_t commit;	/* SEARCH_RANGE: the likeliest */
	double odds;	/* that the likeliest is it */
	double seconds; /* SEARCH_TRY: that it may still take, by what is believed now */
};

/* What to do next. n is at least 1. */
struct search_next search_next(const struct search *s);

/* How likely each commit is the culprit: n numbers whose sum is 1. */
void search_odds(const struct search *s, double *odds);

#endif
