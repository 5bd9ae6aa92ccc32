// SPDX-License-Identifier: GPL-2.0-or-later
/* A POST of which nobody knows whether the LAVA server has it, and whether to send one at all. */
#include "store_fixture.h"

#define ask ask_path /* the store's fixture has one, too */
#include "lava_fixture.h"
#undef ask
#include "base/clock.h"
#include "pipeline/follower_room.h"
#include "store/labs.h"

/* A follower of one submission, posted so many seconds ago. */
struct stand {
	struct fixture *f;
	struct desk desk;
	struct config config;
	struct target_config target;
	struct follower follower;
	struct followed j;
};

static void quiet(void *arg, const char *text)
{
	(void)arg;
	(void)text;
}

static const struct follower_spec spec = { -1, quiet, NULL };

static void stand_up(struct stand *s, struct fixture *f, answer_fn *fn, int posted_s)
{
	const struct submission want = {
		.lab = (char *)"big",
		.target = (char *)"xu3",
		.build_id = (char *)"b1b1",
		.filter = (char *)"",
		.kernel = (char *)"aa.kernel",
		.ramdisk = (char *)"bb.cpio.gz",
		.dtb = (char *)"",
	};
	int64_t num = 0;

	*s = (struct stand){ .f = f };
	put_build(f);
	FOUND(store_submission_want(f->s, &want, &num, &f->err));
	FOUND(store_submission_posting(f->s, num, clock_now() - posted_s, &f->err));
	FOUND(store_submission_get(f->s, num, &s->j.s, &f->err));
	desk_up(&s->desk, fn);
	s->target = (struct target_config){ .name = (char *)"xu3",
					    .lab = (char *)"big",
					    .device_type = (char *)"odroid-xu3" };
	s->config = (struct config){ .targets = &s->target, .n_targets = 1 };
	s->desk.config.slots = 2;
	s->follower = (struct follower){ .config = &s->config,
					 .store = f->s,
					 .lab = &s->desk.config,
					 .spec = &spec,
					 .net = s->desk.lab.net,
					 .server = s->desk.server };
}

static void stand_down(struct stand *s)
{
	submission_done(&s->j.s);
	desk_down(&s->desk);
}

/* Its state in the store. */
static struct submission stored(struct stand *s)
{
	struct submission row = { 0 };

	if (store_submission_get(s->f->s, s->j.s.num, &row, &s->f->err) != 1)
		fail_msg("%s", s->f->err.msg);
	return row;
}

static void find(struct stand *s)
{
	if (followed_find(&s->follower, &s->j, &s->f->err) != 1)
		fail_msg("%s", s->f->err.msg);
}

/* Jobs under the key that is asked for: "NUMBER YEAR STATE" of each. */
static bool answer_jobs(int fd, const char *head, const char *const *jobs, size_t n)
{
	const char *at = strstr(head, "description=");
	CLEANUP(buf_done) struct buf body = { 0 };

	if (!at)
		return answer_json(fd, "{\"message\":\"Job cancel signal sent.\"}");
	at += strlen("description=");
	buf_printf(&body, "{\"count\":%zu,\"next\":null,\"previous\":null,\"results\":[", n);
	for (size_t i = 0; i < n; i++) {
		int id, year;
		char state[16];

		assert_int_equal(sscanf(jobs[i], "%d %d %15s", &id, &year, state), 3);
		buf_printf(&body,
			   "%s{\"id\":%d,\"submitter\":\"ci\",\"description\":\"%.*s\","
			   "\"actual_device\":null,\"submit_time\":\"%d-01-02T03:04:05.678901Z\","
			   "\"start_time\":null,\"end_time\":null,\"state\":\"%s\","
			   "\"health\":\"Unknown\"}",
			   i ? "," : "", id, (int)strcspn(at, "& "), at, year, state);
	}
	buf_str(&body, "]}");
	return answer_json(fd, buf_text(&body));
}

static bool has_one_of_an_earlier_life(int fd, const char *head, int request)
{
	static const char *const jobs[] = { "5 2020 Submitted", "9 2099 Submitted" };

	(void)request;
	return answer_jobs(fd, head, jobs, 2);
}

static void a_job_from_before_a_backup_is_not_taken_for_ours(void **state)
{
	struct stand s;
	struct submission row;

	stand_up(&s, *state, has_one_of_an_earlier_life, 1);
	find(&s);
	row = stored(&s);
	assert_int_equal(row.state, SUBMISSION_QUEUED);
	assert_int_equal(row.lava_id, 9);
	assert_int_equal(s.desk.lab.server.seen->requests, 1); /* and none is cancelled */
	submission_done(&row);
	stand_down(&s);
}

static bool has_three(int fd, const char *head, int request)
{
	static const char *const jobs[] = { "7 2099 Submitted", "8 2099 Finished",
					    "9 2099 Submitted" };

	(void)request;
	return answer_jobs(fd, head, jobs, 3);
}

