// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
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

/* A cell of the page's facts; NULL: there is none, or nothing in it. */
static const struct answer_cell *fact(const struct page *p, const char *name)
{
	const struct section *s = page_section(p, "facts");
	const struct answer_cell *c = s ? answer_find(&s->rows, 0, name) : NULL;

	return c && c->type != ANSWER_NONE ? c : NULL;
}

static void series_forms(const struct page *p, struct html *h)
{
	if (fact(p, "tree")) { /* it has a task */
		form_open(h, "Test it again", "/do/retest", "series", p->wanted->subject);
		form_close(h, "Test again");
	}
	if (!fact(p, "approved_by")) {
		form_open(h, "Let it run on targets that ask for a maintainer's word",
			  "/do/approve", "series", p->wanted->subject);
		form_close(h, "Approve");
	}
}

static void mask_forms(const struct page *p, const char *what, struct html *h)
{
	const struct answer_cell *known = fact(p, "known");
	CLEANUP(free_ptr) char *num = known ? mem_printf("%" PRId64, known->num) : NULL;

	if (!known) {
		form_open(h, "Blame no series for it", "/do/mask", "what", what);
		field(h, "Until, the last day", "until", "date", "off");
		field(h, "Why", "why", "text", "off");
		form_close(h, "Mask");
		return;
	}
	form_open(h, "Blame series for it again", "/do/unmask", "known", num);
	html_leaf(h, "input", NULL, "type", "hidden", "name", "what", "value", what, NULL);
	form_close(h, "Unmask");
}

void action_forms(const struct page *p, struct html *h)
{
	const char *path = p->wanted->spec->path;
	const struct answer_cell *signature = fact(p, "signature");

	if (strcmp(path, "/series/") != 0 && strcmp(path, "/test/") != 0 &&
	    strcmp(path, "/issue/") != 0)
		return;
	html_open(h, "section", "id", "do", NULL);
	html_leaf(h, "h2", "For maintainers", NULL);
	if (strcmp(path, "/series/") == 0)
		series_forms(p, h);
	else
		mask_forms(p, signature ? signature->text : p->wanted->subject, h);
	html_close(h);
}
