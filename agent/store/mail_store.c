// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/ingest.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/room.h"

enum {
	MESSAGE_MAX = 64 << 10, /* of a commit's message; the mail has all of it */
	PATHS_MAX = 1 << 20,
	KEY_DAYS = 30, /* SOURCE_KEY_DAYS */
	DAY_S = 24 * 60 * 60,
};

/* The statements of a batch. */
struct batch {
	struct db *db;
	int64_t source, now;
	struct stmt mail, known, lists, more, ref, text, raw, decide;
	struct packer packer;
};

static void batch_done(struct batch *b)
{
	struct stmt *all[] = { &b->mail, &b->known, &b->lists, &b->more,
			       &b->ref,	 &b->text,  &b->raw,   &b->decide };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		stmt_done(all[i]);
	packer_done(&b->packer);
}

static int batch_prepare(struct batch *b, struct err *err)
{
	const struct {
		struct stmt *q;
		const char *sql;
	} all[] = {
		{ &b->mail, sql_mail_put },	   { &b->known, sql_mail_known },
		{ &b->lists, sql_mail_lists_put }, { &b->more, sql_mail_source_put },
		{ &b->ref, sql_mail_ref_put },	   { &b->text, sql_mail_text_put },
		{ &b->raw, sql_mail_raw_put },	   { &b->decide, sql_series_decide },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(all) / sizeof(*all); i++)
		r = stmt_prepare(b->db, all[i].q, all[i].sql, err);
	return r;
}

static bool is_sortable(const struct mail *m)
{
	return m->kind == MAIL_PATCH || m->kind == MAIL_COVER;
}

/* Numbers that a hostile subject made, as they are. */
static void numbers_bind(struct stmt *q, const struct mail *m)
{
	stmt_int(q, ":number", m->number);
	stmt_int(q, ":total", m->total);
	stmt_int(q, ":version", m->version);
	stmt_int(q, ":revision", m->revision);
	stmt_int(q, ":resend", m->resend);
	stmt_int(q, ":time", m->time);
}

static void people_bind(struct stmt *q, const struct mail *m)
{
	stmt_foreign(q, ":sender_email", m->sender.email, TEXT_MAX);
	stmt_foreign(q, ":sender_name", m->sender.name, TEXT_MAX);
	stmt_foreign(q, ":author_email", m->author.email, TEXT_MAX);
	stmt_foreign(q, ":author_name", m->author.name, TEXT_MAX);
}

/* 1 and its number: it is new; 0: there is one with its Message-ID and hash. */
static int mail_row_put(struct batch *b, const struct mail_in *in, int64_t *num, struct err *err)
{
	const struct mail *m = in->mail;
	struct stmt *q = &b->mail;
	int r;

	stmt_foreign(q, ":msgid", m->msgid, TEXT_MAX);
	stmt_text(q, ":hash", m->hash);
	stmt_text(q, ":kind", mail_kind_name(m->kind));
	stmt_foreign(q, ":name", m->name, TEXT_MAX);
	stmt_foreign(q, ":subject", m->subject, TEXT_MAX);
	stmt_foreign(q, ":date", m->date, TEXT_MAX);
	stmt_list(q, ":refs", &m->refs, LIST_MAX);
	stmt_list(q, ":lists", &m->lists, LIST_MAX);
	stmt_list(q, ":prefixes", &m->prefixes, LIST_MAX);
	stmt_text(q, ":patch_id", m->patch_id);
	if (m->pull)
		stmt_foreign(q, ":pull", m->pull, TEXT_MAX);
	else
		stmt_text_or_null(q, ":pull", NULL);
	stmt_foreign(q, ":base_commit", m->needs.base_commit, TEXT_MAX);
	stmt_foreign(q, ":change_id", m->needs.change_id, TEXT_MAX);
	stmt_list(q, ":needs", &m->needs.others, LIST_MAX);
	stmt_foreign(q, ":reason", m->reason, TEXT_MAX);
	stmt_foreign(q, ":origin", in->origin, TEXT_MAX);
	stmt_int(q, ":source", b->source);
	stmt_int(q, ":now", b->now);
	people_bind(q, m);
	numbers_bind(q, m);
	r = stmt_change(q, err);
	if (r == 1)
		*num = stmt_inserted(q);
	return r;
}

static int refs_put(struct batch *b, int64_t num, const struct mail *m, struct err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < m->refs.n; i++) {
		stmt_foreign(&b->ref, ":msgid", m->refs.v[i], TEXT_MAX);
		stmt_int(&b->ref, ":mail", num);
		r = stmt_run(&b->ref, err);
	}
	return r;
}

static int text_put(struct batch *b, int64_t num, const struct mail *m, struct err *err)
{
	stmt_int(&b->text, ":mail", num);
	stmt_foreign(&b->text, ":message", m->message, MESSAGE_MAX);
	stmt_list(&b->text, ":paths", &m->paths, PATHS_MAX);
	return stmt_run(&b->text, err);
}

