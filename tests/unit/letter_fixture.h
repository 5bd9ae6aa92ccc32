/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_LETTER_FIXTURE_H
#define DMALAB_TESTS_LETTER_FIXTURE_H

/* Mails made of a few words, on their way into a store. Behind store_fixture.h. */

#include "mail/mail.h"
#include "mail/series.h"
#include "store/ingest.h"

struct letter {
	const char *subject, *msgid;
	const char *answers; /* NULL: nobody */
	const char *change;  /* what the diff adds; NULL: there is none */
	int minute;	     /* since that day's begin */
	const char *from;    /* NULL: Ann */
	const char *more;    /* header lines */
};

#define LETTER_OF(who, what, id, of, diff, at)                                                     \
	{                                                                                          \
		.subject = (what), .msgid = (id), .answers = (of), .change = (diff),               \
		.minute = (at), .from = (who)                                                      \
	}
#define LETTER(...) LETTER_OF(NULL, __VA_ARGS__)

static inline void letter_text(const struct letter *l, struct buf *b)
{
	buf_printf(b, "From: %s\nSubject: %s\nDate: Tue, 4 Jun 2024 %02d:%02d:12 +0000\n",
		   l->from ? l->from : "Ann Other <ann@kernel.example>", l->subject, l->minute / 60,
		   l->minute % 60);
	if (l->msgid)
		buf_printf(b, "Message-ID: <%s>\n", l->msgid);
	if (l->answers)
		buf_printf(b, "In-Reply-To: <%s>\n", l->answers);
	buf_printf(b, "%s\nWhy: %s\n\nSigned-off-by: Ann Other <ann@kernel.example>\n",
		   l->more ? l->more : "", l->subject);
	if (l->change)
		buf_printf(b,
			   "---\n kernel/dma/pool.c | 1 +\n\ndiff --git a/kernel/dma/pool.c "
			   "b/kernel/dma/pool.c\nindex 012345678..987654321 100644\n"
			   "--- a/kernel/dma/pool.c\n+++ b/kernel/dma/pool.c\n"
			   "@@ -10,2 +10,3 @@ static int f(void)\n \tint a;\n+\t%s;\n \tint b;\n"
			   "-- \n2.43.0\n",
			   l->change);
}

/* Stores letters as one batch; returns how many were new. */
static inline size_t send_as(struct fixture *f, const char *source, const struct letter *v,
			     size_t n, const char *cursor, const struct strv *keys)
{
	struct mail *mails = mem_zalloc(n * sizeof(*mails));
	struct mail_in *in = mem_zalloc(n * sizeof(*in));
	struct buf *raw = mem_zalloc(n * sizeof(*raw));
	size_t fresh = 0;

	for (size_t i = 0; i < n; i++) {
		letter_text(&v[i], &raw[i]);
		mail_parse(raw[i].data, raw[i].len, 0, &mails[i]);
		in[i] = (struct mail_in){ &mails[i], raw[i].data, raw[i].len, "https://a.example" };
	}
	OK(store_mails_put(f->s, source, in, n, cursor, keys, &fresh, &f->err));
	for (size_t i = 0; i < n; i++) {
		mail_done(&mails[i]);
		buf_done(&raw[i]);
	}
	free(mails);
	free(in);
	free(raw);
	return fresh;
}

#define SEND(f, source, ...)                                                                       \
	send_as(f, source, (const struct letter[]){ __VA_ARGS__ },                                 \
		sizeof((const struct letter[]){ __VA_ARGS__ }) / sizeof(struct letter), NULL,      \
		NULL)

/* Sorts up to `limit` mails that are not sorted yet. Returns how many rows it looked at. */
static inline size_t sort_part(struct fixture *f, size_t limit, struct series_row_list *changed)
{
	CLEANUP(mail_row_list_done) struct mail_row_list rows = { 0 };
	CLEANUP(mail_series_list_done) struct mail_series_list l = { 0 };
	CLEANUP(free_ptr) struct mail *mails = NULL;

	OK(store_mails_unsorted(f->s, limit, &rows, &f->err));
	if (rows.n == 0)
		return 0;
	mails = mem_zalloc(rows.n * sizeof(*mails));
	for (size_t i = 0; i < rows.n; i++)
		mails[i] = rows.v[i].mail;
	series_assemble(mails, rows.n, &l);
	OK(store_series_put(f->s, &rows, &l, changed, &f->err));
	return rows.n;
}

/* Sorts all of it; returns how many series were new or changed. */
static inline size_t sort_all(struct fixture *f)
{
	struct series_row_list changed = { 0 };
	size_t n = 0;

	while (sort_part(f, 500, &changed) > 0) {
		n += changed.n;
		series_row_list_done(&changed);
	}
	return n;
}

/* The series that a mail is in; it must be there. Caller: series_row_done(). */
static inline struct series_row series_of(struct fixture *f, const char *msgid)
{
	struct series_row s = { 0 };

	FOUND(store_series_find(f->s, msgid, &s, &f->err));
	return s;
}

#endif
