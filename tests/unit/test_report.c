// SPDX-License-Identifier: GPL-2.0-or-later
#include "planted_fixture.h"

#include <errno.h>

#include "base/err.h"
#include "base/foreign.h"
#include "report/report.h"

/* The document of a report, checked; frees the report. */
static json_t *json_of(struct test_report r)
{
	static const char *const keys[] = { "verdict", "id",	     "series", "reasons", "base",
					    "notes",   "kept",	     "kcidb",  "changes", "notices",
					    "passing", "same_image", "since",  NULL };
	static const char *const verdicts[] = { "pass", "fail", "none", NULL };
	json_t *doc = report_json(&r, NULL);
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
		(void)text_of(o, "signature"), (void)text_of(o, "excerpt");
		assert_int_equal(json_integer_value(json_object_get(o, "patch")),
				 r.verdict.reasons.v[i].patch);
		assert_true(json_is_real(json_object_get(json_object_get(o, "rates"), "chance")));
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
	assert_int_equal(report_text(&r, NULL, f, colours, &err), 0);
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

static void json_of_a_reason_says_which_patch_and_how_often(void **state)
{
	CLEANUP(json_done) json_t *doc = json_of(one_target());
	const json_t *q = json_array_get(json_object_get(doc, "reasons"), 0);
	const json_t *rates = json_object_get(q, "rates");
	const json_t *base = json_object_get(rates, "base");
	const json_t *patched = json_object_get(rates, "patched");

	(void)state;
	assert_int_equal(json_integer_value(json_object_get(q, "patch")), 1);
	assert_string_equal(text_of(q, "excerpt"), FAILED_EXCERPT);
	assert_int_equal(json_integer_value(json_object_get(base, "bad")), 0);
	assert_int_equal(json_integer_value(json_object_get(base, "runs")), 6);
	assert_int_equal(json_integer_value(json_object_get(patched, "bad")), 5);
	assert_int_equal(json_integer_value(json_object_get(patched, "runs")), 5);
	assert_true(json_real_value(json_object_get(rates, "chance")) < 0.01);
}

static void json_says_what_changed_and_what_the_version_before_had(void **state)
{
	CLEANUP(json_done) json_t *doc = json_of(v2_half_repairs_v1());
	const json_t *c = json_array_get(json_object_get(doc, "changes"), 0);
	const json_t *since = json_object_get(doc, "since");

	(void)state;
	assert_string_equal(text_of(c, "class"), "broken");
	assert_string_equal(text_of(c, "subject"), "vb2.case_09");
	assert_int_equal(json_integer_value(json_object_get(c, "known")), 3);
	assert_string_equal(text_of(c, "why"), "https://example.org/bug/7");
	assert_int_equal(json_integer_value(json_object_get(since, "version")), 1);
	assert_string_equal(text_of(since, "verdict"), "fail");
	assert_int_equal(json_array_size(json_object_get(since, "fixed")), 1);
	assert_int_equal(json_array_size(json_object_get(since, "remains")), 1);
}

static void json_has_notices_and_says_when_nothing_was_booted(void **state)
{
	CLEANUP(json_done) json_t *doc = json_of(warning_only());
	CLEANUP(json_done) json_t *same = json_of(no_op());
	const json_t *n = json_array_get(json_object_get(doc, "notices"), 0);

	(void)state;
	assert_int_equal(json_array_size(json_object_get(doc, "notices")), 12);
	assert_string_equal(text_of(n, "tool"), "checkpatch");
	assert_int_equal(json_integer_value(json_object_get(n, "patch")), 2);
	assert_int_equal(json_integer_value(json_object_get(n, "line")), 10);
	assert_true(json_is_false(json_object_get(doc, "same_image")));
	assert_true(json_is_true(json_object_get(same, "same_image")));
	assert_null(json_object_get(doc, "since"));
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

static void text_of_a_pass_begins_with_verdict_series_base_and_targets(void **state)
{
	CLEANUP(free_ptr) char *text = text_for(pass_with_fixes(), false);
	static const char first[] =
		"verdict: pass: the series breaks nothing\n"
		"series:  dma: tidy up (2 patches)\n"
		"         Message-ID: <cover@sample.invalid>\n"
		"base:    linux-source-6.1 6.1.192-2, 000000000000, without a fix\n"
		"tested:  virt:     1 suite, 2 tests pass (the base: crashed, 1 cut off, 1 pass)\n"
		"         smdkc210: 1 suite, 2 tests pass (the base: crashed, 1 cut off, 1 pass)\n"
		"\n";

	(void)state;
	assert_memory_equal(text, first, sizeof(first) - 1);
	expect_text(text, "stored:  feedfacecafe (dmalab show feedfacecafe)");
	assert_null(strchr(text, '\033'));
}

static void text_of_a_fail_names_the_fix_and_where_each_reason_is_to_be_seen(void **state)
{
	CLEANUP(free_ptr) char *text = text_for(fail_with_reasons(), false);

	(void)state;
	expect_text(text, "verdict: fail: new-crash on virt: kernel BUG in list_cut, and 1 more\n");
	expect_text(text, "6.1.192-2, 000000000000, with fix dma-only\n");
	expect_text(text, "\nnew-crash on virt: kernel BUG in list_cut\n    not on smdkc210\n"
			  "    in list_cut\n"
			  "    see line 41 of: dmalab show job-4-virt --log\n");
	expect_text(text, "\nnew-failure on virt: list.del\n    not on smdkc210\n"
			  "    expected 1\n    but got 2\n"
			  "    see line 7 of: dmalab show job-4-virt --log\n");
	expect_text(text, "\nbuild-warning: lib/list.c\n    unused variable\n\n");
	assert_null(strstr(text, "dmalab show build-4")); /* of W=1 no log is kept */
}

static void text_has_a_line_a_target(void **state)
{
	CLEANUP(free_ptr) char *text = text_for(fail_with_reasons(), false);

	(void)state;
	expect_text(text, "tested:  virt:     crashed, 1 fail, 1 missing, 1 pass, 1 skipped "
			  "(the base: 1 suite, 1 test passes)\n"
			  "         smdkc210: 1 suite, 1 test passes\n");
}

static void text_of_a_conflict_says_patch_file_and_hunk(void **state)
{
	CLEANUP(free_ptr) char *text = text_for(conflict(), false);

	(void)state;
	expect_text(text, "(1 patch)\n");
	expect_text(text, "verdict: fail: apply-conflict: patch 1: dma: tidy up\n");
	expect_text(text, "apply-conflict: patch 1: dma: tidy up\n"
			  "    kernel/dma/direct.c: @@ -1,2 +1,2 @@\n"
			  "    error: patch does not apply\n");
	assert_null(strstr(text, "tested:"));
	assert_null(strstr(text, "see:")); /* there is no log of it */
}

static void text_of_a_failed_lab_says_infra_and_gives_no_result(void **state)
{
	CLEANUP(free_ptr) char *text = text_for(infra(), false);

	(void)state;
	expect_text(text, "verdict: none: no verdict: the lab failed, not the series (QEMU is "
			  "missing)\n");
	expect_text(text, "         smdkc210: no result (lab)\n");
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
	expect_text(text, "Message-ID: <no address " EVIL_SHOWN ">\n");
	expect_text(text, "new-failure on virt: list.d l " EVIL_SHOWN "\n    not on smdkc210\n"
			  "    " EVIL_SHOWN "\n    " EVIL_SHOWN "\n    see line 7");
	expect_text(text, "note: " EVIL_SHOWN "\n");
	expect_text(text, "again:   dmalab test --mbox FILE --tree");
	assert_int_equal(utf8_valid(text, strlen(text)), strlen(text));
	for (const char *p = text; *p; p++)
		assert_true(*p == '\n' || (unsigned char)*p >= 0x20);
	assert_null(strstr(text, "\xc2\x9b"));
	assert_null(strstr(text, "\xe2\x80\xae"));
}

/* It is pasted into a shell. */
static void the_command_to_type_quotes_a_strangers_message_id(void **state)
{
	struct test_report r = all_well();
	CLEANUP(free_ptr) char *text = NULL;

	(void)state;
	text_put(&r.series.message_id, "a'$(reboot)`b`;|@x");
	text = text_for(r, false);
	expect_text(text, "again:   b4 am -o - 'a'\\''$(reboot)`b`;|@x' | dmalab test --mbox - "
			  "--tree debian-6.1 ");
}

static void one_of_several_targets_rates_is_told_on_its_own(void **state)
{
	struct test_report r = crash_hides_ten();
	CLEANUP(free_ptr) char *text = NULL;

	(void)state;
	reason_of(&r)->patched = (struct rate){ 4, 7 };
	reason_of(&r)->chance = 1e-9;
	text = text_for(r, false);
	expect_text(text,
		    "    virt: 5 of 5 boots with the series, 0 of 6 without; by luck 1 in "
		    "462\n"
		    "    smdkc210: 4 of 7 boots with the series, 0 of 6 without; by luck less "
		    "than 1 in a million\n");
}

static void text_that_cannot_be_written_is_an_error(void **state)
{
	struct test_report r = pass_with_fixes();
	struct err err = { 0 };
	FILE *f = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(f);
	assert_int_equal(report_text(&r, NULL, f, false, &err), -EIO);
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
		cmocka_unit_test(json_of_a_reason_says_which_patch_and_how_often),
		cmocka_unit_test(json_says_what_changed_and_what_the_version_before_had),
		cmocka_unit_test(json_has_notices_and_says_when_nothing_was_booted),
		cmocka_unit_test(json_of_nothing_is_a_whole_document_without_a_verdict),
		cmocka_unit_test(json_keeps_hostile_text_as_utf8),
		cmocka_unit_test(text_of_a_pass_begins_with_verdict_series_base_and_targets),
		cmocka_unit_test(text_of_a_fail_names_the_fix_and_where_each_reason_is_to_be_seen),
		cmocka_unit_test(text_has_a_line_a_target),
		cmocka_unit_test(text_of_a_conflict_says_patch_file_and_hunk),
		cmocka_unit_test(text_of_a_failed_lab_says_infra_and_gives_no_result),
		cmocka_unit_test(text_of_nothing_is_printed_without_a_crash),
		cmocka_unit_test(text_has_colours_for_the_verdict_only),
		cmocka_unit_test(text_shows_hostile_text_and_does_not_obey_it),
		cmocka_unit_test(the_command_to_type_quotes_a_strangers_message_id),
		cmocka_unit_test(one_of_several_targets_rates_is_told_on_its_own),
		cmocka_unit_test(text_that_cannot_be_written_is_an_error),
		cmocka_unit_test(foreign_text_loses_nothing_that_is_fit_to_be_seen),
		cmocka_unit_test(foreign_utf8_replaces_each_byte_that_is_no_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
