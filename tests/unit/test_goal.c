// SPDX-License-Identifier: GPL-2.0-or-later
#include "build_fixture.h"

#include "stage/build/goal.h"

/* Where a source has its device trees: in one folder, or in one a vendor. */

static void source(struct lab *l, const char *files)
{
	CLEANUP(free_ptr)
	char *script = mem_printf("rm -rf src/arch/arm/boot/dts && for f in %s; do "
				  "mkdir -p src/arch/arm/boot/dts/$(dirname ./$f) && "
				  "touch src/arch/arm/boot/dts/$f; done",
				  files);

	sh(l->dir, script);
}

static void expect_goal(const struct lab *l, const char *goal, const char *want)
{
	const struct build_spec spec = { .config = &l->config,
					 .kernel = &l->kernel,
					 .src = l->src };
	CLEANUP(free_ptr) char *got = goal_in_source(&spec, goal);

	assert_string_equal(got, want);
}

static void a_tree_in_the_one_folder_is_called_by_its_name(void **state)
{
	source(*state, "board.dts other/board.dts");
	expect_goal(*state, "board.dtb", "board.dtb");
}

static void a_tree_in_a_vendors_folder_is_found_there(void **state)
{
	source(*state, "other/x.dts vendor/board.dts");
	expect_goal(*state, "board.dtb", "vendor/board.dtb");
}

static void what_is_nowhere_stays_for_make_to_complain(void **state)
{
	source(*state, "vendor/x.dts");
	expect_goal(*state, "board.dtb", "board.dtb");
	sh(((struct lab *)*state)->dir, "rm -rf src/arch");
	expect_goal(*state, "board.dtb", "board.dtb");
}

static void a_folder_whose_name_is_an_option_is_no_vendor(void **state)
{
	source(*state, "-f/board.dts");
	expect_goal(*state, "board.dtb", "board.dtb");
	source(*state, "A=b/board.dts");
	expect_goal(*state, "board.dtb", "board.dtb");
}

static void a_goal_with_a_folder_or_that_is_no_tree_stays(void **state)
{
	source(*state, "vendor/zImage.dts vendor/board.dts a/vendor/board.dts");
	expect_goal(*state, "zImage", "zImage");
	expect_goal(*state, "vendor/board.dtb", "vendor/board.dtb");
	expect_goal(*state, ".dtb", ".dtb");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_tree_in_the_one_folder_is_called_by_its_name,
						lab_make, lab_done),
		cmocka_unit_test_setup_teardown(a_tree_in_a_vendors_folder_is_found_there, lab_make,
						lab_done),
		cmocka_unit_test_setup_teardown(what_is_nowhere_stays_for_make_to_complain,
						lab_make, lab_done),
		cmocka_unit_test_setup_teardown(a_folder_whose_name_is_an_option_is_no_vendor,
						lab_make, lab_done),
		cmocka_unit_test_setup_teardown(a_goal_with_a_folder_or_that_is_no_tree_stays,
						lab_make, lab_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
