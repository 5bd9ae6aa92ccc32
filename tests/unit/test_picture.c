// SPDX-License-Identifier: GPL-2.0-or-later
/* Pictures from rows. */
#include "answer_fixture.h"

#include <math.h>

#include "base/buf.h"
#include "html/html.h"
#include "web/picture.h"
#include "web/picture_room.h"

enum { MONDAY = 1699833600, WEEK = 7 * 24 * 3600 }; /* 2023-11-13 */

typedef void draw_fn(const struct answer *rows, struct html *h);

static char *drawn_as(enum html_kind kind, draw_fn *draw, const struct answer *rows)
{
	CLEANUP(html_freep) struct html *h = html_new(kind);
	struct buf b = { 0 };

	draw(rows, h);
	html_take(h, &b);
	return buf_take(&b);
}

static char *drawn(draw_fn *draw, const struct answer *rows)
{
	return drawn_as(HTML_XML, draw, rows);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
		n++;
	return n;
}

static void has(const char *svg, const char *what)
{
	if (!strstr(svg, what))
		fail_msg("no '%s' in:\n%.4000s", what, svg);
}

static void before(const char *svg, const char *a, const char *b)
{
	has(svg, a);
	has(svg, b);
	if (strstr(svg, a) > strstr(svg, b))
		fail_msg("'%s' comes behind '%s'", a, b);
}

/* --- everything within the picture --- */

/* The value of an attribute of the element at `tag`, NAN without; a share of the width in units. */
static double attribute(const char *tag, const char *name)
{
	CLEANUP(free_ptr) char *needle = mem_printf(" %s=\"", name);
	const char *at = strstr(tag, needle), *end = strchr(tag, '>');
	char *rest;
	double v;

	if (!at || at > end)
		return NAN;
	v = strtod(at + strlen(needle), &rest);
	return *rest == '%' ? v * PICTURE_WIDTH / 100 : v;
}

static void inside(const char *tag, double x, double y, double height)
{
	if (x < -0.05 || x > PICTURE_WIDTH + 0.05 || y < -0.05 || y > height + 0.05)
		fail_msg("%g %g is outside of 0 0 %d %g: %.200s", x, y, PICTURE_WIDTH, height, tag);
}

static size_t letters(const char *tag)
{
	const char *at = strchr(tag, '>');
	size_t n = 0;

	for (at = at + 1; *at && *at != '<'; at++) {
		n += ((unsigned char)*at & 0xc0) != 0x80;
		at = *at == '&' ? strchr(at, ';') : at;
	}
	return n;
}

static void text_inside(const char *tag, double height)
{
	double x = attribute(tag, "x"), y = attribute(tag, "y");
	double wide = letters(tag) * PICTURE_LETTER_10TH / 10.0;
	const char *end = strchr(tag, '>'), *anchor = strstr(tag, "text-anchor=\"end\"");
	const char *turn = strstr(tag, "rotate(-90"), *mono = strstr(tag, "monospace");

	inside(tag, x, y, height);
	inside(tag, x, y - PICTURE_TEXT + 2, height);
	if (!mono || mono > end)
		return; /* words of our own */
	if (turn && turn < end)
		inside(tag, x, y - wide, height);
	else
		inside(tag, anchor && anchor < end ? x - wide : x + wide, y, height);
}

static void all_inside(const char *svg)
{
	double height = attribute(strstr(svg, "<svg"), "height");

	assert_true(height > 0);
	for (const char *t = svg; (t = strstr(t, "<rect")); t++) {
		double x = attribute(t, "x"), y = attribute(t, "y");

		if (strstr(t, "class=\"back\"") && strstr(t, "class=\"back\"") < strchr(t, '>'))
			continue;
		inside(t, x, y, height);
		inside(t, x + attribute(t, "width"), y + attribute(t, "height"), height);
	}
	for (const char *t = svg; (t = strstr(t, "<text")); t++)
		text_inside(t, height);
	for (const char *t = svg; (t = strstr(t, "<path d=\"M")); t++) {
		char *rest;
		double x = strtod(t + 10, &rest), y = strtod(rest, NULL);

		inside(t, x, y, height);
		inside(t, x + 5, y + 4, height);
	}
}

