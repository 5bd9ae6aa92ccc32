// SPDX-License-Identifier: GPL-2.0-or-later
/* A LAVA server by its REST interface: what is asked, and what is made of its answers. */
#include "lava_fixture.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/lab/server.h"

/* --- submit --- */

static bool takes_job(int fd, const char *head, int request)
{
	(void)request;
	if (!asked(head, "/api/v0.2/jobs/ "))
		return answer(fd, "404 Not Found", "", "");
	return answer(fd, "201 Created", "Content-Type: application/json\r\n",
		      "{\"message\":\"job(s) successfully submitted\",\"job_ids\":[92]}");
}

static void job_that_is_sent_has_its_number(void **state)
{
	struct desk d;
	int64_t id = 0;

	(void)state;
	desk_up(&d, takes_job);
	assert_int_equal(lab_server_submit(d.server, "a: \"b\"\n", &id, &d.err), 0);
	assert_int_equal(id, 92);
	assert_asked(&d, "POST /api/v0.2/jobs/ ");
	assert_non_null(strstr(d.lab.server.seen->last, "Content-Type: application/json"));
	assert_int_equal(lab_server_submit(d.server, "a: \xff", &id, &d.err), -EINVAL);
	desk_down(&d);
}

static bool says_what_is_asked(int fd, const char *head, int request)
{
	static const struct {
		const char *status, *type, *body;
	} v[] = {
		{ "400 Bad Request", "application/json",
		  "{\"message\":\"Problem with submitted job data: required key not provided\"}" },
		{ "403 Forbidden", "application/json", "{\"detail\":\"Invalid token.\"}" },
		{ "500 Internal Server Error", "text/html; charset=utf-8", "<html>" },
		{ "200 OK", "text/html", "<html>log in first" },
		{ "201 Created", "application/json", "{\"job_ids\":[1,2]}" },
		{ "201 Created", "application/json", "{\"job_ids\":[\"1\"]}" },
		{ "201 Created", "application/json", "[" },
		{ "415 Unsupported Media Type", "application/json", "{\"detail\":\"x\"}" },
	};
	char field[80];

	(void)head;
	snprintf(field, sizeof(field), "Content-Type: %s\r\n", v[request - 1].type);
	return answer(fd, v[request - 1].status, field, v[request - 1].body);
}

static void refusals_are_told_apart(void **state)
{
	struct desk d;
	int64_t id = 7;

	(void)state;
	desk_up(&d, says_what_is_asked);
	assert_trouble(&d, lab_server_submit(d.server, "a", &id, &d.err), EINVAL,
		       "required key not provided");
	assert_trouble(&d, lab_server_submit(d.server, "a", &id, &d.err), EACCES, d.token);
	assert_trouble(&d, lab_server_submit(d.server, "a", &id, &d.err), EAGAIN, "500");
	assert_trouble(&d, lab_server_submit(d.server, "a", &id, &d.err), EAGAIN, "text/html");
	assert_trouble(&d, lab_server_submit(d.server, "a", &id, &d.err), EBADMSG, "one job");
	assert_trouble(&d, lab_server_submit(d.server, "a", &id, &d.err), EBADMSG, "one job");
	assert_trouble(&d, lab_server_submit(d.server, "a", &id, &d.err), EBADMSG, "no JSON");
	assert_trouble(&d, lab_server_submit(d.server, "a", &id, &d.err), EINVAL, "415");
	assert_int_equal(id, 7);
	assert_int_equal(d.lab.server.seen->requests, 8); /* each was sent once */
	desk_down(&d);
}

/* --- look up and poll --- */

#define TWELVE JOB("12", "key-1", "Running", "Unknown")
#define NINE   JOB("9", "key-1", "Submitted", "Unknown")
#define EIGHT  JOB("8", "key-12", "Submitted", "Unknown")

