// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/picture_grid.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "html/html.h"
#include "model/answer.h"
#include "web/link.h"
#include "web/picture.h"

enum {
	PITCH_ONE = 20,
	PITCH_TWO = 26, /* of cells that hold two marks */
	SIDE = 140,	/* at least, for the names of tests */
	ROW = 18,
	HEAD_LETTERS = 20,
	LINES_MAX = 200,
	BLOCKS_MAX = 6,
	AFTER = 18
};

struct place {
	const struct answer *rows;
	const struct grid *g;
	const struct grid_spec *spec;
	int pitch;
	size_t lines, across; /* how many of them are drawn */
	size_t per_block;
};

static int letters_of(const char *text)
{
	CLEANUP(free_ptr) char *cut = label_cut(text, HEAD_LETTERS);
	int n = 0;

	for (const char *s = cut; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n < HEAD_LETTERS ? n : HEAD_LETTERS;
}

static size_t block_end(const struct place *p, size_t from)
{
	return from + p->per_block < p->across ? from + p->per_block : p->across;
}

static int head_height(const struct place *p, size_t from)
{
	int letters = 0;

	for (size_t i = from; i < block_end(p, from); i++) {
		int n = letters_of(p->g->across[i]);

		letters = n > letters ? n : letters;
	}
	return letters * PICTURE_LETTER_10TH / 10 + 14;
}

static bool is_new_suite(const struct grid *g, size_t line)
{
	const struct grid_line *l = &g->lines[line], *b = l - 1;

	return line == 0 || b->suite_len != l->suite_len ||
	       memcmp(b->suite, l->suite, l->suite_len) != 0;
}

static int block_height(const struct place *p, size_t from)
{
	int height = head_height(p, from);

	for (size_t i = 0; i < p->lines; i++)
		height += ROW + (is_new_suite(p->g, i) ? ROW : 0);
	return height + 12;
}

static char *rate_text(const struct answer *rows, size_t row, const char *bad, const char *runs)
{
	double n = cell_number(rows, row, column_of(rows, runs));

	return n > 0 ? mem_printf(" (%.0f of %.0f bad)",
				  cell_number(rows, row, column_of(rows, bad)), n)
		     : mem_strdup("");
}

static char *cell_title(const struct place *p, const struct grid_line *l, const char *across,
			const struct grid_cell *c)
{
	const char *target = cell_text(p->rows, c->row, column_of(p->rows, "target"));
	CLEANUP(free_ptr)
	char *before = rate_text(p->rows, c->row, "base_bad", "base_runs"),
	     *after = rate_text(p->rows, c->row, "patched_bad", "patched_runs"),
	     *more = c->n > 1 ? mem_printf(", the worst of %zu, on %s", c->n, target) : NULL;
	bool known = cell_number(p->rows, c->row, column_of(p->rows, "known")) > 0;

	if (!p->spec->before)
		return mem_printf("%.*s.%s, %s: %s%s", (int)l->suite_len, l->suite, l->name, across,
				  mark_name(c->after), more ? more : "");
	return mem_printf("%.*s.%s, %s: %s%s \xe2\x86\x92 %s%s%s%s%s", (int)l->suite_len, l->suite,
			  l->name, across, mark_name(c->before), before, mark_name(c->after), after,
			  *c->class ? ", " : "", c->class, known ? ", known" : "");
}

static char *link_of(const struct answer *rows, size_t row)
{
	int line = column_of(rows, "line"), job = column_of(rows, "job");
	char *link = line < 0 ? NULL : cell_link(rows, row, (size_t)line);

	return link || job < 0 ? link : cell_link(rows, row, (size_t)job);
}

/* What a series changes stands out. */
static void cell_back(struct html *h, const struct place *p, const struct grid_cell *c, int x,
		      int y)
{
	static const struct {
		const char *word, *class, *colour;
	} backs[] = { { "broken", "cell-bad", "#ffd7d5" },
		      { "new", "cell-note", "#fff1c2" },
		      { "gone", "cell-note", "#fff1c2" },
		      { "flaky", "cell-note", "#fff1c2" },
		      { "fixed", "cell-good", "#d2f4da" } };

	for (size_t i = 0; i < sizeof(backs) / sizeof(*backs); i++)
		if (strcmp(backs[i].word, c->class) == 0)
			svg_rect(h, x, y + 1, p->pitch - 1, ROW - 2, backs[i].class,
				 backs[i].colour);
}

static void cell_draw(struct html *h, const struct place *p, const struct grid_line *l, size_t i,
		      int x, int y)
{
	const struct grid_cell *c = &p->g->cells[l->cells + i];
	CLEANUP(free_ptr) char *link = NULL, *title = NULL;
	int middle = y + ROW / 2;

	if (c->n == 0)
		return;
	link = link_of(p->rows, c->row);
	title = cell_title(p, l, p->g->across[i], c);
	svg_thing(h, link, title);
	cell_back(h, p, c, x, y);
	if (c->before == c->after) {
		svg_mark(h, x + p->pitch / 2, middle, c->after);
	} else {
		svg_mark(h, x + 6, middle, c->before);
		svg_mark(h, x + p->pitch - 7, middle, c->after);
	}
	html_close(h);
}

static void line_name(struct html *h, const struct grid_line *l, int y, int width)
{
	CLEANUP(free_ptr) char *more = l->n > 1 ? mem_printf("+%zu", l->n - 1) : NULL;
	int room = more ? (int)(strlen(more) + 1) * PICTURE_LETTER_10TH / 10 : 0;

	svg_label(h, 8, y + 13, 0, width - 12 - room, l->name);
	if (more)
		svg_text(h, width - 4, y + 13, TEXT_NAME | TEXT_DIM | TEXT_END, more);
}

static void block_draw(struct html *h, const struct place *p, size_t from, int y)
{
	size_t to = block_end(p, from);
	int side = PICTURE_WIDTH - (int)(to - from) * p->pitch;
	int head = head_height(p, from);

	for (size_t i = from; i < to; i++)
		svg_label_up(h, side + (int)(i - from) * p->pitch + p->pitch / 2 + 4, y + head - 4,
			     head - 6, p->g->across[i]);
	y += head;
	for (size_t i = 0; i < p->lines; i++, y += ROW) {
		const struct grid_line *l = &p->g->lines[i];

		if (is_new_suite(p->g, i)) {
			CLEANUP(free_ptr) char *suite = mem_strndup(l->suite, l->suite_len);

			svg_label(h, 0, y + 13, TEXT_STRONG, PICTURE_WIDTH, suite);
			y += ROW;
		}
		svg_rect(h, 0, y + ROW - 1, PICTURE_WIDTH, 1, "rule", "#d8dee4");
		line_name(h, l, y, side);
		for (size_t k = from; k < to; k++)
			cell_draw(h, p, l, k, side + (int)(k - from) * p->pitch, y);
	}
}

/* What of the rows is not drawn; NULL: nothing. Caller frees. */
static char *rest_text(const struct place *p)
{
	size_t tests = 0;

	for (size_t i = p->lines; i < p->g->n_lines; i++)
		tests += p->g->lines[i].n;
	if (tests == 0 && p->across == p->g->n_across && p->g->n_skipped == 0)
		return NULL;
	if (tests == 0 && p->across == p->g->n_across)
		return mem_printf("and %zu that are skipped", p->g->n_skipped);
	return mem_printf("and %zu tests, %zu names across", tests + p->g->n_skipped,
			  p->g->n_across - p->across);
}

static void blocks_draw(struct html *h, const struct place *p)
{
	CLEANUP(free_ptr) char *rest = rest_text(p);
	int height = svg_legend_height(p->g->used) + (rest ? AFTER : 0), y = 0;

	for (size_t i = 0; i < p->across; i += p->per_block)
		height += block_height(p, i);
	svg_open(h, height, true, p->spec->title, p->spec->desc);
	for (size_t i = 0; i < p->across; y += block_height(p, i), i += p->per_block)
		block_draw(h, p, i, y);
	if (rest) {
		svg_text(h, 0, y + 12, TEXT_DIM, rest);
		y += AFTER;
	}
	svg_legend(h, y, p->g->used);
	html_close(h);
}

void grid_draw(struct html *h, const struct answer *rows, const struct grid_spec *spec)
{
	CLEANUP(grid_done) struct grid g;
	struct place p = { .rows = rows, .g = &g, .spec = spec };
	size_t fit, blocks;

	grid_read(rows, spec, &g);
	if (g.n_lines == 0) {
		svg_empty(h, spec->title, g.n_skipped > 0 ? "all skipped" : "nothing yet");
		return;
	}
	p.pitch = spec->before ? PITCH_TWO : PITCH_ONE;
	fit = (size_t)((PICTURE_WIDTH - SIDE) / p.pitch);
	p.lines = g.n_lines < LINES_MAX ? g.n_lines : LINES_MAX;
	p.across = g.n_across < fit * BLOCKS_MAX ? g.n_across : fit * BLOCKS_MAX;
	blocks = (p.across + fit - 1) / fit;
	p.per_block = (p.across + blocks - 1) / blocks; /* all of a width */
	blocks_draw(h, &p);
}

void picture_matrix(const struct answer *rows, struct html *h)
{
	grid_draw(h, rows,
		  &(struct grid_spec){ .title = "What the series changes",
				       .desc = "Tests down, targets across: what a test came to "
					       "without the series and with it, once where "
					       "that is the same.",
				       .across = "target",
				       .before = "base",
				       .after = "patched" });
}

static bool is_one_design(const struct answer *rows)
{
	int design = column_of(rows, "design");

	for (size_t i = 1; i < rows->n_rows; i++)
		if (strcmp(cell_text(rows, i, design), cell_text(rows, 0, design)) != 0)
			return false;
	return true;
}

void picture_designs(const struct answer *rows, struct html *h)
{
	static const struct grid_spec one = {
		.title = "Test by test",
		.desc = "Tests down, targets across: what a test came to.",
		.across = "target",
		.after = "result"
	};
	static const struct grid_spec all = { .title = "Designs of the fix",
					      .desc = "Tests down, designs across: what a test "
						      "came to, the worst of its targets.",
					      .across = "design",
					      .after = "result" };

	grid_draw(h, rows, is_one_design(rows) ? &one : &all);
}
