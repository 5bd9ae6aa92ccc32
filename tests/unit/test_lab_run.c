// SPDX-License-Identifier: GPL-2.0-or-later
/* Boots by the driver lava-run with real processes: a lava-run that plays recorded logs, and the
 * real one. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>

#include "base/clock.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/lab/lab.h"

static char *top;	  /* the test's folder */
static char *old_path;	  /* $PATH of the test */
static struct config lab; /* of this repository */

static char *in_top(const char *name)
{
	return mem_printf("%s/%s", top, name);
}

static int set_up(void **state)
{
	static struct target_config target = { .name = (char *)"virt",
					       .device = (char *)"virt.yaml",
					       .job = (char *)"qemu.yaml",
					       .cmdline = (char *)"console=ttyAMA0",
					       .timeout_s = 30 };

	(void)state;
	top = folder_make();
	old_path = mem_strdup(getenv("PATH"));
	lab = (struct config){ .jobs = realpath("jobs", NULL),
			       .targets = &target,
			       .n_targets = 1,
			       .limits = { .console_mb = 1 } };
	sh(top, "mkdir bin \"job \\$(x)'\"; echo k >kernel; echo r >ramdisk");
	return lab.jobs ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	setenv("PATH", old_path, 1);
	free(old_path);
	free(lab.jobs);
	folder_done(top);
	return 0;
}

/* Only these programs are found from now on. */
static void only_programs(const char *names)
{
	char *script = mem_printf("for p in %s; do ln -sf \"$(command -v $p)\" bin/; done", names);
	char *bin = in_top("bin");

	sh(top, script);
	setenv("PATH", bin, 1);
	free(bin);
	free(script);
}

/* A lava-run that gives a recorded log up to `lines`, and goes on as `then` says. */
static void fake_lava(const char *fixture, int lines, const char *then)
{
	char *fixtures = realpath("tests/fixtures/lava", NULL);
	char *bin = in_top("bin");
	char *path = mem_printf("%s:%s", bin, old_path);
	char *script = mem_printf("cat >bin/lava-run <<'END'\n#!/bin/sh\n"
				  "echo left >/var/lib/lava/dispatcher/tmp/left\n"
				  "sed '1,/^$/d' '%s/%s' | head -n %d >&2\n%s\nEND\n"
				  "chmod +x bin/lava-run",
				  fixtures, fixture, lines, then);

	assert_non_null(fixtures);
	sh(top, script);
	setenv("PATH", path, 1);
	free(script);
	free(path);
	free(bin);
	free(fixtures);
}

/* Starts a boot in a folder whose name a shell would take apart. */
static int start(int cancel_fd, struct lab_job *job, struct err *err)
{
	static const struct lab_config local = { .name = (char *)"local", .slots = 1 };
	char *kernel = in_top("kernel"), *ramdisk = in_top("ramdisk");
	char *dir = in_top("job $(x)'");
	const struct lab_order order = { .target = &lab.targets[0],
					 .build_id = "0123456789abcdef",
					 .kernel = kernel,
					 .ramdisk = ramdisk,
					 .filter = "",
					 .dir = dir,
					 .number = 7,
					 .cancel_fd = cancel_fd };
	int r = lab_start(&lab, &local, &order, job, err);

	free(kernel);
	free(ramdisk);
	free(dir);
	return r;
}

static void finish(struct lab_job *job, struct job *ret)
{
	struct err err = { 0 };
	int r;

	do
		r = lab_poll(job, 100, ret, &err);
	while (r == 0);
	if (r < 0)
		fail_msg("%s", err.msg);
	assert_null(job->dir);
}

/* No process has the test's folder in its command line, and LAVA's folder is gone. */
static void assert_nothing_left(void)
{
	sh(top, "test ! -e job*/lava");
	sh(top, "for c in /proc/[0-9]*/cmdline; do case $c in /proc/$$/*) continue;; esac; "
		"if tr '\\0' ' ' <$c 2>/dev/null | grep -q 'SLEEPER'; then exit 1; fi; done");
}

#define SLEEPER "exec -a SLEEPER sleep 100"

static void boot_is_ended_as_soon_as_its_console_said_all(void **state)
{
	struct lab_job running = { 0 };
	struct job j = { 0 };
	struct err err = { 0 };
	int64_t began = clock_ms();

	(void)state;
	/* A child in a session of its own, as pexpect starts QEMU. */
	fake_lava("pass-monitors", 332, "setsid bash -c '" SLEEPER "' & bash -c '" SLEEPER "'");
	if (start(-1, &running, &err) < 0)
		fail_msg("%s", err.msg);
	finish(&running, &j);
	assert_true(clock_ms() - began < 10000);
	assert_int_equal(j.outcome, JOB_DONE);
	assert_string_equal(j.reason, "");
	assert_int_equal(j.boot, BOOT_FINISHED);
	assert_true(j.tests.n > 3);
	assert_string_equal(j.target, "virt");
	assert_string_equal(j.lab, "local");
	assert_string_equal(j.id, "virt-7");
	assert_true(strstr(j.console, "job $(x)'/console") != NULL);
	assert_int_equal(access(j.console, R_OK), 0);
	assert_nothing_left();
	job_done(&j);
}

static void panic_ends_a_boot_and_its_oops_is_read(void **state)
{
	struct lab_job running = { 0 };
	struct job j = { 0 };
	struct err err = { 0 };

	(void)state;
	fake_lava("panic-monitors", 1000, "sleep 100");
	if (start(-1, &running, &err) < 0)
		fail_msg("%s", err.msg);
	finish(&running, &j);
	assert_int_equal(j.outcome, JOB_DONE);
	assert_int_equal(j.boot, BOOT_CRASHED);
	assert_true(j.oopses.n > 0);
	assert_nothing_left();
	job_done(&j);
}

