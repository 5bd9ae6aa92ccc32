// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "stage/build/options.h"

static void expect(const char *before, const char *now, const char *want)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	options_compare(before, now, &b);
	assert_string_equal(buf_text(&b), want);
}

static void equal_configurations_have_no_difference(void **state)
{
	(void)state;
	expect("", "", "");
	expect("# a comment\nCONFIG_A=y\n# CONFIG_B is not set\n",
	       "CONFIG_A=y\n# CONFIG_B is not set\n# another", "");
	expect("CONFIG_A=y\nCONFIG_B=m\n", "CONFIG_B=m\nCONFIG_A=y", "");
}

static void what_is_turned_on_or_off_is_told(void **state)
{
	(void)state;
	expect("# CONFIG_CMA is not set\nCONFIG_DMA=y\n", "CONFIG_CMA=y\n# CONFIG_DMA is not set\n",
	       "CONFIG_CMA=y, was n\nCONFIG_DMA=n, was y\n");
	expect("CONFIG_HZ=100\nCONFIG_NAME=\"a=b\"\n", "CONFIG_HZ=250\nCONFIG_NAME=\"a=c\"\n",
	       "CONFIG_HZ=250, was 100\nCONFIG_NAME=\"a=c\", was \"a=b\"\n");
}

static void what_comes_and_goes_is_told(void **state)
{
	(void)state;
	expect("CONFIG_A=y\nCONFIG_AB=y\n", "CONFIG_A=y\nCONFIG_C=m\n",
	       "CONFIG_AB is gone, was y\nCONFIG_C=m, was not there\n");
}

static void a_long_list_is_cut_and_counted(void **state)
{
	CLEANUP(buf_done) struct buf now = { 0 };
	CLEANUP(buf_done) struct buf got = { 0 };
	size_t lines = 0;

	(void)state;
	for (int i = 0; i < OPTIONS_SHOWN + 7; i++)
		buf_printf(&now, "CONFIG_N%04d=y\n", i);
	options_compare("", buf_text(&now), &got);
	for (const char *c = buf_text(&got); *c; c++)
		lines += *c == '\n';
	assert_int_equal(lines, OPTIONS_SHOWN + 1);
	assert_non_null(strstr(buf_text(&got), "\nand 7 more\n"));
}

static void lines_that_are_none_say_nothing(void **state)
{
	(void)state;
	expect("",
	       "CONFIG_\n=y\nCONFIG_A\n# CONFIG_B is set\n#\n# CONFIG_ is not "
	       "set\nMY_CONFIG_A=yes\n",
	       "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_configurations_have_no_difference),
		cmocka_unit_test(what_is_turned_on_or_off_is_told),
		cmocka_unit_test(what_comes_and_goes_is_told),
		cmocka_unit_test(a_long_list_is_cut_and_counted),
		cmocka_unit_test(lines_that_are_none_say_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
