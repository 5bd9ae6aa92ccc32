// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <errno.h>

#include "../fixtures/console/fixture.h"
#include "base/fs.h"
#include "base/mem.h"
#include "console/boot.h"
#include "stage/lab/device.h"
#include "stage/lab/ending.h"
#include "stage/lab/follow.h"

/* --- the end of a job --- */

static void judge(const struct ending *e, struct buf *ret)
{
	char *reason = NULL;

	buf_printf(ret, "outcome: %s\n", job_outcome_name(ending_judge(e, &reason)));
	buf_printf(ret, "reason: %s\n", reason);
	free(reason);
}

/* What comes of a recorded log: LAVA ended by itself, whatever it said. */
static void describe(const char *text, size_t len, struct buf *ret)
{
	struct follow f = { .limit = 1 << 20 };
	struct ending e = { .end = { .end = RUN_EXITED, .status = 1 } };
	struct err err = { 0 };
	char *last;

	assert_int_equal(follow_text(&f, text, len, &err), 0);
	last = follow_last_line(&f);
	e.boot = boot_state(buf_text(&f.console), f.console.len);
	e.has_result = f.has_result;
	e.type = f.result.error_type;
	e.message = f.result.error_msg ? f.result.error_msg : "";
	e.stranger = f.stranger;
	e.console = last;
	judge(&e, ret);
	buf_printf(ret, "boot: %s\n", boot_state_name(e.boot));
	buf_printf(ret, "launched: %s\n", f.launched ? "yes" : "no");
	buf_printf(ret, "said all: %s\n", f.over ? "yes" : "no");
	free(last);
	follow_done(&f);
}

static void every_recorded_job_ends_as_its_fixture_says(void **state)
{
	(void)state;
	fixtures_hold("tests/fixtures/lava/", describe);
}

static void assert_ending(const struct ending *e, enum job_outcome outcome, const char *reason)
{
	char *got = NULL;

	assert_int_equal(ending_judge(e, &got), outcome);
	assert_string_equal(got, reason);
	free(got);
}

static void job_that_was_cancelled_is_no_verdict_whatever_the_console_says(void **state)
{
	struct ending e = { .end = { .end = RUN_CANCELED }, .boot = BOOT_CRASHED, .message = "" };

	(void)state;
	assert_ending(&e, JOB_CANCELED, "the job was canceled");
	e = (struct ending){ .end = { .end = RUN_EXITED, .status = 1 },
			     .boot = BOOT_FINISHED,
			     .has_result = true,
			     .type = "Canceled",
			     .message = "The job was canceled" };
	assert_ending(&e, JOB_CANCELED, "the job was canceled");
}

static void job_that_we_ended_since_all_was_said_is_done(void **state)
{
	const struct ending e = { .said_all = true,
				  .end = { .end = RUN_CANCELED },
				  .boot = BOOT_FINISHED,
				  .message = "" };

	(void)state;
	assert_ending(&e, JOB_DONE, "");
}

static void kernel_that_spoke_is_never_the_labs_fault(void **state)
{
	static const char *const types[] = {
		"Infrastructure", "Configuration", "Bug", "Job", "Test", NULL
	};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct ending e = { .end = { .end = RUN_EXITED, .status = 1 },
				    .boot = BOOT_STARTED,
				    .has_result = true,
				    .type = types[i],
				    .message = "Connection closed" };

		assert_ending(&e, JOB_DONE, "");
		e.has_result = false;
		e.type = NULL;
		e.end = (struct run_result){ .end = RUN_TIMEDOUT };
		assert_ending(&e, JOB_DONE, "");
	}
}

static void silent_kernel_that_ran_out_of_time_is_done(void **state)
{
	struct ending e = { .end = { .end = RUN_EXITED, .status = 1 },
			    .boot = BOOT_SILENT,
			    .has_result = true,
			    .type = "Test",
			    .message = "lava-test-monitor timed out after 20 seconds" };

	(void)state;
	assert_ending(&e, JOB_DONE, "");
	e = (struct ending){ .end = { .end = RUN_TIMEDOUT }, .launched = true, .message = "" };
	assert_ending(&e, JOB_DONE, "");
}