/* --- rows --- */

#define WEEKS	"week time|runs int|bad int|percent int|key int"
#define HISTORY "when time|target|tree|design|status|comment|series|job id|line int|key int"
#define MATRIX                                                                                     \
	"test|report|target|class|base|patched|base_bad int|base_runs int|patched_bad int|"        \
	"patched_runs int|known int|job id|line int|key int"
#define ODDS	"seq int|commit id|subject|percent real|good int|bad int|infra int|key int"
#define DESIGNS "design|test|target|tree|result|comment|job id|line int|key int"

static void rowf(struct answer *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void rowf(struct answer *a, const char *fmt, ...)
{
	CLEANUP(free_ptr) char *row = NULL;
	va_list ap;

	va_start(ap, fmt);
	row = mem_vprintf(fmt, ap);
	va_end(ap);
	answer_row(a, row);
}

/* n rows of each picture, whose names are one text and a number. */
struct kind {
	draw_fn *draw;
	const char *names;
	void (*fill)(struct answer *a, int n, const char *name);
};

static void fill_weeks(struct answer *a, int n, const char *name)
{
	(void)name;
	for (int i = 0; i < n; i++)
		rowf(a, "%lld|%d|%d|1|1", (long long)MONDAY - (long long)i * WEEK, 100 + i, i % 40);
}

static void fill_history(struct answer *a, int n, const char *name)
{
	static const char *const words[] = { "PASS", "FAIL", "ERROR", "SKIP", "MISS", "?" };

	for (int i = 0; i < n; i++)
		rowf(a, "%d|%s%d|tree|none|%s||%s|j%d|3|%d", MONDAY - i, name, i * i % 31,
		     words[i % 6], name, i, n - i);
}

static void fill_matrix(struct answer *a, int n, const char *name)
{
	static const char *const words[] = { "PASS", "FAIL", "ERROR", "SKIP", "MISS" };

	for (int i = 0; i < n; i++)
		rowf(a, "%s%d.%s%d||%s%d|broken|%s|%s|||||1|j%d|3|%d", name, i / 97, name, i / 31,
		     name, i % 31, words[i % 5], words[i % 3], i, -i);
	rowf(a, "|%s|virt|flaky|FAIL|PASS|1|5|2|5|||| -1", name);
}

static void fill_odds(struct answer *a, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		rowf(a, "%d|%08d%s|%s %d|%g|%d|%d|%d|%d", i, i, name, name, i,
		     i == n / 2 ? 93.5 : 0.01, i % 7 == 0 ? 123 : 0, i % 11 == 0 ? 4567 : 0,
		     i % 77 == 0, -i);
}

static void fill_designs(struct answer *a, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		rowf(a, "%s%d|%s.%d|virt|tree|%s||j%d|3|%d", name, i % 6, name, i / 6,
		     i % 5 ? "works" : "fail", i, -i);
}

static const struct kind kinds[] = {
	{ picture_weeks, WEEKS, fill_weeks },	    { picture_history, HISTORY, fill_history },
	{ picture_matrix, MATRIX, fill_matrix },    { picture_odds, ODDS, fill_odds },
	{ picture_designs, DESIGNS, fill_designs },
};
#define EACH_KIND(k) (const struct kind *k = kinds; k < kinds + sizeof(kinds) / sizeof(*kinds); k++)

static char *filled(const struct kind *k, int n, const char *name)
{
	CLEANUP(answer_done) struct answer a = { 0 };

	answer_names(&a, k->names);
	k->fill(&a, n, name);
	return drawn(k->draw, &a);
}

static void a_picture_of_no_rows_says_nothing_yet(void **state)
{
	(void)state;
	for
		EACH_KIND(k)
		{
			CLEANUP(answer_done) struct answer a = { 0 }, none = { 0 };
			CLEANUP(free_ptr) char *svg = NULL, *bare = NULL;

			answer_names(&a, k->names);
			svg = drawn(k->draw, &a);
			bare = drawn(k->draw, &none);
			has(svg, ">nothing yet</text>");
			assert_string_equal(svg, bare);
			all_inside(svg);
		}
}

static void what_a_thousand_rows_draw_stays_within_the_picture(void **state)
{
	static const int numbers[] = { 1, 2, 7, 60, 1000 };
	char wide[100];

	(void)state;
	memset(wide, 'W', sizeof(wide));
	wide[sizeof(wide) - 1] = '\0';
	for
		EACH_KIND(k)
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		CLEANUP(free_ptr) char *svg = filled(k, numbers[i], "a");
		CLEANUP(free_ptr)
		char *long_names = filled(k, numbers[i], wide);

		all_inside(svg);
		all_inside(long_names);
		assert_true(strlen(svg) < 1200000);
	}
}

