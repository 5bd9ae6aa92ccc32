/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_LAB_SERVER_ENDING_H
#define DMALAB_STAGE_LAB_SERVER_ENDING_H

#include <stdbool.h>

#include "model/job.h"
#include "model/lab.h"
#include "stage/lab/server.h"

/* What is known of a LAVA server's job that is over, besides its log. */
struct lab_end {
	const char *lab;	       /* for the reason */
	const struct lava_job *listed; /* as last seen; NULL: the server does not have it */
	const struct lava_word *word;  /* NULL: as one without `has` */
	int queue_s;		       /* how long it could wait for a device; 0 unknown */
	bool canceled_by_us;	       /* we asked LAVA to end it */
	bool late;	/* and did so, or left it, since our own deadline for it passed */
	bool unfetched; /* that one was for LAVA's look at the job's files */
};

/* What its console says. */
struct console_end {
	bool said_all;	      /* all that matters */
	bool launched;	      /* LAVA started QEMU */
	enum boot_state boot; /* how far the kernel came */
	const char *last;     /* last line that is not empty; NULL none */
};

/*
 * Says what to make of it: the console first, LAVA's word second. A kernel that finished or crashed
 * is JOB_DONE whatever LAVA calls it. One that spoke and then hung is JOB_DONE only where LAVA gave
 * it its time; one that never spoke only where LAVA waited for it in vain. What LAVA ran twice
 * under one id has a log whose first lines are of one run and the others of the next: JOB_INFRA.
 * *reason is one line, "" for JOB_DONE; the caller frees.
 */
enum job_outcome server_ending_judge(const struct lab_end *e, const struct console_end *c,
				     char **reason);

#endif
