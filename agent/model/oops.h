/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_OOPS_H
#define DMALAB_MODEL_OOPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where in its function a frame stands; at and size are 0 where the console does not say. */
struct oops_offset {
	uint32_t at, size;
	bool exact; /* a program counter, not the address to return to */
};

/* One crash, warning or stall that a kernel printed (KCIDB: an incident; its hash, an issue). */
struct oops {
	char *title; /* syzbot's form: "BUG: unable to handle kernel paging request in f" */
	char *type;  /* one word of the design's list: "NULL-POINTER-DEREFERENCE", "WARNING", … */
	char *function; /* where; "" where unknown */
	char **alt;	/* further titles for the same defect */
	size_t n_alt;
	char **frames; /* cleaned names, innermost first */
	size_t n_frames;
	struct oops_offset *offsets; /* of frames; NULL where it was not read from a console */
	char **places; /* "mm/slub.c:12" of frames, NULL unless decoded; entries may be NULL */
	char hash[65]; /* signature: equal across addresses, CPUs, PIDs, times and rebuilds */
	size_t first_line, last_line; /* in the console, from 1 */
	bool fatal;	/* the kernel did not go on behind it (oops, panic; not a WARNING) */
	bool corrupted; /* the report is cut or torn */
	char *reason;	/* why it is corrupted; NULL where it is not */
	int cpu;	/* -1: not said */
	long pid;	/* -1: not said */
	char *comm;	/* the task's name; NULL: not said */
	char *taint;	/* "G        W"; NULL: not tainted, or not said */
};

struct oops_list {
	struct oops *v;
	size_t n;
	size_t cap;
};

void oops_done(struct oops *o);
void oops_list_done(struct oops_list *l);

#endif
