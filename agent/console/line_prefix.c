// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/line.h"

#include <ctype.h>
#include <string.h>

/*
 * What stands before the kernel's words, from the outside in:
 * - LAVA's log: - {"dt": "…", "lvl": "target", "msg": "…"}, which is JSON in YAML
 * - a date of whoever recorded the console: "2024-05-31T12:34:56.789Z "
 * - a log daemon's line: "Jan 11 22:31:37 host kernel: "
 * - dmesg -x: "kern  :warn  : "
 * - printk's level, time and caller: "<6>", "[    1.234567]", "[   T12]"
 */

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* How many digits lie at p. */
static size_t digits(const char *p, const char *end)
{
	const char *at = p;

	while (at < end && digit(*at))
		at++;
	return (size_t)(at - p);
}

size_t line_stamp_at(const char *p, const char *end, const char **stamp, size_t *stamp_len)
{
	const char *at = p + 1;
	size_t n;

	if (p >= end || *p != '[')
		return 0;
	while (at < end && *at == ' ' && at - p < 8)
		at++;
	*stamp = at;
	n = digits(at, end);
	if (n == 0 || n > 10)
		return 0;
	at += n;
	if (at >= end || *at != '.')
		return 0;
	n = digits(at + 1, end);
	if (n != 6)
		return 0;
	at += 1 + n;
	*stamp_len = (size_t)(at - *stamp);
	if (at < end && (*at == '@' || *at == ',')) /* vendors' trees: "[    1.234567@2]" */
		at += 1 + digits(at + 1, end);
	if (at >= end || *at != ']')
		return 0;
	return (size_t)(at + 1 - p);
}

/* Length of "[  T12]" or "[C1]" at p, or 0. */
static size_t context_at(const char *p, const char *end, uint32_t *context)
{
	const char *at = p + 1;
	uint32_t kind, id = 0;
	size_t n;

	if (p >= end || *p != '[')
		return 0;
	while (at < end && *at == ' ' && at - p < 12)
		at++;
	if (at >= end || (*at != 'T' && *at != 'C'))
		return 0;
	kind = *at == 'T' ? 1 : 2;
	n = digits(++at, end);
	if (n == 0 || n > 9)
		return 0;
	for (size_t i = 0; i < n; i++)
		id = id * 10 + (uint32_t)(at[i] - '0');
	at += n;
	if (at >= end || *at != ']')
		return 0;
	*context = id << 2 | kind;
	return (size_t)(at + 1 - p);
}

static size_t level_at(const char *p, const char *end)
{
	size_t n;

	if (p >= end || *p != '<')
		return 0;
	n = digits(p + 1, end);
	return n >= 1 && n <= 3 && p + 1 + n < end && p[1 + n] == '>' ? n + 2 : 0;
}

/* Length of "kern  :warn  : " at p, or 0. */
static size_t dmesg_at(const char *p, const char *end)
{
	static const char facility[] = "kern  :";
	size_t n = strlen(facility);

	if ((size_t)(end - p) < n + 8 || memcmp(p, facility, n) != 0)
		return 0;
	return p[n + 6] == ':' && p[n + 7] == ' ' ? n + 8 : 0;
}

/* Length of a date that a recorder put there, with its blank, or 0. */
static size_t date_at(const char *p, const char *end)
{
	const char *at = p;

	if (end - p < 20 || digits(p, end) != 4 || p[4] != '-' || p[7] != '-' ||
	    (p[10] != 'T' && p[10] != ' ') || p[13] != ':' || p[16] != ':')
		return 0;
	for (at = p + 19; at < end && *at != ' '; at++)
		if (at - p > 40 || !(digit(*at) || strchr(".,Z+-:", *at)))
			return 0;
	return at < end ? (size_t)(at + 1 - p) : 0;
}

static bool month_at(const char *p, const char *end)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	if (end - p < 16 || p[3] != ' ' || p[9] != ':' || p[12] != ':')
		return false;
	for (size_t i = 0; i < sizeof(months) - 1; i += 3)
		if (memcmp(p, months + i, 3) == 0)
			return true;
	return false;
}

