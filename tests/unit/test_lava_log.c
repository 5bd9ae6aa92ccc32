// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include "../fixtures/console/fixture.h"
#include "yaml/lava_log.h"

#define LAVA "tests/fixtures/lava/"

/* Reads a line that must be LAVA's. */
static struct lava_line line_of(const char *text)
{
	struct lava_line l = { 0 };

	if (lava_line_parse(text, strlen(text), &l) < 0)
		fail_msg("no line of LAVA's: %s", text);
	return l;
}

static void assert_console(const char *line, const char *text)
{
	struct lava_line l = line_of(line);

	assert_true(lava_line_is_console(&l));
	assert_int_equal(l.text_len, strlen(text));
	assert_string_equal(l.text, text);
	lava_line_done(&l);
}

static void target_and_feedback_are_the_console_and_nothing_else_is(void **state)
{
	static const char *const others[] = { "input", "debug",	    "info",   "warning",
					      "error", "exception", "results" };
	char text[100];

	(void)state;
	assert_console("{\"dt\": \"2026\", \"lvl\": \"target\", \"msg\": \"a\"}", "a");
	assert_console("{\"dt\": \"2026\", \"lvl\": \"feedback\", \"msg\": \"b\", \"ns\": \"c\"}",
		       "b");
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct lava_line l;

		snprintf(text, sizeof(text), "{\"lvl\": \"%s\", \"msg\": \"a\"}", others[i]);
		l = line_of(text);
		assert_false(lava_line_is_console(&l));
		lava_line_done(&l);
	}
}

static void quote_is_what_the_device_sent(void **state)
{
	(void)state;
	/* What LAVA 2023.01 writes for: say "x" \ and \"y\" */
	assert_console("{\"lvl\": \"target\", \"msg\": \"say \\\\\\\"x\\\\\\\" \\\\ and "
		       "\\\\\\\\\\\"y\\\\\\\\\\\"\"}",
		       "say \"x\" \\ and \\\"y\\\"");
}

static void escapes_that_only_yaml_has_are_read(void **state)
{
	struct lava_line l =
		line_of("{\"lvl\": \"target\", \"msg\": \"a\\0b\\a\\_\\L\\x41\\U0001F600\"}");

	(void)state;
	assert_int_equal(l.text_len, 4 + 2 + 3 + 1 + 4);
	assert_memory_equal(l.text,
			    "a\0b\a\xc2\xa0\xe2\x80\xa8"
			    "A\xf0\x9f\x98\x80",
			    l.text_len);
	lava_line_done(&l);
}

static void text_that_looks_like_a_number_or_null_stays_text(void **state)
{
	(void)state;
	assert_console("{\"lvl\": \"target\", \"msg\": \"42\"}", "42");
	assert_console("{\"lvl\": \"target\", \"msg\": \"null\"}", "null");
	assert_console("{\"lvl\": \"target\", \"msg\": \"\"}", "");
}

static void message_may_be_a_tagged_number_a_list_or_a_map(void **state)
{
	static const char *const lines[] = {
		"{\"lvl\": \"debug\", \"msg\": ! \"405\"}",
		"{\"lvl\": \"debug\", \"msg\": [\"a\", {\"b\": ! \"1\"}]}",
		"{\"lvl\": \"results\", \"msg\": {\"case\": \"c\", \"extra\": {\"a\": [\"b\"]}}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct lava_line l = line_of(lines[i]);

		assert_false(lava_line_is_console(&l));
		assert_false(lava_line_is_job_result(&l));
		lava_line_done(&l);
	}
}

static void result_of_the_job_is_told_from_those_of_its_actions(void **state)
{
	struct lava_line l = line_of("{\"lvl\": \"results\", \"msg\": {\"case\": \"job\", "
				     "\"definition\": \"lava\", \"error_msg\": \"a\\nb\", "
				     "\"error_type\": \"Job\", \"result\": \"fail\"}}");

	(void)state;
	assert_true(lava_line_is_job_result(&l));
	assert_string_equal(l.error_type, "Job");
	assert_string_equal(l.error_msg, "a\nb");
	assert_string_equal(l.result, "fail");
	lava_line_done(&l);

	l = line_of(
		"{\"lvl\": \"results\", \"msg\": {\"case\": \"job\", \"definition\": \"0_x\"}}");
	assert_false(lava_line_is_job_result(&l));
	lava_line_done(&l);
	/* The device cannot forge it: its words come as a string. */
	l = line_of("{\"lvl\": \"target\", \"msg\": \"{case: job, definition: lava}\"}");
	assert_false(lava_line_is_job_result(&l));
	lava_line_done(&l);
}

static void line_that_is_not_lavas_is_refused(void **state)
{
	static const char *const lines[] = {
		"",
		"lava-run should be executed as root",
		"bwrap: execvp lava-run: No such file or directory",
		"Traceback (most recent call last):",
		"{",
		"{}",
		"{\"lvl\": \"target\"}",
		"{\"msg\": \"a\"}",
		"{\"lvl\": [\"target\"], \"msg\": \"a\"}",
		"{\"lvl\": \"target\", \"msg\": \"a",
		"{\"lvl\": \"target\", \"msg\": \"a\"} {\"lvl\": \"target\", \"msg\": \"b\"}",
		"{\"lvl\": \"target\", \"msg\": \"\xff\"}",
	};
	struct lava_line l;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (lava_line_parse(lines[i], strlen(lines[i]), &l) == 0)
			fail_msg("taken for LAVA's: %s", lines[i]);
}

/* Counts the lines of a recorded log that are not read. */
static size_t strangers(const struct buf *file)
{
	const char *p = file->data + fixture_console(file);
	size_t n = 0;

	while (*p) {
		size_t len = strcspn(p, "\n");
		struct lava_line l;

		if (lava_line_parse(p, len, &l) < 0)
			n++;
		else
			lava_line_done(&l);
		p += len + (p[len] == '\n');
	}
	return n;
}

static void every_line_of_every_recorded_log_is_read(void **state)
{
	struct dirent **names;
	int n = scandir(LAVA, &names, NULL, alphasort);
	char path[400];

	(void)state;
	assert_true(n > 30);
	for (int i = 0; i < n; i++) {
		struct buf file = { 0 };

		if (names[i]->d_name[0] != '.') {
			snprintf(path, sizeof(path), LAVA "%s", names[i]->d_name);
			fixture_load(path, &file);
			if (strangers(&file))
				fail_msg("%s: %zu lines are not read", path, strangers(&file));
		}
		buf_done(&file);
		free(names[i]);
	}
	free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(target_and_feedback_are_the_console_and_nothing_else_is),
		cmocka_unit_test(quote_is_what_the_device_sent),
		cmocka_unit_test(escapes_that_only_yaml_has_are_read),
		cmocka_unit_test(text_that_looks_like_a_number_or_null_stays_text),
		cmocka_unit_test(message_may_be_a_tagged_number_a_list_or_a_map),
		cmocka_unit_test(result_of_the_job_is_told_from_those_of_its_actions),
		cmocka_unit_test(line_that_is_not_lavas_is_refused),
		cmocka_unit_test(every_line_of_every_recorded_log_is_read),
	};

	return cmocka_run_group_tests_name("lava_log", tests, NULL, NULL);
}
