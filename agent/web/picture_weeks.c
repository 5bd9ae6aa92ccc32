// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "html/html.h"
#include "model/answer.h"
#include "web/picture.h"
#include "web/picture_room.h"

enum {
	WEEK_S = 7 * 24 * 3600,
	WEEKS_MIN = 12,	 /* so a bar is never a wall */
	WEEKS_MAX = 160, /* the newest; more would be thinner than a hair on a telephone */
	TOP = 22,
	BOTTOM = 122, /* of the bars */
	HEIGHT = 154,
	MONTHS_MAX = 12 /* labels that fit side by side on a telephone */
};

struct week {
	double all, bad;
	bool is_there;
};

struct weeks {
	struct week v[WEEKS_MAX];
	int64_t first;
	int n;
	double most, all, bad;
	bool has_bad; /* rows say how many of all were bad */
};

/* Bars in per cent of the width. */
struct share {
	char s[16];
};

static struct share share(double part, double whole)
{
	struct share ret;

	(void)snprintf(ret.s, sizeof(ret.s), "%.2f%%", part * 100 / whole);
	return ret;
}

/* The week of a row; -1: it has none. */
static int64_t time_of(const struct answer *rows, size_t row, int week)
{
	const struct answer_cell *c = answer_at(rows, row, (size_t)week);

	return c->type == ANSWER_TIME && c->num >= 0 && c->num <= INT64_MAX / 2 ? c->num : -1;
}

/* False: there is no week. */
static bool range_of(const struct answer *rows, int week, struct weeks *ret)
{
	int64_t first = INT64_MAX, last = INT64_MIN;

	for (size_t i = 0; week >= 0 && i < rows->n_rows; i++) {
		int64_t time = time_of(rows, i, week);

		if (time < 0)
			continue;
		first = time < first ? time : first;
		last = time > last ? time : last;
	}
	if (first > last)
		return false;
	if ((last - first) / WEEK_S >= WEEKS_MAX)
		first = last - (int64_t)(WEEKS_MAX - 1) * WEEK_S;
	if ((last - first) / WEEK_S < WEEKS_MIN - 1)
		first = last - (int64_t)(WEEKS_MIN - 1) * WEEK_S;
	ret->first = first;
	ret->n = (int)((last - first) / WEEK_S) + 1;
	return true;
}

static bool weeks_read(const struct answer *rows, struct weeks *ret)
{
	int week = column_of(rows, "week"), bad = column_of(rows, "bad");
	int all = column_of(rows, "runs");

	if (all < 0)
		all = column_of(rows, "times");
	ret->has_bad = bad >= 0;
	if (!range_of(rows, week, ret))
		return false;
	for (size_t i = 0; i < rows->n_rows; i++) {
		int64_t time = time_of(rows, i, week), at = time - ret->first;
		struct week *w;

		if (time < 0 || at < 0 || at / WEEK_S >= ret->n)
			continue;
		w = &ret->v[at / WEEK_S];
		w->is_there = true;
		w->all += cell_number(rows, i, all);
		w->bad += cell_number(rows, i, bad);
		ret->all += cell_number(rows, i, all);
		ret->bad += cell_number(rows, i, bad);
		ret->most = w->all > ret->most ? w->all : ret->most;
	}
	return true;
}

static void bar(struct html *h, const struct weeks *w, int i, double value, const char *class,
		const char *fill)
{
	double height = w->most > 0 ? value * (BOTTOM - TOP) / w->most : 0;
	char y[24], high[24];

	if (value <= 0)
		return;
	if (height < 2) /* what was there is to be seen */
		height = 2;
	(void)snprintf(y, sizeof(y), "%.1f", BOTTOM - height);
	(void)snprintf(high, sizeof(high), "%.1f", height);
	html_leaf(h, "rect", NULL, "x", share(i + 0.1, w->n).s, "width", share(0.8, w->n).s, "y", y,
		  "height", high, "class", class, "fill", fill, NULL);
}

