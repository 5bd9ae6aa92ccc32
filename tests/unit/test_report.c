// SPDX-License-Identifier: GPL-2.0-or-later
#include "report_fixture.h"

#include <errno.h>

#include "base/err.h"
#include "report/foreign.h"
#include "report/report.h"

/* The document of a report, checked; frees the report. */
static json_t *json_of(struct test_report r)
{
	static const char *const keys[] = { "verdict", "id",   "series", "reasons", "base",
					    "notes",   "kept", "kcidb",	 NULL };
	static const char *const verdicts[] = { "pass", "fail", "none", NULL };
	json_t *doc = report_json(&r);
	CLEANUP(free_ptr) char *dump = json_dumps(doc, JSON_INDENT(2));
	const json_t *o;
	const char *key;
	size_t i;

	assert_non_null(dump); /* whole, and readable again */
	check_values(doc);
	json_object_foreach(doc, key, o)
	{
		assert_true(in_list(keys, key));
	}
	assert_true(in_list(verdicts, text_of(doc, "verdict")));
	json_array_foreach(json_object_get(doc, "reasons"), i, o)
	{
		assert_string_equal(text_of(o, "kind"), reason_name(r.verdict.reasons.v[i].kind));
		(void)text_of(o, "target"), (void)text_of(o, "subject"), (void)text_of(o, "detail");
		(void)text_of(o, "log");
		assert_int_equal(json_integer_value(json_object_get(o, "line")),
				 r.verdict.reasons.v[i].line);
	}
	assert_int_equal(json_array_size(json_object_get(doc, "reasons")), r.verdict.reasons.n);
	assert_int_equal(json_array_size(json_object_get(doc, "notes")), r.notes.n);
	assert_true(json_is_object(json_object_get(doc, "kcidb")));
	test_report_done(&r);
	return doc;
}

/* The text of a report; frees the report. */
static char *text_for(struct test_report r, bool colours)
{
	struct err err = { 0 };
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	assert_int_equal(report_text(&r, f, colours, &err), 0);
	assert_int_equal(fclose(f), 0);
	test_report_done(&r);
	return text;
}

static void expect_text(const char *text, const char *want)
{
	if (!strstr(text, want))
		fail_msg("no '%s' in:\n%s", want, text);
}

/* --- JSON --- */

static void json_of_a_pass_names_verdict_series_and_base(void **state)
{
	CLEANUP(json_done) json_t *doc = json_of(pass_with_fixes());
	const json_t *base = json_object_get(doc, "base");
	CLEANUP(free_ptr) char *commit = id_of('0', 40);

	(void)state;
	assert_string_equal(text_of(doc, "verdict"), "pass");
	assert_string_equal(text_of(doc, "series"), "dma: tidy up");
	assert_string_equal(text_of(doc, "id"), "feedfacecafe0001");
	assert_int_equal(json_array_size(json_object_get(doc, "reasons")), 0);
	assert_string_equal(text_of(base, "tree"), "debian-6.1");
	assert_string_equal(text_of(base, "version"), "linux-source-6.1 6.1.192-2");
	assert_string_equal(text_of(base, "commit"), commit);
	assert_string_equal(text_of(base, "fix"), "none");
	assert_true(json_is_true(json_object_get(base, "tests")));
}

static void json_of_a_fail_says_what_where_and_on_which_target(void **state)
{
	CLEANUP(json_done) json_t *doc = json_of(fail_with_reasons());
	const json_t *reasons = json_object_get(doc, "reasons");
	const json_t *q = json_array_get(reasons, 1);

	(void)state;
	assert_string_equal(text_of(doc, "verdict"), "fail");
	assert_string_equal(text_of(json_object_get(doc, "base"), "fix"), "dma-only");
	assert_int_equal(json_array_size(reasons), 3);
	assert_string_equal(text_of(q, "kind"), "new-failure");
	assert_string_equal(text_of(q, "target"), "virt");
	assert_string_equal(text_of(q, "subject"), "list.del");
	assert_string_equal(text_of(q, "detail"), "expected 1\nbut got 2");
	assert_string_equal(text_of(q, "log"), "job-4-virt");
	assert_int_equal(json_integer_value(json_object_get(q, "line")), 7);
}

