// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "stage/source/source.h"
#include "store/page.h"
#include "store/store.h"
#include "web/console.h"

enum { LINE_MAX_WANTED = 1000000000, HASH_LEN = 32, HASH_SHOWN = 12 };

/* What of a URL is for paging. */
struct paging {
	int64_t after;
	int64_t limit; /* 0: as the section has it */
	int64_t from;
};

static int number_take(const struct wanted *w, const char *name, int64_t min, int64_t max,
		       int64_t *ret, struct err *err)
{
	const char *word = wanted_param(w, name);
	char *end;
	long long n;

	if (!word)
		return 0;
	errno = 0;
	n = strtoll(word, &end, 10);
	if (end == word || *end || errno || n < min || n > max)
		return err_set(err, EINVAL, "%s=%s: not a number from %lld to %lld", name, word,
			       (long long)min, (long long)max);
	*ret = n;
	return 0;
}

static int paging_take(const struct wanted *w, struct paging *ret, struct err *err)
{
	int r = number_take(w, "after", INT64_MIN, INT64_MAX, &ret->after, err);

	if (r == 0)
		r = number_take(w, "limit", 1, ROWS_MAX, &ret->limit, err);
	if (r == 0)
		r = number_take(w, "from", 1, LINE_MAX_WANTED, &ret->from, err);
	return r;
}

static const struct ask_question *question_of(const struct wanted *w, const struct section_spec *s)
{
	const struct ask_question *q;

	if (!s->question)
		return ask_find(w->subject);
	q = page_question(s->question);
	return q ? q : ask_find(s->question);
}

/* The words of a URL to a question's parameters; what is missing goes into *ret_wants. */
static void values_take(const struct wanted *w, const struct section_spec *spec, struct ask *a,
			char **msgid, const char **ret_wants)
{
	const struct ask_question *q = a->question;
	bool has_subject = w->subject[0] && spec->question;

	for (size_t i = 0; i < ask_params(q); i++) {
		const struct ask_param *p = &q->params[i];

		if (!p->fallback && has_subject) {
			a->values[i] = w->subject;
			has_subject = false;
			continue;
		}
		a->values[i] = wanted_param(w, p->name);
		if (!a->values[i] && !p->fallback && !*ret_wants)
			*ret_wants = p->name;
		if (a->values[i] && p->type == ASK_SERIES && !*msgid) {
			*msgid = source_msgid(a->values[i]);
			a->values[i] = *msgid ? *msgid : a->values[i];
		}
	}
}

bool section_is_paged(const struct page *p, const struct section *s)
{
	const char *only = wanted_param(p->wanted, "section");

	return s->question && (s->spec->limit == 0 || (only && strcmp(only, s->spec->name) == 0)) &&
	       s->spec->view != VIEW_CONSOLE && s->spec->view != VIEW_FACTS;
}

static int rows_ask(struct store *store, const struct page *p, const struct paging *paging,
		    struct section *s, struct err *err)
{
	CLEANUP(free_ptr) char *msgid = NULL;
	struct ask a = { .question = s->question, .now = p->now, .after = INT64_MAX };
	const char *wants = NULL;

	a.limit = s->spec->limit;
	if (section_is_paged(p, s)) {
		a.after = paging->after;
		a.limit = s->spec->view == VIEW_PICTURE ? ROWS_MAX : ROWS_DEFAULT;
		a.limit = paging->limit ? (int)paging->limit : a.limit;
	}
	values_take(p->wanted, s->spec, &a, &msgid, &wants);
	/* a form that is not filled in yet is no mistake; a program's request is one */
	if (wants && p->wanted->format == FORMAT_HTML) {
		s->wants = wants;
		return 0;
	}
	return store_ask(store, &a, &s->rows, err);
}

static int nothing(const struct wanted *w, struct err *err)
{
	const char *path = w->spec->path + 1;

	return err_set(err, ENOENT, "there is no %.*s '%s'", (int)strcspn(path, "/"), path,
		       w->subject);
}

