// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A power cut keeps what was synced, so the order counts: file, its name, its
 * folder, and only then the row. The calls are seen (and made to fail) here,
 * in front of libc's, for the store and for SQLite alike.
 */
#include "store_fixture.h"

#include <sys/syscall.h>

static struct strv calls; /* "sync PATH", "rename PATH" */
static int fail_at = -1;  /* which sync from now on fails; -1 none */
static bool recording;

int fsync(int fd);
int fdatasync(int fd);
int rename(const char *from, const char *to);

static int sync_seen(int fd, long call)
{
	char link[64], path[512];
	ssize_t n;

	if (!recording)
		return (int)syscall(call, fd);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path));
	strv_addf(&calls, "sync %.*s", (int)(n < 0 ? 0 : n), path);
	if (fail_at >= 0 && fail_at-- == 0) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(call, fd);
}

int fsync(int fd)
{
	return sync_seen(fd, SYS_fsync);
}

int fdatasync(int fd)
{
	return sync_seen(fd, SYS_fdatasync);
}

int rename(const char *from, const char *to)
{
	if (recording)
		strv_addf(&calls, "rename %s", to);
	return (int)syscall(SYS_rename, from, to);
}

static void start_recording(int fail)
{
	strv_done(&calls);
	recording = true;
	fail_at = fail;
}

/* Where in `calls`, from `at` on, the next one is that begins and ends so. */
static size_t next_call(size_t at, const char *head, const char *tail)
{
	for (; at < calls.n; at++) {
		size_t n = strlen(calls.v[at]), t = strlen(tail);

		if (strncmp(calls.v[at], head, strlen(head)) == 0 && n >= t &&
		    strcmp(calls.v[at] + n - t, tail) == 0)
			return at;
	}
	for (size_t i = 0; i < calls.n; i++)
		print_message("%s\n", calls.v[i]);
	fail_msg("no further '%s…%s'", head, tail);
	return at;
}

static void file_then_name_then_folder_then_row(struct fixture *f, const char *folder,
						const char *sha256, const char *suffix)
{
	CLEANUP(free_ptr) char *tmp = mem_printf("sync %s/%s/new.tmp", f->work, folder);
	CLEANUP(free_ptr) char *name = mem_printf("/%s/%.2s/%s%s", folder, sha256, sha256, suffix);
	CLEANUP(free_ptr) char *in = mem_printf("/%s/%.2s", folder, sha256);
	CLEANUP(free_ptr) char *top = mem_printf("/%s", folder);
	size_t at = next_call(0, tmp, "");

	(void)next_call(0, "sync", top);
	at = next_call(at + 1, "rename", name);
	at = next_call(at + 1, "sync", in);
	(void)next_call(at + 1, "sync", "/dmalab.db-wal");
}

static void a_log_is_on_the_disk_before_the_row_that_names_it(void **state)
{
	struct fixture *f = *state;
	CLEANUP(job_done) struct job j = a_job("job-1", "b1b1");

	put_build(f);
	j.console = put_file(f, "console", "text");
	start_recording(-1);
	OK(store_job_put(f->s, &j, &f->err));
	recording = false;
	file_then_name_then_folder_then_row(f, "logs", j.log_sha256, ".zst");
}

static void artifacts_are_on_the_disk_before_the_row_that_names_them(void **state)
{
	struct fixture *f = *state;
	CLEANUP(build_done) struct build b = a_build("b1b1", "c0ffee");

	put_build(f);
	free(put_file(f, "zImage", "the image"));
	b.log = put_file(f, "log", "text");
	b.artifacts = mem_zalloc(sizeof(*b.artifacts));
	b.artifacts[b.n_artifacts++].name = mem_strdup("zImage");
	start_recording(-1);
	OK(store_build_put(f->s, &b, f->build, &f->err));
	recording = false;
	file_then_name_then_folder_then_row(f, "logs", b.log_sha256, ".zst");
	file_then_name_then_folder_then_row(f, "artifacts", b.artifacts[0].sha256, "");
}

static void a_sync_that_fails_is_an_error_and_stores_nothing(void **state)
{
	struct fixture *f = *state;
	CLEANUP(job_done) struct job j = a_job("job-1", "b1b1"), out = { 0 };
	CLEANUP(buf_done) struct buf report = { 0 };
	int failed = 0;

	put_build(f);
	j.console = put_file(f, "console", "text");
	for (;; failed++) {
		int r;

		start_recording(failed);
		r = store_job_put(f->s, &j, &f->err);
		recording = false;
		if (r == 0)
			break;
		assert_int_equal(r, -EIO);
		assert_non_null(strstr(f->err.msg, "job-1"));
		assert_int_equal(store_job_get(f->s, "job-1", &out, &f->err), 0);
		assert_true(fs_exists(j.console));
	}
	assert_true(failed >= 4); /* file, two folders, row */
	FOUND(store_job_get(f->s, "job-1", &out, &f->err));
	assert_int_equal(store_verify(f->s, &report, &f->err), 1);
}

static int forget(void **state)
{
	recording = false;
	strv_done(&calls);
	return teardown(state);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_log_is_on_the_disk_before_the_row_that_names_it),
		CASE(artifacts_are_on_the_disk_before_the_row_that_names_them),
		CASE(a_sync_that_fails_is_an_error_and_stores_nothing),
	};

	return cmocka_run_group_tests_name("store_sync", tests, NULL, NULL);
}
