// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/db.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"

enum {
	BUSY_MS = 20000,	     /* writers take turns of milliseconds; a slow disk more */
	APPLICATION_ID = 0x646d616c, /* "dmal", set by the first migration */
	IDLE_MAX = 128,		     /* statements that are kept; above that the oldest goes */
};

/* A prepared statement that nobody uses: preparing one costs more than most of them do. */
struct idle {
	const char *sql; /* by its address */
	sqlite3_stmt *raw;
};

struct db {
	sqlite3 *raw;
	struct idle idle[IDLE_MAX]; /* the last one that was used is the last */
	size_t n_idle;
	int begun;   /* transactions, one in the other */
	bool broken; /* one in another was given up: the outer cannot be committed */
};

/* What went wrong as an errno: what the operator can act on has its own. */
static int db_errno(struct db *db)
{
	int code = sqlite3_extended_errcode(db->raw);

	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return EBUSY;
	case SQLITE_FULL:
		return ENOSPC;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return EBADMSG;
	case SQLITE_READONLY:
		return EROFS;
	case SQLITE_CONSTRAINT:
		return EINVAL;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		code = sqlite3_system_errno(db->raw);
		return code > 0 ? code : EIO;
	default:
		return EIO;
	}
}

static int db_fail(struct db *db, const char *what, struct err *err)
{
	int code = db_errno(db);

	if (sqlite3_extended_errcode(db->raw) == SQLITE_CONSTRAINT_FOREIGNKEY)
		return err_set(err, code, "%s: it refers to something that the store does not have",
			       what);
	if (code == ENOSPC)
		return err_set(err, code, "%s: no space left on the store's disk", what);
	return err_set(err, code, "%s: %s", what, sqlite3_errmsg(db->raw));
}

void db_freep(struct db **db)
{
	if (!*db)
		return;
	while ((*db)->n_idle > 0)
		(void)sqlite3_finalize((*db)->idle[--(*db)->n_idle].raw);
	(void)sqlite3_close((*db)->raw);
	free(*db);
	*db = NULL;
}

