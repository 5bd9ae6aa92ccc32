/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_JOB_H
#define DMALAB_MODEL_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/oops.h"
#include "model/test.h"

/* What a lab says of a job. The console decides about the kernel, not this. */
enum job_outcome {
	JOB_DONE,    /* the console is there to be read */
	JOB_INFRA,   /* the lab failed before a kernel spoke: retried, never the patch's */
	JOB_INVALID, /* the job definition or device is at fault: ours, not retried */
	JOB_CANCELED,
};

const char *job_outcome_name(enum job_outcome o); /* "done", "infra", "invalid", "canceled" */

/* How far the console went. */
enum boot_state {
	BOOT_SILENT,   /* no "Linux version" */
	BOOT_STARTED,  /* the kernel spoke, and neither finished nor crashed: a hang */
	BOOT_CRASHED,  /* a fatal report ends it */
	BOOT_FINISHED, /* the end marker is there */
};

const char *boot_state_name(enum boot_state s); /* "silent", "hung", "crashed", "finished" */

/* One boot of a build on a target (a LAVA job). */
struct job {
	char *id;
	char *build_id;
	char *target;
	char *lab;
	char *filter; /* kunit.filter_glob; "" for all suites */
	enum job_outcome outcome;
	char *reason; /* LAVA's word or ours where outcome is not JOB_DONE; "" else */
	enum boot_state boot;
	int64_t started;
	int64_t duration_ms;
	char *console; /* path of the console as plain text until stored; NULL then */
	char log_sha256[65];
	struct test_list tests; /* read from the console */
	struct oops_list oopses;
};

void job_done(struct job *j);

#endif
