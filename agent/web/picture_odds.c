// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "html/html.h"
#include "model/answer.h"
#include "web/picture.h"
#include "web/picture_room.h"

enum {
	ROW = 32, /* two lines of text */
	GAP = 20, /* "… 12 commits" */
	LINES_MAX = 120,
	BAR = 90,
	FOOT = 18
};

struct columns {
	int seq, commit, subject, percent, good, bad, infra, mark;
};

struct search {
	const struct answer *rows;
	struct columns c;
	size_t *order; /* rows, from old to new */
	bool *is_shown;
	size_t n, likeliest; /* its place in the order; n: nobody knows */
	bool has_odds;
	size_t n_shown;
};

static int compare(const void *a, const void *b, void *arg)
{
	const struct search *s = arg;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	double l = cell_number(s->rows, x, s->c.seq), r = cell_number(s->rows, y, s->c.seq);

	return l < r ? -1 : l > r ? 1 : (x < y) - (x > y);
}

static double percent_at(const struct search *s, size_t i)
{
	return cell_number(s->rows, s->order[i], s->c.percent);
}

static double count_at(const struct search *s, size_t i, int column)
{
	return cell_number(s->rows, s->order[i], column);
}

static bool was_run(const struct search *s, size_t i)
{
	return count_at(s, i, s->c.good) + count_at(s, i, s->c.bad) + count_at(s, i, s->c.infra) >
	       0;
}

static void show(struct search *s, size_t i)
{
	if (s->is_shown[i] || s->n_shown >= LINES_MAX)
		return;
	s->is_shown[i] = true;
	s->n_shown++;
}

/* Whom the search found, else the one with the best odds. */
static size_t likeliest_of(struct search *s)
{
	size_t best = s->n;

	for (size_t i = 0; i < s->n; i++) {
		s->has_odds = s->has_odds || percent_at(s, i) > 0;
		if (percent_at(s, i) > 0 &&
		    (best == s->n || percent_at(s, i) > percent_at(s, best)))
			best = i;
	}
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(cell_text(s->rows, s->order[i], s->c.mark), "culprit") == 0)
			return i;
	return best;
}

/* Both ends, the likeliest, what was run, then whoever may be it: as many as there is room for. */
static void choose(struct search *s)
{
	s->likeliest = likeliest_of(s);
	show(s, 0);
	show(s, s->n - 1);
	if (s->likeliest < s->n)
		show(s, s->likeliest);
	for (size_t i = 0; i < s->n; i++)
		if (was_run(s, i))
			show(s, i);
	for (size_t i = 0; i < s->n; i++)
		if (percent_at(s, i) >= 1 || s->n <= 24)
			show(s, i);
}

static int height_of(const struct search *s)
{
	int height = FOOT;

	for (size_t i = 0; i < s->n; i++)
		if (s->is_shown[i])
			height += ROW;
		else if (s->is_shown[i - 1])
			height += GAP;
	return height;
}

static int seen_draw(struct html *h, int x, int y, double n, enum mark m)
{
	CLEANUP(free_ptr) char *text = NULL;

	if (n <= 0)
		return x;
	svg_mark(h, x + 5, y, m);
	text = mem_printf("%.0f", n);
	svg_text(h, x + 13, y + 4, TEXT_DIM, text);
	return x + 20 + (int)strlen(text) * 7;
}

static void commit_draw(struct html *h, const struct search *s, size_t i, int y)
{
	double percent = percent_at(s, i);
	bool is_culprit = i == s->likeliest;
	CLEANUP(free_ptr) char *odds = mem_printf("%.*f %%", percent > 0 && percent < 1, percent);
	CLEANUP(free_ptr)
	char *commit = mem_strndup(cell_text(s->rows, s->order[i], s->c.commit), 12);
	double part = percent < 0 ? 0 : percent > 100 ? 100 : percent;
	int x = s->has_odds ? 196 : 96;

	if (is_culprit)
		svg_rect(h, 0, y, PICTURE_WIDTH, ROW - 1, "cell-bad", "#ffd7d5");
	svg_label(h, 4, y + 13, is_culprit ? TEXT_STRONG : 0, 88, commit);
	if (s->has_odds) {
		svg_rect(h, 96, y + 5, BAR, 9, "bar-back", "#e8ecf0");
		if (part > 0)
			svg_rect(h, 96, y + 5, part * BAR < 200 ? 2 : (int)(part * BAR / 100), 9,
				 "bar-bad", "#c5221f");
	}
	x = seen_draw(h, x, y + 9, count_at(s, i, s->c.good), MARK_GOOD);
	x = seen_draw(h, x, y + 9, count_at(s, i, s->c.bad), MARK_BAD);
	seen_draw(h, x, y + 9, count_at(s, i, s->c.infra), MARK_NONE);
	if (s->has_odds)
		svg_text(h, PICTURE_WIDTH - 4, y + 13, TEXT_END | (is_culprit ? TEXT_STRONG : 0),
			 odds);
	svg_label(h, 4, y + 27, TEXT_DIM, PICTURE_WIDTH - 8,
		  cell_text(s->rows, s->order[i], s->c.subject));
}

static void commits_draw(struct html *h, const struct search *s)
{
	size_t left_out = 0;
	int y = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->is_shown[i]) {
			if (left_out > 0) {
				CLEANUP(free_ptr)
				char *text = mem_printf("\xe2\x80\xa6 %zu more", left_out);

				svg_text(h, 4, y + 13, TEXT_DIM, text);
				y += GAP;
			}
			left_out = 0;
			commit_draw(h, s, i, y);
			y += ROW;
		} else {
			left_out++;
		}
	}
	svg_text(h, 4, y + 13, TEXT_DIM, "the oldest above; how often good, bad, not known");
}

void picture_odds(const struct answer *rows, struct html *h)
{
	struct search s = { .rows = rows,
			    .c = { .seq = column_of(rows, "seq"),
				   .commit = column_of(rows, "commit"),
				   .subject = column_of(rows, "subject"),
				   .percent = column_of(rows, "percent"),
				   .good = column_of(rows, "good"),
				   .bad = column_of(rows, "bad"),
				   .infra = column_of(rows, "infra"),
				   .mark = column_of(rows, "mark") },
			    .n = rows->n_rows };
	CLEANUP(free_ptr) size_t *order = mem_zalloc((s.n + 1) * sizeof(*order));
	CLEANUP(free_ptr) bool *is_shown = mem_zalloc((s.n + 1) * sizeof(*is_shown));

	if (s.n == 0) {
		svg_empty(h, "The search, commit by commit", "nothing yet");
		return;
	}
	s.order = order;
	s.is_shown = is_shown;
	for (size_t i = 0; i < s.n; i++)
		order[i] = i;
	qsort_r(order, s.n, sizeof(*order), compare, &s);
	choose(&s);
	svg_open(h, height_of(&s), false, "The search, commit by commit",
		 "How likely each commit is the one, and how often it was seen good and bad.");
	commits_draw(h, &s);
	html_close(h);
}
