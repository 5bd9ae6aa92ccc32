// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "html/html.h"
#include "web/cell.h"
#include "web/console.h"
#include "web/filter.h"
#include "web/page.h"
#include "web/web_room.h"

static const struct {
	const char *path, *name;
} places[] = { { "/", "Overview" },
	       { "/series", "Series" },
	       { "/tests", "Tests" },
	       { "/issues", "Issues" },
	       { "/bisections", "Bisections" },
	       { "/designs", "Designs" },
	       { "/targets", "Targets" },
	       { "/labs", "Labs" },
	       { "/queries", "Queries" } };

static void twin(const struct page *p, enum format format, const char *element, const char *section,
		 const char *text, struct html *h)
{
	static const char *const types[] = { [FORMAT_JSON] = "application/json",
					     [FORMAT_CSV] = "text/csv",
					     [FORMAT_ATOM] = "application/atom+xml" };
	CLEANUP(free_ptr)
	char *url = wanted_url(p->wanted, format, section ? "section" : NULL, section);

	html_leaf(h, element, strcmp(element, "a") == 0 ? text : NULL, "rel", "alternate", "type",
		  types[format], "title", strcmp(element, "a") == 0 ? NULL : text, "href", url,
		  NULL);
}

/* A form that is not filled in has no twins. */
static bool is_unasked(const struct page *p)
{
	for (size_t i = 0; i < p->n_sections; i++)
		if (p->sections[i].wants)
			return true;
	return false;
}

static void head(const struct page *p, struct html *h)
{
	CLEANUP(free_ptr) char *style = static_url("/style.css");
	CLEANUP(free_ptr) char *icon = static_url("/icon.svg");
	CLEANUP(free_ptr) char *script = static_url("/live.js");

	html_open(h, "head", NULL);
	html_leaf(h, "meta", NULL, "charset", "utf-8", NULL);
	html_leaf(h, "meta", NULL, "name", "viewport", "content",
		  "width=device-width, initial-scale=1", NULL);
	html_open(h, "title", NULL);
	html_text(h, p->title);
	html_text(h, " – dmalab");
	html_close(h);
	html_leaf(h, "link", NULL, "rel", "stylesheet", "href", style, NULL);
	html_leaf(h, "link", NULL, "rel", "icon", "type", "image/svg+xml", "href", icon, NULL);
	if (!is_unasked(p))
		twin(p, FORMAT_JSON, "link", NULL, "The same as JSON", h);
	if (p->wanted->spec->news)
		twin(p, FORMAT_ATOM, "link", NULL, "News", h);
	html_leaf(h, "script", "", "src", script, "defer", "defer", NULL);
	html_close(h);
}

void page_navigation(const char *here, struct html *h)
{
	html_leaf(h, "a", "To the content", "class", "skip", "href", "#main", NULL);
	html_open(h, "header", NULL);
	html_open(h, "nav", "aria-label", "Pages", NULL);
	html_open(h, "ul", NULL);
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		bool is_here = here && strcmp(places[i].path, here) == 0;

		html_open(h, "li", NULL);
		html_leaf(h, "a", places[i].name, "href", places[i].path, "aria-current",
			  is_here ? "page" : NULL, NULL);
		html_close(h);
	}
	html_close(h);
	html_close(h);
	html_close(h);
}

/* What a table shows of a section's rows. */
struct shown {
	const struct answer *rows;
	size_t n_rows;
	bool *columns;
	size_t n_columns;
};

static void shown_done(struct shown *s)
{
	free(s->columns);
}

/* Under a picture stand its first rows, unless the section is alone on the page. */
static size_t rows_shown(const struct page *p, const struct section *s)
{
	bool is_cut = s->spec->view == VIEW_PICTURE && !wanted_param(p->wanted, "section");

	return is_cut && s->rows.n_rows > ROWS_DEFAULT ? ROWS_DEFAULT : s->rows.n_rows;
}

static struct shown shown_of(const struct page *p, const struct section *s)
{
	struct shown ret = { .rows = &s->rows, .n_rows = rows_shown(p, s) };
	struct answer part = s->rows; /* without those that are not shown */
	const char *subject = p->wanted->subject;

