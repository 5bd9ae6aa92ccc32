// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/ingest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "store/room.h"
#include "store/series_number.h"

/* A set of mails and the series that were made of it, on their way in. */
struct sorting {
	struct db *db;
	const struct mail_row_list *mails;
	const struct mail_series_list *made;
	int64_t now;
	int64_t *was;	  /* of each mail: the series that it was in; 0 none */
	int64_t *nums;	  /* of each series */
	int64_t *touched; /* numbers of series that are new or changed, some twice */
	size_t n_touched, cap_touched;
	struct merges merges;
	struct stmt put, state, clear, full, newer, exists, members;
};

static void sorting_done(struct sorting *x)
{
	struct stmt *all[] = { &x->put,	  &x->state,  &x->clear,  &x->full,
			       &x->newer, &x->exists, &x->members };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		stmt_done(all[i]);
	free(x->was);
	free(x->nums);
	free(x->touched);
	merges_done(&x->merges);
}

static int sorting_prepare(struct sorting *x, struct err *err)
{
	const struct {
		struct stmt *q;
		const char *sql;
	} all[] = {
		{ &x->put, sql_series_put },	      { &x->state, sql_series_state },
		{ &x->clear, sql_series_full_clear }, { &x->full, sql_series_full_put },
		{ &x->newer, sql_series_newer_put },  { &x->exists, sql_mail_exists },
		{ &x->members, sql_mail_sorted },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(all) / sizeof(*all); i++)
		r = stmt_prepare(x->db, all[i].q, all[i].sql, err);
	return r;
}

static void touch(struct sorting *x, int64_t num)
{
	x->touched = mem_grow(x->touched, x->n_touched, &x->cap_touched, sizeof(*x->touched));
	x->touched[x->n_touched++] = num;
}

static const struct mail *mail_at(const struct sorting *x, size_t i)
{
	return &x->mails->v[i].mail;
}

/* A series' first mail. */
static size_t first_of(const struct mail_series *s)
{
	return s->cover >= 0 ? (size_t)s->cover : s->parts[0].mail;
}

/* Where each mail is now: another process may have sorted since it was read. */
static int was_read(struct sorting *x, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(x->db, &q, sql_mail_series, err);

	for (size_t i = 0; r >= 0 && i < x->mails->n; i++) {
		stmt_int(&q, ":mail", x->mails->v[i].num);
		r = stmt_step(&q, err);
		if (r == 1)
			x->was[i] = stmt_col_int(&q, 0);
		stmt_reset(&q);
	}
	return r < 0 ? r : 0;
}

static int series_make(struct sorting *x, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(x->db, &q, sql_series_new, err);

	for (size_t k = 0; r >= 0 && k < x->made->n; k++) {
		if (x->nums[k])
			continue;
		stmt_int(&q, ":now", x->now);
		r = stmt_run(&q, err);
		x->nums[k] = stmt_inserted(&q);
	}
	return r < 0 ? r : 0;
}

/* Notes a mail that goes into a series, if it is not in it. */
static void member_note(struct sorting *x, size_t mail, int64_t series, struct buf *nums)
{
	const struct mail_row *m = &x->mails->v[mail];
	bool same = x->was[mail] == series && m->sorted;

	x->was[mail] = -1; /* done */
	if (!same)
		buf_printf(nums, "%s%lld", nums->len ? "," : "[", (long long)m->num);
}

static int members_put(struct sorting *x, struct buf *nums, int64_t series, struct err *err)
{
	int r;

	if (nums->len == 0)
		return 0;
	buf_str(nums, "]");
	stmt_text(&x->members, ":mails", nums->data);
	stmt_int_or_null(&x->members, ":series", series);
	r = stmt_run(&x->members, err);
	nums->len = 0;
	return r;
}

static int all_members_put(struct sorting *x, struct err *err)
{
	CLEANUP(buf_done) struct buf nums = { 0 };
	int r = 0;

	for (size_t k = 0; r == 0 && k < x->made->n; k++) {
		const struct mail_series *s = &x->made->v[k];

		if (s->cover >= 0)
			member_note(x, (size_t)s->cover, x->nums[k], &nums);
		for (size_t i = 0; i < s->n_parts; i++)
			member_note(x, s->parts[i].mail, x->nums[k], &nums);
		r = members_put(x, &nums, x->nums[k], err);
	}
	for (size_t i = 0; r == 0 && i < x->mails->n; i++) {
		const struct mail *m = mail_at(x, i);
		int64_t series = x->was[i]; /* in none: not to be sorted again */

		if (series < 0 || (m->kind != MAIL_PATCH && m->kind != MAIL_COVER))
			continue;
		member_note(x, i, series, &nums);
		r = members_put(x, &nums, series, err);
	}
	return r;
}

