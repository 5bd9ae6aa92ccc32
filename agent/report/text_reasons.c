// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/foreign.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "pipeline/pipeline.h"
#include "report/blocks.h"
#include "report/text.h"

enum {
	EXCERPT_LINES = 14, /* more is for who looks at the log */
	LINE_MAX_SHOWN = 160,
	NOTICES_SHOWN = 10,
	BLAMES_WHOLE = 3, /* with their proof; of the rest the title will do */
	WARNINGS_WHOLE = 2,
	TITLES_SHOWN = 5,
};

/* Indents a foreign text's first lines. */
static void indented(const char *foreign, struct buf *b)
{
	CLEANUP(free_ptr) char *clean = foreign_text(foreign);
	const char *text = clean;

	for (int n = 0; *text; n++) {
		size_t len = strcspn(text, "\n"), shown = len;

		if (n == EXCERPT_LINES) {
			buf_str(b, "    …\n");
			break;
		}
		if (len > LINE_MAX_SHOWN)
			shown = utf8_valid(text, LINE_MAX_SHOWN);
		if (len > 0)
			buf_printf(b, "    %.*s%s\n", (int)shown, text, shown < len ? "…" : "");
		else
			buf_str(b, "\n");
		text += len + (text[len] == '\n');
	}
}

/* How much of an id `dmalab show` needs: the beginning of a hash, all of a job's. */
static int id_len(const char *id)
{
	size_t len = strlen(id);

	return len == HASH_HEX_LEN - 1 ? 12 : (int)len;
}

static void see(const struct reason *q, struct buf *b)
{
	if (!q->where[0] || (q->kind == REASON_BUILD_WARNING && !q->line))
		return; /* of what is compiled at W=1 no log is kept */
	if (q->line)
		buf_printf(b, "    see line %zu of: dmalab show %.*s --log\n", q->line,
			   id_len(q->where), q->where);
	else
		buf_printf(b, "    see: dmalab show %.*s --log\n", id_len(q->where), q->where);
}

/* "by luck 1 in 462": what is never seen in a million is not counted more finely. */
static void luck(double chance, struct buf *b)
{
	if (chance >= 0.5)
		return;
	if (chance < 1e-6)
		buf_str(b, "; by luck less than 1 in a million");
	else
		buf_printf(b, "; by luck 1 in %.0f", 1 / chance);
}

static bool same_rates(const struct reason *a, const struct reason *b)
{
	return a->base.bad == b->base.bad && a->base.runs == b->base.runs &&
	       a->patched.bad == b->patched.bad && a->patched.runs == b->patched.runs;
}

/* A line a target, or one where all say the same. */
static void rates(const struct reason_list *l, size_t begin, struct buf *b)
{
	bool several = false, equal = true;

	for (size_t i = begin + 1; i < l->n; i++)
		if (block_has(l, begin, i)) {
			several = true;
			equal = equal && same_rates(&l->v[begin], &l->v[i]);
		}
	for (size_t i = begin; i < l->n; i++) {
		const struct reason *q = &l->v[i];

		if (q->patched.runs <= 0 || !block_has(l, begin, i))
			continue;
		buf_printf(b, "    %s%s%d of %d boots with the series, %d of %d without",
			   !several ? ""
			   : equal  ? "on each"
				    : q->target,
			   several ? ": " : "", q->patched.bad, q->patched.runs, q->base.bad,
			   q->base.runs);
		luck(q->chance, b);
		buf_str(b, "\n");
		if (equal)
			break;
	}
}

static void brought_by(const struct test_report *r, const struct reason *q, struct buf *b)
{
	CLEANUP(free_ptr) char *subject = NULL;
	int patch = q->patch;

	if (patch < 1 || r->series.n < 2 || reason_names_patch(q->kind))
		return;
	for (size_t i = 0; i < r->series.n; i++)
		if (r->series.patches[i].number == patch)
			subject = foreign_line(r->series.patches[i].subject);
	buf_printf(b, "    brought by %d/%zu%s%s%s\n", patch, r->series.n, subject ? " \"" : "",
		   subject ? subject : "", subject ? "\"" : "");
}

/* Targets that were booted, and do not show it. */
static void spared(const struct test_report *r, size_t begin, struct buf *b)
{
	const struct reason_list *l = &r->verdict.reasons;
	CLEANUP(buf_done) struct buf names = { 0 };

	for (size_t t = 0; l->v[begin].target[0] && t < r->n_outcomes; t++) {
		const struct outcome *o = &r->outcomes[t];
		bool has = !o->target || o->infra;

		for (size_t i = begin; !has && i < l->n; i++)
			has = block_has(l, begin, i) && strcmp(l->v[i].target, o->target) == 0;
		if (!has)
			buf_printf(&names, "%s%s", names.len ? ", " : "", o->target);
	}
	if (names.len)
		buf_printf(b, "    not on %s\n", buf_text(&names));
}

