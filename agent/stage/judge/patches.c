// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/judge/patches.h"

#include <stdbool.h>

/* So many good runs in a row that chance did not hide it. */
static bool is_good(struct rate step, double rate, double bound)
{
	double hidden = 1;

	for (int i = 0; i < step.runs && hidden > bound; i++)
		hidden *= 1 - rate;
	return step.bad == 0 && hidden <= bound;
}

int judge_next_step(const struct rate *steps, size_t n, double rate, double bound, int *patch)
{
	size_t bad = n - 1, from = 0; /* the first bad one is one of from .. bad */

	for (size_t i = n - 1; i > 0; i--)
		if (steps[i - 1].bad > 0)
			bad = i - 1;
	for (size_t i = 0; i < bad; i++)
		if (is_good(steps[i], rate, bound))
			from = i + 1;
	if (from == bad) {
		*patch = (int)bad + 1;
		return -1;
	}
	return (int)(from + (bad - 1 - from) / 2);
}
