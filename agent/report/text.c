// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/text.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "pipeline/pipeline.h"
#include "report/link.h"
#include "report/report.h"

static void head_series(const struct test_report *r, const struct config *c, struct buf *b)
{
	CLEANUP(free_ptr) char *name = foreign_line(r->series.name);
	CLEANUP(free_ptr) char *link = link_mail(c, r->series.message_id, NULL);

	buf_str(b, "series:  ");
	if (r->version > 1)
		buf_printf(b, "v%d of ", r->version);
	buf_printf(b, "%s (%zu patch%s)\n", name, r->series.n, r->series.n == 1 ? "" : "es");
	if (link) {
		buf_printf(b, "         %s\n", link);
	} else if (r->series.message_id && r->series.message_id[0]) {
		CLEANUP(free_ptr) char *msgid = foreign_line(r->series.message_id);

		buf_printf(b, "         Message-ID: <%s>\n", msgid);
	}
}

static void head_base(const struct test_report *r, struct buf *b)
{
	CLEANUP(free_ptr)
	char *version = foreign_line(r->tree_version ? r->tree_version : "unknown");

	buf_printf(b, "base:    %s", version);
	if (r->patched.base)
		buf_printf(b, ", %.12s", r->patched.base);
	if (r->base.id)
		buf_printf(b, ", %s%s", r->base.fix ? "with fix " : "without a fix",
			   r->base.fix ? r->base.fix : "");
	buf_str(b, "\n");
}

/* What was tested on what, and the verdict. */
static void head(const struct test_report *r, const struct config *c, bool colours, struct buf *b)
{
	static const char *const colour[] = { "\033[32m", "\033[31m", "\033[33m" };
	CLEANUP(free_ptr) char *line = report_headline(&r->verdict);

	buf_printf(b, "verdict: %s%s%s: %s\n", colours ? colour[r->verdict.kind] : "",
		   verdict_name(r->verdict.kind), colours ? "\033[0m" : "", line);
	head_series(r, c, b);
	head_base(r, b);
	text_targets(r, b);
	text_since(r, b);
	buf_str(b, "\n");
}

static void notes(const struct test_report *r, struct buf *b)
{
	for (size_t i = 0; i < r->notes.n; i++) {
		CLEANUP(free_ptr) char *note = foreign_line(r->notes.v[i]);

		buf_printf(b, "note: %s\n", note);
	}
	if (r->notes.n)
		buf_str(b, "\n");
}

static void foot(const struct test_report *r, const struct config *c, struct buf *b)
{
	CLEANUP(free_ptr) char *link = link_verdict(c, r->verdict.id);

	if (r->patched.id) {
		CLEANUP(free_ptr) char *command = link_command(r);

		buf_printf(b, "again:   %s\n", command);
	}
	if (link)
		buf_printf(b, "more:    %s\n", link);
	if (r->run_dir)
		buf_printf(b, "kept:    %s\n", r->run_dir);
	if (r->verdict.id)
		buf_printf(b, "stored:  %.12s (dmalab show %.12s), after %.1f s\n", r->verdict.id,
			   r->verdict.id, (double)r->verdict.duration_ms / 1000);
}

static void print(const struct test_report *r, const struct config *c, bool colours, struct buf *b)
{
	head(r, c, colours, b);
	text_blames(r, b);
	text_changes(r, b);
	text_information(r, b);
	text_lab(r, b);
	notes(r, b);
	foot(r, c, b);
}

char *report_print(const struct config *c, const struct test_report *r)
{
	struct buf b = { 0 };

	print(r, c, false, &b);
	return buf_take(&b);
}

int report_text(const struct test_report *r, const struct config *c, FILE *out, bool colours,
		struct err *err)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	print(r, c, colours, &b);
	if (fwrite(buf_text(&b), 1, b.len, out) < b.len || fflush(out) == EOF || ferror(out))
		return err_set(err, EIO, "cannot write the report");
	return 0;
}
