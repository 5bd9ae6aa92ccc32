// SPDX-License-Identifier: GPL-2.0-or-later
#include "build_fixture.h"

#include "stage/build/lint.h"

/* What checkers say of a source, and what becomes of checkers that fail. */

/* A kernel of one build, whose make can make single objects. */
static void built(struct lab *l)
{
	CLEANUP(build_done) struct build b = { 0 };

	sh(l->src, "printf '\\n%%.o: %%.c\\n\\t@[ $(obj)/$@ -nt $(src)/$< ] || "
		   "$(CC) $(if $(W),-Wall -Wextra) $(KCFLAGS) -c -o $(obj)/$@ $(src)/$<\\n' "
		   ">>Makefile");
	sh(l->src, "printf 'int idle(int a);\\nint idle(int a)\\n{\\n\\treturn 0;\\n}\\n' >>dma.c; "
		   "mkdir scripts/extra; echo >scripts/extra/x.c");
	(void)build(l, true, &b);
	assert_int_equal(b.status, BUILD_PASS);
}

static char *object_of(const struct lab *l, const char *source)
{
	const struct build_spec spec = spec_of(l, false);

	return lint_object(&spec, source);
}

static void only_what_the_kernel_was_made_of_is_checked(void **state)
{
	static const char *const none[] = { "other.c",
					    "dma.h",
					    "dma.o",
					    ".c",
					    "a b.c",
					    "../x.c",
					    "/obj/dma.c",
					    "-k.c",
					    "$(rm).c",
					    "link.c",
					    "scripts/extra/x.c",
					    "pipe.c",
					    "tools/x.c",
					    "folder.c" };
	struct lab *l = *state;
	CLEANUP(free_ptr) char *object = NULL;

	built(l);
	sh(l->obj,
	   "mkdir -p scripts/extra tools folder.o; touch scripts/extra/x.o tools/x.o 'a b.o'; "
	   "ln -s /etc/passwd link.o; mkfifo pipe.o");
	object = object_of(l, "dma.c");
	assert_string_equal(object, "dma.o");
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		CLEANUP(free_ptr) char *s = object_of(l, none[i]);

		if (s)
			fail_msg("%s has an object: %s", none[i], s);
	}
}

/* Sets *trouble; returns the warnings about dma.c. */
static size_t check_dma(const struct lab *l, bool base, char **trouble)
{
	const struct build_spec spec = spec_of(l, false);
	CLEANUP(diagnostics_done) struct diagnostics d = { 0 };
	CLEANUP(strv_done) struct strv objects = { 0 };
	struct err err = { 0 };
	size_t n = 0;

	strv_add(&objects, "dma.o");
	if (lint_make(&spec, &objects, base, &d, trouble, &err) < 0)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < d.n_warnings; i++) {
		assert_string_equal(d.warnings[i].file, "dma.c");
		assert_non_null(strstr(d.warnings[i].text, "[-Wunused-parameter]"));
		assert_string_equal(lint_tool(&d.warnings[i]), "gcc");
		n++;
	}
	return n;
}

static void a_touched_file_is_warned_of_at_w1(void **state)
{
	struct lab *l = *state;
	CLEANUP(free_ptr) char *trouble = NULL;

	built(l);
	sh(l->src, "touch dma.c"); /* a series has touched it */
	assert_int_equal(check_dma(l, false, &trouble), 1);
	assert_null(trouble);
}

static void the_base_is_compiled_though_its_files_are_older(void **state)
{
	struct lab *l = *state;
	CLEANUP(free_ptr) char *trouble = NULL;

	built(l);
	assert_int_equal(check_dma(l, true, &trouble), 1);
	assert_null(trouble);
}

static void a_checker_that_fails_is_trouble_and_no_more(void **state)
{
	struct lab *l = *state;
	CLEANUP(free_ptr) char *trouble = NULL;

	built(l);
	sh(l->src, "rm dma.c");
	(void)check_dma(l, true, &trouble);
	assert_non_null(trouble);
	assert_non_null(strstr(trouble, "dma.o"));
}

