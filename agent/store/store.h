/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STORE_STORE_H
#define DMALAB_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/build.h"
#include "model/checkout.h"
#include "model/job.h"
#include "model/test.h"
#include "model/verdict.h"

struct buf;
struct err;
struct store; /* one connection and the folder of logs and artifacts; not for threads */

/*
 * Opens (creates, migrates) WORK/dmalab.db with its folders WORK/logs and
 * WORK/artifacts. A store newer than the program is refused (-EPROTO).
 * Every function below that writes is one transaction, durable when it
 * returns, and harmless when repeated with the same id.
 */
int store_open(const char *work_dir, struct store **ret, struct err *err)
	__attribute__((warn_unused_result));
void store_freep(struct store **store);

/* A whole check of the database and of every log and artifact that a row names. 1 ok, 0 not. */
int store_verify(struct store *s, struct buf *report, struct err *err)
	__attribute__((warn_unused_result));

/* conflict: NULL where the series applies; its id is then made by the caller too. */
int store_checkout_put(struct store *s, const struct checkout *c, const struct conflict *conflict,
		       struct err *err) __attribute__((warn_unused_result));
/* 1 found (*ret is the caller's), 0 not. Steps are not kept. */
int store_checkout_get(struct store *s, const char *id, struct checkout *ret, struct err *err)
	__attribute__((warn_unused_result));

/*
 * Stores a build with its log (compressed, named by SHA-256; build->log is
 * removed and log_sha256 set) and its artifacts (taken from `folder`; NULL: none).
 */
int store_build_put(struct store *s, struct build *b, const char *folder, struct err *err)
	__attribute__((warn_unused_result));
int store_build_get(struct store *s, const char *id, struct build *ret, struct err *err)
	__attribute__((warn_unused_result));
/* Path of an artifact's file; caller frees. NULL: the build has none of that name. */
char *store_artifact_path(struct store *s, const struct build *b, const char *name);

/* Stores a job with console, tests, oopses as issues and incidents; sets log_sha256. */
int store_job_put(struct store *s, struct job *j, struct err *err)
	__attribute__((warn_unused_result));
int store_job_get(struct store *s, const char *id, struct job *ret, struct err *err)
	__attribute__((warn_unused_result));

/* A number that no other job of this store has had: for job ids. */
int store_job_number(struct store *s, int64_t *ret, struct err *err)
	__attribute__((warn_unused_result));

/*
 * What is known of a build on a target: all suites, over as many boots as that
 * took. Zero is nothing. Owned by the caller: outcome_done().
 */
struct outcome {
	char *build_id, *target;
	enum boot_state boot;	 /* of the first boot, that of all suites */
	bool infra;		 /* the lab failed to the last: tests say nothing */
	char *reason;		 /* the lab's word where infra; "" else */
	struct test_list tests;	 /* each expected case once, others behind */
	struct oops_list oopses; /* each signature once */
	char **jobs;		 /* ids, in the order of the boots */
	size_t n_jobs;
	char **test_jobs; /* parallel to tests.v: job that showed it; NULL for MISS */
};
void outcome_done(struct outcome *o);

/* Records that a build's outcome on a target is complete (not for infra). */
int store_outcome_put(struct store *s, const struct outcome *o, struct err *err)
	__attribute__((warn_unused_result));
int store_outcome_get(struct store *s, const char *build_id, const char *target,
		      struct outcome *ret, struct err *err) __attribute__((warn_unused_result));

/* The verdict on a series: candidate against base. */
struct verdict {
	char *id; /* assigned by the store when NULL */
	enum verdict_kind kind;
	char *checkout_id; /* candidate; "" where it did not get that far */
	char *base_id;	   /* checkout of the base; "" likewise */
	struct reason_list reasons;
	char *name; /* of the series, for lists */
	int64_t created;
	int64_t duration_ms;
};
void verdict_done(struct verdict *v);
int store_verdict_put(struct store *s, struct verdict *v, struct err *err)
	__attribute__((warn_unused_result));
int store_verdict_get(struct store *s, const char *id, struct verdict *ret, struct err *err)
	__attribute__((warn_unused_result));

/* The text of a stored log, checked against its SHA-256 (-EBADMSG when it differs). */
int store_log_get(struct store *s, const char *sha256, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));

/* A row of `dmalab list`. */
struct listed {
	char *kind; /* "verdict", "checkout", "build", "job" */
	char *id;
	char *what; /* name of the series, tree, config, target */
	char *state;
	int64_t created;
};
struct listed_list {
	struct listed *v;
	size_t n, cap;
};
void listed_list_done(struct listed_list *l);
/* Newest first, at most `limit`; kind NULL: verdicts. */
int store_list(struct store *s, const char *kind, int limit, struct listed_list *ret,
	       struct err *err) __attribute__((warn_unused_result));

/*
 * Finds what an id, or an unambiguous beginning of at least 4 characters, names.
 * Returns 1 and kind and whole id, 0 for nothing, -EEXIST when it is ambiguous.
 */
int store_find(struct store *s, const char *prefix, char **ret_kind, char **ret_id, struct err *err)
	__attribute__((warn_unused_result));

#endif
