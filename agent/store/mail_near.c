// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/ingest.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "mail/series.h"
#include "store/room.h"

enum {
	NAMES_S = 2 * 366 * 24 * 60 * 60, /* versions of a series come within that time */
	LINKS_DEEP = 16,		  /* versions, as series_assemble() looks back */
};
static const size_t NEAR_BYTES_MAX = (size_t)256 << 20;

/* A series that something unsorted may belong to. */
struct near {
	int64_t num;
	int64_t distance; /* seconds to the nearest unsorted mail */
};

/* All of them, each once; slots is a hash table of places in v, from 1. */
struct nears {
	struct near *v;
	size_t n, cap;
	size_t *slots;
	size_t mask;
	const int64_t *times; /* of the unsorted mails, sorted */
	size_t n_times;
};

static void nears_done(struct nears *l)
{
	free(l->v);
	free(l->slots);
}

static size_t *near_slot(const struct nears *l, int64_t num)
{
	size_t at = (size_t)((uint64_t)num * 0x9e3779b97f4a7c15u >> 20) & l->mask;

	while (l->slots[at] && l->v[l->slots[at] - 1].num != num)
		at = (at + 1) & l->mask;
	return &l->slots[at];
}

static int64_t distance(const struct nears *l, int64_t time)
{
	size_t low = 0, high = l->n_times;
	int64_t best = INT64_MAX;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (l->times[mid] < time)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < l->n_times)
		best = l->times[low] - time;
	if (low > 0 && time - l->times[low - 1] < best)
		best = time - l->times[low - 1];
	return best;
}

static void near_add(struct nears *l, int64_t num, int64_t time)
{
	size_t *slot;
	int64_t d;

	if (num == 0)
		return;
	slot = near_slot(l, num);
	d = distance(l, time);
	if (*slot) {
		if (d < l->v[*slot - 1].distance)
			l->v[*slot - 1].distance = d;
		return;
	}
	if (l->n == MAILS_NEAR_MAX) /* each has a mail */
		return;
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = (struct near){ num, d };
	*slot = l->n;
}

/* Rows of (series, time). */
static int nears_read(struct stmt *q, struct nears *l, struct err *err)
{
	int r;

	stmt_int(q, ":limit", MAILS_NEAR_MAX);
	while ((r = stmt_step(q, err)) == 1)
		near_add(l, stmt_col_int(q, 0), stmt_col_int(q, 1));
	stmt_reset(q);
	return r;
}

/* What a mail looks for others by. */
struct clue {
	const char *text, *email; /* email: of a name */
	int64_t time;
};

struct clues {
	struct clue *v;
	size_t n, cap;
};

static void clues_done(struct clues *c)
{
	free(c->v);
}

static void clue_add(struct clues *c, const char *text, const char *email, int64_t time)
{
	if (!text[0] && !email)
		return;
	c->v = mem_grow(c->v, c->n, &c->cap, sizeof(*c->v));
	c->v[c->n++] = (struct clue){ text, email, time };
}

static int by_clue(const void *a, const void *b)
{
	const struct clue *x = a, *y = b;
	int r = strcasecmp(x->text, y->text);

	if (r == 0)
		r = strcmp(x->text, y->text); /* ids have their case */
	if (r == 0 && x->email && y->email)
		r = strcasecmp(x->email, y->email);
	return r ? r : (x->time > y->time) - (x->time < y->time);
}

static bool is_same(const struct clue *x, const struct clue *y)
{
	return strcmp(x->text, y->text) == 0 && (!x->email || strcasecmp(x->email, y->email) == 0);
}

/*
 * Asks for each clue once. Where times count, those of one text go together as long as their
 * windows meet: thousands of mails that one sender sent at a time are one question.
 */
static int clues_ask(struct db *db, const char *sql, const char *name, struct clues *c,
		     int64_t window, struct nears *l, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql, err);

	if (c->n > 1)
		qsort(c->v, c->n, sizeof(*c->v), by_clue);
	for (size_t i = 0, last; r == 0 && i < c->n; i = last + 1) {
		for (last = i; last + 1 < c->n && is_same(&c->v[i], &c->v[last + 1]) &&
			       (window == 0 || c->v[last + 1].time - c->v[last].time <= window);)
			last++;
		stmt_text(&q, name, c->v[i].text);
		if (window) {
			stmt_int(&q, ":from", c->v[i].time - window);
			stmt_int(&q, ":to", c->v[last].time + window);
		}
		if (c->v[i].email)
			stmt_text(&q, ":email", c->v[i].email);
		r = nears_read(&q, l, err);
	}
	return r;
}

static void ids_of(const struct mail *m, struct clues *ret)
{
	clue_add(ret, m->msgid, NULL, 0);
	for (size_t i = 0; i < m->refs.n; i++)
		clue_add(ret, m->refs.v[i], NULL, 0);
}