static void each_warning_is_said_by_its_tool(void **state)
{
	static const struct {
		const char *line, *tool;
	} rows[] = {
		{ "/src/mm/a.c:7:2: warning: 'x' set but not used [-Wunused-but-set-variable]",
		  "gcc" },
		{ "/src/mm/a.c:7:2: warning: symbol 'x' was not declared. Should it be static?",
		  "sparse" },
		{ "/src/mm/a.c:7: warning: Function parameter or member 'x' not described in 'f'",
		  "kernel-doc" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		CLEANUP(diagnostics_done) struct diagnostics d = { 0 };

		diagnostics_read(rows[i].line, strlen(rows[i].line), &d);
		assert_int_equal(d.n_warnings, 1);
		assert_string_equal(lint_tool(&d.warnings[0]), rows[i].tool);
	}
}

/* Two mails before a script of the test's own; returns *trouble. */
static char *check_mails(const struct lab *l, const char *script, struct notice_list *ret)
{
	const struct build_spec spec = spec_of(l, false);
	CLEANUP(free_ptr) char *one = at(l, "mails/0001");
	CLEANUP(free_ptr) char *two = at(l, "mails/0002");
	CLEANUP(free_ptr) char *perl = at(l, "src/scripts/checkpatch.pl");
	struct patch patches[] = { { .number = 3, .file = one }, { .number = 4, .file = two } };
	const struct series series = { .patches = patches, .n = 2 };
	struct err err = { 0 };
	char *trouble = NULL;

	sh(l->dir, "mkdir -p mails && echo one >mails/0001 && echo two >mails/0002");
	if (fs_write(perl, script, strlen(script), &err) < 0 ||
	    lint_mails(&spec, &series, ret, &trouble, &err) < 0)
		fail_msg("%s", err.msg);
	return trouble;
}

static void what_checkpatch_says_is_noticed_by_patch(void **state)
{
	static const char script[] =
		"for my $mail (grep !/^--/, @ARGV) {\n"
		"open my $in, '<', $mail; my $word = <$in>; chomp $word;\n"
		"print \"kernel/dma/a.c:7: ERROR: space: of $word\\n\";\n"
		"print \":20: WARNING: Missing commit description\\n\";\n"
		"print \"kernel/dma/a.c:9: CHECK: not asked\\n\", \"\\n\", \"x\\n\";\n"
		"print \"$mail total: 1 errors, 1 warnings, 9 lines checked\\n\";\n"
		"}\nexit 1;\n";
	struct lab *l = *state;
	CLEANUP(notice_list_done) struct notice_list n = { 0 };
	CLEANUP(free_ptr) char *trouble = check_mails(l, script, &n);

	assert_null(trouble);
	assert_int_equal(n.n, 4);
	assert_string_equal(n.v[0].tool, "checkpatch");
	assert_int_equal(n.v[0].patch, 3);
	assert_string_equal(n.v[0].file, "kernel/dma/a.c");
	assert_int_equal(n.v[0].line, 7);
	assert_string_equal(n.v[0].text, "error: space: of one");
	assert_string_equal(n.v[1].file, "");
	assert_int_equal(n.v[1].line, 0);
	assert_string_equal(n.v[1].text, "warning: Missing commit description");
	assert_int_equal(n.v[2].patch, 4);
	assert_string_equal(n.v[2].text, "error: space: of two");
}

static void a_checkpatch_that_floods_is_trouble(void **state)
{
	struct lab *l = *state;
	CLEANUP(notice_list_done) struct notice_list n = { 0 };
	CLEANUP(free_ptr)
	char *trouble = check_mails(l, "print \"x\" x 79, \"\\n\" for 1 .. 120000;\n", &n);

	assert_non_null(trouble);
	assert_int_equal(n.n, 0);
}

static void a_checkpatch_that_dies_is_trouble(void **state)
{
	static const char script[] = "print \"/mails/0001 total: 0 errors\\n\"; exit 2;\n";
	struct lab *l = *state;
	CLEANUP(notice_list_done) struct notice_list n = { 0 };
	CLEANUP(free_ptr) char *trouble = check_mails(l, script, &n);

	assert_non_null(trouble);
	assert_non_null(strstr(trouble, "did not read all mails"));
}

static void a_mail_that_checkpatch_is_silent_of_takes_nothing_from_the_next(void **state)
{
	static const char script[] = "print \"a.c:7: ERROR: x\\n/mails/0002 total: 1 errors\\n\";"
				     "exit 1;\n";
	struct lab *l = *state;
	CLEANUP(notice_list_done) struct notice_list n = { 0 };
	CLEANUP(free_ptr) char *trouble = check_mails(l, script, &n);

	assert_null(trouble);
	assert_int_equal(n.n, 1);
	assert_int_equal(n.v[0].patch, 4);
}

static void what_checkpatch_says_of_no_mail_is_trouble(void **state)
{
	struct lab *l = *state;
	CLEANUP(notice_list_done) struct notice_list n = { 0 };
	CLEANUP(free_ptr) char *trouble = check_mails(l, "print \"Can't do that\\n\";\n", &n);

	assert_non_null(trouble);
	assert_int_equal(n.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(only_what_the_kernel_was_made_of_is_checked),
		LAB_TEST(a_touched_file_is_warned_of_at_w1),
		LAB_TEST(the_base_is_compiled_though_its_files_are_older),
		LAB_TEST(a_checker_that_fails_is_trouble_and_no_more),
		cmocka_unit_test(each_warning_is_said_by_its_tool),
		LAB_TEST(what_checkpatch_says_is_noticed_by_patch),
		LAB_TEST(a_checkpatch_that_floods_is_trouble),
		LAB_TEST(a_checkpatch_that_dies_is_trouble),
		LAB_TEST(a_mail_that_checkpatch_is_silent_of_takes_nothing_from_the_next),
		LAB_TEST(what_checkpatch_says_of_no_mail_is_trouble),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
