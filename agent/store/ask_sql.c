// SPDX-License-Identifier: GPL-2.0-or-later
/* SQL of anybody's, which only reads. */
#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/ask.h"
#include "store/room.h"

enum { STEPS_BETWEEN_LOOKS = 10000, TEXT_LIMIT = 16 << 20, SQL_LIMIT = 64 << 10 };

static void statement_done(sqlite3_stmt **q)
{
	(void)sqlite3_finalize(*q);
}

/* Pragmas that tell what there is. */
static bool is_telling(const char *pragma)
{
	static const char *const names[] = { "table_info",	"table_xinfo", "table_list",
					     "index_list",	"index_info",  "index_xinfo",
					     "foreign_key_list" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (sqlite3_stricmp(pragma, names[i]) == 0)
			return true;
	return false;
}

static int may(void *arg, int action, const char *a, const char *b, const char *db,
	       const char *trigger)
{
	(void)arg, (void)db, (void)trigger;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_FUNCTION:
		return sqlite3_stricmp(b, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
	case SQLITE_PRAGMA:
		return is_telling(a) ? SQLITE_OK : SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}

static int is_late(void *arg)
{
	return clock_ms() > *(const int64_t *)arg;
}

static int failed(sqlite3 *db, int rc, struct err *err)
{
	switch (rc & 0xff) {
	case SQLITE_AUTH:
	case SQLITE_READONLY:
		return err_set(err, EPERM, "the store is only read here: %s", sqlite3_errmsg(db));
	case SQLITE_INTERRUPT:
		return err_set(err, ETIME, "it takes too long");
	default:
		return err_set(err, EINVAL, "%s", sqlite3_errmsg(db));
	}
}

static int compile(sqlite3 *db, const char *sql, sqlite3_stmt **ret, struct err *err)
{
	CLEANUP(statement_done) sqlite3_stmt *q = NULL, *further = NULL;
	const char *rest = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &q, &rest);

	if (rc != SQLITE_OK)
		return failed(db, rc, err);
	if (!q)
		return err_set(err, EINVAL, "there is no SQL in it");
	/* what is behind it may be blanks and comments */
	if (sqlite3_prepare_v2(db, rest, -1, &further, NULL) != SQLITE_OK || further)
		return err_set(err, EINVAL, "one statement at a time");
	if (!sqlite3_stmt_readonly(q))
		return err_set(err, EPERM, "the store is only read here");
	if (sqlite3_bind_parameter_count(q) > 0)
		return err_set(err, EINVAL, "there is no value for parameter %s",
			       sqlite3_bind_parameter_name(q, 1) ? sqlite3_bind_parameter_name(q, 1)
								 : "?");
	*ret = q;
	q = NULL;
	return 0;
}

static char *hex(const unsigned char *data, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	char *ret = mem_zalloc(2 * n + 1);

	for (size_t i = 0; i < n; i++) {
		ret[2 * i] = digits[data[i] >> 4];
		ret[2 * i + 1] = digits[data[i] & 0xf];
	}
	return ret;
}

static void cell_take(sqlite3_stmt *q, int col, struct answer_cell *c)
{
	switch (sqlite3_column_type(q, col)) {
	case SQLITE_INTEGER:
		c->type = ANSWER_INT;
		c->num = sqlite3_column_int64(q, col);
		break;
	case SQLITE_FLOAT:
		c->type = ANSWER_REAL;
		c->real = sqlite3_column_double(q, col);
		break;
	case SQLITE_TEXT:
		c->type = ANSWER_TEXT;
		c->text = mem_strdup((const char *)sqlite3_column_text(q, col));
		break;
	case SQLITE_BLOB:
		c->type = ANSWER_TEXT;
		c->text = hex(sqlite3_column_blob(q, col), (size_t)sqlite3_column_bytes(q, col));
		break;
	default:
		break;
	}
}

static int rows_take(sqlite3 *db, sqlite3_stmt *q, int64_t max, struct answer *ret, struct err *err)
{
	int rc;

	for (int i = 0; i < sqlite3_column_count(q); i++) {
		const char *name = sqlite3_column_name(q, i);

		answer_column_add(ret, name, strlen(name), ANSWER_TEXT);
	}
	while ((rc = sqlite3_step(q)) == SQLITE_ROW && (int64_t)ret->n_rows < max) {
		for (int i = 0; i < (int)ret->n_columns; i++)
			cell_take(q, i, answer_cell_add(ret));
		ret->n_rows++;
	}
	ret->more = rc == SQLITE_ROW;
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : failed(db, rc, err);
}

int store_sql(struct store *s, const char *sql, const struct sql_limits *limits, struct answer *ret,
	      struct err *err)
{
	CLEANUP(answer_done) struct answer answer = { 0 };
	CLEANUP(statement_done) sqlite3_stmt *q = NULL;
	sqlite3 *db = db_raw(s->db);
	int64_t until = clock_ms() + limits->ms;
	int r;

	(void)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, TEXT_LIMIT);
	(void)sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, SQL_LIMIT);
	(void)sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	(void)sqlite3_set_authorizer(db, may, NULL);
	sqlite3_progress_handler(db, STEPS_BETWEEN_LOOKS, is_late, &until);
	r = compile(db, sql, &q, err);
	if (r == 0)
		r = rows_take(db, q, limits->rows, &answer, err);
	sqlite3_progress_handler(db, 0, NULL, NULL);
	(void)sqlite3_set_authorizer(db, NULL, NULL);
	if (r < 0)
		return r;
	*ret = answer;
	answer = (struct answer){ 0 };
	return 0;
}