static void letters_are_of_eleven_pixels_on_a_telephone(void **state)
{
	(void)state;
	for
		EACH_KIND(k)
		{
			CLEANUP(free_ptr) char *svg = filled(k, 60, "a");
			const char *root = strstr(svg, "<svg");

			/* 375 px less the page's sides of 12 */
			assert_true(375 - 24 >= PICTURE_WIDTH);
			assert_float_equal(attribute(root, "width"), PICTURE_WIDTH, 0.01);
			assert_float_equal(attribute(root, "font-size"), 11, 0.01);
			assert_int_equal(count(svg, "font-size"), 1);
		}
}

static void a_picture_says_in_words_what_it_shows(void **state)
{
	(void)state;
	for
		EACH_KIND(k)
		{
			CLEANUP(free_ptr) char *svg = filled(k, 20, "a");
			bool is_group = strstr(svg, "role=\"group\"");

			before(svg, "<title>", "<desc>");
			before(svg, "<desc>", "<rect");
			/* what an image holds is nobody's to follow */
			assert_true(is_group || strstr(svg, "role=\"img\""));
			assert_int_equal(count(svg, "<a ") > 0, is_group);
			assert_int_equal(count(svg, "<a "), count(svg, "tabindex=\"-1\""));
			assert_int_equal(count(svg, "style"), 0);
		}
}

static void hostile_names_are_text(void **state)
{
	static const char hostile[] = "</text><script>\"'&\x1b[2J\xff\xe2\x80\xae";
	static const char harmless[] = "abcdefghijklmnopqrstuvwxyz";

	(void)state;
	for
		EACH_KIND(k)
		{
			CLEANUP(free_ptr) char *bad = filled(k, 40, hostile);
			CLEANUP(free_ptr) char *good = filled(k, 40, harmless);

			assert_null(strstr(bad, "<script"));
			assert_null(strchr(bad, '\x1b'));
			assert_null(strstr(bad, "\xe2\x80\xae"));
			assert_null(strchr(bad, '\xff'));
			assert_int_equal(count(bad, "<"), count(good, "<"));
			if (k->draw != picture_weeks)
				has(bad, "&lt;script&gt;");
			all_inside(bad);
		}
}

static void a_picture_in_a_page_leaves_no_element_open(void **state)
{
	(void)state;
	for
		EACH_KIND(k)
		{
			CLEANUP(answer_done) struct answer a = { 0 };
			CLEANUP(free_ptr) char *html = NULL;

			answer_names(&a, k->names);
			k->fill(&a, 20, "a");
			html = drawn_as(HTML_PAGE, k->draw, &a);
			assert_int_equal(count(html, "/>"), 0);
			assert_int_equal(count(html, "<rect"), count(html, "</rect>"));
			assert_int_equal(count(html, "<path"), count(html, "</path>"));
		}
}

/* --- labels --- */

