/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_BOOT_H
#define DMALAB_PIPELINE_BOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "model/lab.h"
#include "stage/lab/lab.h"

struct run_ctx;

/*
 * One boot in whichever lab its target has: lava-run here, or a LAVA server by way of a submission
 * that the lab's follower carries out (follower.h). Two drivers, one way to use them.
 */

struct boot_order {
	const struct build *build;
	const struct target_config *target;
	const char *kernel, *dtb; /* paths; dtb NULL: none */
	const char *filter;
	enum submission_purpose purpose;
};

/* Zero is none. */
struct boot {
	const struct lab_config *lab; /* NULL: none */
	struct lab_job local;
	char *dir;	    /* of the local one */
	int slot;	    /* lock of a slot of the lab; local only */
	int64_t submission; /* by a server */
	int64_t look;	    /* of the run's, the last that told of that */
};

/* 1 it runs, or waits in its lab's queue; 0: no slot of the lab is free now. */
int boot_start(struct run_ctx *x, const struct boot_order *order, struct boot *ret, struct err *err)
	__attribute__((warn_unused_result));
/*
 * 1: over, *ret is its job, stored where a server did it (the caller's: job_done()). 0: not yet.
 * -ESTALE: nobody wants it any longer. wait_ms is for what a lab here says: a server's boot is not
 * waited for, nor is the run's cancel_fd looked at for it.
 */
int boot_poll(struct run_ctx *x, struct boot *b, int wait_ms, struct job *ret, struct err *err)
	__attribute__((warn_unused_result));
/* Lets go of it. A server's is taken back, unless a task wants it: then the task's next run finds
 * it again. */
void boot_drop(struct run_ctx *x, struct boot *b);

#endif