static void of_doubles_the_first_is_kept_and_others_that_wait_are_cancelled(void **state)
{
	struct stand s;
	struct submission row;

	stand_up(&s, *state, has_three, 1);
	find(&s);
	row = stored(&s);
	assert_int_equal(row.lava_id, 7);
	assert_int_equal(s.desk.lab.server.seen->requests, 2);
	assert_asked(&s.desk, "GET /api/v0.2/jobs/9/cancel/ ");
	submission_done(&row);
	stand_down(&s);
}

static bool has_none(int fd, const char *head, int request)
{
	(void)request;
	return answer_jobs(fd, head, NULL, 0);
}

static void a_post_in_doubt_is_not_sent_again_while_it_may_still_arrive(void **state)
{
	struct stand s;
	struct submission row;

	stand_up(&s, *state, has_none, DOUBT_S - 5);
	find(&s);
	row = stored(&s);
	assert_int_equal(row.state, SUBMISSION_POSTED);
	submission_done(&row);
	stand_down(&s);
}

static void a_post_that_never_arrived_is_to_be_sent_again(void **state)
{
	struct stand s;
	struct submission row;

	stand_up(&s, *state, has_none, DOUBT_S + 5);
	find(&s);
	row = stored(&s);
	assert_int_equal(row.state, SUBMISSION_WANTED);
	submission_done(&row);
	stand_down(&s);
}

static bool fails(int fd, const char *head, int request)
{
	(void)head;
	(void)request;
	return answer(fd, "500 Internal Server Error", "Content-Type: text/html\r\n", "<html>");
}

static void a_server_that_fails_changes_nothing_and_is_left_alone(void **state)
{
	struct stand s;
	struct submission row;

	stand_up(&s, *state, fails, DOUBT_S + 5);
	assert_int_equal(followed_find(&s.follower, &s.j, &s.f->err), 0);
	row = stored(&s);
	assert_int_equal(row.state, SUBMISSION_POSTED);
	assert_true(s.follower.quiet_ms > clock_ms());
	assert_int_not_equal(s.follower.silent_since, 0);
	submission_done(&row);
	stand_down(&s);
}

static void jobs_go_where_a_device_is_well_and_no_more_than_slots(void **state)
{
	struct lab_device v[] = {
		{ .type = (char *)"odroid-xu3", .health = (char *)"Bad", .online = true },
		{ .type = (char *)"qemu", .health = (char *)"Good", .online = true }
	};
	struct followed others[] = { { .s = { .state = SUBMISSION_QUEUED } },
				     { .s = { .state = SUBMISSION_WANTED } },
				     { .s = { .state = SUBMISSION_POSTED } } };
	struct stand s;

	stand_up(&s, *state, has_none, 1);
	s.follower.devices = (struct lab_device_list){ v, 2, 2 };
	assert_false(follower_has_room(&s.follower, &s.j));
	v[0].health = (char *)"Unknown";
	assert_true(follower_has_room(&s.follower, &s.j));
	v[0].online = false;
	assert_false(follower_has_room(&s.follower, &s.j));
	v[0].online = true;
	s.follower.v = others;
	s.follower.n = 2; /* one of them is there */
	assert_true(follower_has_room(&s.follower, &s.j));
	s.follower.n = 3;
	assert_false(follower_has_room(&s.follower, &s.j));
	stand_down(&s);
}

static bool has_a_queue(int fd, const char *head, int request)
{
	(void)request;
	if (asked(head, "/api/v0.2/jobs/?state=Submitted&requested_device_type=odroid-xu3&"))
		return answer_json(fd, "{\"count\":17,\"next\":null,\"previous\":null,\"results\":["
				       "{\"id\":1,\"requested_device_type\":\"odroid-xu3\","
				       "\"submit_time\":\"2026-11-23T01:22:37.450795Z\","
				       "\"start_time\":null,\"end_time\":null,"
				       "\"state\":\"Submitted\",\"health\":\"Unknown\"}]}");
	return answer(fd, "400 Bad Request", "Content-Type: application/json\r\n",
		      "{\"requested_device_type\":[\"Select a valid choice.\"]}");
}

static void jobs_go_behind_no_more_of_others_than_lab_yaml_wants(void **state)
{
	static const char *const types[] = { "odroid-xu3", "none" };
	struct lab_device device = { .type = (char *)"odroid-xu3",
				     .health = (char *)"Good",
				     .online = true };
	struct followed ours = { .s = { .state = SUBMISSION_QUEUED, .target = (char *)"xu3" } };
	struct stand s;

	stand_up(&s, *state, has_a_queue, 1);
	s.follower.devices = (struct lab_device_list){ &device, 1, 1 };
	s.follower.v = &ours;
	s.follower.n = 1;
	for (int i = 0; i < 2; i++) /* the second time it is not due */
		assert_int_equal(follower_count_queues(&s.follower, types, 2, &s.f->err), 0);
	assert_int_equal(s.desk.lab.server.seen->requests, 2);
	assert_int_equal(follower_queued(&s.follower), 17);
	s.desk.config.max_queue = 15;
	assert_false(follower_has_room(&s.follower, &s.j));
	s.desk.config.max_queue = 16;
	assert_true(follower_has_room(&s.follower, &s.j));
	lab_queues_done(&s.follower.queues);
	stand_down(&s);
}

