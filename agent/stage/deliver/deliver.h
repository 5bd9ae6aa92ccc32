/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_DELIVER_DELIVER_H
#define DMALAB_STAGE_DELIVER_DELIVER_H

#include <stdbool.h>

#include "model/message.h"

struct config;
struct err;

/*
 * One try to hand a message to its receiver: a mail to sendmail or to a server by SMTP, a check to
 * a Patchwork server, a document to KCIDB (a file, or a POST). Nothing here knows of the store, and
 * nothing is tried twice.
 */
enum delivery {
	DELIVERY_DONE,	  /* the receiver has it, and has said so */
	DELIVERY_LATER,	  /* it certainly has it not; may do better later: err says why */
	DELIVERY_REFUSED, /* it has it not, and never will */
	DELIVERY_UNKNOWN, /* no answer came: it may have it */
};

/*
 * Whether the receiver has it already: 1 yes, 0 no. -EOPNOTSUPP: nobody can say (mail; KCIDB, where
 * sending twice does no harm since ids are the same). Others: it cannot be asked now.
 * A check that is "pending" where a conclusive one of ours stands counts as there: it must never
 * be overwritten.
 */
int deliver_look(const struct config *c, const struct message *m, int cancel_fd, struct err *err)
	__attribute__((warn_unused_result));

/* *err is set but for DELIVERY_DONE; there it may say, with code 0, who of several has it not. With
 * DELIVERY_LATER the code is EAGAIN where other messages to this receiver may as well wait. */
enum delivery deliver_send(const struct config *c, const struct message *m, int cancel_fd,
			   struct err *err) __attribute__((warn_unused_result));

/* Whether both are checks of the same name on the same patch: the later one must not overtake the
 * earlier, while nobody knows whether that one is still on its way. */
bool deliver_same(const struct message *a, const struct message *b);

/* Seconds after which a receiver that was not heard of has surely decided. */
enum { DELIVERY_PATIENCE_S = 180 };

#endif
