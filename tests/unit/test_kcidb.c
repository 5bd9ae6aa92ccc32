// SPDX-License-Identifier: GPL-2.0-or-later
#include "report_fixture.h"

#include "base/hash.h"
#include "report/report.h"

static const json_t *by_id(const json_t *doc, const char *list, const char *id)
{
	const json_t *e, *found = NULL;
	size_t i;

	json_array_foreach(json_object_get(doc, list), i, e)
	{
		if (strcmp(text_of(e, "id"), id) != 0)
			continue;
		assert_null(found); /* each id once */
		found = e;
	}
	if (!found)
		fail_msg("%s: nothing has the id %s", list, id);
	return found;
}

static void check_iso(const char *text)
{
	char rest[8] = "";
	int year, month, day, hour, minute, second;

	assert_int_equal(strlen(text), 25);
	assert_int_equal(sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%7s", &year, &month, &day, &hour,
				&minute, &second, rest),
			 7);
	assert_string_equal(rest, "+00:00");
	assert_int_equal(year, 2026);
}

static void check_status(const json_t *o)
{
	static const char *const words[] = {
		"FAIL", "ERROR", "MISS", "PASS", "DONE", "SKIP", NULL
	};

	assert_true(in_list(words, text_of(o, "status")));
}

/* Ids, origin, and no key that KCIDB 5.3 does not know (kcidb_io/schema/v05_03.py). */
static void check_objects(const json_t *doc, const char *list, const char *const *keys)
{
	const json_t *o, *v;
	const char *key;
	size_t i;

	assert_true(json_is_array(json_object_get(doc, list)));
	json_array_foreach(json_object_get(doc, list), i, o)
	{
		assert_memory_equal(text_of(o, "id"), "dmalab:", 7);
		assert_true(strlen(text_of(o, "id")) > 7);
		assert_string_equal(text_of(o, "origin"), "dmalab");
		(void)by_id(doc, list, text_of(o, "id"));
		json_object_foreach((json_t *)o, key, v)
		{
			if (!in_list(keys, key))
				fail_msg("%s: unknown key '%s'", list, key);
		}
		if (json_object_get(o, "start_time"))
			check_iso(text_of(o, "start_time"));
		if (json_object_get(o, "log_excerpt"))
			assert_true(strlen(text_of(o, "log_excerpt")) <= 16384);
	}
}

static void check_kcidb(const json_t *doc)
{
	static const char *const top[] = { "version", "checkouts", "builds", "tests",
					   "issues",  "incidents", NULL };
	static const char *const checkout[] = {
		"id",	      "origin",	 "tree_name", "git_commit_hash", "patchset_hash",
		"message_id", "comment", "valid",     "log_excerpt",	 "start_time",
		"misc",	      NULL
	};
	static const char *const build[] = { "id",	     "origin",	    "checkout_id",
					     "start_time",   "duration",    "status",
					     "architecture", "compiler",    "command",
					     "config_name",  "log_excerpt", NULL };
	static const char *const test[] = { "id",     "origin",	     "build_id", "path",
					    "status", "environment", "misc",	 NULL };
	static const char *const issue[] = { "id",	   "origin", "version", "comment",
					     "categories", "misc",   NULL };
	static const char *const incident[] = { "id",	    "origin",  "issue_id", "issue_version",
						"build_id", "test_id", "present",  NULL };
	const json_t *version = json_object_get(doc, "version"), *o;
	const char *key;
	size_t i;

	check_values(doc);
	json_object_foreach((json_t *)doc, key, o)
	{
		assert_true(in_list(top, key));
	}
	assert_int_equal(json_integer_value(json_object_get(version, "major")), 5);
	assert_int_equal(json_integer_value(json_object_get(version, "minor")), 3);
	check_objects(doc, "checkouts", checkout);
	check_objects(doc, "builds", build);
	check_objects(doc, "tests", test);
	check_objects(doc, "issues", issue);
	check_objects(doc, "incidents", incident);
	json_array_foreach(json_object_get(doc, "checkouts"), i, o)
	{
		size_t len = strlen(text_of(o, "patchset_hash"));

		assert_true(json_is_boolean(json_object_get(o, "valid")));
		assert_int_equal(strlen(text_of(o, "git_commit_hash")), 40);
		assert_true(len == 0 || len == 64);
		if (json_object_get(o, "message_id"))
			assert_non_null(strchr(text_of(o, "message_id"), '@'));
	}
	json_array_foreach(json_object_get(doc, "builds"), i, o)
	{
		check_status(o);
		(void)by_id(doc, "checkouts", text_of(o, "checkout_id"));
		assert_true(json_is_real(json_object_get(o, "duration")));
	}
	json_array_foreach(json_object_get(doc, "tests"), i, o)
	{
		const char *path = text_of(o, "path");

		check_status(o);
		(void)by_id(doc, "builds", text_of(o, "build_id"));
		assert_int_equal(strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					      "0123456789_-."),
				 strlen(path));
	}
	json_array_foreach(json_object_get(doc, "issues"), i, o)
	{
		assert_true(json_is_integer(json_object_get(o, "version")));
	}
	json_array_foreach(json_object_get(doc, "incidents"), i, o)
	{
		const json_t *is = by_id(doc, "issues", text_of(o, "issue_id"));
		const json_t *shown_by = by_id(doc, "tests", text_of(o, "test_id"));

		assert_true(json_equal(json_object_get(is, "version"),
				       json_object_get(o, "issue_version")));
		assert_string_equal(text_of(shown_by, "build_id"), text_of(o, "build_id"));
		assert_true(json_is_true(json_object_get(o, "present")));
	}
}

