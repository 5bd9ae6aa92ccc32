/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STORE_DB_H
#define DMALAB_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db; /* one connection; not shared between threads */
struct err;
struct sqlite3_stmt;

/*
 * Opens (and creates) the database at `path`: WAL, synchronous FULL, foreign keys kept.
 * A schema beyond `newest` steps is refused (-EPROTO), a file that is another
 * program's or none of SQLite's too (-EBADMSG). *ret is the caller's: db_freep().
 */
int db_open(const char *path, int newest, struct db **ret, struct err *err)
	__attribute__((warn_unused_result));
/* The same, of one that is there and at just this schema, and that is only read: no writer waits.
 */
int db_open_reader(const char *path, int version, struct db **ret, struct err *err)
	__attribute__((warn_unused_result));
/* Rows that this connection changed, what it took back among them. */
int64_t db_changes(struct db *db);
struct sqlite3 *db_raw(struct db *db); /* for SQL of anybody's */
void db_freep(struct db **db);	       /* NULL is fine */

/* Runs constant SQL text that has no parameters (schema, pragmas). */
int db_exec(struct db *db, const char *sql, struct err *err) __attribute__((warn_unused_result));

/* How many steps of migration the schema has seen. */
int db_version(struct db *db, struct err *err) __attribute__((warn_unused_result));

/*
 * Brings the schema up to the last of steps[], one transaction a step, with
 * the count of applied steps kept in PRAGMA user_version.
 */
int db_migrate(struct db *db, const char *const *steps, int n_steps, struct err *err)
	__attribute__((warn_unused_result));

/* A copy of the whole database as one plain file; `path` must not exist. Not synced. */
int db_backup(struct db *db, const char *path, struct err *err) __attribute__((warn_unused_result));

/*
 * A prepared statement of a constant text: one that is done is kept for the next who prepares the
 * text at that address. Binds do not fail one by one: the first failure is kept and stmt_step()
 * reports it.
 */
struct stmt {
	struct db *db;
	const char *sql;
	struct sqlite3_stmt *raw;
	int rc;
};

int stmt_prepare(struct db *db, struct stmt *s, const char *sql, struct err *err)
	__attribute__((warn_unused_result));
void stmt_text(struct stmt *s, const char *name, const char *value); /* NULL is "" */
void stmt_text_or_null(struct stmt *s, const char *name, const char *value);
void stmt_text_len(struct stmt *s, const char *name, const char *value, size_t len);
void stmt_blob(struct stmt *s, const char *name, const void *data, size_t len);
void stmt_int(struct stmt *s, const char *name, int64_t value);
void stmt_real(struct stmt *s, const char *name, double value);
void stmt_int_or_null(struct stmt *s, const char *name, int64_t value); /* 0 is NULL */
int stmt_step(struct stmt *s, struct err *err)				/* 1 row, 0 end, <0 error */
	__attribute__((warn_unused_result));
/* To the end, and ready for other values: for statements whose rows do not matter. */
int stmt_run(struct stmt *s, struct err *err) __attribute__((warn_unused_result));
/* The same; 1: it changed a row, 0: none. RETURNING would say so, too, but keeps a journal for it.
 */
int stmt_change(struct stmt *s, struct err *err) __attribute__((warn_unused_result));
int64_t stmt_inserted(const struct stmt *s);	 /* the row that the last one put */
void stmt_reset(struct stmt *s);		 /* ready for other values, wherever it stands */
bool stmt_has(struct stmt *s, const char *name); /* a parameter of that name */
int stmt_columns(struct stmt *s);
const char *stmt_column_name(struct stmt *s, int col); /* until it is done */
bool stmt_col_is_null(struct stmt *s, int col);
int64_t stmt_col_int(struct stmt *s, int col); /* 0 of NULL */
double stmt_col_real(struct stmt *s, int col);
const char *stmt_col_text(struct stmt *s, int col); /* until the next step; NULL of NULL */
char *stmt_col_dup(struct stmt *s, int col);	    /* the caller's; NULL of NULL */
const void *stmt_col_blob(struct stmt *s, int col); /* until the next step */
size_t stmt_col_size(struct stmt *s, int col);	    /* bytes of a text or blob */
void stmt_done(struct stmt *s);

/* A statement with one integer for a parameter, run to its end. */
int db_run_int(struct db *db, const char *sql, const char *name, int64_t value, struct err *err)
	__attribute__((warn_unused_result));

/*
 * A transaction: rolled back at scope end unless committed. One that is begun in another is a part
 * of that one: durable with it, and what is rolled back takes the whole with it.
 */
struct txn {
	struct db *db;
	bool inner;
};

int txn_begin(struct db *db, struct txn *t, struct err *err) __attribute__((warn_unused_result));
/* For several reads that must be of one moment; holds up nobody. */
int txn_read(struct db *db, struct txn *t, struct err *err) __attribute__((warn_unused_result));
int txn_commit(struct txn *t, struct err *err) __attribute__((warn_unused_result));
void txn_done(struct txn *t);

#endif