static int nears_find(struct db *db, const struct mail_row_list *rows, struct nears *l,
		      struct err *err)
{
	CLEANUP(clues_done) struct clues ids = { 0 };
	CLEANUP(clues_done) struct clues senders = { 0 };
	CLEANUP(clues_done) struct clues names = { 0 };
	CLEANUP(clues_done) struct clues changes = { 0 };
	int r;

	for (size_t i = 0; i < rows->n; i++) {
		const struct mail *m = &rows->v[i].mail;

		ids_of(m, &ids);
		clue_add(&senders, m->sender.email, NULL, m->time);
		if (m->name[0])
			clue_add(&names, m->name, m->sender.email, m->time);
		clue_add(&changes, m->needs.change_id, NULL, 0);
	}
	r = clues_ask(db, sql_near_id, ":id", &ids, 0, l, err);
	if (r == 0)
		r = clues_ask(db, sql_near_change, ":id", &changes, 0, l, err);
	if (r == 0)
		r = clues_ask(db, sql_near_name, ":name", &names, NAMES_S, l, err);
	if (r == 0)
		r = clues_ask(db, sql_near_sender, ":email", &senders, SERIES_WINDOW_S, l, err);
	return r;
}

/* Versions and copies of those that are near: what they supersede must not look new. */
static int nears_follow(struct db *db, struct nears *l, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	size_t from = 0, end = l->n;
	int r = stmt_prepare(db, &q, sql_near_link, err);

	for (int deep = 0; r == 0 && deep < LINKS_DEEP && from < end; deep++) {
		for (size_t i = from; r == 0 && i < end; i++) {
			stmt_int(&q, ":series", l->v[i].num);
			r = nears_read(&q, l, err);
		}
		from = end;
		end = l->n;
	}
	return r;
}

static int by_distance(const void *a, const void *b)
{
	const struct near *x = a, *y = b;

	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return (x->num > y->num) - (x->num < y->num);
}

/* The mails of a series, all or, where they do not fit, none. */
static int nears_load(struct db *db, struct nears *l, struct mail_row_list *rows, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	size_t first = rows->n, bytes = 0;
	int r = stmt_prepare(db, &q, sql_mail_of_series, err);

	if (l->n > 1)
		qsort(l->v, l->n, sizeof(*l->v), by_distance);
	for (size_t i = 0; r == 0 && i < l->n && bytes < NEAR_BYTES_MAX; i++) {
		size_t before = rows->n;

		stmt_int(&q, ":series", l->v[i].num);
		r = mail_rows_read(&q, rows, &bytes, err);
		if (rows->n - first > MAILS_NEAR_MAX)
			while (rows->n > before)
				mail_row_done(&rows->v[--rows->n]);
	}
	return r;
}

static int by_value(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int near_rows(struct db *db, struct mail_row_list *rows, struct err *err)
{
	CLEANUP(free_ptr) int64_t *times = mem_zalloc((rows->n + 1) * sizeof(*times));
	CLEANUP(nears_done) struct nears l = { .times = times, .n_times = rows->n };
	size_t room = 4 * MAILS_NEAR_MAX;
	int r;

	for (size_t i = 0; i < rows->n; i++)
		times[i] = rows->v[i].mail.time;
	qsort(times, rows->n, sizeof(*times), by_value);
	l.mask = 1;
	while (l.mask < room)
		l.mask *= 2;
	l.slots = mem_zalloc(l.mask * sizeof(*l.slots));
	l.mask--;
	r = nears_find(db, rows, &l, err);
	if (r == 0)
		r = nears_follow(db, &l, err);
	return r < 0 ? r : nears_load(db, &l, rows, err);
}

static int unsorted(struct db *db, size_t limit, struct mail_row_list *rows, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_mail_unsorted, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":limit", limit < INT32_MAX ? (int64_t)limit : INT32_MAX);
	return mail_rows_read(&q, rows, NULL, err);
}

int store_mails_unsorted(struct store *s, size_t limit, struct mail_row_list *ret, struct err *err)
{
	CLEANUP(mail_row_list_done) struct mail_row_list l = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int r = txn_read(s->db, &t, err);

	if (r == 0)
		r = counter_get(s->db, "sorting", &l.sorting, err);
	l.sorting++; /* 0 is of a list that was made otherwise */
	if (r == 0)
		r = unsorted(s->db, limit, &l, err);
	if (r == 0 && l.n > 0)
		r = near_rows(s->db, &l, err);
	if (r < 0)
		return err_prefix(err, "mails that are not sorted yet");
	*ret = l;
	l = (struct mail_row_list){ 0 };
	return 0;
}
