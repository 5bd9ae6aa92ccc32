// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/line.h"

#include <ctype.h>
#include <string.h>

/* Where a time stamp begins inside the line, behind its first byte; 0: nowhere. */
static size_t torn_at(const struct line *ln)
{
	const char *p = ln->text, *end = p + ln->len, *stamp;
	size_t len, inside;

	while (p < end) {
		p = memchr(p, '[', (size_t)(end - p));
		if (!p)
			return 0;
		len = line_stamp_at(p, end, &stamp, &inside);
		if (p > ln->text && len > 0 && p + len < end && strchr(" [", p[len]))
			return (size_t)(p - ln->text);
		p++;
	}
	return 0;
}

/* One word and nothing else: the rest of a name, where a kernel line was torn. */
static bool lone_word(const struct line *ln)
{
	for (size_t i = 0; i < ln->len; i++)
		if (!isalnum((unsigned char)ln->text[i]) && ln->text[i] != '_')
			return false;
	return ln->len > 0 && ln->len < 80;
}

static void hold(struct lines *l, const struct line *ln)
{
	l->held = true;
	l->half = *ln;
	if (l->half.len > LINE_TORN_LIMIT)
		l->half.len = LINE_TORN_LIMIT;
	memcpy(l->torn, ln->text, l->half.len);
	l->half.text = l->torn;
	l->half.whole = true;
}

/* Puts `next` behind the half that is held. */
static void join(struct lines *l, const struct line *next, struct line *ret)
{
	size_t room = LINE_TORN_LIMIT - l->half.len;
	size_t n = next->len < room ? next->len : room;

	memcpy(l->torn + l->half.len, next->text, n);
	*ret = l->half;
	ret->len += n;
	ret->whole = next->whole;
	l->held = false;
}

/* The next line as it stands in the console. False at the end. */
static bool raw_next(struct lines *l, struct line *ret)
{
	const char *nl;
	size_t len;

	if (l->rest_len > 0) {
		*ret = (struct line){ .text = l->rest,
				      .len = l->rest_len,
				      .number = l->number,
				      .whole = l->rest_whole };
		l->rest_len = 0;
		return true;
	}
	if (l->at == l->end)
		return false;
	nl = memchr(l->at, '\n', (size_t)(l->end - l->at));
	len = (size_t)((nl ? nl : l->end) - l->at);
	*ret = (struct line){
		.text = l->at, .len = len, .number = ++l->number, .whole = nl != NULL
	};
	l->at = nl ? nl + 1 : l->end;
	while (ret->len > 0 && ret->text[ret->len - 1] == '\r')
		ret->len--;
	if (ret->len > LINE_LIMIT)
		ret->len = LINE_LIMIT;
	return true;
}

void lines_start(struct lines *l, const char *text, size_t len)
{
	l->at = text;
	l->end = len > 0 ? text + len : text;
	l->number = 0;
	l->more = false;
	l->rest_len = 0;
	l->held = false;
}

void lines_continue(struct lines *l, const char *text, size_t len)
{
	l->at = text;
	l->end = len > 0 ? text + len : text;
	l->rest_len = 0;
}

bool lines_idle(const struct lines *l)
{
	return l->rest_len == 0 && !l->held;
}

bool line_next(struct lines *l, struct line *ret)
{
	const char *before = l->at;
	bool rest = l->rest_len > 0;
	struct line ln;
	size_t cut;

	if (!raw_next(l, &ln)) {
		if (l->more)
			return false;
		*ret = l->half;
		return l->held ? (l->held = false, true) : false;
	}
	line_strip(&ln, l->clean);
	cut = torn_at(&ln);
	if (!rest && l->held) { /* the line behind the torn one */
		if (ln.stamp_len == 0 && cut == 0 && (l->half.stamp_len == 0 || lone_word(&ln))) {
			join(l, &ln, ret);
			return true;
		}
		l->at = before;
		l->number--;
		l->held = false;
		*ret = l->half;
		return true;
	}
	if (cut == 0) {
		*ret = ln;
		return true;
	}
	l->rest = ln.text + cut;
	l->rest_len = ln.len - cut;
	l->rest_whole = ln.whole;
	ln.len = cut;
	ln.whole = true;
	if (rest) { /* torn twice: no telling what goes on */
		*ret = ln;
		return true;
	}
	hold(l, &ln);
	return line_next(l, ret);
}

const char *line_find(const struct line *ln, const char *what)
{
	const char *at = ln->text, *last;
	size_t n = strlen(what);

	if (ln->len < n)
		return NULL;
	for (last = ln->text + ln->len - n; at <= last; at++) {
		at = memchr(at, what[0], (size_t)(last - at) + 1);
		if (!at || memcmp(at, what, n) == 0)
			return at;
	}
	return NULL;
}

void line_copy(char *dst, size_t cap, const char *text, size_t len)
{
	size_t n = 0;

	while (len > 0 && (text[0] == ' ' || text[0] == '\t')) {
		text++;
		len--;
	}
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	for (; n < len && n + 1 < cap; n++)
		dst[n] = text[n] >= 0x20 && text[n] < 0x7f ? text[n] : '?';
	dst[n] = '\0';
}
