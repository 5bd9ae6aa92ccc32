// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <errno.h>

#include "../fixtures/console/fixture.h"
#include "base/mem.h"
#include "console/boot.h"
#include "stage/lab/definition.h"
#include "stage/lab/device.h"
#include "stage/lab/ending.h"
#include "stage/lab/follow.h"
#include "yaml/yaml.h"

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

/* --- job and device --- */

static struct definition plain(void)
{
	return (struct definition){ .template = "jobs/qemu.yaml",
				    .name = "n",
				    .kernel = "/k",
				    .ramdisk = "/r",
				    .dtb = "/d",
				    .cmdline = "console=ttyAMA0 mem=192M@0x40000000",
				    .filter = "",
				    .timeout_s = 30 };
}

/* The job as it reads back. */
static struct yaml *make(const struct definition *d)
{
	struct yaml *y = NULL;
	struct buf b = { 0 };
	struct err err = { 0 };

	if (definition_make(d, &b, &err) < 0 || yaml_parse("job", b.data, b.len, &y, &err) < 0)
		fail_msg("%s", err.msg);
	buf_done(&b);
	return y;
}

static void assert_at(const struct yaml *y, const char *path, const char *text)
{
	const struct yaml_node *n = yaml_find(y, path);

	if (!n)
		fail_msg("no '%s'", path);
	assert_string_equal(yaml_text(n, NULL), text);
}

static void job_has_artefacts_command_line_and_timeouts(void **state)
{
	struct definition d = plain();
	struct yaml *y = make(&d);

	(void)state;
	assert_at(y, "job_name", "n");
	assert_at(y, "actions/0/deploy/images/kernel/url", "file:///k");
	assert_at(y, "actions/0/deploy/images/kernel/image_arg",
		  "-kernel {kernel} -append \"console=ttyAMA0 mem=192M@0x40000000\"");
	assert_at(y, "actions/0/deploy/images/ramdisk/url", "file:///r");
	assert_at(y, "actions/0/deploy/images/dtb/url", "file:///d");
	assert_at(y, "timeouts/job/seconds", "90");
	assert_at(y, "actions/2/test/timeout/seconds", "30");
	/* LAVA calls a hang a pass where the test may take longer than the boot. */
	assert_at(y, "actions/1/boot/timeout/seconds", "40");
	/* What is not set is the template's. */
	assert_at(y, "actions/2/test/monitors/0/start", "Linux version [0-9]");
	yaml_free(&y);
}

static void job_has_a_filter_where_one_is_asked_for_and_no_tree_where_none_is(void **state)
{
	struct definition d = plain();
	struct yaml *y;

	(void)state;
	d.filter = "dma-nopage-*.case_?";
	d.dtb = NULL;
	y = make(&d);
	assert_at(y, "actions/0/deploy/images/kernel/image_arg",
		  "-kernel {kernel} -append \"console=ttyAMA0 mem=192M@0x40000000 "
		  "kunit.filter_glob=dma-nopage-*.case_?\"");
	assert_null(yaml_find(y, "actions/0/deploy/images/dtb"));
	yaml_free(&y);
}

static void odd_names_and_paths_come_out_literally(void **state)
{
	static const char *const odd[] = { "/a b/$(touch x)", "/it's \"q\"",	    "/new\nline: x",
					   "/back\\slash",    "/# - ! & * {k} [l]", "/\xc3\xa9" };
	struct definition d = plain();

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		char *url = mem_printf("file://%s", odd[i]);
		struct yaml *y;

		d.name = d.kernel = odd[i];
		y = make(&d);
		assert_at(y, "job_name", odd[i]);
		assert_at(y, "actions/0/deploy/images/kernel/url", url);
		assert_int_equal(yaml_count(yaml_root(y)), 6);
		yaml_free(&y);
		free(url);
	}
}

static void command_line_that_could_be_taken_apart_is_refused(void **state)
{
	static const char *const lines[] = { "a\" -drive file=/etc/passwd \"", "a\\", "{kernel}",
					     "a\nb", "a\tb" };
	static const char *const filters[] = { "a b", "a\"", "a\n", "$(x)", "{kernel}", "a/b" };
	struct definition d = plain();
	struct buf b = { 0 };
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		d.cmdline = lines[i];
		assert_int_equal(definition_make(&d, &b, &err), -EINVAL);
	}
	d = plain();
	for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++) {
		d.filter = filters[i];
		assert_int_equal(definition_make(&d, &b, &err), -EINVAL);
	}
	assert_int_equal(b.len, 0);
}

static void template_without_an_action_is_named(void **state)
{
	struct definition d = plain();
	struct buf b = { 0 };
	struct err err = { 0 };

	(void)state;
	d.template = "jobs/devices/virt.yaml";
	assert_int_equal(definition_make(&d, &b, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "jobs/devices/virt.yaml: no 'deploy'"));
	d.template = "jobs/nowhere.yaml";
	assert_int_equal(definition_make(&d, &b, &err), -ENOENT);
}

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
		cmocka_unit_test(job_has_artefacts_command_line_and_timeouts),
		cmocka_unit_test(job_has_a_filter_where_one_is_asked_for_and_no_tree_where_none_is),
		cmocka_unit_test(odd_names_and_paths_come_out_literally),
		cmocka_unit_test(command_line_that_could_be_taken_apart_is_refused),
		cmocka_unit_test(template_without_an_action_is_named),
		cmocka_unit_test(device_gives_its_qemu_command_in_words),
	};

	return cmocka_run_group_tests_name("lab", tests, NULL, NULL);
}
