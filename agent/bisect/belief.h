/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_BISECT_BELIEF_H
#define DMALAB_BISECT_BELIEF_H

#include <stdbool.h>
#include <stdint.h>

#include "bisect/range.h"
#include "bisect/search.h"
#include "model/bisection.h"

/* What was observed as search.h wants it. Pure. */

/* How often a good kernel fails by itself. */
#define BELIEF_FALSE_FAIL 0.005

struct belief {
	struct search search;
	struct search_commit *commits;
	uint64_t *bits; /* of a search backwards: what is no ancestor */
};

/* `range` is that of the bisection, and must outlive the belief. */
void belief_make(const struct bisection *b, const struct range *range, struct belief *ret);
void belief_done(struct belief *b);

/* The commits of the bisection that are its ends. */
size_t belief_good_end(const struct bisection *b);
size_t belief_bad_end(const struct bisection *b);

/* Whether two commits of the bisection boot the same kernel. */
bool belief_same(const struct bisection *b, size_t x, size_t y);

/*
 * What the runs of a commit's kernel say, where one as bad as the bad end shows it as often as that
 * did: 1 it is bad, -1 it is good, 0 it takes more of them.
 */
int belief_lean(const struct bisection *b, size_t seq);

/* The numbers of the commits, likeliest first, into order[], which has room for all. Returns how
 * many of them it takes to be as sure as was asked for that the culprit is one of them. */
size_t belief_left(const struct belief *b, const double *odds, size_t *order);

/* How likely a commit of the range is bad. `odds` are search_odds()'s. */
double belief_bad(const struct belief *b, const double *odds, size_t commit);

#endif
