// SPDX-License-Identifier: GPL-2.0-or-later
/* Values into a statement, and out of its rows. */
#include <sqlite3.h>
#include <stdlib.h>

#include "base/mem.h"
#include "store/db.h"

static int param(struct stmt *s, const char *name)
{
	int i = sqlite3_bind_parameter_index(s->raw, name);

	if (i == 0 && s->rc == SQLITE_OK)
		s->rc = SQLITE_RANGE; /* a misspelt name must not be silent */
	return i;
}

bool stmt_has(struct stmt *s, const char *name)
{
	return sqlite3_bind_parameter_index(s->raw, name) != 0;
}

static void keep(struct stmt *s, int rc)
{
	if (s->rc == SQLITE_OK)
		s->rc = rc;
}

void stmt_text_or_null(struct stmt *s, const char *name, const char *value)
{
	int i = param(s, name);

	if (i)
		keep(s, sqlite3_bind_text(s->raw, i, value, -1, SQLITE_TRANSIENT));
}

void stmt_text(struct stmt *s, const char *name, const char *value)
{
	stmt_text_or_null(s, name, value ? value : "");
}

void stmt_text_len(struct stmt *s, const char *name, const char *value, size_t len)
{
	int i = param(s, name);

	if (i)
		keep(s, sqlite3_bind_text64(s->raw, i, value, len, SQLITE_TRANSIENT, SQLITE_UTF8));
}

void stmt_blob(struct stmt *s, const char *name, const void *data, size_t len)
{
	int i = param(s, name);

	if (i)
		keep(s, sqlite3_bind_blob64(s->raw, i, data, len, SQLITE_TRANSIENT));
}

void stmt_real(struct stmt *s, const char *name, double value)
{
	int i = param(s, name);

	if (i)
		keep(s, sqlite3_bind_double(s->raw, i, value));
}

void stmt_int_or_null(struct stmt *s, const char *name, int64_t value)
{
	int i = param(s, name);

	if (i)
		keep(s,
		     value ? sqlite3_bind_int64(s->raw, i, value) : sqlite3_bind_null(s->raw, i));
}

void stmt_int(struct stmt *s, const char *name, int64_t value)
{
	int i = param(s, name);

	if (i)
		keep(s, sqlite3_bind_int64(s->raw, i, value));
}

int stmt_columns(struct stmt *s)
{
	return sqlite3_column_count(s->raw);
}

const char *stmt_column_name(struct stmt *s, int col)
{
	return sqlite3_column_name(s->raw, col);
}

bool stmt_col_is_null(struct stmt *s, int col)
{
	return sqlite3_column_type(s->raw, col) == SQLITE_NULL;
}

int64_t stmt_col_int(struct stmt *s, int col)
{
	return sqlite3_column_int64(s->raw, col);
}

double stmt_col_real(struct stmt *s, int col)
{
	return sqlite3_column_double(s->raw, col);
}

const char *stmt_col_text(struct stmt *s, int col)
{
	return (const char *)sqlite3_column_text(s->raw, col);
}

char *stmt_col_dup(struct stmt *s, int col)
{
	const char *text = stmt_col_text(s, col);

	return text ? mem_strdup(text) : NULL;
}

const void *stmt_col_blob(struct stmt *s, int col)
{
	return sqlite3_column_blob(s->raw, col);
}

size_t stmt_col_size(struct stmt *s, int col)
{
	return (size_t)sqlite3_column_bytes(s->raw, col);
}
