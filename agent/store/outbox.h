/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STORE_OUTBOX_H
#define DMALAB_STORE_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "model/message.h"
#include "model/verdict.h"

struct err;
struct store;

/*
 * Messages on their way out. A message is a row before anything is sent. Before a try it becomes
 * MESSAGE_SENDING; what is found in that state was cut off, and nobody knows whether it went:
 * it waits longer than the receiver can take, is looked for, and is sent again only where it is
 * not there. Only one process moves messages on: who holds the outbox's lock.
 */

/* Adds messages whose key is not there yet; the others stay as they are. One transaction, or part
 * of together_begin()'s. *n_new: how many were added; NULL: nobody asks. -EINVAL: one has no key,
 * or is about a verdict or series that is not there. */
int store_messages_put(struct store *s, const struct message_list *l, size_t *n_new,
		       struct err *err) __attribute__((warn_unused_result));
/* The next that may be tried at `now`: one that waits, or that was cut off and has waited for
 * not_before. 1 *ret; 0 none, and *next is when to look again (seconds since 1970; 0 never; NULL:
 * nobody asks). */
int store_message_next(struct store *s, int64_t now, struct message *ret, int64_t *next,
		       struct err *err) __attribute__((warn_unused_result));
/* A try begins: MESSAGE_SENDING, attempts counts; cut off, it is looked at again from
 * not_before on. 0; -ESTALE: it was dropped meanwhile, and must not be sent. */
int store_message_trying(struct store *s, int64_t num, int64_t now, int64_t not_before,
			 struct err *err) __attribute__((warn_unused_result));
/* What came of it: SENT, FAILED, WAITING until not_before, or HELD; also the operator's word:
 * WAITING of one that is held or failed (its tries are counted anew), DROPPED of what is not sent.
 * 1; 0: it is in no state that this can follow. What was dropped on its way can still be SENT. */
int store_message_move(struct store *s, int64_t num, enum message_state state, int64_t not_before,
		       const char *why, struct err *err) __attribute__((warn_unused_result));
/* 1 *ret; 0 there is none. */
int store_message_get(struct store *s, int64_t num, struct message *ret, struct err *err)
	__attribute__((warn_unused_result));
/* Held first, then those on their way in their order, then with `all` the rest, newest first.
 * Bodies are "": they may be megabytes. */
int store_messages(struct store *s, bool all, int limit, struct message_list *ret, struct err *err)
	__attribute__((warn_unused_result));
/* Checks of a series that say "pending" and are not under way are dropped: there is a verdict. */
int store_messages_outdate(struct store *s, int64_t series, enum message_kind kind, const char *why,
			   struct err *err) __attribute__((warn_unused_result));
/* Mails to this address that were sent since `since`, or are being sent; not those that wait:
 * whoever asks decides on one of them. */
int store_messages_count_to(struct store *s, const char *address, int64_t since, struct err *err)
	__attribute__((warn_unused_result));
/* The verdict that the last mail about a series told, sent, on its way or held (not one that was
 * dropped or failed): 1 *ret; 0: nothing was told yet. */
int store_verdict_told(struct store *s, int64_t series, struct verdict *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