static int raw_put(struct batch *b, int64_t num, const struct mail_in *in, struct err *err)
{
	int r = pack_bytes(&b->packer, in->raw, in->len, err);

	if (r < 0)
		return r;
	stmt_int(&b->raw, ":mail", num);
	stmt_int(&b->raw, ":size", (int64_t)in->len);
	stmt_blob(&b->raw, ":packed", b->packer.data, b->packer.len);
	return stmt_run(&b->raw, err);
}

/* The lists of both. Returns whether the second one adds any. */
static bool lists_merge(const char *has, const struct strv *more, struct strv *ret)
{
	bool grown = false;

	lines_split(has, ret);
	for (size_t i = 0; i < more->n; i++) {
		CLEANUP(free_ptr) char *id = text_clean(more->v[i], TEXT_MAX);

		if (strv_has(ret, id))
			continue;
		strv_add(ret, id);
		grown = true;
	}
	return grown;
}

/*
 * A copy by another source or list. Its series is decided on once more, since rules look at both; a
 * copy by the same ones changes nothing.
 */
static int copy_put(struct batch *b, const struct mail *m, struct err *err)
{
	CLEANUP(strv_done) struct strv lists = { 0 };
	int64_t num, source, series;
	bool grown;
	int r;

	stmt_foreign(&b->known, ":msgid", m->msgid, TEXT_MAX);
	stmt_text(&b->known, ":hash", m->hash);
	r = stmt_step(&b->known, err);
	if (r < 0)
		return r;
	num = stmt_col_int(&b->known, 0);
	source = stmt_col_int(&b->known, 1);
	grown = lists_merge(stmt_col_text(&b->known, 2), &m->lists, &lists);
	series = stmt_col_int(&b->known, 3);
	stmt_reset(&b->known);
	r = 0;
	if (grown) {
		stmt_int(&b->lists, ":mail", num);
		stmt_list(&b->lists, ":lists", &lists, LIST_MAX);
		r = stmt_run(&b->lists, err);
	}
	if (r == 0 && source != b->source) {
		stmt_int(&b->more, ":mail", num);
		stmt_int(&b->more, ":source", b->source);
		r = stmt_change(&b->more, err);
		grown |= r == 1;
	}
	if (r < 0 || !grown || !series)
		return r < 0 ? r : 0;
	stmt_int(&b->decide, ":num", series);
	stmt_text(&b->decide, ":decision", "");
	return stmt_run(&b->decide, err);
}

static int mail_put(struct batch *b, const struct mail_in *in, size_t *n_new, struct err *err)
{
	bool sortable = is_sortable(in->mail);
	bool keep = (sortable || in->mail->reason[0]) && in->len <= MAIL_RAW_MAX;
	int64_t num = 0;
	int r = mail_row_put(b, in, &num, err);

	if (r != 1)
		return r < 0 ? r : copy_put(b, in->mail, err);
	++*n_new;
	r = 0;
	if (sortable)
		r = refs_put(b, num, in->mail, err);
	if (r == 0 && sortable)
		r = text_put(b, num, in->mail, err);
	if (r == 0 && keep)
		r = raw_put(b, num, in, err);
	return r;
}

static int cursor_put(const struct batch *b, const char *cursor, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(b->db, &q, sql_cursor_put, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":source", b->source);
	stmt_text(&q, ":cursor", cursor);
	return stmt_run(&q, err);
}

static int keys_put(const struct batch *b, const struct strv *keys, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(b->db, &q, sql_key_put, err);

	for (size_t i = 0; r == 0 && i < keys->n; i++) {
		stmt_int(&q, ":source", b->source);
		stmt_foreign(&q, ":key", keys->v[i], TEXT_MAX);
		stmt_int(&q, ":now", b->now);
		r = stmt_run(&q, err);
	}
	if (r == 0)
		r = db_run_int(b->db, sql_key_clear, ":before",
			       b->now - (int64_t)(KEY_DAYS + 1) * DAY_S, err);
	return r;
}

static int batch_put(struct batch *b, const char *source, const struct mail_in *v, size_t n,
		     size_t *n_new, struct err *err)
{
	int r = source_number(b->db, source, &b->source, err);

	if (r == 0)
		r = batch_prepare(b, err);
	for (size_t i = 0; r == 0 && i < n; i++) {
		r = mail_put(b, &v[i], n_new, err);
		if (r < 0)
			return err_prefix(err, "mail '%s'", v[i].mail->msgid);
	}
	return r;
}

int store_mails_put(struct store *s, const char *source, const struct mail_in *v, size_t n,
		    const char *cursor, const struct strv *keys, size_t *n_new, struct err *err)
{
	CLEANUP(txn_done) struct txn t = { 0 };
	CLEANUP(batch_done) struct batch b = { .db = s->db, .now = clock_now() };
	size_t fresh = 0;
	int r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = batch_put(&b, source, v, n, &fresh, err);
	if (r == 0 && cursor)
		r = cursor_put(&b, cursor, err);
	if (r == 0 && keys && keys->n > 0)
		r = keys_put(&b, keys, err);
	if (r == 0)
		r = txn_commit(&t, err);
	if (r < 0)
		return err_prefix(err, "source '%s'", source);
	if (n_new)
		*n_new = fresh;
	return 0;
}