static void a_label_is_cut_between_letters(void **state)
{
	static const struct {
		const char *text;
		int letters;
		const char *want;
	} cases[] = {
		{ "abc", 3, "abc" },
		{ "abcd", 3, "ab\xe2\x80\xa6" },
		{ "", 3, "" },
		{ "\xc3\xa4\xc3\xb6\xc3\xbc", 2, "\xc3\xa4\xe2\x80\xa6" },
		{ "a\x1b", 9, "a\\x1b" },
		{ "\xe6\xbc\xa2\xe6\xbc\xa2", 4, "\xe6\xbc\xa2\xe6\xbc\xa2" },
		{ "\xe6\xbc\xa2\xe6\xbc\xa2", 3, "\xe6\xbc\xa2\xe2\x80\xa6" },
		{ "abc", 0, "\xe2\x80\xa6" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CLEANUP(free_ptr) char *got = label_cut(cases[i].text, cases[i].letters);

		assert_string_equal(got, cases[i].want);
	}
}

/* --- weeks --- */

static void weeks_are_bars_with_their_bad_part(void **state)
{
	CLEANUP(answer_done) struct answer a = { 0 };
	CLEANUP(free_ptr) char *svg = NULL;

	(void)state;
	answer_names(&a, WEEKS);
	rowf(&a, "%d|200|50|25|2", MONDAY);
	rowf(&a, "%d|100|0|0|1", MONDAY - 3 * WEEK);
	svg = drawn(picture_weeks, &a);
	has(svg, "<title>week of 2023-11-13: 50 of 200 bad (25 %)</title>");
	has(svg, "<title>week of 2023-10-23: 0 of 100 bad (0 %)</title>");
	has(svg, "2023-08-28 to 2023-11-13: 50 of 300 runs were bad.");
	assert_int_equal(count(svg, "<rect") - 1, 2 + 3 + 1 + 4); /* weeks, bars, axis, months */
	/* twelve weeks at least: the last is a twelfth at the right, the other three before it */
	has(svg, "x=\"92.50%\" width=\"6.67%\" y=\"22.0\" height=\"100.0\" class=\"bar\"");
	has(svg, "x=\"92.50%\" width=\"6.67%\" y=\"97.0\" height=\"25.0\" class=\"bar-bad\"");
	has(svg, "x=\"67.50%\" width=\"6.67%\" y=\"72.0\" height=\"50.0\" class=\"bar\"");
	has(svg, ">Sep</text>");
	has(svg, ">2023</text>");
	has(svg, "at most 200 a week");
}

static void one_bad_run_of_many_is_seen(void **state)
{
	CLEANUP(answer_done) struct answer a = { 0 };
	CLEANUP(free_ptr) char *svg = NULL;

	(void)state;
	answer_names(&a, WEEKS);
	rowf(&a, "%d|100000|1|0|2", MONDAY);
	svg = drawn(picture_weeks, &a);
	has(svg, "y=\"120.0\" height=\"2.0\" class=\"bar-bad\"");
}

static void times_of_a_report_are_all_bad(void **state)
{
	CLEANUP(answer_done) struct answer a = { 0 };
	CLEANUP(free_ptr) char *svg = NULL;

	(void)state;
	answer_names(&a, "week time|boots int|times int|targets int|key int");
	rowf(&a, "%d|4|9|1|2", MONDAY);
	svg = drawn(picture_weeks, &a);
	has(svg, "<title>week of 2023-11-13: 9</title>");
	has(svg, "seen 9 times.");
	assert_int_equal(count(svg, "class=\"bar-bad\""), 1);
	assert_int_equal(count(svg, "class=\"bar\""), 0);
}

static void weeks_of_any_time_are_drawn(void **state)
{
	static const char *const rows[] = { "0|1|1|1|1", "253402300799|1|1|1|1", "-5|1|1|1|1",
					    "9223372036854775807|1|1|1|1", "|1|1|1|1" };
	static const bool is_beside[] = { true, false, true, true, true };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		CLEANUP(answer_done) struct answer a = { 0 };
		CLEANUP(free_ptr) char *svg = NULL;

		answer_names(&a, WEEKS);
		rowf(&a, "%d|5|1|1|2", MONDAY);
		answer_row(&a, rows[i]);
		svg = drawn(picture_weeks, &a);
		all_inside(svg);
		assert_int_equal(count(svg, "week of 2023-11-13: 1 of 5"), is_beside[i]);
	}
}

/* --- history --- */

