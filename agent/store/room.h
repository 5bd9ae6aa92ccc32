/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STORE_ROOM_H
#define DMALAB_STORE_ROOM_H

/* What the files of this room share; nobody else includes it. */

#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "model/job.h"
#include "model/oops.h"
#include "model/rate.h"
#include "model/test.h"
#include "store/db.h"
#include "store/files.h"
#include "store/sql.h"

struct buf;
struct change_list;
struct err;
struct mail;
struct mail_row_list;
struct series_row;
struct store;
struct strv;
struct task;
struct verdict;

struct store {
	struct db *db;
	int64_t opened; /* when, ms of CLOCK_BOOTTIME */
	int lock;	/* flock: shared while open, exclusive while sweeping or migrating */
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

/* Stores a job whose console was taken; in a transaction of its own, or a part of the caller's. */
int job_rows_put(struct store *s, const struct job *j, const struct log_ref *log, struct err *err)
	__attribute__((warn_unused_result));

/* Runs a statement that returns at most a row: 1 and its first column (where asked for), or 0. */
int stmt_one(struct stmt *q, int64_t *ret, struct err *err) __attribute__((warn_unused_result));

/* Makes the paths of tests known. */
int paths_put(struct db *db, const struct test_list *l, struct err *err)
	__attribute__((warn_unused_result));

/* The oopses of a job: an issue each and an incident each, in place of earlier ones. */
int incidents_put(struct db *db, int64_t job, const struct oops_list *l, struct err *err)
	__attribute__((warn_unused_result));
/* Appends the oops of a row of incident_get or outcome_incident_get. */
void incident_col(struct stmt *q, struct oops_list *l);

/*
 * A list as a column: one element a line; a line's end in an element becomes a blank. Elements that
 * go beyond `max` bytes are left out.
 */
char *lines_join(char *const *v, size_t n, size_t max);
void lines_split(const char *text, struct strv *ret); /* appends */

/* What a mail says may be any bytes of any length. */
enum { TEXT_MAX = 4096, LIST_MAX = 16 << 10 };
/* Well-formed UTF-8 of at most `max` bytes: what is not becomes U+FFFD. Caller frees. */
char *text_clean(const char *text, size_t max);
void stmt_foreign(struct stmt *q, const char *name, const char *text, size_t max); /* likewise */
void stmt_list(struct stmt *q, const char *name, const struct strv *list, size_t max);

/* Makes zstd frames, the next one in place of the last. Zero is ready. */
struct packer {
	struct ZSTD_CCtx_s *zstd;
	char *data;
	size_t len, room;
};

int pack_bytes(struct packer *p, const void *data, size_t len, struct err *err)
	__attribute__((warn_unused_result));
void packer_done(struct packer *p);
/* And back: -EBADMSG where it is none, or not of `size` plain bytes. */
int unpack_bytes(const void *data, size_t len, size_t size, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));

/* The number of a source, which has a row from now on. In a transaction of the caller's. */
int source_number(struct db *db, const char *name, int64_t *ret, struct err *err)
	__attribute__((warn_unused_result));
/* The next number of a counter. Likewise. */
int counter_next(struct db *db, const char *name, int64_t *ret, struct err *err)
	__attribute__((warn_unused_result));
int counter_get(struct db *db, const char *name, int64_t *ret, struct err *err)
	__attribute__((warn_unused_result));

/* Appends the rest of a statement's rows of mail_rows, and adds up their bytes. */
int mail_rows_read(struct stmt *q, struct mail_row_list *l, size_t *bytes, struct err *err)
	__attribute__((warn_unused_result));
/* Adds message and paths to the rows from `from` on. */
int mail_texts_read(struct db *db, struct mail_row_list *l, size_t from, struct err *err)
	__attribute__((warn_unused_result));
/* 1 and the series of a statement's next row; 0 at its end. */
int series_row_read(struct db *db, struct stmt *q, struct series_row *ret, struct err *err)
	__attribute__((warn_unused_result));

/* Stores a verdict in a transaction of the caller's; *id is the caller's, and *num its number. */
int verdict_rows_put(struct db *db, const struct verdict *v, int64_t created, int64_t *num,
		     char **id, struct err *err) __attribute__((warn_unused_result));

/* How often something showed, as two columns: that bad, and in so many runs. */
void stmt_rate(struct stmt *q, const char *bad, const char *runs, const struct rate *rate);
struct rate rate_col(struct stmt *q, int col);
/* The changes of a verdict, in place of earlier ones; and read, appended. */
int changes_put(struct db *db, int64_t verdict, const struct change_list *l, struct err *err)
	__attribute__((warn_unused_result));
int changes_get(struct db *db, int64_t verdict, struct change_list *l, struct err *err)
	__attribute__((warn_unused_result));

/* 1 and the task; 0: there is none. */
int task_read(struct db *db, int64_t num, struct task *ret, struct err *err)
	__attribute__((warn_unused_result));
int task_read_of_series(struct db *db, int64_t series, struct task *ret, struct err *err)
	__attribute__((warn_unused_result));

/* For a word that the schema's CHECK should have kept out. */
int bad_word(const char *what, const char *word, struct err *err);

#endif
