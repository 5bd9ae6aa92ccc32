// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "html/html.h"
#include "web/picture.h"
#include "web/picture_room.h"

enum { HEIGHT = 20, SIDE = 6, LETTERS_MAX = 40 };

/* Colours that white text can be read on. */
static const char *colour_of(const char *state)
{
	static const struct {
		const char *word, *colour;
	} states[] = {
		{ "pass", "#1a7f37" },	  { "good", "#1a7f37" },     { "proven", "#1a7f37" },
		{ "works", "#1a7f37" },	  { "fail", "#b3261e" },     { "bad", "#b3261e" },
		{ "out", "#b3261e" },	  { "crash", "#8b0f5c" },    { "running", "#0b57d0" },
		{ "waiting", "#0b57d0" }, { "unproven", "#7a5300" }, { "failed", "#7a5300" },
	};

	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		if (strncmp(states[i].word, state, strlen(states[i].word)) == 0 &&
		    (!state[strlen(states[i].word)] || state[strlen(states[i].word)] == ' '))
			return states[i].colour;
	return "#57606a";
}

/* How wide a text is in letters of one width. */
static int width_of(const char *text)
{
	int n = 0;

	for (const char *s = text; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80 ? ((unsigned char)*s >= 0xe2 ? 2 : 1) : 0;
	return n * PICTURE_LETTER_10TH / 10 + 1;
}

static void part(struct html *h, int x, int width, const char *colour, const char *text)
{
	char at[16], length[16];

	(void)snprintf(at, sizeof(at), "%d", x + SIDE);
	(void)snprintf(length, sizeof(length), "%d", width - 2 * SIDE);
	svg_rect(h, x, 0, width, HEIGHT, NULL, colour);
	html_leaf(h, "text", text, "x", at, "y", "14", "fill", "#ffffff", "textLength", length,
		  "lengthAdjust", "spacingAndGlyphs", NULL);
}

void picture_badge(const char *label, const char *state, struct buf *ret)
{
	CLEANUP(html_freep) struct html *h = html_new(HTML_XML);
	CLEANUP(free_ptr) char *left = label_cut(label, LETTERS_MAX);
	CLEANUP(free_ptr) char *right = label_cut(state, LETTERS_MAX);
	CLEANUP(free_ptr) char *title = mem_printf("%s: %s", left, right);
	int split = width_of(left) + 2 * SIDE, width = split + width_of(right) + 2 * SIDE;
	char size[16], box[48];

	(void)snprintf(size, sizeof(size), "%d", width);
	(void)snprintf(box, sizeof(box), "0 0 %d %d", width, HEIGHT);
	html_open(h, "svg", "xmlns", "http://www.w3.org/2000/svg", "role", "img", "viewBox", box,
		  "width", size, "height", "20", "font-family", "monospace", "font-size", "11",
		  NULL);
	html_leaf(h, "title", title, NULL);
	part(h, 0, split, "#3d444d", left);
	part(h, split, width - split, colour_of(state), right);
	html_take(h, ret);
}
