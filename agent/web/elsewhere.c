// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/mem.h"
#include "model/config.h"
#include "web/page.h"

/* Where others show what a page tells of. */

/* A job's page at a LAVA server (its lava_scheduler_app/urls.py). NULL: it is none of a lab that
 * lab.yaml names. */
static char *job_url(const struct config *c, const struct answer *a, size_t row)
{
	const struct answer_cell *number = answer_find(a, row, "lava");
	const char *name = answer_find(a, row, "lab")->text;
	const struct lab_config *lab = name ? config_lab(c, name) : NULL;

	if (number->type != ANSWER_INT || !lab || !lab->url)
		return NULL;
	return mem_printf("%s/scheduler/job/%lld", lab->url, (long long)number->num);
}

/* The same rows with a column more, before the key. */
static void lava_url_add(const struct config *c, struct answer *a)
{
	struct answer ret = { .n_rows = a->n_rows, .more = a->more, .after = a->after };
	size_t last = a->n_columns - 1;

	for (size_t k = 0; k < a->n_columns; k++) {
		if (k == last)
			answer_column_add(&ret, "lava_url", strlen("lava_url"), ANSWER_TEXT);
		answer_column_add(&ret, a->columns[k].name, strlen(a->columns[k].name),
				  a->columns[k].type);
	}
	for (size_t i = 0; i < a->n_rows; i++) {
		char *url = job_url(c, a, i);

		for (size_t k = 0; k < a->n_columns; k++) {
			struct answer_cell *from = &a->cells[i * a->n_columns + k];

			if (k == last)
				*answer_cell_add(&ret) = (struct answer_cell){
					.type = url ? ANSWER_TEXT : ANSWER_NONE, .text = url
				};
			*answer_cell_add(&ret) = *from;
			from->text = NULL;
		}
	}
	answer_done(a);
	*a = ret;
}

void page_complete(struct page *p, const struct config *c)
{
	for (size_t i = 0; i < p->n_sections; i++) {
		struct answer *a = &p->sections[i].rows;

		if (answer_find(a, 0, "lava") && answer_find(a, 0, "lab"))
			lava_url_add(c, a);
	}
}
