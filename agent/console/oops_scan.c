// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/oops_scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "console/line.h"
#include "console/oops_extent.h"
#include "console/oops_kind.h"
#include "console/prefilter.h"

enum {
	TAIL = 240,	  /* bytes of the text before, for what a line is to the one above it */
	SMALL = 16 << 10, /* a shorter piece is not worth the search */
};

/* Of oops_kind_literal(); host/literals.c. */
static const unsigned char database[] = {
#include "console/literals.h"
};

struct oops_scan {
	struct extent *extent;
	struct lines lines;
	struct prefilter *filter;
	bool filter_tried;
	oops_count_fn *count;
	void *ctx;
	size_t hit;	  /* the next literal in the piece; SIZE_MAX: not searched */
	uint64_t base;	  /* offset of the piece in the input */
	uint64_t counted; /* newlines before this offset are known: */
	size_t number;
	bool long_line; /* the piece begins within a line that was cut */
	char tail[TAIL];
	size_t tail_len;
};

struct oops_scan *oops_scan_new(oops_sink_fn *sink, oops_count_fn *count, void *ctx)
{
	struct oops_scan *s = mem_zalloc(sizeof(*s));

	s->extent = extent_new(sink, ctx);
	s->count = count;
	s->ctx = ctx;
	lines_start(&s->lines, NULL, 0);
	return s;
}

void oops_scan_free(struct oops_scan *s)
{
	if (!s)
		return;
	extent_free(s->extent);
	prefilter_free(s->filter);
	free(s);
}

static const char *newline_in(const char *p, const char *end)
{
	return memchr(p, '\n', (size_t)(end - p));
}

/* Makes `number` that of the lines before data + at. */
static void count_to(struct oops_scan *s, const char *data, size_t at)
{
	uint64_t to = s->base + at;
	size_t known = 0;

	if (s->counted < s->base) {
		s->number += s->count(s->ctx, s->counted, s->base);
		s->counted = s->base;
	}
	known = (size_t)(s->counted - s->base);
	if (to > s->counted)
		s->number += count_newlines(data + known, at - known);
	s->counted = to > s->counted ? to : s->counted;
}

/* Where the line with data[at] begins. */
static size_t line_begin(const char *data, size_t at)
{
	const char *nl = at > 0 ? memrchr(data, '\n', at) : NULL;

	return nl ? (size_t)(nl + 1 - data) : 0;
}

/* The line before data + at, or what is known of it. */
static void line_before(const struct oops_scan *s, const char *data, size_t at, struct line *ret)
{
	*ret = (struct line){ .text = s->tail, .len = s->tail_len };
	if (at > 0) {
		size_t begin = line_begin(data, at - 1);

		*ret = (struct line){ .text = data + begin, .len = at - 1 - begin };
	}
	if (ret->len > TAIL)
		ret->len = TAIL;
}

/* Where the next literal is from data + at on; `at` itself where nothing is known. */
static size_t next_hit(struct oops_scan *s, const char *data, size_t at, size_t len)
{
	if (!s->filter && !s->filter_tried && len - at >= SMALL) {
		s->filter = prefilter_new(oops_kind_literal, database, sizeof(database));
		s->filter_tried = true;
	}
	if (!s->filter || extent_at_begin(s->extent, s->number))
		return at;
	if (s->hit == SIZE_MAX || s->hit < at)
		s->hit = prefilter_next(s->filter, data, at, len);
	return s->hit;
}

/*
 * The line above the next one that matters, from data + at on; len where there
 * is none. That line says whether the other one is torn or in a frame.
 */
static size_t next_of_interest(struct oops_scan *s, const char *data, size_t at, size_t len)
{
	size_t hit = next_hit(s, data, at, len), begin;

	if (hit == len || hit == at)
		return hit;
	begin = line_begin(data, hit);
	if (begin <= at)
		return at;
	begin = line_begin(data, begin - 1);
	return begin > at ? begin : at;
}

/* Reads lines from data + at on until no report is open and nothing is held. */
static size_t read_lines(struct oops_scan *s, const char *data, size_t at, size_t len)
{
	struct line ln, before;
	size_t hit;

	count_to(s, data, at);
	if (lines_idle(&s->lines) && !extent_open(s->extent)) {
		line_before(s, data, at, &before);
		extent_before(s->extent, &before);
	}
	lines_continue(&s->lines, data + at, len - at);
	s->lines.number = s->number;
	do {
		bool idle = lines_idle(&s->lines);

		hit = next_hit(s, data, at, len);
		if (!line_next(&s->lines, &ln))
			break;
		at = (size_t)(s->lines.at - data);
		ln.plain = idle && hit >= at;
		extent_line(s->extent, &ln);
	} while (extent_open(s->extent) || !lines_idle(&s->lines));
	s->number = s->lines.number;
	at = (size_t)(s->lines.at - data);
	s->counted = s->base + at;
	return at;
}

/* Whole lines, or the last of the input. */
static void feed_lines(struct oops_scan *s, const char *data, size_t len, bool last)
{
	size_t at = 0;

	s->hit = SIZE_MAX;
	s->lines.more = !last;
	while (at < len) {
		if (!extent_open(s->extent) && lines_idle(&s->lines)) {
			at = next_of_interest(s, data, at, len);
			if (at == len)
				break;
		}
		at = read_lines(s, data, at, len);
	}
	if (last && !lines_idle(&s->lines)) {
		struct line ln;

		lines_continue(&s->lines, data + len, 0);
		while (line_next(&s->lines, &ln))
			extent_line(s->extent, &ln);
	}
}

static void keep_tail(struct oops_scan *s, const char *data, size_t len)
{
	size_t begin, n;

	if (len == 0)
		return;
	begin = line_begin(data, len - 1);
	n = len - 1 - begin;
	s->tail_len = n < TAIL ? n : TAIL;
	memcpy(s->tail, data + begin, s->tail_len);
}

/* Counts what was passed where it cannot be read again. */
static void pass(struct oops_scan *s, const char *data, size_t len)
{
	if (!s->count)
		count_to(s, data, len);
	s->base += len;
}

/* A line that is none, since it does not end: its begin is read as one. */
static size_t feed_begin(struct oops_scan *s, const char *data, size_t len)
{
	size_t before;

	count_to(s, data, 0);
	before = s->number;
	feed_lines(s, data, LINE_LIMIT, false);
	s->number = before + 1;
	s->counted = s->base + len;
	s->long_line = true;
	return len;
}

/* The rest of such a line; returns its length. */
static size_t pass_line(struct oops_scan *s, const char *data, size_t len)
{
	const char *nl = len > 0 ? newline_in(data, data + len) : NULL;
	size_t used = nl ? (size_t)(nl + 1 - data) : len;

	s->long_line = !nl;
	s->base += used;
	s->counted = s->base;
	return used;
}

size_t oops_scan_feed(struct oops_scan *s, const char *data, size_t len, bool last)
{
	size_t used = 0, whole;

	if (s->long_line) {
		used = pass_line(s, data, len);
		data += used;
		len -= used;
	}
	whole = last ? len : line_begin(data, len);
	if (whole == 0 && len >= OOPS_SCAN_PIECE)
		whole = feed_begin(s, data, len);
	else
		feed_lines(s, data, whole, last);
	keep_tail(s, data, whole);
	pass(s, data, whole);
	if (last)
		extent_end(s->extent);
	return used + whole;
}
