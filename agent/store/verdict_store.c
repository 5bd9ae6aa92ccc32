// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/known.h"
#include "store/outbox.h"
#include "store/room.h"

/* Returns the row's number and its id, the caller's to free. */
static int verdict_row_put(struct db *db, const struct verdict *v, int64_t created, int64_t *num,
			   char **id, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_verdict_put, err);

	if (r < 0)
		return r;
	stmt_text_or_null(&q, ":id", v->id);
	stmt_text(&q, ":kind", verdict_name(v->kind));
	stmt_text(&q, ":checkout_id", v->checkout_id);
	stmt_text(&q, ":base_id", v->base_id);
	stmt_text(&q, ":name", v->name);
	stmt_int(&q, ":created", created);
	stmt_int(&q, ":duration_ms", v->duration_ms);
	r = stmt_step(&q, err);
	if (r < 0)
		return r;
	*num = stmt_col_int(&q, 0);
	*id = stmt_col_dup(&q, 1);
	return stmt_run(&q, err);
}

static int reasons_put(struct db *db, int64_t verdict, const struct reason_list *l, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = db_run_int(db, sql_reason_clear, ":verdict", verdict, err);

	if (r == 0)
		r = stmt_prepare(db, &q, sql_reason_put, err);
	for (size_t i = 0; r == 0 && i < l->n; i++) {
		const struct reason *x = &l->v[i];

		stmt_int(&q, ":verdict", verdict);
		stmt_int(&q, ":seq", (int64_t)i);
		stmt_text(&q, ":kind", reason_name(x->kind));
		stmt_text(&q, ":target", x->target);
		stmt_text(&q, ":subject", x->subject);
		stmt_text(&q, ":detail", x->detail);
		stmt_text(&q, ":log_of", x->where);
		stmt_int(&q, ":line", (int64_t)x->line);
		stmt_text(&q, ":signature", x->signature);
		stmt_text(&q, ":excerpt", x->excerpt);
		stmt_int(&q, ":patch", x->patch);
		stmt_rate(&q, ":base_bad", ":base_runs", &x->base);
		stmt_rate(&q, ":patched_bad", ":patched_runs", &x->patched);
		stmt_real(&q, ":chance", x->chance);
		r = stmt_run(&q, err);
	}
	return r;
}

/* The report as it was printed, in place of an earlier one. */
static int verdict_text_put(struct db *db, int64_t verdict, const char *text, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = db_run_int(db, sql_verdict_text_clear, ":verdict", verdict, err);

	if (r < 0 || !text || !text[0])
		return r;
	r = stmt_prepare(db, &q, sql_verdict_text_put, err);
	if (r < 0)
		return r;
	stmt_int(&q, ":verdict", verdict);
	stmt_text(&q, ":text", text);
	return stmt_run(&q, err);
}

int verdict_rows_put(struct db *db, const struct verdict *v, int64_t created, int64_t *num,
		     char **id, struct err *err)
{
	int r = verdict_row_put(db, v, created, num, id, err);

	if (r == 0)
		r = reasons_put(db, *num, &v->reasons, err);
	if (r == 0)
		r = changes_put(db, *num, &v->changes, err);
	return r < 0 ? r : verdict_text_put(db, *num, v->text, err);
}

int store_verdict_put(struct store *s, struct verdict *v, struct err *err)
{
	CLEANUP(free_ptr) char *id = NULL;
	CLEANUP(txn_done) struct txn t = { 0 };
	int64_t num = 0, created = v->created ? v->created : clock_now();
	int r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = verdict_rows_put(s->db, v, created, &num, &id, err);
	if (r == 0)
		r = txn_commit(&t, err);
	if (r < 0)
		return err_prefix(err, "verdict on '%s'", v->name ? v->name : "");
	free(v->id);
	v->id = id;
	id = NULL;
	v->created = created;
	return 0;
}

static int verdict_kind_col(struct stmt *q, int col, enum verdict_kind *ret, struct err *err)
{
	const char *word = stmt_col_text(q, col);

	for (enum verdict_kind i = VERDICT_PASS; i <= VERDICT_NONE; i++)
		if (strcmp(word, verdict_name(i)) == 0) {
			*ret = i;
			return 0;
		}
	return bad_word("verdict", word, err);
}

