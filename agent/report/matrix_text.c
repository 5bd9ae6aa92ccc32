// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "model/matrix.h"
#include "report/matrix.h"

/* Rows of columns of text, the first row its head. */
struct table {
	struct strv cells; /* row by row */
	size_t n_columns;
};

static const char *table_at(const struct table *t, size_t row, size_t column)
{
	return t->cells.v[row * t->n_columns + column];
}

static size_t table_rows(const struct table *t)
{
	return t->cells.n / t->n_columns;
}

/* What is on its way into a table: titles get their number where they are first read. */
struct sheet {
	const struct matrix *m;
	struct table cases, counts;
	struct strv titles;
};

static void sheet_done(struct sheet *s)
{
	strv_done(&s->cases.cells);
	strv_done(&s->counts.cells);
	strv_done(&s->titles);
}

static size_t title_number(struct sheet *s, const char *title)
{
	for (size_t i = 0; i < s->titles.n; i++)
		if (strcmp(s->titles.v[i], title) == 0)
			return i + 1;
	strv_add(&s->titles, title);
	return s->titles.n;
}

/* "works", "crash 1", "fail!", "-"; "" where there is no such case. Caller frees. */
static char *word(struct sheet *s, const struct cell *c)
{
	struct buf b = { 0 };

	if (!c)
		return mem_strdup("");
	buf_str(&b, c->result == CELL_SKIP ? "-" : cell_result_name(c->result));
	if (c->title[0])
		buf_printf(&b, " %zu", title_number(s, c->title));
	if (c->regression)
		buf_str(&b, "!");
	return buf_take(&b);
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
	if (!a || !b)
		return a == b;
	return a->result == b->result && a->regression == b->regression &&
	       strcmp(a->title, b->title) == 0;
}

/* Whether the case came to the same with every design. */
static bool same_targets(const struct matrix *m, const struct cell *c, size_t t, size_t u)
{
	for (size_t d = 0; d < m->n_designs; d++)
		if (!same_cell(cell_find(matrix_part(m, d, t), c->suite, c->name),
			       cell_find(matrix_part(m, d, u), c->suite, c->name)))
			return false;
	return true;
}

static bool group_begins(const struct matrix *m, const struct cell *c, size_t t)
{
	for (size_t u = 0; u < t; u++)
		if (same_targets(m, c, u, t))
			return false;
	return true;
}

/* "suite.case", with the targets of the group where there is more than one group. */
static char *row_name(const struct matrix *m, const struct cell *c, size_t t)
{
	struct buf name = { 0 }, group = { 0 };
	size_t n = 0;

	buf_printf(&name, "%s%s%s", c->suite, c->name[0] ? "." : "", c->name);
	for (size_t u = t; u < m->n_targets; u++)
		if (same_targets(m, c, t, u))
			buf_printf(&group, "%s%s", n++ ? " " : "", m->targets[u]);
	if (n < m->n_targets)
		buf_printf(&name, " [%s]", buf_text(&group));
	buf_done(&group);
	return buf_take(&name);
}

/* Whether any kernel has what the case needs; where none has, a row would say nothing. */
static bool group_ran(const struct matrix *m, const struct cell *c, size_t t)
{
	for (size_t d = 0; d < m->n_designs; d++) {
		const struct cell *o = cell_find(matrix_part(m, d, t), c->suite, c->name);

		if (o && o->result != CELL_SKIP)
			return true;
	}
	return false;
}

static void case_rows(struct sheet *s, const struct cell *c)
{
	const struct matrix *m = s->m;

	for (size_t t = 0; t < m->n_targets; t++) {
		if (!group_begins(m, c, t) || !group_ran(m, c, t))
			continue;
		strv_take(&s->cases.cells, row_name(m, c, t));
		for (size_t d = 0; d < m->n_designs; d++)
			strv_take(&s->cases.cells,
				  word(s, cell_find(matrix_part(m, d, t), c->suite, c->name)));
	}
}

/* A case that an earlier part has had its row there. */
static bool has_row(const struct matrix *m, size_t part, const struct cell *c)
{
	for (size_t i = 0; i < part; i++)
		if (cell_find(&m->parts[i], c->suite, c->name))
			return true;
	return false;
}

static void head(const struct matrix *m, const char *first, struct table *t)
{
	t->n_columns = m->n_designs + 1;
	strv_add(&t->cells, first);
	for (size_t d = 0; d < m->n_designs; d++)
		strv_add(&t->cells, m->designs[d]);
}

