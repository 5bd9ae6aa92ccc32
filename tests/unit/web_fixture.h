/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_UNIT_WEB_FIXTURE_H
#define DMALAB_TESTS_UNIT_WEB_FIXTURE_H

/* Pages of the store that tests/queries/store.sql describes. */

#include "store_fixture.h"

#include <jansson.h>

#include "web/page.h"

enum { NOW = 1700000000 };

static inline int setup_filled(void **state)
{
	CLEANUP(buf_done) struct buf sql = { 0 };
	CLEANUP(db_freep) struct db *db = NULL;
	struct fixture *f;

	if (setup(state) != 0)
		return -1;
	f = *state;
	db = raw_db(f);
	OK(fs_read("tests/queries/store.sql", 1 << 20, &sql, &f->err));
	OK(db_exec(db, buf_text(&sql), &f->err));
	return 0;
}

/* A page and what was wanted, which it borrows. */
struct seen {
	struct wanted wanted;
	struct page page;
};

static inline void seen_done(struct seen *s)
{
	page_done(&s->page);
	wanted_done(&s->wanted);
}

/* What loading comes to. */
static inline int see(struct fixture *f, const char *path, const char *query, struct seen *ret)
{
	int r = wanted_read(path, query, &ret->wanted, &f->err);

	if (r == 0)
		r = page_load(f->s, &ret->wanted, NOW, &ret->page, &f->err);
	return r;
}

/* In the format that the path ends in; the caller's. */
static inline char *written(struct fixture *f, const char *path, const char *query)
{
	CLEANUP(seen_done) struct seen s = { 0 };
	struct buf b = { 0 };
	json_t *json;

	if (see(f, path, query, &s) < 0)
		fail_msg("%s?%s: %s", path, query, f->err.msg);
	switch (s.wanted.format) {
	case FORMAT_JSON:
		json = page_json(&s.page);
		assert_non_null(json);
		buf_done(&b);
		b.data = json_dumps(json, JSON_SORT_KEYS);
		json_decref(json);
		return b.data;
	case FORMAT_CSV:
		page_csv(&s.page, &b);
		break;
	case FORMAT_ATOM:
		page_atom(&s.page, "https://lab.example.org", &b);
		break;
	case FORMAT_SVG:
		assert_int_equal(page_svg(&s.page, &b), 0);
		break;
	default:
		page_html(&s.page, &b);
	}
	buf_str(&b, "");
	return buf_take(&b);
}

static inline void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in: %s", part,
			 strstr(text, "<main") ? strstr(text, "<main") : text);
}

static inline void has_not(const char *text, const char *part)
{
	const char *at = strstr(text, part);

	if (at)
		fail_msg("'%s' is in: %.200s", part, at);
}

#endif
