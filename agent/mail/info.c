// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/info.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "mail/decode.h"

enum { HEADER_MAX = 64 << 10 }; /* of one that a body repeats; more is text */

static bool starts(const char *line, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && memcmp(line, with, n) == 0;
}

static bool blank_at(const char *line, size_t len, size_t at)
{
	return at < len &&
	       (line[at] == ' ' || line[at] == '\t' || line[at] == '\r' || line[at] == '\n');
}

/* Which header the line begins: "From: x". INFO_HEADERS: none. */
static enum info_header header_of(const char *line, size_t len)
{
	static const char *const names[INFO_HEADERS] = { "From", "Subject", "Date" };
	int h = 0;

	for (; h < INFO_HEADERS; h++) {
		size_t n = strlen(names[h]);

		if (len > n && strncasecmp(line, names[h], n) == 0 && line[n] == ':' &&
		    blank_at(line, len, n + 1))
			break;
	}
	return (enum info_header)h;
}

static void header_set(struct info *i, enum info_header h, const char *value, size_t len)
{
	CLEANUP(free_ptr) char *text = decode_header(value, len);

	i->header[h].len = 0;
	buf_str(&i->header[h], text[0] ? text : " ");
}

static void header_finish(struct info *i)
{
	enum info_header h;

	if (i->unfinished.len == 0)
		return;
	h = header_of(i->unfinished.data, i->unfinished.len);
	if (h < INFO_HEADERS) {
		const char *value = strchr(i->unfinished.data, ':') + 1;

		header_set(i, h, value, i->unfinished.len - (size_t)(value - i->unfinished.data));
	}
	i->unfinished.len = 0;
}

/* ">From 0123… Mon Sep 17 00:00:00 2001": the line that git format-patch puts before a mail. */
static bool format_patch_line(const char *line, size_t len)
{
	static const char tail[] = " Mon Sep 17 00:00:00 2001\n";

	if (len != 6 + 40 + sizeof(tail) - 1)
		return false;
	for (size_t k = 6; k < 46; k++)
		if (!isdigit((unsigned char)line[k]) && !(line[k] >= 'a' && line[k] <= 'f'))
			return false;
	return memcmp(line + 46, tail, sizeof(tail) - 1) == 0;
}

/*
 * A scissors line has "8<" or ">8" (or with %) and dashes, as a perforation that is longer than a
 * third of what is to be seen and consists of marks more than of gaps (git-mailinfo(1)).
 */
static bool scissors_line(const char *line, size_t len)
{
	size_t first = len, last = 0, perforation = 0, scissors = 0, gap = 0, visible;
	bool in = false;

	if (!(memchr(line, '8', len) || memchr(line, '%', len)) ||
	    !(memchr(line, '<', len) || memchr(line, '>', len)))
		return false;
	for (size_t k = 0; k < len && line[k]; k++) {
		if (blank_at(line, len, k)) {
			perforation += in;
			gap += in;
			continue;
		}
		if (first == len)
			first = k;
		last = k;
		if (line[k] == '-') {
			in = true;
			perforation++;
		} else if (k + 1 < len &&
			   (memcmp(line + k, ">8", 2) == 0 || memcmp(line + k, "8<", 2) == 0 ||
			    memcmp(line + k, ">%", 2) == 0 || memcmp(line + k, "%<", 2) == 0)) {
			in = true;
			perforation += 2;
			scissors += 2;
			k++;
		} else {
			in = false;
		}
	}
	visible = first < len ? last - first + 1 : 0;
	return scissors > 0 && visible >= 8 && visible < perforation * 3 && gap * 2 < perforation;
}

/* Whether the line is (part of) a header that the body repeats. */
static bool body_header(struct info *i, const char *line, size_t len)
{
	if (i->unfinished.len > 0 && (line[0] == ' ' || line[0] == '\t') &&
	    i->unfinished.len + len < HEADER_MAX) {
		if (i->scissors && scissors_line(line, len)) {
			header_finish(i);
			return false;
		}
		if (i->unfinished.data[i->unfinished.len - 1] == '\n')
			i->unfinished.len--;
		buf_add(&i->unfinished, line, len);
		return true;
	}
	header_finish(i);
	if (starts(line, len, ">From ") || starts(line, len, ">From\t"))
		return format_patch_line(line, len);
	if (starts(line, len, "[PATCH]") && blank_at(line, len, 7)) {
		header_set(i, INFO_SUBJECT, line, len);
		return true;
	}
	if (header_of(line, len) < INFO_HEADERS && i->header[header_of(line, len)].len == 0 &&
	    len < HEADER_MAX) {
		buf_add(&i->unfinished, line, len);
		return true;
	}
	return false;
}

/* Where the patch begins: a diff, CVS's "Index: ", "--- name", or "---" alone. */
static bool patch_begins(const char *line, size_t len)
{
	if (starts(line, len, "diff -") || starts(line, len, "Index: "))
		return true;
	if (len < 4 || !starts(line, len, "---"))
		return false;
	if (line[3] == ' ' && len > 4 && !blank_at(line, len, 4))
		return true;
	for (size_t k = 3; k < len; k++) {
		if (line[k] == '\n')
			return true;
		if (!blank_at(line, len, k))
			return false;
	}
	return false;
}

/* What was gathered of a part becomes UTF-8. */
static void part_finish(struct info *i)
{
	if (!decode_charset(&i->message, i->part, i->charset) && i->charset[0])
		i->bad_charset = true;
	i->part = i->message.len;
}

void info_part(struct info *i, const char *charset)
{
	part_finish(i);
	snprintf(i->charset, sizeof(i->charset), "%s", charset);
}

void info_line(struct info *i, const char *line, size_t len)
{
	if (i->in_patch) {
		buf_add(&i->patch, line, len);
		return;
	}
	if (!i->past_headers) {
		if (len == 0 || (len == 1 && line[0] == '\n')) {
			if (i->unfinished.len > 0) {
				header_finish(i);
				i->past_headers = true;
			}
			return;
		}
		if (body_header(i, line, len))
			return;
		i->past_headers = true;
	}
	if (len >= 8 && scissors_line(line, len)) {
		i->had_scissors = true;
		if (i->scissors) {
			i->message.len = i->part = 0;
			i->past_headers = false;
			for (int h = 0; h < INFO_HEADERS; h++)
				i->header[h].len = 0;
			return;
		}
	}
	if (patch_begins(line, len)) {
		i->in_patch = true;
		if (!i->patch.data && i->room > 0)
			i->patch = (struct buf){ mem_zalloc(i->room), 0, i->room };
		buf_add(&i->patch, line, len);
		return;
	}
	buf_add(&i->message, line, len);
}

void info_end(struct info *i)
{
	header_finish(i);
	part_finish(i);
}

void info_done(struct info *i)
{
	for (int h = 0; h < INFO_HEADERS; h++)
		buf_done(&i->header[h]);
	buf_done(&i->unfinished);
	buf_done(&i->message);
	buf_done(&i->patch);
	*i = (struct info){ 0 };
}
