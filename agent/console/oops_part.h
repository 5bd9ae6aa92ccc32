/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_OOPS_PART_H
#define DMALAB_CONSOLE_OOPS_PART_H

#include <stdbool.h>

struct line;

/* What a trace in a report is. */
enum part_kind {
	PART_OWN,   /* the report's */
	PART_CPU,   /* a CPU's, by an NMI: "NMI backtrace for cpu 1" */
	PART_TASK,  /* a task's: "task:foo state:R" */
	PART_OTHER, /* of an earlier time: "Allocated by task 3:" */
};

/* A line behind which another trace begins. */
struct oops_part {
	const char *starts;
	enum part_kind kind;
	bool weak; /* goes on with the part before where that has no line of a trace yet */
};

/* The part that this line begins, or NULL. tasks: the report shows what tasks do. */
const struct oops_part *oops_part_of(const struct line *ln, bool tasks);
/* Whether reports have such lines, though they say nothing of the place. */
bool oops_part_goes_on(const struct line *ln);
/* A line of registers or memory: "r10: …", "x29: …", "9e20: 00000000 …". */
bool oops_part_is_dump(const struct line *ln);

#endif
