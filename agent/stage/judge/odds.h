/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_JUDGE_ODDS_H
#define DMALAB_STAGE_JUDGE_ODDS_H

#include "model/rate.h"

/* How sure one can be of a difference between two rates. Pure functions. */

/*
 * The chance that `patched` is at least so much worse than `base` where both come at the same
 * rate, whichever that is: Boschloo's exact test, one-sided. (Fisher's, whose order of what is
 * worse it takes, holds the number of bad runs fixed: with 30 runs of each side it misses every
 * sixth failure of 30 %.) 1 where one side has no runs.
 */
double odds_chance(struct rate base, struct rate patched);

/* Clopper and Pearson's interval that holds the true rate 95 times of 100; 0..1 without runs. */
void odds_interval(struct rate r, double *low, double *high);

/* What to do about a difference that was seen once. The rates are of the runs since. */
enum odds {
	ODDS_MORE_BASE,	   /* run the base once more */
	ODDS_MORE_PATCHED, /* run the patched kernel once more */
	ODDS_REAL,	   /* worse with the series, but for a chance below the bound */
	ODDS_LUCK,	   /* it comes and goes: not to be blamed */
};

/*
 * bound: the share of differences that are blamed and are none, over all the looks that this
 * function takes at them (an unlucky one is not asked again until it gives in). limit: runs of one
 * side. What fails always on one side and never on the other is decided in as few runs as the
 * bound allows; what does not come again is luck after twelve.
 */
enum odds odds_decide(struct rate base, struct rate patched, double bound, int limit);

/* Runs after which what comes at `rate` was seen but for a chance of `missed`; at least 1. */
int odds_runs(double rate, double missed);

#endif
