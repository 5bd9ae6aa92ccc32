// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/utf8.h"

#include <stdbool.h>

/* How many bytes follow a first byte; -1 where none begins a character with it. */
static int followers(unsigned char c)
{
	if (c < 0x80)
		return 0;
	if (c >= 0xc2 && c <= 0xdf)
		return 1;
	if (c >= 0xe0 && c <= 0xef)
		return 2;
	return c >= 0xf0 && c <= 0xf4 ? 3 : -1;
}

/* Whether the second byte makes neither an overlong form, a surrogate nor too large a number. */
static bool second_fits(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xe0:
		return second >= 0xa0;
	case 0xed:
		return second <= 0x9f;
	case 0xf0:
		return second >= 0x90;
	case 0xf4:
		return second <= 0x8f;
	}
	return true;
}

size_t utf8_valid(const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;

	for (size_t i = 0; i < len;) {
		int more = followers(s[i]);

		if (more < 0 || (size_t)more >= len - i)
			return i;
		if (more > 0 && !second_fits(s[i], s[i + 1]))
			return i;
		for (int k = 1; k <= more; k++)
			if ((s[i + (size_t)k] & 0xc0) != 0x80)
				return i;
		i += (size_t)more + 1;
	}
	return len;
}