/* The document of a report, checked; frees the report. */
static json_t *document_of(struct test_report r)
{
	json_t *doc = report_kcidb(&r, NULL);

	check_kcidb(doc);
	test_report_done(&r);
	return doc;
}

static void kcidb_holds_each_checkout_and_build_once(void **state)
{
	CLEANUP(json_done) json_t *k = document_of(pass_with_fixes());
	const json_t *o;
	struct hash h;
	char hex[HASH_HEX_LEN];

	(void)state;
	assert_int_equal(json_array_size(json_object_get(k, "checkouts")), 3);
	assert_int_equal(json_array_size(json_object_get(k, "builds")), 3);
	o = by_id(k, "checkouts", "dmalab:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
	assert_string_equal(text_of(o, "patchset_hash"), ""); /* the base has no patches */
	assert_null(json_object_get(o, "message_id"));
	o = by_id(k, "checkouts", "dmalab:dddddddddddddddddddddddddddddddddddddddd");
	assert_string_equal(text_of(o, "message_id"), "cover@sample.invalid");
	assert_int_equal(strlen(text_of(o, "patchset_hash")), 64);
	/* in the middle of the series only the first patch lies on the base */
	o = by_id(k, "checkouts", "dmalab:cccccccccccccccccccccccccccccccccccccccc");
	hash_start(&h);
	hash_bytes(&h, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", 65);
	hash_hex(&h, hex);
	assert_string_equal(text_of(o, "patchset_hash"), hex);
	o = json_array_get(json_object_get(k, "builds"), 0);
	assert_string_equal(text_of(o, "start_time"), "2026-11-23T03:30:00+00:00");
	assert_true(json_real_value(json_object_get(o, "duration")) == 1.5);
}

static void kcidb_of_a_series_that_changes_nothing_has_the_base_build_once(void **state)
{
	struct test_report r = report_of("dma-only");

	(void)state;
	checkout_done(&r.patched);
	r.patched = checkout_of('b', "dma-only", true); /* the same tree: the same names */
	build_done(&r.builds[1]);
	r.builds[1] = build_of('2', 'b', BUILD_PASS);
	for (size_t i = 0; i < 2; i++)
		outcome_done(&r.outcomes[i]);
	{
		CLEANUP(json_done) json_t *k = document_of(r);

		assert_int_equal(json_array_size(json_object_get(k, "checkouts")), 2);
		assert_int_equal(json_array_size(json_object_get(k, "builds")), 2);
	}
}

static void kcidb_tells_what_each_test_did_and_which_job_showed_it(void **state)
{
	CLEANUP(json_done) json_t *k = document_of(fail_with_reasons());
	const json_t *t = by_id(k, "tests", "dmalab:444444444444444444444444-virt-kunit.list.del");

	(void)state;
	assert_string_equal(text_of(t, "path"), "kunit.list.del");
	assert_string_equal(text_of(t, "status"), "FAIL");
	assert_string_equal(text_of(json_object_get(t, "environment"), "comment"), "virt");
	assert_string_equal(text_of(json_object_get(t, "misc"), "job"), "job-4-virt");
	assert_string_equal(text_of(json_object_get(t, "misc"), "comment"),
			    "expected 1\nbut got 2");
	t = by_id(k, "tests", "dmalab:444444444444444444444444-virt-boot");
	assert_string_equal(text_of(t, "status"), "FAIL");
	t = by_id(k, "tests", "dmalab:222222222222222222222222-virt-boot");
	assert_string_equal(text_of(t, "status"), "PASS");
	t = by_id(k, "tests", "dmalab:444444444444444444444444-virt-kunit.list.end");
	assert_string_equal(text_of(t, "status"), "MISS");
}

static void kcidb_has_an_issue_once_and_an_incident_for_each_boot_that_showed_it(void **state)
{
	CLEANUP(json_done) json_t *k = document_of(pass_with_fixes());
	const json_t *issues = json_object_get(k, "issues");

	(void)state;
	assert_int_equal(json_array_size(issues), 1);
	assert_string_equal(text_of(json_array_get(issues, 0), "comment"), "BUG: paging request");
	assert_int_equal(json_array_size(json_object_get(k, "incidents")), 2);
}

static void kcidb_of_a_conflict_is_a_checkout_that_is_not_valid(void **state)
{
	CLEANUP(json_done) json_t *k = document_of(conflict());
	const json_t *c = json_array_get(json_object_get(k, "checkouts"), 0);

	(void)state;
	assert_int_equal(json_array_size(json_object_get(k, "checkouts")), 1);
	assert_true(json_is_false(json_object_get(c, "valid")));
	assert_string_equal(text_of(c, "log_excerpt"),
			    "kernel/dma/direct.c: @@ -1,2 +1,2 @@\nerror: patch does not apply");
	assert_null(json_object_get(json_object_get(c, "misc"), "tree_hash"));
	assert_int_equal(json_array_size(json_object_get(k, "builds")), 0);
}

static void kcidb_of_a_failed_lab_blames_no_test(void **state)
{
	CLEANUP(json_done) json_t *k = document_of(infra());
	const json_t *t;
	size_t i, of_lab = 0;

	(void)state;
	json_array_foreach(json_object_get(k, "tests"), i, t)
	{
		assert_string_not_equal(text_of(t, "status"), "FAIL");
		of_lab += strcmp(text_of(t, "status"), "ERROR") == 0;
	}
	assert_int_equal(of_lab, 1);
}

static void kcidb_holds_no_build_that_was_never_begun(void **state)
{
	CLEANUP(json_done) json_t *k = document_of(base_does_not_build());
	const json_t *builds = json_object_get(k, "builds");

	(void)state;
	assert_int_equal(json_array_size(builds), 1);
	assert_string_equal(text_of(json_array_get(builds, 0), "status"), "FAIL");
}

static void kcidb_keeps_hostile_text_within_the_schema(void **state)
{
	CLEANUP(json_done) json_t *k = document_of(hostile());
	const json_t *o;
	size_t i, odd = 0;

	(void)state;
	o = by_id(k, "checkouts", "dmalab:dddddddddddddddddddddddddddddddddddddddd");
	assert_string_equal(text_of(o, "comment"), EVIL_UTF8);
	assert_null(json_object_get(o, "message_id")); /* no e-mail's form */
	assert_string_equal(text_of(json_object_get(o, "misc"), "message_id"),
			    "no address " EVIL_UTF8);
	json_array_foreach(json_object_get(k, "tests"), i, o)
	{
		const json_t *misc = json_object_get(o, "misc");

		if (strcmp(text_of(o, "path"), "kunit.list.d_l__z") != 0)
			continue;
		odd++;
		assert_string_equal(text_of(misc, "path"), "kunit.list.d l/\xef\xbf\xbdz");
		assert_string_equal(text_of(misc, "comment"), EVIL_UTF8);
	}
	assert_int_equal(odd, 1);
}

static void kcidb_cuts_an_excerpt_between_characters(void **state)
{
	struct test_report r = report_of("dma-only");
	struct buf b = { 0 };
	const json_t *builds;
	const char *text;

	(void)state;
	buf_str(&b, "x"); /* so that no cut falls between characters by chance */
	for (int i = 0; i < 10000; i++)
		buf_str(&b, "\xe2\x82\xac"); /* U+20AC */
	r.builds[1].error.excerpt = buf_take(&b);
	{
		CLEANUP(json_done) json_t *k = document_of(r);

		builds = json_object_get(k, "builds");
		text = text_of(json_array_get(builds, 2), "log_excerpt");
		assert_true(strlen(text) > 16000);
		assert_null(strstr(text, "\xef\xbf\xbd"));
		assert_string_equal(text + strlen(text) - 6, "\n[cut]");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kcidb_holds_each_checkout_and_build_once),
		cmocka_unit_test(kcidb_of_a_series_that_changes_nothing_has_the_base_build_once),
		cmocka_unit_test(kcidb_tells_what_each_test_did_and_which_job_showed_it),
		cmocka_unit_test(
			kcidb_has_an_issue_once_and_an_incident_for_each_boot_that_showed_it),
		cmocka_unit_test(kcidb_of_a_conflict_is_a_checkout_that_is_not_valid),
		cmocka_unit_test(kcidb_of_a_failed_lab_blames_no_test),
		cmocka_unit_test(kcidb_holds_no_build_that_was_never_begun),
		cmocka_unit_test(kcidb_keeps_hostile_text_within_the_schema),
		cmocka_unit_test(kcidb_cuts_an_excerpt_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
