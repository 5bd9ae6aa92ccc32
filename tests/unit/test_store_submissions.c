// SPDX-License-Identifier: GPL-2.0-or-later
#include "store_fixture.h"

#include "base/clock.h"
#include "labs_fixture.h"
#include "store/gc.h"
#include "store/labs.h"

static void is_in(struct fixture *f, int64_t num, enum submission_state state, bool cancel)
{
	CLEANUP(submission_done) struct submission s = got(f, num);

	assert_string_equal(submission_state_name(s.state), submission_state_name(state));
	assert_int_equal(s.cancel, cancel);
	assert_int_equal(s.ended > 0, state == SUBMISSION_ENDED);
}

static void posted(struct fixture *f, int64_t num)
{
	FOUND(store_submission_posting(f->s, num, 1000, &f->err));
}

static void queued(struct fixture *f, int64_t num, int64_t lava_id)
{
	posted(f, num);
	OK(store_submission_moved(f->s, num, SUBMISSION_QUEUED, lava_id, "", 0, &f->err));
}

static void running(struct fixture *f, int64_t num, int64_t lava_id)
{
	queued(f, num, lava_id);
	OK(store_submission_moved(f->s, num, SUBMISSION_RUNNING, lava_id, "odroid-01", 1234,
				  &f->err));
}

static void ended(struct fixture *f, int64_t num, const char *job_id)
{
	CLEANUP(job_done) struct job j = a_job(job_id, "b1b1");

	OK(store_submission_end(f->s, num, &j, &f->err));
}

static void a_submission_goes_from_wanted_to_its_job(void **state)
{
	struct fixture *f = *state;
	CLEANUP(submission_done) struct submission s = { 0 };
	CLEANUP(job_done) struct job j = a_job("odroid-farm-1", "b1b1"), back = { 0 };
	CLEANUP(buf_done) struct buf log = { 0 };
	int64_t task, num;

	put_build(f);
	task = a_task(f, 1, NULL, NULL);
	num = want(f, task, "dma*", true);
	s = got(f, num);
	assert_string_equal(s.lab, "farm");
	assert_string_equal(s.target, "odroid");
	assert_string_equal(s.build_id, "b1b1");
	assert_string_equal(s.filter, "dma*");
	assert_string_equal(s.kernel, "aa.kernel");
	assert_string_equal(s.ramdisk, "bb.cpio.gz");
	assert_string_equal(s.dtb, "cc.dtb");
	assert_int_equal(s.purpose, SUBMISSION_TEST);
	assert_int_equal(s.task, task);
	assert_int_equal(s.state, SUBMISSION_WANTED);
	assert_true(s.created > 0);
	assert_string_equal(s.device, "");
	assert_string_equal(s.job_id, "");
	submission_done(&s);
	running(f, num, 77);
	s = got(f, num);
	assert_int_equal(s.state, SUBMISSION_RUNNING);
	assert_int_equal(s.posted, 1000);
	assert_int_equal(s.lava_id, 77);
	assert_int_equal(s.started, 1234);
	assert_string_equal(s.device, "odroid-01");
	submission_done(&s);
	j.console = put_file(f, "console", "Linux version 6.1\n");
	add_test(&j.tests, "dma.case", TEST_PASS, 1, "");
	OK(store_submission_end(f->s, num, &j, &f->err));
	assert_null(j.console);
	s = got(f, num);
	assert_int_equal(s.state, SUBMISSION_ENDED);
	assert_string_equal(s.job_id, "odroid-farm-1");
	FOUND(store_job_get(f->s, "odroid-farm-1", &back, &f->err));
	assert_int_equal(back.tests.n, 1);
	OK(store_log_get(f->s, back.log_sha256, &log, &f->err));
	assert_int_equal(open_ones(f, NULL), 0);
	is_clean(f);
}

