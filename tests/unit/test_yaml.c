// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <errno.h>

#include "base/buf.h"
#include "yaml/yaml.h"

/* The text of a document after `path` was set to `text`, read again. */
static void assert_set(const char *path, const char *text)
{
	static const char base[] = "a: {b: [x, {c: d}], 'n': 5}\ne: f\n";
	struct yaml *y = NULL, *again = NULL;
	struct buf out = { 0 };
	struct err err = { 0 };
	size_t len;
	const char *got;

	assert_int_equal(yaml_parse("t", base, strlen(base), &y, &err), 0);
	if (yaml_set(y, path, text, &err) < 0 || yaml_emit(y, &out, &err) < 0 ||
	    yaml_parse("again", out.data, out.len, &again, &err) < 0)
		fail_msg("%s", err.msg);
	got = yaml_text(yaml_find(again, path), &len);
	assert_non_null(got);
	assert_int_equal(len, strlen(text));
	assert_string_equal(got, text);
	/* Quoted, so that no reader of YAML 1.1 takes it for a number, a date or yes. */
	if (strcmp(text, "0x10") == 0)
		assert_non_null(strstr(out.data, "\"0x10\""));
	yaml_free(&y);
	yaml_free(&again);
	buf_done(&out);
}

static void value_that_is_set_reads_back_literally(void **state)
{
	static const char *const texts[] = {
		"",
		"42",
		"null",
		"~",
		"true",
		"0x10",
		"2026-01-01",
		" lead",
		"trail ",
		"- x",
		"# c",
		"!tag",
		"&a",
		"*a",
		"a: b",
		"{k}",
		"[",
		"%",
		"@",
		"`",
		"\\",
		"\"",
		"'",
		"it's \"quoted\"",
		"a\nb\n",
		"\t",
		"$(touch /tmp/x)",
		"`id`",
		"\x01\x7f\x1b",
		"\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80",
		"---",
		"...",
		"|",
		">",
		"? a",
		",",
	};
	static const char *const paths[] = { "e", "a/b/0", "a/b/1/c", "a/n", "a/new", "new" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		for (size_t k = 0; k < sizeof(paths) / sizeof(*paths); k++)
			assert_set(paths[k], texts[i]);
}

static void edit_that_has_no_place_is_refused(void **state)
{
	static const char base[] = "a: {b: [x]}\n";
	struct yaml *y = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(yaml_parse("t", base, strlen(base), &y, &err), 0);
	assert_int_equal(yaml_set(y, "a/b/1", "v", &err), -ENOENT);
	assert_int_equal(yaml_set(y, "a/b/x", "v", &err), -ENOENT);
	assert_int_equal(yaml_set(y, "a/b/0/c", "v", &err), -ENOENT);
	assert_int_equal(yaml_set(y, "q/b", "v", &err), -ENOENT);
	assert_int_equal(yaml_append(y, "a", "v", &err), -ENOENT);
	assert_int_equal(yaml_remove(y, "a/q", &err), -ENOENT);
	assert_int_equal(yaml_set(y, "a/c", "\xc3", &err), -EILSEQ);
	yaml_free(&y);
}

static void list_grows_and_key_goes(void **state)
{
	static const char base[] = "a: {b: [x]}\nc: 1\n";
	struct yaml *y = NULL, *again = NULL;
	struct buf out = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(yaml_parse("t", base, strlen(base), &y, &err), 0);
	assert_int_equal(yaml_append(y, "a/b", "- y", &err), 0);
	assert_int_equal(yaml_remove(y, "c", &err), 0);
	assert_int_equal(yaml_set_number(y, "a/d", -7, &err), 0);
	assert_int_equal(yaml_set_empty(y, "e", YAML_LIST, &err), 0);
	assert_int_equal(yaml_append(y, "e", "z", &err), 0);
	assert_int_equal(yaml_set_empty(y, "f", YAML_MAP, &err), 0);
	assert_int_equal(yaml_set(y, "f/g", "h", &err), 0);
	assert_int_equal(yaml_set_empty(y, "q/b", YAML_MAP, &err), -ENOENT);
	assert_int_equal(yaml_emit(y, &out, &err), 0);
	assert_int_equal(yaml_parse("again", out.data, out.len, &again, &err), 0);
	assert_string_equal(yaml_text(yaml_find(again, "a/b/1"), NULL), "- y");
	assert_string_equal(yaml_text(yaml_find(again, "a/d"), NULL), "-7");
	assert_string_equal(yaml_text(yaml_find(again, "e/0"), NULL), "z");
	assert_string_equal(yaml_text(yaml_find(again, "f/g"), NULL), "h");
	assert_null(yaml_find(again, "c"));
	assert_non_null(strstr(out.data, ": -7"));
	yaml_free(&y);
	yaml_free(&again);
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(value_that_is_set_reads_back_literally),
		cmocka_unit_test(edit_that_has_no_place_is_refused),
		cmocka_unit_test(list_grows_and_key_goes),
	};

	return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
