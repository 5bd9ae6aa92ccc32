/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_JUDGE_PATCHES_H
#define DMALAB_STAGE_JUDGE_PATCHES_H

#include <stddef.h>

#include "model/rate.h"

/*
 * Which patch brings a failure. steps[i] is what boots of the kernel after patch i+1 showed, of
 * which steps[n-1] (the tip) is bad; the base is good. `rate` is how often the tip is bad: a step
 * is good when that many good runs in a row would be a chance below `bound`. Returns the index of
 * the step to be booted once more, or -1: *patch is the number of the first bad one, from 1.
 */
int judge_next_step(const struct rate *steps, size_t n, double rate, double bound, int *patch);

#endif
