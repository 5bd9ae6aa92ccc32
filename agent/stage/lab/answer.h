/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_LAB_ANSWER_H
#define DMALAB_STAGE_LAB_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/lab.h"
#include "stage/lab/server.h"

struct err;

/*
 * What a LAVA server answers, read with types and sizes checked: pure functions. -EBADMSG: it is
 * not what LAVA says. Strings have no control characters where they are shown to people.
 */

/* A page of a list. */
struct answer_page {
	size_t rows;
	size_t others; /* rows that were not asked for: the server ignored a filter */
	int64_t count; /* of the whole list */
};

/* Rows that are wanted; NULL: any. */
struct job_want {
	const char *submitter, *description, *type;
	const int64_t *ids;
	size_t n_ids;
};

/* The number of the one job that was submitted. */
int answer_submitted(const char *data, size_t len, int64_t *id, struct err *err)
	__attribute__((warn_unused_result));
/* These append; what was appended before an error stays. */
int answer_jobs(const char *data, size_t len, const struct job_want *want, struct answer_page *page,
		struct lava_job_list *ret, struct err *err) __attribute__((warn_unused_result));
/* Devices of the types that are not retired, with `online` false. */
int answer_devices(const char *data, size_t len, const char *lab, const char *const *types,
		   size_t n_types, struct answer_page *page, struct lab_device_list *ret,
		   struct err *err) __attribute__((warn_unused_result));
/* Names of workers that are online and take jobs. */
int answer_workers(const char *data, size_t len, struct answer_page *page, struct strv *ret,
		   struct err *err) __attribute__((warn_unused_result));
/* How many rows the whole list has. */
int answer_count(const char *data, size_t len, int64_t *ret, struct err *err)
	__attribute__((warn_unused_result));
/* Adds a page of a job's test cases; *newest is the highest number of a case "job" so far. */
int answer_word(const char *data, size_t len, struct answer_page *page, int64_t *newest,
		struct lava_word *ret, struct err *err) __attribute__((warn_unused_result));
/* Appends the whole lines of a log, at most `max` of them. Returns how many. */
int answer_log(const char *data, size_t len, int max, struct buf *ret);

/* "2026-11-23T01:22:37.450795Z" in seconds since 1970; -1: it is none. */
int64_t answer_time(const char *text);

#endif
