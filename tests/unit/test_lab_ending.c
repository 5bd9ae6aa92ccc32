// SPDX-License-Identifier: GPL-2.0-or-later
/* What is made of a LAVA server's job that is over: by rules, and with recorded jobs. */
#include "unit.h"

#include <dirent.h>

#include "../fixtures/console/fixture.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "stage/lab/answer.h"
#include "stage/lab/follow.h"
#include "stage/lab/log.h"

/* --- by rules --- */

/* A job that LAVA ended by itself. */
struct told {
	enum lava_health health;
	const char *type, *message; /* type NULL: passed; "" no case "job" */
	enum boot_state boot;
	const char *last; /* of the console */
	enum job_outcome outcome;
	const char *reason;
};

static void assert_judged(const struct lab_end *e, const struct console_end *c,
			  enum job_outcome outcome, const char *reason)
{
	char *got = NULL;
	enum job_outcome o = server_ending_judge(e, c, &got);

	if (o != outcome || strcmp(got, reason) != 0)
		fail_msg("%s \"%s\", not %s \"%s\"", job_outcome_name(o), got,
			 job_outcome_name(outcome), reason);
	free(got);
}

static struct lava_job job_on(const char *device, enum lava_health health)
{
	return (struct lava_job){ .id = 92,
				  .description = (char *)(uintptr_t) "key",
				  .device = (char *)(uintptr_t)device,
				  .state = LAVA_FINISHED,
				  .health = health,
				  .submitted = 1000,
				  .started = 1010,
				  .ended = 1100 };
}

static void assert_told(const struct told *t)
{
	struct lava_job job = job_on("xu3-01", t->health);
	const struct lava_word word = {
		.has = !t->type || t->type[0],
		.error_type = t->type && t->type[0] ? (char *)(uintptr_t)t->type : NULL,
		.error_msg = (char *)(uintptr_t)t->message,
		.runs = 1,
	};
	const struct lab_end e = { .lab = "big", .listed = &job, .word = &word, .queue_s = 60 };

	assert_judged(&e, &(struct console_end){ .boot = t->boot, .last = t->last }, t->outcome,
		      t->reason);
}