static void keys_are_of_this_store_and_never_given_twice(void **state)
{
	struct fixture *f = *state;
	struct fixture *other = NULL;
	CLEANUP(submission_done) struct submission a = { 0 }, b = { 0 }, c = { 0 };
	struct gc_report report;

	put_build(f);
	a = got(f, want(f, 0, "a", true));
	assert_int_equal(strncmp(a.key, "dmalab-", 7), 0);
	assert_int_equal(strspn(a.key + 7, "0123456789abcdef"), 16);
	assert_string_equal(a.key + 23, "-1");
	ended(f, a.num, "j1");
	sql(f, "UPDATE submissions SET ended = 1000");
	OK(store_gc(f->s, 60, clock_now(), false, &report, &f->err));
	assert_int_equal(store_submission_get(f->s, a.num, &b, &f->err), 0);
	reopen(f);
	b = got(f, want(f, 0, "a", true)); /* the highest number is free again, and stays so */
	assert_int_equal(strncmp(a.key, b.key, 23), 0);
	assert_string_equal(b.key + 23, "-2");
	assert_int_equal(setup((void **)&other), 0);
	put_build(other);
	c = got(other, want(other, 0, "a", true));
	assert_int_not_equal(strncmp(a.key, c.key, 23), 0);
	assert_int_equal(teardown((void **)&other), 0);
}

static void the_same_boot_is_wanted_once_and_another_is_another(void **state)
{
	struct fixture *f = *state;
	struct submission w = a_wish(0, "a"), health = a_wish(0, "a");
	int64_t first;

	put_build(f);
	first = wanted(f, &w, true);
	assert_int_equal(wanted(f, &w, false), first);
	health.purpose = SUBMISSION_HEALTH;
	assert_int_not_equal(wanted(f, &health, true), first);
	assert_int_not_equal(wanted(f, &health, true), first); /* never joined */
	assert_int_equal(wanted(f, &w, false), first);	       /* nor by a test */
	w.filter = (char *)"b";
	wanted(f, &w, true);
	w = a_wish(0, "a");
	w.lab = (char *)"other";
	wanted(f, &w, true);
	w = a_wish(0, "a");
	w.target = (char *)"arndale";
	wanted(f, &w, true);
	running(f, first, 5);
	assert_int_equal(want(f, 0, "a", false), first); /* however far it is */
	ended(f, first, "j1");
	assert_int_not_equal(want(f, 0, "a", true), first);
	assert_int_equal(open_ones(f, NULL), 6);
	assert_int_equal(open_ones(f, "other"), 1);
	assert_int_equal(open_ones(f, "none"), 0);
}

static void a_build_that_is_not_there_is_refused(void **state)
{
	struct fixture *f = *state;
	const struct submission w = a_wish(0, "");

	assert_int_equal(store_submission_want(f->s, &w, NULL, &f->err), -EINVAL);
	assert_int_equal(open_ones(f, NULL), 0);
}

static void what_was_never_sent_ends_when_it_is_canceled(void **state)
{
	struct fixture *f = *state;
	CLEANUP(submission_done) struct submission s = { 0 };
	int64_t num;

	put_build(f);
	num = want(f, 0, "", true);
	OK(store_submission_cancel(f->s, num, &f->err));
	is_in(f, num, SUBMISSION_ENDED, true);
	s = got(f, num);
	assert_string_equal(s.job_id, "");
	assert_int_equal(store_submission_posting(f->s, num, 1, &f->err), 0); /* too late */
	is_in(f, num, SUBMISSION_ENDED, true);
	OK(store_submission_cancel(f->s, num, &f->err));
	ended(f, num, "late"); /* of a follower that had it in its hands */
	assert_int_equal(ask(f, "SELECT count(*) FROM jobs"), 0);
	assert_int_not_equal(want(f, 0, "", true), num);
	assert_int_equal(store_submission_cancel(f->s, 99, &f->err), -ENOENT);
}

static void what_is_open_comes_in_its_order_with_what_was_canceled(void **state)
{
	struct fixture *f = *state;
	CLEANUP(submission_marks_done) struct submission_marks l = { 0 };
	int64_t num[4];

	put_build(f);
	for (int i = 0; i < 4; i++)
		num[i] = want(f, 0, (const char *[]){ "a", "b", "c", "d" }[i], true);
	posted(f, num[2]);
	OK(store_submission_cancel(f->s, num[1], &f->err)); /* never sent: it has ended */
	OK(store_submission_cancel(f->s, num[2], &f->err));
	for (int i = 0; i < 2; i++) {
		OK(store_submissions_open(f->s, "farm", &l, &f->err));
		assert_int_equal(l.n, 3); /* in place of what it had */
		assert_int_equal(l.v[0].num, num[0]);
		assert_int_equal(l.v[1].num, num[2]);
		assert_int_equal(l.v[2].num, num[3]);
		assert_false(l.v[0].cancel);
		assert_true(l.v[1].cancel);
	}
}

