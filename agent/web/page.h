/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_WEB_PAGE_H
#define DMALAB_WEB_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/answer.h"
#include "store/ask.h"

struct config;
struct err;
struct html;
struct json_t;
struct store;

/*
 * A page is about one thing ("/test/vb2.import") or about many ("/issues"), and made of sections;
 * each section is the answer to one question of the store. So whatever a page shows exists as HTML,
 * as JSON, and as CSV, and a section is added by a line of web/pages.c and a file of db/queries/.
 */

enum view {
	VIEW_TABLE,   /* rows under their columns' names */
	VIEW_FACTS,   /* one row, a line a column */
	VIEW_TEXT,    /* one cell of running text, kept as it is */
	VIEW_CONSOLE, /* a stored log, line by line; the row names it */
	VIEW_PICTURE  /* a picture over the rows, and behind it the table */
};

typedef void picture_fn(const struct answer *rows, struct html *h);
/* Rows that no store knows; the caller's. */
typedef void rows_fn(struct answer *ret);

enum { SECTIONS_MAX = 12, ROWS_DEFAULT = 50, ROWS_MAX = 200, CONSOLE_LINES = 2000 };

struct section_spec {
	const char *name;     /* in JSON, and of its anchor */
	const char *title;    /* for people */
	const char *question; /* of store/page.h, else of store/ask.h; NULL: the one of store/ask.h
			       * that is the page's subject */
	enum view view;
	picture_fn *picture; /* of VIEW_PICTURE */
	int limit;	     /* rows; 0: the page's own, and it is the section that is paged */
	bool is_optional;    /* without rows it is not shown */
	rows_fn *rows;	     /* in place of a question */
	const char *all;     /* the page that has all of it; NULL none */
};

struct page_spec {
	const char *path;  /* "/test/" takes the rest as subject, "/issues" stands alone */
	const char *title; /* "Test": its name is put behind it */
	const char *about; /* a sentence; NULL none */
	const char *news;  /* name of the section that Atom shows; NULL: no news here */
	struct section_spec sections[SECTIONS_MAX];
	const char *named_by; /* a column of the first section; NULL: by its subject */
};

/* All pages, NULL behind the last: web/pages.c. */
const struct page_spec *page_at(size_t i);

enum format { FORMAT_HTML, FORMAT_JSON, FORMAT_CSV, FORMAT_ATOM, FORMAT_SVG };

/* What a URL asks for. */
struct wanted {
	const struct page_spec *spec;
	char *subject; /* "" none */
	enum format format;
	struct strv params; /* decoded: name, value, …: filters, after, limit, section */
};
/*
 * "/test/vb2.import.json", decoded, and "days=7&target=virt", as it came. -ENOENT: there is no such
 * page; -EINVAL: the query is none. A subject that ends in ".json" is reached by "?format=html".
 */
int wanted_read(const char *path, const char *query, struct wanted *ret, struct err *err)
	__attribute__((warn_unused_result));
void wanted_done(struct wanted *w);
/* NULL: not given. */
const char *wanted_param(const struct wanted *w, const char *name);
/* The same page with one parameter changed (value NULL: without it), as a link. Caller frees. */
char *wanted_url(const struct wanted *w, enum format format, const char *name, const char *value);

struct section {
	const struct section_spec *spec;
	const struct ask_question *question; /* NULL of rows that are no question's */
	const char *wants;		     /* a parameter that is missing: nothing was asked */
	struct answer rows;
	struct strv text;   /* of VIEW_CONSOLE, a line each; a NUL in it is "\\x00" */
	int64_t first_line; /* of the text, from 1 */
	int64_t lines;	    /* of the whole log */
	bool is_part;	    /* its row says from which line to which */
};

struct page {
	const struct wanted *wanted; /* borrowed */
	char *title;
	struct section sections[SECTIONS_MAX];
	size_t n_sections;
	int64_t now;
	bool may_act; /* somebody has a token: show the forms of web_room.h's action_forms() */
};

/*
 * Asks what the page asks; only the wanted section ("section") where one is named, which is paged
 * then. The first parameter without fallback of a question is the page's subject, the others come
 * from the URL by their names; "after" and "limit" page, "from" is a console's first line.
 * -ENOENT: there is no such thing; -EINVAL: a filter is not of its type. w must outlive ret.
 */
int page_load(struct store *s, const struct wanted *w, int64_t now, struct page *ret,
	      struct err *err) __attribute__((warn_unused_result));
void page_done(struct page *p);
/* Adds what lab.yaml knows: "lava_url", where a LAVA server shows a job. */
void page_complete(struct page *p, const struct config *c);
/* Of that name; NULL: the page has none, or it was not asked. */
const struct section *page_section(const struct page *p, const char *name);
/* Whether "after" and "limit" are this section's. */
bool section_is_paged(const struct page *p, const struct section *s);
/* The link to what comes behind what is shown of the section that is paged, or of the console;
 * NULL: there is no more. Caller frees. */
char *page_next(const struct page *p, enum format format);

void page_html(const struct page *p, struct buf *ret);
/* The skip link and the list of places that each page begins with; main is to have the id "main".
 * here: the page's path, NULL none of them. */
void page_navigation(const char *here, struct html *h);
struct json_t *page_json(const struct page *p);
/* Of the wanted section, or the first. */
void page_csv(const struct page *p, struct buf *ret);
/* root: where the site is reached ("https://dmalab.example.org"), no slash at the end; "" unknown.
 */
void page_atom(const struct page *p, const char *root, struct buf *ret);
/* The picture of the wanted section, or of the first that has one; -ENOENT: none has. */
int page_svg(const struct page *p, struct buf *ret);

#endif
