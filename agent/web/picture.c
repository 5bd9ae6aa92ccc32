// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/picture_room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/foreign.h"
#include "html/html.h"
#include "model/answer.h"

/* A number as an attribute: lives until the end of the call that it is written in. */
struct num {
	char s[24];
};

static struct num num(double v)
{
	struct num n;

	(void)snprintf(n.s, sizeof(n.s), "%g", v);
	return n;
}

/* Paths begin at x, y beside the middle of the mark. */
static const struct shape {
	const char *name, *class, *colour, *path;
	double x, y;
	const char *line; /* its width; NULL: filled */
} shapes[MARKS] = {
	[MARK_NONE] = { "nothing known", "m-none", "#6e7781", "h3v3h-3z", -1.5, -1.5, NULL },
	[MARK_GOOD] = { "good", "m-good", "#1a7f37", "a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", -4, 0, NULL },
	[MARK_BAD] = { "failed", "m-bad", "#c5221f", "l7 7m0-7l-7 7", -3.5, -3.5, "2.6" },
	[MARK_CRASH] = { "crashed", "m-crash", "#8b0f5c", "l5 5-5 5-5-5z", 0, -5, NULL },
	[MARK_REFUSED] = { "refused", "m-refused", "#0b57d0",
			   "a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z", -3.5, 0, "1.8" },
	[MARK_SKIP] = { "skipped", "m-skip", "#6e7781", "h8", -4, 0, "2" },
	[MARK_WARN] = { "warned", "m-warn", "#9a5b00", "l4.5 8h-9z", 0, -4.5, NULL },
	[MARK_MISS] = { "missing", "m-miss", "#9a5b00", "h7v7h-7z", -3.5, -3.5, "1.8" },
};

enum mark mark_of(const char *word, const char *comment)
{
	static const struct {
		const char *word;
		enum mark mark;
	} words[] = {
		{ "PASS", MARK_GOOD },	 { "works", MARK_GOOD },  { "good", MARK_GOOD },
		{ "FAIL", MARK_BAD },	 { "fail", MARK_BAD },	  { "bad", MARK_BAD },
		{ "ERROR", MARK_CRASH }, { "crash", MARK_CRASH }, { "refused", MARK_REFUSED },
		{ "SKIP", MARK_SKIP },	 { "skip", MARK_SKIP },	  { "MISS", MARK_MISS },
		{ "warns", MARK_WARN },
	};

	if (strcmp(word, "SKIP") == 0 && strncmp(comment, "refused:", 8) == 0)
		return MARK_REFUSED;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].mark;
	return MARK_NONE;
}

const char *mark_name(enum mark m)
{
	return shapes[m].name;
}

int column_of(const struct answer *a, const char *name)
{
	size_t i = answer_column(a, name);

	return i < a->n_columns ? (int)i : -1;
}

const char *cell_text(const struct answer *a, size_t row, int column)
{
	const char *text = column < 0 ? NULL : answer_at(a, row, (size_t)column)->text;

	return text ? text : "";
}

double cell_number(const struct answer *a, size_t row, int column)
{
	const struct answer_cell *c = column < 0 ? NULL : answer_at(a, row, (size_t)column);

	if (!c)
		return 0;
	return c->type == ANSWER_REAL ? c->real : (double)c->num;
}

