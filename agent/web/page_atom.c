// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "html/html.h"
#include "web/link.h"
#include "web/cell.h"
#include "web/page.h"

/*
 * RFC 4287. An id is a tag (RFC 4151) of the site's name and of what the entry is about, so it
 * stays what it is wherever a feed is read, and behind whatever address.
 */

struct feed {
	const struct answer *rows;
	const char *root;
	char *tag; /* "tag:dmalab.example.org,2026:" */
	struct html *h;
};

/* The year is that of the first release: a tag's date is of who owned the name then. */
static char *tag_of(const char *root)
{
	const char *host = strstr(root, "://");
	size_t len = host ? strcspn(host + 3, ":/") : 0;

	if (len == 0)
		return mem_strdup("tag:dmalab.invalid,2026:");
	return mem_printf("tag:%.*s,2026:", (int)len, host + 3);
}

static int64_t time_of(const struct answer *a, size_t row)
{
	for (size_t k = 0; k < a->n_columns; k++)
		if (a->columns[k].type == ANSWER_TIME && !cell_is_empty(a, row, k))
			return answer_at(a, row, k)->num;
	return 0;
}

static void time_atom(const char *name, int64_t time, struct html *h)
{
	char iso[CLOCK_ISO_LEN];

	clock_iso(time, iso);
	html_leaf(h, name, iso, NULL);
}

static void link_atom(const struct feed *f, const char *rel, const char *type, const char *url)
{
	CLEANUP(free_ptr) char *whole = mem_printf("%s%s", url[0] == '/' ? f->root : "", url);

	html_leaf(f->h, "link", NULL, "rel", rel, "type", type, "href", whole, NULL);
}

/* Where an entry leads: what its row is about, an id before a name. Caller frees. */
static char *entry_link(const struct answer *a, size_t row)
{
	for (size_t k = 0; k < a->n_columns; k++)
		if (a->columns[k].type == ANSWER_ID ||
		    strcmp(a->columns[k].name, "bisection") == 0) {
			char *url = cell_link(a, row, k);

			if (url)
				return url;
		}
	for (size_t k = 0; k < a->n_columns; k++) {
		char *url = cell_link(a, row, k);

		if (url)
			return url;
	}
	return NULL;
}

static bool is_in_title(const struct answer *a, size_t row, size_t k)
{
	const char *text = answer_at(a, row, k)->text;

	return a->columns[k].type == ANSWER_TEXT && text && text[0] && !strchr(text, '\n') &&
	       strcmp(a->columns[k].name, "message_id") != 0;
}

static void title_atom(const struct answer *a, size_t row, struct html *h)
{
	bool is_first = true;

	html_open(h, "title", "type", "text", NULL);
	for (size_t k = 0; k < a->n_columns; k++)
		if (is_in_title(a, row, k)) {
			html_text(h, is_first ? "" : ", ");
			html_text(h, answer_at(a, row, k)->text);
			is_first = false;
		}
	if (is_first)
		html_text(h, "(nothing said)");
	html_close(h);
}

/* Every column in a line of its own. */
static void content_atom(const struct answer *a, size_t row, struct html *h)
{
	char iso[CLOCK_ISO_LEN];

	html_open(h, "content", "type", "text", NULL);
	for (size_t k = 0; k + 1 < a->n_columns; k++) {
		const struct answer_cell *c = answer_at(a, row, k);

		if (cell_is_empty(a, row, k))
			continue;
		html_textf(h, "%s: ", a->columns[k].name);
		if (c->type == ANSWER_TIME) {
			clock_iso(c->num, iso);
			html_text(h, iso);
		} else if (c->text) {
			html_text(h, c->text);
		} else {
			html_textf(h, "%lld", (long long)c->num);
		}
		html_text(h, "\n");
	}
	html_close(h);
}

static void entry_atom(const struct feed *f, size_t row)
{
	const struct answer *a = f->rows;
	CLEANUP(free_ptr) char *url = entry_link(a, row);
	const struct answer_cell *key = answer_at(a, row, a->n_columns - 1);

	html_open(f->h, "entry", NULL);
	title_atom(a, row, f->h);
	html_open(f->h, "id", NULL);
	html_text(f->h, f->tag);
	html_textf(f->h, "%s/%lld", url && url[0] == '/' ? url : "", (long long)key->num);
	html_close(f->h);
	time_atom("updated", time_of(a, row), f->h);
	if (url)
		link_atom(f, "alternate", NULL, url);
	content_atom(a, row, f->h);
	html_close(f->h);
}

static void feed_atom(const struct feed *f, const struct page *p)
{
	CLEANUP(free_ptr) char *self = wanted_url(p->wanted, FORMAT_ATOM, NULL, NULL);
	CLEANUP(free_ptr) char *page = wanted_url(p->wanted, FORMAT_HTML, NULL, NULL);
	int64_t newest = 0;

	for (size_t i = 0; f->rows && i < f->rows->n_rows; i++)
		newest = time_of(f->rows, i) > newest ? time_of(f->rows, i) : newest;
	html_open(f->h, "feed", "xmlns", "http://www.w3.org/2005/Atom", NULL);
	html_open(f->h, "title", "type", "text", NULL);
	html_text(f->h, p->title);
	html_text(f->h, " – dmalab");
	html_close(f->h);
	html_open(f->h, "id", NULL);
	html_text(f->h, f->tag);
	html_text(f->h, self);
	html_close(f->h);
	time_atom("updated", newest, f->h);
	html_open(f->h, "author", NULL);
	html_leaf(f->h, "name", "dmalab", NULL);
	html_close(f->h);
	link_atom(f, "self", "application/atom+xml", self);
	link_atom(f, "alternate", "text/html", page);
	for (size_t i = 0; f->rows && i < f->rows->n_rows; i++)
		entry_atom(f, i);
	html_close(f->h);
}

void page_atom(const struct page *p, const char *root, struct buf *ret)
{
	const char *news = p->wanted->spec->news;
	const struct section *s = news ? page_section(p, news) : NULL;
	CLEANUP(free_ptr) char *tag = tag_of(root);
	CLEANUP(html_freep) struct html *h = html_new(HTML_XML);
	const struct feed f = { .rows = s ? &s->rows : NULL, .root = root, .tag = tag, .h = h };

	feed_atom(&f, p);
	html_take(h, ret);
}
