// SPDX-License-Identifier: GPL-2.0-or-later
#include "planted_fixture.h"

#include <errno.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fs.h"
#include "report/report.h"

/*
 * The planted reports against tests/reports/. With DMALAB_WRITE_REPORTS set the files are written
 * anew in place of being compared; read the difference before it is kept.
 */

static char *text_of_case(const struct planted_case *p)
{
	struct config c = planted_config();
	struct test_report r = p->make();
	char *text = report_print(&c, &r);

	test_report_done(&r);
	config_done(&c);
	return text;
}

static void compare(const struct planted_case *p)
{
	CLEANUP(free_ptr) char *path = mem_printf("tests/reports/%s.txt", p->name);
	CLEANUP(free_ptr) char *text = text_of_case(p);
	char want[16384] = "";
	FILE *f;
	size_t n;

	if (getenv("DMALAB_WRITE_REPORTS")) {
		f = fopen(path, "w");
		assert_non_null(f);
		assert_true(fputs(text, f) >= 0);
		assert_int_equal(fclose(f), 0);
		return;
	}
	f = fopen(path, "r");
	if (!f)
		fail_msg("no %s", path);
	n = fread(want, 1, sizeof(want) - 1, f);
	assert_true(n < sizeof(want) - 1);
	(void)fclose(f);
	if (strcmp(text, want) != 0)
		fail_msg("%s is not as expected:\n%s", path, text);
}

static void each_planted_case_has_its_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < PLANTED; i++)
		compare(&planted_cases[i]);
}

static size_t lines(const char *text)
{
	size_t n = 0;

	for (; (text = strchr(text, '\n')); text++)
		n++;
	return n;
}

static void a_pass_with_nothing_to_say_says_little(void **state)
{
	CLEANUP(free_ptr) char *text = text_of_case(&planted_cases[0]);

	(void)state;
	assert_memory_equal(text, "verdict: pass: the series breaks nothing\n", 41);
	assert_true(lines(text) < 15);
}

static void every_text_is_read_in_half_a_minute(void **state)
{
	(void)state;
	for (size_t i = 0; i < PLANTED; i++) {
		CLEANUP(free_ptr) char *text = text_of_case(&planted_cases[i]);
		size_t words = 0;

		for (const char *p = text; *p; p += strspn(p, " \n"), words++)
			p += strcspn(p, " \n");
		if (lines(text) > 60 || words > 300) /* who skims reads ten words a second */
			fail_msg("%s: %zu lines, %zu words", planted_cases[i].name, lines(text),
				 words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_planted_case_has_its_text),
		cmocka_unit_test(a_pass_with_nothing_to_say_says_little),
		cmocka_unit_test(every_text_is_read_in_half_a_minute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