static bool has_two(int fd, const char *head, int request)
{
	(void)request;
	if (!asked(head, "/api/v0.2/jobs/?description=key-1&submitter__username=ci&"))
		return answer(fd, "404 Not Found", "", "");
	return answer_json(fd, LIST("3", TWELVE "," NINE "," EIGHT));
}

static void jobs_of_a_key_are_only_that_keys_lowest_number_first(void **state)
{
	struct lava_job_list l = { 0 };
	struct desk d;

	(void)state;
	desk_up(&d, has_two);
	assert_int_equal(lab_server_find(d.server, "key-1", &l, &d.err), 0);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.v[0].id, 9);
	assert_int_equal(l.v[1].id, 12);
	assert_int_equal(l.v[1].state, LAVA_RUNNING);
	assert_string_equal(l.v[1].description, "key-1");
	assert_string_equal(l.v[1].device, "");
	assert_int_equal(l.v[1].submitted, 1795396957);
	assert_int_equal(l.v[1].started, 0);
	lava_job_list_done(&l);
	desk_down(&d);
}

/* A server that ignores filters, with more jobs than it shows. */
static bool has_others(int fd, const char *head, int request)
{
	(void)head;
	(void)request;
	return answer_json(fd, LIST("90", JOB("1", "x", "Finished", "Complete")));
}

static void job_is_not_absent_where_the_server_ignores_what_was_asked(void **state)
{
	struct lava_job_list l = { 0 };
	const int64_t id = 5;
	struct desk d;

	(void)state;
	desk_up(&d, has_others);
	assert_trouble(&d, lab_server_find(d.server, "key", &l, &d.err), EBADMSG, "not asked for");
	assert_trouble(&d, lab_server_jobs(d.server, &id, 1, &l, &d.err), EBADMSG, "not asked for");
	assert_int_equal(l.n, 0);
	desk_down(&d);
}

/* Answers with all ids of the question that are even. */
static bool has_even(int fd, const char *head, int request)
{
	const char *at = strstr(head, "id__in=");
	struct buf rows = { 0 }, b = { 0 };
	int n = 0;

	(void)request;
	for (at += strlen("id__in="); *at >= '0' && *at <= '9'; at += *at == ',') {
		char *end;
		long id = strtol(at, &end, 10);

		at = end;
		if (id % 2)
			continue;
		buf_printf(&rows,
			   "%s{\"id\":%ld,\"description\":\"k\",\"state\":\"Finished\","
			   "\"health\":\"Incomplete\",\"actual_device\":\"q-1\","
			   "\"submit_time\":\"2026-11-23T01:22:37Z\","
			   "\"start_time\":\"2026-11-23T02:22:37.1+01:00\","
			   "\"end_time\":\"2026-11-23T01:23:37.999Z\"}",
			   n++ ? "," : "", id);
	}
	buf_printf(&b, "{\"count\":%d,\"results\":[%s]}", n, buf_text(&rows));
	answer_json(fd, buf_text(&b));
	buf_done(&rows);
	buf_done(&b);
	return true;
}

static void jobs_are_asked_for_in_batches_of_fifty(void **state)
{
	struct lava_job_list l = { 0 };
	int64_t ids[120];
	struct desk d;

	(void)state;
	desk_up(&d, has_even);
	for (int i = 0; i < 120; i++)
		ids[i] = i + 1;
	assert_int_equal(lab_server_jobs(d.server, ids, 120, &l, &d.err), 0);
	assert_int_equal(d.lab.server.seen->requests, 3);
	assert_int_equal(l.n, 60);
	assert_int_equal(l.v[0].id, 2);
	assert_int_equal(l.v[59].id, 120);
	assert_int_equal(l.v[0].health, LAVA_INCOMPLETE);
	assert_string_equal(l.v[0].device, "q-1");
	assert_int_equal(l.v[0].started, l.v[0].submitted);
	assert_int_equal(l.v[0].ended - l.v[0].started, 60);
	lava_job_list_done(&l);
	assert_int_equal(lab_server_jobs(d.server, ids, 0, &l, &d.err), 0);
	assert_int_equal(l.n, 0);
	desk_down(&d);
}

