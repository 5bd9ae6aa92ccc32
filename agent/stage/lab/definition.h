/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_LAB_DEFINITION_H
#define DMALAB_STAGE_LAB_DEFINITION_H

#include "model/config.h"

struct buf;
struct err;

/* What a boot puts into the LAVA job of jobs/ that is its template. */
struct definition {
	const char *template; /* path */
	const char *name;     /* of the job */
	/* Absolute paths as LAVA sees them, or http URLs; dtb NULL: none. */
	const char *kernel, *ramdisk, *dtb;
	enum kernel_image image; /* what the kernel is; of boards only */
	const char *cmdline;	 /* without kunit.filter_glob */
	const char *filter;	 /* "" for all */
	int timeout_s;		 /* the test's; LAVA's others follow from it */
	/* For a server; NULL and 0 for lava-run, which knows neither device types nor a queue. */
	const char *device_type;
	const struct strv *tags; /* that the device must have */
	const char *priority;	 /* "low", "medium", "high", or a number */
	int queue_s;		 /* how long it may wait for a device */
	const char *wake;	 /* URL that LAVA posts to when the job is over; NULL: none */
};

/* LAVA's whole job lasts at most this much longer than the test. */
enum { DEFINITION_JOB_MORE_S = 60 };

/*
 * By a server at most so long from its start on: kernels come over a network there, and boards
 * have boot loaders. No time-out of it is reached because another part took long, so a kernel that
 * hangs has had its time.
 */
int definition_server_s(int timeout_s);

/*
 * Appends the job as YAML to *ret. Strings come out literally, whatever is in them; what LAVA, QEMU
 * or a boot loader could take apart is refused: -EINVAL for a double quote, backslash, brace or
 * control character in a command line (of boards also for one of ' $ ; `), or for a filter that is
 * no glob.
 */
int definition_make(const struct definition *d, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
