/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_MATRIX_H
#define DMALAB_MODEL_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

#include "model/test.h"

/* How a case ended on a target with a design of the fix under it. */
enum cell_result {
	CELL_WORKS,
	CELL_REFUSED, /* SKIP with "refused: …" */
	CELL_CRASH,
	CELL_FAIL, /* also what ended well and made the kernel warn */
	CELL_SKIP, /* kernel or board has not what the case needs */
};

enum { CELL_RESULTS = CELL_SKIP + 1 };

const char *cell_result_name(enum cell_result r); /* "works", "refused", "crash", … */

struct cell {
	char *suite;
	char *name; /* of the case; "" for what a suite without a running case did */
	enum expectation expected;
	enum cell_result result;
	bool regression; /* works on the unfixed kernel, and is fail, crash or refused here */
	char *title;	 /* of the crash or warning that decided; "" none */
	char *hash;	 /* its signature; "" none */
	char *comment;	 /* the test's own word; "" none */
	char *job;	 /* that showed it; "" none */
};

struct cell_list {
	struct cell *v;
	size_t n, cap;
};

/* Appends a copy of the strings. */
struct cell *cell_list_add(struct cell_list *l, const char *suite, const char *name);
void cell_list_done(struct cell_list *l);

/* designs × targets × cases. Zero is nothing. Owned by the caller: matrix_done(). */
struct matrix {
	char *tree_version; /* "linux-source-6.1 6.1.192-2" */
	char **designs;	    /* "none" is the unfixed kernel */
	size_t n_designs;
	char **targets;
	size_t n_targets;
	struct cell_list *parts; /* of design d on target t: d * n_targets + t */
};

void matrix_done(struct matrix *m);
const struct cell_list *matrix_part(const struct matrix *m, size_t design, size_t target);
/* NULL: that part has no such case. */
const struct cell *cell_find(const struct cell_list *l, const char *suite, const char *name);

/* Sets every cell's regression, by the part of "none" on the same target where there is one. */
void matrix_compare(struct matrix *m);

/* Whether it ended as the design promises; a skipped case says nothing against it. */
bool cell_is_expected(const struct cell *c);

#endif
