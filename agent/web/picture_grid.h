/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_WEB_PICTURE_GRID_H
#define DMALAB_WEB_PICTURE_GRID_H

#include "web/picture_room.h"

/*
 * Tests down, names across, marks where they meet. Neighbours of one suite that came to the same
 * everywhere are one line; what is too wide goes on below.
 */
struct grid_spec {
	const char *title, *desc;
	const char *across;	    /* the column whose words stand across */
	const char *before, *after; /* columns of what it came to; before NULL: there is one only */
};

void grid_draw(struct html *h, const struct answer *rows, const struct grid_spec *spec);

/* A cell of a grid: the rows that meet there. */
struct grid_cell {
	enum mark before, after; /* the worst of each; equal where there is one only */
	size_t row;		 /* of the worst */
	size_t n;
	const char *class; /* of a change; "" none */
};

struct grid_line {
	const char *suite; /* not terminated; length: */
	size_t suite_len;
	const char *name; /* behind the suite's, of the first of its tests */
	size_t n;	  /* tests that came to the same */
	size_t cells;	  /* where its cells begin */
};

struct grid {
	const char **across;
	size_t n_across;
	struct grid_line *lines;
	size_t n_lines;
	size_t n_skipped;	 /* tests that are, everywhere: they have no line */
	struct grid_cell *cells; /* line by line */
	bool used[MARKS];
};

/* Refers to the rows' texts. */
void grid_read(const struct answer *rows, const struct grid_spec *spec, struct grid *ret);
void grid_done(struct grid *g);

#endif
