/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_OUTBOX_H
#define DMALAB_PIPELINE_OUTBOX_H

#include <stdint.h>

struct config;
struct err;
struct progress;
struct store;

/*
 * Sends what waits in the outbox and may go now, one after the other; one process at a time (the
 * outbox's lock; -EWOULDBLOCK: another has it). *next: when to look again, seconds since 1970; 0:
 * nothing waits. A receiver that does not answer delays its own messages only.
 */
int outbox_run(const struct config *c, struct store *s, int cancel_fd,
	       const struct progress *progress, int64_t *next, struct err *err)
	__attribute__((warn_unused_result));

#endif
