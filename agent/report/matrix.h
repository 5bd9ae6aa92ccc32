/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_REPORT_MATRIX_H
#define DMALAB_REPORT_MATRIX_H

#include <stdio.h>

struct err;
struct json_t;
struct matrix;

/*
 * A row a case, a column a design. Where targets differ a case has a row for each group of
 * targets that agree. The same matrix gives the same bytes: no dates, ids or addresses.
 */
int matrix_text(const struct matrix *m, FILE *out, struct err *err)
	__attribute__((warn_unused_result));
/* The same as a table of GitHub's Markdown, for patches/README.md. */
int matrix_markdown(const struct matrix *m, FILE *out, struct err *err)
	__attribute__((warn_unused_result));

/* The contract of `dmalab matrix --json` (docs/design.md). A new reference, the caller's. */
struct json_t *matrix_json(const struct matrix *m);

#endif
