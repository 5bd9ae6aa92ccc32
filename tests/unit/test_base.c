// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/mem.h"

static char *in(const char *dir, const char *name)
{
	return mem_printf("%s/%s", dir, name);
}

static void expect_file(const char *dir, const char *name, const char *want)
{
	CLEANUP(free_ptr) char *path = in(dir, name);
	CLEANUP(buf_done) struct buf b = { 0 };
	struct err err = { 0 };

	assert_int_equal(fs_read(path, 1 << 20, &b, &err), 0);
	assert_string_equal(buf_text(&b), want);
}

/* --- buf, mem --- */

static void buf_grows_and_stays_terminated(void **state)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	(void)state;
	assert_string_equal(buf_text(&b), "");
	for (int i = 0; i < 3000; i++) {
		buf_printf(&b, "%04d", i);
		assert_true(b.cap > b.len);
	}
	assert_int_equal(b.len, 12000);
	assert_int_equal(strlen(b.data), 12000);
	assert_memory_equal(b.data + 4 * 2999, "2999", 5);
	buf_add(&b, "\0x", 2); /* bytes, not text */
	assert_int_equal(b.len, 12002);
	assert_int_equal(b.data[12002], 0);
}

static void buf_trim_drops_white_space_at_the_end_only(void **state)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	(void)state;
	buf_trim(&b);
	buf_str(&b, " a b \r\n\t ");
	buf_trim(&b);
	assert_string_equal(buf_text(&b), " a b");
	assert_int_equal(b.len, 4);
}

static void buf_take_of_nothing_is_an_empty_text(void **state)
{
	struct buf b = { 0 };
	CLEANUP(free_ptr) char *s = buf_take(&b);

	(void)state;
	assert_string_equal(s, "");
	assert_null(b.data);
}

static void strv_stays_terminated_over_its_growth(void **state)
{
	CLEANUP(strv_done) struct strv s = { 0 };

	(void)state;
	assert_false(strv_has(&s, "0"));
	for (int i = 0; i < 100; i++) {
		strv_addf(&s, "%d", i);
		assert_true(s.cap > s.n);
		assert_null(s.v[s.n]);
	}
	assert_true(strv_has(&s, "0") && strv_has(&s, "99"));
	assert_false(strv_has(&s, "100"));
}

static void mem_grow_makes_room_for_the_element_and_keeps_the_others(void **state)
{
	size_t cap = 0;
	int *v = NULL;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		v = mem_grow(v, (size_t)i, &cap, sizeof(*v));
		assert_true(cap > (size_t)i);
		v[i] = i;
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(v[i], i);
	free(v);
}

/* --- err --- */

static void err_prefix_puts_the_place_before_the_message(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_equal(err_set(&err, ENOSPC, "no room for %d", 7), -ENOSPC);
	assert_int_equal(err_prefix(&err, "build %s", "x"), -ENOSPC);
	assert_string_equal(err.msg, "build x: no room for 7");
	assert_int_equal(err.code, ENOSPC);
}

static void err_messages_are_cut_and_never_overrun(void **state)
{
	CLEANUP(free_ptr) char *lots = mem_zalloc(5000);
	struct {
		struct err err;
		char behind[16];
	} x = { .behind = "untouched" };

	(void)state;
	memset(lots, 'x', 4999);
	(void)err_set(&x.err, EIO, "%s", lots);
	assert_int_equal(strlen(x.err.msg), sizeof(x.err.msg) - 1);
	assert_int_equal(err_prefix(&x.err, "%s", "where"), -EIO);
	assert_memory_equal(x.err.msg, "where: xxx", 10);
	assert_int_equal(strlen(x.err.msg), sizeof(x.err.msg) - 1);
	assert_int_equal(err_prefix(&x.err, "%s", lots), -EIO); /* all of it is the place */
	assert_int_equal(strlen(x.err.msg), sizeof(x.err.msg) - 1);
	assert_int_equal(x.err.msg[0], 'x');
	assert_string_equal(x.behind, "untouched");
}

static void err_errno_keeps_the_cause_behind_a_long_message(void **state)
{
	CLEANUP(free_ptr) char *lots = mem_zalloc(5000);
	struct err err = { 0 };

	(void)state;
	memset(lots, 'x', 4999);
	assert_int_equal(err_errno(&err, ENOENT, "%s", lots), -ENOENT);
	assert_non_null(strstr(err.msg, ": No such file or directory"));
}

