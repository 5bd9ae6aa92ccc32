/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_HELPERS_H
#define DMALAB_PIPELINE_HELPERS_H

#include "base/run.h"

struct config;
struct err;
struct lab_config;
struct run_ctx;

/*
 * The processes that a LAVA server needs beside whoever tests: its follower, and the endpoint for
 * its workers. The agent has them all the time; a run by hand starts its own where no agent does.
 */
struct helpers {
	struct helper *v;
	size_t n, cap;
};

/* The lock of a helper ("lab", "files") of a lab, which lives as long: -EWOULDBLOCK: it runs. */
int helper_lock(const struct config *c, const char *what, const char *lab, struct err *err)
	__attribute__((warn_unused_result));

/* Sees to it that the lab's helpers run. */
int helpers_need(struct run_ctx *x, const struct lab_config *lab, struct err *err)
	__attribute__((warn_unused_result));
/* The same for all labs of which that was asked before. */
int helpers_keep(struct run_ctx *x, struct err *err) __attribute__((warn_unused_result));
/* Ends those that this run started. A follower first takes back what is not wanted any longer. */
void helpers_end(struct helpers *h);

#endif
