// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for every picture. */
#include "picture_fixture.h"

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
