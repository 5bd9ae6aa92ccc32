// SPDX-License-Identifier: GPL-2.0-or-later
/* When a known-good kernel is booted on a target, and when nothing else is. */
#include "store_fixture.h"

#include "base/clock.h"
#include "labs_fixture.h"
#include "pipeline/health.h"

enum { HEALTH_S = 1000 };

/* lab.yaml with one target. */
struct stand {
	struct fixture *f;
	struct config config;
	struct lab_config lab;
	struct target_config target;
	int64_t now;
};

static void stand_up(struct stand *s, struct fixture *f, enum lab_driver driver)
{
	*s = (struct stand){
		.f = f,
		.lab = { .name = (char *)"desk", .driver = driver, .health_s = HEALTH_S },
		.target = { .name = (char *)"virt", .lab = (char *)"desk" },
		.now = clock_now(),
	};
	s->config = (struct config){
		.labs = &s->lab, .n_labs = 1, .targets = &s->target, .n_targets = 1
	};
	put_build(f);
}

/* A boot of the target, so many seconds ago. */
static void boot(struct stand *s, const char *id, enum job_outcome outcome, int64_t ago)
{
	put_job(s->f, id, outcome, s->now - ago);
}

static void health(struct stand *s, bool passed, int64_t ago)
{
	struct fixture *f = s->f;

	OK(store_health_put(f->s, "virt", "", passed, s->now - ago, &f->err));
}

/* -1, or seconds; the clock may have gone on by one meanwhile. */
static void due_is(struct stand *s, int seconds)
{
	int r = health_due(s->f->s, &s->config, &s->target, &s->f->err);

	if (r != seconds && !(seconds > 0 && r < seconds && r > seconds - 5))
		fail_msg("due in %d s, not %d", r, seconds);
}

static bool may_boot(struct stand *s, const char *why)
{
	CLEANUP(free_ptr) char *said = NULL;
	int r = health_may_boot(s->f->s, &s->config, &s->target, &said, &s->f->err);

	assert_true(r >= 0);
	if (r == 0 && !strstr(said, why))
		fail_msg("'%s' is not in: %s", why, said);
	return r;
}

static void three_failures_in_a_row_want_a_known_good_kernel(void **state)
{
	struct stand s;

	stand_up(&s, *state, LAB_LAVA_RUN);
	s.lab.health_s = 0;
	due_is(&s, -1);
	boot(&s, "1", JOB_INFRA, 50);
	boot(&s, "2", JOB_DONE, 40);
	boot(&s, "3", JOB_INFRA, 30);
	boot(&s, "4", JOB_INFRA, 20);
	due_is(&s, -1);
	assert_true(may_boot(&s, ""));
	boot(&s, "5", JOB_INFRA, 10);
	due_is(&s, 0);
	assert_true(may_boot(&s, "")); /* it may be the patches' kernels: the good one decides */
}

static void a_target_is_out_until_a_known_good_kernel_boots(void **state)
{
	struct stand s;

	stand_up(&s, *state, LAB_LAVA_RUN);
	boot(&s, "1", JOB_INFRA, 30);
	boot(&s, "2", JOB_INFRA, 20);
	boot(&s, "3", JOB_INFRA, 10);
	health(&s, false, 1801);
	assert_false(may_boot(&s, "target virt is out: its health boot of 2"));
	due_is(&s, 0);
	health(&s, false, 100);
	due_is(&s, 1700);
	boot(&s, "4", JOB_DONE, 0);
	health(&s, true, 0);
	assert_true(may_boot(&s, ""));
	due_is(&s, HEALTH_S);
}

static void a_known_good_kernel_is_booted_by_schedule(void **state)
{
	struct stand s;

	stand_up(&s, *state, LAB_LAVA_RUN);
	due_is(&s, -1); /* not in use */
	boot(&s, "1", JOB_DONE, 10);
	due_is(&s, HEALTH_S);
	boot(&s, "2", JOB_DONE, HEALTH_S + 10);
	due_is(&s, 0); /* in use for so long without one */
	health(&s, true, HEALTH_S);
	due_is(&s, 0);
	health(&s, true, 400);
	due_is(&s, HEALTH_S - 400);
	s.lab.health_s = 0;
	due_is(&s, -1);
}

static void a_server_judges_its_devices_itself(void **state)
{
	struct stand s;

	stand_up(&s, *state, LAB_LAVA_SERVER);
	boot(&s, "1", JOB_INFRA, 30);
	boot(&s, "2", JOB_INFRA, 20);
	boot(&s, "3", JOB_INFRA, 10);
	health(&s, false, 5000);
	due_is(&s, -1);
	assert_true(may_boot(&s, ""));
}

static void a_target_without_a_lab_is_never_due(void **state)
{
	struct stand s;

	stand_up(&s, *state, LAB_LAVA_RUN);
	s.target.lab = NULL;
	due_is(&s, -1);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(three_failures_in_a_row_want_a_known_good_kernel),
		CASE(a_target_is_out_until_a_known_good_kernel_boots),
		CASE(a_known_good_kernel_is_booted_by_schedule),
		CASE(a_server_judges_its_devices_itself),
		CASE(a_target_without_a_lab_is_never_due),
	};

	return cmocka_run_group_tests_name("health", tests, NULL, NULL);
}
