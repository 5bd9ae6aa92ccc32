// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/oops_sorted.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/oops.h"

struct waiting {
	struct oops oops;
	bool syslog;
};

struct sorted {
	oops_sink_fn *sink;
	void *ctx;
	struct waiting v[SORTED_MAX];
	size_t n;
};

struct sorted *sorted_new(oops_sink_fn *sink, void *ctx)
{
	struct sorted *s = mem_zalloc(sizeof(*s));

	s->sink = sink;
	s->ctx = ctx;
	return s;
}

void sorted_free(struct sorted *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++)
		oops_done(&s->v[i].oops);
	free(s);
}

/* Hands on the first n. */
static void hand_on(struct sorted *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		s->sink(s->ctx, &s->v[i].oops);
	s->n -= n;
	memmove(s->v, s->v + n, s->n * sizeof(*s->v));
}

void sorted_add(struct sorted *s, struct oops *o, bool syslog)
{
	size_t at;

	if (s->n == SORTED_MAX)
		hand_on(s, 1);
	for (at = s->n; at > 0 && s->v[at - 1].oops.first_line > o->first_line; at--)
		s->v[at] = s->v[at - 1];
	s->v[at] = (struct waiting){ .oops = *o, .syslog = syslog };
	s->n++;
}

void sorted_flush(struct sorted *s, size_t open)
{
	size_t n = 0;

	while (n + 1 < s->n && !s->v[n].syslog && s->v[n].oops.first_line < open)
		n++;
	if (n > 0)
		hand_on(s, n);
}

void sorted_extend(struct sorted *s, size_t last, size_t line)
{
	for (size_t i = s->n; i > 0; i--)
		if (s->v[i - 1].oops.last_line == last) {
			s->v[i - 1].oops.last_line = line;
			s->v[i - 1].oops.fatal = true;
			return;
		}
}

void sorted_forget(struct sorted *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].syslog)
			oops_done(&s->v[i].oops);
		else
			s->v[kept++] = s->v[i];
	s->n = kept;
}

void sorted_end(struct sorted *s)
{
	hand_on(s, s->n);
}
