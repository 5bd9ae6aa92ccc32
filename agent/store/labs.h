/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STORE_LABS_H
#define DMALAB_STORE_LABS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/job.h"
#include "model/lab.h"

struct err;
struct store;

/*
 * Boots by LAVA servers, and what is known of labs and their devices. A submission is written
 * before anything is sent, and moved on by one process only: who holds the lab's lock.
 */

/*
 * Wants a boot. 1: a new row; 0: one of the same lab, target, build, filter and purpose is on its
 * way and not canceled, and *num is that one's (never for SUBMISSION_HEALTH); it is wanted once
 * more then, by `task` (however often that asks) or by hand (task 0). Read are lab, target,
 * build_id, filter, kernel, ramdisk, dtb, purpose, task; the key is made here: "dmalab-" and 16
 * hex digits that are this store's, "-" and the number, which is never given again.
 */
int store_submission_want(struct store *s, const struct submission *want, int64_t *num,
			  struct err *err) __attribute__((warn_unused_result));
/* 1 *ret; 0: there is none. */
int store_submission_get(struct store *s, int64_t num, struct submission *ret, struct err *err)
	__attribute__((warn_unused_result));
/* What others than its follower change of a submission. */
struct submission_mark {
	int64_t num;
	bool cancel;
};

struct submission_marks {
	struct submission_mark *v;
	size_t n, cap;
};

void submission_marks_done(struct submission_marks *l);
/* Those of a lab (NULL: of all) that have not ended, lowest number first, in place of what *ret
 * had. Cheap, to be asked often. */
int store_submissions_open(struct store *s, const char *lab, struct submission_marks *ret,
			   struct err *err) __attribute__((warn_unused_result));
/* Each before or behind what it names, and durable when it returns; -ENOENT: there is none. */
/* A POST is about to be sent. 1; 0: do not, it was canceled meanwhile (or has got further). */
int store_submission_posting(struct store *s, int64_t num, int64_t now, struct err *err)
	__attribute__((warn_unused_result));
/* The server certainly has it not (any longer): SUBMISSION_WANTED again; ended, where canceled. */
int store_submission_unposted(struct store *s, int64_t num, struct err *err)
	__attribute__((warn_unused_result));
int store_submission_moved(struct store *s, int64_t num, enum submission_state state,
			   int64_t lava_id, const char *device, int64_t started, struct err *err)
	__attribute__((warn_unused_result)); /* QUEUED or RUNNING */
/* Stores the job (with its console, as store_job_put()) and that the submission has ended, in one
 * transaction. Once more with the same job changes nothing, nor does the end of one that was
 * canceled before it was sent; -EINVAL: it ended with another job. */
int store_submission_end(struct store *s, int64_t num, struct job *j, struct err *err)
	__attribute__((warn_unused_result));
/* One who wants it by hand does so no longer. What nobody wants is canceled: what was never sent
 * ends at once, with no job (job_id ""). */
int store_submission_cancel(struct store *s, int64_t num, struct err *err)
	__attribute__((warn_unused_result));
/* The same for all that a task wants and no device runs yet. Returns how many were canceled: what
 * another wants, too, goes on. */
int store_submissions_cancel_task(struct store *s, int64_t task, struct err *err)
	__attribute__((warn_unused_result));

/* What was last seen of a lab. */
struct lab_sight {
	char *lab;
	int64_t seen;  /* when its server last answered; 0 never */
	int64_t asked; /* when it was last asked */
	char *trouble; /* why it does not answer; "" it does */
	int queued;    /* jobs of anybody that wait there, of our device types */
};

void lab_sight_done(struct lab_sight *s);
/* In place of what was known; devices NULL: as they were. */
int store_lab_seen(struct store *s, const struct lab_sight *sight,
		   const struct lab_device_list *devices, struct err *err)
	__attribute__((warn_unused_result));
/* 1 *ret and its devices, appended; 0: never asked. */
int store_lab_get(struct store *s, const char *lab, struct lab_sight *ret,
		  struct lab_device_list *devices, struct err *err)
	__attribute__((warn_unused_result));

/* How a target has done, over jobs since `since`: those whose outcome is "done" and "infra". */
struct target_record {
	int done, infra;
	int in_a_row;	     /* the last so many were "infra" */
	int64_t health_time; /* of the last health job that ended; 0 none */
	bool health_passed;  /* it passed: all its tests but skipped ones, no report */
	char *health_job;    /* its id; "" none */
	int64_t proven;	     /* when a health job passed for the first time; 0: unproven */
};

void target_record_done(struct target_record *r);
int store_target_record(struct store *s, const char *target, int64_t since,
			struct target_record *ret, struct err *err)
	__attribute__((warn_unused_result));
/* A health job of a target ended (job_id "": without one); `passed` is the caller's word. */
int store_health_put(struct store *s, const char *target, const char *job_id, bool passed,
		     int64_t when, struct err *err) __attribute__((warn_unused_result));

/*
 * Maintainers' words: series that may run on targets that ask for one. What is approved is the
 * patches as they are now: a mail that makes them others (series_row.digest) takes it back.
 */
int store_approve(struct store *s, int64_t series, const char *by, struct err *err)
	__attribute__((warn_unused_result));
int store_is_approved(struct store *s, int64_t series, struct err *err) /* 1 yes, 0 no */
	__attribute__((warn_unused_result));
/* Whether a patch of this author (an address) was approved before: 1 known, 0 not. It is what the
 * mail says: anybody can write another's address. */
int store_author_is_known(struct store *s, const char *email, struct err *err)
	__attribute__((warn_unused_result));

#endif
