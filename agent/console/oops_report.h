/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_OOPS_REPORT_H
#define DMALAB_CONSOLE_OOPS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/oops_frame.h"
#include "console/oops_kind.h"
#include "console/oops_part.h"

struct line;
struct oops;
struct symbol;

enum {
	OOPS_FRAMES = 512,  /* of all traces of a report */
	OOPS_SHOWN = 128,   /* frames of a finding: a deeper stack repeats itself */
	OOPS_NAMES = 16384, /* bytes of all names, */
	OOPS_BUCKETS = 256, /* which are kept once each */
	OOPS_WORDS = 240,
	OOPS_PARTS = 24,
};

enum {
	STEP_REGISTER = 1, /* a register, no line of a trace */
	STEP_UNSURE = 2,   /* "? f" */
	STEP_ENTRY = 4,	   /* behind "<EOI>", "</IRQ>", "Exception stack": what was running */
};

/* One function of a trace. */
struct step {
	uint16_t name; /* in names */
	uint8_t part, flags;
	uint32_t offset, size;
};

/* What has been read of one report. */
struct report {
	const struct oops_kind *kind;
	char words[OOPS_WORDS];	  /* the first line's, behind kind->starts */
	char message[OOPS_WORDS]; /* "DMA-API: …" of a WARNING; "" none */
	char access[8];		  /* "Read" or "Write" of a sanitizer's report */
	char at[OOPS_NAME];	  /* function that the first line, or a lock's, names */
	char second[OOPS_NAME];	  /* the other function of a data race */
	char lr[OOPS_NAME];
	char names[OOPS_NAMES];
	size_t names_len;
	uint16_t bucket[OOPS_BUCKETS]; /* name + 1 last seen with this hash; 0 none */
	struct step steps[OOPS_FRAMES];
	size_t n_steps;
	struct {
		enum part_kind kind;
		size_t first; /* step */
		bool origin;  /* "Uninit was created at" */
	} parts[OOPS_PARTS];
	size_t n_parts;
	bool running;  /* the next steps are what an interrupt found */
	bool process;  /* a trace ended in a process' registers */
	bool oopsed;   /* "Internal error" or "kernel BUG at" was seen */
	bool panic;    /* "Kernel panic" was */
	bool ended;    /* the line that ends such a report was */
	bool intruded; /* another report's lines stand within it */
	bool info;     /* the first line says INFO where newer kernels say WARNING */
	bool locks;    /* "at: f" lines are the lock's that the report is about */
	size_t first, last;
	uint32_t context;
	int cpu;
	long pid;
	char comm[32];
	char taint[64];
};

/* Starts a report with its first line; text is what oops_kind_of() gave. */
void report_start(struct report *r, const struct oops_kind *kind, const struct line *ln,
		  const char *text);

/* What a further line is to the report. */
enum report_line {
	LINE_FOREIGN, /* nothing that reports have */
	LINE_PART,    /* one of a report's */
	LINE_TRACE,   /* names a function of a trace */
	LINE_END,     /* nothing of it comes behind */
};

/* Takes what a further line says. */
enum report_line report_line(struct report *r, const struct line *ln);

static inline const char *report_name(const struct report *r, size_t step)
{
	return r->names + r->steps[step].name;
}

/* Makes the finding of it. The caller releases *ret with oops_done(). */
void report_finish(const struct report *r, struct oops *ret);

/* The pieces of report_finish() that have files of their own. */

/* Chooses the function to blame, "" where there is none (oops_blame.c). */
void report_blame(const struct report *r, char ret[OOPS_NAME]);
/* Indices of the steps that make up the finding's frames; returns how many. */
size_t report_frames(const struct report *r, size_t ret[OOPS_FRAMES]);
/* Where the memory came from of which the report speaks; "" where it does not say. */
void report_origin(const struct report *r, char ret[OOPS_NAME]);
/* Sets title, type, function and alternative titles by the function to blame (oops_title.c). */
void report_title(const struct report *r, const char *function, struct oops *ret);
/* Sets hash (oops_sign.c); docs/signatures.md. */
void report_sign(const struct report *r, const char *function, struct oops *ret);

#endif