static void every_ending_of_lava_is_the_kernels_or_the_labs_by_the_table(void **state)
{
	static const struct told table[] = {
		/* A kernel that finished or crashed is done, whatever LAVA calls it. */
		{ LAVA_COMPLETE, NULL, NULL, BOOT_FINISHED, NULL, JOB_DONE, "" },
		{ LAVA_COMPLETE, NULL, NULL, BOOT_CRASHED, NULL, JOB_DONE, "" },
		{ LAVA_INCOMPLETE, "Infrastructure", "Connection closed", BOOT_CRASHED, NULL,
		  JOB_DONE, "" },
		{ LAVA_INCOMPLETE, "Infrastructure", "Connection closed", BOOT_FINISHED, NULL,
		  JOB_DONE, "" },
		{ LAVA_INCOMPLETE, "", NULL, BOOT_CRASHED, NULL, JOB_DONE, "" },
		{ LAVA_CANCELED, "Canceled", "The job was canceled", BOOT_FINISHED, NULL, JOB_DONE,
		  "" },
		/* One that hung had its time. */
		{ LAVA_INCOMPLETE, "Test", "lava-test-monitor timed out after 30 seconds",
		  BOOT_STARTED, NULL, JOB_DONE, "" },
		{ LAVA_INCOMPLETE, "Job", "auto-login-action timed out after 40 seconds",
		  BOOT_STARTED, NULL, JOB_DONE, "" },
		{ LAVA_COMPLETE, NULL, NULL, BOOT_STARTED, NULL, JOB_DONE, "" },
		/* Or had not. */
		{ LAVA_INCOMPLETE, "Infrastructure", "Connection closed", BOOT_STARTED,
		  "[ 1.0] usb", JOB_INFRA,
		  "lab big, device xu3-01: Infrastructure: Connection closed ([ 1.0] usb)" },
		{ LAVA_INCOMPLETE, "Bug", "list index out of range", BOOT_STARTED, NULL, JOB_INFRA,
		  "lab big, device xu3-01: Bug: list index out of range" },
		{ LAVA_INCOMPLETE, "", NULL, BOOT_STARTED, NULL, JOB_INFRA,
		  "lab big, device xu3-01: LAVA ended the job 92 without a result" },
		{ LAVA_UNKNOWN, "", NULL, BOOT_SILENT, NULL, JOB_INFRA,
		  "lab big, device xu3-01: LAVA ended the job 92 without a result" },
		{ LAVA_CANCELED, "Canceled", "The job was canceled", BOOT_STARTED, NULL, JOB_INFRA,
		  "lab big, device xu3-01: canceled by somebody else" },
		/* A kernel that never spoke, though LAVA waited for it. */
		{ LAVA_INCOMPLETE, "Test", "lava-test-monitor timed out after 30 seconds",
		  BOOT_SILENT, "Starting kernel ...", JOB_DONE, "" },
		{ LAVA_INCOMPLETE, "Job", "auto-login-action timed out after 40 seconds",
		  BOOT_SILENT, "Starting kernel ...", JOB_DONE, "" },
		{ LAVA_INCOMPLETE, "Test", "no result", BOOT_SILENT, NULL, JOB_DONE, "" },
		{ LAVA_COMPLETE, NULL, NULL, BOOT_SILENT, NULL, JOB_DONE, "" },
		/* What comes before the kernel is the lab's. */
		{ LAVA_INCOMPLETE, "Job", "bootloader-interrupt timed out after 30 seconds",
		  BOOT_SILENT, NULL, JOB_INFRA,
		  "lab big, device xu3-01: Job: bootloader-interrupt timed out after 30 seconds" },
		{ LAVA_INCOMPLETE, "Job", "http-download timed out after 30 seconds", BOOT_SILENT,
		  NULL, JOB_INFRA,
		  "lab big, device xu3-01: Job: http-download timed out after 30 seconds" },
		{ LAVA_INCOMPLETE, "Infrastructure", "Unable to reboot: 'pdu reset' failed",
		  BOOT_SILENT, NULL, JOB_INFRA,
		  "lab big, device xu3-01: Infrastructure: Unable to reboot: 'pdu reset' failed" },
		/* Files that the workers cannot fetch are the lab's, a wrong job is not. */
		{ LAVA_INCOMPLETE, "Job",
		  "Invalid job data: [\"Resource unavailable at 'http://h/k' (404)\"]\n",
		  BOOT_SILENT, NULL, JOB_INFRA,
		  "lab big, device xu3-01: Job: Invalid job data: "
		  "[\"Resource unavailable at 'http://h/k' (404)\"]" },
		{ LAVA_INCOMPLETE, "Job",
		  "Invalid job data: ['1.4.1 http-download: job timed out after 300 seconds']\n",
		  BOOT_SILENT, NULL, JOB_INFRA,
		  "lab big, device xu3-01: Job: Invalid job data: "
		  "['1.4.1 http-download: job timed out after 300 seconds']" },
		{ LAVA_INCOMPLETE, "Job", "Invalid job data: [\"Unable to get 'http://h/k': x\"]",
		  BOOT_SILENT, NULL, JOB_INFRA,
		  "lab big, device xu3-01: Job: Invalid job data: [\"Unable to get 'http://h/k': "
		  "x\"]" },
		{ LAVA_INCOMPLETE, "Job", "Invalid job data: ['Unknown compression']", BOOT_SILENT,
		  NULL, JOB_INVALID,
		  "lab big, device xu3-01: Job: Invalid job data: ['Unknown compression']" },
		{ LAVA_INCOMPLETE, "Configuration", "commands not specified in boot parameters",
		  BOOT_SILENT, NULL, JOB_INVALID,
		  "lab big, device xu3-01: Configuration: commands not specified in boot "
		  "parameters" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		assert_told(&table[i]);
}

static void job_that_never_got_a_device_says_how_long_it_waited(void **state)
{
	const struct console_end none = { .boot = BOOT_SILENT };
	const struct lava_word word = { 0 };
	struct lava_job job = job_on("", LAVA_CANCELED);
	struct lab_end e = { .lab = "big", .listed = &job, .word = &word, .queue_s = 100 };

	(void)state;
	assert_judged(&e, &none, JOB_INFRA, "lab big: waited 100 s in its queue for a device");
	job.ended = 1099;
	assert_judged(&e, &none, JOB_INFRA, "lab big: canceled by somebody else");
}

static void job_that_we_canceled_is_no_verdict_unless_all_was_said(void **state)
{
	const struct lava_word word = { .has = true,
					.error_type = (char *)(uintptr_t) "Canceled",
					.error_msg = (char *)(uintptr_t) "" };
	struct lava_job job = job_on("d", LAVA_CANCELED);
	struct lab_end e = { .lab = "big", .listed = &job, .word = &word, .canceled_by_us = true };
	struct console_end c = { .boot = BOOT_STARTED };

	(void)state;
	assert_judged(&e, &c, JOB_CANCELED, "the job was canceled");
	c.boot = BOOT_CRASHED;
	assert_judged(&e, &c, JOB_CANCELED, "the job was canceled");
	c.said_all = true;
	assert_judged(&e, &c, JOB_DONE, "");
}

static void job_that_outlived_our_deadline_is_the_kernels_where_one_ran(void **state)
{
	struct lava_job job = job_on("d", LAVA_UNKNOWN);
	struct lab_end e = { .lab = "big", .listed = &job, .canceled_by_us = true, .late = true };
	struct console_end c = { .boot = BOOT_STARTED };

	(void)state;
	job.state = LAVA_RUNNING;
	assert_judged(&e, &c, JOB_DONE, "");
	c.boot = BOOT_SILENT;
	assert_judged(&e, &c, JOB_INFRA, "lab big, device d: the job 92 did not end in its time");
	e.unfetched = true;
	assert_judged(&e, &c, JOB_INFRA,
		      "lab big, device d: LAVA looked in vain for the job's files: do its workers "
		      "reach files_url?");
	c.launched = true;
	assert_judged(&e, &c, JOB_DONE, "");
	e.listed = NULL;
	c.launched = false;
	assert_judged(&e, &c, JOB_INFRA, "lab big: the server has the job no longer");
}

static void log_of_two_runs_is_nobodys_verdict(void **state)
{
	const struct lava_word word = { .has = true, .runs = 2 };
	struct lava_job job = job_on("d", LAVA_COMPLETE);
	const struct lab_end e = { .lab = "big", .listed = &job, .word = &word };
	const struct console_end c = { .boot = BOOT_FINISHED, .said_all = true };

	(void)state;
	assert_judged(&e, &c, JOB_INFRA,
		      "lab big, device d: its worker ran the job 2 times, and the log is of all of "
		      "them");
}

/* --- a log and its end --- */

#define LINE(text)                                                                                 \
	"- {\"dt\": \"2026-11-23T01:00:00\", \"lvl\": \"target\", \"msg\": \"" text "\"}\n"

static bool looks(struct lab_log *l, const char *text)
{
	CLEANUP(free_ptr)
	char *line = mem_printf("- {\"dt\": \"2026-11-23T01:00:00\", \"lvl\": \"info\", "
				"\"msg\": \"%s\"}\n",
				text);
	struct err err = { 0 };

	assert_int_equal(lab_log_add(l, line, strlen(line), &err), 0);
	return lab_log_validates(l);
}

static void log_tells_how_long_lava_looks_for_files(void **state)
{
	struct lab_log *l = NULL;
	struct err err = { 0 };
	char *dir = folder_make();

	(void)state;
	assert_int_equal(lab_log_open(dir, 1 << 20, &l, &err), 0);
	assert_false(looks(l, "lava-dispatcher, installed at version: 2023.01"));
	assert_true(looks(l, "start: 0 validate"));
	assert_true(looks(l, "Validating that http://h/k exists"));
	assert_false(looks(l, "validate duration: 0.12"));
	assert_false(looks(l, "start: 1 deployimages (timeout 00:01:00) [common]"));
	lab_log_freep(&l);
	folder_done(dir);
}

static void log_becomes_a_job_with_its_console_and_tests(void **state)
{
	static const char text[] = LINE("[    0.0] Linux version 6.1.0") LINE("KTAP version 1")
		LINE("1..1") LINE("    KTAP version 1") LINE("    # Subtest: s") LINE("    1..1")
			LINE("    ok 1 c") LINE("ok 1 s") LINE("=== LAB TESTS DONE");
	const struct lava_word word = { .has = true, .runs = 1 };
	struct lava_job listed = job_on("d", LAVA_COMPLETE);
	struct job j = { .reason = mem_strdup("") };
	struct lab_log *l = NULL;
	struct err err = { 0 };
	char *dir = folder_make(), *console = mem_printf("%s/console", dir);
	size_t half = strlen(text) / 2;

	(void)state;
	assert_int_equal(lab_log_open(dir, 1 << 20, &l, &err), 0);
	assert_int_equal(lab_log_add(l, text, half, &err), 0);
	assert_int_equal(lab_log_add(l, text + half, strlen(text) - half, &err), 0);
	assert_int_equal(lab_log_finish(l,
					&(struct lab_end){ .lab = "big",
							   .listed = &listed,
							   .word = &word,
							   .canceled_by_us = true },
					&j, &err),
			 0);
	assert_int_equal(j.outcome, JOB_DONE);
	assert_string_equal(j.reason, "");
	assert_int_equal(j.boot, BOOT_FINISHED);
	assert_int_equal(j.duration_ms, 90000);
	assert_string_equal(j.console, console);
	assert_int_equal(j.tests.n, 1);
	sh(dir, "test \"$(tail -n 1 console)\" = '=== LAB TESTS DONE'");
	lab_log_freep(&l);
	job_done(&j);
	free(console);
	folder_done(dir);
}

/* --- recorded jobs --- */

struct recorded {
	const char *name;
	enum job_outcome outcome;
	enum boot_state boot;
	const char *reason; /* a part of it */
};

/* Kernels of another init than ours: none of them says that its tests are over. */
static const struct recorded recorded[] = {
	{ "badargs", JOB_INFRA, BOOT_SILENT,
	  "Infrastructure: Connection closed (qemu-system-arm:" },
	{ "badmethod", JOB_INVALID, BOOT_SILENT, "Configuration: commands not specified" },
	{ "boothang", JOB_DONE, BOOT_STARTED, "" },
	{ "bootpanic", JOB_DONE, BOOT_CRASHED, "" },
	{ "bootpanic-halt", JOB_DONE, BOOT_CRASHED, "" },
	{ "cancel", JOB_INFRA, BOOT_STARTED, "canceled by somebody else" },
	{ "cancel-queued", JOB_INFRA, BOOT_SILENT, "lab x: canceled by somebody else" },
	{ "jobtimeout", JOB_DONE, BOOT_STARTED, "" },
	{ "kernel404", JOB_INFRA, BOOT_SILENT, "Resource unavailable at" },
	{ "lavarun-killed", JOB_INFRA, BOOT_STARTED, "without a result" },
	{ "monitor", JOB_DONE, BOOT_STARTED, "" },
	{ "pass", JOB_DONE, BOOT_STARTED, "" },
	{ "queue-timeout", JOB_INFRA, BOOT_SILENT, "lab x: waited 21 s in its queue" },
	{ "quick", JOB_DONE, BOOT_STARTED, "" },
	{ "raise", JOB_DONE, BOOT_STARTED, "" },
	{ "refused", JOB_INFRA, BOOT_SILENT, "timed out after 300 seconds" },
	{ "server-restart", JOB_DONE, BOOT_STARTED, "" },
	{ "testfail", JOB_DONE, BOOT_STARTED, "" },
	{ "testhang", JOB_DONE, BOOT_STARTED, "" },
	{ "testoops-kmsg", JOB_DONE, BOOT_CRASHED, "" },
	{ "testpanic", JOB_DONE, BOOT_CRASHED, "" },
	{ "testpanic-halt", JOB_DONE, BOOT_CRASHED, "" },
	{ "worker-db-lost", JOB_INFRA, BOOT_STARTED, "ran the job 2 times" },
};

static void load(const char *folder, const char *name, struct buf *ret)
{
	char *path = mem_printf("%s/%s", folder, name);

	fixture_load(path, ret);
	free(path);
}

static void read_word(const char *folder, struct lava_word *ret)
{
	struct answer_page page;
	struct buf b = { 0 };
	struct err err = { 0 };
	int64_t newest = 0;

	load(folder, "tests.json", &b);
	if (answer_word(buf_text(&b), b.len, &page, &newest, ret, &err) < 0)
		fail_msg("%s: %s", folder, err.msg);
	buf_done(&b);
}

static void read_listed(const char *folder, struct lava_job_list *ret)
{
	const struct job_want any = { 0 };
	struct answer_page page;
	struct buf b = { 0 }, list = { 0 };
	struct err err = { 0 };

	load(folder, "job.json", &b);
	buf_printf(&list, "{\"count\":1,\"next\":null,\"results\":[%s]}", buf_text(&b));
	if (answer_jobs(buf_text(&list), list.len, &any, &page, ret, &err) < 0)
		fail_msg("%s: %s", folder, err.msg);
	assert_int_equal(ret->n, 1);
	buf_done(&b);
	buf_done(&list);
}

static int recorded_holds(const char *folder, const struct recorded *want)
{
	struct lava_word word = { 0 };
	struct lava_job_list listed = { 0 };
	struct job j = { .reason = mem_strdup("") };
	struct lab_log *l = NULL;
	struct buf log = { 0 };
	struct err err = { 0 };
	char *dir = folder_make();
	int right;

	read_word(folder, &word);
	read_listed(folder, &listed);
	load(folder, "logs.yaml", &log);
	assert_int_equal(lab_log_open(dir, 1 << 20, &l, &err), 0);
	assert_int_equal(lab_log_add(l, buf_text(&log), log.len, &err), 0);
	assert_int_equal(lab_log_finish(l,
					&(struct lab_end){ .lab = "x",
							   .listed = &listed.v[0],
							   .word = &word,
							   .queue_s = 20 },
					&j, &err),
			 0);
	right = j.outcome == want->outcome && j.boot == want->boot &&
		(want->reason[0] ? strstr(j.reason, want->reason) != NULL : !j.reason[0]);
	if (!right)
		print_error("%s: %s, %s, \"%s\"\n", folder, job_outcome_name(j.outcome),
			    boot_state_name(j.boot), j.reason);
	lab_log_freep(&l);
	lava_word_done(&word);
	lava_job_list_done(&listed);
	job_done(&j);
	buf_done(&log);
	folder_done(dir);
	return right;
}

static void recorded_jobs_of_a_server_end_right(void **state)
{
	int wrong = 0;

	(void)state;
	if (access("../shared/samples/lava-server/jobs", R_OK) < 0)
		skip(); /* they are not part of this repository */
	for (size_t i = 0; i < sizeof(recorded) / sizeof(*recorded); i++) {
		char *folder =
			mem_printf("../shared/samples/lava-server/jobs/%s", recorded[i].name);

		wrong += !recorded_holds(folder, &recorded[i]);
		free(folder);
	}
	assert_int_equal(wrong, 0);
}

/* What a server would have said of a job that lava-run ran: LAVA's result is the log's. */
static void as_a_server_job(const char *text, size_t len, struct buf *ret)
{
	struct follow f = { .limit = 1 << 20 };
	struct lava_job listed = job_on("d", LAVA_INCOMPLETE);
	struct job j = { .reason = mem_strdup("") };
	struct lab_log *l = NULL;
	struct lava_word word;
	struct err err = { 0 };
	char *dir = folder_make();

	assert_int_equal(follow_text(&f, text, len, &err), 0);
	word = (struct lava_word){ .has = f.has_result,
				   .error_type = f.result.error_type,
				   .error_msg = f.result.error_msg };
	assert_int_equal(lab_log_open(dir, 1 << 20, &l, &err), 0);
	assert_int_equal(lab_log_add(l, text, len, &err), 0);
	assert_int_equal(
		lab_log_finish(l, &(struct lab_end){ .lab = "x", .listed = &listed, .word = &word },
			       &j, &err),
		0);
	buf_printf(ret, "outcome: %s\n", job_outcome_name(j.outcome));
	lab_log_freep(&l);
	follow_done(&f);
	job_done(&j);
	folder_done(dir);
}

/* Where a server's job ends otherwise than one of lava-run's. */
static const char *otherwise(const char *name)
{
	static const struct {
		const char *name, *outcome;
	} v[] = {
		/* Here nobody of ours killed it. */
		{ "kkill", "infra" },
		{ "kterm", "infra" },
		/* LAVA says Configuration: that does not pass by itself. */
		{ "bad-device-1", "invalid" },
		{ "bad-device-2", "invalid" },
		{ "bad-device-6", "invalid" },
		/* A worker fetches over a network. */
		{ "http-404", "infra" },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++)
		if (strcmp(v[i].name, name) == 0)
			return v[i].outcome;
	return NULL;
}

static void jobs_of_lava_run_end_alike_on_a_server(void **state)
{
	DIR *folder = opendir("tests/fixtures/lava");
	struct dirent *d;
	int wrong = 0;

	(void)state;
	assert_non_null(folder);
	while ((d = readdir(folder))) {
		struct buf file = { 0 }, got = { 0 }, want = { 0 };
		size_t at;

		if (d->d_name[0] == '.')
			continue;
		load("tests/fixtures/lava", d->d_name, &file);
		at = fixture_console(&file);
		as_a_server_job(file.data + at, file.len - at, &got);
		if (otherwise(d->d_name))
			buf_printf(&want, "outcome: %s\n", otherwise(d->d_name));
		else
			buf_add(&want, file.data, strcspn(file.data, "\n") + 1);
		if (strcmp(buf_text(&got), buf_text(&want)) != 0) {
			print_error("%s: %s", d->d_name, buf_text(&got));
			wrong++;
		}
		buf_done(&file);
		buf_done(&got);
		buf_done(&want);
	}
	closedir(folder);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_ending_of_lava_is_the_kernels_or_the_labs_by_the_table),
		cmocka_unit_test(job_that_never_got_a_device_says_how_long_it_waited),
		cmocka_unit_test(job_that_we_canceled_is_no_verdict_unless_all_was_said),
		cmocka_unit_test(job_that_outlived_our_deadline_is_the_kernels_where_one_ran),
		cmocka_unit_test(log_of_two_runs_is_nobodys_verdict),
		cmocka_unit_test(log_tells_how_long_lava_looks_for_files),
		cmocka_unit_test(log_becomes_a_job_with_its_console_and_tests),
		cmocka_unit_test(jobs_of_lava_run_end_alike_on_a_server),
		cmocka_unit_test(recorded_jobs_of_a_server_end_right),
	};

	return cmocka_run_group_tests_name("lab_ending", tests, NULL, NULL);
}
