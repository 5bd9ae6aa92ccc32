/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_JUDGE_CELLS_H
#define DMALAB_STAGE_JUDGE_CELLS_H

#include <stddef.h>

#include "model/job.h"

struct cell_list;
struct outcome;
struct suite_list;

/* A boot of an outcome: its tests and reports, each with its lines of the console. */
struct cell_job {
	struct job job;
	size_t tests_from; /* line at which tests begin: a report before it is of no case */
};

/*
 * What each expected case of a build on a target came to, with `design` under it: appends one
 * cell a case of suites, in their order, and one without a name for a suite that failed or
 * crashed while none of its cases did; last one of "boot", which is no suite: it crashes where a
 * boot came to no test, and fails where the kernel warned before the tests or behind them (what
 * a case left open is often freed late). A pure function.
 *
 * PASS works; SKIP with "refused" is refused, any other SKIP a skip; ERROR is a crash, with the
 * fatal report of its boot; FAIL and MISS fail. A report that the kernel survived makes fail of
 * the case in whose lines it lies (behind the result before, up to its own), unless a case of a
 * control suite shows one of the same title: ordinary memory warns too.
 */
void judge_cells(const char *design, const struct outcome *o, const struct cell_job *jobs,
		 size_t n_jobs, const struct suite_list *suites, struct cell_list *ret);

#endif
