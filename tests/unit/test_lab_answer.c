// SPDX-License-Identifier: GPL-2.0-or-later
/* What a LAVA server's answers are read as: of any shape, and as they were recorded. */
#include "lava_fixture.h"

#include <errno.h>

#include "stage/lab/answer.h"

static void answer_that_is_not_lavas_is_refused(void **state)
{
	static const char *const lists[] = {
		"",
		"null",
		"[]",
		"{}",
		"{\"count\":1}",
		"{\"count\":1,\"results\":{}}",
		"{\"count\":-1,\"results\":[]}",
		"{\"count\":\"1\",\"results\":[]}",
		"{\"count\":1,\"results\":[7]}",
		"{\"count\":1,\"results\":[null]}",
		"{\"count\":99999999999999999999999,\"results\":[]}",
		LIST("1", JOB("0", "k", "Running", "Unknown")),
		LIST("1", JOB("\"1\"", "k", "Running", "Unknown")),
		LIST("1", JOB("1.5", "k", "Running", "Unknown")),
		LIST("1", JOB("1", "k", "Runnning", "Unknown")),
		LIST("1", JOB("1", "k", "Running", "")),
		LIST("1", "{\"id\":1,\"state\":\"Running\",\"health\":\"Unknown\"}"),
		LIST("1", "{\"id\":1,\"state\":\"Running\",\"health\":\"Unknown\","
			  "\"submit_time\":\"yesterday\",\"start_time\":null,\"end_time\":null}"),
		LIST("1",
		     "{\"id\":1,\"state\":\"Running\",\"health\":\"Unknown\",\"actual_device\":"
		     "\"a\\u001b[2J\",\"submit_time\":\"2026-11-23T01:22:37Z\","
		     "\"start_time\":null,\"end_time\":null}"),
	};
	const struct job_want any = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		struct lava_job_list l = { 0 };
		struct answer_page page;
		struct err err = { 0 };

		if (answer_jobs(lists[i], strlen(lists[i]), &any, &page, &l, &err) != -EBADMSG)
			fail_msg("taken: %s", lists[i]);
		assert_int_equal(err.code, EBADMSG);
		lava_job_list_done(&l);
	}
}

static void times_are_read_with_their_zone(void **state)
{
	static const char *const none[] = { "",
					    "2026-11-23",
					    "2026-11-23T01:22:37",
					    "2026-11-23T01:22:37.Zx",
					    "2026-11-23T01:22:37+1",
					    "2026-11-23T01:22:37+01:0",
					    "2026-13-23T01:22:37Z",
					    "1900-01-01T00:00:00Z" };

	(void)state;
	assert_int_equal(answer_time("1970-01-01T00:00:10Z"), 10);
	assert_int_equal(answer_time("2026-11-23T01:22:37.450795Z"), 1795396957);
	assert_int_equal(answer_time("2026-11-23T02:22:37+01:00"), 1795396957);
	assert_int_equal(answer_time("2026-11-22T23:52:37.1-01:30"), 1795396957);
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		assert_int_equal(answer_time(none[i]), -1);
}

static void log_is_taken_in_whole_lines_and_no_more_than_are_wanted(void **state)
{
	struct buf b = { 0 };

	(void)state;
	assert_int_equal(answer_log("a\nb\n\nc", 6, 9, &b), 3);
	assert_string_equal(buf_text(&b), "a\nb\n\n");
	assert_int_equal(answer_log("d\ne\nf\n", 6, 2, &b), 2);
	assert_string_equal(buf_text(&b), "a\nb\n\nd\ne\n");
	assert_int_equal(answer_log("g", 1, 2, &b), 0);
	assert_int_equal(answer_log("", 0, 2, &b), 0);
	assert_int_equal(b.len, 9);
	buf_done(&b);
}

/* --- recorded answers --- */

static void recorded(const char *name, struct buf *ret)
{
	char *path = mem_printf("../shared/samples/lava-server/rest/%s.body", name);
	struct err err;

	if (fs_read(path, 1 << 24, ret, &err) < 0)
		fail_msg("%s", err.msg);
	free(path);
}

static void recorded_answers_are_read(void **state)
{
	static const char *const lists[] = { "jobs-list",     "jobs-list-id-in", "find-by-name",
					     "find-vanished", "jobs-page-neg",	 "jobs-end-time" };
	static const char *const types[] = { "qemu" };
	const struct job_want any = { 0 };
	struct lab_device_list devices = { 0 };
	struct strv workers = { 0 };
	struct answer_page page;
	struct buf b = { 0 };
	struct err err = { 0 };
	int64_t id = 0;

	(void)state;
	if (access("../shared/samples/lava-server/rest", R_OK) < 0)
		skip(); /* they are not part of this repository */
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		struct lava_job_list l = { 0 };

		recorded(lists[i], &b);
		if (answer_jobs(buf_text(&b), b.len, &any, &page, &l, &err) < 0)
			fail_msg("%s: %s", lists[i], err.msg);
		assert_true(l.n > 0 && l.n == page.rows && page.others == 0);
		lava_job_list_done(&l);
		buf_done(&b);
	}
	recorded("submit-ok", &b);
	assert_int_equal(answer_submitted(buf_text(&b), b.len, &id, &err), 0);
	assert_int_equal(id, 92);
	buf_done(&b);
	recorded("devices", &b);
	assert_int_equal(answer_devices(buf_text(&b), b.len, "x", types, 1, &page, &devices, &err),
			 0);
	assert_int_equal(devices.n, 2);
	assert_string_equal(devices.v[1].worker, "lab-w1");
	lab_device_list_done(&devices);
	buf_done(&b);
	recorded("workers", &b);
	assert_int_equal(answer_workers(buf_text(&b), b.len, &page, &workers, &err), 0);
	assert_int_equal(workers.n, 1);
	assert_string_equal(workers.v[0], "lab-w1");
	strv_done(&workers);
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answer_that_is_not_lavas_is_refused),
		cmocka_unit_test(times_are_read_with_their_zone),
		cmocka_unit_test(log_is_taken_in_whole_lines_and_no_more_than_are_wanted),
		cmocka_unit_test(recorded_answers_are_read),
	};

	return cmocka_run_group_tests_name("lab_answer", tests, NULL, NULL);
}
