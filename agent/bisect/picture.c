// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "bisect/bisect.h"

/* A search as lines of text. */

enum { WIDTH_MIN = 20, WIDTH_MAX = 200, INDENT = 10, SHOWN = 3 };

/* How likely one place is: a step for each tenth below all. */
static char shade(double odds)
{
	static const struct {
		double from;
		char mark;
	} v[] = { { 0.5, '@' }, { 0.2, '#' }, { 0.05, '+' }, { 0.01, ':' }, { 0.001, '.' } };

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++)
		if (odds >= v[i].from)
			return v[i].mark;
	return ' ';
}

/* What was seen of a commit: bad, good, both, or that it cannot be run. */
static char seen(const struct bisection *b, size_t seq)
{
	const int bad = bisection_count(b, seq, BISECT_BAD);
	const int good = bisection_count(b, seq, BISECT_GOOD);

	if (b->commits[seq].build == BISECT_UNBUILDABLE)
		return 'x';
	return bad && good ? '%' : bad ? '!' : good ? 'o' : ' ';
}

static void range_draw(const struct bisection *b, size_t columns, struct buf *out)
{
	CLEANUP(free_ptr) double *odds = mem_zalloc(columns * sizeof(*odds));
	CLEANUP(free_ptr) char *marks = mem_zalloc(columns + 1);

	memset(marks, ' ', columns);
	for (size_t i = 0; i < b->n_range; i++) {
		const size_t at = i * columns / b->n_range;
		const char mark = seen(b, i + 1);

		odds[at] += b->commits[i + 1].odds;
		if (mark != ' ')
			marks[at] = mark;
	}
	buf_printf(out, "%*s[", INDENT, "");
	for (size_t i = 0; i < columns; i++)
		buf_printf(out, "%c", shade(odds[i]));
	buf_printf(out, "]\n%*s %s\n", INDENT, "", marks);
}

/* The likeliest that is none of those before. */
static size_t next_likely(const struct bisection *b, const size_t *before, size_t n)
{
	size_t best = 0;

	for (size_t seq = 1; seq <= b->n_range; seq++) {
		bool had = false;

		for (size_t i = 0; i < n; i++)
			had |= before[i] == seq;
		if (!had && (!best || b->commits[seq].odds > b->commits[best].odds))
			best = seq;
	}
	return best;
}

static void left_say(const struct bisect_sight *sight, int width, struct buf *out)
{
	const double s = sight->seconds;
	CLEANUP(free_ptr) char *time = NULL;
	CLEANUP(free_ptr) char *line = NULL;

	time = s <= 0	 ? mem_strdup("")
	       : s >= 90 ? mem_printf(", about %.0f minutes", ceil(s / 60))
			 : mem_printf(", about %.0f s", ceil(s));
	line = mem_printf("%*s%zu of %zu commits left%s", INDENT, "", sight->left,
			  sight->b->n_range, time);
	buf_printf(out, "%.*s\n", width - 1, line);
}

char *bisect_picture(const struct bisect_sight *sight, int width)
{
	const struct bisection *b = sight->b;
	size_t columns, shown[SHOWN];
	struct buf out = { 0 };

	width = width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
	columns = (size_t)(width - INDENT - 3);
	range_draw(b, columns > b->n_range ? b->n_range : columns, &out);
	for (size_t i = 0; i < SHOWN && i < b->n_range; i++) {
		const struct bisection_commit *c;
		char *line;

		shown[i] = next_likely(b, shown, i);
		c = &b->commits[shown[i]];
		if (c->odds < 0.005)
			break;
		line = mem_printf("%*.0f %%  %.12s %s", INDENT - 3, 100 * c->odds, c->commit,
				  c->subject);
		buf_printf(&out, "%.*s\n", width - 1, line);
		free(line);
	}
	left_say(sight, width, &out);
	return buf_take(&out);
}
