// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/link.h"

#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "html/html.h"
#include "model/answer.h"
#include "model/verdict.h"

/* A log is shown by so many lines at least on both sides of the wanted one. */
enum { LINES_STEP = 1000, LINES_BEFORE = 500 };

const char *link_suffix(const char *path)
{
	static const char *const suffixes[] = { ".json", ".csv", ".atom", ".svg" };
	size_t len = strlen(path);

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		size_t n = strlen(suffixes[i]);

		if (len > n && strcmp(path + len - n, suffixes[i]) == 0)
			return path + len - n;
	}
	return NULL;
}

char *link_page(const char *path, const char *subject)
{
	char *url = html_url(path, subject);

	if (link_suffix(subject))
		mem_set(&url, mem_printf("%s?format=html", url));
	return url;
}

char *link_line(const char *log, int64_t line)
{
	CLEANUP(free_ptr) char *page = link_page("/log/", log);
	int64_t step = line > 0 ? (line - 1) / LINES_STEP * LINES_STEP : 0;

	if (line <= 0)
		return mem_strdup(page);
	if (step == 0)
		return mem_printf("%s#L%lld", page, (long long)line);
	return mem_printf("%s%cfrom=%lld#L%lld", page, strchr(page, '?') ? '&' : '?',
			  (long long)(step - LINES_BEFORE + 1), (long long)line);
}

/* NULL: the row has no such column, or nothing there. */
static const struct answer_cell *cell_of(const struct answer *a, size_t row, const char *name)
{
	const struct answer_cell *c = answer_find(a, row, name);

	return !c || c->type == ANSWER_NONE || (c->text && !c->text[0]) ? NULL : c;
}

/* The id of a column that has ids; NULL none. */
static const char *id_of(const struct answer *a, size_t row, const char *name)
{
	const struct answer_cell *c = cell_of(a, row, name);

	return c && c->type == ANSWER_ID ? c->text : NULL;
}

static char *text_link(const struct answer *a, size_t row, const char *path, const char *name)
{
	const struct answer_cell *c = cell_of(a, row, name);

	return c && c->text ? link_page(path, c->text) : NULL;
}

/* One that came as a file has no Message-ID: its verdict is the page that tells of it. */
static char *series_link(const struct answer *a, size_t row)
{
	const char *verdict = id_of(a, row, "verdict");
	char *url = text_link(a, row, "/series/", "message_id");

	return url || !verdict ? url : link_page("/verdict/", verdict);
}

static char *line_link(const struct answer *a, size_t row, const struct answer_cell *cell,
		       const char *last)
{
	const char *log = id_of(a, row, "log");

	log = log ? log : id_of(a, row, "job");
	log = log ? log : id_of(a, row, last);
	return log && cell->type == ANSWER_INT && cell->num > 0 ? link_line(log, cell->num) : NULL;
}

/* A reason's or change's subject: a report, a test, or neither (a file, a patch, "boot"). */
static char *subject_link(const struct answer *a, size_t row, const char *subject)
{
	const char *signature = id_of(a, row, "signature");
	const struct answer_cell *kind = cell_of(a, row, "kind");
	const char *dot = strchr(subject, '.');

	if (signature)
		return link_page("/issue/", signature);
	if (kind && kind->text && strcmp(kind->text, reason_name(REASON_NEW_FAILURE)) != 0 &&
	    strcmp(kind->text, "test") != 0)
		return NULL;
	return dot && dot > subject && dot[1] && !strpbrk(subject, "/ *\n")
		       ? link_page("/test/", subject)
		       : NULL;
}

/* What is known: a test, a group of them, or a signature. */
static char *known_link(const char *what)
{
	size_t len = strlen(what);

	if (len >= 8 && strspn(what, "0123456789abcdef") == len)
		return link_page("/issue/", what);
	return strchr(what, '.') && !strpbrk(what, "* ") ? link_page("/test/", what) : NULL;
}

/* Columns of ids, by the last word of their names: "good_job" is a job as well. */
static char *id_link(const char *name, const char *id)
{
	static const struct {
		const char *word, *path;
	} things[] = { { "job", "/job/" },	     { "build", "/build/" },
		       { "checkout", "/checkout/" }, { "verdict", "/verdict/" },
		       { "signature", "/issue/" },   { "log", "/log/" } };
	const char *word = strrchr(name, '_');

	word = word ? word + 1 : name;
	for (size_t i = 0; i < sizeof(things) / sizeof(*things); i++)
		if (strcmp(word, things[i].word) == 0)
			return link_page(things[i].path, id);
	return NULL;
}

static char *word_link(const char *name, const char *text)
{
	static const struct {
		const char *name, *path;
	} things[] = { { "test", "/test/" },
		       { "target", "/target/" },
		       { "last_on", "/target/" },
		       { "first_on", "/target/" },
		       { "design", "/design/" },
		       { "message_id", "/series/" },
		       { "older_message_id", "/series/" },
		       { "newer_message_id", "/series/" },
		       { "same_message_id", "/series/" },
		       { "question", "/query/" } };

	for (size_t i = 0; i < sizeof(things) / sizeof(*things); i++)
		if (strcmp(name, things[i].name) == 0)
			return link_page(things[i].path, text);
	if (strcmp(name, "lab") == 0)
		return mem_strdup("/labs");
	return strcmp(name, "url") == 0 || strcmp(name, "lava_url") == 0 ||
			       strcmp(name, "page") == 0
		       ? mem_strdup(text)
		       : NULL;
}

char *cell_link(const struct answer *a, size_t row, size_t column)
{
	const struct answer_cell *c = answer_at(a, row, column);
	const char *name = a->columns[column].name;

	if (c->type == ANSWER_NONE || (c->text && !c->text[0]))
		return NULL;
	if (strcmp(name, "bisection") == 0 && c->type == ANSWER_INT && c->num > 0)
		return mem_printf("/bisection/%lld", (long long)c->num);
	if (strcmp(name, "line") == 0 || strcmp(name, "last_line") == 0)
		return line_link(a, row, c, "log");
	if (strcmp(name, "log_line") == 0)
		return line_link(a, row, c, "build");
	if (c->type == ANSWER_ID && strcmp(name, "log") == 0) {
		const struct answer_cell *line = cell_of(a, row, "line");

		return link_line(c->text, line && line->type == ANSWER_INT ? line->num : 0);
	}
	if (c->type == ANSWER_ID)
		return id_link(name, c->text);
	if (c->type != ANSWER_TEXT)
		return NULL;
	if (strcmp(name, "series") == 0)
		return series_link(a, row);
	if (strcmp(name, "subject") == 0)
		return subject_link(a, row, c->text);
	if (strcmp(name, "title") == 0 || strcmp(name, "report") == 0)
		return text_link(a, row, "/issue/", "signature");
	if (strcmp(name, "what") == 0)
		return known_link(c->text);
	return word_link(name, c->text);
}
