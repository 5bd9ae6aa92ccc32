// SPDX-License-Identifier: GPL-2.0-or-later
/* Boots that LAVA servers have, and how the run that wants them learns that they are over. */
#include "store_fixture.h"

#include "base/clock.h"
#include "labs_fixture.h"
#include "pipeline/boot.h"
#include "pipeline/run.h"

enum { BOOTS = 3 };

struct stand {
	struct lab_config lab;
	struct run_ctx x;
	struct boot v[BOOTS];
};

static void stand_up(struct stand *s, struct fixture *f)
{
	*s = (struct stand){ .lab = { .name = (char *)"farm", .driver = LAB_LAVA_SERVER },
			     .x = { .store = f->s, .cancel_fd = -1 } };
	put_build(f);
	for (size_t i = 0; i < BOOTS; i++)
		s->v[i] = (struct boot){
			.lab = &s->lab,
			.slot = -1,
			.submission = want(f, 0, (const char *[]){ "a", "b", "c" }[i], true),
		};
}

static void stand_down(struct stand *s)
{
	for (size_t i = 0; i < BOOTS; i++)
		boot_drop(&s->x, &s->v[i]);
	submission_marks_done(&s->x.open);
}

/* A poll of all; how many are over by it. */
static int over(struct stand *s, struct fixture *f, struct job *ret)
{
	int n = 0;

	for (size_t i = 0; i < BOOTS; i++) {
		int r = s->v[i].lab ? boot_poll(&s->x, &s->v[i], 0, ret, &f->err) : 0;

		if (r < 0)
			fail_msg("%s", f->err.msg);
		n += r;
	}
	return n;
}

static void end(struct fixture *f, int64_t num, const char *job)
{
	CLEANUP(job_done) struct job j = a_job(job, "b1b1");

	OK(store_submission_end(f->s, num, &j, &f->err));
}

static void all_that_wait_are_one_question_to_the_store(void **state)
{
	struct fixture *f = *state;
	CLEANUP(job_done) struct job j = { 0 };
	struct stand s;

	stand_up(&s, f);
	for (int i = 0; i < 3; i++)
		assert_int_equal(over(&s, f, &j), 0);
	assert_int_equal(s.x.open_look, 1);
	assert_int_equal(s.x.open.n, BOOTS);
	assert_true(s.x.open_ms > clock_ms());
	assert_true(s.x.open_ms <= clock_ms() + 1000);
	stand_down(&s);
}

static void a_boot_is_over_with_the_next_look_at_the_store(void **state)
{
	struct fixture *f = *state;
	CLEANUP(job_done) struct job j = { 0 };
	struct stand s;

	stand_up(&s, f);
	assert_int_equal(over(&s, f, &j), 0);
	end(f, s.v[1].submission, "farm-2");
	s.x.open_ms = 0;
	assert_int_equal(over(&s, f, &j), 1);
	assert_string_equal(j.id, "farm-2");
	assert_null(s.v[1].lab);
	assert_non_null(s.v[0].lab);
	assert_non_null(s.v[2].lab);
	assert_int_equal(over(&s, f, &j), 0);
	stand_down(&s);
}

static void a_boot_that_is_wanted_behind_a_look_is_not_taken_for_one_that_is_over(void **state)
{
	struct fixture *f = *state;
	CLEANUP(job_done) struct job j = { 0 };
	struct stand s;

	stand_up(&s, f);
	assert_int_equal(over(&s, f, &j), 0);
	boot_drop(&s.x, &s.v[2]);
	s.v[2] =
		(struct boot){ .lab = &s.lab, .slot = -1, .submission = want(f, 0, "later", true) };
	assert_int_equal(over(&s, f, &j), 0);
	assert_non_null(s.v[2].lab);
	stand_down(&s);
}

static void what_somebody_took_back_is_no_longer_waited_for(void **state)
{
	struct fixture *f = *state;
	CLEANUP(job_done) struct job j = { 0 };
	struct stand s;

	stand_up(&s, f);
	OK(store_submission_cancel(f->s, s.v[0].submission, &f->err));
	assert_int_equal(boot_poll(&s.x, &s.v[0], 0, &j, &f->err), -ESTALE);
	assert_null(s.v[0].lab);
	stand_down(&s);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(all_that_wait_are_one_question_to_the_store),
		CASE(a_boot_is_over_with_the_next_look_at_the_store),
		CASE(a_boot_that_is_wanted_behind_a_look_is_not_taken_for_one_that_is_over),
		CASE(what_somebody_took_back_is_no_longer_waited_for),
	};

	return cmocka_run_group_tests_name("remote boot", tests, NULL, NULL);
}
