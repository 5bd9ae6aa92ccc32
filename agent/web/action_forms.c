// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "html/html.h"
#include "web/page.h"
#include "web/web_room.h"

/* The forms of pages, whose answers are action.c's. */

static void field(struct html *h, const char *label, const char *name, const char *type,
		  const char *autocomplete)
{
	html_open(h, "label", NULL);
	html_text(h, label);
	html_text(h, " ");
	html_leaf(h, "input", NULL, "name", name, "type", type, "autocomplete", autocomplete,
		  "required", "required", NULL);
	html_close(h);
}

/* Begins a form about `value`, behind a title that opens it. */
static void form_open(struct html *h, const char *title, const char *action, const char *name,
		      const char *value)
{
	html_open(h, "details", "class", "act", NULL);
	html_leaf(h, "summary", title, NULL);
	html_open(h, "form", "method", "post", "action", action, NULL);
	html_leaf(h, "input", NULL, "type", "hidden", "name", name, "value", value, NULL);
}

static void form_close(struct html *h, const char *button)
{
	field(h, "Token", "token", "password", "current-password");
	html_leaf(h, "button", button, "type", "submit", NULL);
	html_close(h);
	html_close(h);
}

/* A cell of the page's first row that has such a column; NULL: there is nothing. */
static const char *fact(const struct page *p, const char *name)
{
	for (size_t i = 0; i < p->n_sections; i++) {
		const struct answer *a = &p->sections[i].rows;

		for (size_t k = 0; a->n_rows > 0 && k < a->n_columns; k++)
			if (strcmp(a->columns[k].name, name) == 0) {
				const char *text = answer_at(a, 0, k)->text;

				return text && text[0] ? text : NULL;
			}
	}
	return NULL;
}

static void series_forms(const struct page *p, struct html *h)
{
	form_open(h, "Test it again", "/do/retest", "series", p->wanted->subject);
	form_close(h, "Test again");
	form_open(h, "Let it run on targets that ask for a maintainer's word", "/do/approve",
		  "series", p->wanted->subject);
	form_close(h, "Approve");
}

static void mask_forms(const char *what, struct html *h)
{
	form_open(h, "Blame no series for it", "/do/mask", "what", what);
	field(h, "Until, the last day", "until", "date", "off");
	field(h, "Why", "why", "text", "off");
	form_close(h, "Mask");
	form_open(h, "Blame series for it again", "/do/unmask", "what", what);
	form_close(h, "Unmask");
}

void action_forms(const struct page *p, struct html *h)
{
	const char *path = p->wanted->spec->path;
	const char *signature = fact(p, "signature");

	if (strcmp(path, "/series/") != 0 && strcmp(path, "/test/") != 0 &&
	    strcmp(path, "/issue/") != 0)
		return;
	html_open(h, "section", "id", "do", NULL);
	html_leaf(h, "h2", "For maintainers", NULL);
	if (strcmp(path, "/series/") == 0)
		series_forms(p, h);
	else if (strcmp(path, "/test/") == 0)
		mask_forms(p->wanted->subject, h);
	else
		mask_forms(signature ? signature : p->wanted->subject, h);
	html_close(h);
}