static void lab_that_failed_says_what_to_do(void **state)
{
	struct ending e = { .end = { .end = RUN_EXITED, .status = 1 },
			    .has_result = true,
			    .type = "Infrastructure",
			    .message = "Cannot find command 'qemu-system-arm' in $PATH" };

	(void)state;
	assert_ending(&e, JOB_INFRA,
		      "'qemu-system-arm' is not in the PATH (Debian: apt-get install "
		      "qemu-system-arm)");
	e.message = "Connection closed";
	e.console = "qemu-system-arm: unsupported machine type";
	assert_ending(&e, JOB_INFRA,
		      "LAVA: Infrastructure: Connection closed (qemu-system-arm: unsupported "
		      "machine type)");
	e = (struct ending){ .end = { .end = RUN_EXITED, .status = 1 },
			     .message = "",
			     .stranger = "bwrap: No permissions to create new namespace" };
	assert_ending(&e, JOB_INFRA,
		      "lava-run ended without a result: exit 1: bwrap: No permissions to create "
		      "new namespace");
	e = (struct ending){ .end = { .end = RUN_TIMEDOUT }, .message = "" };
	assert_ending(&e, JOB_INFRA, "lava-run ended without a result: deadline");
}

static void reason_is_one_line_of_bounded_length(void **state)
{
	char message[2000];
	struct ending e = { .has_result = true, .type = "Job", .message = message };
	char *reason = NULL;

	(void)state;
	memset(message, 'x', sizeof(message));
	memcpy(message, "Invalid job data: [\n\n\t'a' \x1b]", 28);
	message[sizeof(message) - 1] = '\0';
	/* The cut falls into characters of two bytes. */
	for (size_t i = 200; i + 2 < sizeof(message); i += 2)
		memcpy(message + i, "\xc3\xa9", 2);
	assert_int_equal(ending_judge(&e, &reason), JOB_INVALID);
	assert_true(strlen(reason) <= 300);
	assert_null(strpbrk(reason, "\n\t\x1b"));
	assert_memory_equal(reason, "LAVA: Job: Invalid job data: [ 'a' ]", 36);
	assert_true((unsigned char)reason[strlen(reason) - 1] == 0xa9);
	free(reason);
}

/* --- following a log --- */

static void console_is_the_same_in_whatever_pieces_the_log_comes(void **state)
{
	static const size_t pieces[] = { 1, 7, 100, 4096 };
	struct buf file = { 0 };
	struct follow whole = { .limit = 1 << 20 };
	struct err err = { 0 };
	size_t at;

	(void)state;
	fixture_load("tests/fixtures/lava/panic-monitors", &file);
	at = fixture_console(&file);
	assert_int_equal(follow_text(&whole, file.data + at, file.len - at, &err), 0);
	assert_true(whole.over && whole.has_result);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		struct follow f = { .limit = 1 << 20 };

		for (size_t p = at; p < file.len; p += pieces[i]) {
			size_t n = file.len - p < pieces[i] ? file.len - p : pieces[i];

			assert_int_equal(follow_text(&f, file.data + p, n, &err), 0);
		}
		assert_int_equal(f.console.len, whole.console.len);
		assert_memory_equal(f.console.data, whole.console.data, f.console.len);
		assert_true(f.over && f.has_result);
		follow_done(&f);
	}
	follow_done(&whole);
	buf_done(&file);
}

static void console_beyond_its_limit_is_cut_with_a_note_and_ends_the_job(void **state)
{
	static const char line[] = "{\"lvl\": \"target\", \"msg\": \"0123456789\"}\n";
	struct follow f = { .limit = 100 };
	struct err err = { 0 };

	(void)state;
	for (int i = 0; i < 9; i++)
		assert_int_equal(follow_text(&f, line, strlen(line), &err), 0);
	assert_false(f.over);
	assert_int_equal(f.console.len, 99);
	for (int i = 0; i < 9; i++)
		assert_int_equal(follow_text(&f, line, strlen(line), &err), 0);
	assert_true(f.over && f.cut);
	assert_string_equal(f.console.data + 99,
			    "=== dmalab: the console is longer than 100 bytes; cut\n");
	follow_done(&f);
}

