/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_LINE_H
#define DMALAB_CONSOLE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A console as lines, without what printk puts before them: "<6>",
 * "[    1.234567] ", "[   T12] ", "[C1] ". Any bytes; linear time; what is
 * longer than LINE_LIMIT is cut there.
 *
 * A kernel line that begins in the middle of another (a process was writing)
 * is a line of its own, and the other one is put together again where the next
 * line plainly goes on with it. Such a line comes after the one that tore it.
 */
enum { LINE_LIMIT = 4096, LINE_TORN_LIMIT = 512 };

struct line {
	const char *text; /* not terminated; valid until the next line_next() */
	size_t len;	  /* without CR LF */
	size_t number;	  /* in the console, from 1 */
	const char *stamp;
	size_t stamp_len; /* 0: no time stamp */
	uint32_t context; /* of "[T12]" or "[C1]"; 0 where there is none */
	bool whole;	  /* its end has come */
};

struct lines {
	const char *at, *end;
	size_t number;
	const char *rest; /* what is left of a torn line */
	size_t rest_len;
	bool rest_whole;
	bool held; /* torn holds the first half of a line */
	struct line half;
	char torn[LINE_TORN_LIMIT];
};

void lines_start(struct lines *l, const char *text, size_t len);
bool line_next(struct lines *l, struct line *ret);

bool line_starts(const struct line *ln, const char *with);
/* Where `what` is in the line, or NULL. */
const char *line_find(const struct line *ln, const char *what);

/* Copies text as printable ASCII ('?' for the rest) without blanks at its ends; cuts at cap. */
void line_copy(char *dst, size_t cap, const char *text, size_t len);

#endif
