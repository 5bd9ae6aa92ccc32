// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/filter.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "html/html.h"
#include "web/cell.h"
#include "web/link.h"
#include "web/page.h"

/* The parameter k of a section's question where it is a field; NULL: it is the page's subject. */
static const struct ask_param *field_of(const struct page *p, const struct section *s, size_t k)
{
	const struct ask_param *param = &s->question->params[k];
	bool is_subject = p->wanted->subject[0] && s->spec->question && !param->fallback;

	for (size_t i = 0; is_subject && i < k; i++)
		is_subject = s->question->params[i].fallback != NULL;
	return is_subject ? NULL : param;
}

static void field_html(const struct page *p, const struct ask_param *param, struct html *h)
{
	CLEANUP(free_ptr) char *title = column_title(param->name);
	const char *value = wanted_param(p->wanted, param->name);
	bool is_number = param->type == ASK_DAYS;

	html_open(h, "label", NULL);
	html_leaf(h, "span", title, NULL);
	html_leaf(h, "input", NULL, "type", is_number ? "number" : "text", "name", param->name,
		  "min", is_number ? "1" : NULL, "value", value, "placeholder", param->fallback,
		  "required", param->fallback ? NULL : "required", "title", param->about, NULL);
	html_close(h);
}

static void hidden_html(const char *name, const char *value, struct html *h)
{
	if (value)
		html_leaf(h, "input", NULL, "type", "hidden", "name", name, "value", value, NULL);
}

void filter_html(const struct page *p, struct html *h)
{
	CLEANUP(free_ptr) char *action = html_url(p->wanted->spec->path, p->wanted->subject);
	CLEANUP(strv_done) struct strv names = { 0 };

	for (size_t i = 0; i < p->n_sections; i++) {
		const struct section *s = &p->sections[i];

		for (size_t k = 0; s->question && k < ask_params(s->question); k++) {
			const struct ask_param *param = field_of(p, s, k);

			if (!param || strv_has(&names, param->name))
				continue;
			if (names.n == 0)
				html_open(h, "form", "class", "filter", "method", "get", "action",
					  action, NULL);
			strv_add(&names, param->name);
			field_html(p, param, h);
		}
	}
	if (names.n == 0)
		return;
	hidden_html("section", wanted_param(p->wanted, "section"), h);
	hidden_html("limit", wanted_param(p->wanted, "limit"), h);
	hidden_html("format", link_suffix(p->wanted->subject) ? "html" : NULL, h);
	html_leaf(h, "button", "Show", "type", "submit", NULL);
	html_close(h);
}