static void what_was_sent_is_canceled_and_ends_by_its_follower(void **state)
{
	struct fixture *f = *state;
	int64_t lost, sent, again;

	put_build(f);
	lost = want(f, 0, "lost", true);
	posted(f, lost);
	sent = want(f, 0, "sent", true);
	running(f, sent, 6);
	OK(store_submission_cancel(f->s, lost, &f->err));
	OK(store_submission_cancel(f->s, sent, &f->err));
	is_in(f, lost, SUBMISSION_POSTED, true);
	is_in(f, sent, SUBMISSION_RUNNING, true);
	again = want(f, 0, "sent", true); /* nobody joins what is canceled */
	assert_int_not_equal(again, sent);
	assert_int_equal(store_submission_posting(f->s, lost, 1, &f->err), 0);
	OK(store_submission_unposted(f->s, lost, &f->err)); /* the server has it not */
	is_in(f, lost, SUBMISSION_ENDED, true);
	OK(store_submission_unposted(f->s, lost, &f->err));
	ended(f, sent, "canceled-1");
	is_in(f, sent, SUBMISSION_ENDED, true);
	assert_int_equal(ask(f, "SELECT count(*) FROM jobs"), 1);
}

static void a_boot_goes_on_as_long_as_somebody_wants_it(void **state)
{
	struct fixture *f = *state;
	int64_t one, two, num;

	put_build(f);
	one = a_task(f, 1, NULL, NULL);
	two = a_task(f, 2, NULL, NULL);
	num = want(f, one, "", true);
	assert_int_equal(want(f, one, "", false), num); /* once, however often it asks */
	assert_int_equal(want(f, two, "", false), num);
	assert_int_equal(want(f, 0, "", false), num); /* by hand, of two runs */
	assert_int_equal(want(f, 0, "", false), num);
	assert_int_equal(store_submissions_cancel_task(f->s, one, &f->err), 0);
	OK(store_submission_cancel(f->s, num, &f->err));
	is_in(f, num, SUBMISSION_WANTED, false);
	assert_int_equal(store_submissions_cancel_task(f->s, two, &f->err), 0);
	is_in(f, num, SUBMISSION_WANTED, false);
	OK(store_submission_cancel(f->s, num, &f->err));
	is_in(f, num, SUBMISSION_ENDED, true);
}

static void a_task_that_is_dropped_leaves_what_no_device_runs(void **state)
{
	struct fixture *f = *state;
	int64_t task, v[4];
	static const char *const filters[] = { "wanted", "queued", "running", "other" };

	put_build(f);
	task = a_task(f, 1, NULL, NULL);
	for (int i = 0; i < 4; i++)
		v[i] = want(f, i < 3 ? task : a_task(f, 2, NULL, NULL), filters[i], true);
	queued(f, v[1], 11);
	running(f, v[2], 12);
	assert_int_equal(store_submissions_cancel_task(f->s, 0, &f->err), 0);
	assert_int_equal(store_submissions_cancel_task(f->s, task, &f->err), 2);
	assert_int_equal(store_submissions_cancel_task(f->s, task, &f->err), 0);
	is_in(f, v[0], SUBMISSION_ENDED, true);
	is_in(f, v[1], SUBMISSION_QUEUED, true);
	is_in(f, v[2], SUBMISSION_RUNNING, false);
	is_in(f, v[3], SUBMISSION_WANTED, false);
}

static void what_the_server_lost_is_wanted_again(void **state)
{
	struct fixture *f = *state;
	CLEANUP(submission_done) struct submission s = { 0 };
	int64_t num, twin;

	put_build(f);
	num = want(f, 0, "", true);
	running(f, num, 5);
	OK(store_submission_unposted(f->s, num, &f->err));
	s = got(f, num);
	assert_int_equal(s.state, SUBMISSION_WANTED);
	assert_int_equal(s.lava_id, 0);
	assert_int_equal(s.started, 0);
	assert_string_equal(s.device, "");
	running(f, num, 6);
	twin = want(f, 0, "twin", true);
	posted(f, twin); /* one job of a server is one submission's */
	assert_int_equal(store_submission_moved(f->s, twin, SUBMISSION_QUEUED, 6, "", 0, &f->err),
			 -EINVAL);
	is_in(f, twin, SUBMISSION_POSTED, false);
}

