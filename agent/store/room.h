/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STORE_ROOM_H
#define DMALAB_STORE_ROOM_H

/* What the files of this room share; nobody else includes it. */

#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "model/job.h"
#include "model/oops.h"
#include "model/test.h"
#include "store/db.h"
#include "store/files.h"
#include "store/sql.h"

struct buf;
struct err;
struct store;

struct store {
	struct db *db;
	int lock; /* flock: shared while open, exclusive while sweeping or migrating */
	struct files logs, artifacts;
};

/* What makes the schema, in order. */
struct steps {
	const char *const *v;
	int n;
};

/* store_open() with a schema that tests choose. */
int store_open_steps(const char *work_dir, const struct steps *steps, struct store **ret,
		     struct err *err) __attribute__((warn_unused_result));

/* A log on its way: the file first, the row in the transaction that names it. */
struct log_ref {
	char sha256[HASH_HEX_LEN]; /* "" for none */
	int64_t size;
};

/* Packs the file `plain` (NULL: takes `known`, stored before; "" for none). */
int log_take(struct store *s, const char *plain, const char *known, struct log_ref *ret,
	     struct err *err) __attribute__((warn_unused_result));
int log_row_put(struct db *db, const struct log_ref *log, struct err *err)
	__attribute__((warn_unused_result));
/* After the commit: removes the plain file, frees its path and sets both fields. */
void log_taken(const struct log_ref *log, char **plain, char *sha256);

/* Enumerations of rows that both jobs and outcomes have. */
int test_status_col(struct stmt *q, int col, enum test_status *ret, struct err *err)
	__attribute__((warn_unused_result));
int boot_state_col(struct stmt *q, int col, enum boot_state *ret, struct err *err)
	__attribute__((warn_unused_result));

/* Makes the paths of tests known. */
int paths_put(struct db *db, const struct test_list *l, struct err *err)
	__attribute__((warn_unused_result));

/* The oopses of a job: an issue each and an incident each, in place of earlier ones. */
int incidents_put(struct db *db, int64_t job, const struct oops_list *l, struct err *err)
	__attribute__((warn_unused_result));
/* Appends the oops of a row of incident_get or outcome_incident_get. */
void incident_col(struct stmt *q, struct oops_list *l);

/* For a word that the schema's CHECK should have kept out. */
int bad_word(const char *what, const char *word, struct err *err);

#endif
