// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/ingest.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "mail/mail.h"
#include "mail/mbox.h"
#include "mail/series.h"
#include "model/config.h"
#include "pipeline/decide.h"
#include "stage/source/source.h"
#include "store/ingest.h"

enum { SORT_AT_ONCE = 500 };

/* Who takes what a source brings. */
struct taker {
	struct store *store;
	const char *source;
	struct ingest_counts *counts;
};

/* Sorts a part of what is unsorted: 1 when there was something, 0 at the end. */
static int sort_some(struct store *store, struct ingest_counts *counts, struct err *err)
{
	CLEANUP(mail_row_list_done) struct mail_row_list rows = { 0 };
	CLEANUP(series_row_list_done) struct series_row_list changed = { 0 };
	CLEANUP(mail_series_list_done) struct mail_series_list series = { 0 };
	CLEANUP(free_ptr) struct mail *mails = NULL;
	int r = store_mails_unsorted(store, SORT_AT_ONCE, &rows, err);

	if (r < 0 || rows.n == 0)
		return r;
	mails = mem_zalloc(rows.n * sizeof(*mails)); /* lent by the rows */
	for (size_t i = 0; i < rows.n; i++)
		mails[i] = rows.v[i].mail;
	series_assemble(mails, rows.n, &series);
	r = store_series_put(store, &rows, &series, &changed, err);
	counts->series += changed.n;
	return r < 0 ? r : 1;
}

/* What is sorted at once has its pages at hand. */
static int mails_store(const struct taker *t, const struct source_batch *b,
		       const struct mail_in *in, bool sort, size_t *fresh, struct err *err)
{
	CLEANUP(together_done) struct together all = { 0 };
	int r = together_begin(t->store, &all, err);

	if (r == 0)
		r = store_mails_put(t->store, t->source, in, b->n, b->cursor, &b->keys, fresh, err);
	if (r == 0 && sort)
		r = sort_some(t->store, t->counts, err);
	return r < 0 ? r : together_commit(&all, err);
}

static int batch_store(const struct taker *t, const struct source_batch *b, struct err *err)
{
	struct mail *mails = mem_zalloc((b->n + 1) * sizeof(*mails));
	struct mail_in *in = mem_zalloc((b->n + 1) * sizeof(*in));
	size_t fresh = 0;
	int r;

	for (size_t i = 0; i < b->n; i++) {
		mail_parse(b->v[i].raw, b->v[i].len, 0, &mails[i]);
		in[i] = (struct mail_in){ &mails[i], b->v[i].raw, b->v[i].len, b->v[i].origin };
	}
	r = mails_store(t, b, in, true, &fresh, err);
	if (r < 0) /* perhaps of the sorting: then ingest_sort() has the same to say */
		r = mails_store(t, b, in, false, &fresh, err);
	if (r == 0) {
		t->counts->mails += b->n;
		t->counts->fresh += fresh;
		for (size_t i = 0; i < b->notes.n; i++)
			strv_add(&t->counts->notes, b->notes.v[i]);
	}
	for (size_t i = 0; i < b->n; i++)
		mail_done(&mails[i]);
	free(mails);
	free(in);
	return r;
}

static int take(void *arg, const struct source_batch *b, struct err *err)
{
	return batch_store(arg, b, err);
}

static int known(void *arg, const char *key, struct err *err)
{
	const struct taker *t = arg;

	return store_key_known(t->store, t->source, key, err);
}

static bool is_cancelled(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return fd >= 0 && poll(&p, 1, 0) > 0;
}

static int decide_all(const struct config *c, struct store *store, const struct series_row_list *l,
		      size_t *tasks, struct err *err)
{
	CLEANUP(together_done) struct together all = { 0 };
	size_t n = 0;
	int r = together_begin(store, &all, err);

	for (size_t i = 0; r == 0 && i < l->n; i++)
		r = decide_series(c, store, &l->v[i], &n, err);
	if (r == 0)
		r = together_commit(&all, err);
	*tasks += r == 0 ? n : 0;
	return r;
}

/* Decides on a part of what is undecided, likewise. */
static int decide_some(const struct config *c, struct store *store, struct ingest_counts *counts,
		       struct err *err)
{
	CLEANUP(series_row_list_done) struct series_row_list l = { 0 };
	int r = store_series_undecided(store, SORT_AT_ONCE, &l, err);

	if (r < 0 || l.n == 0)
		return r;
	r = decide_all(c, store, &l, &counts->tasks, err);
	if (r == 0)
		return 1;
	r = 0; /* those before the one that fails are decided */
	for (size_t i = 0; r == 0 && i < l.n; i++)
		r = decide_series(c, store, &l.v[i], &counts->tasks, err);
	return r < 0 ? r : 1;
}

int ingest_sort(const struct config *c, struct store *store, int cancel_fd,
		struct ingest_counts *ret, struct err *err)
{
	int r = 1;

	while (r == 1) {
		if (is_cancelled(cancel_fd))
			return err_set(err, ECANCELED, "interrupted");
		r = sort_some(store, ret, err);
		if (r == 0)
			r = decide_some(c, store, ret, err);
	}
	return r;
}

