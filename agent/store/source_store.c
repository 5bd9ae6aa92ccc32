// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/ingest.h"

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/room.h"

int counter_get(struct db *db, const char *name, int64_t *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_counter_get, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":name", name);
	r = stmt_step(&q, err);
	if (r == 1)
		*ret = stmt_col_int(&q, 0);
	return r < 0 ? r : 0;
}

int counter_next(struct db *db, const char *name, int64_t *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_counter_next, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":name", name);
	r = stmt_step(&q, err);
	if (r == 1)
		*ret = stmt_col_int(&q, 0);
	return r < 0 ? r : stmt_run(&q, err);
}

/* 1 and the source's number and cursor (where it is asked for), or 0. */
static int source_get(struct db *db, const char *name, int64_t *num, char **cursor, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_source_get, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":name", name);
	r = stmt_step(&q, err);
	if (r != 1)
		return r;
	*num = stmt_col_int(&q, 0);
	if (cursor)
		*cursor = stmt_col_dup(&q, 1);
	return 1;
}

int source_number(struct db *db, const char *name, int64_t *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = source_get(db, name ? name : "", ret, NULL, err);

	if (r != 0)
		return r < 0 ? r : 0;
	r = stmt_prepare(db, &q, sql_source_put, err);
	if (r < 0)
		return r;
	stmt_text(&q, ":name", name);
	r = stmt_step(&q, err);
	if (r == 1)
		*ret = stmt_col_int(&q, 0);
	return r < 0 ? r : stmt_run(&q, err);
}

int store_cursor_get(struct store *s, const char *source, char **ret, struct err *err)
{
	char *cursor = NULL;
	int64_t num;
	int r = source_get(s->db, source, &num, &cursor, err);

	if (r < 0)
		return err_prefix(err, "source '%s'", source);
	*ret = r == 1 ? cursor : mem_strdup("");
	return 0;
}

int store_key_known(struct store *s, const char *source, const char *key, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_key_get, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":source", source);
	stmt_foreign(&q, ":key", key, TEXT_MAX);
	return stmt_step(&q, err);
}
