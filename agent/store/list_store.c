// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/room.h"

enum { PREFIX_MIN = 4 };

void listed_list_done(struct listed_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].kind);
		free(l->v[i].id);
		free(l->v[i].what);
		free(l->v[i].state);
	}
	free(l->v);
	*l = (struct listed_list){ 0 };
}

static const char *list_query(const char *kind)
{
	if (!kind || strcmp(kind, "verdict") == 0)
		return sql_list_verdicts;
	if (strcmp(kind, "checkout") == 0)
		return sql_list_checkouts;
	if (strcmp(kind, "build") == 0)
		return sql_list_builds;
	if (strcmp(kind, "job") == 0)
		return sql_list_jobs;
	return NULL;
}

int store_list(struct store *s, const char *kind, int limit, struct listed_list *ret,
	       struct err *err)
{
	CLEANUP(listed_list_done) struct listed_list l = { 0 };
	CLEANUP(stmt_done) struct stmt q = { 0 };
	const char *sql = list_query(kind);
	int r;

	if (!sql)
		return err_set(err, EINVAL, "'%s' is none of verdict, checkout, build, job", kind);
	r = stmt_prepare(s->db, &q, sql, err);
	if (r < 0)
		return r;
	stmt_int(&q, ":limit", limit < 0 ? 0 : limit); /* to SQLite, -1 is no limit */
	while ((r = stmt_step(&q, err)) == 1) {
		l.v = mem_grow(l.v, l.n, &l.cap, sizeof(*l.v));
		l.v[l.n++] = (struct listed){
			.kind = stmt_col_dup(&q, 0),
			.id = stmt_col_dup(&q, 1),
			.what = stmt_col_dup(&q, 2),
			.state = stmt_col_dup(&q, 3),
			.created = stmt_col_int(&q, 4),
		};
	}
	if (r < 0)
		return r;
	*ret = l;
	l = (struct listed_list){ 0 };
	return 0;
}

/* Returns 1 and the only row's kind and id, 0 for none, -EEXIST for more than one. */
static int find(struct store *s, const char *sql, const char *name, const char *value, char **kind,
		char **id, struct err *err)
{
	CLEANUP(free_ptr) char *k = NULL;
	CLEANUP(free_ptr) char *i = NULL;
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql, err);

	if (r < 0)
		return r;
	stmt_text(&q, name, value);
	r = stmt_step(&q, err);
	if (r != 1)
		return r;
	k = stmt_col_dup(&q, 0);
	i = stmt_col_dup(&q, 1);
	r = stmt_step(&q, err);
	if (r == 1)
		return err_set(err, EEXIST, "'%s' is ambiguous: %s %s, %s %s", value, k, i,
			       stmt_col_text(&q, 0), stmt_col_text(&q, 1));
	if (r < 0)
		return r;
	*kind = k;
	*id = i;
	k = i = NULL;
	return 1;
}

int store_find(struct store *s, const char *prefix, char **ret_kind, char **ret_id, struct err *err)
{
	int r = find(s, sql_find_exact, ":id", prefix, ret_kind, ret_id, err);

	if (r != 0 || strlen(prefix) < PREFIX_MIN)
		return r;
	return find(s, sql_find_prefix, ":prefix", prefix, ret_kind, ret_id, err);
}
