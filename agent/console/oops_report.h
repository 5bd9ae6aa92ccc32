/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_OOPS_REPORT_H
#define DMALAB_CONSOLE_OOPS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/oops_frame.h"

struct line;
struct oops;
struct oops_kind;

enum { OOPS_FRAMES = 48, OOPS_WORDS = 160 };

/* What has been read of one report. */
struct report {
	const struct oops_kind *kind;
	char words[OOPS_WORDS];	  /* the first line's, behind kind->starts */
	char message[OOPS_WORDS]; /* "DMA-API: …" of a WARNING; "" none */
	char access[8];		  /* "Read" or "Write" of a sanitizer's report */
	char at[OOPS_NAME];	  /* function that the first line names */
	char pc[OOPS_NAME], lr[OOPS_NAME];
	char frames[OOPS_FRAMES][OOPS_NAME]; /* innermost first */
	size_t n_frames;
	bool frozen;  /* what follows is another trace */
	bool below;   /* frames begin behind an interrupt's entry */
	bool oopsed;  /* "Internal error" or "kernel BUG at" was seen */
	bool panic;   /* "Kernel panic" was */
	bool ended;   /* the line that ends such a report was */
	bool locking; /* a WARNING in lockdep's own file */
	size_t first, last;
	uint32_t context;
};

/* Starts a report with its first line; text is what oops_kind_of() gave. */
void report_start(struct report *r, const struct oops_kind *kind, const struct line *ln,
		  const char *text);
/* Takes what a further line says of frames. True when it was a frame or a register. */
bool report_frame(struct report *r, const struct line *ln);
/* Makes the finding of it. The caller releases *ret with oops_done(). */
void report_finish(const struct report *r, struct oops *ret);

#endif
