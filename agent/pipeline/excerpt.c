// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "pipeline/run.h"
#include "store/store.h"

/* The lines that prove a reason, as they were printed. */

enum {
	LINES_MAX = 14,
	LINES_LAST = 5,	   /* of a console that says no more */
	LINE_MAX_LEN = 240 /* bytes; the rest is cut */
};

/* A console, line by line. */
struct lines {
	struct buf text;
	char **v; /* into text */
	size_t n, cap;
};

static void lines_done(struct lines *l)
{
	buf_done(&l->text);
	free(l->v);
}

static void lines_split(struct lines *l)
{
	char *at = l->text.len ? l->text.data : NULL;

	while (at && *at) {
		char *end = strchr(at, '\n');

		l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
		l->v[l->n++] = at;
		if (end) {
			*end = '\0';
			if (end > at && end[-1] == '\r')
				end[-1] = '\0';
		}
		at = end ? end + 1 : NULL;
	}
}

/* Lines from .. to, from 1, the last one in any case. */
static char *lines_text(const struct lines *l, size_t from, size_t to)
{
	struct buf b = { 0 };
	size_t n = 0;

	for (size_t i = from; i <= to && i <= l->n; i++) {
		if (i == 0 || (++n >= LINES_MAX && i < to))
			continue;
		buf_printf(&b, "%.*s\n", LINE_MAX_LEN, l->v[i - 1]);
	}
	buf_trim(&b);
	return b.len ? buf_take(&b) : mem_strdup("");
}

/* Behind the time that the kernel puts before a line. */
static const char *said(const char *line)
{
	const char *end = line[0] == '[' ? strchr(line, ']') : NULL;

	line = end ? end + 1 : line;
	return line + strspn(line, " ");
}

/* Registers and memory, as ARM's show_regs() and die() print them: nobody reads them in a mail. */
static bool is_dump(const char *text)
{
	static const char *const begins[] = {
		"8<---",     "pc : ",	  "sp : ",    "r10: ",	 "r7 : ",  "r3 : ",  "Flags: ",
		"Control: ", "Register ", "Process ", "Stack: ", "Code: ", "pgd = ", "Table: ",
	};
	size_t hex = strspn(text, "0123456789abcdef");

	for (size_t i = 0; i < sizeof(begins) / sizeof(*begins); i++)
		if (strncmp(text, begins[i], strlen(begins[i])) == 0)
			return true;
	return hex >= 4 && text[hex] == ':';
}

/* A report from its first line on, without what is a dump. */
static char *report_text_of(const struct lines *l, size_t from, size_t to)
{
	struct buf b = { 0 };
	size_t n = 0;

	for (size_t i = from; i <= to && i <= l->n && n < LINES_MAX; i++)
		if (i > 0 && !is_dump(said(l->v[i - 1]))) {
			buf_printf(&b, "%.*s\n", LINE_MAX_LEN, l->v[i - 1]);
			n++;
		}
	buf_trim(&b);
	return b.len ? buf_take(&b) : mem_strdup("");
}

static bool is_result(const char *line)
{
	return strncmp(line, "ok ", 3) == 0 || strncmp(line, "not ok ", 7) == 0 ||
	       strncmp(line, "# Subtest", 9) == 0;
}

/* What a test says before its result, from its first "# " on. */
static size_t test_from(const struct lines *l, size_t result)
{
	size_t from = result;

	for (size_t i = result - 1; i > 0 && i <= l->n; i--) {
		const char *text = said(l->v[i - 1]);

		if (is_result(text))
			break;
		if (strncmp(text, "# ", 2) == 0)
			from = i;
	}
	return from;
}

static const struct oops *report_of(const struct job *j, const struct reason *r)
{
	for (size_t i = 0; i < j->oopses.n; i++)
		if (strcmp(j->oopses.v[i].hash, r->signature) == 0)
			return &j->oopses.v[i];
	return NULL;
}

/* Where the console proves the reason; 0: nowhere. */
static size_t proof(const struct lines *l, const struct job *j, const struct reason *r, size_t *to)
{
	const struct oops *o = report_of(j, r);

	switch (r->kind) {
	case REASON_NEW_CRASH:
		*to = o ? o->last_line : 0;
		return o ? o->first_line : 0;
	case REASON_NEW_FAILURE:
		*to = r->line;
		return r->line > 0 && r->line <= l->n ? test_from(l, r->line) : 0;
	case REASON_BOOT_HANG:
		*to = l->n;
		return l->n > LINES_LAST ? l->n - LINES_LAST + 1 : 1;
	default:
		return 0;
	}
}

static int of_console(struct run_ctx *x, struct reason *r, struct err *err)
{
	CLEANUP(job_done) struct job j = { 0 };
	CLEANUP(lines_done) struct lines l = { 0 };
	size_t from, to = 0;
	int ret = store_job_get(x->store, r->where, &j, err);

	if (ret == 1 && j.log_sha256[0])
		ret = store_log_get(x->store, j.log_sha256, &l.text, err);
	if (ret < 0)
		return ret;
	lines_split(&l);
	from = proof(&l, &j, r, &to);
	if (from > 0) {
		free(r->excerpt);
		r->excerpt = r->kind == REASON_NEW_CRASH ? report_text_of(&l, from, to)
							 : lines_text(&l, from, to);
	}
	return 0;
}

static const struct diagnostic *diagnostic_of(const struct test_report *rep, const struct reason *r)
{
	for (size_t i = 0; i < rep->n_builds; i++) {
		const struct build *b = &rep->builds[i];

		if (!b->id || strcmp(b->id, r->where) != 0)
			continue;
		if (r->kind != REASON_BUILD_WARNING)
			return &b->error;
		for (size_t k = 0; k < b->n_warnings; k++)
			if (b->warnings[k].log_line == r->line)
				return &b->warnings[k];
	}
	return NULL;
}

static void of_build(const struct test_report *rep, struct reason *r)
{
	const struct diagnostic *d = diagnostic_of(rep, r);

	if (!d || !d->excerpt)
		return;
	mem_set_copy(&r->excerpt, d->excerpt);
}

int run_excerpts(struct run_ctx *x, struct err *err)
{
	struct reason_list *l = &x->report->verdict.reasons;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < l->n; i++) {
		struct reason *r = &l->v[i];

		switch (r->kind) {
		case REASON_APPLY_CONFLICT:
			mem_set_copy(&r->excerpt, r->detail);
			break;
		case REASON_BUILD_ERROR:
		case REASON_BUILD_WARNING:
		case REASON_UNBUILDABLE_PATCH:
			of_build(x->report, r);
			break;
		case REASON_BOOT_HANG:
		case REASON_NEW_CRASH:
		case REASON_NEW_FAILURE:
			ret = r->where[0] ? of_console(x, r, err) : 0;
			break;
		case REASON_MISSING_TESTS:
		case REASON_INFRA:
			break;
		}
	}
	return ret;
}
