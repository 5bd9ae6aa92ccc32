// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "console/ktap.h"
#include "console/ktap_reader.h"
#include "console/line.h"
#include "console/oops.h"
#include "console/oops_scan.h"
#include "model/oops.h"
#include "model/test.h"

/* What is kept of a report. */
struct crash {
	char *says; /* "title (hash)" */
	size_t last_line;
	bool fatal;
};

struct ktap_scan {
	struct test_list *out;
	size_t first; /* in out: what was there before is left alone */
	struct ktap_reader *reader;
	struct lines lines;
	bool long_line; /* the next piece begins within a line that was cut */
	struct oops_scan *oopses;
	struct crash *crashes;
	size_t n_crashes, cap_crashes;
};

static void keep(void *ctx, struct oops *o)
{
	struct ktap_scan *s = ctx;

	if (s->n_crashes < OOPS_REPORTS_MAX) {
		s->crashes =
			mem_grow(s->crashes, s->n_crashes, &s->cap_crashes, sizeof(*s->crashes));
		s->crashes[s->n_crashes++] =
			(struct crash){ .says = mem_printf("%s (%s)", o->title, o->hash),
					.last_line = o->last_line,
					.fatal = o->fatal };
	}
	oops_done(o);
}

/* What ended a test last seen in `line`: the first fatal report behind, else any. */
static const char *end_of(const struct ktap_scan *s, size_t line)
{
	const char *any = NULL;

	for (size_t i = 0; i < s->n_crashes; i++) {
		const struct crash *c = &s->crashes[i];

		if (c->last_line >= line && c->fatal)
			return c->says;
		if (c->last_line >= line && !any)
			any = c->says;
	}
	return any ? any : "no answer";
}

struct ktap_scan *ktap_scan_new(struct test_list *ret)
{
	struct ktap_scan *s = mem_zalloc(sizeof(*s));

	s->out = ret;
	s->first = ret->n;
	s->reader = ktap_reader_new(true, ret);
	s->oopses = oops_scan_new(keep, NULL, s);
	lines_start(&s->lines, NULL, 0);
	return s;
}

static void read_lines(struct ktap_scan *s, const char *data, size_t len)
{
	struct line ln;

	lines_continue(&s->lines, data, len);
	while (line_next(&s->lines, &ln))
		ktap_reader_line(s->reader, &ln);
}

/* Length of what is left of a line that was cut. */
static size_t pass_line(struct ktap_scan *s, const char *data, size_t len)
{
	const char *nl = len > 0 ? memchr(data, '\n', len) : NULL;

	s->long_line = !nl;
	return nl ? (size_t)(nl + 1 - data) : len;
}

size_t ktap_scan_feed(struct ktap_scan *s, const char *data, size_t len, bool last)
{
	size_t used = oops_scan_feed(s->oopses, data, len, last);
	size_t at = s->long_line ? pass_line(s, data, used) : 0;

	s->lines.more = !last;
	if (!last && used > at && data[used - 1] != '\n') {
		s->long_line = true; /* of a line that does not end, the begin is one */
		read_lines(s, data + at, LINE_LIMIT);
	} else {
		read_lines(s, data + at, used - at);
	}
	return used;
}

bool ktap_scan_end(struct ktap_scan *s)
{
	bool complete = ktap_reader_end(s->reader);

	for (size_t i = s->first; i < s->out->n; i++) {
		struct test *t = &s->out->v[i];

		if (t->status != TEST_ERROR || t->comment[0])
			continue;
		mem_set_copy(&t->comment, end_of(s, t->line));
	}
	for (size_t i = 0; i < s->n_crashes; i++)
		free(s->crashes[i].says);
	free(s->crashes);
	oops_scan_free(s->oopses);
	free(s);
	return complete;
}

bool ktap_read(const char *text, size_t len, struct test_list *ret)
{
	struct ktap_scan *s = ktap_scan_new(ret);

	(void)ktap_scan_feed(s, text, len, true);
	return ktap_scan_end(s);
}