/* What referred to a series that went into another one. */
static int merge_put(struct sorting *x, const struct merge *m, struct err *err)
{
	static const struct {
		const char *sql;
		bool into;
	} moves[] = {
		{ sql_task_move, true },	  { sql_message_series, true },
		{ sql_series_move_older, true },  { sql_series_move_same, true },
		{ sql_series_move_newer, false }, { sql_series_gone, false },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(moves) / sizeof(*moves); i++) {
		CLEANUP(stmt_done) struct stmt q = { 0 };

		r = stmt_prepare(x->db, &q, moves[i].sql, err);
		if (r < 0)
			return r;
		stmt_int(&q, ":gone", m->gone);
		if (moves[i].into)
			stmt_int(&q, ":into", m->into);
		r = stmt_run(&q, err);
	}
	return r;
}

static void digest(const struct sorting *x, const struct mail_series *s, char *hex)
{
	struct hash h;

	hash_start(&h);
	for (size_t i = 0; i < s->n_full; i++) {
		hash_field(&h, mail_at(x, s->full[i].mail)->msgid);
		hash_field(&h, mail_at(x, s->full[i].mail)->hash);
	}
	hash_hex(&h, hex);
}

/* 1: a patch answers a mail that is not there, and there is no cover. */
static int cover_wanted(struct sorting *x, const struct mail_series *s, struct err *err)
{
	const char *asked = NULL;

	for (size_t i = 0; s->cover < 0 && i < s->n_parts; i++) {
		const struct mail *m = mail_at(x, s->parts[i].mail);
		int r;

		if (m->total == 0 || m->refs.n == 0 || (asked && strcmp(asked, m->refs.v[0]) == 0))
			continue;
		asked = m->refs.v[0];
		stmt_text(&x->exists, ":msgid", asked);
		r = stmt_step(&x->exists, err);
		stmt_reset(&x->exists);
		if (r <= 0)
			return r < 0 ? r : 1;
	}
	return 0;
}

/* What the row of a series says now. */
struct state {
	int64_t older, same;
	char digest[HASH_HEX_LEN];
};

static int state_read(struct sorting *x, int64_t num, struct state *ret, struct err *err)
{
	int r;

	stmt_int(&x->state, ":num", num);
	r = stmt_step(&x->state, err);
	if (r == 1) {
		ret->older = stmt_col_int(&x->state, 0);
		ret->same = stmt_col_int(&x->state, 1);
		snprintf(ret->digest, sizeof(ret->digest), "%s", stmt_col_text(&x->state, 2));
	}
	stmt_reset(&x->state);
	return r < 0 ? r : 0;
}

