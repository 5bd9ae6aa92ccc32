// SPDX-License-Identifier: GPL-2.0-or-later
/* What each picture says of its rows. */
#include "picture_fixture.h"

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
