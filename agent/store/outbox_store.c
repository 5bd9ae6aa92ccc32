// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/outbox.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "store/room.h"

static void message_bind(struct stmt *q, const struct message *m)
{
	stmt_text(q, ":kind", message_kind_name(m->kind));
	stmt_text(q, ":state", message_state_name(m->state));
	stmt_text(q, ":key", m->key);
	stmt_text(q, ":subject", m->subject);
	stmt_text(q, ":receiver", m->to);
	stmt_int_or_null(q, ":series", m->series);
	stmt_text(q, ":verdict_id", m->verdict_id);
	stmt_int(q, ":created", m->created ? m->created : clock_now());
	stmt_int(q, ":not_before", m->not_before);
	stmt_int(q, ":tried", m->tried);
	stmt_int(q, ":ended", m->ended);
	stmt_int(q, ":attempts", m->attempts);
	stmt_text(q, ":why", m->why);
	stmt_text(q, ":body", m->body);
}

static int addresses_put(struct db *db, int64_t message, const char *to, struct err *err)
{
	CLEANUP(buf_done) struct buf text = { 0 };
	CLEANUP(strv_done) struct strv addresses = { 0 };
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_message_address_put, err);

	buf_printf(&text, "%s\n", to); /* the last line's end may be missing */
	lines_split(buf_text(&text), &addresses);
	for (size_t i = 0; r == 0 && i < addresses.n; i++) {
		if (!addresses.v[i][0])
			continue;
		stmt_int(&q, ":message", message);
		stmt_text(&q, ":address", addresses.v[i]);
		r = stmt_run(&q, err);
	}
	return r;
}

/* 1: it is new; 0: there is one of this key. */
static int message_put(struct db *db, struct stmt *q, const struct message *m, struct err *err)
{
	int r, added;

	if (!m->key || !m->key[0])
		return err_set(err, EINVAL, "a message without a key");
	message_bind(q, m);
	added = r = stmt_change(q, err);
	if (added == 1 && m->kind == MESSAGE_MAIL)
		r = addresses_put(db, stmt_inserted(q), m->to, err);
	return r < 0 ? r : added;
}

int store_messages_put(struct store *s, const struct message_list *l, size_t *n_new,
		       struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	size_t n = 0;
	int r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = stmt_prepare(s->db, &q, sql_message_put, err);
	for (size_t i = 0; r >= 0 && i < l->n; i++) {
		r = message_put(s->db, &q, &l->v[i], err);
		n += r == 1;
	}
	if (r >= 0)
		r = txn_commit(&t, err);
	if (r < 0)
		return err_prefix(err, "the outbox");
	if (n_new)
		*n_new = n;
	return 0;
}

int store_message_trying(struct store *s, int64_t num, int64_t now, int64_t not_before,
			 struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = stmt_prepare(s->db, &q, sql_message_trying, err);
	if (r == 0) {
		stmt_int(&q, ":num", num);
		stmt_int(&q, ":now", now);
		stmt_int(&q, ":not_before", not_before);
		r = stmt_change(&q, err);
		if (r == 0)
			r = err_set(err, ESTALE, "it waits no longer");
	}
	if (r >= 0)
		r = txn_commit(&t, err);
	return r < 0 ? err_prefix(err, "message %lld", (long long)num) : 0;
}

int store_message_move(struct store *s, int64_t num, enum message_state state, int64_t not_before,
		       const char *why, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int moved = 0, r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = stmt_prepare(s->db, &q, sql_message_move, err);
	if (r == 0) {
		stmt_int(&q, ":num", num);
		stmt_text(&q, ":state", message_state_name(state));
		stmt_int(&q, ":not_before", not_before);
		stmt_foreign(&q, ":why", why, TEXT_MAX);
		stmt_int(&q, ":now", clock_now());
		r = moved = stmt_change(&q, err);
	}
	if (r >= 0)
		r = txn_commit(&t, err);
	return r < 0 ? err_prefix(err, "message %lld", (long long)num) : moved;
}

int store_messages_outdate(struct store *s, int64_t series, enum message_kind kind, const char *why,
			   struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = stmt_prepare(s->db, &q, sql_message_outdate, err);
	if (r == 0) {
		stmt_int(&q, ":series", series);
		stmt_text(&q, ":kind", message_kind_name(kind));
		stmt_foreign(&q, ":why", why, TEXT_MAX);
		stmt_int(&q, ":now", clock_now());
		r = stmt_run(&q, err);
	}
	if (r == 0)
		r = txn_commit(&t, err);
	return r < 0 ? err_prefix(err, "messages about series %lld", (long long)series) : 0;
}
