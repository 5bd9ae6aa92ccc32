// SPDX-License-Identifier: GPL-2.0-or-later
#include <libsmartcols/libsmartcols.h>
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/hash.h"
#include "base/err.h"
#include "base/mem.h"
#include "pipeline/pipeline.h"
#include "report/foreign.h"
#include "report/report.h"
#include "stage/judge/judge.h"

/* What a target's suite did, in one cell. */
struct tally {
	size_t all, pass, fail, error, miss, skip;
};

static struct tally suite_tally(const struct outcome *o, const char *suite)
{
	struct tally t = { 0 };
	size_t len = strlen(suite);

	for (size_t i = 0; i < o->tests.n; i++) {
		const struct test *test = &o->tests.v[i];

		if (strncmp(test->path, suite, len) != 0 ||
		    (test->path[len] != '.' && test->path[len] != '\0'))
			continue;
		t.all++;
		t.pass += test->status == TEST_PASS;
		t.fail += test->status == TEST_FAIL;
		t.error += test->status == TEST_ERROR;
		t.miss += test->status == TEST_MISS;
		t.skip += test->status == TEST_SKIP;
	}
	return t;
}

static void count(struct buf *b, size_t n, const char *word)
{
	if (n)
		buf_printf(b, "%s%zu %s", b->len ? ", " : "", n, word);
}

static char *cell(const struct outcome *o, const char *suite)
{
	struct tally t = suite_tally(o, suite);
	struct buf b = { 0 };

	if (o->infra)
		return mem_strdup("no result (lab)");
	if (t.all > 0 && t.pass == t.all)
		return mem_printf("all %zu pass", t.all);
	count(&b, t.error, "crash");
	count(&b, t.fail, "fail");
	count(&b, t.miss, "missing");
	count(&b, t.skip, "skipped");
	count(&b, t.pass, "pass");
	if (b.len == 0)
		buf_str(&b, "-");
	return buf_take(&b);
}

static const char *boot_word(const struct outcome *o)
{
	return o->infra ? "no result (lab)" : o->target ? boot_state_name(o->boot) : "-";
}

/* target × suite: base, patched */
static int table(const struct test_report *r, FILE *out, struct err *err)
{
	static const char *const heads[] = { "TARGET", "SUITE", "BASE", "PATCHED" };
	struct libscols_table *tb = scols_new_table();
	struct libscols_line *line;
	int failed = !tb;

	for (size_t i = 0; !failed && i < 4; i++)
		failed = !scols_table_new_column(tb, heads[i], 0, 0);
	for (size_t t = 0; !failed && t < r->n_outcomes; t++) {
		const struct outcome *base = &r->base_outcomes[t];
		const struct outcome *patched = &r->outcomes[t];

		line = scols_table_new_line(tb, NULL);
		failed = !line || scols_line_set_data(line, 0, base->target) ||
			 scols_line_set_data(line, 1, "(boot)") ||
			 scols_line_set_data(line, 2, boot_word(base)) ||
			 scols_line_set_data(line, 3, boot_word(patched));
		for (size_t s = 0; !failed && s < r->suites.n; s++) {
			const char *suite = r->suites.v[s].name;
			CLEANUP(free_ptr) char *was = cell(base, suite);
			CLEANUP(free_ptr) char *is = cell(patched, suite);

			line = scols_table_new_line(tb, NULL);
			failed = !line || scols_line_set_data(line, 0, base->target) ||
				 scols_line_set_data(line, 1, suite) ||
				 scols_line_set_data(line, 2, was) ||
				 scols_line_set_data(line, 3, is);
		}
	}
	if (!failed) {
		scols_table_set_stream(tb, out);
		failed = scols_print_table(tb) < 0;
	}
	scols_unref_table(tb);
	return failed ? err_set(err, EIO, "cannot print the table") : 0;
}

/* Indents every line of a foreign text. */
static void indented(FILE *out, const char *foreign)
{
	CLEANUP(free_ptr) char *clean = foreign_text(foreign);
	const char *text = clean;

	while (*text) {
		int len = (int)strcspn(text, "\n");

		fprintf(out, "    %.*s\n", len, text);
		text += len + (text[len] == '\n');
	}
}

/* How much of an id `dmalab show` needs: the beginning of a hash, all of a job's. */
static int id_len(const char *id)
{
	size_t len = strlen(id);

	return len == HASH_HEX_LEN - 1 ? 12 : (int)len;
}