static void history_is_a_line_a_target_with_the_newest_last(void **state)
{
	CLEANUP(answer_done) struct answer a = { 0 };
	CLEANUP(free_ptr) char *svg = NULL;

	(void)state;
	answer_names(&a, HISTORY);
	rowf(&a, "%d|virt|next|none|ERROR||dma: x|jobc|12|9", MONDAY + 86400);
	rowf(&a, "%d|virt|next|none|SKIP|refused: no page: -ENXIO||joba|11|8", MONDAY);
	rowf(&a, "%d|smdkc210|next|none|PASS|||jobb|10|7", MONDAY - 86400);
	svg = drawn(picture_history, &a);
	before(svg, ">smdkc210</text>", ">virt</text>");
	before(svg, "href=\"/log/joba#L11\"", "href=\"/log/jobc#L12\"");
	before(svg, "class=\"m-refused\"", "class=\"m-crash\"");
	has(svg, "virt, 2023-11-14, next none dma: x: crashed");
	has(svg, ">1 of 1 bad</text>");
	has(svg, ">0 of 1 bad</text>");
	has(svg, ">refused</text>");
	assert_int_equal(count(svg, ">skipped</text>"), 0);
}

static void history_shows_the_newest_of_many(void **state)
{
	CLEANUP(answer_done) struct answer a = { 0 };
	CLEANUP(free_ptr) char *svg = NULL;

	(void)state;
	answer_names(&a, HISTORY);
	for (int i = 0; i < 300; i++)
		rowf(&a, "%d|virt|next|none|%s|||j%d|1|%d", MONDAY - i * 86400,
		     i < 3 ? "FAIL" : "PASS", i, 300 - i);
	svg = drawn(picture_history, &a);
	assert_int_equal(count(svg, "<a "), 112);
	has(svg, "/log/j0#L1");
	has(svg, "/log/j111#L1");
	has(svg, ">3 of 300 bad</text>");
}

/* --- grids --- */

static void a_matrix_marks_what_the_series_changes(void **state)
{
	CLEANUP(answer_done) struct answer a = { 0 };
	CLEANUP(free_ptr) char *svg = NULL;

	(void)state;
	answer_names(&a, MATRIX);
	rowf(&a, "vb2.import||virt|broken|PASS|FAIL|0|5|4|5|7|j1|12|-1");
	rowf(&a, "vb2.import||smdkc210|still failing|FAIL|FAIL||||||j2|13|-2");
	rowf(&a, "|BUG: x.y in sg_page|virt|fixed|FAIL|PASS|||||||| -3");
	svg = drawn(picture_matrix, &a);
	has(svg, "<title>vb2.import, virt: good (0 of 5 bad) \xe2\x86\x92 failed (4 of 5 bad), "
		 "broken, known</title>");
	has(svg, "href=\"/log/j1#L12\"");
	before(svg, ">vb2</text>", ">import</text>");
	before(svg, ">import</text>", ">reports of the kernel</text>");
	assert_int_equal(count(svg, "class=\"cell-bad\""), 1);
	assert_int_equal(count(svg, "class=\"cell-good\""), 1);
	/* two for each change, one for what stays, and one each in the legend */
	assert_int_equal(count(svg, "class=\"m-good\""), 2 + 1);
	assert_int_equal(count(svg, "class=\"m-bad\""), 3 + 1);
}

static void neighbours_that_came_to_the_same_are_one_line(void **state)
{
	CLEANUP(answer_done) struct answer a = { 0 };
	CLEANUP(free_ptr) char *svg = NULL;

	(void)state;
	answer_names(&a, MATRIX);
	for (int i = 0; i < 5; i++) {
		rowf(&a, "vb2.case%d||virt|x|PASS|PASS||||||j1|1|1", i);
		rowf(&a, "vb2.case%d||smdkc210|x|PASS|%s||||||j1|1|1", i, i == 3 ? "FAIL" : "PASS");
	}
	rowf(&a, "vb3.case0||virt|x|PASS|PASS||||||j1|1|1");
	svg = drawn(picture_matrix, &a);
	before(svg, ">case0</text>", ">+2</text>");
	before(svg, ">+2</text>", ">case3</text>");
	before(svg, ">case3</text>", ">case4</text>");
	before(svg, ">case4</text>", ">vb3</text>");
	assert_int_equal(count(svg, ">+"), 1);
	assert_int_equal(count(svg, ">case1</text>"), 0);
}

