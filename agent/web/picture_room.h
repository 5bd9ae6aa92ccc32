/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_WEB_PICTURE_ROOM_H
#define DMALAB_WEB_PICTURE_ROOM_H

/* What the pictures are drawn with; nobody else includes it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct answer;
struct html;

/*
 * A picture is 344 units wide: on a telephone of 375 px one unit is about a pixel. Letters of names
 * are of one width, so what fits is known. Colours stand as attributes for a picture that is a file
 * of its own; in a page the style sheet replaces them by class.
 */
enum { PICTURE_WIDTH = 344, PICTURE_TEXT = 11, PICTURE_LETTER_10TH = 67 };

/* What something came to, as a shape. */
enum mark {
	MARK_NONE, /* nothing is known */
	MARK_GOOD,
	MARK_BAD,
	MARK_CRASH,
	MARK_REFUSED, /* said no as it should */
	MARK_SKIP,
	MARK_WARN, /* ended well, and the kernel complained */
	MARK_MISS, /* was expected and not seen */
};
enum { MARKS = MARK_MISS + 1 };

/* Of a test's, a cell's, a run's word; a skip whose comment begins "refused:" is one. */
enum mark mark_of(const char *word, const char *comment);
const char *mark_name(enum mark m);

/* Finding things in rows. -1: no such column. */
int column_of(const struct answer *a, const char *name);
/* "" and 0 where there is none, and for column -1. */
const char *cell_text(const struct answer *a, size_t row, int column);
double cell_number(const struct answer *a, size_t row, int column);

/* At most so many letters, a wide one counted twice, "…" at the end of what was cut. Control
 * characters are shown as in base/foreign.h. Caller frees. */
char *label_cut(const char *text, int letters);
/* "2026-11-23"; ret has room for CLOCK_ISO_LEN. */
void label_day(int64_t seconds, char *ret);

/* height in units; has_links: the picture is a group of links, not one image. */
void svg_open(struct html *h, int height, bool has_links, const char *title, const char *desc);
/* As wide as its place, heights in pixels: coordinates along it are per cent. */
void svg_open_wide(struct html *h, int height, const char *title, const char *desc);
/* A picture of nothing: words say why. */
void svg_empty(struct html *h, const char *title, const char *words);

enum { TEXT_NAME = 1, TEXT_DIM = 2, TEXT_END = 4, TEXT_STRONG = 8 };

void svg_text(struct html *h, int x, int y, int how, const char *text);
/* The text cut to what fits into `width` units, the whole in its title. */
void svg_label(struct html *h, int x, int y, int how, int width, const char *text);
/* The same upwards from there. */
void svg_label_up(struct html *h, int x, int y, int height, const char *text);
void svg_rect(struct html *h, int x, int y, int width, int height, const char *class,
	      const char *fill);
/* Around (x, y), within 5 units each way. */
void svg_mark(struct html *h, int x, int y, enum mark m);
/* The shapes and their words, from `y` on. */
void svg_legend(struct html *h, int y, const bool used[MARKS]);
int svg_legend_height(const bool used[MARKS]);

/* Begins what is under the mouse: a link (NULL: a group) with a title; html_close() ends it. */
void svg_thing(struct html *h, const char *link, const char *title);

#endif