static void reasons(const struct test_report *r, FILE *out)
{
	for (size_t i = 0; i < r->verdict.reasons.n; i++) {
		const struct reason *q = &r->verdict.reasons.v[i];
		CLEANUP(free_ptr) char *subject = foreign_line(q->subject);

		fprintf(out, "%s%s%s: %s\n", reason_name(q->kind), q->target[0] ? " on " : "",
			q->target, subject);
		indented(out, q->detail);
		if (q->where[0] && q->line)
			fprintf(out, "    see line %zu of: dmalab show %.*s --log\n", q->line,
				id_len(q->where), q->where);
		else if (q->where[0])
			fprintf(out, "    see: dmalab show %.*s --log\n", id_len(q->where),
				q->where);
	}
}

static void crashes_of_base(const struct test_report *r, FILE *out)
{
	for (size_t t = 0; t < r->n_outcomes; t++) {
		const struct outcome *o = &r->base_outcomes[t];

		for (size_t i = 0; i < o->oopses.n; i++) {
			CLEANUP(free_ptr) char *title = foreign_line(o->oopses.v[i].title);
			const char *job = o->oops_jobs ? o->oops_jobs[i] : "";

			fprintf(out,
				"base on %s: %s\n    see line %zu of: dmalab show %.*s --log\n",
				o->target, title, o->oopses.v[i].first_line, id_len(job), job);
		}
	}
}

static bool has_reason(const struct test_report *r, enum reason_kind kind)
{
	for (size_t i = 0; i < r->verdict.reasons.n; i++)
		if (r->verdict.reasons.v[i].kind == kind)
			return true;
	return false;
}

static const char *fail_words(const struct test_report *r)
{
	if (has_reason(r, REASON_APPLY_CONFLICT))
		return "the series does not apply to the base";
	if (has_reason(r, REASON_BUILD_ERROR))
		return "the series does not build";
	return "the series breaks what works on the base";
}

static const char *verdict_words(const struct test_report *r, size_t fixed)
{
	switch (r->verdict.kind) {
	case VERDICT_PASS:
		return fixed ? "the series breaks nothing and fixes what failed on the base"
			     : "the series breaks nothing";
	case VERDICT_FAIL:
		return fail_words(r);
	case VERDICT_NONE:
		return "no verdict: the lab failed, not the series (infra)";
	}
	return "";
}

/* What was tested on what, and the verdict. */
static void head(const struct test_report *r, size_t fixed, FILE *out, bool colours)
{
	static const char *const colour[] = { "\033[32m", "\033[31m", "\033[33m" };
	CLEANUP(free_ptr) char *name = foreign_line(r->series.name);

	fprintf(out, "series:  %s (%zu patch%s)\n", name, r->series.n,
		r->series.n == 1 ? "" : "es");
	fprintf(out, "base:    %s, %.12s, %s%s\n", r->tree_version ? r->tree_version : "unknown",
		r->patched.base ? r->patched.base : "", r->base.fix ? "with fix " : "without a fix",
		r->base.fix ? r->base.fix : "");
	fprintf(out, "verdict: %s%s%s: %s\n", colours ? colour[r->verdict.kind] : "",
		verdict_name(r->verdict.kind), colours ? "\033[0m" : "", verdict_words(r, fixed));
	if (fixed)
		fprintf(out, "fixed:   %zu test%s that fail%s on the base %s now\n", fixed,
			fixed == 1 ? "" : "s", fixed == 1 ? "s" : "",
			fixed == 1 ? "passes" : "pass");
	fputc('\n', out);
}

static void notes(const struct test_report *r, FILE *out)
{
	for (size_t i = 0; i < r->notes.n; i++) {
		CLEANUP(free_ptr) char *note = foreign_line(r->notes.v[i]);

		fprintf(out, "note: %s\n", note);
	}
	if (r->run_dir)
		fprintf(out, "kept: %s\n", r->run_dir);
	if (r->verdict.id)
		fprintf(out, "stored as %.12s (dmalab show %.12s), %.1f s\n", r->verdict.id,
			r->verdict.id, (double)r->verdict.duration_ms / 1000);
}

int report_text(const struct test_report *r, FILE *out, bool colours, struct err *err)
{
	size_t fixed = 0;
	int ret = 0;

	for (size_t t = 0; t < r->n_outcomes; t++)
		if (r->outcomes[t].target)
			fixed += judge_fixed(&r->base_outcomes[t], &r->outcomes[t]);
	head(r, fixed, out, colours);
	if (r->n_outcomes) {
		ret = table(r, out, err);
		fputc('\n', out);
	}
	crashes_of_base(r, out);
	reasons(r, out);
	notes(r, out);
	if (ret == 0 && (fflush(out) == EOF || ferror(out)))
		ret = err_set(err, EIO, "cannot write the report");
	return ret;
}
