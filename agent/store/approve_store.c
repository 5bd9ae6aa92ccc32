// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/labs.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "store/room.h"

/* It is there, and there is something to approve. */
static int has_patches(struct db *db, int64_t series, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int64_t has = 0;
	int r = stmt_prepare(db, &q, sql_approval_of, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":series", series);
	r = stmt_one(&q, &has, err);
	if (r == 0)
		return err_set(err, ENOENT, "there is no such series");
	if (r == 1 && !has)
		return err_set(err, EINVAL, "it has no patches yet");
	return r < 0 ? r : 0;
}

static int approval_put(struct db *db, int64_t series, const char *by, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_approval_put, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":series", series);
	stmt_foreign(&q, ":by", by, TEXT_MAX);
	stmt_int(&q, ":now", clock_now());
	return stmt_run(&q, err);
}

int store_approve(struct store *s, int64_t series, const char *by, struct err *err)
{
	CLEANUP(txn_done) struct txn t = { 0 };
	int r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = has_patches(s->db, series, err);
	if (r == 0)
		r = approval_put(s->db, series, by, err);
	if (r == 0)
		r = db_run_int(s->db, sql_approval_authors, ":series", series, err);
	if (r == 0)
		r = txn_commit(&t, err);
	return r < 0 ? err_prefix(err, "series %lld", (long long)series) : 0;
}

int store_is_approved(struct store *s, int64_t series, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_approval_get, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":series", series);
	return stmt_one(&q, NULL, err);
}

int store_author_is_known(struct store *s, const char *email, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_approval_known, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":email", email);
	return stmt_one(&q, NULL, err);
}
