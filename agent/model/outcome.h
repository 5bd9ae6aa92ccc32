/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_OUTCOME_H
#define DMALAB_MODEL_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>

#include "model/job.h"
#include "model/oops.h"
#include "model/test.h"

/*
 * What is known of a build on a target: all suites, over as many boots as that
 * took. Zero is nothing. Owned by the caller: outcome_done().
 */
struct outcome {
	char *build_id, *target;
	enum boot_state boot;	 /* of the first boot, that of all suites */
	bool infra;		 /* the lab failed to the last: tests say nothing */
	char *reason;		 /* the lab's word where infra; "" else */
	struct test_list tests;	 /* each expected case once, others behind */
	struct oops_list oopses; /* each signature once */
	char **oops_jobs;	 /* parallel to oopses.v: job that showed it first */
	char **jobs;		 /* ids, in the order of the boots */
	size_t n_jobs;
	char **test_jobs; /* parallel to tests.v: job that showed it; NULL for MISS */
};

void outcome_done(struct outcome *o);

#endif