static void what_is_skipped_everywhere_has_no_line(void **state)
{
	CLEANUP(answer_done) struct answer a = { 0 }, b = { 0 };
	CLEANUP(free_ptr) char *svg = NULL, *none = NULL;

	(void)state;
	answer_names(&a, MATRIX);
	rowf(&a, "vb2.one||virt|unknown|SKIP|SKIP||||||j1|1|1");
	rowf(&a, "vb2.one||smdkc210|unknown|SKIP|SKIP||||||j1|1|1");
	rowf(&a, "vb2.three||virt|unknown|SKIP|SKIP||||||j1|1|1");
	answer_names(&b, MATRIX);
	rowf(&b, "vb2.one||virt|unknown|SKIP|SKIP||||||j1|1|1");
	none = drawn(picture_matrix, &b);
	has(none, ">all skipped</text>");
	rowf(&a, "vb2.two||virt|x|SKIP|PASS||||||j1|1|1");
	svg = drawn(picture_matrix, &a);
	has(svg, ">and 2 that are skipped</text>");
	has(svg, ">two</text>");
	assert_int_equal(count(svg, ">one</text>"), 0);
	assert_int_equal(count(svg, ">three</text>"), 0);
}

static void a_test_that_was_counted_is_marked_by_that(void **state)
{
	CLEANUP(answer_done) struct answer a = { 0 };
	CLEANUP(free_ptr) char *svg = NULL;

	(void)state;
	answer_names(&a, MATRIX);
	rowf(&a, "vb2.one||virt|broken|MISS|MISS|0|21|8|21||j1|1|1");
	svg = drawn(picture_matrix, &a);
	has(svg, "good (0 of 21 bad) \xe2\x86\x92 failed (8 of 21 bad)");
	rowf(&a, "vb2.two||virt|gone|PASS|MISS|0|5|0|5||j1|1|1");
	free(svg);
	svg = drawn(picture_matrix, &a);
	has(svg, "good (0 of 5 bad) \xe2\x86\x92 missing (0 of 5 bad), gone");
}

static void a_design_is_as_good_as_on_its_worst_target(void **state)
{
	CLEANUP(answer_done) struct answer a = { 0 };
	CLEANUP(free_ptr) char *svg = NULL;

	(void)state;
	answer_names(&a, DESIGNS);
	rowf(&a, "none|vb2.import|virt|t|works||j1|1|1");
	rowf(&a, "none|vb2.import|smdkc210|t|crash||j2|2|1");
	rowf(&a, "pfn-valid|vb2.import|virt|t|refused|no page|j3|3|1");
	rowf(&a, "pfn-valid|vb2.import|smdkc210|t|works||j4|4|1");
	svg = drawn(picture_designs, &a);
	has(svg, "<title>vb2.import, none: crashed, the worst of 2, on smdkc210</title>");
	has(svg, "<title>vb2.import, pfn-valid: refused, the worst of 2, on virt</title>");
	assert_int_equal(count(svg, "class=\"m-good\""), 0);
}

static void one_design_is_shown_target_by_target(void **state)
{
	CLEANUP(answer_done) struct answer a = { 0 };
	CLEANUP(free_ptr) char *svg = NULL;

	(void)state;
	answer_names(&a, DESIGNS);
	rowf(&a, "none|vb2.import|virt|t|works||j1|1|1");
	rowf(&a, "none|vb2.import|smdkc210|t|crash||j2|2|1");
	svg = drawn(picture_designs, &a);
	has(svg, "<title>vb2.import, smdkc210: crashed</title>");
	has(svg, "<title>vb2.import, virt: good</title>");
}

/* --- odds --- */

