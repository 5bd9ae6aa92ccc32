// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "bisect/bisect.h"

/* A search as lines of text. */

static struct bisection a_bisection(size_t n)
{
	struct bisection b = { .kind = BISECT_TEST, .n_range = n };

	bisection_commit_add(&b, "good", "");
	for (size_t i = 1; i <= n; i++) {
		CLEANUP(free_ptr) char *name = mem_printf("c%zu", i);

		bisection_commit_add(&b, name, "a subject");
	}
	return b;
}

static char *picture(const struct bisection *b, size_t left, double seconds, int width)
{
	const struct bisect_sight sight = { .b = b, .left = left, .seconds = seconds };

	return bisect_picture(&sight, width);
}

static void each_commit_has_its_place_and_what_was_run_stands_below(void **state)
{
	CLEANUP(bisection_done) struct bisection b = a_bisection(8);
	CLEANUP(free_ptr) char *text = NULL;

	(void)state;
	b.commits[3].odds = 0.7;
	b.commits[4].odds = 0.25;
	b.commits[5].odds = 0.05;
	b.commits[6].build = BISECT_UNBUILDABLE;
	bisection_run_add(&b, 2, BISECT_GOOD, "", 0);
	bisection_run_add(&b, 4, BISECT_GOOD, "", 0);
	bisection_run_add(&b, 4, BISECT_BAD, "", 0);
	bisection_run_add(&b, 8, BISECT_BAD, "", 0);
	text = picture(&b, 2, 41.2, 80);
	assert_string_equal(text, "          [  @#+   ]\n"
				  "            o % x !\n"
				  "     70 %  c3 a subject\n"
				  "     25 %  c4 a subject\n"
				  "      5 %  c5 a subject\n"
				  "          2 of 8 commits left, about 42 s\n");
}

static void a_long_range_is_drawn_in_the_width_that_there_is(void **state)
{
	CLEANUP(bisection_done) struct bisection b = a_bisection(1000);
	CLEANUP(free_ptr) char *text = NULL;

	(void)state;
	for (size_t i = 501; i <= 1000; i++) /* of many that are unlikely the sum counts */
		b.commits[i].odds = 1.0 / 500;
	bisection_run_add(&b, 500, BISECT_GOOD, "", 0);
	text = picture(&b, 475, 600, 60);
	assert_non_null(strstr(text, "[                       ::::::::::::::::::::::::]\n"));
	assert_non_null(strstr(text, "475 of 1000 commits left, about 10 minutes\n"));
	assert_null(strstr(text, "%")); /* none stands out */
	for (const char *at = text; *at; at = strchr(at, '\n') + 1)
		assert_true(strchr(at, '\n') - at < 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_commit_has_its_place_and_what_was_run_stands_below),
		cmocka_unit_test(a_long_range_is_drawn_in_the_width_that_there_is),
	};

	return cmocka_run_group_tests_name("bisect picture", tests, NULL, NULL);
}
