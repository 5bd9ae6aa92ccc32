/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_BUILD_LINE_H
#define DMALAB_STAGE_BUILD_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* What one line of a build's log is, taken alone. Spans point into the line. */
enum line_kind {
	LINE_OTHER,
	LINE_PROGRESS, /* "  CC      init/main.o", "make[2]: Entering …": another job's or nobody's
			*/
	LINE_LEAD,     /* leads over to a diagnostic: "In file included from", "In function" */
	LINE_TRAIL,    /* belongs to the one before: source and caret, "note:", what is indented */
	LINE_WARNING,
	LINE_ERROR,
	LINE_FOLLOWUP, /* says that something else failed: make's "Error 1" */
};

struct span {
	const char *s;
	size_t n;
};

struct line {
	enum line_kind kind;
	struct span file; /* n 0: none */
	int number;	  /* 0: none */
	struct span text; /* "error: …" or what stands for it */
};

/* line is without its newline. */
struct line line_read(const char *s, size_t n);

bool span_has(struct span a, const char *word);
bool span_starts(struct span a, const char *word);
bool span_ends(struct span a, const char *word);

#endif