static void json_of_nothing_is_a_whole_document_without_a_verdict(void **state)
{
	CLEANUP(json_done) json_t *doc = json_of(empty());

	(void)state;
	assert_string_equal(text_of(doc, "verdict"), "none");
	assert_string_equal(text_of(json_object_get(doc, "base"), "commit"), "");
	assert_int_equal(
		json_array_size(json_object_get(json_object_get(doc, "kcidb"), "checkouts")), 0);
}

static void json_keeps_hostile_text_as_utf8(void **state)
{
	CLEANUP(json_done) json_t *doc = json_of(hostile());
	const json_t *q = json_array_get(json_object_get(doc, "reasons"), 0);

	(void)state;
	assert_string_equal(text_of(doc, "series"), EVIL_UTF8 "\nverdict: pass");
	assert_string_equal(text_of(q, "detail"), EVIL_UTF8 "\n" EVIL_UTF8);
	assert_string_equal(json_string_value(json_array_get(json_object_get(doc, "notes"), 0)),
			    EVIL_UTF8);
}

/* --- text --- */

static void text_of_a_pass_begins_with_series_base_and_verdict(void **state)
{
	CLEANUP(free_ptr) char *text = text_for(pass_with_fixes(), false);
	static const char first[] =
		"series:  dma: tidy up (2 patches)\n"
		"base:    linux-source-6.1 6.1.192-2, 000000000000, without a fix\n"
		"verdict: pass: the series breaks nothing and fixes what failed on the base\n"
		"fixed:   2 tests that fail on the base pass now\n";

	(void)state;
	assert_memory_equal(text, first, sizeof(first) - 1);
	expect_text(text, "base on virt: BUG: paging request\n"
			  "    see line 41 of: dmalab show job-2-virt --log\n");
	expect_text(text, "stored as feedfacecafe (dmalab show feedfacecafe)");
	assert_null(strchr(text, '\033'));
}

static void text_of_a_fail_names_the_fix_and_where_each_reason_is_to_be_seen(void **state)
{
	CLEANUP(free_ptr) char *text = text_for(fail_with_reasons(), false);

	(void)state;
	expect_text(text, "6.1.192-2, 000000000000, with fix dma-only\n"
			  "verdict: fail: the series breaks what works on the base\n");
	expect_text(text, "new-crash on virt: kernel BUG in list_cut\n    in list_cut\n"
			  "    see line 41 of: dmalab show job-4-virt --log\n");
	expect_text(text, "new-failure on virt: list.del\n    expected 1\n    but got 2\n"
			  "    see line 7 of: dmalab show job-4-virt --log\n");
	expect_text(text, "build-warning: lib/list.c\n    unused variable\n"
			  "    see: dmalab show build-4 --log\n");
}

static void text_has_a_table_of_targets_and_suites(void **state)
{
	CLEANUP(free_ptr) char *text = text_for(fail_with_reasons(), false);

	(void)state;
	expect_text(text, "TARGET   SUITE  BASE       PATCHED");
	expect_text(text, "virt     (boot) finished   crashed");
	expect_text(text, "virt     list   all 1 pass 1 fail, 1 missing, 1 skipped, 1 pass");
	expect_text(text, "smdkc210 list   all 1 pass all 1 pass");
}

static void text_of_a_conflict_says_patch_file_and_hunk(void **state)
{
	CLEANUP(free_ptr) char *text = text_for(conflict(), false);

	(void)state;
	expect_text(text, "(1 patch)\n");
	expect_text(text, "verdict: fail: the series does not apply to the base\n");
	expect_text(text, "apply-conflict: patch 1: dma: tidy up\n"
			  "    kernel/dma/direct.c: @@ -1,2 +1,2 @@\n"
			  "    error: patch does not apply\n");
	assert_null(strstr(text, "TARGET"));
	assert_null(strstr(text, "see:")); /* there is no log of it */
}

static void text_of_a_failed_lab_says_infra_and_gives_no_result(void **state)
{
	CLEANUP(free_ptr) char *text = text_for(infra(), false);

	(void)state;
	expect_text(text, "verdict: none: no verdict: the lab failed, not the series (infra)\n");
	expect_text(text, "smdkc210 (boot) finished   no result (lab)");
	expect_text(text, "smdkc210 list   all 1 pass no result (lab)");
	expect_text(text, "infra on smdkc210: boot\n    QEMU is missing\n");
}

static void text_of_nothing_is_printed_without_a_crash(void **state)
{
	CLEANUP(free_ptr) char *text = text_for(empty(), true);

	(void)state;
	expect_text(text, "verdict: \033[33mnone\033[0m");
	assert_null(strstr(text, "(null)"));
}