static bool has_queue(int fd, const char *head, int request)
{
	(void)request;
	if (asked(head, "/api/v0.2/jobs/?state=Submitted&requested_device_type=qemu&"))
		return answer_json(fd, LIST("17", JOB("1", "x", "Submitted", "Unknown")));
	if (asked(head, "/api/v0.2/jobs/?state=Submitted&requested_device_type=none&"))
		return answer_json(fd, LIST("0", ""));
	return answer_json(fd, LIST("17", JOB("1", "x", "Submitted", "Unknown")));
}

static void queue_of_a_device_type_has_its_length(void **state)
{
	struct desk d;
	int n = -1;

	(void)state;
	desk_up(&d, has_queue);
	assert_int_equal(lab_server_waiting(d.server, "qemu", &n, &d.err), 0);
	assert_int_equal(n, 17);
	assert_int_equal(lab_server_waiting(d.server, "none", &n, &d.err), 0);
	assert_int_equal(n, 0);
	assert_trouble(&d, lab_server_waiting(d.server, "other", &n, &d.err), EBADMSG, "not asked");
	desk_down(&d);
}

/* --- log --- */

#define YAML "Content-Type: application/yaml\r\n"

/* Five lines, the fifth of which is still being written when it is first asked for. */
static bool has_log(int fd, const char *head, int request)
{
	/* As LAVA does, which offers JSON and sends YAML. */
	if (strcasestr(head, "\r\nAccept:") && !strcasestr(head, "\r\nAccept: */*"))
		return answer(fd, "406 Not Acceptable", "Content-Type: application/json\r\n", "{}");
	if (asked(head, "/api/v0.2/jobs/92/logs/?start=0&end="))
		return answer(fd, "200 OK", YAML, "- {1}\n- {2}\n- {3}\n- {4}\n- {\"lvl\"");
	if (asked(head, "/api/v0.2/jobs/92/logs/?start=4&end=") && request < 4)
		return answer(fd, "200 OK", YAML, "- {5}\n");
	return answer(fd, "404 Not Found", "Content-Type: application/json\r\n",
		      "{\"detail\":\"Not found.\"}");
}

static void log_comes_in_whole_lines_each_once(void **state)
{
	struct buf b = { 0 };
	int64_t line = 0;
	struct desk d;

	(void)state;
	desk_up(&d, has_log);
	assert_int_equal(lab_server_log(d.server, 92, &line, &b, &d.err), 0);
	assert_int_equal(line, 4);
	assert_int_equal(lab_server_log(d.server, 92, &line, &b, &d.err), 0);
	assert_int_equal(line, 5);
	assert_int_equal(lab_server_log(d.server, 92, &line, &b, &d.err), 0);
	assert_int_equal(line, 5);
	assert_string_equal(buf_text(&b), "- {1}\n- {2}\n- {3}\n- {4}\n- {5}\n");
	buf_done(&b);
	desk_down(&d);
}

/* As many lines as are asked for, but for a last answer of one. */
static bool has_long_log(int fd, const char *head, int request)
{
	CLEANUP(buf_done) struct buf body = { 0 };
	const char *at = strstr(head, "logs/?start=");
	int start, end;

	(void)request;
	if (!at || sscanf(at, "logs/?start=%d&end=%d ", &start, &end) != 2)
		return answer(fd, "400 Bad Request", "Content-Type: text/plain\r\n", "");
	for (int i = start; i < (start ? start + 1 : end); i++)
		buf_printf(&body, "- {%d}\n", i);
	return answer(fd, "200 OK", YAML, buf_text(&body));
}

