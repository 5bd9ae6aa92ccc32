/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STORE_QUEUE_H
#define DMALAB_STORE_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/task.h"

struct err;
struct store;
struct verdict;

/*
 * The queue of series that are to be tested. A task is claimed by a lease on the clock that runs on
 * through suspend (CLOCK_BOOTTIME) together with the boot's id: a lease of an earlier boot is over.
 */

/*
 * Adds a task unless there is one with its key, whatever its state. 1 added; 0 it is there (*num is
 * that one's; a waiting one takes the higher priority and the earlier not_before). key, series,
 * source, tree, plan, priority, not_before are read.
 */
int store_task_add(struct store *s, const struct task *t, int64_t *num, struct err *err)
	__attribute__((warn_unused_result));

/*
 * Claims a task that waits and may begin, or whose lease is over. The highest priority first; among
 * equals the source that was served longest ago, then the oldest. 1: *ret is ours for lease_s; 0:
 * there is none, and *next_s is when to look again (seconds; -1: nothing waits or runs). A task
 * that was begun `attempts_max` times is failed in place of being handed out again.
 */
int store_task_claim(struct store *s, const char *owner, int lease_s, int attempts_max,
		     struct task *ret, int *next_s, struct err *err)
	__attribute__((warn_unused_result));
/* The same for one task, waiting or failed or with its lease over. */
int store_task_claim_num(struct store *s, int64_t num, const char *owner, int lease_s,
			 struct task *ret, struct err *err) __attribute__((warn_unused_result));
/* 1 the lease is ours for lease_s more; 0: it is not ours any longer: stop. */
int store_task_renew(struct store *s, int64_t num, const char *owner, int lease_s, struct err *err)
	__attribute__((warn_unused_result));

/*
 * What owners whose name begins with `owners` had claimed waits again, and the attempt does not
 * count: the caller knows that they are no more. From the fourth time on it waits a while first (5
 * s, doubled each time, at most 15 minutes), and what has seen TASK_DEATHS_MAX owners end is
 * failed: it may be what ends them. Returns how many.
 */
enum { TASK_DEATHS_MAX = 16 };
int store_tasks_reclaim(struct store *s, const char *owners, struct err *err)
	__attribute__((warn_unused_result));

/*
 * Stores the verdict and that the task has it, in one transaction. 1; 0: the lease is another's,
 * and nothing was stored.
 */
int store_task_finish(struct store *s, int64_t num, const char *owner, struct verdict *v,
		      struct err *err) __attribute__((warn_unused_result));
/* Hands a task back: TASK_WAITING from not_before on (the attempt does not count with `free`),
 * TASK_FAILED or TASK_DROPPED. 1; 0: the lease is another's. */
int store_task_return(struct store *s, int64_t num, const char *owner, enum task_state state,
		      int64_t not_before, bool free, const char *why, struct err *err)
	__attribute__((warn_unused_result));

/* What waits of a series is dropped; what runs goes on. Returns how many, or an error. */
int store_tasks_drop(struct store *s, int64_t series, const char *why, struct err *err)
	__attribute__((warn_unused_result));
/* A further task for what the newest task of a series tested, by another key; one that still waits
 * takes the priority instead. 1; 0: it has no task. */
int store_task_again(struct store *s, int64_t series, int priority, int64_t *num, struct err *err)
	__attribute__((warn_unused_result));

/* 1 *ret; 0: there is no such task. */
int store_task_get(struct store *s, int64_t num, struct task *ret, struct err *err)
	__attribute__((warn_unused_result));
/* The newest of a series; 0 none, 1 *ret. */
int store_task_of_series(struct store *s, int64_t series, struct task *ret, struct err *err)
	__attribute__((warn_unused_result));
/* Running first, then waiting in the order in which they will be claimed, then with `all` the rest,
 * newest first. */
int store_tasks(struct store *s, bool all, int limit, struct task_list *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