/* --- clock --- */

static void clock_iso_is_utc_with_an_offset(void **state)
{
	char text[CLOCK_ISO_LEN];

	(void)state;
	setenv("TZ", "Asia/Tokyo", 1);
	clock_iso(0, text);
	assert_string_equal(text, "1970-01-01T00:00:00+00:00");
	clock_iso(1795404600, text);
	assert_string_equal(text, "2026-11-23T03:30:00+00:00");
	clock_iso(INT64_MAX, text); /* no such year: empty, not half a date */
	assert_string_equal(text, "");
	unsetenv("TZ");
}

static void clock_boottime_runs_with_an_id_of_the_boot(void **state)
{
	char id[CLOCK_BOOT_LEN], again[CLOCK_BOOT_LEN];
	int64_t a = clock_boottime_ms();
	struct err err = { 0 };

	(void)state;
	assert_true(a >= clock_ms() - 1000); /* time asleep counts */
	assert_int_equal(usleep(2000), 0);
	assert_true(clock_boottime_ms() > a);
	assert_int_equal(clock_boot_id(id, &err), 0);
	assert_int_equal(clock_boot_id(again, &err), 0);
	assert_int_equal(strlen(id), CLOCK_BOOT_LEN - 1);
	assert_string_equal(id, again);
}

static void clock_ms_does_not_go_back(void **state)
{
	int64_t a = clock_ms();

	(void)state;
	usleep(2000);
	assert_true(clock_ms() > a);
}

/* --- hash --- */