static void boot_that_hangs_has_its_time_from_qemus_start_on_and_no_more(void **state)
{
	struct lab_job running = { 0 };
	struct job j = { 0 };
	struct err err = { 0 };
	int64_t took;

	(void)state;
	fake_lava("hang-monitors", 300, "setsid bash -c '" SLEEPER "' & bash -c '" SLEEPER "'");
	lab.targets[0].timeout_s = 1;
	if (start(-1, &running, &err) < 0)
		fail_msg("%s", err.msg);
	finish(&running, &j);
	lab.targets[0].timeout_s = 30;
	took = j.duration_ms;
	assert_true(took >= 1000 && took < 5000);
	assert_int_equal(j.outcome, JOB_DONE);
	assert_int_equal(j.boot, BOOT_STARTED);
	assert_nothing_left();
	job_done(&j);
}

static void cancelled_boot_leaves_nothing(void **state)
{
	struct lab_job running = { 0 };
	struct job j = { 0 };
	struct err err = { 0 };
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	fake_lava("pass-monitors", 100, "setsid bash -c '" SLEEPER "' & bash -c '" SLEEPER "'");
	if (start(fds[0], &running, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(lab_poll(&running, 300, &j, &err), 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	finish(&running, &j);
	assert_int_equal(j.outcome, JOB_CANCELED);
	assert_nothing_left();
	job_done(&j);
	close(fds[0]);
	close(fds[1]);
}

static void abandoned_boot_leaves_nothing(void **state)
{
	struct lab_job running = { 0 };
	struct job j = { 0 };
	struct err err = { 0 };

	(void)state;
	fake_lava("pass-monitors", 100, "setsid bash -c '" SLEEPER "' & bash -c '" SLEEPER "'");
	if (start(-1, &running, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(lab_poll(&running, 300, &j, &err), 0);
	lab_abandon(&running);
	assert_null(running.dir);
	assert_nothing_left();
	lab_abandon(&running);
}

static void lab_sees_this_machine_read_only_and_no_network(void **state)
{
	struct lab_job running = { 0 };
	struct job j = { 0 };
	struct err err = { 0 };

	(void)state;
	fake_lava("pass-monitors", 1,
		  "touch /etc/dmalab-unit /var/tmp/dmalab-unit ../outside 2>/dev/null && exit 9\n"
		  "grep -v -e lo: -e Inter -e face /proc/self/net/dev | grep -q . && exit 8\n"
		  "test \"$(cat /var/lib/lava/dispatcher/tmp/artifacts/kernel)\" = k || exit 7\n"
		  "echo all is shut >&2");
	if (start(-1, &running, &err) < 0)
		fail_msg("%s", err.msg);
	finish(&running, &j);
	assert_int_equal(j.outcome, JOB_INFRA);
	assert_string_equal(j.reason, "lava-run ended without a result: exit 0: all is shut");
	job_done(&j);
}

static void missing_program_is_named_before_anything_starts(void **state)
{
	struct lab_job running = { 0 };
	struct err err = { 0 };

	(void)state;
	only_programs("bwrap");
	assert_int_equal(start(-1, &running, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "'lava-run' is not in the PATH"));
	assert_null(running.dir);
}

static void missing_qemu_is_the_labs_fault_and_says_what_to_install(void **state)
{
	struct lab_job running = { 0 };
	struct job j = { 0 };
	struct err err = { 0 };

	(void)state;
	only_programs("bwrap lava-run dpkg-query uname");
	if (start(-1, &running, &err) < 0)
		fail_msg("%s", err.msg);
	finish(&running, &j);
	assert_int_equal(j.outcome, JOB_INFRA);
	assert_string_equal(j.reason, "'qemu-system-arm' is not in the PATH (Debian: apt-get "
				      "install qemu-system-arm)");
	assert_int_equal(lab_dump_dtb(&lab, &lab.targets[0], "/dev/null", &err), -ENOENT);
	assert_non_null(strstr(err.msg, "apt-get install qemu-system-arm"));
	job_done(&j);
}

static void qemus_device_tree_is_the_same_each_time(void **state)
{
	char *one = in_top("a,b $(x).dtb"), *two = in_top("two.dtb");
	struct err err = { 0 };

	(void)state;
	if (lab_dump_dtb(&lab, &lab.targets[0], one, &err) < 0 ||
	    lab_dump_dtb(&lab, &lab.targets[0], two, &err) < 0)
		fail_msg("%s", err.msg);
	sh(top, "cmp 'a,b $(x).dtb' two.dtb; test -s two.dtb");
	free(one);
	free(two);
}

static void device_tree_that_qemu_cannot_write_is_an_error_in_its_words(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_equal(lab_dump_dtb(&lab, &lab.targets[0], "/nowhere/x.dtb", &err), -EIO);
	assert_non_null(strstr(err.msg, "/nowhere/x.dtb"));
}

#define REAL(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		REAL(boot_is_ended_as_soon_as_its_console_said_all),
		REAL(panic_ends_a_boot_and_its_oops_is_read),
		REAL(boot_that_hangs_has_its_time_from_qemus_start_on_and_no_more),
		REAL(cancelled_boot_leaves_nothing),
		REAL(abandoned_boot_leaves_nothing),
		REAL(lab_sees_this_machine_read_only_and_no_network),
		REAL(missing_program_is_named_before_anything_starts),
		REAL(missing_qemu_is_the_labs_fault_and_says_what_to_install),
		REAL(qemus_device_tree_is_the_same_each_time),
		REAL(device_tree_that_qemu_cannot_write_is_an_error_in_its_words),
	};

	return cmocka_run_group_tests_name("lab_run", tests, NULL, NULL);
}