static void the_likeliest_commit_stands_out(void **state)
{
	CLEANUP(answer_done) struct answer a = { 0 };
	CLEANUP(free_ptr) char *svg = NULL;

	(void)state;
	answer_names(&a, ODDS);
	for (int i = 99; i >= 0; i--) /* as the store gives them */
		rowf(&a, "%d|%040x|subject %d|%g|%d|%d||%d", i, i, i,
		     i == 50   ? 97.0
		     : i == 51 ? 0.4
			       : 0,
		     i == 0 || i == 49 ? 2 : 0, i == 99 || i == 50 ? 3 : 0, -i);
	svg = drawn(picture_odds, &a);
	assert_int_equal(count(svg, "class=\"cell-bad\""), 1);
	before(svg, ">subject 0<", "48 more<");
	before(svg, "48 more<", ">subject 49<");
	before(svg, ">subject 49<", "class=\"cell-bad\"");
	before(svg, "class=\"cell-bad\"", ">subject 50<");
	before(svg, ">subject 50<", ">subject 99<");
	assert_int_equal(count(svg, "48 more<"), 2);
	has(svg, ">97 %</text>");
	assert_int_equal(count(svg, "class=\"m-good\""), 2);
	assert_int_equal(count(svg, "class=\"m-bad\""), 2);
}

static void who_was_found_stands_out_whatever_the_odds(void **state)
{
	CLEANUP(answer_done) struct answer a = { 0 };
	CLEANUP(free_ptr) char *svg = NULL;

	(void)state;
	answer_names(&a, "seq int|commit id|subject|percent int|good int|bad int|mark|key int");
	rowf(&a, "0|aaaa|one|0|1|0|good end|0");
	rowf(&a, "1|bbbb|two|0|0|0|culprit|-1");
	rowf(&a, "2|cccc|three|0|0|1|bad end|-2");
	svg = drawn(picture_odds, &a);
	before(svg, ">one<", "class=\"cell-bad\"");
	before(svg, "class=\"cell-bad\"", ">two<");
	assert_int_equal(count(svg, "class=\"bar-back\""), 0);
}

static void a_search_without_odds_shows_what_was_seen(void **state)
{
	CLEANUP(answer_done) struct answer a = { 0 };
	CLEANUP(free_ptr) char *svg = NULL;

	(void)state;
	answer_names(&a, "seq int|commit id|subject|good int|bad int|infra int|key int");
	rowf(&a, "0|aaaa|one|1|0|0|0");
	rowf(&a, "1|bbbb|two|0|1|2|-1");
	svg = drawn(picture_odds, &a);
	assert_int_equal(count(svg, "%</text>"), 0);
	assert_int_equal(count(svg, "class=\"bar-back\""), 0);
	assert_int_equal(count(svg, "class=\"m-none\""), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_picture_of_no_rows_says_nothing_yet),
		cmocka_unit_test(what_a_thousand_rows_draw_stays_within_the_picture),
		cmocka_unit_test(letters_are_of_eleven_pixels_on_a_telephone),
		cmocka_unit_test(a_picture_says_in_words_what_it_shows),
		cmocka_unit_test(hostile_names_are_text),
		cmocka_unit_test(a_picture_in_a_page_leaves_no_element_open),
		cmocka_unit_test(a_label_is_cut_between_letters),
		cmocka_unit_test(weeks_are_bars_with_their_bad_part),
		cmocka_unit_test(one_bad_run_of_many_is_seen),
		cmocka_unit_test(times_of_a_report_are_all_bad),
		cmocka_unit_test(weeks_of_any_time_are_drawn),
		cmocka_unit_test(history_is_a_line_a_target_with_the_newest_last),
		cmocka_unit_test(history_shows_the_newest_of_many),
		cmocka_unit_test(a_matrix_marks_what_the_series_changes),
		cmocka_unit_test(neighbours_that_came_to_the_same_are_one_line),
		cmocka_unit_test(what_is_skipped_everywhere_has_no_line),
		cmocka_unit_test(a_test_that_was_counted_is_marked_by_that),
		cmocka_unit_test(a_design_is_as_good_as_on_its_worst_target),
		cmocka_unit_test(one_design_is_shown_target_by_target),
		cmocka_unit_test(the_likeliest_commit_stands_out),
		cmocka_unit_test(who_was_found_stands_out_whatever_the_odds),
		cmocka_unit_test(a_search_without_odds_shows_what_was_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