static int by_value(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Whether a series is among those that were made; sorted[] are their numbers. */
static bool is_here(const struct sorting *x, const int64_t *sorted, int64_t num)
{
	return bsearch(&num, sorted, x->made->n, sizeof(*sorted), by_value);
}

/* A link to a series that was looked at follows what was made; another one stays. */
static int64_t link_now(const struct sorting *x, const int64_t *sorted, ptrdiff_t made, int64_t was)
{
	if (made >= 0)
		return x->nums[made];
	return was && !is_here(x, sorted, was) ? was : 0;
}

static void series_bind(struct sorting *x, const struct mail_series *s)
{
	const struct mail_row *first = &x->mails->v[first_of(s)];
	CLEANUP(free_ptr)
	char *author = mem_printf("%s <%s>", first->mail.author.name, first->mail.author.email);

	stmt_text(&x->put, ":message_id", first->mail.msgid);
	stmt_text(&x->put, ":name", s->name);
	stmt_text(&x->put, ":author", author);
	stmt_text(&x->put, ":source", first->sources.n > 0 ? first->sources.v[0] : "");
	stmt_int(&x->put, ":version", s->version);
	stmt_int(&x->put, ":revision", s->revision);
	stmt_int(&x->put, ":total", s->total);
	stmt_int(&x->put, ":received", (int64_t)s->received);
	stmt_int(&x->put, ":complete", s->complete);
	stmt_int(&x->put, ":full_complete", s->full_complete);
	stmt_int(&x->put, ":rfc", s->rfc);
	stmt_int(&x->put, ":resend", s->resend);
	stmt_int_or_null(&x->put, ":cover", s->cover >= 0 ? x->mails->v[s->cover].num : 0);
	stmt_text(&x->put, ":base_commit", s->needs.base_commit);
	stmt_text(&x->put, ":change_id", s->needs.change_id);
	stmt_list(&x->put, ":needs", &s->needs.others, LIST_MAX);
	stmt_int(&x->put, ":time", s->time);
	stmt_int(&x->put, ":now", x->now);
}

static int full_put(struct sorting *x, const struct mail_series *s, int64_t num, struct err *err)
{
	int r;

	stmt_int(&x->clear, ":series", num);
	r = stmt_run(&x->clear, err);
	for (size_t i = 0; r == 0 && i < s->n_full; i++) {
		stmt_int(&x->full, ":series", num);
		stmt_int(&x->full, ":seq", (int64_t)i);
		stmt_int(&x->full, ":mail", x->mails->v[s->full[i].mail].num);
		r = stmt_run(&x->full, err);
	}
	return r;
}

static int newer_put(struct sorting *x, int64_t older, struct err *err)
{
	int r;

	if (!older)
		return 0;
	stmt_int(&x->newer, ":num", older);
	stmt_int(&x->newer, ":now", x->now);
	r = stmt_change(&x->newer, err);
	if (r == 1)
		touch(x, older);
	return r < 0 ? r : 0;
}

static int series_put(struct sorting *x, size_t k, const int64_t *sorted, struct err *err)
{
	const struct mail_series *s = &x->made->v[k];
	char hex[HASH_HEX_LEN];
	struct state was = { 0 };
	int wanted = cover_wanted(x, s, err), r;
	int64_t older;

	r = wanted < 0 ? wanted : state_read(x, x->nums[k], &was, err);
	if (r < 0)
		return r;
	digest(x, s, hex);
	older = link_now(x, sorted, s->older, was.older);
	series_bind(x, s);
	stmt_int(&x->put, ":num", x->nums[k]);
	stmt_int(&x->put, ":cover_wanted", wanted);
	stmt_text(&x->put, ":digest", hex);
	stmt_int_or_null(&x->put, ":older", older);
	stmt_int_or_null(&x->put, ":same", link_now(x, sorted, s->same, was.same));
	r = stmt_change(&x->put, err);
	if (r <= 0)
		return r;
	touch(x, x->nums[k]);
	r = strcmp(hex, was.digest) == 0 ? 0 : full_put(x, s, x->nums[k], err);
	if (r == 0 && older != was.older)
		r = newer_put(x, was.older, err);
	if (r == 0 && older != was.older)
		r = newer_put(x, older, err);
	return r;
}

static int all_put(struct sorting *x, struct err *err)
{
	CLEANUP(free_ptr) int64_t *sorted = mem_zalloc((x->made->n + 1) * sizeof(*sorted));
	int r = 0;

	memcpy(sorted, x->nums, x->made->n * sizeof(*sorted));
	qsort(sorted, x->made->n, sizeof(*sorted), by_value);
	for (size_t k = 0; r == 0 && k < x->made->n; k++)
		r = series_put(x, k, sorted, err);
	return r;
}

static int changed_read(struct sorting *x, struct series_row_list *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(x->db, &q, sql_series_get, err);

	if (x->n_touched > 1)
		qsort(x->touched, x->n_touched, sizeof(*x->touched), by_value);
	for (size_t i = 0; r >= 0 && i < x->n_touched; i++) {
		struct series_row row = { 0 };

		if (i > 0 && x->touched[i] == x->touched[i - 1])
			continue;
		stmt_int(&q, ":num", x->touched[i]);
		r = series_row_read(x->db, &q, &row, err);
		stmt_reset(&q);
		if (r != 1)
			continue;
		ret->v = mem_grow(ret->v, ret->n, &ret->cap, sizeof(*ret->v));
		ret->v[ret->n++] = row;
	}
	return r < 0 ? r : 0;
}

static int sort_in(struct sorting *x, struct series_row_list *ret, struct err *err)
{
	int r = sorting_prepare(x, err);

	if (r == 0)
		r = was_read(x, err);
	if (r == 0) {
		series_number(x->made, x->was, x->mails->n, x->nums, &x->merges);
		r = series_make(x, err);
	}
	if (r == 0)
		r = all_members_put(x, err);
	for (size_t i = 0; r == 0 && i < x->merges.n; i++)
		r = merge_put(x, &x->merges.v[i], err);
	if (r == 0)
		r = all_put(x, err);
	return r < 0 ? r : changed_read(x, ret, err);
}

int store_series_put(struct store *s, const struct mail_row_list *mails,
		     const struct mail_series_list *l, struct series_row_list *changed,
		     struct err *err)
{
	CLEANUP(series_row_list_done) struct series_row_list rows = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	CLEANUP(sorting_done) struct sorting x = { .db = s->db, .mails = mails, .made = l };
	int64_t count = 0;
	int r = txn_begin(s->db, &t, err);

	x.now = clock_now();
	x.was = mem_zalloc((mails->n + 1) * sizeof(*x.was));
	x.nums = mem_zalloc((l->n + 1) * sizeof(*x.nums));
	if (r == 0)
		r = counter_next(s->db, "sorting", &count, err);
	if (r == 0 && mails->sorting && mails->sorting != count) {
		*changed = (struct series_row_list){ 0 };
		return 0;
	}
	if (r == 0)
		r = sort_in(&x, &rows, err);
	if (r == 0)
		r = txn_commit(&t, err);
	if (r < 0)
		return err_prefix(err, "series");
	*changed = rows;
	rows = (struct series_row_list){ 0 };
	return 0;
}
