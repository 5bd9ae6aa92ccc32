// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/ingest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/room.h"

void series_row_done(struct series_row *r)
{
	free(r->message_id);
	free(r->name);
	free(r->author);
	free(r->source);
	free(r->full);
	free(r->needs.base_commit);
	free(r->needs.change_id);
	strv_done(&r->needs.others);
	free(r->decision);
	*r = (struct series_row){ 0 };
}

void series_row_list_done(struct series_row_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		series_row_done(&l->v[i]);
	free(l->v);
	*l = (struct series_row_list){ 0 };
}

static int full_read(struct db *db, struct series_row *s, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	size_t cap = 0;
	int r = stmt_prepare(db, &q, sql_series_full_get, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":series", s->num);
	while ((r = stmt_step(&q, err)) == 1) {
		s->full = mem_grow(s->full, s->n_full, &cap, sizeof(*s->full));
		s->full[s->n_full++] = stmt_col_int(&q, 0);
	}
	return r;
}

/* Columns of the table, in its order. */
enum column {
	NUM,
	MESSAGE_ID,
	NAME,
	AUTHOR,
	SOURCE,
	VERSION,
	REVISION,
	TOTAL,
	RECEIVED,
	COMPLETE,
	FULL_COMPLETE,
	RFC,
	RESEND,
	OLDER,
	NEWER,
	SAME,
	COVER,
	COVER_WANTED,
	BASE_COMMIT,
	CHANGE_ID,
	NEEDS,
	DIGEST,
	TIME,
	CREATED,
	CHANGED,
	DECISION
};

int series_row_read(struct db *db, struct stmt *q, struct series_row *ret, struct err *err)
{
	CLEANUP(series_row_done) struct series_row s = { 0 };
	int r = stmt_step(q, err);

	if (r != 1)
		return r;
	s = (struct series_row){
		.num = stmt_col_int(q, NUM),
		.message_id = stmt_col_dup(q, MESSAGE_ID),
		.name = stmt_col_dup(q, NAME),
		.author = stmt_col_dup(q, AUTHOR),
		.source = stmt_col_dup(q, SOURCE),
		.version = (int)stmt_col_int(q, VERSION),
		.revision = (int)stmt_col_int(q, REVISION),
		.total = (int)stmt_col_int(q, TOTAL),
		.received = (size_t)stmt_col_int(q, RECEIVED),
		.complete = stmt_col_int(q, COMPLETE),
		.full_complete = stmt_col_int(q, FULL_COMPLETE),
		.rfc = stmt_col_int(q, RFC),
		.resend = stmt_col_int(q, RESEND),
		.older = stmt_col_int(q, OLDER),
		.newer = stmt_col_int(q, NEWER),
		.same = stmt_col_int(q, SAME),
		.cover = stmt_col_int(q, COVER),
		.cover_wanted = stmt_col_int(q, COVER_WANTED),
		.needs = { stmt_col_dup(q, BASE_COMMIT), stmt_col_dup(q, CHANGE_ID), { 0 } },
		.time = stmt_col_int(q, TIME),
		.created = stmt_col_int(q, CREATED),
		.changed = stmt_col_int(q, CHANGED),
		.decision = stmt_col_dup(q, DECISION),
	};
	lines_split(stmt_col_text(q, NEEDS), &s.needs.others);
	snprintf(s.digest, sizeof(s.digest), "%s", stmt_col_text(q, DIGEST));
	r = full_read(db, &s, err);
	if (r < 0)
		return r;
	*ret = s;
	s = (struct series_row){ 0 };
	return 1;
}

/* The only row of a query with one parameter, of one moment. */
static int series_one(struct store *s, struct stmt *q, struct series_row *ret, struct err *err)
{
	CLEANUP(txn_done) struct txn t = { 0 };
	int r = txn_read(s->db, &t, err);

	return r < 0 ? r : series_row_read(s->db, q, ret, err);
}

int store_series_find(struct store *s, const char *msgid, struct series_row *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_series_find, err);

	if (r < 0 || !msgid[0])
		return r;
	stmt_foreign(&q, ":msgid", msgid, TEXT_MAX);
	r = series_one(s, &q, ret, err);
	return r < 0 ? err_prefix(err, "series '%s'", msgid) : r;
}

int store_series_get(struct store *s, int64_t num, struct series_row *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_series_get, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":num", num);
	r = series_one(s, &q, ret, err);
	return r < 0 ? err_prefix(err, "series %lld", (long long)num) : r;
}

static int series_some(struct store *s, const char *sql, int limit, struct series_row_list *ret,
		       struct err *err)
{
	CLEANUP(series_row_list_done) struct series_row_list l = { 0 };
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	struct series_row row = { 0 };
	int r = txn_read(s->db, &t, err);

	if (r == 0)
		r = stmt_prepare(s->db, &q, sql, err);
	if (r < 0)
		return r;
	stmt_int(&q, ":limit", limit < 0 ? 0 : limit);
	while ((r = series_row_read(s->db, &q, &row, err)) == 1) {
		l.v = mem_grow(l.v, l.n, &l.cap, sizeof(*l.v));
		l.v[l.n++] = row;
		row = (struct series_row){ 0 };
	}
	if (r < 0)
		return err_prefix(err, "series");
	*ret = l;
	l = (struct series_row_list){ 0 };
	return 0;
}

int store_series_list(struct store *s, int limit, struct series_row_list *ret, struct err *err)
{
	return series_some(s, sql_series_list, limit, ret, err);
}

int store_series_undecided(struct store *s, int limit, struct series_row_list *ret, struct err *err)
{
	return series_some(s, sql_series_undecided, limit, ret, err);
}

static int cover_read(struct db *db, int64_t series, struct mail_row_list *l, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_mail_of_cover, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":series", series);
	return mail_rows_read(&q, l, NULL, err);
}

int store_series_mails(struct store *s, int64_t num, struct mail_row_list *ret, struct err *err)
{
	CLEANUP(mail_row_list_done) struct mail_row_list l = { 0 };
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int r = txn_read(s->db, &t, err);

	if (r == 0)
		r = cover_read(s->db, num, &l, err);
	if (r == 0)
		r = stmt_prepare(s->db, &q, sql_mail_of_full, err);
	if (r == 0) {
		stmt_int(&q, ":series", num);
		r = mail_rows_read(&q, &l, NULL, err);
	}
	if (r == 0)
		r = mail_texts_read(s->db, &l, 0, err);
	if (r < 0)
		return err_prefix(err, "series %lld", (long long)num);
	*ret = l;
	l = (struct mail_row_list){ 0 };
	return 0;
}

int store_series_decide(struct store *s, int64_t num, const char *decision, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int found = 0, r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = stmt_prepare(s->db, &q, sql_series_decide, err);
	if (r < 0)
		return r;
	stmt_int(&q, ":num", num);
	stmt_foreign(&q, ":decision", decision, TEXT_MAX);
	found = r = stmt_change(&q, err);
	if (r >= 0)
		r = txn_commit(&t, err);
	if (r == 0 && found == 0)
		r = err_set(err, ENOENT, "there is none");
	return r < 0 ? err_prefix(err, "series %lld", (long long)num) : 0;
}