static void an_end_is_one_and_final(void **state)
{
	struct fixture *f = *state;
	CLEANUP(job_done) struct job other = a_job("other", "b1b1"), bad = a_job("bad", "nobuild");
	int64_t num;

	put_build(f);
	num = want(f, 0, "", true);
	running(f, num, 5);
	assert_int_equal(store_submission_end(f->s, num, &bad, &f->err), -EINVAL);
	is_in(f, num, SUBMISSION_RUNNING, false); /* both or neither */
	ended(f, num, "j1");
	ended(f, num, "j1"); /* of one that was killed before it knew */
	assert_int_equal(store_submission_end(f->s, num, &other, &f->err), -EINVAL);
	assert_int_equal(ask(f, "SELECT count(*) FROM jobs"), 1);
	assert_int_equal(store_submission_moved(f->s, num, SUBMISSION_RUNNING, 5, "", 0, &f->err),
			 -EINVAL);
	assert_int_equal(store_submission_posting(f->s, num, 1, &f->err), 0);
	OK(store_submission_cancel(f->s, num, &f->err));
	OK(store_submission_unposted(f->s, num, &f->err));
	is_in(f, num, SUBMISSION_ENDED, false);
	assert_int_equal(store_submission_end(f->s, 99, &other, &f->err), -ENOENT);
	assert_int_equal(store_submission_posting(f->s, 99, 1, &f->err), -ENOENT);
	assert_int_equal(store_submission_moved(f->s, num, SUBMISSION_ENDED, 5, "", 0, &f->err),
			 -EINVAL);
}

static void gc_keeps_what_a_submission_is_to_boot(void **state)
{
	struct fixture *f = *state;
	CLEANUP(checkout_done) struct checkout c = a_checkout("c0ffee");
	CLEANUP(build_done) struct build b = a_build("b1b1", "c0ffee");
	struct gc_report r;
	int64_t num;

	free(put_file(f, "zImage", "kernel"));
	b.artifacts = mem_zalloc(sizeof(*b.artifacts));
	b.artifacts[b.n_artifacts++].name = mem_strdup("zImage");
	b.started = 1000;
	OK(store_checkout_put(f->s, &c, NULL, &f->err));
	OK(store_build_put(f->s, &b, f->build, &f->err));
	num = want(f, 0, "", true);
	OK(store_gc(f->s, 60, clock_now(), false, &r, &f->err));
	assert_int_equal(r.builds, 0);
	ended(f, num, "j1");
	sql(f,
	    "UPDATE submissions SET ended = unixepoch() - 30; UPDATE jobs SET start_time = 1000");
	OK(store_gc(f->s, 60, clock_now(), false, &r, &f->err));
	assert_int_equal(r.builds, 1);
	is_in(f, num, SUBMISSION_ENDED, false); /* young */
	sql(f, "UPDATE submissions SET ended = 1000");
	OK(store_gc(f->s, 60, clock_now(), false, &r, &f->err));
	assert_int_equal(ask(f, "SELECT count(*) FROM submissions"), 0);
	assert_int_equal(ask(f, "SELECT count(*) FROM submission_wants"), 0);
	assert_int_equal(ask(f, "SELECT count(*) FROM jobs"), 1);
	is_clean(f);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_submission_goes_from_wanted_to_its_job),
		CASE(keys_are_of_this_store_and_never_given_twice),
		CASE(the_same_boot_is_wanted_once_and_another_is_another),
		CASE(a_build_that_is_not_there_is_refused),
		CASE(what_was_never_sent_ends_when_it_is_canceled),
		CASE(what_is_open_comes_in_its_order_with_what_was_canceled),
		CASE(what_was_sent_is_canceled_and_ends_by_its_follower),
		CASE(a_boot_goes_on_as_long_as_somebody_wants_it),
		CASE(a_task_that_is_dropped_leaves_what_no_device_runs),
		CASE(what_the_server_lost_is_wanted_again),
		CASE(an_end_is_one_and_final),
		CASE(gc_keeps_what_a_submission_is_to_boot),
	};

	return cmocka_run_group_tests_name("store_submissions", tests, NULL, NULL);
}
