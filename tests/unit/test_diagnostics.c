// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <dirent.h>
#include <time.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "stage/build/diagnostics.h"
#include "stage/build/line.h"

/*
 * Each file is an expectation, a blank line, and a log as tools wrote it.
 * DMALAB_REWRITE=1 puts what is read now in the place of the expectation.
 */
static const char folder[] = "tests/fixtures/build/diagnostics";

enum { LOG_MAX = 1 << 24, SLOW_S = 5 };

static void render_one(struct buf *b, const char *what, const struct diagnostic *d)
{
	const char *s = d->excerpt;

	buf_printf(b, "%s %s:%d %s\nat line %zu\n", what, d->file, d->line, d->text, d->log_line);
	while (s && *s) {
		size_t n = strcspn(s, "\n");

		buf_printf(b, "| %.*s\n", (int)n, s);
		s += s[n] ? n + 1 : n;
	}
}

static void render(struct buf *b, const struct diagnostics *d)
{
	if (d->error.text)
		render_one(b, "error", &d->error);
	for (size_t i = 0; i < d->n_warnings; i++)
		render_one(b, "warning", &d->warnings[i]);
	buf_printf(b, "limits:%s%s%s%s%s\n", d->no_space ? " space" : "",
		   d->no_memory ? " memory" : "", d->no_processes ? " processes" : "",
		   d->file_too_large ? " file" : "", d->setup_failed ? " setup" : "");
}

static size_t replay(const char *name)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/%s", folder, name);
	CLEANUP(buf_done) struct buf text = { 0 };
	CLEANUP(buf_done) struct buf got = { 0 };
	CLEANUP(diagnostics_done) struct diagnostics d = { 0 };
	struct err err = { 0 };
	const char *log;

	assert_int_equal(fs_read(path, LOG_MAX, &text, &err), 0);
	log = strstr(buf_text(&text), "\n\n");
	assert_non_null(log);
	log += 2;
	diagnostics_read(log, text.len - (size_t)(log - text.data), &d);
	render(&got, &d);
	if (getenv("DMALAB_REWRITE")) {
		buf_printf(&got, "\n%s", log);
		assert_int_equal(fs_write(path, got.data, got.len, &err), 0);
		return 0;
	}
	text.data[log - text.data - 1] = '\0';
	if (!strcmp(text.data, got.data))
		return 0;
	print_error("%s: expected\n%sgot\n%s\n", name, text.data, got.data);
	return 1;
}

static void logs_of_tools_are_read_as_their_files_say(void **state)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	size_t n = 0, wrong = 0;

	(void)state;
	assert_non_null(d);
	while ((e = readdir(d)))
		if (e->d_name[0] != '.') {
			wrong += replay(e->d_name);
			n++;
		}
	closedir(d);
	assert_int_equal(wrong, 0);
	assert_true(n > 20);
}

static void an_empty_log_says_nothing(void **state)
{
	CLEANUP(diagnostics_done) struct diagnostics d = { 0 };

	(void)state;
	diagnostics_read("", 0, &d);
	assert_null(d.error.text);
	assert_int_equal(d.n_warnings, 0);
}

static void words_in_a_picture_of_source_are_no_limit(void **state)
{
	static const char log[] = "/src/a.c:1:2: error: no\n"
				  "    1 | printf(\"No space left on device\");\n";
	CLEANUP(diagnostics_done) struct diagnostics d = { 0 };

	(void)state;
	diagnostics_read(log, sizeof(log) - 1, &d);
	assert_false(d.no_space);
	assert_string_equal(d.error.file, "a.c");
}

static void warnings_are_bounded(void **state)
{
	CLEANUP(diagnostics_done) struct diagnostics d = { 0 };
	CLEANUP(buf_done) struct buf log = { 0 };

	(void)state;
	for (int i = 1; i < 5000; i++)
		buf_printf(&log, "/src/a.c:%d:1: warning: w\n", i);
	diagnostics_read(log.data, log.len, &d);
	assert_int_equal(d.n_warnings, 500);
	assert_int_equal(d.warnings[499].line, 500);
}

/* What would take for ever if something looked at the whole log for each line. */
static void junk_is_read_in_linear_time(void **state)
{
	static const char *const pieces[] = {
		"No space left on device",
		"In file included from a:1:\n",
		"a:1: warning: No space left",
		"make: ",
		"::::::1:1:1:",
		"\n",
		"ld: x:(",
		"a:1.1.1-1.1",
		"  CC      a\n",
		" 1 | x\n",
	};

	(void)state;
	for (size_t k = 0; k < sizeof(pieces) / sizeof(pieces[0]); k++) {
		CLEANUP(diagnostics_done) struct diagnostics d = { 0 };
		CLEANUP(buf_done) struct buf log = { 0 };
		clock_t began = clock();

		while (log.len < 4 << 20)
			buf_str(&log, pieces[k]);
		buf_str(&log, "\na:1: error: end\n");
		diagnostics_read(log.data, log.len, &d);
		assert_non_null(d.error.text);
		assert_true((clock() - began) / CLOCKS_PER_SEC < SLOW_S);
	}
}

static void objects_are_counted(void **state)
{
	static const char *const yes[] = { "  CC      init/main.o", "  CC [M]  a.o",
					   "  AR      x.a", "  LD      vmlinux",
					   "  HOSTCC  scripts/x" };
	static const char *const no[] = { "  CALL    scripts/x", "CC init/main.o", "  UPD     x",
					  "" };

	(void)state;
	for (size_t i = 0; i < 5; i++)
		assert_true(diagnostics_is_object(yes[i], strlen(yes[i])));
	for (size_t i = 0; i < 4; i++)
		assert_false(diagnostics_is_object(no[i], strlen(no[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logs_of_tools_are_read_as_their_files_say),
		cmocka_unit_test(an_empty_log_says_nothing),
		cmocka_unit_test(words_in_a_picture_of_source_are_no_limit),
		cmocka_unit_test(warnings_are_bounded),
		cmocka_unit_test(junk_is_read_in_linear_time),
		cmocka_unit_test(objects_are_counted),
	};

	return cmocka_run_group_tests_name("diagnostics", tests, NULL, NULL);
}