static void log_says_whether_there_may_be_more(void **state)
{
	struct buf b = { 0 };
	int64_t line = 0, full;
	struct desk d;

	(void)state;
	desk_up(&d, has_long_log);
	assert_int_equal(lab_server_log(d.server, 92, &line, &b, &d.err), 1);
	assert_true(line > 1);
	full = line;
	assert_int_equal(lab_server_log(d.server, 92, &line, &b, &d.err), 0);
	assert_int_equal(line, full + 1);
	buf_done(&b);
	desk_down(&d);
}

static bool has_page_for_log(int fd, const char *head, int request)
{
	(void)head;
	(void)request;
	return answer(fd, "200 OK", "Content-Type: text/html\r\n", "- no log\n");
}

static void page_of_a_proxy_is_no_log(void **state)
{
	struct buf b = { 0 };
	int64_t line = 0;
	struct desk d;

	(void)state;
	desk_up(&d, has_page_for_log);
	assert_trouble(&d, lab_server_log(d.server, 92, &line, &b, &d.err), EAGAIN, "text/html");
	assert_int_equal(line, 0);
	assert_int_equal(b.len, 0);
	desk_down(&d);
}

/* --- cancel --- */

static bool cancels(int fd, const char *head, int request)
{
	(void)request;
	if (asked(head, "/api/v0.2/jobs/92/cancel/ "))
		return answer_json(fd, "{\"message\":\"Job cancel signal sent.\"}");
	if (asked(head, "/api/v0.2/jobs/93/cancel/ "))
		return answer(fd, "403 Forbidden", "Content-Type: application/json\r\n", "{}");
	return answer(fd, "500 Internal Server Error", "Content-Type: text/html\r\n", "<html>");
}

static void cancel_is_a_get(void **state)
{
	struct desk d;

	(void)state;
	desk_up(&d, cancels);
	assert_int_equal(lab_server_cancel(d.server, 92, &d.err), 0);
	assert_asked(&d, "GET /api/v0.2/jobs/92/cancel/ ");
	assert_trouble(&d, lab_server_cancel(d.server, 93, &d.err), EACCES, "403");
	assert_trouble(&d, lab_server_cancel(d.server, 99999, &d.err), EAGAIN, "500");
	desk_down(&d);
}

/* --- devices --- */

#define DEVICE(name, type, health, worker)                                                         \
	"{\"hostname\":\"" name "\",\"device_type\":\"" type                                       \
	"\",\"state\":\"Idle\",\"health\":\"" health "\",\"worker_host\":" worker "}"
#define WORKER(name, state, health)                                                                \
	"{\"hostname\":\"" name "\",\"state\":\"" state "\",\"health\":\"" health "\"}"

#define Q1 DEVICE("q1", "qemu", "Good", "\"w1\"")
#define X1 DEVICE("x1", "xu3", "Good", "\"w1\"")
#define Q2 DEVICE("q2", "qemu", "Bad", "\"w2\"")
#define Q3 DEVICE("q3", "qemu", "Retired", "null")
#define Q4 DEVICE("q4", "qemu", "Unknown", "null")
#define Q5 DEVICE("q5", "qemu", "Good", "\"w3\"")
#define W1 WORKER("w1", "Online", "Active")
#define W2 WORKER("w2", "Offline", "Active")
#define W3 WORKER("w3", "Online", "Maintenance")

/* Devices come on two pages; `next` leads elsewhere and is nothing to go by. */
static bool has_devices(int fd, const char *head, int request)
{
	static const char next[] = "{\"count\":6,\"next\":\"http://127.0.0.1:1/evil\",\"results\":";

	(void)request;
	if (strstr(head, "/devices/?") && strstr(head, "&offset=0 ")) {
		char page[1000];

		snprintf(page, sizeof(page), "%s[%s]}", next, Q1 "," X1);
		return answer_json(fd, page);
	}
	if (strstr(head, "/devices/?") && strstr(head, "&offset=2 "))
		return answer_json(fd, LIST("6", Q2 "," Q3 "," Q4 "," Q5));
	if (strstr(head, "/workers/?"))
		return answer_json(fd, LIST("3", W1 "," W2 "," W3));
	return answer(fd, "404 Not Found", "", "");
}

