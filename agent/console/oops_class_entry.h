/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_OOPS_CLASS_ENTRY_H
#define DMALAB_CONSOLE_OOPS_CLASS_ENTRY_H

#include <stdint.h>

/*
 * The table of host/classes.c: all patterns by the two bytes they begin with,
 * those that fit at a name's begin, and those ("*word*", "*word") that fit at
 * the begin of any of its words.
 */
enum { CLASS_HEADS = 1024, CLASS_NO_STAR = 255 };

struct class_entry {
	const char *text; /* without the star before it */
	unsigned class;
	uint16_t next; /* entry + 1 of the same head; 0 none */
	uint8_t len;   /* of what is before the first star in it, or all */
	uint8_t tail;  /* length of what is behind that star; CLASS_NO_STAR: there is none */
};

/* Where the patterns hang that could fit here; no pattern has less than two bytes. */
static inline unsigned class_head(const char *text)
{
	return ((unsigned)(text[0] & 31) << 5 | (text[1] & 31)) % CLASS_HEADS;
}

#endif
