/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_ANSWER_FIXTURE_H
#define DMALAB_TESTS_ANSWER_FIXTURE_H

/* An answer as the store would give it, from texts. */
#include "unit.h"

#include "base/cleanup.h"
#include "base/mem.h"
#include "model/answer.h"

/* "week time|runs int|target": names and types as in db/queries/. */
static inline void answer_names(struct answer *a, const char *names)
{
	static const struct {
		const char *word;
		enum answer_type type;
	} types[] = { { "int", ANSWER_INT },
		      { "time", ANSWER_TIME },
		      { "id", ANSWER_ID },
		      { "real", ANSWER_REAL } };
	CLEANUP(free_ptr) char *copy = mem_strdup(names);
	char *at = copy, *name;

	while ((name = strsep(&at, "|"))) {
		char *space = strchr(name, ' ');
		enum answer_type type = ANSWER_TEXT;

		for (size_t i = 0; space && i < sizeof(types) / sizeof(*types); i++)
			if (strcmp(space + 1, types[i].word) == 0)
				type = types[i].type;
		answer_column_add(a, name, space ? (size_t)(space - name) : strlen(name), type);
	}
}

/* "1700000000|12|virt"; what is empty holds nothing. */
static inline void answer_row(struct answer *a, const char *cells)
{
	CLEANUP(free_ptr) char *copy = mem_strdup(cells);
	char *at = copy, *cell;
	size_t i = 0;

	for (; (cell = strsep(&at, "|")); i++) {
		struct answer_cell *c = answer_cell_add(a);

		assert_true(i < a->n_columns);
		if (!*cell)
			continue;
		c->type = a->columns[i].type;
		if (c->type == ANSWER_TEXT || c->type == ANSWER_ID)
			c->text = mem_strdup(cell);
		else if (c->type == ANSWER_REAL)
			c->real = atof(cell);
		else
			c->num = atoll(cell);
	}
	assert_int_equal(i, a->n_columns);
	a->n_rows++;
}

#endif