static void devices_of_our_types_have_health_and_a_worker_that_answers(void **state)
{
	static const char *const types[] = { "other", "qemu" };
	struct lab_device_list l = { 0 };
	struct desk d;

	(void)state;
	desk_up(&d, has_devices);
	if (lab_server_devices(d.server, types, 2, &l, &d.err) < 0)
		fail_msg("%s", d.err.msg);
	assert_int_equal(l.n, 4);
	assert_string_equal(l.v[0].name, "q1");
	assert_string_equal(l.v[0].lab, "big");
	assert_string_equal(l.v[0].type, "qemu");
	assert_string_equal(l.v[0].worker, "w1");
	assert_true(l.v[0].online && lab_device_is_usable(&l.v[0]));
	assert_string_equal(l.v[1].health, "Bad");
	assert_false(l.v[1].online);
	assert_string_equal(l.v[2].name, "q4");
	assert_string_equal(l.v[2].worker, "");
	assert_false(l.v[2].online || lab_device_is_usable(&l.v[2]));
	assert_string_equal(l.v[3].worker, "w3");
	assert_false(l.v[3].online);
	lab_device_list_done(&l);
	desk_down(&d);
}

static bool never_ends(int fd, const char *head, int request)
{
	(void)head;
	(void)request;
	return answer_json(fd, LIST("1000000", DEVICE("q1", "qemu", "Good", "null")));
}

static void list_without_an_end_is_given_up(void **state)
{
	static const char *const types[] = { "qemu" };
	struct lab_device_list l = { 0 };
	struct desk d;

	(void)state;
	desk_up(&d, never_ends);
	assert_trouble(&d, lab_server_devices(d.server, types, 1, &l, &d.err), EBADMSG,
		       "more than");
	assert_true(d.lab.server.seen->requests <= 100);
	assert_int_equal(l.n, 0);
	desk_down(&d);
}

/* --- LAVA's word --- */

#define CASE(id, name, result, meta)                                                               \
	"{\"id\":" id ",\"name\":\"" name "\",\"result\":\"" result "\",\"metadata\":\"" meta      \
	"\",\"suite\":38}"

#define VALIDATE(id)	CASE(id, "validate", "pass", "case: validate\\ndefinition: lava\\n")
#define OTHERS(id)	CASE(id, "job", "pass", "case: job\\ndefinition: 0_kunit\\n")
#define PASS(id)	CASE(id, "job", "pass", "definition: lava\\n")
#define FAIL(id, words) CASE(id, "job", "fail", "definition: lava\\n" words)
#define BUG(id)		FAIL(id, "error_type: Bug\\n")
#define BROKEN(id)	FAIL(id, "error_msg: Connection closed\\nerror_type: Infrastructure\\n")

static bool has_word(int fd, const char *head, int request)
{
	static const struct {
		const char *path, *answer;
	} v[] = {
		{ "/api/v0.2/jobs/1/tests/?",
		  LIST("3", VALIDATE("1") "," BROKEN("3") "," OTHERS("4")) },
		{ "/api/v0.2/jobs/2/tests/?",
		  LIST("4", PASS("9") "," VALIDATE("1") "," BUG("3") "," VALIDATE("7")) },
		{ "/api/v0.2/jobs/3/tests/?", LIST("1", VALIDATE("1")) },
		{ "/api/v0.2/jobs/4/tests/?", LIST("1", FAIL("1", "")) },
		{ "/api/v0.2/jobs/5/tests/?", LIST("1", CASE("1", "job", "fail", "a: [")) },
	};

	(void)request;
	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++)
		if (asked(head, v[i].path))
			return answer_json(fd, v[i].answer);
	return answer(fd, "404 Not Found", "", "");
}

