// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/ingest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/room.h"

void mail_row_done(struct mail_row *r)
{
	mail_done(&r->mail);
	strv_done(&r->sources);
	free(r->origin);
	*r = (struct mail_row){ 0 };
}

void mail_row_list_done(struct mail_row_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		mail_row_done(&l->v[i]);
	free(l->v);
	*l = (struct mail_row_list){ 0 };
}

/* Columns of the view mail_rows. */
enum column {
	NUM,
	KIND,
	MSGID,
	HASH,
	SORTED,
	SERIES,
	TIME,
	NAME,
	SENDER_EMAIL,
	SENDER_NAME,
	AUTHOR_EMAIL,
	AUTHOR_NAME,
	SUBJECT,
	DATE,
	REFS,
	LISTS,
	PREFIXES,
	NUMBER,
	TOTAL,
	VERSION,
	REVISION,
	RESEND,
	PATCH_ID,
	PULL,
	BASE_COMMIT,
	CHANGE_ID,
	NEEDS,
	REASON,
	ORIGIN,
	RAW,
	SOURCES,
	COLUMNS
};

static int kind_col(struct stmt *q, int col, enum mail_kind *ret, struct err *err)
{
	const char *word = stmt_col_text(q, col);

	for (enum mail_kind i = MAIL_OTHER; i <= MAIL_COMMENT; i++)
		if (strcmp(word, mail_kind_name(i)) == 0) {
			*ret = i;
			return 0;
		}
	return bad_word("kind of a mail", word, err);
}

static void list_col(struct stmt *q, int col, struct strv *ret)
{
	lines_split(stmt_col_text(q, col), ret);
}

static void mail_cols(struct stmt *q, struct mail *m)
{
	m->msgid = stmt_col_dup(q, MSGID);
	snprintf(m->hash, sizeof(m->hash), "%s", stmt_col_text(q, HASH));
	m->time = stmt_col_int(q, TIME);
	m->name = stmt_col_dup(q, NAME);
	m->sender.email = stmt_col_dup(q, SENDER_EMAIL);
	m->sender.name = stmt_col_dup(q, SENDER_NAME);
	m->author.email = stmt_col_dup(q, AUTHOR_EMAIL);
	m->author.name = stmt_col_dup(q, AUTHOR_NAME);
	m->subject = stmt_col_dup(q, SUBJECT);
	m->date = stmt_col_dup(q, DATE);
	list_col(q, REFS, &m->refs);
	list_col(q, LISTS, &m->lists);
	list_col(q, PREFIXES, &m->prefixes);
	m->number = (int)stmt_col_int(q, NUMBER);
	m->total = (int)stmt_col_int(q, TOTAL);
	m->version = (int)stmt_col_int(q, VERSION);
	m->revision = (int)stmt_col_int(q, REVISION);
	m->resend = stmt_col_int(q, RESEND);
	snprintf(m->patch_id, sizeof(m->patch_id), "%s", stmt_col_text(q, PATCH_ID));
	m->pull = stmt_col_dup(q, PULL);
	m->needs.base_commit = stmt_col_dup(q, BASE_COMMIT);
	m->needs.change_id = stmt_col_dup(q, CHANGE_ID);
	list_col(q, NEEDS, &m->needs.others);
	m->reason = stmt_col_dup(q, REASON);
	m->message = mem_strdup("");
}

static int mail_row_read(struct stmt *q, struct mail_row *row, size_t *bytes, struct err *err)
{
	row->num = stmt_col_int(q, NUM);
	row->sorted = stmt_col_int(q, SORTED);
	row->raw = stmt_col_int(q, RAW);
	row->origin = stmt_col_dup(q, ORIGIN);
	list_col(q, SOURCES, &row->sources);
	mail_cols(q, &row->mail);
	if (bytes)
		for (int i = 0; i < COLUMNS; i++)
			*bytes += stmt_col_size(q, i);
	return kind_col(q, KIND, &row->mail.kind, err);
}

int mail_rows_read(struct stmt *q, struct mail_row_list *l, size_t *bytes, struct err *err)
{
	int r;

	while ((r = stmt_step(q, err)) == 1) {
		struct mail_row row = { 0 };

		r = mail_row_read(q, &row, bytes, err);
		l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
		l->v[l->n++] = row;
		if (r < 0)
			return r;
	}
	stmt_reset(q);
	return r;
}

int mail_texts_read(struct db *db, struct mail_row_list *l, size_t from, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_mail_text_get, err);

	for (size_t i = from; r >= 0 && i < l->n; i++) {
		struct mail *m = &l->v[i].mail;

		stmt_int(&q, ":mail", l->v[i].num);
		r = stmt_step(&q, err);
		if (r == 1) {
			free(m->message);
			m->message = stmt_col_dup(&q, 0);
			list_col(&q, 1, &m->paths);
		}
		stmt_reset(&q);
	}
	return r < 0 ? r : 0;
}

int store_mails_by_id(struct store *s, const char *msgid, struct mail_row_list *ret,
		      struct err *err)
{
	CLEANUP(mail_row_list_done) struct mail_row_list l = { 0 };
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int r = txn_read(s->db, &t, err);

	if (r == 0)
		r = stmt_prepare(s->db, &q, sql_mail_by_id, err);
	if (r < 0)
		return r;
	stmt_foreign(&q, ":msgid", msgid, TEXT_MAX);
	r = mail_rows_read(&q, &l, NULL, err);
	if (r == 0)
		r = mail_texts_read(s->db, &l, 0, err);
	if (r < 0)
		return err_prefix(err, "mail '%s'", msgid);
	*ret = l;
	l = (struct mail_row_list){ 0 };
	return 0;
}

int store_mail_raw(struct store *s, int64_t mail, struct buf *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_mail_raw_get, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":mail", mail);
	r = stmt_step(&q, err);
	if (r == 0)
		return err_set(err, ENOENT, "mail %lld is not kept", (long long)mail);
	if (r == 1)
		r = unpack_bytes(stmt_col_blob(&q, 1), stmt_col_size(&q, 1),
				 (size_t)stmt_col_int(&q, 0), ret, err);
	return r < 0 ? err_prefix(err, "mail %lld", (long long)mail) : 0;
}
