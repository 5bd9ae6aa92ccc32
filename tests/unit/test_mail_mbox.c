// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail_fixture.h"

#include <errno.h>

#include "mail/mbox.h"

static const char from_line[] = "From mboxrd@z Thu Jan  1 00:00:00 1970\n";

static void write_file(const char *path, const struct buf *b)
{
	struct err err = { 0 };

	assert_int_equal(fs_write(path, buf_text(b), b->len, &err), 0);
}

/* All mails of a path, each in brackets. */
static int read_all(const char *path, size_t limit, struct buf *ret, struct err *err)
{
	struct mbox m;
	char *raw;
	size_t len;
	int r = mbox_open(&m, path, limit, err);

	if (r < 0)
		return r;
	while ((r = mbox_next(&m, &raw, &len, err)) > 0) {
		buf_str(ret, "{");
		buf_add(ret, raw, len);
		buf_str(ret, "}");
	}
	mbox_close(&m);
	return r;
}

static void holds(const char *file, const char *want)
{
	struct buf in = { 0 }, got = { 0 }, path = { 0 };
	char *dir = folder_make();
	struct err err = { 0 };

	buf_str(&in, file);
	buf_printf(&path, "%s/box", dir);
	write_file(path.data, &in);
	assert_int_equal(read_all(path.data, 1000, &got, &err), 0);
	assert_string_equal(buf_text(&got), want);
	buf_done(&in);
	buf_done(&got);
	buf_done(&path);
	folder_done(dir);
}

static void mbox_is_cut_at_from_lines_with_a_time(void **state)
{
	(void)state;
	holds("From a@b Thu Jan  1 00:00:00 1970\nA: 1\n\nFrom here on text\nFrom 0:00 x\nFrom "
	      "ten, at 10:20:30 sharp\n\n"
	      "From a@b Fri Jan  2 00:00:00 1970\nA: 2\n\nb\n",
	      "{From a@b Thu Jan  1 00:00:00 1970\nA: 1\n\nFrom here on text\nFrom 0:00 x\nFrom "
	      "ten, at 10:20:30 sharp\n}"
	      "{From a@b Fri Jan  2 00:00:00 1970\nA: 2\n\nb\n}");
}

static void single_mail_is_one_whatever_is_in_it(void **state)
{
	(void)state;
	holds("A: 1\n\nFrom a@b Fri Jan  2 00:00:00 1970\nx\n",
	      "{A: 1\n\nFrom a@b Fri Jan  2 00:00:00 1970\nx\n}");
	holds("\n \nA: 1\n\nx", "{A: 1\n\nx}");
}

static void empty_file_has_no_mail(void **state)
{
	(void)state;
	holds("", "");
	holds("\n\n \n", "");
}

static void mboxrd_gives_from_lines_back(void **state)
{
	(void)state;
	holds("From mboxrd@z Thu Jan  1 00:00:00 1970\nA: 1\n\n>From x\n>>From y\n> From z\n",
	      "{From mboxrd@z Thu Jan  1 00:00:00 1970\nA: 1\n\nFrom x\n>From y\n> From z\n}");
	holds("From a@b Thu Jan  1 00:00:00 1970\nA: 1\n\n>From x\n",
	      "{From a@b Thu Jan  1 00:00:00 1970\nA: 1\n\n>From x\n}");
}

static void maildir_is_read_in_order_and_a_folder_is_none(void **state)
{
	struct buf got = { 0 };
	char *dir = folder_make();
	struct err err = { 0 };

	(void)state;
	sh(dir, "mkdir cur new tmp plain; printf 'A: 1\\n' >cur/1; printf 'A: 2\\n' >cur/2:2,S\n"
		"printf 'A: 3\\n' >new/0; printf 'A: 4\\n' >tmp/9; : >cur/.hidden; : >cur/3\n"
		"ln -s /nonexistent cur/4");
	assert_int_equal(read_all(dir, 1000, &got, &err), 0);
	assert_string_equal(buf_text(&got), "{A: 1\n}{A: 2\n}{A: 3\n}");
	got.len = 0;
	sh(dir, "rm cur/* new/*");
	assert_int_equal(read_all(dir, 1000, &got, &err), 0);
	assert_int_equal(got.len, 0);
	sh(dir, "rm -r cur new");
	assert_int_equal(read_all(dir, 1000, &got, &err), -EISDIR);
	assert_non_null(strstr(err.msg, "no maildir"));
	buf_done(&got);
	folder_done(dir);
}

