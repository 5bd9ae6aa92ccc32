// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>

#include "base/cleanup.h"
#include "base/foreign.h"
#include "report/answer_out.h"
#include "web/page.h"

static json_t *text_json(const char *text)
{
	CLEANUP(free_ptr) char *clean = foreign_utf8(text);

	return json_string(clean);
}

static json_t *console_json(const struct section *s)
{
	json_t *lines = json_array();

	for (size_t i = 0; i < s->text.n; i++)
		json_array_append_new(lines, text_json(s->text.v[i]));
	return json_pack("{s:I,s:I,s:o}", "first_line", (json_int_t)s->first_line, "lines",
			 (json_int_t)s->lines, "text", lines);
}

json_t *page_json(const struct page *p)
{
	CLEANUP(free_ptr) char *next = page_next(p, FORMAT_JSON);
	json_t *sections = json_object();

	for (size_t i = 0; i < p->n_sections; i++) {
		const struct section *s = &p->sections[i];

		json_object_set_new(sections, s->spec->name,
				    s->spec->view == VIEW_CONSOLE ? console_json(s)
								  : answer_json(&s->rows));
	}
	return json_pack("{s:s,s:o,s:o,s:o,s:s?}", "page", p->wanted->spec->path, "subject",
			 text_json(p->wanted->subject), "title", text_json(p->title), "sections",
			 sections, "next", next);
}

static const struct section *first_rows(const struct page *p)
{
	for (size_t i = 0; i < p->n_sections; i++)
		if (p->sections[i].spec->view != VIEW_CONSOLE)
			return &p->sections[i];
	return NULL;
}

void page_csv(const struct page *p, struct buf *ret)
{
	const struct section *s = first_rows(p);

	if (s)
		answer_csv(&s->rows, ret);
}