static void text_has_colours_for_the_verdict_only(void **state)
{
	CLEANUP(free_ptr) char *text = text_for(fail_with_reasons(), true);
	const char *esc = strchr(text, '\033');

	(void)state;
	assert_non_null(esc);
	assert_memory_equal(esc, "\033[31mfail\033[0m", 13);
	assert_null(strchr(esc + 10, '\033'));
}

static void text_shows_hostile_text_and_does_not_obey_it(void **state)
{
	CLEANUP(free_ptr) char *text = text_for(hostile(), false);

	(void)state;
	expect_text(text, "series:  " EVIL_SHOWN "\\x0averdict: pass (2 patches)\n");
	expect_text(text, "new-failure on virt: list.d l " EVIL_SHOWN "\n    " EVIL_SHOWN
			  "\n    " EVIL_SHOWN "\n    see line 7");
	expect_text(text, "base on virt: " EVIL_SHOWN "\n");
	expect_text(text, "note: " EVIL_SHOWN "\n");
	assert_int_equal(utf8_valid(text, strlen(text)), strlen(text));
	for (const char *p = text; *p; p++)
		assert_true(*p == '\n' || (unsigned char)*p >= 0x20);
	assert_null(strstr(text, "\xc2\x9b"));
	assert_null(strstr(text, "\xe2\x80\xae"));
}

static void text_that_cannot_be_written_is_an_error(void **state)
{
	struct test_report r = pass_with_fixes();
	struct err err = { 0 };
	FILE *f = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(f);
	assert_int_equal(report_text(&r, f, false, &err), -EIO);
	(void)fclose(f);
	test_report_done(&r);
}

/* --- foreign text --- */

static void foreign_text_loses_nothing_that_is_fit_to_be_seen(void **state)
{
	static const char fine[] = "plain \xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7\ttab";
	CLEANUP(free_ptr) char *text = foreign_text(fine);
	CLEANUP(free_ptr) char *lines = foreign_text("a\nb\r\n\x7f");
	CLEANUP(free_ptr) char *line = foreign_line("a\nb\r\n");
	CLEANUP(free_ptr) char *utf8 = foreign_utf8(fine);
	CLEANUP(free_ptr) char *none = foreign_text(NULL);

	(void)state;
	assert_string_equal(text, fine);
	assert_string_equal(utf8, fine);
	assert_string_equal(lines, "a\nb\\x0d\n\\x7f");
	assert_string_equal(line, "a\\x0ab\\x0d\\x0a");
	assert_string_equal(none, "");
}

static void foreign_utf8_replaces_each_byte_that_is_no_character(void **state)
{
	/* overlong, surrogate, cut off at the end */
	CLEANUP(free_ptr) char *s = foreign_utf8("\xc0\xaf-\xed\xa0\x80-\xe2\x82");

	(void)state;
	assert_string_equal(s, "\xef\xbf\xbd\xef\xbf\xbd-\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd-"
			       "\xef\xbf\xbd\xef\xbf\xbd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_of_a_pass_names_verdict_series_and_base),
		cmocka_unit_test(json_of_a_fail_says_what_where_and_on_which_target),
		cmocka_unit_test(json_of_nothing_is_a_whole_document_without_a_verdict),
		cmocka_unit_test(json_keeps_hostile_text_as_utf8),
		cmocka_unit_test(text_of_a_pass_begins_with_series_base_and_verdict),
		cmocka_unit_test(text_of_a_fail_names_the_fix_and_where_each_reason_is_to_be_seen),
		cmocka_unit_test(text_has_a_table_of_targets_and_suites),
		cmocka_unit_test(text_of_a_conflict_says_patch_file_and_hunk),
		cmocka_unit_test(text_of_a_failed_lab_says_infra_and_gives_no_result),
		cmocka_unit_test(text_of_nothing_is_printed_without_a_crash),
		cmocka_unit_test(text_has_colours_for_the_verdict_only),
		cmocka_unit_test(text_shows_hostile_text_and_does_not_obey_it),
		cmocka_unit_test(text_that_cannot_be_written_is_an_error),
		cmocka_unit_test(foreign_text_loses_nothing_that_is_fit_to_be_seen),
		cmocka_unit_test(foreign_utf8_replaces_each_byte_that_is_no_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
