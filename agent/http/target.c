// SPDX-License-Identifier: GPL-2.0-or-later
#include "http/target.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"

/* Decodes len bytes in place of themselves; false where they are no path of ours. */
static bool decode(char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '%') {
			int byte = i + 2 < len ? hex_byte(s + i + 1) : -1;

			if (byte < 0)
				return false;
			c = (unsigned char)byte;
			i += 2;
		}
		if (c < 0x20 || c == 0x7f)
			return false;
		s[n++] = (char)c;
	}
	s[n] = '\0';
	return true;
}

/* It could mean another place to who resolves it. Two dots or slashes within a Message-ID do not:
 * its slashes come as %2F. */
static bool leads_elsewhere(const char *raw, size_t len, const char *decoded)
{
	if (memmem(raw, len, "//", 2) || decoded[1] == '/')
		return true;
	for (const char *s = decoded; (s = strstr(s, "/..")); s += 3)
		if (s[3] == '/' || s[3] == '\0')
			return true;
	return false;
}

int target_parse(const char *raw, char **path, char **query)
{
	size_t len = strcspn(raw, "?");
	char *p;

	if (raw[0] != '/')
		return -1;
	p = mem_strndup(raw, len);
	if (!decode(p, len) || leads_elsewhere(raw, len, p)) {
		free(p);
		return -1;
	}
	*path = p;
	*query = mem_strdup(raw[len] ? raw + len + 1 : "");
	return 0;
}

/* Digits; *ret is -1 where there are none. False: too large a number. */
static bool number(const char **s, int64_t *ret)
{
	int64_t n = -1;

	for (; **s >= '0' && **s <= '9'; ++*s) {
		if (n < 0)
			n = 0;
		if (n > (INT64_MAX - 9) / 10)
			return false;
		n = n * 10 + (**s - '0');
	}
	*ret = n;
	return true;
}

enum range range_parse(const char *text, int64_t size, int64_t *from, int64_t *len)
{
	int64_t a, b;

	if (strncmp(text, "bytes=", 6) != 0)
		return RANGE_NONE;
	text += 6;
	if (!number(&text, &a) || *text++ != '-' || !number(&text, &b) || *text)
		return RANGE_NONE;
	if (a < 0 && b < 0)
		return RANGE_NONE;
	if (a < 0) { /* the last b bytes */
		a = b < size ? size - b : 0;
		b = b > 0 ? size - 1 : -1;
	} else if (b < 0) {
		b = size - 1;
	} else if (b < a) {
		return RANGE_NONE;
	}
	if (b >= size)
		b = size - 1;
	if (a > b)
		return RANGE_BAD;
	*from = a;
	*len = b - a + 1;
	return RANGE_PART;
}