int db_exec(struct db *db, const char *sql, struct err *err)
{
	if (sqlite3_exec(db->raw, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_fail(db, "cannot use the store", err);
	return 0;
}

static int db_pragma_int(struct db *db, const char *pragma, int64_t *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, pragma, err);

	if (r == 0)
		r = stmt_step(&q, err);
	if (r == 1)
		*ret = stmt_col_int(&q, 0);
	return r < 0 ? r : 0;
}

int db_version(struct db *db, struct err *err)
{
	int64_t version = 0;
	int r = db_pragma_int(db, "PRAGMA user_version", &version, err);

	return r < 0 ? r : (int)version;
}

static int newer(int at, int known, struct err *err)
{
	return err_set(err, EPROTO,
		       "the store is of a newer dmalab: its schema is %d, this program knows %d",
		       at, known);
}

/* Before anything is written to the file. */
static int db_ours(struct db *db, int newest, struct err *err)
{
	int64_t id = 0, tables = 0;
	int r = db_pragma_int(db, "PRAGMA application_id", &id, err);

	if (r == 0)
		r = db_pragma_int(db, "SELECT count(*) FROM sqlite_schema", &tables, err);
	if (r < 0)
		return r;
	if (id != APPLICATION_ID && tables > 0)
		return err_set(err, EBADMSG, "this is another program's database");
	r = db_version(db, err);
	return r > newest ? newer(r, newest, err) : r;
}

/* 0 or more: the steps of migration that it has seen. */
static int db_connect(struct db *db, const char *path, int flags, int newest, struct err *err)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* nobody asks, and it takes a lock */
	if (sqlite3_open_v2(path, &db->raw, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return db->raw ? db_fail(db, "cannot open it", err)
			       : err_set(err, ENOMEM, "out of memory");
	(void)sqlite3_extended_result_codes(db->raw, 1);
	(void)sqlite3_busy_timeout(db->raw, BUSY_MS);
	(void)sqlite3_db_config(db->raw, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/* "word" is a column or an error, never silently a text */
	(void)sqlite3_db_config(db->raw, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	(void)sqlite3_db_config(db->raw, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	return db_ours(db, newest, err);
}

static int db_set_up(struct db *db, const char *path, int newest, struct err *err)
{
	int r = db_connect(db, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, newest, err);

	if (r < 0)
		return r;
	return db_exec(
		db,
		"PRAGMA page_size = 8192;" /* of a new one: packed mails fit */
		"PRAGMA journal_mode = WAL;"
		"PRAGMA wal_autocheckpoint = 4000;" /* 32 MB: what is changed again is once */
		"PRAGMA synchronous = FULL;"
		"PRAGMA foreign_keys = ON;"
		"PRAGMA cache_size = -32768;" /* 32 MB: a batch of mails fits */
		"PRAGMA temp_store = MEMORY;" /* what a statement may undo */
		"PRAGMA trusted_schema = OFF;",
		err);
}

int db_open(const char *path, int newest, struct db **ret, struct err *err)
{
	CLEANUP(db_freep) struct db *db = mem_zalloc(sizeof(*db));

	if (db_set_up(db, path, newest, err) < 0)
		return err_prefix(err, "store '%s'", path);
	*ret = db;
	db = NULL;
	return 0;
}

static int db_set_up_reader(struct db *db, const char *path, int newest, struct err *err)
{
	int r = db_connect(db, path, SQLITE_OPEN_READONLY, newest, err);

	if (r >= 0 && r < newest)
		return err_set(err, EPROTO,
			       "its schema is %d, this program's %d: 'dmalab list' brings it up to "
			       "date",
			       r, newest);
	if (r < 0)
		return r;
	return db_exec(db,
		       "PRAGMA query_only = ON; PRAGMA cache_size = -32768;"
		       "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;",
		       err);
}

int db_open_reader(const char *path, int version, struct db **ret, struct err *err)
{
	CLEANUP(db_freep) struct db *db = mem_zalloc(sizeof(*db));

	if (db_set_up_reader(db, path, version, err) < 0)
		return err_prefix(err, "store '%s'", path);
	*ret = db;
	db = NULL;
	return 0;
}

struct sqlite3 *db_raw(struct db *db)
{
	return db->raw;
}

int64_t db_changes(struct db *db)
{
	return sqlite3_total_changes64(db->raw);
}

static sqlite3_stmt *idle_take(struct db *db, const char *sql)
{
	for (size_t i = db->n_idle; i-- > 0;) {
		sqlite3_stmt *raw = db->idle[i].raw;

		if (db->idle[i].sql != sql)
			continue;
		db->n_idle--;
		memmove(&db->idle[i], &db->idle[i + 1], (db->n_idle - i) * sizeof(*db->idle));
		return raw;
	}
	return NULL;
}

static void idle_add(struct db *db, const char *sql, sqlite3_stmt *raw)
{
	(void)sqlite3_reset(raw);
	(void)sqlite3_clear_bindings(raw);
	if (db->n_idle == IDLE_MAX) {
		(void)sqlite3_finalize(db->idle[0].raw);
		db->n_idle--;
		memmove(&db->idle[0], &db->idle[1], db->n_idle * sizeof(*db->idle));
	}
	db->idle[db->n_idle++] = (struct idle){ sql, raw };
}

int stmt_prepare(struct db *db, struct stmt *s, const char *sql, struct err *err)
{
	*s = (struct stmt){ .db = db, .sql = sql, .raw = idle_take(db, sql) };
	if (s->raw)
		return 0;
	if (sqlite3_prepare_v3(db->raw, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->raw, NULL) !=
	    SQLITE_OK)
		return db_fail(db, "cannot ask the store", err);
	return 0;
}

int stmt_step(struct stmt *s, struct err *err)
{
	if (s->rc != SQLITE_OK)
		return err_set(err, EINVAL, "bind: %s: %s", sqlite3_errstr(s->rc),
			       sqlite3_sql(s->raw));
	switch (sqlite3_step(s->raw)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		return db_fail(s->db, "the store failed", err);
	}
}

int stmt_run(struct stmt *s, struct err *err)
{
	int r;

	while ((r = stmt_step(s, err)) == 1)
		;
	stmt_reset(s);
	return r;
}

int stmt_change(struct stmt *s, struct err *err)
{
	int r = stmt_run(s, err);

	return r < 0 ? r : sqlite3_changes(s->db->raw) > 0;
}

int64_t stmt_inserted(const struct stmt *s)
{
	return sqlite3_last_insert_rowid(s->db->raw);
}

void stmt_reset(struct stmt *s)
{
	(void)sqlite3_reset(s->raw);
}

void stmt_done(struct stmt *s)
{
	if (s->raw)
		idle_add(s->db, s->sql, s->raw);
	s->raw = NULL;
}

int db_run_int(struct db *db, const char *sql, const char *name, int64_t value, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql, err);

	if (r < 0)
		return r;
	stmt_int(&q, name, value);
	return stmt_run(&q, err);
}

int txn_begin(struct db *db, struct txn *t, struct err *err)
{
	bool inner = db->begun > 0;
	int r = inner ? 0 : db_exec(db, "BEGIN IMMEDIATE", err);

	*t = (struct txn){ 0 };
	if (r < 0)
		return r;
	*t = (struct txn){ db, inner };
	db->broken &= inner;
	db->begun++;
	return 0;
}

int txn_read(struct db *db, struct txn *t, struct err *err)
{
	int r = db->begun ? 0 : db_exec(db, "BEGIN", err);

	*t = (struct txn){ 0 };
	if (r < 0 || db->begun)
		return r;
	*t = (struct txn){ db, false };
	db->begun++;
	return 0;
}

int txn_commit(struct txn *t, struct err *err)
{
	int r = 0;

	if (t->db->broken)
		return err_set(err, EIO, "a part of a transaction failed");
	if (!t->inner)
		r = db_exec(t->db, "COMMIT", err);
	if (r < 0)
		return r;
	t->db->begun--;
	t->db = NULL;
	return 0;
}

void txn_done(struct txn *t)
{
	if (!t->db)
		return;
	if (!t->inner)
		(void)sqlite3_exec(t->db->raw, "ROLLBACK", NULL, NULL, NULL);
	t->db->broken = t->inner;
	t->db->begun--;
	t->db = NULL;
}

/* Applies the next step, if any is left. Returns 1 when it did, 0 at the end. */
static int migrate_next(struct db *db, const char *const *steps, int n_steps, struct err *err)
{
	CLEANUP(txn_done) struct txn t = { 0 };
	char pragma[48];
	int at, r;

	r = txn_begin(db, &t, err);
	if (r < 0)
		return r;
	at = db_version(db, err); /* under the lock: another program may run */
	if (at < 0 || at == n_steps)
		return at < 0 ? at : 0;
	if (at > n_steps)
		return newer(at, n_steps, err);
	snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %d", at + 1);
	if (db_exec(db, steps[at], err) < 0 || db_exec(db, pragma, err) < 0 ||
	    txn_commit(&t, err) < 0)
		return err_prefix(err, "migration %04d", at + 1);
	return 1;
}

int db_migrate(struct db *db, const char *const *steps, int n_steps, struct err *err)
{
	int r;

	do
		r = migrate_next(db, steps, n_steps, err);
	while (r == 1);
	return r;
}

int db_backup(struct db *db, const char *path, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, "VACUUM INTO :path", err);

	if (r < 0)
		return r;
	stmt_text(&q, ":path", path);
	return stmt_run(&q, err);
}