/* As LAVA does: a job with a tag that it does not have makes it fail without a word. */
static bool has_no_camera(int fd, const char *head, int request)
{
	if (strncmp(head, "POST ", 5) == 0)
		return fails(fd, head, request);
	return answer_json(fd, asked(head, "/api/v0.2/tags/?name=camera&") ? LIST("0", "")
									   : LIST("1", "{}"));
}

/* Its one job is sent; what became of it. */
static struct job sent(struct stand *s, const char *tag, int r)
{
	struct fixture *f = s->f;
	struct submission row;
	struct job j = { 0 };

	s->config.jobs = (char *)"jobs";
	s->desk.config.files_url = (char *)"http://agent.example:8090";
	s->desk.config.priority = (char *)"low";
	s->target.job = (char *)"qemu.yaml";
	s->target.cmdline = (char *)"console=ttyAMA0";
	strv_add(&s->target.tags, "usb");
	strv_add(&s->target.tags, tag);
	OK(store_submission_unposted(f->s, s->j.s.num, &f->err));
	assert_int_equal(followed_send(&s->follower, &s->j, &f->err), r);
	row = stored(s);
	if (row.state == SUBMISSION_ENDED)
		FOUND(store_job_get(f->s, row.job_id, &j, &f->err));
	submission_done(&row);
	strv_done(&s->target.tags);
	return j;
}

static void a_job_with_a_tag_that_the_server_has_not_is_at_fault_at_once(void **state)
{
	struct stand s;
	struct job j;

	stand_up(&s, *state, has_no_camera, 1);
	s.config.work_dir = s.desk.dir;
	j = sent(&s, "camera", 1);
	assert_int_equal(j.outcome, JOB_INVALID);
	assert_string_equal(j.reason, "lab big has no tag 'camera', which target xu3 asks for");
	job_done(&j);
	stand_down(&s);
}

static void a_server_that_fails_on_a_job_with_tags_that_it_has_is_asked_again(void **state)
{
	struct stand s;
	struct job j;

	stand_up(&s, *state, has_no_camera, 1);
	j = sent(&s, "serial", 0);
	assert_null(j.id);
	assert_true(s.follower.quiet_ms > clock_ms());
	stand_down(&s);
}

static bool looks_for_files(int fd, const char *head, int request)
{
	(void)request;
	if (asked(head, "/api/v0.2/jobs/9/logs/?start=0&"))
		return answer(fd, "200 OK", "Content-Type: application/yaml\r\n",
			      "- {\"dt\": \"2026-11-23T01:00:00\", \"lvl\": \"info\", "
			      "\"msg\": \"start: 0 validate\"}\n");
	if (asked(head, "/api/v0.2/jobs/9/cancel/"))
		return answer_json(fd, "{\"message\":\"Job cancel signal sent.\"}");
	return answer(fd, "404 Not Found", "Content-Type: application/json\r\n", "{}");
}

static void a_job_whose_files_lava_cannot_get_is_taken_back(void **state)
{
	const struct lava_job listed = {
		.id = 9, .device = (char *)"d", .state = LAVA_RUNNING, .started = clock_now()
	};
	struct stand s;

	stand_up(&s, *state, looks_for_files, 1);
	s.config.work_dir = s.desk.dir;
	s.config.limits.console_mb = 1;
	s.j.s.lava_id = 9;
	assert_int_equal(followed_look(&s.follower, &s.j, &listed, &s.f->err), 1);
	assert_false(s.j.late); /* the endpoint may come back */
	assert_true(s.j.looks_ms > 0);
	s.j.looks_ms -= 121 * 1000;
	assert_int_equal(followed_look(&s.follower, &s.j, &listed, &s.f->err), 1);
	assert_true(s.j.late && s.j.unfetched);
	assert_asked(&s.desk, "GET /api/v0.2/jobs/9/cancel/ ");
	lab_log_freep(&s.j.log);
	stand_down(&s);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_job_from_before_a_backup_is_not_taken_for_ours),
		CASE(of_doubles_the_first_is_kept_and_others_that_wait_are_cancelled),
		CASE(a_post_in_doubt_is_not_sent_again_while_it_may_still_arrive),
		CASE(a_post_that_never_arrived_is_to_be_sent_again),
		CASE(a_server_that_fails_changes_nothing_and_is_left_alone),
		CASE(jobs_go_where_a_device_is_well_and_no_more_than_slots),
		CASE(jobs_go_behind_no_more_of_others_than_lab_yaml_wants),
		CASE(a_job_whose_files_lava_cannot_get_is_taken_back),
		CASE(a_job_with_a_tag_that_the_server_has_not_is_at_fault_at_once),
		CASE(a_server_that_fails_on_a_job_with_tags_that_it_has_is_asked_again),
	};

	return cmocka_run_group_tests_name("follower", tests, NULL, NULL);
}