static void week_draw(struct html *h, const struct weeks *w, int i)
{
	const struct week *v = &w->v[i];
	char day[CLOCK_ISO_LEN];
	CLEANUP(free_ptr) char *title = NULL;

	label_day(w->first + (int64_t)i * WEEK_S, day);
	if (w->has_bad)
		title = mem_printf("week of %s: %.0f of %.0f bad (%.0f %%)", day, v->bad, v->all,
				   v->all > 0 ? v->bad * 100 / v->all : 0);
	else
		title = mem_printf("week of %s: %.0f", day, v->all);
	svg_thing(h, NULL, title);
	html_leaf(h, "rect", NULL, "x", share(i, w->n).s, "width", share(1, w->n).s, "y", "22",
		  "height", "100", "fill", "none", "pointer-events", "all", NULL);
	bar(h, w, i, v->all, w->has_bad ? "bar" : "bar-bad", w->has_bad ? "#aab4be" : "#c5221f");
	if (w->has_bad)
		bar(h, w, i, v->bad, "bar-bad", "#c5221f");
	html_close(h);
}

/* A text at the beginning of a week, where it does not leave the picture. */
static void axis_text(struct html *h, const struct weeks *w, int i, const char *y, const char *text)
{
	if (i * 100 <= w->n * 92)
		html_leaf(h, "text", text, "x", share(i, w->n).s, "y", y, "class", "t-dim", "fill",
			  "#57606a", NULL);
}

static void axis(struct html *h, const struct weeks *w)
{
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int n_months = w->n * 12 / 52 + 1;
	int step = n_months <= MONTHS_MAX	? 1
		   : n_months <= 2 * MONTHS_MAX ? 2
		   : n_months <= 3 * MONTHS_MAX ? 3
						: 6;
	int month = -1, year = -1;

	for (int i = 0; i < w->n; i++) {
		time_t t = (time_t)(w->first + (int64_t)i * WEEK_S);
		struct tm tm;
		char text[16];

		if (!gmtime_r(&t, &tm) || tm.tm_mon == month)
			continue;
		month = tm.tm_mon;
		if (month % step)
			continue;
		html_leaf(h, "rect", NULL, "x", share(i, w->n).s, "y", "122", "width", "1",
			  "height", "4", "class", "axis", "fill", "#57606a", NULL);
		axis_text(h, w, i, "137", months[month]);
		(void)snprintf(text, sizeof(text), "%d", tm.tm_year + 1900);
		if (tm.tm_year != year)
			axis_text(h, w, i, "150", text);
		year = tm.tm_year;
	}
}

static void legend(struct html *h, const struct weeks *w)
{
	CLEANUP(free_ptr) char *most = mem_printf("at most %.0f a week", w->most);

	html_leaf(h, "text", most, "x", "0", "y", "12", "class", "t-dim", "fill", "#57606a", NULL);
	if (!w->has_bad)
		return;
	html_open(h, "text", "x", "100%", "y", "12", "text-anchor", "end", "class", "t-dim", "fill",
		  "#57606a", NULL);
	html_leaf(h, "tspan", "\xe2\x96\xa0", "class", "bar", "fill", "#aab4be", NULL);
	html_text(h, " runs  ");
	html_leaf(h, "tspan", "\xe2\x96\xa0", "class", "bar-bad", "fill", "#c5221f", NULL);
	html_text(h, " bad");
	html_close(h);
}

void picture_weeks(const struct answer *rows, struct html *h)
{
	CLEANUP(free_ptr) struct weeks *w = mem_zalloc(sizeof(*w));
	CLEANUP(free_ptr) char *desc = NULL;
	char first[CLOCK_ISO_LEN], last[CLOCK_ISO_LEN];

	if (!weeks_read(rows, w)) {
		svg_empty(h, "Week by week", "nothing yet");
		return;
	}
	label_day(w->first, first);
	label_day(w->first + (int64_t)(w->n - 1) * WEEK_S, last);
	if (w->has_bad)
		desc = mem_printf("Weeks from %s to %s: %.0f of %.0f runs were bad.", first, last,
				  w->bad, w->all);
	else
		desc = mem_printf("Weeks from %s to %s: seen %.0f times.", first, last, w->all);
	svg_open_wide(h, HEIGHT, "Week by week", desc);
	legend(h, w);
	for (int i = 0; i < w->n; i++)
		if (w->v[i].is_there)
			week_draw(h, w, i);
	html_leaf(h, "rect", NULL, "x", "0", "y", "122", "width", "100%", "height", "1", "class",
		  "axis", "fill", "#57606a", NULL);
	axis(h, w);
	html_close(h);
}