static int reason_kind_col(struct stmt *q, int col, enum reason_kind *ret, struct err *err)
{
	const char *word = stmt_col_text(q, col);

	for (enum reason_kind i = REASON_APPLY_CONFLICT; i <= REASON_INFRA; i++)
		if (strcmp(word, reason_name(i)) == 0) {
			*ret = i;
			return 0;
		}
	return bad_word("reason", word, err);
}

static int reasons_get(struct db *db, int64_t verdict, struct reason_list *l, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_reason_get, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":verdict", verdict);
	while ((r = stmt_step(&q, err)) == 1) {
		enum reason_kind kind = REASON_INFRA;
		struct reason *x;

		r = reason_kind_col(&q, 0, &kind, err);
		if (r < 0)
			return r;
		x = reason_add(l, kind);
		mem_set(&x->target, stmt_col_dup(&q, 1));
		mem_set(&x->subject, stmt_col_dup(&q, 2));
		mem_set(&x->detail, stmt_col_dup(&q, 3));
		mem_set(&x->where, stmt_col_dup(&q, 4));
		x->line = (size_t)stmt_col_int(&q, 5);
		mem_set(&x->signature, stmt_col_dup(&q, 6));
		mem_set(&x->excerpt, stmt_col_dup(&q, 7));
		x->patch = (int)stmt_col_int(&q, 8);
		x->base = rate_col(&q, 9);
		x->patched = rate_col(&q, 11);
		x->chance = stmt_col_real(&q, 13);
	}
	return r;
}

static int verdict_row_get(struct db *db, const char *id, struct verdict *v, int64_t *num,
			   struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_verdict_get, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":id", id);
	r = stmt_step(&q, err);
	if (r != 1)
		return r;
	*num = stmt_col_int(&q, 0);
	v->id = stmt_col_dup(&q, 1);
	v->checkout_id = stmt_col_dup(&q, 3);
	v->base_id = stmt_col_dup(&q, 4);
	v->name = stmt_col_dup(&q, 5);
	v->created = stmt_col_int(&q, 6);
	v->duration_ms = stmt_col_int(&q, 7);
	v->text = stmt_col_dup(&q, 8);
	r = verdict_kind_col(&q, 2, &v->kind, err);
	return r < 0 ? r : 1;
}

int store_verdict_get(struct store *s, const char *id, struct verdict *ret, struct err *err)
{
	CLEANUP(verdict_done) struct verdict v = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int64_t num = 0;
	int found, r = txn_read(s->db, &t, err);

	if (r < 0)
		return r;
	found = r = verdict_row_get(s->db, id, &v, &num, err);
	if (found == 1)
		r = reasons_get(s->db, num, &v.reasons, err);
	if (found == 1 && r == 0)
		r = changes_get(s->db, num, &v.changes, err);
	if (r < 0)
		return err_prefix(err, "verdict '%s'", id);
	if (found == 1) {
		*ret = v;
		v = (struct verdict){ 0 };
	}
	return found;
}

/* The verdict whose id a statement about a series gives: 1 *ret; 0 none. */
static int verdict_about(struct store *s, const char *sql, int64_t series, struct verdict *ret,
			 struct err *err)
{
	CLEANUP(free_ptr) char *id = NULL;
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int r = txn_read(s->db, &t, err);

	if (r == 0)
		r = stmt_prepare(s->db, &q, sql, err);
	if (r < 0)
		return r;
	stmt_int(&q, ":series", series);
	r = stmt_step(&q, err);
	if (r != 1)
		return r;
	id = stmt_col_dup(&q, 0);
	return store_verdict_get(s, id, ret, err);
}

int store_verdict_of_series(struct store *s, int64_t series, struct verdict *ret, struct err *err)
{
	return verdict_about(s, sql_verdict_of_series, series, ret, err);
}

int store_verdict_told(struct store *s, int64_t series, struct verdict *ret, struct err *err)
{
	return verdict_about(s, sql_verdict_told, series, ret, err);
}
