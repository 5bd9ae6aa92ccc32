// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "model/answer.h"
#include "web/picture_grid.h"

/* From rows to a grid. */

struct entry {
	const char *suite, *name, *across;
	size_t suite_len, row;
	bool is_report;
};

static const char reports[] = "reports of the kernel";

/* "suite.case" and its parts; a report has none. */
static struct entry entry_of(const char *test, const char *report, const char *across, size_t row)
{
	struct entry e = { .across = across, .row = row };
	const char *dot = strchr(test, '.');

	e.is_report = !*test;
	e.suite = e.is_report ? reports : test;
	e.suite_len = e.is_report ? strlen(reports) : dot ? (size_t)(dot - test) : strlen(test);
	e.name = e.is_report ? report : dot && dot[1] ? dot + 1 : test;
	return e;
}

static int compare_test(const struct entry *x, const struct entry *y)
{
	size_t n = x->suite_len < y->suite_len ? x->suite_len : y->suite_len;
	int r = x->is_report - y->is_report;

	r = r ? r : memcmp(x->suite, y->suite, n);
	r = r ? r : (x->suite_len > y->suite_len) - (x->suite_len < y->suite_len);
	return r ? r : strcmp(x->name, y->name);
}

static int compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int r = compare_test(x, y);

	r = r ? r : strcmp(x->across, y->across);
	return r ? r : (x->row > y->row) - (x->row < y->row);
}

static int compare_words(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void across_read(const struct entry *v, size_t n, struct grid *ret)
{
	ret->across = mem_zalloc((n + 1) * sizeof(*ret->across));
	for (size_t i = 0; i < n; i++)
		ret->across[i] = v[i].across;
	qsort(ret->across, n, sizeof(*ret->across), compare_words);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(ret->across[ret->n_across - 1], ret->across[i]) != 0)
			ret->across[ret->n_across++] = ret->across[i];
}

static size_t place_of(const struct grid *g, const char *word)
{
	const char **found =
		bsearch(&word, g->across, g->n_across, sizeof(*g->across), compare_words);

	return (size_t)(found - g->across);
}

static int badness(enum mark m)
{
	static const int order[MARKS] = {
		[MARK_SKIP] = 1, [MARK_GOOD] = 2, [MARK_REFUSED] = 3, [MARK_WARN] = 4,
		[MARK_MISS] = 5, [MARK_BAD] = 6,  [MARK_CRASH] = 7
	};

	return order[m];
}

struct columns {
	int test, report, across, before, after, comment, class;
	int before_bad, before_runs, after_bad, after_runs;
};

/*
 * Where a test was run again and again, that says more than the first boot, which did not come so
 * far. One that is gone, or new, is missing indeed.
 */
static enum mark counted(const struct answer *rows, size_t row, const char *class, enum mark m,
			 int bad, int runs)
{
	if ((m != MARK_NONE && m != MARK_MISS) || cell_number(rows, row, runs) <= 0 ||
	    strcmp(class, "gone") == 0 || strcmp(class, "new") == 0)
		return m;
	return cell_number(rows, row, bad) > 0 ? MARK_BAD : MARK_GOOD;
}

static void cell_add(const struct answer *rows, const struct columns *c, size_t row,
		     struct grid_cell *cell)
{
	const char *comment = cell_text(rows, row, c->comment);
	const char *class = cell_text(rows, row, c->class);
	enum mark after = mark_of(cell_text(rows, row, c->after), comment), before;

	after = counted(rows, row, class, after, c->after_bad, c->after_runs);
	before = c->before < 0
			 ? after
			 : counted(rows, row, class, mark_of(cell_text(rows, row, c->before), ""),
				   c->before_bad, c->before_runs);
	/* The comment is of the patched kernel; a skip on both sides is the same skip. */
	if (before == MARK_SKIP && after == MARK_REFUSED)
		before = after;
	if (cell->n++ > 0 && badness(after) <= badness(cell->after))
		return;
	cell->before = before;
	cell->after = after;
	cell->row = row;
	cell->class = class;
}