static void hash_is_sha256(void **state)
{
	char hex[HASH_HEX_LEN];

	(void)state;
	hash_data("abc", 3, hex);
	assert_string_equal(hex,
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void fields(const char *a, const char *b, const char *c, char *hex)
{
	struct hash h;

	hash_start(&h);
	hash_field(&h, a);
	hash_field(&h, b);
	if (c)
		hash_field(&h, c);
	hash_hex(&h, hex);
}

static void hash_fields_cannot_stand_for_one_another(void **state)
{
	static const char *const sets[][3] = {
		{ "ab", "c", NULL },	   { "a", "bc", NULL },	  { "abc", "", NULL },
		{ "", "abc", NULL },	   { "ab", "c", "" },	  { "a", "b", "c" },
		{ "ab", "1:c", NULL },	   { "2:ab", "c", NULL }, { "ab1:c", "", NULL },
		{ "1:a1:b", "1:c", NULL }, { "a0:b", "c", NULL }, { "a1:b", "c", NULL },
	};
	enum { N = sizeof(sets) / sizeof(*sets) };
	char hex[N][HASH_HEX_LEN];

	(void)state;
	for (size_t i = 0; i < N; i++) {
		fields(sets[i][0], sets[i][1], sets[i][2], hex[i]);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(hex[i], hex[k]);
	}
	fields("ab", "c", NULL, hex[1]);
	assert_string_equal(hex[0], hex[1]);
	fields(NULL, "x", NULL, hex[0]); /* NULL is "" */
	fields("", "x", NULL, hex[1]);
	assert_string_equal(hex[0], hex[1]);
}

static void hash_file_reads_all_of_a_large_file(void **state)
{
	CLEANUP(free_ptr) char *data = mem_zalloc(200001);
	char *dir = folder_make();
	CLEANUP(free_ptr) char *path = in(dir, "f");
	char want[HASH_HEX_LEN], have[HASH_HEX_LEN];
	struct err err = { 0 };

	(void)state;
	data[200000] = 'z'; /* behind NUL bytes and block limits */
	assert_int_equal(fs_write(path, data, 200001, &err), 0);
	hash_data(data, 200001, want);
	assert_int_equal(hash_file(path, have, &err), 0);
	assert_string_equal(have, want);
	assert_int_equal(hash_file(dir, have, &err), -EISDIR);
	folder_done(dir);
}

/* --- fs: reading --- */

static void fs_read_takes_a_file_of_just_the_limit_and_no_more(void **state)
{
	char *dir = folder_make();
	CLEANUP(free_ptr) char *path = in(dir, "f");
	CLEANUP(buf_done) struct buf b = { 0 };
	struct err err = { 0 };

	(void)state;
	buf_str(&b, "before");
	assert_int_equal(fs_write(path, "12345678", 8, &err), 0);
	assert_int_equal(fs_read(path, 7, &b, &err), -EFBIG);
	assert_string_equal(buf_text(&b), "before"); /* untouched by a failure */
	assert_non_null(strstr(err.msg, path));
	assert_int_equal(fs_read(path, 8, &b, &err), 0);
	assert_string_equal(buf_text(&b), "before12345678");
	sh(dir, "head -c 200000 /dev/zero > f");
	assert_int_equal(fs_read(path, 199999, &b, &err), -EFBIG); /* late, and still nothing */
	assert_int_equal(b.len, 14);
	folder_done(dir);
}

static void fs_read_says_what_is_no_file(void **state)
{
	char *dir = folder_make();
	CLEANUP(free_ptr) char *path = in(dir, "none");
	CLEANUP(buf_done) struct buf b = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(fs_read(path, 8, &b, &err), -ENOENT);
	assert_int_equal(fs_read(dir, 8, &b, &err), -EISDIR);
	assert_int_equal(b.len, 0);
	folder_done(dir);
}

static void fs_read_fd_puts_a_pipe_together_from_pieces(void **state)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	struct err err = { 0 };
	int p[2];
	pid_t child;

	(void)state;
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	child = fork();
	if (child == 0) {
		for (int i = 0; i < 5; i++) {
			if (write(p[1], "piece", 5) != 5)
				_exit(1);
			usleep(2000);
		}
		_exit(0);
	}
	close(p[1]);
	assert_int_equal(fs_read_fd(p[0], "pipe", 25, &b, &err), 0);
	assert_string_equal(buf_text(&b), "piecepiecepiecepiecepiece");
	close(p[0]);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

/* --- fs: writing --- */

static void fs_write_puts_a_new_file_in_place_of_the_old_one(void **state)
{
	char *dir = folder_make();
	CLEANUP(free_ptr) char *path = in(dir, "f");
	CLEANUP(close_fd) int old = -1;
	struct err err = { 0 };
	char have[16] = "";

	(void)state;
	assert_int_equal(fs_write(path, "old text", 8, &err), 0);
	old = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(fs_write(path, "new", 3, &err), 0);
	expect_file(dir, "f", "new");
	assert_int_equal(read(old, have, 15), 8); /* whoever reads it reads on in the old one */
	assert_string_equal(have, "old text");
	sh(dir, "test \"$(ls -A)\" = f"); /* no temporary file left */
	folder_done(dir);
}

static void fs_write_that_fails_leaves_the_old_file_and_nothing_else(void **state)
{
	char *dir = folder_make();
	CLEANUP(free_ptr) char *sub = in(dir, "sub");
	CLEANUP(free_ptr) char *deep = in(dir, "none/f");
	struct err err = { 0 };

	(void)state;
	sh(dir, "mkdir sub && echo kept > sub/f");
	assert_int_equal(fs_write(sub, "x", 1, &err), -EISDIR); /* rename onto a folder */
	sh(dir, "test \"$(ls -A)\" = sub");
	assert_int_equal(fs_copy("/dev/null", sub, &err), -EISDIR);
	assert_int_equal(fs_write(deep, "x", 1, &err), -ENOENT);
	sh(dir, "test \"$(ls -A)\" = sub && test \"$(cat sub/f)\" = kept");
	folder_done(dir);
}

static void fs_write_does_not_write_through_a_link(void **state)
{
	char *dir = folder_make();
	CLEANUP(free_ptr) char *link = in(dir, "link");
	struct err err = { 0 };

	(void)state;
	sh(dir, "echo outside > target && ln -s target link");
	assert_int_equal(fs_write(link, "x", 1, &err), 0);
	expect_file(dir, "target", "outside\n");
	expect_file(dir, "link", "x");
	folder_done(dir);
}

static void fs_copy_takes_every_byte(void **state)
{
	char *dir = folder_make();
	CLEANUP(free_ptr) char *from = in(dir, "from");
	CLEANUP(free_ptr) char *to = in(dir, "to");
	struct err err = { 0 };

	(void)state;
	sh(dir, "head -c 300001 /dev/urandom > from; echo old > to");
	assert_int_equal(fs_copy(from, to, &err), 0);
	sh(dir, "cmp from to");
	assert_int_equal(fs_copy(dir, to, &err), -EISDIR); /* half a copy is none */
	sh(dir, "cmp from to; test \"$(ls -A | wc -l)\" = 2");
	folder_done(dir);
}

/* --- fs: folders --- */

static void fs_mkdirs_makes_the_way_and_is_content_with_what_is_there(void **state)
{
	char *dir = folder_make();
	CLEANUP(free_ptr) char *deep = in(dir, "a//b/c/");
	CLEANUP(free_ptr) char *through_file = in(dir, "file/x");
	struct err err = { 0 };

	(void)state;
	assert_int_equal(fs_mkdirs(deep, &err), 0);
	assert_int_equal(fs_mkdirs(deep, &err), 0);
	sh(dir, "test -d a/b/c && touch file");
	assert_int_equal(fs_mkdirs(through_file, &err), -ENOTDIR);
	folder_done(dir);
}

static void fs_rmtree_takes_all_below_and_nothing_besides(void **state)
{
	char *dir = folder_make();
	CLEANUP(free_ptr) char *tree = in(dir, "tree");
	struct err err = { 0 };

	(void)state;
	sh(dir, "mkdir -p tree/a/b beside; touch tree/a/b/f tree/.hidden beside/kept;"
		"ln -s ../beside tree/link; ln -s ../../beside/kept tree/a/file;"
		"ln -s nowhere tree/dangling; mkfifo tree/a/pipe");
	assert_int_equal(fs_rmtree(tree, &err), 0);
	sh(dir, "test ! -e tree && test -f beside/kept");
	assert_int_equal(fs_rmtree(tree, &err), 0); /* missing is fine */
	folder_done(dir);
}

static void fs_rmtree_of_a_link_takes_the_link(void **state)
{
	char *dir = folder_make();
	CLEANUP(free_ptr) char *link = in(dir, "link");
	struct err err = { 0 };

	(void)state;
	sh(dir, "mkdir beside; touch beside/kept; ln -s beside link");
	assert_int_equal(fs_rmtree(link, &err), 0);
	sh(dir, "test ! -L link && test -f beside/kept");
	folder_done(dir);
}

static void fs_which_finds_programs_as_execvp_does(void **state)
{
	char *dir = folder_make();
	CLEANUP(free_ptr) char *old = mem_strdup(getenv("PATH"));
	CLEANUP(free_ptr) char *path = mem_printf("/nonexistent:%s/first:%s/second", dir, dir);
	CLEANUP(free_ptr) char *want = in(dir, "second/tool");
	CLEANUP(free_ptr) char *found = NULL;

	(void)state;
	sh(dir, "mkdir first second; touch first/tool second/tool; chmod +x second/tool");
	setenv("PATH", path, 1);
	found = fs_which("tool");
	assert_null(fs_which("no-such-tool"));
	setenv("PATH", old, 1);
	assert_non_null(found);
	assert_string_equal(found, want); /* first/tool cannot be run */
	folder_done(dir);
}

/* --- fs: locks --- */

static void fs_lock_is_held_by_one(void **state)
{
	char *dir = folder_make();
	CLEANUP(free_ptr) char *path = in(dir, "lock");
	struct err err = { 0 };
	int a, b;

	(void)state;
	a = fs_lock(path, false, &err);
	assert_true(a >= 0);
	assert_int_equal(fs_lock(path, false, &err), -EWOULDBLOCK);
	assert_int_equal(err.code, EWOULDBLOCK);
	close(a);
	b = fs_lock(path, false, &err);
	assert_true(b >= 0);
	close(b);
	folder_done(dir);
}

static void fs_lock_lives_on_in_a_tool_that_inherits_it(void **state)
{
	char *dir = folder_make();
	CLEANUP(free_ptr) char *path = in(dir, "lock");
	const char *argv[] = { "sleep", "30", NULL };
	struct run_spec spec = run_spec_of(argv, 60000);
	struct run heir = { 0 };
	struct err err = { 0 };
	int fd;

	(void)state;
	fd = fs_lock(path, false, &err);
	spec.keep_fd[0] = fd;
	assert_int_equal(run_start(&spec, &heir, &err), 0);
	close(fd);
	assert_int_equal(fs_lock(path, false, &err), -EWOULDBLOCK);
	run_abandon(&heir);
	fd = fs_lock(path, false, &err);
	assert_true(fd >= 0);
	close(fd);
	folder_done(dir);
}

static void fs_lock_is_not_inherited_by_other_tools(void **state)
{
	char *dir = folder_make();
	CLEANUP(free_ptr) char *path = in(dir, "lock");
	const char *argv[] = { "sleep", "30", NULL };
	struct run_spec spec = run_spec_of(argv, 60000);
	struct run stranger = { 0 };
	struct err err = { 0 };
	int fd;

	(void)state;
	fd = fs_lock(path, false, &err);
	assert_int_equal(run_start(&spec, &stranger, &err), 0);
	close(fd);
	fd = fs_lock(path, false, &err);
	assert_true(fd >= 0);
	close(fd);
	run_abandon(&stranger);
	folder_done(dir);
}

static void fs_lock_waits_for_its_holder(void **state)
{
	char *dir = folder_make();
	CLEANUP(free_ptr) char *path = in(dir, "lock");
	struct err err = { 0 };
	int ready[2], fd;
	int64_t began;
	pid_t child;
	char c;

	(void)state;
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	child = fork();
	if (child == 0) {
		if (fs_lock(path, false, &err) < 0 || write(ready[1], "x", 1) != 1)
			_exit(1);
		usleep(200000);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	began = clock_ms();
	fd = fs_lock(path, true, &err);
	assert_true(fd >= 0);
	assert_true(clock_ms() - began >= 100);
	close(fd);
	close(ready[0]);
	close(ready[1]);
	assert_int_equal(waitpid(child, NULL, 0), child);
	folder_done(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buf_grows_and_stays_terminated),
		cmocka_unit_test(buf_trim_drops_white_space_at_the_end_only),
		cmocka_unit_test(buf_take_of_nothing_is_an_empty_text),
		cmocka_unit_test(strv_stays_terminated_over_its_growth),
		cmocka_unit_test(mem_grow_makes_room_for_the_element_and_keeps_the_others),
		cmocka_unit_test(err_prefix_puts_the_place_before_the_message),
		cmocka_unit_test(err_messages_are_cut_and_never_overrun),
		cmocka_unit_test(err_errno_keeps_the_cause_behind_a_long_message),
		cmocka_unit_test(clock_iso_is_utc_with_an_offset),
		cmocka_unit_test(clock_boottime_runs_with_an_id_of_the_boot),
		cmocka_unit_test(clock_ms_does_not_go_back),
		cmocka_unit_test(hash_is_sha256),
		cmocka_unit_test(hash_fields_cannot_stand_for_one_another),
		cmocka_unit_test(hash_file_reads_all_of_a_large_file),
		cmocka_unit_test(fs_read_takes_a_file_of_just_the_limit_and_no_more),
		cmocka_unit_test(fs_read_says_what_is_no_file),
		cmocka_unit_test(fs_read_fd_puts_a_pipe_together_from_pieces),
		cmocka_unit_test(fs_write_puts_a_new_file_in_place_of_the_old_one),
		cmocka_unit_test(fs_write_that_fails_leaves_the_old_file_and_nothing_else),
		cmocka_unit_test(fs_write_does_not_write_through_a_link),
		cmocka_unit_test(fs_copy_takes_every_byte),
		cmocka_unit_test(fs_mkdirs_makes_the_way_and_is_content_with_what_is_there),
		cmocka_unit_test(fs_rmtree_takes_all_below_and_nothing_besides),
		cmocka_unit_test(fs_rmtree_of_a_link_takes_the_link),
		cmocka_unit_test(fs_which_finds_programs_as_execvp_does),
		cmocka_unit_test(fs_lock_is_held_by_one),
		cmocka_unit_test(fs_lock_lives_on_in_a_tool_that_inherits_it),
		cmocka_unit_test(fs_lock_is_not_inherited_by_other_tools),
		cmocka_unit_test(fs_lock_waits_for_its_holder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