/* A read of 256 KB ends at each byte of a From line; and before text of a line that looks like one.
 */
static void from_line_is_seen_across_two_reads(void **state)
{
	enum { READ = 256 << 10 };
	struct buf in = { 0 }, got = { 0 }, path = { 0 };
	char *dir = folder_make();
	struct err err = { 0 };

	(void)state;
	buf_printf(&path, "%s/box", dir);
	for (size_t k = 0; k <= strlen(from_line); k++) {
		int middle = k == strlen(from_line);

		in.len = got.len = 0;
		buf_printf(&in, "%sA: 1\n\n", from_line);
		while (in.len < READ - (middle ? 0 : k) - !middle)
			buf_str(&in, "x");
		buf_printf(&in, "%s%sA: 2\n", middle ? "" : "\n", from_line);
		write_file(path.data, &in);
		assert_int_equal(read_all(path.data, 1 << 20, &got, &err), 0);
		assert_int_equal(strstr(got.data + 1, "}{") != NULL, !middle);
	}
	buf_done(&in);
	buf_done(&got);
	buf_done(&path);
	folder_done(dir);
}

static void what_cannot_be_read_is_said(void **state)
{
	struct buf got = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(read_all("/nonexistent/box", 1000, &got, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "/nonexistent/box"));
	assert_int_equal(read_all("/dev/null", 1000, &got, &err), -EINVAL);
}

static void long_mail_is_cut_and_the_next_one_is_whole(void **state)
{
	struct buf in = { 0 }, path = { 0 };
	char *dir = folder_make();
	struct err err = { 0 };
	struct mbox m;
	char *raw;
	size_t len;

	(void)state;
	for (int shape = 0; shape < 2; shape++) {
		in.len = 0;
		buf_printf(&in, "%sA: 1\n\n", from_line);
		for (int i = 0; i < 300000; i++)
			buf_str(&in, shape == 0 ? "0123456789abcde\n" : "0123456789abcdef");
		buf_printf(&in, "\n%sA: 2\n\nend\n", from_line);
		path.len = 0;
		buf_printf(&path, "%s/box", dir);
		write_file(path.data, &in);
		assert_int_equal(mbox_open(&m, path.data, 100000, &err), 0);
		assert_int_equal(mbox_next(&m, &raw, &len, &err), 1);
		assert_int_equal(len, 100001);
		assert_memory_equal(raw, in.data, len);
		assert_true(m.data.cap < 2000000);
		assert_int_equal(mbox_next(&m, &raw, &len, &err), 1);
		assert_int_equal(len, strlen(from_line) + strlen("A: 2\n\nend\n"));
		assert_int_equal(mbox_next(&m, &raw, &len, &err), 0);
		mbox_close(&m);
	}
	buf_done(&in);
	buf_done(&path);
	folder_done(dir);
}

/* However the blocks of a read lie to the mails, the mails are the same. */
static void mails_do_not_depend_on_where_a_read_ends(void **state)
{
	struct buf in = { 0 }, want = { 0 }, path = { 0 }, got = { 0 };
	char *dir = folder_make();
	struct err err = { 0 };

	(void)state;
	buf_printf(&path, "%s/box", dir);
	for (int i = 0; i < 400; i++) {
		size_t at;

		buf_str(&want, "{");
		at = in.len;
		buf_printf(&in, "%sA: %d\n\n", from_line, i);
		for (int k = 0; k < 40 + i % 13; k++)
			buf_printf(&in, "line %d of some text\n", k);
		buf_add(&want, in.data + at, in.len - at);
		buf_str(&want, "}");
		buf_str(&in, "\n");
	}
	write_file(path.data, &in);
	assert_int_equal(read_all(path.data, 1 << 20, &got, &err), 0);
	assert_string_equal(buf_text(&got), buf_text(&want));
	buf_done(&in);
	buf_done(&want);
	buf_done(&got);
	buf_done(&path);
	folder_done(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mbox_is_cut_at_from_lines_with_a_time),
		cmocka_unit_test(single_mail_is_one_whatever_is_in_it),
		cmocka_unit_test(empty_file_has_no_mail),
		cmocka_unit_test(mboxrd_gives_from_lines_back),
		cmocka_unit_test(maildir_is_read_in_order_and_a_folder_is_none),
		cmocka_unit_test(from_line_is_seen_across_two_reads),
		cmocka_unit_test(what_cannot_be_read_is_said),
		cmocka_unit_test(long_mail_is_cut_and_the_next_one_is_whole),
		cmocka_unit_test(mails_do_not_depend_on_where_a_read_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