/* Whether the words say what the lines of the log do not. */
static bool says_more(const struct reason *q)
{
	return !q->excerpt[0] || q->kind == REASON_BOOT_HANG || q->kind == REASON_MISSING_TESTS;
}

static void block(const struct test_report *r, size_t i, struct buf *b)
{
	const struct reason_list *l = &r->verdict.reasons;
	const struct reason *q = &l->v[i];
	CLEANUP(free_ptr) char *title = block_title(l, i);

	buf_printf(b, "%s\n", title);
	brought_by(r, q, b);
	rates(l, i, b);
	if (reason_blames(q->kind))
		spared(r, i, b);
	if (says_more(q))
		indented(q->detail, b);
	indented(q->excerpt, b);
	see(q, b);
}

static bool is_warning(enum reason_kind k)
{
	return k == REASON_BUILD_WARNING;
}

/* What tells a block from its neighbours: warnings of one patch have one subject. */
static char *short_title(const struct reason_list *l, size_t i)
{
	CLEANUP(free_ptr) char *line = NULL;

	if (!is_warning(l->v[i].kind))
		return block_title(l, i);
	line = mem_strndup(l->v[i].detail, strcspn(l->v[i].detail, "\n"));
	return foreign_line(line);
}

/* The first blocks with their proof, titles of what follows, and how many there are besides. */
static void blocks(const struct test_report *r, bool (*is)(enum reason_kind k), size_t whole,
		   struct buf *b)
{
	const struct reason_list *l = &r->verdict.reasons;
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (!is(l->v[i].kind) || !block_begins(l, i))
			continue;
		if (n++ < whole) {
			block(r, i, b);
			buf_str(b, "\n");
		} else if (n <= whole + TITLES_SHOWN) {
			CLEANUP(free_ptr) char *title = short_title(l, i);

			buf_printf(b, "%s    %s\n", n == whole + 1 ? "and also:\n" : "", title);
		}
	}
	if (n > whole + TITLES_SHOWN)
		buf_printf(b, "    … and %zu more\n", n - whole - TITLES_SHOWN);
	if (n > whole)
		buf_str(b, "\n");
}

void text_blames(const struct test_report *r, struct buf *b)
{
	blocks(r, reason_blames, BLAMES_WHOLE, b);
}

static void notice_line(const struct test_report *r, const struct notice *n, struct buf *b)
{
	CLEANUP(free_ptr) char *file = foreign_line(n->file);
	CLEANUP(free_ptr) char *text = foreign_line(n->text);

	buf_printf(b, "    %s", n->tool);
	if (n->patch)
		buf_printf(b, " %d/%zu", n->patch, r->series.n);
	if (file[0])
		buf_printf(b, " %s", file);
	if (file[0] && n->line)
		buf_printf(b, ":%d", n->line);
	buf_printf(b, ": %s\n", text);
}

void text_information(const struct test_report *r, struct buf *b)
{
	const struct notice_list *n = &r->notices;

	blocks(r, is_warning, WARNINGS_WHOLE, b);
	if (!n->n)
		return;
	buf_str(b, "for information:\n");
	for (size_t i = 0; i < n->n && i < NOTICES_SHOWN; i++)
		notice_line(r, &n->v[i], b);
	if (n->n > NOTICES_SHOWN)
		buf_printf(b, "    … and %zu more\n", n->n - NOTICES_SHOWN);
	buf_str(b, "\n");
}

/* Targets whose word stands, "" where there is none. */
static char *heard(const struct test_report *r)
{
	struct buf names = { 0 };

	for (size_t t = 0; t < r->n_outcomes; t++)
		if (r->outcomes[t].target && !r->outcomes[t].infra && !r->base_outcomes[t].infra)
			buf_printf(&names, "%s%s", names.len ? ", " : "", r->outcomes[t].target);
	return buf_take(&names);
}

void text_lab(const struct test_report *r, struct buf *b)
{
	const struct reason_list *l = &r->verdict.reasons;
	CLEANUP(free_ptr) char *from = heard(r);
	bool any = false;

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].kind != REASON_INFRA || !block_begins(l, i))
			continue;
		block(r, i, b);
		any = true;
	}
	if (any && from[0] && r->verdict.kind != VERDICT_NONE)
		buf_printf(b, "    the verdict is from %s\n", from);
	if (any)
		buf_str(b, "\n");
}
