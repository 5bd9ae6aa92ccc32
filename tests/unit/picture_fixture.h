/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_PICTURE_FIXTURE_H
#define DMALAB_TESTS_PICTURE_FIXTURE_H

/* Rows that pictures are drawn of, and what is looked for in a picture. */
#include "answer_fixture.h"

#include <math.h>

#include "base/buf.h"
#include "html/html.h"
#include "web/picture.h"
#include "web/picture_room.h"

enum { MONDAY = 1699833600, WEEK = 7 * 24 * 3600 }; /* 2023-11-13 */

typedef void draw_fn(const struct answer *rows, struct html *h);

static inline char *drawn_as(enum html_kind kind, draw_fn *draw, const struct answer *rows)
{
	CLEANUP(html_freep) struct html *h = html_new(kind);
	struct buf b = { 0 };

	draw(rows, h);
	html_take(h, &b);
	return buf_take(&b);
}

static inline char *drawn(draw_fn *draw, const struct answer *rows)
{
	return drawn_as(HTML_XML, draw, rows);
}

static inline size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
		n++;
	return n;
}

static inline void has(const char *svg, const char *what)
{
	if (!strstr(svg, what))
		fail_msg("no '%s' in:\n%.4000s", what, svg);
}

static inline void before(const char *svg, const char *a, const char *b)
{
	has(svg, a);
	has(svg, b);
	if (strstr(svg, a) > strstr(svg, b))
		fail_msg("'%s' comes behind '%s'", a, b);
}

/* --- everything within the picture --- */

/* The value of an attribute of the element at `tag`, NAN without; a share of the width in units. */
static inline double attribute(const char *tag, const char *name)
{
	CLEANUP(free_ptr) char *needle = mem_printf(" %s=\"", name);
	const char *at = strstr(tag, needle), *end = strchr(tag, '>');
	char *rest;
	double v;

	if (!at || at > end)
		return NAN;
	v = strtod(at + strlen(needle), &rest);
	return *rest == '%' ? v * PICTURE_WIDTH / 100 : v;
}

static inline void inside(const char *tag, double x, double y, double height)
{
	if (x < -0.05 || x > PICTURE_WIDTH + 0.05 || y < -0.05 || y > height + 0.05)
		fail_msg("%g %g is outside of 0 0 %d %g: %.200s", x, y, PICTURE_WIDTH, height, tag);
}

static inline size_t letters(const char *tag)
{
	const char *at = strchr(tag, '>');
	size_t n = 0;

	for (at = at + 1; *at && *at != '<'; at++) {
		n += ((unsigned char)*at & 0xc0) != 0x80;
		at = *at == '&' ? strchr(at, ';') : at;
	}
	return n;
}

static inline void text_inside(const char *tag, double height)
{
	double x = attribute(tag, "x"), y = attribute(tag, "y");
	double wide = letters(tag) * PICTURE_LETTER_10TH / 10.0;
	const char *end = strchr(tag, '>'), *anchor = strstr(tag, "text-anchor=\"end\"");
	const char *turn = strstr(tag, "rotate(-90"), *mono = strstr(tag, "monospace");

	inside(tag, x, y, height);
	inside(tag, x, y - PICTURE_TEXT + 2, height);
	if (!mono || mono > end)
		return; /* words of our own */
	if (turn && turn < end)
		inside(tag, x, y - wide, height);
	else
		inside(tag, anchor && anchor < end ? x - wide : x + wide, y, height);
}

static inline void all_inside(const char *svg)
{
	double height = attribute(strstr(svg, "<svg"), "height");

	assert_true(height > 0);
	for (const char *t = svg; (t = strstr(t, "<rect")); t++) {
		double x = attribute(t, "x"), y = attribute(t, "y");

		if (strstr(t, "class=\"back\"") && strstr(t, "class=\"back\"") < strchr(t, '>'))
			continue;
		inside(t, x, y, height);
		inside(t, x + attribute(t, "width"), y + attribute(t, "height"), height);
	}
	for (const char *t = svg; (t = strstr(t, "<text")); t++)
		text_inside(t, height);
	for (const char *t = svg; (t = strstr(t, "<path d=\"M")); t++) {
		char *rest;
		double x = strtod(t + 10, &rest), y = strtod(rest, NULL);

		inside(t, x, y, height);
		inside(t, x + 5, y + 4, height);
	}
}

/* --- rows --- */

#define WEEKS	"week time|runs int|bad int|percent int|key int"
#define HISTORY "when time|target|tree|design|status|comment|series|job id|line int|key int"
#define MATRIX                                                                                     \
	"test|report|target|class|base|patched|base_bad int|base_runs int|patched_bad int|"        \
	"patched_runs int|known int|job id|line int|key int"
#define ODDS	"seq int|commit id|subject|percent real|good int|bad int|infra int|key int"
#define DESIGNS "design|test|target|tree|result|comment|job id|line int|key int"

static inline void rowf(struct answer *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static inline void rowf(struct answer *a, const char *fmt, ...)
{
	CLEANUP(free_ptr) char *row = NULL;
	va_list ap;

	va_start(ap, fmt);
	row = mem_vprintf(fmt, ap);
	va_end(ap);
	answer_row(a, row);
}

#endif