	part.n_rows = ret.n_rows;
	ret.columns = mem_zalloc((s->rows.n_columns + 1) * sizeof(*ret.columns));
	for (size_t k = 0; k < s->rows.n_columns; k++) {
		ret.columns[k] = column_is_shown(&part, k) &&
				 !(subject[0] && column_is_only(&part, k, subject));
		ret.n_columns += ret.columns[k];
	}
	return ret;
}

static void heading_row(const struct shown *s, struct html *h)
{
	html_open(h, "thead", NULL);
	html_open(h, "tr", NULL);
	for (size_t k = 0; k < s->rows->n_columns; k++) {
		CLEANUP(free_ptr) char *title = column_title(s->rows->columns[k].name);

		if (s->columns[k])
			html_leaf(h, "th", title, "scope", "col", "class", column_class(s->rows, k),
				  NULL);
	}
	html_close(h);
	html_close(h);
}

static void row_html(const struct shown *s, size_t row, struct html *h)
{
	size_t under = column_under(s->rows);
	CLEANUP(free_ptr) char *width = NULL;

	html_open(h, "tr", NULL);
	for (size_t k = 0; k < s->rows->n_columns; k++) {
		if (!s->columns[k])
			continue;
		html_open(h, "td", "class", column_class(s->rows, k), NULL);
		cell_html(s->rows, row, k, h);
		html_close(h);
	}
	html_close(h);
	if (under == s->rows->n_columns || cell_is_empty(s->rows, row, under))
		return;
	width = mem_printf("%zu", s->n_columns);
	html_open(h, "tr", "class", "excerpt", NULL);
	html_open(h, "td", "colspan", width, NULL);
	html_leaf(h, "pre", answer_at(s->rows, row, under)->text, NULL);
	html_close(h);
	html_close(h);
}

static void table(const struct page *p, const struct section *s, struct html *h)
{
	CLEANUP(shown_done) struct shown shown = shown_of(p, s);

	html_open(h, "div", "class", "wide", "tabindex", "0", "role", "region", "aria-label",
		  s->spec->title, NULL);
	html_open(h, "table", NULL);
	heading_row(&shown, h);
	html_open(h, "tbody", NULL);
	for (size_t i = 0; i < shown.n_rows; i++)
		row_html(&shown, i, h);
	html_close(h);
	html_close(h);
	html_close(h);
}

static void facts(const struct answer *a, struct html *h)
{
	html_open(h, "dl", "class", "facts", NULL);
	for (size_t k = 0; k < a->n_columns; k++) {
		CLEANUP(free_ptr) char *title = column_title(a->columns[k].name);

		if (!column_is_shown(a, k))
			continue;
		html_leaf(h, "dt", title, NULL);
		html_open(h, "dd", NULL);
		cell_html(a, 0, k, h);
		html_close(h);
	}
	html_close(h);
}

static void picture(const struct page *p, const struct section *s, struct html *h)
{
	html_open(h, "figure", "class", "picture", NULL);
	s->spec->picture(&s->rows, h);
	html_close(h);
	table(p, s, h);
}

static void text(const struct section *s, struct html *h)
{
	for (size_t i = 0; i < s->rows.n_rows; i++) {
		const char *words = answer_at(&s->rows, i, 0)->text;

		html_open(h, "div", "class", "wide", "tabindex", "0", "role", "region",
			  "aria-label", s->spec->title, NULL);
		html_leaf(h, "pre", words ? words : "", "class", "report", NULL);
		html_close(h);
	}
}

static void more_link(const char *text, const char *url, const char *rel, struct html *h)
{
	html_leaf(h, "a", text, "href", url, "rel", rel, NULL);
	html_text(h, " ");
}

