// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/foreign.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

char *foreign_utf8(const char *text)
{
	struct buf b = { 0 };
	size_t left = text ? strlen(text) : 0;

	while (left > 0) {
		size_t good = utf8_valid(text, left);

		buf_add(&b, text, good);
		text += good;
		left -= good;
		if (left > 0) {
			buf_str(&b, replacement);
			text++;
			left--;
		}
	}
	return buf_take(&b);
}

static bool between(unsigned char c, unsigned char low, unsigned char high)
{
	return c >= low && c <= high;
}

/*
 * How many bytes at s, well-formed, a terminal would obey in place of showing them; 0 none.
 * U+0080-9F are C1, U+061C, 200E-F, 202A-E and 2066-9 change the direction (UAX #9), U+2028-9
 * end a line.
 */
static size_t obeyed(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;

	if (u[0] < 0x20 || u[0] == 0x7f)
		return 1;
	if ((u[0] == 0xc2 && between(u[1], 0x80, 0x9f)) || (u[0] == 0xd8 && u[1] == 0x9c))
		return 2;
	if (u[0] == 0xe2 && u[1] == 0x80 &&
	    (between(u[2], 0x8e, 0x8f) || between(u[2], 0xa8, 0xae)))
		return 3;
	return u[0] == 0xe2 && u[1] == 0x81 && between(u[2], 0xa6, 0xa9) ? 3 : 0;
}

static void escape(struct buf *b, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "\\x%02x", (unsigned char)s[i]);
}

/* `keep`: control characters that stay. */
static char *shown(const char *text, const char *keep)
{
	struct buf b = { 0 };
	size_t left = text ? strlen(text) : 0;

	while (left > 0) {
		size_t good = utf8_valid(text, left);

		for (size_t n; good > 0; text += n, good -= n, left -= n) {
			n = strchr(keep, *text) ? 0 : obeyed(text);
			if (n > 0) {
				escape(&b, text, n);
				continue;
			}
			n = 1;
			buf_add(&b, text, n);
		}
		if (left > 0) {
			escape(&b, text, 1);
			text++;
			left--;
		}
	}
	return buf_take(&b);
}

char *foreign_text(const char *text)
{
	return shown(text, "\t\n");
}

char *foreign_line(const char *text)
{
	return shown(text, "\t");
}
