// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/tell.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "mail/letter.h"
#include "model/config.h"
#include "store/known.h"
#include "store/outbox.h"

enum { VERSIONS_MAX = 50 }; /* of a series, looked through for what was told */

void tell_facts_done(struct tell_facts *f)
{
	series_row_done(&f->series);
	mail_row_list_done(&f->mails);
	strv_done(&f->cc);
	verdict_done(&f->told);
	*f = (struct tell_facts){ 0 };
}

static bool somebody_hears(const struct report_config *f)
{
	return f->from || f->checks.n || f->kcidb_url || f->kcidb_dir;
}

/* Whom the first mail went to, where its bytes are still there. */
static int cc_read(struct store *s, struct tell_facts *f, struct err *err)
{
	CLEANUP(buf_done) struct buf raw = { 0 };
	struct err ignored;
	int r;

	if (f->mails.n == 0 || !f->mails.v[0].raw)
		return 0;
	r = store_mail_raw(s, f->mails.v[0].num, &raw, err);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	if (letter_receivers(buf_text(&raw), raw.len, &f->cc, &ignored) < 0)
		strv_done(&f->cc); /* a header that nobody can read names nobody */
	return 0;
}

/* What was last said about it, or else about the version before, and so on. */
static int told_read(struct store *s, struct tell_facts *f, struct err *err)
{
	int64_t num = f->series.num;
	int r = 0;

	for (int i = 0; r == 0 && num && i < VERSIONS_MAX; i++) {
		CLEANUP(series_row_done) struct series_row row = { 0 };

		r = store_verdict_told(s, num, &f->told, err);
		if (r == 0 && store_series_get(s, num, &row, err) < 0)
			r = -err->code;
		num = row.older;
	}
	return r < 0 ? r : 0;
}

int tell_facts_read(const struct config *c, struct store *s, int64_t series,
		    const struct test_report *report, struct tell_facts *ret, struct err *err)
{
	CLEANUP(tell_facts_done)
	struct tell_facts f = { .config = c, .report = report, .now = clock_now() };
	int r = series && somebody_hears(&c->report) ? store_series_get(s, series, &f.series, err)
						     : 0;

	if (r <= 0)
		return r;
	r = store_series_mails(s, series, &f.mails, err);
	if (r == 0)
		r = cc_read(s, &f, err);
	if (r == 0)
		r = told_read(s, &f, err);
	if (r < 0)
		return err_prefix(err, "whom to tell of series %lld", (long long)series);
	*ret = f;
	f = (struct tell_facts){ 0 };
	return 1;
}
