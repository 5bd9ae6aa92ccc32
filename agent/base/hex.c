// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/hex.h"

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int hex_byte(const char *two)
{
	int high = digit(two[0]), low = high < 0 ? -1 : digit(two[1]);

	return low < 0 ? -1 : high << 4 | low;
}
