/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_OUTBOX_H
#define DMALAB_PIPELINE_OUTBOX_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct config;
struct err;
struct progress;
struct store;

struct outbox_request {
	int cancel_fd;	/* readable: stop; -1 none */
	int patience_s; /* how long a receiver that gave no answer is left alone before it is
			 * looked at again; other times are made of it. 0: DELIVERY_PATIENCE_S */
};

/* What came of it. Zero is nothing; the caller's: outbox_counts_done(). */
struct outbox_counts {
	size_t sent, later, failed, held;
	struct strv notes; /* of what is failed or held, and why; the first ones */
	int64_t next;	   /* when to look again, seconds since 1970; 0: nothing waits */
};

void outbox_counts_done(struct outbox_counts *n);

/*
 * Sends what waits in the outbox and may go now, one after the other; one process at a time (the
 * outbox's lock; -EWOULDBLOCK: another has it). A receiver that does not answer delays its own
 * messages only. What cannot be delivered is tried less and less often, for some five days.
 *
 * Nobody can be asked whether a mail came. One that was cut off, or had no answer, is never sent
 * again by itself: unless a source brings it back meanwhile, it is held for the operator.
 */
int outbox_run(const struct config *c, struct store *s, const struct outbox_request *req,
	       const struct progress *progress, struct outbox_counts *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
