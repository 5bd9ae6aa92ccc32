// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "pipeline/pipeline.h"
#include "report/blocks.h"
#include "report/text.h"
#include "stage/judge/odds.h"

enum { GROUPS_SHOWN = 10 };

/* "subject on virt, smdkc210" */
static void title(const struct change_list *l, size_t begin, struct buf *b)
{
	CLEANUP(free_ptr) char *subject = foreign_line(l->v[begin].subject);
	const char *before = " on ";

	buf_printf(b, "    %s", subject);
	for (size_t i = begin; i < l->n; i++)
		if (l->v[i].target[0] && group_has(l, begin, i)) {
			buf_printf(b, "%s%s", before, l->v[i].target);
			before = ", ";
		}
}

/* "7 of 20 boots with the series, 6 of 20 without (19..49 %)"; of what comes and goes both sides
 * say the same, and the interval is theirs together. */
static void rate(const struct change *c, struct buf *b)
{
	const struct rate all = { c->base.bad + c->patched.bad, c->base.runs + c->patched.runs };
	double low, high;

	if (all.runs <= 0)
		return;
	buf_printf(b, "%d of %d boots with the series, %d of %d without", c->patched.bad,
		   c->patched.runs, c->base.bad, c->base.runs);
	if (c->class != CHANGE_FLAKY)
		return;
	odds_interval(all, &low, &high);
	buf_printf(b, " (%.0f..%.0f %%)", 100 * low, 100 * high);
}

static void flaky_lines(const struct change_list *l, size_t begin, struct buf *b)
{
	CLEANUP(free_ptr) char *subject = foreign_line(l->v[begin].subject);

	for (size_t i = begin; i < l->n; i++) {
		const struct change *c = &l->v[i];

		if (!group_has(l, begin, i))
			continue;
		buf_printf(b, "    %s%s%s%s", subject, c->target[0] ? " on " : "", c->target,
			   c->base.runs + c->patched.runs > 0 ? ": " : "");
		rate(c, b);
		buf_str(b, "\n");
	}
}

static void known_line(const struct change_list *l, size_t begin, struct buf *b)
{
	CLEANUP(free_ptr) char *why = foreign_line(l->v[begin].why);

	title(l, begin, b);
	buf_printf(b, ": known issue %lld%s%s\n", (long long)l->v[begin].known, why[0] ? ": " : "",
		   why);
}

static void plain_line(const struct change_list *l, size_t begin, struct buf *b)
{
	const struct change *c = &l->v[begin];

	title(l, begin, b);
	if (c->patched.runs > 0 || c->base.runs > 0) {
		buf_str(b, ": ");
		rate(c, b);
	}
	buf_str(b, "\n");
}

static bool is_fixed(const struct change *c)
{
	return c->class == CHANGE_FIXED && !c->known;
}

static bool is_still_failing(const struct change *c)
{
	return c->class == CHANGE_STILL_FAILING && !c->known;
}

static bool is_flaky(const struct change *c)
{
	return c->class == CHANGE_FLAKY && !c->known;
}

static bool is_known(const struct change *c)
{
	return c->known;
}

static void part(const struct change_list *l, const char *head, bool (*is)(const struct change *),
		 void (*line)(const struct change_list *, size_t, struct buf *), struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (!is(&l->v[i]) || !group_begins(l, i))
			continue;
		if (n++ == 0)
			buf_printf(b, "%s:\n", head);
		if (n <= GROUPS_SHOWN)
			line(l, i, b);
	}
	if (n > GROUPS_SHOWN)
		buf_printf(b, "    … and %zu more\n", n - GROUPS_SHOWN);
	if (n)
		buf_str(b, "\n");
}

void text_changes(const struct test_report *r, struct buf *b)
{
	const struct change_list *l = &r->verdict.changes;

	part(l, "fixed by the series", is_fixed, plain_line, b);
	part(l, "fails without the series too", is_still_failing, plain_line, b);
	part(l, "comes and goes, no more often with the series than by chance", is_flaky,
	     flaky_lines, b);
	part(l, "known, not counted", is_known, known_line, b);
}
