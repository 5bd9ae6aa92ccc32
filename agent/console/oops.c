// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/oops.h"

#include "base/mem.h"
#include "console/oops_scan.h"
#include "model/oops.h"

struct parse {
	const char *text;
	struct oops_list *out;
	size_t first; /* index in out of this console's first report */
};

static void keep(void *ctx, struct oops *o)
{
	struct parse *p = ctx;
	struct oops_list *l = p->out;

	if (l->n - p->first >= OOPS_REPORTS_MAX) {
		oops_done(o);
		return;
	}
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = *o;
}

static size_t count(void *ctx, uint64_t from, uint64_t to)
{
	const struct parse *p = ctx;

	return count_newlines(p->text + from, (size_t)(to - from));
}

void oops_parse(const char *text, size_t len, struct oops_list *ret)
{
	struct parse p = { .text = text, .out = ret, .first = ret->n };
	struct oops_scan *s = oops_scan_new(keep, count, &p);

	(void)oops_scan_feed(s, text, len, true);
	oops_scan_free(s);
}
