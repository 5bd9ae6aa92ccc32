// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/outbox.h"

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/room.h"

/* 1 and the message of a statement's next row of outbox_rows; 0 at its end. */
static int message_row_read(struct stmt *q, struct message *ret, struct err *err)
{
	CLEANUP(message_done) struct message m = { 0 };
	int r = stmt_step(q, err);

	if (r != 1)
		return r;
	m = (struct message){
		.num = stmt_col_int(q, 0),
		.key = stmt_col_dup(q, 3),
		.subject = stmt_col_dup(q, 4),
		.to = stmt_col_dup(q, 5),
		.series = stmt_col_int(q, 6),
		.verdict_id = stmt_col_dup(q, 7),
		.created = stmt_col_int(q, 8),
		.not_before = stmt_col_int(q, 9),
		.tried = stmt_col_int(q, 10),
		.ended = stmt_col_int(q, 11),
		.attempts = (int)stmt_col_int(q, 12),
		.why = stmt_col_dup(q, 13),
		.body = stmt_col_dup(q, 14),
	};
	if (message_kind_parse(stmt_col_text(q, 1), &m.kind) < 0)
		return bad_word("kind of a message", stmt_col_text(q, 1), err);
	if (message_state_parse(stmt_col_text(q, 2), &m.state) < 0)
		return bad_word("state of a message", stmt_col_text(q, 2), err);
	*ret = m;
	m = (struct message){ 0 };
	return 1;
}

static int message_one(struct db *db, const char *sql, const char *name, int64_t value,
		       struct message *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql, err);

	if (r < 0)
		return r;
	stmt_int(&q, name, value);
	return message_row_read(&q, ret, err);
}

int store_message_get(struct store *s, int64_t num, struct message *ret, struct err *err)
{
	int r = message_one(s->db, sql_message_get, ":num", num, ret, err);

	return r < 0 ? err_prefix(err, "message %lld", (long long)num) : r;
}

/* When the first of those that wait for their time may be tried; 0: none waits. */
static int message_when(struct db *db, int64_t now, int64_t *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_message_when, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":now", now);
	*ret = 0;
	return stmt_one(&q, ret, err);
}

int store_message_next(struct store *s, int64_t now, struct message *ret, int64_t *next,
		       struct err *err)
{
	CLEANUP(txn_done) struct txn t = { 0 };
	int64_t when = now;
	int found = 0, r = txn_read(s->db, &t, err);

	if (r == 0)
		r = found = message_one(s->db, sql_message_next, ":now", now, ret, err);
	if (r == 0)
		r = message_when(s->db, now, &when, err);
	if (r < 0)
		return err_prefix(err, "the outbox");
	if (next)
		*next = when;
	return found;
}

static int list_read(struct db *db, const char *sql, int limit, struct message_list *l,
		     struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	struct message m = { 0 };
	int left = limit - (int)l->n, r = stmt_prepare(db, &q, sql, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":limit", left < 0 ? 0 : left); /* to SQLite, -1 is no limit */
	while ((r = message_row_read(&q, &m, err)) == 1) {
		l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
		l->v[l->n++] = m;
	}
	return r;
}

int store_messages(struct store *s, bool all, int limit, struct message_list *ret, struct err *err)
{
	CLEANUP(message_list_done) struct message_list l = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int r = txn_read(s->db, &t, err);

	if (r == 0)
		r = list_read(s->db, sql_message_held, limit, &l, err);
	if (r == 0)
		r = list_read(s->db, sql_message_open, limit, &l, err);
	if (r == 0 && all)
		r = list_read(s->db, sql_message_ended, limit, &l, err);
	if (r < 0)
		return err_prefix(err, "the outbox");
	*ret = l;
	l = (struct message_list){ 0 };
	return 0;
}

int store_messages_count_to(struct store *s, const char *address, int64_t since, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int64_t n = 0;
	int r = stmt_prepare(s->db, &q, sql_message_count_to, err);

	if (r == 0) {
		stmt_text(&q, ":address", address);
		stmt_int(&q, ":since", since);
		r = stmt_one(&q, &n, err);
	}
	return r < 0 ? err_prefix(err, "mails to '%s'", address) : (int)n;
}
