/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_ANSWER_H
#define DMALAB_MODEL_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a question to the store is answered with: a table. */

enum answer_type {
	ANSWER_NONE, /* a cell that holds nothing */
	ANSWER_TEXT, /* perhaps others' words */
	ANSWER_ID,   /* a hash or name of which people type the beginning */
	ANSWER_INT,
	ANSWER_TIME, /* seconds since 1970 UTC */
	ANSWER_REAL
};

struct answer_column {
	char *name;
	enum answer_type type;
};

struct answer_cell {
	enum answer_type type;
	char *text;  /* of a text or id */
	int64_t num; /* of an int or time */
	double real;
};

/* Everything is owned. */
struct answer {
	struct answer_column *columns;
	size_t n_columns, cap_columns;
	struct answer_cell *cells; /* row by row */
	size_t n_cells, cap_cells;
	size_t n_rows;
	bool more;     /* there are further rows */
	int64_t after; /* and they come behind this one */
};

void answer_column_add(struct answer *a, const char *name, size_t len, enum answer_type type);
/* The next cell; holds nothing yet. */
struct answer_cell *answer_cell_add(struct answer *a);
const struct answer_cell *answer_at(const struct answer *a, size_t row, size_t column);
/* The column of that name; n_columns: it has none. */
size_t answer_column(const struct answer *a, const char *name);
/* NULL: it has no such column or row. */
const struct answer_cell *answer_find(const struct answer *a, size_t row, const char *name);
void answer_done(struct answer *a);

#endif