#define LAVA(level, text) "{\"lvl\": \"" level "\", \"msg\": \"" text "\"}\n"
#define KERNEL(text)	  LAVA("target", "[    1.000000] " text)

/* What was on the board before: the last job's end. */
static const char old_kernel[] = KERNEL("Linux version 5") KERNEL("Kernel panic - not syncing: x")
	KERNEL("---[ end Kernel panic - not syncing: x ]---") LAVA("target", "=== LAB TESTS DONE");

static void take(struct follow *f, const char *text)
{
	struct err err = { 0 };

	assert_int_equal(follow_text(f, text, strlen(text), &err), 0);
}

static void kernel_that_was_on_the_board_before_counts_for_nothing(void **state)
{
	char *dir = folder_make(), *path = mem_printf("%s/log", dir);
	struct follow f = { 0 };
	struct job j = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(fs_write(path, "", 0, &err), 0);
	assert_int_equal(follow_open(dir, 1 << 20, &f, &err), 0);
	take(&f, old_kernel);
	take(&f, LAVA("debug", "start: 2.4.1 reset-device (timeout 00:01:30) [common]"));
	assert_false(f.over);
	take(&f, old_kernel);
	assert_false(f.over);
	/* The reset did not work, or the boot loader cannot be reached. */
	follow_fill(&f, &j);
	assert_int_equal(j.boot, BOOT_SILENT);
	assert_int_equal(j.oopses.n, 0);
	take(&f, LAVA("debug", "start: 2.4.3 bootloader-commands (timeout 00:01:29) [common]"));
	assert_false(f.over);
	take(&f, LAVA("target", "Starting kernel ...") KERNEL("Linux version 6"));
	assert_false(f.over);
	follow_fill(&f, &j);
	assert_int_equal(j.boot, BOOT_STARTED);
	assert_int_equal(j.oopses.n, 0);
	sh(dir,
	   "test \"$(head -n 1 console)\" = 'Starting kernel ...'; test $(wc -l <console) = 2");
	/* LAVA tries again: what the first kernel said stays. */
	take(&f, LAVA("debug", "start: 2.4.1 reset-device (timeout 00:01:30) [common]"));
	take(&f, LAVA("debug", "start: 2.4.3 bootloader-commands (timeout 00:01:29) [common]"));
	take(&f, LAVA("target", "=== LAB TESTS DONE"));
	assert_true(f.over);
	sh(dir, "test $(wc -l <console) = 3");
	follow_done(&f);
	job_done(&j);
	free(path);
	folder_done(dir);
}

/* --- device --- */

static void device_gives_its_qemu_command_in_words(void **state)
{
	struct strv v = { 0 };
	struct err err = { 0 };

	(void)state;
	if (device_command("jobs/devices/smdkc210.yaml", &v, &err) < 0)
		fail_msg("%s", err.msg);
	assert_string_equal(v.v[0], "qemu-system-arm");
	assert_string_equal(v.v[1], "-M");
	assert_string_equal(v.v[2], "smdkc210");
	/* No NIC, on any machine. */
	assert_true(strv_has(&v, "-nic"));
	strv_done(&v);
	assert_int_equal(device_command("jobs/qemu.yaml", &v, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "jobs/qemu.yaml"));
	strv_done(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_recorded_job_ends_as_its_fixture_says),
		cmocka_unit_test(job_that_was_cancelled_is_no_verdict_whatever_the_console_says),
		cmocka_unit_test(job_that_we_ended_since_all_was_said_is_done),
		cmocka_unit_test(kernel_that_spoke_is_never_the_labs_fault),
		cmocka_unit_test(silent_kernel_that_ran_out_of_time_is_done),
		cmocka_unit_test(lab_that_failed_says_what_to_do),
		cmocka_unit_test(reason_is_one_line_of_bounded_length),
		cmocka_unit_test(console_is_the_same_in_whatever_pieces_the_log_comes),
		cmocka_unit_test(console_beyond_its_limit_is_cut_with_a_note_and_ends_the_job),
		cmocka_unit_test(kernel_that_was_on_the_board_before_counts_for_nothing),
		cmocka_unit_test(device_gives_its_qemu_command_in_words),
	};

	return cmocka_run_group_tests_name("lab", tests, NULL, NULL);
}
