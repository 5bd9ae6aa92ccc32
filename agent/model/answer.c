// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void answer_column_add(struct answer *a, const char *name, size_t len, enum answer_type type)
{
	a->columns = mem_grow(a->columns, a->n_columns, &a->cap_columns, sizeof(*a->columns));
	a->columns[a->n_columns++] = (struct answer_column){ mem_strndup(name, len), type };
}

struct answer_cell *answer_cell_add(struct answer *a)
{
	a->cells = mem_grow(a->cells, a->n_cells, &a->cap_cells, sizeof(*a->cells));
	a->cells[a->n_cells] = (struct answer_cell){ .type = ANSWER_NONE };
	return &a->cells[a->n_cells++];
}

const struct answer_cell *answer_at(const struct answer *a, size_t row, size_t column)
{
	return &a->cells[row * a->n_columns + column];
}

size_t answer_column(const struct answer *a, const char *name)
{
	size_t i = 0;

	while (i < a->n_columns && strcmp(a->columns[i].name, name) != 0)
		i++;
	return i;
}

const struct answer_cell *answer_find(const struct answer *a, size_t row, const char *name)
{
	size_t column = answer_column(a, name);

	return column < a->n_columns && row < a->n_rows ? answer_at(a, row, column) : NULL;
}

void answer_done(struct answer *a)
{
	for (size_t i = 0; i < a->n_columns; i++)
		free(a->columns[i].name);
	for (size_t i = 0; i < a->n_cells; i++)
		free(a->cells[i].text);
	free(a->columns);
	free(a->cells);
	*a = (struct answer){ 0 };
}