static int section_load(struct store *store, const struct page *p, const struct paging *paging,
			const struct section_spec *spec, struct section *ret, struct err *err)
{
	struct section s = { .spec = spec };
	int r = 0;

	if (spec->rows) {
		spec->rows(&s.rows);
	} else {
		s.question = question_of(p->wanted, spec);
		if (!s.question)
			return err_set(err, ENOENT, "there is no question '%s'",
				       spec->question ? spec->question : p->wanted->subject);
		r = rows_ask(store, p, paging, &s, err);
	}
	if (r == 0 && s.rows.n_rows == 0 && !s.wants && !spec->is_optional &&
	    (spec->view == VIEW_FACTS || spec->view == VIEW_CONSOLE))
		r = nothing(p->wanted, err);
	if (r == 0 && spec->view == VIEW_CONSOLE && s.rows.n_rows > 0)
		r = console_load(store, paging->from, &s, err);
	*ret = s;
	return r;
}

/* What the first section's row calls the page's thing; NULL: nothing. Borrowed. */
static const char *name_in_rows(const struct page *p)
{
	const char *named_by = p->wanted->spec->named_by;
	const struct answer_cell *c =
		named_by ? answer_find(&p->sections[0].rows, 0, named_by) : NULL;

	return c ? c->text : NULL;
}

/* "Series dma: keep the size"; a hash is cut as it is in tables. */
static char *title_of(const struct page *p)
{
	const char *title = p->wanted->spec->title, *subject = p->wanted->subject;
	const char *name = name_in_rows(p);
	const struct section *s = &p->sections[0];
	bool is_hash = strlen(subject) >= HASH_LEN &&
		       strspn(subject, "0123456789abcdef") == strlen(subject);

	if (name && name[0])
		return mem_printf("%s %s", title, name);
	if (!subject[0])
		return mem_strdup(title);
	if (!s->spec->question && s->question)
		return mem_strdup(s->question->about);
	return is_hash ? mem_printf("%s %.*s", title, HASH_SHOWN, subject)
		       : mem_printf("%s %s", title, subject);
}

/* Whether it is about something that no row tells of. */
static bool is_of_nothing(const struct page *p)
{
	for (size_t i = 0; i < p->n_sections; i++)
		if (p->sections[i].rows.n_rows > 0 || !p->sections[i].spec->question)
			return false;
	return p->wanted->subject[0];
}

int page_load(struct store *s, const struct wanted *w, int64_t now, struct page *ret,
	      struct err *err)
{
	CLEANUP(page_done) struct page p = { .wanted = w, .now = now };
	struct paging paging = { .after = INT64_MAX, .from = 1 };
	const char *only = wanted_param(w, "section");
	int r = paging_take(w, &paging, err);

	for (size_t i = 0; r == 0 && i < SECTIONS_MAX && w->spec->sections[i].name; i++) {
		const struct section_spec *spec = &w->spec->sections[i];

		if (!only || strcmp(only, spec->name) == 0)
			r = section_load(s, &p, &paging, spec, &p.sections[p.n_sections++], err);
	}
	if (r == 0 && p.n_sections == 0)
		r = err_set(err, ENOENT, "the page has no section '%s'", only ? only : "");
	if (r == 0 && !only && is_of_nothing(&p))
		r = nothing(w, err);
	if (r < 0)
		return r;
	p.title = title_of(&p);
	*ret = p;
	p = (struct page){ 0 };
	return 0;
}

void page_done(struct page *p)
{
	for (size_t i = 0; i < p->n_sections; i++) {
		answer_done(&p->sections[i].rows);
		strv_done(&p->sections[i].text);
	}
	free(p->title);
	*p = (struct page){ 0 };
}

const struct section *page_section(const struct page *p, const char *name)
{
	for (size_t i = 0; i < p->n_sections; i++)
		if (strcmp(p->sections[i].spec->name, name) == 0)
			return &p->sections[i];
	return NULL;
}

char *page_next(const struct page *p, enum format format)
{
	for (size_t i = 0; i < p->n_sections; i++) {
		const struct section *s = &p->sections[i];
		CLEANUP(free_ptr) char *value = NULL;

		if (s->spec->view == VIEW_CONSOLE && !s->is_part &&
		    s->first_line + (int64_t)s->text.n <= s->lines) {
			value = mem_printf("%lld", (long long)s->first_line + (long long)s->text.n);
			return wanted_url(p->wanted, format, "from", value);
		}
		if (section_is_paged(p, s) && s->rows.more) {
			value = mem_printf("%lld", (long long)s->rows.after);
			return wanted_url(p->wanted, format, "after", value);
		}
	}
	return NULL;
}
