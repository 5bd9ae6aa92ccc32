/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_OOPS_KIND_H
#define DMALAB_CONSOLE_OOPS_KIND_H

#include <stddef.h>

struct line;

enum {
	OOPS_FATAL = 1,	   /* the kernel cannot go on */
	OOPS_WHERE = 2,	   /* the title ends in " in f" */
	OOPS_TEXT = 4,	   /* the title goes on with the line's own words */
	OOPS_LONG = 8,	   /* much text stands before the trace */
	OOPS_ENDED = 16,   /* "---[ end trace" ends it */
	OOPS_BELOW = 32,   /* the place is what an interrupt found running */
	OOPS_CONFIRM = 64, /* printed for processes too: a kernel's only with "Internal error" */
	OOPS_LOOSE = 128,  /* a boot loader could print it: only behind "Linux version" */
	OOPS_PANIC = 256,
	OOPS_ACCESS = 512, /* also known as "bad-access in f" */
	OOPS_START = 1024, /* an "Internal error" that follows belongs to it */
};

/* A first line by which a report is known. */
struct oops_kind {
	const char *starts; /* the line begins with it */
	const char *holds;  /* and has this somewhere behind; NULL: nothing more */
	const char *title;  /* syzbot's words, without function */
	const char *type;
	unsigned flags;
};

/*
 * The kind of a report that this line opens, or NULL. *text is where the
 * line's own words begin, behind "rcu: ", "watchdog: " and the like.
 */
const struct oops_kind *oops_kind_of(const struct line *ln, const char **text);

/* What a WARNING turns into by the lines behind it ("refcount_t: …"), or NULL. */
const struct oops_kind *oops_kind_of_warning(const struct line *ln);

#endif