/* Length of what a log daemon wrote before the kernel's line, or 0. */
static size_t daemon_at(const char *p, const char *end, bool dated)
{
	static const char kernel[] = "kernel: ";
	enum { REACH = 120 };
	size_t n = (size_t)(end - p) < REACH ? (size_t)(end - p) : REACH;
	const char *at;

	if (n > 8 && memcmp(p, kernel, 8) == 0)
		return 8;
	if (!dated && !month_at(p, end))
		return 0;
	at = memmem(p, n, " kernel: ", 9);
	return at ? (size_t)(at + 9 - p) : 0;
}

/* The text of LAVA's "msg", unescaped into room; false where the line is none of its. */
static bool take_lava(struct line *ln, char *room)
{
	const char *p = ln->text, *end = p + ln->len, *at;
	size_t n = 0;

	if (ln->len < 20 || (p[0] != '{' && !(p[0] == '-' && p[1] == ' ' && p[2] == '{')))
		return false;
	at = memmem(p, ln->len, "\"msg\": \"", 8);
	if (!at || !memmem(p, (size_t)(at - p), "\"lvl\": ", 7))
		return false;
	if (!memmem(p, (size_t)(at - p), "\"target\"", 8) &&
	    !memmem(p, (size_t)(at - p), "\"feedback\"", 10))
		at = end; /* LAVA's own words */
	else
		at += 8;
	for (; at < end && *at != '"' && n < LINE_LIMIT; at++) {
		if (*at == '\\' && at + 1 < end) {
			at++;
			if (*at == '\\' && at + 1 < end && at[1] == '\\')
				continue; /* LAVA puts a backslash before each quote of the console
					   */
			room[n++] = *at == 't' ? '\t' : *at == 'e' || *at == 'r' ? ' ' : *at;
		} else {
			room[n++] = *at;
		}
	}
	ln->text = room;
	ln->len = n;
	return true;
}

/* Drops NUL bytes and what steers a terminal ("ESC [ 1;31 m"). */
static void take_controls(struct line *ln, char *room)
{
	const char *p = ln->text, *end = p + ln->len;
	size_t n = 0;

	if (!memchr(p, '\x1b', ln->len) && !memchr(p, '\0', ln->len))
		return;
	while (p < end && n < LINE_LIMIT) {
		if (p + 1 < end && *p == '\x1b' && p[1] == '[') {
			for (p += 2; p < end && (digit(*p) || *p == ';' || *p == '?'); p++)
				continue;
			p += p < end;
		} else if (*p == '\0') {
			p++;
		} else {
			room[n++] = *p++;
		}
	}
	ln->text = room;
	ln->len = n;
}

void line_strip(struct line *ln, char *room)
{
	const char *p, *end;
	size_t n, date, stamp;

	if (ln->len == 0)
		return;
	if (ln->text != room) {
		(void)take_lava(ln, room);
		take_controls(ln, room);
	}
	p = ln->text;
	end = p + ln->len;
	date = p < end && digit(*p) ? date_at(p, end) : 0;
	p += date;
	if (p < end && (isupper((unsigned char)*p) || *p == 'k' || date)) {
		n = daemon_at(p, end, date > 0);
		ln->syslog = n > 0;
		n = n ? n : dmesg_at(p, end);
		ln->kernel = n > 0;
		p += n;
	}
	n = level_at(p, end);
	ln->kernel |= n > 0;
	p += n;
	stamp = line_stamp_at(p, end, &ln->stamp, &ln->stamp_len);
	if (stamp == 0)
		ln->stamp_len = 0;
	p += stamp;
	n = context_at(p, end, &ln->context);
	p += n;
	if (stamp + n > 0) {
		ln->kernel = true;
		if (p < end && *p == ' ')
			p++;
	}
	ln->text = p;
	ln->len = (size_t)(end - p);
}
