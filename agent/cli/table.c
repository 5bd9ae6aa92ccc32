// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/table.h"

#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>

#include "base/err.h"

static int row_add(struct libscols_table *tb, const struct table *t, size_t row)
{
	struct libscols_line *line = scols_table_new_line(tb, NULL);
	char *cells[TABLE_COLUMNS_MAX] = { 0 };
	int failed = !line;

	t->fill(t->arg, row, cells);
	for (size_t i = 0; i < t->n_heads; i++) {
		if (!failed)
			failed = scols_line_set_data(line, i, cells[i] ? cells[i] : "");
		free(cells[i]);
	}
	return failed;
}

static int print(const struct table *t, int as_they_are, struct err *err)
{
	struct libscols_table *tb = scols_new_table();
	int failed = !tb;

	for (size_t i = 0; !failed && i < t->n_heads; i++)
		failed = !scols_table_new_column(tb, t->heads[i], 0,
						 i + t->n_cut >= t->n_heads ? SCOLS_FL_TRUNC : 0);
	for (size_t i = 0; !failed && i < t->n_rows; i++)
		failed = row_add(tb, t, i);
	if (!failed)
		failed = scols_table_enable_noencoding(tb, as_they_are);
	if (!failed)
		failed = scols_print_table(tb) < 0;
	scols_unref_table(tb);
	return failed ? err_set(err, EIO, "cannot print the table") : 0;
}

int table_print(const struct table *t, struct err *err)
{
	return print(t, 0, err);
}

int table_print_clean(const struct table *t, struct err *err)
{
	return print(t, 1, err);
}
