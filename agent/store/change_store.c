// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/room.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "model/change.h"

void stmt_rate(struct stmt *q, const char *bad, const char *runs, const struct rate *rate)
{
	stmt_int(q, bad, rate->bad);
	stmt_int(q, runs, rate->runs);
}

struct rate rate_col(struct stmt *q, int col)
{
	return (struct rate){ (int)stmt_col_int(q, col), (int)stmt_col_int(q, col + 1) };
}

int changes_put(struct db *db, int64_t verdict, const struct change_list *l, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = db_run_int(db, sql_change_clear, ":verdict", verdict, err);

	if (r == 0)
		r = stmt_prepare(db, &q, sql_change_put, err);
	for (size_t i = 0; r == 0 && i < l->n; i++) {
		const struct change *c = &l->v[i];

		stmt_int(&q, ":verdict", verdict);
		stmt_int(&q, ":seq", (int64_t)i);
		stmt_text(&q, ":class", change_name(c->class));
		stmt_text(&q, ":target", c->target);
		stmt_text(&q, ":subject", c->subject);
		stmt_text(&q, ":signature", c->signature);
		stmt_text(&q, ":base_status", test_status_name(c->base_status));
		stmt_text(&q, ":patched_status", test_status_name(c->patched_status));
		stmt_rate(&q, ":base_bad", ":base_runs", &c->base);
		stmt_rate(&q, ":patched_bad", ":patched_runs", &c->patched);
		stmt_real(&q, ":chance", c->chance);
		stmt_int(&q, ":known", c->known);
		stmt_text(&q, ":why", c->why);
		r = stmt_run(&q, err);
	}
	return r;
}

static int change_read(struct stmt *q, struct change_list *l, struct err *err)
{
	enum change_class class = CHANGE_UNKNOWN;
	struct change *c;
	int r;

	if (change_parse(stmt_col_text(q, 0), &class) < 0)
		return bad_word("class of a change", stmt_col_text(q, 0), err);
	c = change_add(l, class, stmt_col_text(q, 1), stmt_col_text(q, 2));
	free(c->signature);
	c->signature = stmt_col_dup(q, 3);
	c->base = rate_col(q, 6);
	c->patched = rate_col(q, 8);
	c->chance = stmt_col_real(q, 10);
	c->known = stmt_col_int(q, 11);
	free(c->why);
	c->why = stmt_col_dup(q, 12);
	r = test_status_col(q, 4, &c->base_status, err);
	return r < 0 ? r : test_status_col(q, 5, &c->patched_status, err);
}

int changes_get(struct db *db, int64_t verdict, struct change_list *l, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_change_get, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":verdict", verdict);
	while ((r = stmt_step(&q, err)) == 1) {
		r = change_read(&q, l, err);
		if (r < 0)
			return r;
	}
	return r;
}
