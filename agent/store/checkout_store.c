// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/store.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "store/room.h"

/* 1 new, or in place of a conflict; 0 known. */
static int checkout_row_put(struct db *db, const struct checkout *c, bool valid, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_checkout_put, err);

	if (r < 0)
		return r;
	stmt_text_or_null(&q, ":id", c->id);
	stmt_text(&q, ":tree_name", c->tree_name);
	stmt_text(&q, ":base", c->base);
	stmt_text(&q, ":tip", c->commit);
	stmt_text_or_null(&q, ":fix", c->fix);
	stmt_int(&q, ":overlay", c->overlay);
	stmt_text(&q, ":patchset_hash", c->patchset_hash);
	stmt_text(&q, ":message_id", c->message_id);
	stmt_text(&q, ":name", c->name);
	stmt_int(&q, ":valid", valid);
	stmt_int(&q, ":now", clock_now());
	r = stmt_step(&q, err);
	if (r == 1 && stmt_run(&q, err) < 0)
		return -err->code;
	return r;
}

static int conflict_row_put(struct db *db, const char *checkout_id, const struct conflict *x,
			    struct err *err)
{
	CLEANUP(stmt_done) struct stmt clear = { 0 }, q = { 0 };
	int r = stmt_prepare(db, &clear, sql_conflict_clear, err);

	if (r < 0)
		return r;
	stmt_text(&clear, ":checkout_id", checkout_id);
	r = stmt_run(&clear, err);
	if (r < 0 || !x)
		return r;
	r = stmt_prepare(db, &q, sql_conflict_put, err);
	if (r < 0)
		return r;
	stmt_text(&q, ":checkout_id", checkout_id);
	stmt_int(&q, ":number", x->number);
	stmt_text(&q, ":subject", x->subject);
	stmt_text(&q, ":file", x->file);
	stmt_text(&q, ":hunk", x->hunk);
	stmt_text(&q, ":detail", x->detail);
	return stmt_run(&q, err);
}

int store_checkout_put(struct store *s, const struct checkout *c, const struct conflict *conflict,
		       struct err *err)
{
	CLEANUP(txn_done) struct txn t = { 0 };
	int r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = checkout_row_put(s->db, c, !conflict, err);
	if (r == 1)
		r = conflict_row_put(s->db, c->id, conflict, err);
	if (r == 0)
		r = txn_commit(&t, err);
	if (r < 0)
		return err_prefix(err, "checkout '%s'", c->id ? c->id : "");
	return 0;
}

int store_checkout_get(struct store *s, const char *id, struct checkout *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_checkout_get, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":id", id);
	r = stmt_step(&q, err);
	if (r == 1)
		*ret = (struct checkout){
			.id = stmt_col_dup(&q, 0),
			.tree_name = stmt_col_dup(&q, 1),
			.base = stmt_col_dup(&q, 2),
			.commit = stmt_col_dup(&q, 3),
			.fix = stmt_col_dup(&q, 4),
			.overlay = stmt_col_int(&q, 5),
			.patchset_hash = stmt_col_dup(&q, 6),
			.message_id = stmt_col_dup(&q, 7),
			.name = stmt_col_dup(&q, 8),
		};
	return r;
}

int store_conflict_get(struct store *s, const char *checkout_id, struct conflict *ret,
		       struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_conflict_get, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":checkout_id", checkout_id);
	r = stmt_step(&q, err);
	if (r == 1)
		*ret = (struct conflict){
			.number = (int)stmt_col_int(&q, 0),
			.subject = stmt_col_dup(&q, 1),
			.file = stmt_col_dup(&q, 2),
			.hunk = stmt_col_dup(&q, 3),
			.detail = stmt_col_dup(&q, 4),
		};
	return r;
}
