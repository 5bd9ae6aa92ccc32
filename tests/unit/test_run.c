// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/eventfd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/fs.h"

static int run(const char *const *argv, int timeout_ms, struct run_result *res, struct err *err)
{
	struct run_spec spec = run_spec_of(argv, timeout_ms);

	spec.grace_ms = 300;
	return run_tool(&spec, res, err);
}

static void a_failing_tool_is_a_result(void **state)
{
	const char *argv[] = { "sh", "-c", "exit 3", NULL };
	struct run_result res;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(run(argv, 5000, &res, &err), 0);
	assert_int_equal(res.end, RUN_EXITED);
	assert_int_equal(res.status, 3);
}

static void a_missing_program_is_an_error(void **state)
{
	const char *argv[] = { "no-such-program-here", NULL };
	struct run_result res = { .status = 42 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(run(argv, 5000, &res, &err), -ENOENT);
	assert_int_equal(res.status, 42);
	assert_non_null(strstr(err.msg, "no-such-program-here"));
}

static void a_signal_is_told_from_an_exit(void **state)
{
	const char *argv[] = { "sh", "-c", "kill -9 $$", NULL };
	struct run_result res;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(run(argv, 5000, &res, &err), 0);
	assert_int_equal(res.end, RUN_SIGNALED);
	assert_int_equal(res.status, SIGKILL);
}

/* Dead, reaped or not: an orphan waits for init. */
static int is_gone(int pid)
{
	CLEANUP(buf_done) struct buf stat = { 0 };
	char path[64];
	struct err err = { 0 };

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (fs_read(path, 4096, &stat, &err) < 0)
		return 1;
	return strstr(buf_text(&stat), ") Z ") != NULL;
}

static void the_deadline_ends_the_whole_group(void **state)
{
	const char *argv[] = { "sh", "-c", "sleep 61 & echo $!; sleep 60", NULL };
	struct run_spec spec = run_spec_of(argv, 200);
	CLEANUP(buf_done) struct buf out = { 0 };
	struct run_result res;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(run_capture(&spec, 100, &out, &res, &err), 0);
	assert_int_equal(res.end, RUN_TIMEDOUT);
	assert_true(res.ms < 5000);
	for (int i = 0; i < 500 && !is_gone(atoi(buf_text(&out))); i++)
		usleep(2000); /* SIGKILL was sent; its victim may still be on its way */
	assert_true(is_gone(atoi(buf_text(&out))));
}

static void a_tool_that_ignores_sigterm_is_killed_after_the_grace(void **state)
{
	const char *argv[] = { "sh", "-c", "trap '' TERM; sleep 60 & wait; sleep 60", NULL };
	struct run_result res;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(run(argv, 200, &res, &err), 0);
	assert_int_equal(res.end, RUN_TIMEDOUT);
	assert_in_range(res.ms, 450, 5000);
}

static void a_tool_that_heeds_sigterm_is_given_the_time(void **state)
{
	const char *argv[] = { "sh", "-c", "trap 'echo bye; exit 0' TERM; sleep 60 & wait", NULL };
	struct run_spec spec = run_spec_of(argv, 300);
	CLEANUP(buf_done) struct buf out = { 0 };
	struct run_result res;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(run_capture(&spec, 100, &out, &res, &err), 0);
	assert_int_equal(res.end, RUN_TIMEDOUT);
	assert_string_equal(buf_text(&out), "bye\n");
}

static void a_readable_descriptor_cancels(void **state)
{
	const char *argv[] = { "sleep", "60", NULL };
	CLEANUP(close_fd) int fd = eventfd(1, EFD_CLOEXEC);
	struct run_spec spec = run_spec_of(argv, 60000);
	struct run_result res;
	struct err err = { 0 };

	(void)state;
	spec.cancel_fd = fd;
	assert_int_equal(run_tool(&spec, &res, &err), 0);
	assert_int_equal(res.end, RUN_CANCELED);
	assert_true(res.ms < 5000);
}

static void kept_descriptors_arrive_as_three_and_four(void **state)
{
	const char *argv[] = { "sh", "-c", "cat <&3; cat <&4; test ! -e /dev/fd/5", NULL };
	struct run_spec spec = run_spec_of(argv, 5000);
	CLEANUP(buf_done) struct buf out = { 0 };
	struct run_result res;
	struct err err = { 0 };
	int a[2], b[2];

	(void)state;
	assert_int_equal(pipe2(a, O_CLOEXEC), 0);
	assert_int_equal(pipe2(b, O_CLOEXEC), 0);
	assert_int_equal(write(a[1], "three ", 6), 6);
	assert_int_equal(write(b[1], "four", 4), 4);
	close(a[1]);
	close(b[1]);
	spec.keep_fd[0] = a[0];
	spec.keep_fd[1] = b[0];
	assert_int_equal(run_capture(&spec, 100, &out, &res, &err), 0);
	assert_string_equal(buf_text(&out), "three four");
	assert_int_equal(res.status, 0);
	close(a[0]);
	close(b[0]);
}

static void output_over_the_limit_is_an_error(void **state)
{
	const char *argv[] = { "head", "-c", "1000", "/dev/zero", NULL };
	struct run_spec spec = run_spec_of(argv, 5000);
	CLEANUP(buf_done) struct buf out = { 0 };
	struct run_result res;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(run_capture(&spec, 999, &out, &res, &err), -EFBIG);
	assert_int_equal(out.len, 0);
	assert_int_equal(run_capture(&spec, 1000, &out, &res, &err), 0);
	assert_int_equal(out.len, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failing_tool_is_a_result),
		cmocka_unit_test(a_missing_program_is_an_error),
		cmocka_unit_test(a_signal_is_told_from_an_exit),
		cmocka_unit_test(the_deadline_ends_the_whole_group),
		cmocka_unit_test(a_tool_that_ignores_sigterm_is_killed_after_the_grace),
		cmocka_unit_test(a_tool_that_heeds_sigterm_is_given_the_time),
		cmocka_unit_test(a_readable_descriptor_cancels),
		cmocka_unit_test(kept_descriptors_arrive_as_three_and_four),
		cmocka_unit_test(output_over_the_limit_is_an_error),
	};

	return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
