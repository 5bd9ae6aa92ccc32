/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_LAB_LOG_H
#define DMALAB_STAGE_LAB_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "stage/lab/server_ending.h"

struct err;
struct job;

/* The log of a job of a LAVA server, as it comes: in memory, up to its console's limit. */
struct lab_log;

/* The log is to be read from its first line on; the console grows in DIR/console, which is made
 * anew. limit: bytes of console; what comes behind is cut. */
int lab_log_open(const char *dir, size_t limit, struct lab_log **ret, struct err *err)
	__attribute__((warn_unused_result));
void lab_log_freep(struct lab_log **l); /* NULL is fine */

/* Adds lines as lab_server_log() gives them. */
int lab_log_add(struct lab_log *l, const char *text, size_t len, struct err *err)
	__attribute__((warn_unused_result));
/* Whether LAVA still looks whether it can do the job: nothing has gone to the device. */
bool lab_log_validates(const struct lab_log *l);

/*
 * The job is over: sets outcome, reason, boot, duration, tests, oopses and console (the path of
 * DIR/console, which is whole now) of *j, and leaves the rest.
 */
int lab_log_finish(struct lab_log *l, const struct lab_end *e, struct job *j, struct err *err)
	__attribute__((warn_unused_result));

#endif