/* The ways to what a section does not show. */
static void more(const struct page *p, const struct section *s, struct html *h)
{
	bool is_paged = section_is_paged(p, s), is_cut = rows_shown(p, s) < s->rows.n_rows;
	bool is_later = is_paged && wanted_param(p->wanted, "after");
	CLEANUP(free_ptr) char *next = is_paged ? page_next(p, FORMAT_HTML) : NULL;
	CLEANUP(free_ptr) char *first = wanted_url(p->wanted, FORMAT_HTML, "after", NULL);
	CLEANUP(free_ptr)
	char *alone = wanted_url(p->wanted, FORMAT_HTML, "section", s->spec->name);

	if ((s->rows.n_rows == 0 && !is_later) ||
	    (!s->rows.more && !is_later && !is_cut && !s->spec->all))
		return;
	html_open(h, "p", "class", "more", NULL);
	if (is_later)
		more_link("From the beginning", first, NULL, h);
	if (next)
		more_link("Further ones", next, "next", h);
	if (s->spec->all)
		more_link("All of them", s->spec->all, NULL, h);
	else if (is_cut || (s->rows.more && !is_paged))
		more_link("All of them", alone, NULL, h);
	html_close(h);
}

static void body_of(const struct page *p, const struct section *s, struct html *h)
{
	if (s->wants) {
		html_open(h, "p", "class", "none", NULL);
		html_textf(h, "Asked once the form says which %s.", s->wants);
		html_close(h);
		return;
	}
	if (s->rows.n_rows == 0) {
		html_leaf(h, "p", "None.", "class", "none", NULL);
		more(p, s, h);
		return;
	}
	switch (s->spec->view) {
	case VIEW_TABLE:
		table(p, s, h);
		break;
	case VIEW_FACTS:
		facts(&s->rows, h);
		break;
	case VIEW_TEXT:
		text(s, h);
		break;
	case VIEW_CONSOLE:
		console_html(p, s, h);
		return;
	case VIEW_PICTURE:
		picture(p, s, h);
		break;
	}
	if (s->spec->view != VIEW_FACTS)
		more(p, s, h);
}

static void section(const struct page *p, const struct section *s, struct html *h)
{
	CLEANUP(free_ptr) char *url = mem_printf("#%s", s->spec->name);
	const char *title = s->spec->title;

	if (s->spec->is_optional && s->rows.n_rows == 0)
		return;
	html_open(h, "section", "id", s->spec->name, NULL);
	html_open(h, "h2", NULL);
	html_leaf(h, "a", title, "href", url, NULL);
	html_close(h);
	body_of(p, s, h);
	html_close(h);
}

static void footer(const struct page *p, struct html *h)
{
	html_open(h, "footer", NULL);
	html_open(h, "ul", "class", "twins", NULL);
	if (!is_unasked(p)) {
		html_open(h, "li", NULL);
		twin(p, FORMAT_JSON, "a", NULL, "JSON", h);
		html_close(h);
	}
	if (p->wanted->spec->news) {
		html_open(h, "li", NULL);
		twin(p, FORMAT_ATOM, "a", NULL, "Atom", h);
		html_close(h);
	}
	for (size_t i = 0; i < p->n_sections; i++) {
		const struct section_spec *s = p->sections[i].spec;
		CLEANUP(free_ptr) char *name = mem_printf("CSV: %s", s->title);

		if (p->sections[i].rows.n_rows == 0 ||
		    (s->view != VIEW_TABLE && s->view != VIEW_PICTURE))
			continue;
		html_open(h, "li", NULL);
		twin(p, FORMAT_CSV, "a", s->name, name, h);
		html_close(h);
	}
	html_open(h, "li", NULL);
	html_leaf(h, "a", "About", "href", "/about", NULL);
	html_close(h);
	html_close(h);
	html_close(h);
}

void page_html(const struct page *p, struct buf *ret)
{
	CLEANUP(html_freep) struct html *h = html_new(HTML_PAGE);

	html_open(h, "html", "lang", "en", NULL);
	head(p, h);
	html_open(h, "body", NULL);
	page_navigation(p->wanted->spec->path, h);
	html_open(h, "main", "id", "main", NULL);
	html_leaf(h, "h1", p->title, NULL);
	if (p->wanted->spec->about)
		html_leaf(h, "p", p->wanted->spec->about, "class", "about", NULL);
	filter_html(p, h);
	for (size_t i = 0; i < p->n_sections; i++)
		section(p, &p->sections[i], h);
	if (p->may_act)
		action_forms(p, h);
	html_close(h);
	footer(p, h);
	html_take(h, ret);
}
