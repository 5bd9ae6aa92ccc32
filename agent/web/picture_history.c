// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "html/html.h"
#include "model/answer.h"
#include "web/link.h"
#include "web/picture.h"
#include "web/picture_room.h"

enum {
	COLUMNS = 28, /* marks side by side */
	PITCH = 12,
	ROW = 14,
	MARKS_MAX = 4 * COLUMNS, /* of a target, the newest */
	TARGETS_MAX = 24,
	HEAD = 18,  /* of a target: its name */
	FOOT = 26,  /* its days, and room below */
	AFTER = 18, /* the line that says there are more */
};

struct boot {
	const char *target;
	size_t row;
	enum mark mark;
};

/* Boots of one target. */
struct lane {
	const struct boot *v; /* old to new */
	size_t n;
	size_t bad, counted;
};

struct columns {
	int when, target, status, comment, series, tree, design, job, line;
};

static struct columns columns_of(const struct answer *rows)
{
	return (struct columns){
		.when = column_of(rows, "when"),
		.target = column_of(rows, "target"),
		.status = column_of(rows, "status"),
		.comment = column_of(rows, "comment"),
		.series = column_of(rows, "series"),
		.tree = column_of(rows, "tree"),
		.design = column_of(rows, "design"),
		.job = column_of(rows, "job"),
		.line = column_of(rows, "line"),
	};
}

/* By target, then old to new: rows come with the newest first. */
static int compare(const void *a, const void *b)
{
	const struct boot *x = a, *y = b;
	int r = strcmp(x->target, y->target);

	return r ? r : x->row > y->row ? -1 : 1;
}

static size_t lanes_of(const struct boot *boots, size_t n, struct lane *lanes, size_t max)
{
	size_t found = 0;

	for (size_t i = 0, end; i < n; i = end, found++) {
		struct lane l = { .v = boots + i };

		for (end = i; end < n && strcmp(boots[end].target, boots[i].target) == 0; end++) {
			enum mark m = boots[end].mark;

			l.n++;
			l.bad += m == MARK_BAD || m == MARK_CRASH;
			l.counted += m == MARK_BAD || m == MARK_CRASH || m == MARK_GOOD;
		}
		if (l.n > MARKS_MAX) {
			l.v += l.n - MARKS_MAX;
			l.n = MARKS_MAX;
		}
		if (found < max)
			lanes[found] = l;
	}
	return found;
}

static int lane_height(const struct lane *l)
{
	return HEAD + (int)((l->n + COLUMNS - 1) / COLUMNS) * ROW + FOOT;
}

static char *link_of(const struct answer *rows, const struct columns *c, size_t row)
{
	char *link = c->line < 0 ? NULL : cell_link(rows, row, (size_t)c->line);

	return link || c->job < 0 ? link : cell_link(rows, row, (size_t)c->job);
}

static void boot_draw(struct html *h, const struct answer *rows, const struct columns *c,
		      const struct boot *b, int x, int y)
{
	CLEANUP(free_ptr) char *link = link_of(rows, c, b->row), *title = NULL;
	char day[CLOCK_ISO_LEN];

	label_day((int64_t)cell_number(rows, b->row, c->when), day);
	title = mem_printf("%s, %s, %s %s %s: %s", b->target, day, cell_text(rows, b->row, c->tree),
			   cell_text(rows, b->row, c->design), cell_text(rows, b->row, c->series),
			   mark_name(b->mark));
	svg_thing(h, link, title);
	svg_mark(h, x, y, b->mark);
	html_close(h);
}

static void lane_draw(struct html *h, const struct answer *rows, const struct columns *c,
		      const struct lane *l, int y)
{
	CLEANUP(free_ptr) char *count = mem_printf("%zu of %zu bad", l->bad, l->counted);
	char first[CLOCK_ISO_LEN], last[CLOCK_ISO_LEN];
	int below = y + lane_height(l) - FOOT + 12;

	svg_label(h, 4, y + 12, TEXT_STRONG, 230, l->v[0].target);
	svg_text(h, PICTURE_WIDTH - 4, y + 12, TEXT_END | TEXT_DIM, count);
	for (size_t i = 0; i < l->n; i++)
		boot_draw(h, rows, c, &l->v[i], 10 + (int)(i % COLUMNS) * PITCH,
			  y + HEAD + 7 + (int)(i / COLUMNS) * ROW);
	label_day((int64_t)cell_number(rows, l->v[0].row, c->when), first);
	label_day((int64_t)cell_number(rows, l->v[l->n - 1].row, c->when), last);
	svg_text(h, 4, below, TEXT_DIM, first);
	if (strcmp(first, last) != 0)
		svg_text(h, PICTURE_WIDTH - 4, below, TEXT_END | TEXT_DIM, last);
}

void picture_history(const struct answer *rows, struct html *h)
{
	struct columns c = columns_of(rows);
	CLEANUP(free_ptr) struct boot *boots = mem_zalloc((rows->n_rows + 1) * sizeof(*boots));
	struct lane lanes[TARGETS_MAX];
	bool used[MARKS] = { false };
	size_t n_lanes, shown;
	int height, y = 0;

	if (rows->n_rows == 0) {
		svg_empty(h, "Boot by boot", "nothing yet");
		return;
	}
	for (size_t i = 0; i < rows->n_rows; i++) {
		boots[i] = (struct boot){ cell_text(rows, i, c.target), i,
					  mark_of(cell_text(rows, i, c.status),
						  cell_text(rows, i, c.comment)) };
		used[boots[i].mark] = true;
	}
	qsort(boots, rows->n_rows, sizeof(*boots), compare);
	n_lanes = lanes_of(boots, rows->n_rows, lanes, TARGETS_MAX);
	shown = n_lanes < TARGETS_MAX ? n_lanes : TARGETS_MAX;
	height = svg_legend_height(used) + (shown < n_lanes ? AFTER : 0);
	for (size_t i = 0; i < shown; i++)
		height += lane_height(&lanes[i]);
	svg_open(h, height, true, "Boot by boot",
		 "A line a target, a mark a boot, the oldest at the left and the newest last.");
	for (size_t i = 0; i < shown; y += lane_height(&lanes[i++]))
		lane_draw(h, rows, &c, &lanes[i], y);
	if (shown < n_lanes) {
		CLEANUP(free_ptr) char *more = mem_printf("and %zu more targets", n_lanes - shown);

		svg_text(h, 4, y + 12, TEXT_DIM, more);
		y += AFTER;
	}
	svg_legend(h, y, used);
	html_close(h);
}
