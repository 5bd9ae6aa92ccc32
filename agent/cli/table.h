/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CLI_TABLE_H
#define DMALAB_CLI_TABLE_H

#include <stddef.h>

struct err;

enum { TABLE_COLUMNS_MAX = 32 };

/*
 * Prints rows as a table on stdout, as wide as the terminal. The last `n_cut` columns are cut where
 * it is too narrow. fill() gives the cells of a row, each the caller's to free; NULL is empty.
 */
struct table {
	const char *const *heads;
	size_t n_heads, n_cut, n_rows;
	void (*fill)(const void *arg, size_t row, char **cells);
	const void *arg;
};

int table_print(const struct table *t, struct err *err) __attribute__((warn_unused_result));
/* The same with cells and heads that are fit for a terminal: printed as they are. */
int table_print_clean(const struct table *t, struct err *err) __attribute__((warn_unused_result));

#endif