static size_t count(const struct matrix *m, size_t d, bool (*is)(const struct cell *, int), int arg)
{
	size_t n = 0;

	for (size_t t = 0; t < m->n_targets; t++) {
		const struct cell_list *l = matrix_part(m, d, t);

		for (size_t i = 0; i < l->n; i++)
			n += is(&l->v[i], arg);
	}
	return n;
}

static bool has_result(const struct cell *c, int result)
{
	return (int)c->result == result;
}

static bool is_regression(const struct cell *c, int unused)
{
	(void)unused;
	return c->regression;
}

static bool is_unexpected(const struct cell *c, int unused)
{
	(void)unused;
	return !cell_is_expected(c);
}

static void count_row(struct sheet *s, const char *name, bool (*is)(const struct cell *, int),
		      int arg)
{
	strv_add(&s->counts.cells, name);
	for (size_t d = 0; d < s->m->n_designs; d++)
		strv_addf(&s->counts.cells, "%zu", count(s->m, d, is, arg));
}

static void fill(struct sheet *s)
{
	const struct matrix *m = s->m;
	static const enum cell_result order[] = { CELL_WORKS, CELL_REFUSED, CELL_FAIL, CELL_CRASH,
						  CELL_SKIP };

	head(m, "case", &s->cases);
	for (size_t p = 0; p < m->n_designs * m->n_targets; p++)
		for (size_t i = 0; i < m->parts[p].n; i++)
			if (!has_row(m, p, &m->parts[p].v[i]))
				case_rows(s, &m->parts[p].v[i]);
	head(m, "cases on all targets", &s->counts);
	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++)
		count_row(s, cell_result_name(order[i]), has_result, (int)order[i]);
	count_row(s, "regressions (!)", is_regression, 0);
	count_row(s, "not as expected", is_unexpected, 0);
}

static void print_text(const struct table *t, FILE *out)
{
	size_t width[2] = { 0, 0 };

	for (size_t r = 0; r < table_rows(t); r++)
		for (size_t c = 0; c < t->n_columns; c++) {
			size_t n = strlen(table_at(t, r, c));

			if (n > width[c > 0])
				width[c > 0] = n;
		}
	for (size_t r = 0; r < table_rows(t); r++) {
		CLEANUP(buf_done) struct buf line = { 0 };

		for (size_t c = 0; c < t->n_columns; c++)
			buf_printf(&line, "%s%-*s", c ? "  " : "", (int)width[c > 0],
				   table_at(t, r, c));
		buf_trim(&line);
		fprintf(out, "%s\n", buf_text(&line));
	}
}

/* A bar would end the cell; the rest of Markdown has no place in our words. */
static void print_cell(const char *text, FILE *out)
{
	for (; *text; text++)
		fprintf(out, *text == '|' ? "\\|" : "%c", *text);
}

static void print_markdown(const struct table *t, FILE *out)
{
	for (size_t r = 0; r < table_rows(t); r++) {
		for (size_t c = 0; c < t->n_columns; c++) {
			fputs("| ", out);
			print_cell(table_at(t, r, c), out);
			fputc(' ', out);
		}
		fputs("|\n", out);
		for (size_t c = 0; r == 0 && c < t->n_columns; c++)
			fputs("|---", out);
		if (r == 0)
			fputs("|\n", out);
	}
}

static void legend(const struct sheet *s, bool markdown, FILE *out)
{
	if (s->titles.n)
		fputc('\n', out);
	for (size_t i = 0; i < s->titles.n; i++) {
		CLEANUP(free_ptr) char *title = foreign_line(s->titles.v[i]);

		if (markdown)
			fprintf(out, "%zu. `%s`\n", i + 1, title);
		else
			fprintf(out, "%4zu  %s\n", i + 1, title);
	}
}

static int print(const struct matrix *m, bool markdown, FILE *out, struct err *err)
{
	CLEANUP(sheet_done) struct sheet s = { .m = m };
	bool differs = false;

	fill(&s);
	for (size_t d = 0; d < m->n_designs; d++)
		differs |= count(m, d, is_unexpected, 0) > 0;
	(markdown ? print_markdown : print_text)(&s.cases, out);
	legend(&s, markdown, out);
	fputc('\n', out);
	(markdown ? print_markdown : print_text)(&s.counts, out);
	if (differs && !markdown)
		fputs("\nWhich cells are not as expected: --json, those with as_expected false.\n",
		      out);
	if (fflush(out) == EOF || ferror(out))
		return err_set(err, EIO, "cannot write the matrix");
	return 0;
}

int matrix_text(const struct matrix *m, FILE *out, struct err *err)
{
	return print(m, false, out, err);
}

int matrix_markdown(const struct matrix *m, FILE *out, struct err *err)
{
	return print(m, true, out, err);
}