int ingest_poll(const struct config *c, struct store *store, const struct source_config *source,
		int cancel_fd, struct ingest_counts *ret, struct err *err)
{
	CLEANUP(free_ptr) char *cursor = NULL;
	struct taker t = { store, source->name, ret };
	const struct source_host host = { &t, known, take };
	const struct source_spec spec = { c, source, cancel_fd, clock_now() };
	struct err sort_err = { 0 };
	int r = store_cursor_get(store, source->name, &cursor, err), sorted;

	if (r == 0)
		r = source_poll(&spec, cursor, &host, err);
	sorted = ingest_sort(c, store, cancel_fd, ret, &sort_err);
	if (r == 0 && sorted < 0)
		return err_set(err, sort_err.code, "%s", sort_err.msg);
	return r;
}

int ingest_file(const struct config *c, struct store *store, const char *source, const char *path,
		struct ingest_counts *ret, struct err *err)
{
	CLEANUP(mbox_close) struct mbox m = { .fd = -1 };
	CLEANUP(source_batch_done) struct source_batch b = { 0 };
	const struct taker t = { store, source, ret };
	char *raw;
	size_t len;
	int r = mbox_open(&m, path, MAIL_BYTES_MAX, err);

	while (r >= 0 && (r = mbox_next(&m, &raw, &len, err)) == 1) {
		source_batch_add(&b, raw, len, path);
		if (b.n < SOURCE_BATCH)
			continue;
		r = batch_store(&t, &b, err);
		source_batch_done(&b);
	}
	if (r == 0 && b.n > 0)
		r = batch_store(&t, &b, err);
	return r < 0 ? r : ingest_sort(c, store, -1, ret, err);
}

/* The series that `what` names, where the store has it whole. 1, or 0. */
static int series_known(struct store *store, const char *msgid, struct series_row *ret,
			struct err *err)
{
	struct series_row s = { 0 };
	int r = msgid ? store_series_find(store, msgid, &s, err) : 0;

	if (r == 1 && s.full_complete) {
		*ret = s;
		return 1;
	}
	series_row_done(&s);
	return r < 0 ? r : 0;
}

/* Which series a batch is about: of the mail that was asked for, else the first that is one. */
static int series_of_batch(struct store *store, const char *msgid, const struct source_batch *b,
			   struct series_row *ret, struct err *err)
{
	int r = msgid ? store_series_find(store, msgid, ret, err) : 0;

	for (size_t i = 0; r == 0 && i < b->n; i++) {
		CLEANUP(mail_done) struct mail m = { 0 };

		mail_parse(b->v[i].raw, b->v[i].len, 0, &m);
		if (m.kind == MAIL_PATCH || m.kind == MAIL_COVER)
			r = store_series_find(store, m.msgid, ret, err);
	}
	return r;
}

static int fetch(const struct config *c, struct store *store, const char *what, const char *msgid,
		 int cancel_fd, struct series_row *ret, struct err *err)
{
	CLEANUP(source_batch_done) struct source_batch b = { 0 };
	const struct source_config *source = NULL;
	struct ingest_counts counts = { 0 };
	struct taker t = { store, NULL, &counts };
	int r = source_fetch(c, what, cancel_fd, &b, &source, err);

	if (r < 0)
		return r;
	t.source = source->name;
	r = batch_store(&t, &b, err);
	strv_done(&counts.notes);
	if (r == 0)
		r = ingest_sort(c, store, cancel_fd, &counts, err);
	if (r == 0)
		r = series_of_batch(store, msgid, &b, ret, err);
	if (r == 0)
		r = err_set(err, EINVAL, "'%s' is no patch series", what);
	return r < 0 ? r : 0;
}

int ingest_fetch(const struct config *c, struct store *store, const char *what, int cancel_fd,
		 struct series_row *ret, int64_t *task, struct err *err)
{
	CLEANUP(free_ptr) char *msgid = source_msgid(what);
	CLEANUP(series_row_done) struct series_row s = { 0 };
	int r = series_known(store, msgid, &s, err);

	if (r == 0)
		r = fetch(c, store, what, msgid, cancel_fd, &s, err);
	if (r >= 0 && task)
		r = decide_by_hand(c, store, &s, task, err);
	if (r < 0)
		return r;
	*ret = s;
	s = (struct series_row){ 0 };
	return 0;
}

/* A line that an mbox would take for the beginning of a mail gets a '>' (the mboxrd way). */
static void mbox_line(struct buf *b, const char *line, size_t len)
{
	size_t quotes = 0;

	while (quotes < len && line[quotes] == '>')
		quotes++;
	if (len - quotes >= 5 && memcmp(line + quotes, "From ", 5) == 0)
		buf_str(b, ">");
	buf_add(b, line, len);
}

/* A mail as a part of an mbox of the mboxrd kind. */
static void mbox_mail(struct buf *b, const struct buf *raw)
{
	const char *p = raw->data, *end = raw->data + raw->len;

	buf_str(b, "From mboxrd@z Thu Jan  1 00:00:00 1970\n");
	if (raw->len >= 5 && memcmp(p, "From ", 5) == 0) {
		const char *nl = memchr(p, '\n', raw->len);

		p = nl ? nl + 1 : end;
	}
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *next = nl ? nl + 1 : end;

		mbox_line(b, p, (size_t)(next - p));
		p = next;
	}
	buf_str(b, raw->len && end[-1] == '\n' ? "\n" : "\n\n");
}

int ingest_mbox(struct store *store, const struct series_row *s, struct buf *ret, struct err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->n_full + 1; i++) {
		int64_t mail = i == 0 ? s->cover : s->full[i - 1];
		CLEANUP(buf_done) struct buf raw = { 0 };

		if (mail)
			r = store_mail_raw(store, mail, &raw, err);
		if (r == 0 && raw.len)
			mbox_mail(ret, &raw);
	}
	return r;
}
