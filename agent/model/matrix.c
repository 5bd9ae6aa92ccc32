// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/matrix.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *const results[] = {
	[CELL_WORKS] = "works", [CELL_REFUSED] = "refused", [CELL_CRASH] = "crash",
	[CELL_FAIL] = "fail",	[CELL_SKIP] = "skip",
};

const char *cell_result_name(enum cell_result r)
{
	return results[r];
}

struct cell *cell_list_add(struct cell_list *l, const char *suite, const char *name)
{
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n] = (struct cell){
		.suite = mem_strdup(suite),
		.name = mem_strdup(name),
		.title = mem_strdup(""),
		.hash = mem_strdup(""),
		.comment = mem_strdup(""),
		.job = mem_strdup(""),
	};
	return &l->v[l->n++];
}

void cell_list_done(struct cell_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].suite);
		free(l->v[i].name);
		free(l->v[i].title);
		free(l->v[i].hash);
		free(l->v[i].comment);
		free(l->v[i].job);
	}
	free(l->v);
	*l = (struct cell_list){ 0 };
}

static void strings_done(char **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i]);
	free(v);
}

void matrix_done(struct matrix *m)
{
	for (size_t i = 0; m->parts && i < m->n_designs * m->n_targets; i++)
		cell_list_done(&m->parts[i]);
	free(m->parts);
	strings_done(m->designs, m->n_designs);
	strings_done(m->targets, m->n_targets);
	free(m->tree_version);
	*m = (struct matrix){ 0 };
}

const struct cell_list *matrix_part(const struct matrix *m, size_t design, size_t target)
{
	return &m->parts[design * m->n_targets + target];
}

const struct cell *cell_find(const struct cell_list *l, const char *suite, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i].name, name) == 0 && strcmp(l->v[i].suite, suite) == 0)
			return &l->v[i];
	return NULL;
}

static bool is_broken(enum cell_result r)
{
	return r == CELL_FAIL || r == CELL_CRASH || r == CELL_REFUSED;
}

static void compare(const struct cell_list *unfixed, struct cell_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct cell *c = &l->v[i];
		const struct cell *was = cell_find(unfixed, c->suite, c->name);

		c->regression = was && was->result == CELL_WORKS && is_broken(c->result);
	}
}

void matrix_compare(struct matrix *m)
{
	for (size_t none = 0; none < m->n_designs; none++) {
		if (strcmp(m->designs[none], "none") != 0)
			continue;
		for (size_t d = 0; d < m->n_designs; d++)
			for (size_t t = 0; t < m->n_targets; t++)
				compare(matrix_part(m, none, t), &m->parts[d * m->n_targets + t]);
		return;
	}
}

bool cell_is_expected(const struct cell *c)
{
	switch (c->result) {
	case CELL_WORKS:
		return c->expected == EXPECT_WORKS;
	case CELL_REFUSED:
		return c->expected == EXPECT_REFUSED;
	case CELL_CRASH:
		return c->expected == EXPECT_CRASH;
	case CELL_FAIL:
		return false;
	case CELL_SKIP:
		break;
	}
	return true;
}
