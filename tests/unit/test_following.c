// SPDX-License-Identifier: GPL-2.0-or-later
/* Which jobs a LAVA server is asked for, and how often. */
#include "store_fixture.h"

#define ask ask_path /* the store's fixture has one, too */
#include "lava_fixture.h"
#undef ask
#include "base/clock.h"
#include "labs_fixture.h"
#include "pipeline/follower_room.h"

enum { MANY = 200, TYPES = 2 };

static const char *const names[TYPES] = { "virt", "xu3" };

/* A follower of many jobs that wait, every other one for the first target. */
struct queue {
	struct config config;
	struct target_config targets[TYPES];
	struct lab_device devices[TYPES];
	struct followed v[MANY];
	struct follower f;
	int64_t ids[MANY + 1];
};

static struct queue *queue_of(size_t n)
{
	struct queue *q = mem_zalloc(sizeof(*q));

	for (size_t i = 0; i < TYPES; i++) {
		q->targets[i] = (struct target_config){ .name = (char *)names[i],
							.device_type = (char *)names[i] };
		q->devices[i] = (struct lab_device){ .type = (char *)names[i] };
	}
	q->config = (struct config){ .targets = q->targets, .n_targets = TYPES };
	for (size_t i = 0; i < n; i++)
		q->v[i].s = (struct submission){ .num = (int64_t)i + 1,
						 .lava_id = 1000 + (int64_t)i,
						 .target = (char *)names[i % TYPES],
						 .state = SUBMISSION_QUEUED };
	q->f = (struct follower){
		.config = &q->config, .v = q->v, .n = n, .devices = { q->devices, TYPES, TYPES }
	};
	return q;
}

static void a_look_costs_the_same_however_many_wait(void **state)
{
	size_t asked_of[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		CLEANUP(free_ptr) struct queue *q = queue_of(i ? MANY : MANY / 4);

		asked_of[i] = follower_pick_due(&q->f, q->ids);
	}
	assert_int_equal(asked_of[0], asked_of[1]);
	assert_true(asked_of[0] <= 20);
}

static void each_that_waits_has_its_turn(void **state)
{
	CLEANUP(free_ptr) struct queue *q = queue_of(MANY);
	bool had[MANY] = { false };
	size_t looks = 0, n = 0;

	(void)state;
	for (; n < MANY && looks < MANY; looks++) {
		size_t due = follower_pick_due(&q->f, q->ids);

		for (size_t i = 0; i < due; i++) {
			bool *h = &had[q->ids[i] - 1000];

			n += !*h;
			*h = true;
		}
	}
	assert_int_equal(n, MANY);
	assert_true(looks <= MANY / 8);
	for (int i = 0; i < 3; i++) /* and again, from the first on */
		n = follower_pick_due(&q->f, q->ids);
	assert_true(n > 8);
}

static void what_runs_or_is_taken_back_or_is_next_is_asked_for_each_time(void **state)
{
	CLEANUP(free_ptr) struct queue *q = queue_of(MANY);

	(void)state;
	q->v[150].s.state = SUBMISSION_RUNNING;
	q->v[170].s.cancel = true;
	q->v[180].s.target = (char *)"lost"; /* lab.yaml's no longer */
	q->v[190].s.state = SUBMISSION_WANTED;
	q->v[190].s.lava_id = 0;
	for (int i = 0; i < MANY; i++) {
		follower_pick_due(&q->f, q->ids);
		assert_true(q->v[0].due && q->v[1].due && q->v[2].due && q->v[3].due);
		assert_true(q->v[150].due && q->v[170].due && q->v[180].due);
		assert_false(q->v[190].due);
	}
}

static void the_servers_order_says_which_is_next(void **state)
{
	CLEANUP(free_ptr) struct queue *q = queue_of(MANY);

	(void)state;
	for (int i = 0; i < 20; i++) /* sent again after a doubt, behind all the others */
		q->v[i].s.lava_id += MANY;
	for (int i = 0; i < MANY; i++) {
		follower_pick_due(&q->f, q->ids);
		assert_true(q->v[20].due && q->v[21].due && q->v[22].due && q->v[23].due);
	}
}

static void of_many_devices_more_are_asked_for(void **state)
{
	CLEANUP(free_ptr) struct queue *q = queue_of(MANY);
	struct lab_device all[20];
	size_t few = follower_pick_due(&q->f, q->ids);

	(void)state;
	for (size_t i = 0; i < 20; i++)
		all[i] = q->devices[0];
	q->f.devices = (struct lab_device_list){ all, 20, 20 };
	assert_true(follower_pick_due(&q->f, q->ids) >= few + 20);
}

static bool has_short_log(int fd, const char *head, int request)
{
	(void)request;
	if (asked(head, "/api/v0.2/jobs/92/logs/?start=0&"))
		return answer(fd, "200 OK", "Content-Type: application/yaml\r\n",
			      "- {\"dt\": \"2026-11-23T01:22:37.450795\", \"lvl\": \"info\","
			      " \"msg\": \"x\"}\n");
	return answer(fd, "404 Not Found", "Content-Type: application/json\r\n", "{}");
}

static void a_look_at_a_job_that_runs_is_one_request(void **state)
{
	struct fixture *f = *state;
	const struct follower_spec spec = { .cancel_fd = -1 };
	const struct lava_job listed = { .id = 92, .state = LAVA_RUNNING };
	struct config config = { .work_dir = f->work, .limits = { .console_mb = 1 } };
	struct followed j = { .s = { .state = SUBMISSION_RUNNING,
				     .lava_id = 92,
				     .num = 1,
				     .target = (char *)"virt" } };
	struct follower follower = { .config = &config, .store = f->s, .spec = &spec };
	struct desk d;

	desk_up(&d, has_short_log);
	follower.lab = &d.config;
	follower.server = d.server;
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(followed_look(&follower, &j, &listed, &f->err), 1);
		assert_int_equal(d.lab.server.seen->requests, i);
		assert_int_equal(j.line, 1);
	}
	lab_log_freep(&j.log);
	desk_down(&d);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_look_costs_the_same_however_many_wait),
		cmocka_unit_test(each_that_waits_has_its_turn),
		cmocka_unit_test(what_runs_or_is_taken_back_or_is_next_is_asked_for_each_time),
		cmocka_unit_test(the_servers_order_says_which_is_next),
		cmocka_unit_test(of_many_devices_more_are_asked_for),
		CASE(a_look_at_a_job_that_runs_is_one_request),
	};

	return cmocka_run_group_tests_name("following", tests, NULL, NULL);
}
