/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_DECIDE_H
#define DMALAB_PIPELINE_DECIDE_H

#include <stddef.h>
#include <stdint.h>

struct config;
struct err;
struct series_row;
struct store;

/*
 * What becomes of a series that is new or changed: a task, or why there is none. It is stored as
 * the series' decision. What waits of a version that it supersedes is dropped. *tasks counts up.
 */
int decide_series(const struct config *c, struct store *store, const struct series_row *s,
		  size_t *tasks, struct err *err) __attribute__((warn_unused_result));

/*
 * A person wants it tested: its task, new or known, goes before all others. -EINVAL: it cannot be
 * tested, and why.
 */
int decide_by_hand(const struct config *c, struct store *store, const struct series_row *s,
		   int64_t *task, struct err *err) __attribute__((warn_unused_result));

#endif
