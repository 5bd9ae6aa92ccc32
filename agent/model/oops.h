/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_OOPS_H
#define DMALAB_MODEL_OOPS_H

#include <stdbool.h>
#include <stddef.h>

/* One crash, warning or stall that a kernel printed (KCIDB: an incident; its hash, an issue). */
struct oops {
	char *title; /* syzbot's form: "BUG: unable to handle kernel paging request in f" */
	char *type;  /* one word of the design's list: "NULL-POINTER-DEREFERENCE", "WARNING", … */
	char *function; /* where; "" where unknown */
	char **alt;	/* further titles for the same defect */
	size_t n_alt;
	char **frames; /* cleaned names, innermost first */
	size_t n_frames;
	char hash[65]; /* signature: equal across addresses, CPUs, PIDs, times and rebuilds */
	size_t first_line, last_line; /* in the console, from 1 */
	bool fatal;	/* the kernel did not go on behind it (oops, panic; not a WARNING) */
	bool corrupted; /* the report is cut or torn */
};

struct oops_list {
	struct oops *v;
	size_t n;
	size_t cap;
};

void oops_done(struct oops *o);
void oops_list_done(struct oops_list *l);

#endif
