// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>
#include <stdlib.h>

#include "model/matrix.h"
#include "report/matrix.h"
#include "report/set.h"

static json_t *cell_json(const char *design, const char *target, const struct cell *c)
{
	json_t *o = json_object();

	set_text(o, "design", design);
	set_text(o, "target", target);
	set_text(o, "suite", c->suite);
	set_text(o, "case", c->name);
	set_text(o, "expected", expectation_name(c->expected));
	set_text(o, "result", cell_result_name(c->result));
	set_text(o, "hash", c->hash);
	json_object_set_new(o, "regression", json_boolean(c->regression));
	json_object_set_new(o, "as_expected", json_boolean(cell_is_expected(c)));
	set_text(o, "title", c->title);
	set_text(o, "comment", c->comment);
	set_text(o, "job", c->job);
	return o;
}

struct json_t *matrix_json(const struct matrix *m)
{
	json_t *o = json_object();
	json_t *cells = json_array();

	set_text(o, "tree", m->tree_version);
	for (size_t d = 0; d < m->n_designs; d++)
		for (size_t t = 0; t < m->n_targets; t++) {
			const struct cell_list *l = matrix_part(m, d, t);

			for (size_t i = 0; i < l->n; i++)
				json_array_append_new(cells, cell_json(m->designs[d], m->targets[t],
								       &l->v[i]));
		}
	json_object_set_new(o, "cells", cells);
	return o;
}
