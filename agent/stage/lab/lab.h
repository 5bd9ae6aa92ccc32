/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_LAB_LAB_H
#define DMALAB_STAGE_LAB_LAB_H

#include <stdint.h>

#include "base/run.h"
#include "model/job.h"
#include "stage/lab/follow.h"

struct config;
struct err;
struct lab_config;
struct target_config;

/* One boot to be done. Strings are borrowed until the job is over. */
struct lab_order {
	const struct target_config *target;
	const char *build_id;
	const char *kernel, *ramdisk, *dtb; /* absolute paths; dtb NULL: none */
	const char *filter;		    /* kunit.filter_glob; "" for all */
	const char *dir;		    /* empty folder of this job, made by the caller */
	int64_t number;			    /* unique among the jobs of this lab */
	int cancel_fd;			    /* -1 none */
};

/* A boot that runs. Zero is none. */
struct lab_job {
	char *dir; /* NULL: none */
	struct run run;
	int inner_fd; /* lava-run's pidfd, by which the end of all its processes is seen; 0 none */
	struct follow follow;
	int timeout_s;
	int64_t late_at; /* when a boot that runs has run too long; 0 before QEMU was started */
	struct job job;	 /* grows to the result */
};

/*
 * Starts the boot in the lab. The job definition is the target's file of jobs/
 * with artefacts, command line and time-outs set by path; the device is
 * the target's file of jobs/devices/. LAVA runs in namespaces of its own: it sees
 * this machine read-only but for its temporary folder, which lies in order->dir,
 * has no network, and no process of it outlives the job or this process.
 * -ENOENT with what to install where a program is missing.
 */
int lab_start(const struct config *c, const struct lab_config *lab, const struct lab_order *order,
	      struct lab_job *ret, struct err *err) __attribute__((warn_unused_result));

/*
 * 1: over; *ret is the job with console (a file in its folder), outcome, reason,
 * boot state, tests and oopses, and is the caller's: job_done(). 0: runs on.
 * A negative errno: the lab's own trouble; the job is gone.
 *
 * A boot is ended as soon as its console has said all that matters (boot_is_over()),
 * or more than limits.console_mb, or has run for the target's timeout_s; behind
 * that are LAVA's own time-outs, and a last one for all of lava-run.
 */
int lab_poll(struct lab_job *job, int wait_ms, struct job *ret, struct err *err)
	__attribute__((warn_unused_result));

/* Ends the boot at once, with nothing left running. */
void lab_abandon(struct lab_job *job);

/*
 * Writes the device tree that the target's QEMU generates for its machine to
 * `out`. -ENOENT where QEMU is not in the PATH.
 */
int lab_dump_dtb(const struct config *c, const struct target_config *target, const char *out,
		 struct err *err) __attribute__((warn_unused_result));

#endif
