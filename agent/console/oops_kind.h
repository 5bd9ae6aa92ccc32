/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_OOPS_KIND_H
#define DMALAB_CONSOLE_OOPS_KIND_H

#include <stdbool.h>
#include <stddef.h>

struct line;

/* Where a report's function comes from. */
enum oops_place {
	PLACE_NONE,  /* the title names none */
	PLACE_PC,    /* the program counter, then its trace */
	PLACE_TRACE, /* the trace alone */
	PLACE_HEAD,  /* the first line, then the trace below that function */
	PLACE_LOCK,  /* the first "at: f": who takes the lock */
	PLACE_CHAIN, /* the first trace, of how the lock came to be what it is */
	PLACE_LAST,  /* "last function: f" */
	PLACE_STALL, /* what ran when an interrupt found it: the work that was called */
	PLACE_HUNG,  /* who waits, or what all such waits have in common */
};

enum {
	OOPS_FATAL = 1,	     /* the kernel cannot go on */
	OOPS_TEXT = 2,	     /* the title goes on with the line's own words */
	OOPS_LONG = 4,	     /* much text stands before the trace */
	OOPS_ENDED = 8,	     /* "---[ end trace" ends it */
	OOPS_CONFIRM = 16,   /* printed for processes too: a kernel's only with "Internal error" */
	OOPS_LOOSE = 32,     /* a boot loader or a process could print it */
	OOPS_PANIC = 64,     /* "Kernel panic" */
	OOPS_START = 128,    /* further first lines that follow at once belong to it */
	OOPS_GOESON = 256,   /* belongs to a report that is open and has no trace yet */
	OOPS_ANYWHERE = 512, /* unmistakable wherever it stands in a line */
	OOPS_SANITIZER = 1024, /* "BUG: KASAN: WORDS in f" */
	OOPS_NOTRACE = 2048,   /* whole without a trace */
};

/* What else the same defect is called: "bad-access in f". */
enum oops_also { ALSO_NONE, ALSO_ACCESS, ALSO_FREE, ALSO_STALL, ALSO_HANG, ALSO_OVERFLOW };

/* A first line by which a report is known. */
struct oops_kind {
	const char *starts; /* the line begins with it */
	const char *holds;  /* and has this somewhere behind; NULL: nothing more; "\n": no more */
	const char *title;  /* syzbot's words, without function */
	const char *type;
	enum oops_place place;
	enum oops_also also;
	unsigned flags;
	unsigned skip; /* classes (oops_class.h) that are not to blame, besides CLASS_NEVER */
};

/* All kinds; the first that fits a line is its kind. */
extern const struct oops_kind oops_kinds[];
extern const size_t oops_kinds_n;

/*
 * The kind of a report that this line opens, or NULL. *text is where the
 * line's own words begin, behind "rcu: ", "watchdog: " and the like.
 */
const struct oops_kind *oops_kind_of(const struct line *ln, const char **text);

/*
 * What a WARNING or a "kernel BUG" is by the place that its first line names,
 * or by a line behind it ("refcount_t: …"): a kind of its own, or NULL.
 */
const struct oops_kind *oops_kind_by_place(const char *text, const char *end);
const struct oops_kind *oops_kind_by_message(const struct line *ln);

/* A report without its first line: the log begins within it. */
const struct oops_kind *oops_kind_headless(const struct line *ln);

/* The i-th text without which no line opens a report or matters to one; NULL behind the last. */
const char *oops_kind_literal(size_t i);

/* The line behind which all is new: a kernel starts. */
bool oops_is_boot(const struct line *ln);

#endif