static void word_is_that_of_lavas_own_suite_and_the_last_one(void **state)
{
	struct lava_word w = { 0 };
	struct desk d;

	(void)state;
	desk_up(&d, has_word);
	assert_int_equal(lab_server_word(d.server, 1, &w, &d.err), 0);
	assert_true(w.has);
	assert_int_equal(w.runs, 1);
	assert_string_equal(w.error_type, "Infrastructure");
	assert_string_equal(w.error_msg, "Connection closed");
	lava_word_done(&w);
	assert_int_equal(lab_server_word(d.server, 2, &w, &d.err), 0);
	assert_true(w.has);
	assert_int_equal(w.runs, 2);
	assert_null(w.error_type);
	assert_null(w.error_msg);
	lava_word_done(&w);
	assert_int_equal(lab_server_word(d.server, 3, &w, &d.err), 0);
	assert_false(w.has);
	lava_word_done(&w);
	/* Failed is not passed, whatever it does not say. */
	assert_int_equal(lab_server_word(d.server, 4, &w, &d.err), 0);
	assert_string_equal(w.error_type, "Unknown");
	lava_word_done(&w);
	assert_trouble(&d, lab_server_word(d.server, 5, &w, &d.err), EBADMSG, "no YAML");
	desk_down(&d);
}

static void token_is_nobody_elses_and_one_line(void **state)
{
	struct lab_server *s = NULL;
	struct desk d;

	(void)state;
	desk_up(&d, cancels);
	assert_int_equal(chmod(d.token, 0644), 0);
	assert_trouble(&d, lab_server_open(&d.config, d.lab.net, &s, &d.err), EACCES, "chmod 600");
	assert_int_equal(chmod(d.token, 0640), 0);
	assert_int_equal(lab_server_open(&d.config, d.lab.net, &s, &d.err), 0);
	lab_server_freep(&s);
	assert_int_equal(fs_write(d.token, "a b\n", 4, &d.err), 0);
	assert_int_equal(chmod(d.token, 0600), 0);
	assert_trouble(&d, lab_server_open(&d.config, d.lab.net, &s, &d.err), EINVAL, "one line");
	assert_int_equal(truncate(d.token, 0), 0);
	assert_trouble(&d, lab_server_open(&d.config, d.lab.net, &s, &d.err), EINVAL, "no token");
	unlink(d.token);
	assert_trouble(&d, lab_server_open(&d.config, d.lab.net, &s, &d.err), ENOENT, d.token);
	assert_null(s);
	desk_down(&d);
}

static void server_that_is_not_there_may_come_back(void **state)
{
	struct desk d;
	int64_t id = 0;

	(void)state;
	desk_up(&d, cancels);
	d.config.url = (char *)"http://127.0.0.1:1";
	assert_trouble(&d, lab_server_submit(d.server, "a", &id, &d.err), EAGAIN, "127.0.0.1:1");
	desk_down(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(job_that_is_sent_has_its_number),
		cmocka_unit_test(refusals_are_told_apart),
		cmocka_unit_test(jobs_of_a_key_are_only_that_keys_lowest_number_first),
		cmocka_unit_test(job_is_not_absent_where_the_server_ignores_what_was_asked),
		cmocka_unit_test(jobs_are_asked_for_in_batches_of_fifty),
		cmocka_unit_test(queue_of_a_device_type_has_its_length),
		cmocka_unit_test(log_comes_in_whole_lines_each_once),
		cmocka_unit_test(log_says_whether_there_may_be_more),
		cmocka_unit_test(page_of_a_proxy_is_no_log),
		cmocka_unit_test(cancel_is_a_get),
		cmocka_unit_test(devices_of_our_types_have_health_and_a_worker_that_answers),
		cmocka_unit_test(list_without_an_end_is_given_up),
		cmocka_unit_test(word_is_that_of_lavas_own_suite_and_the_last_one),
		cmocka_unit_test(token_is_nobody_elses_and_one_line),
		cmocka_unit_test(server_that_is_not_there_may_come_back),
	};

	return cmocka_run_group_tests_name("lab_server", tests, NULL, NULL);
}