/* Bytes of the UTF-8 character at s, which is valid. */
static size_t letter_len(const char *s)
{
	unsigned char c = (unsigned char)*s;

	return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/* East Asian letters, emoji and the like take two places; what is joined to a letter is counted
 * too, which errs on the narrow side. */
static int letter_width(const char *s)
{
	return (unsigned char)*s >= 0xe2 ? 2 : 1;
}

char *label_cut(const char *text, int letters)
{
	CLEANUP(free_ptr) char *line = foreign_line(text);
	struct buf b = { 0 };
	const char *cut = line; /* where "…" still fits */
	const char *s = line;
	int width = 0;

	for (; *s && width + letter_width(s) <= letters; s += letter_len(s)) {
		width += letter_width(s);
		if (width < letters)
			cut = s + letter_len(s);
	}
	if (!*s) {
		buf_str(&b, line);
		return buf_take(&b);
	}
	buf_add(&b, line, (size_t)(cut - line));
	buf_str(&b, "\xe2\x80\xa6");
	return buf_take(&b);
}

void label_day(int64_t seconds, char *ret)
{
	clock_iso(seconds, ret);
	ret[10] = '\0';
}

static void svg_begin(struct html *h, const char *title, const char *desc, const char *width,
		      const char *height, const char *box, bool has_links)
{
	html_open(h, "svg", "xmlns", "http://www.w3.org/2000/svg", "class",
		  box ? "drawing" : "drawing across", "role", has_links ? "group" : "img",
		  "aria-label", has_links ? title : NULL, "viewBox", box, "width", width, "height",
		  height, "font-family", "system-ui, sans-serif", "font-size", "11", NULL);
	html_leaf(h, "title", title, NULL);
	html_leaf(h, "desc", desc, NULL);
	html_leaf(h, "rect", NULL, "class", "back", "width", "100%", "height", "100%", "fill",
		  "#ffffff", NULL);
}

void svg_open(struct html *h, int height, bool has_links, const char *title, const char *desc)
{
	char box[48];

	(void)snprintf(box, sizeof(box), "0 0 %d %d", PICTURE_WIDTH, height);
	svg_begin(h, title, desc, num(PICTURE_WIDTH).s, num(height).s, box, has_links);
}

void svg_open_wide(struct html *h, int height, const char *title, const char *desc)
{
	svg_begin(h, title, desc, "100%", num(height).s, NULL, false);
}

void svg_empty(struct html *h, const char *title, const char *words)
{
	svg_open(h, 28, false, title, words);
	svg_text(h, 4, 18, TEXT_DIM, words);
	html_close(h);
}

void svg_text(struct html *h, int x, int y, int how, const char *text)
{
	bool dim = how & TEXT_DIM;

	html_leaf(h, "text", text, "x", num(x).s, "y", num(y).s, "class", dim ? "t-dim" : "t",
		  "fill", dim ? "#57606a" : "#1f2328", "font-family",
		  how & TEXT_NAME ? "monospace" : NULL, "font-weight",
		  how & TEXT_STRONG ? "bold" : NULL, "text-anchor", how & TEXT_END ? "end" : NULL,
		  NULL);
}

void svg_label(struct html *h, int x, int y, int how, int width, const char *text)
{
	CLEANUP(free_ptr) char *cut = label_cut(text, width * 10 / PICTURE_LETTER_10TH);

	html_open(h, "g", NULL);
	html_leaf(h, "title", text, NULL);
	svg_text(h, x, y, how | TEXT_NAME, cut);
	html_close(h);
}

void svg_label_up(struct html *h, int x, int y, int height, const char *text)
{
	CLEANUP(free_ptr) char *cut = label_cut(text, height * 10 / PICTURE_LETTER_10TH);
	char turn[64];

	(void)snprintf(turn, sizeof(turn), "rotate(-90 %d %d)", x, y);
	html_open(h, "g", NULL);
	html_leaf(h, "title", text, NULL);
	html_leaf(h, "text", cut, "x", num(x).s, "y", num(y).s, "class", "t", "fill", "#1f2328",
		  "font-family", "monospace", "transform", turn, NULL);
	html_close(h);
}

void svg_rect(struct html *h, int x, int y, int width, int height, const char *class,
	      const char *fill)
{
	html_leaf(h, "rect", NULL, "x", num(x).s, "y", num(y).s, "width", num(width).s, "height",
		  num(height).s, "class", class, "fill", fill, NULL);
}

void svg_mark(struct html *h, int x, int y, enum mark m)
{
	const struct shape *s = &shapes[m];
	char path[96];

	(void)snprintf(path, sizeof(path), "M%g %g%s", x + s->x, y + s->y, s->path);
	html_leaf(h, "path", NULL, "d", path, "class", s->class, "fill",
		  s->line ? "none" : s->colour, "stroke", s->line ? s->colour : NULL,
		  "stroke-width", s->line, NULL);
}

enum { LEGEND_COLUMN = 86, LEGEND_ROW = 16 };

int svg_legend_height(const bool used[MARKS])
{
	int n = 0;

	for (int m = 0; m < MARKS; m++)
		n += used[m];
	return (n * LEGEND_COLUMN + PICTURE_WIDTH - 1) / PICTURE_WIDTH * LEGEND_ROW;
}

void svg_legend(struct html *h, int y, const bool used[MARKS])
{
	int x = 0;

	for (int m = 0; m < MARKS; m++) {
		if (!used[m])
			continue;
		svg_mark(h, x + 8, y + 8, m);
		svg_text(h, x + 17, y + 12, TEXT_DIM, shapes[m].name);
		x += LEGEND_COLUMN;
		if (x + LEGEND_COLUMN > PICTURE_WIDTH) {
			x = 0;
			y += LEGEND_ROW;
		}
	}
}

void svg_thing(struct html *h, const char *link, const char *title)
{
	if (link && *link)
		html_open(h, "a", "href", link, "tabindex", "-1", NULL);
	else
		html_open(h, "g", NULL);
	html_leaf(h, "title", title, NULL);
}
