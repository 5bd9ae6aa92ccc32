// SPDX-License-Identifier: GPL-2.0-or-later
#include "config_fixture.h"

static void suites_are_read_in_their_order(void **state)
{
	struct suite_list l = { 0 };
	struct err err = { 0 };

	(void)state;
	if (read_suites(suites, &l, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].name, "list-kunit-test");
	assert_int_equal(l.v[0].n_cases, 2);
	assert_string_equal(l.v[0].cases[1], "two");
	assert_string_equal(l.v[1].cases[0], "only");
	assert_false(l.v[0].control || l.v[0].init);
	assert_int_equal(suite_expects(&l.v[0], "one", "none"), EXPECT_WORKS);
	suite_list_done(&l);
}

static void suites_say_what_designs_promise(void **state)
{
	char *text =
		change(suites, "    cases: [one, two]\n",
		       "    control: true\n    from: init\n"
		       "    expect: { none: crash, early: refused }\n"
		       "    cases:\n      - one\n      - two: { none: works, late: refused }\n");
	struct suite_list l = { 0 };
	struct err err = { 0 };

	(void)state;
	if (read_suites(text, &l, &err) < 0)
		fail_msg("%s", err.msg);
	assert_true(l.v[0].control && l.v[0].init);
	assert_false(l.v[1].control || l.v[1].init);
	assert_int_equal(l.v[0].n_cases, 2);
	assert_string_equal(l.v[0].cases[1], "two");
	assert_int_equal(suite_expects(&l.v[0], "one", "none"), EXPECT_CRASH);
	assert_int_equal(suite_expects(&l.v[0], "two", "none"), EXPECT_WORKS);
	assert_int_equal(suite_expects(&l.v[0], "two", "early"), EXPECT_REFUSED);
	assert_int_equal(suite_expects(&l.v[0], "two", "late"), EXPECT_REFUSED);
	assert_int_equal(suite_expects(&l.v[0], "one", "late"), EXPECT_WORKS);
	suite_list_done(&l);
	free(text);
}

static void fault_in_suites_is_named_with_file_and_line(void **state)
{
	static const struct fault wrong[] = {
		{ "name: other", "name: list-kunit-test",
		  "suites.yaml:6: suites: suite 'list-kunit-test' is there twice" },
		{ "[one, two]", "[one, one]",
		  "suites.yaml:5: list-kunit-test: case 'one' is there twice" },
		{ "[one, two]", "[one, 'a b']", "suites.yaml:5: list-kunit-test: 'a b' is no" },
		{ "[one, two]", "[]", "suites.yaml:5: suites: 'cases' must be a list" },
		{ "name: other", "nmae: other", "suites.yaml:6: suites: unknown key 'nmae'" },
		{ "name: other", "name: a/b", "suites.yaml:6: suites: 'a/b' is no name" },
		{ "version: 1", "version: 3", "suites.yaml:1: version 3 is unknown" },
		{ "[one, two]", "[one, {two: {}}]", "suites.yaml:5: list-kunit-test: a case is" },
		{ "[one, two]", "[{one: {none: crash}, two: {none: crash}}]",
		  "suites.yaml:5: list-kunit-test: a case is a name, or" },
		{ "[one, two]", "[one, {two: {none: maybe}}]",
		  "suites.yaml:5: list-kunit-test: 'none: maybe' is none of works" },
		{ "[one, two]", "[one, {two: {a/b: crash}}]",
		  "suites.yaml:5: list-kunit-test: 'a/b' is no name of a design" },
		{ "[one, two]", "[one, {one: {none: crash}}]",
		  "suites.yaml:5: list-kunit-test: case 'one' is there twice" },
		{ "name: other", "name: other\n    expect: {none: crashes}",
		  "suites.yaml:7: other: 'none: crashes' is none of" },
		{ "name: other", "name: other\n    expect: crash",
		  "suites.yaml:7: suites: 'expect' must be a map" },
		{ "name: other", "name: other\n    control: yes",
		  "suites.yaml:7: suites: 'control' must be true or false" },
		{ "name: other", "name: other\n    from: nowhere",
		  "suites.yaml:7: other: from 'nowhere' is neither" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		char *text = change(suites, wrong[i].from, wrong[i].to);
		struct suite_list l = { 0 };
		struct err err = { 0 };

		if (read_suites(text, &l, &err) == 0)
			fail_msg("accepted: %s", wrong[i].to);
		assert_message(&err, wrong[i].message);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(suites_are_read_in_their_order),
		cmocka_unit_test(suites_say_what_designs_promise),
		cmocka_unit_test(fault_in_suites_is_named_with_file_and_line),
	};

	return cmocka_run_group_tests_name("config_suites", tests, set_up, tear_down);
}
