/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_LAB_ENDING_H
#define DMALAB_STAGE_LAB_ENDING_H

#include <stdbool.h>

#include "base/run.h"
#include "model/job.h"

/* All that is known when a LAVA job is over. */
struct ending {
	bool said_all;	       /* we ended it, since the console said all that matters */
	struct run_result end; /* how lava-run ended */
	bool launched;	       /* QEMU ran */
	enum boot_state boot;  /* what the console says */
	bool has_result;       /* LAVA gave the job's result; then */
	const char *type;      /* error_type, NULL for a pass */
	const char *message;   /* error_msg, NULL for a pass */
	const char *stranger;  /* last line of the log that is not LAVA's; NULL none */
	const char *console;   /* last line of the console that is not empty; NULL none */
};

/*
 * Says what to make of a job. A kernel that spoke is JOB_DONE whatever LAVA
 * calls it: the console decides about it; so is one that stayed silent until its
 * time was over. The lab is blamed only where no kernel spoke and LAVA blames infrastructure,
 * configuration or itself, or has no result at all. *reason is one line, "" for JOB_DONE; the
 * caller frees.
 */
enum job_outcome ending_judge(const struct ending *e, char **reason);

/* A text from outside as a reason: one line without control characters, of bounded length. Caller
 * frees. */
char *ending_line(const char *text);

#endif
