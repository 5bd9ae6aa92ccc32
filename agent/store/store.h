/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STORE_STORE_H
#define DMALAB_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/build.h"
#include "model/checkout.h"
#include "model/job.h"
#include "model/outcome.h"
#include "model/verdict.h"

struct buf;
struct err;
struct store; /* one connection and the folder of logs and artifacts; not for threads */

/*
 * Opens (creates, migrates) WORK/dmalab.db with its folders WORK/logs and
 * WORK/artifacts. A store newer than the program is refused (-EPROTO); one that
 * is older is copied to WORK/dmalab.db.schema-N first, and is refused (-EBUSY)
 * while another process has it open.
 * Every function below that writes is one transaction, durable when it
 * returns, and harmless when repeated with the same id: the last one counts.
 * -ENOSPC: the disk is full, and nothing was changed.
 */
int store_open(const char *work_dir, struct store **ret, struct err *err)
	__attribute__((warn_unused_result));
/*
 * Opens one that is there and up to date, to read only, and never holds up who writes: -ENOENT
 * there is none, -EPROTO of another schema. What writes must not be called with it.
 */
int store_open_reader(const char *work_dir, struct store **ret, struct err *err)
	__attribute__((warn_unused_result));
/* The same for who cannot wait: -EBUSY while somebody migrates it. */
int store_open_reader_now(const char *work_dir, struct store **ret, struct err *err)
	__attribute__((warn_unused_result));
void store_freep(struct store **store);

/* A whole check of the database and of every log and artifact that a row names. 1 ok, 0 not. */
int store_verify(struct store *s, struct buf *report, struct err *err)
	__attribute__((warn_unused_result));

/*
 * conflict: NULL where the series applies; its id is then made by the caller too.
 * A tree that was reached before keeps its first row.
 */
int store_checkout_put(struct store *s, const struct checkout *c, const struct conflict *conflict,
		       struct err *err) __attribute__((warn_unused_result));
/* 1 found (*ret is the caller's), 0 not. Steps are not kept. */
int store_checkout_get(struct store *s, const char *id, struct checkout *ret, struct err *err)
	__attribute__((warn_unused_result));

/* 1 where the checkout is one that does not apply, and why; 0 else. */
int store_conflict_get(struct store *s, const char *checkout_id, struct conflict *ret,
		       struct err *err) __attribute__((warn_unused_result));

/*
 * Stores a build, whose checkout is stored, with its log (compressed, named by
 * SHA-256; the file build->log is removed and log_sha256 set) and its artifacts
 * (copied from `folder`, their sha256 set; NULL: they were stored before).
 */
int store_build_put(struct store *s, struct build *b, const char *folder, struct err *err)
	__attribute__((warn_unused_result));
int store_build_get(struct store *s, const char *id, struct build *ret, struct err *err)
	__attribute__((warn_unused_result));
/* Path of an artifact's file; caller frees. NULL: the build has none of that name. */
char *store_artifact_path(struct store *s, const struct build *b, const char *name);

/*
 * Stores a job, whose build is stored, with console (as the build's log), tests,
 * and oopses as issues and incidents.
 */
int store_job_put(struct store *s, struct job *j, struct err *err)
	__attribute__((warn_unused_result));
int store_job_get(struct store *s, const char *id, struct job *ret, struct err *err)
	__attribute__((warn_unused_result));

/* A number that no other job of this store has had: for job ids. */
int store_job_number(struct store *s, int64_t *ret, struct err *err)
	__attribute__((warn_unused_result));

/*
 * Records that a build's outcome on a target is complete (-EINVAL for infra).
 * Its jobs are stored, and each of its oopses is one that they showed.
 */
int store_outcome_put(struct store *s, const struct outcome *o, struct err *err)
	__attribute__((warn_unused_result));
int store_outcome_get(struct store *s, const char *build_id, const char *target,
		      struct outcome *ret, struct err *err) __attribute__((warn_unused_result));

int store_verdict_put(struct store *s, struct verdict *v, struct err *err)
	__attribute__((warn_unused_result));
int store_verdict_get(struct store *s, const char *id, struct verdict *ret, struct err *err)
	__attribute__((warn_unused_result));

/*
 * The text of a stored log, checked against its SHA-256: -EBADMSG when it differs,
 * -ENOENT where none was kept ("").
 */
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