static bool cells_equal(const struct grid *g, size_t a, size_t b)
{
	for (size_t i = 0; i < g->n_across; i++) {
		const struct grid_cell *x = &g->cells[a + i], *y = &g->cells[b + i];

		if (x->before != y->before || x->after != y->after || !x->n != !y->n ||
		    (x->n && strcmp(x->class, y->class) != 0))
			return false;
	}
	return true;
}

static bool is_skipped(const struct grid *g, const struct grid_line *l)
{
	for (size_t i = 0; i < g->n_across; i++) {
		const struct grid_cell *c = &g->cells[l->cells + i];

		if (c->n > 0 && (c->before != MARK_SKIP || c->after != MARK_SKIP))
			return false;
	}
	return true;
}

/*
 * The line that was read last goes into the one before where they tell the same. What is skipped
 * everywhere tells nothing.
 */
static void line_fold(struct grid *g)
{
	struct grid_line *last = g->n_lines > 0 ? &g->lines[g->n_lines - 1] : NULL;
	struct grid_line *before = g->n_lines > 1 ? last - 1 : NULL;

	if (last && is_skipped(g, last)) {
		g->n_skipped += last->n;
		g->n_lines--;
		return;
	}
	if (!before || before->suite_len != last->suite_len ||
	    memcmp(before->suite, last->suite, last->suite_len) != 0 ||
	    !cells_equal(g, before->cells, last->cells))
		return;
	before->n += last->n;
	g->n_lines--;
}

static void lines_read(const struct answer *rows, const struct columns *c, const struct entry *v,
		       size_t n, struct grid *g)
{
	size_t cap = 0, cap_cells = 0;

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || compare_test(&v[i - 1], &v[i]) != 0) {
			size_t from;

			line_fold(g);
			from = g->n_lines * g->n_across;
			g->lines = mem_grow(g->lines, g->n_lines, &cap, sizeof(*g->lines));
			g->lines[g->n_lines++] = (struct grid_line){ v[i].suite, v[i].suite_len,
								     v[i].name, 1, from };
			for (size_t k = 0; k < g->n_across; k++) {
				g->cells =
					mem_grow(g->cells, from + k, &cap_cells, sizeof(*g->cells));
				g->cells[from + k] = (struct grid_cell){ .class = "" };
			}
		}
		cell_add(rows, c, v[i].row,
			 &g->cells[g->lines[g->n_lines - 1].cells + place_of(g, v[i].across)]);
	}
	line_fold(g);
	for (size_t i = 0; i < g->n_lines * g->n_across; i++)
		if (g->cells[i].n)
			g->used[g->cells[i].before] = g->used[g->cells[i].after] = true;
}

void grid_read(const struct answer *rows, const struct grid_spec *spec, struct grid *ret)
{
	struct columns c = { .test = column_of(rows, "test"),
			     .report = column_of(rows, "report"),
			     .across = column_of(rows, spec->across),
			     .before = spec->before ? column_of(rows, spec->before) : -1,
			     .after = column_of(rows, spec->after),
			     .comment = column_of(rows, "comment"),
			     .class = column_of(rows, "class"),
			     .before_bad = column_of(rows, "base_bad"),
			     .before_runs = column_of(rows, "base_runs"),
			     .after_bad = column_of(rows, "patched_bad"),
			     .after_runs = column_of(rows, "patched_runs") };
	CLEANUP(free_ptr) struct entry *v = mem_zalloc((rows->n_rows + 1) * sizeof(*v));

	*ret = (struct grid){ 0 };
	for (size_t i = 0; i < rows->n_rows; i++)
		v[i] = entry_of(cell_text(rows, i, c.test), cell_text(rows, i, c.report),
				cell_text(rows, i, c.across), i);
	qsort(v, rows->n_rows, sizeof(*v), compare);
	across_read(v, rows->n_rows, ret);
	lines_read(rows, &c, v, rows->n_rows, ret);
}

void grid_done(struct grid *g)
{
	free(g->across);
	free(g->lines);
	free(g->cells);
	*g = (struct grid){ 0 };
}
