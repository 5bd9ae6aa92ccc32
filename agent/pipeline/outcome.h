/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_OUTCOME_H
#define DMALAB_PIPELINE_OUTCOME_H

#include <stdbool.h>

#include "model/outcome.h"

struct strv;

/*
 * Adds a boot to what is known of a build on a target. `filter` is what the boot
 * was to run: "" all suites, else "suite" or "suite.case". Where it ended
 * early, what is left to be booted is appended to *filters.
 */
void outcome_fold(struct outcome *o, const struct suite_list *expected, const char *filter,
		  const struct job *job, struct strv *filters);

/*
 * Whether a boot by that filter may still show something: what a boot for another one showed by
 * the way needs none of its own (init's suites run behind whatever KUnit ran).
 */
bool outcome_wants(const struct outcome *o, const struct suite_list *expected, const char *filter);

/* The lab failed for good: nothing can be said. */
void outcome_infra(struct outcome *o, const struct job *job);

#endif
