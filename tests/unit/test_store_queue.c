// SPDX-License-Identifier: GPL-2.0-or-later
#include "store_fixture.h"

#include <sys/wait.h>

#include "base/clock.h"
#include "letter_fixture.h"
#include "store/queue.h"
#include "store/room.h"

/* A series of one patch; its number. */
static int64_t a_series(struct fixture *f, int i)
{
	CLEANUP(free_ptr) char *id = mem_printf("s%d@a", i);
	CLEANUP(free_ptr) char *subject = mem_printf("[PATCH] dma: subject %d", i);
	CLEANUP(series_row_done) struct series_row s = { 0 };
	const struct letter l = LETTER(subject, id, NULL, id, i);

	assert_int_equal(send_as(f, "lkml", &l, 1, NULL, NULL), 1);
	sort_all(f);
	s = series_of(f, id);
	return s.num;
}

struct wish {
	const char *key, *source;
	int priority;
	int64_t not_before;
};

static int add(struct fixture *f, int64_t series, const struct wish *w, int64_t *num)
{
	const struct task t = { .series = series,
				.key = (char *)w->key,
				.source = (char *)w->source,
				.tree = (char *)"next",
				.plan = (char *)"patch",
				.priority = w->priority,
				.not_before = w->not_before };
	int r = store_task_add(f->s, &t, num, &f->err);

	if (r < 0)
		fail_msg("%s", f->err.msg);
	return r;
}

static int64_t added(struct fixture *f, const char *key, const char *source, int priority,
		     int64_t not_before)
{
	const struct wish w = { key, source, priority, not_before };
	int64_t num = 0;

	assert_int_equal(add(f, a_series(f, (int)ask(f, "SELECT count(*) FROM series")), &w, &num),
			 1);
	return num;
}

/* Claims for a minute: the task's key, "" when there is none. The caller's. */
static char *claimed(struct fixture *f, const char *owner, int64_t *num)
{
	CLEANUP(task_done) struct task t = { 0 };
	int wait, r = store_task_claim(f->s, owner, 60, 3, &t, &wait, &f->err);

	if (r < 0)
		fail_msg("%s", f->err.msg);
	if (r == 0)
		return mem_strdup("");
	assert_int_equal(t.state, TASK_RUNNING);
	if (num)
		*num = t.num;
	return mem_strdup(t.key);
}

static void claims(struct fixture *f, const char *const *keys)
{
	for (; *keys; keys++) {
		CLEANUP(free_ptr) char *key = claimed(f, "me", NULL);

		assert_string_equal(key, *keys);
	}
}

static void state_is(struct fixture *f, int64_t num, enum task_state state)
{
	CLEANUP(task_done) struct task t = { 0 };

	FOUND(store_task_get(f->s, num, &t, &f->err));
	assert_int_equal(t.state, state);
}

static struct verdict a_verdict(void)
{
	struct verdict v = { .kind = VERDICT_FAIL, .name = mem_strdup("dma: subject") };
	struct reason *r = reason_add(&v.reasons, REASON_NEW_CRASH);

	free(r->detail);
	r->detail = mem_strdup("it crashed");
	return v;
}

static void a_task_has_what_it_was_added_with(void **state)
{
	struct fixture *f = *state;
	CLEANUP(task_done) struct task t = { 0 };
	int64_t num = added(f, "k", "media", TASK_AGAIN, 17);

	FOUND(store_task_get(f->s, num, &t, &f->err));
	assert_int_equal(t.num, num);
	assert_string_equal(t.key, "k");
	assert_string_equal(t.name, "dma: subject 0");
	assert_string_equal(t.message_id, "s0@a");
	assert_string_equal(t.source, "media");
	assert_string_equal(t.tree, "next");
	assert_string_equal(t.plan, "patch");
	assert_int_equal(t.priority, TASK_AGAIN);
	assert_int_equal(t.not_before, 17);
	assert_int_equal(t.state, TASK_WAITING);
	assert_int_equal(t.attempts, 0);
	assert_string_equal(t.verdict_id, "");
	assert_string_equal(t.why, "");
	task_done(&t);
	assert_int_equal(store_task_get(f->s, 99, &t, &f->err), 0);
}

static void a_key_is_one_task_that_takes_the_higher_priority_and_the_earlier_time(void **state)
{
	struct fixture *f = *state;
	CLEANUP(task_done) struct task t = { 0 };
	const struct wish w = { "k", "lkml", TASK_BY_HAND, 0 }, lazy = { "k", "lkml", -1, 9999 };
	int64_t first = added(f, "k", "lkml", 0, 5000), num = 0;

	assert_int_equal(add(f, 1, &w, &num), 0);
	assert_int_equal(num, first);
	assert_int_equal(add(f, 1, &lazy, &num), 0);
	FOUND(store_task_get(f->s, first, &t, &f->err));
	assert_int_equal(t.priority, TASK_BY_HAND);
	assert_int_equal(t.not_before, 0);
	assert_int_equal(store_tasks_drop(f->s, 1, "not now", &f->err), 1);
	assert_int_equal(add(f, 1, &w, &num), 0); /* whatever its state */
	state_is(f, first, TASK_DROPPED);
}

static void sources_take_turns_and_priority_goes_before(void **state)
{
	struct fixture *f = *state;
	static const char *const order[] = { "hand", "a1", "b1", "c1", "a2", "b2", "a3", "", NULL };
	CLEANUP(task_list_done) struct task_list l = { 0 };

	added(f, "a1", "a", 0, 0);
	added(f, "a2", "a", 0, 0);
	added(f, "a3", "a", 0, 0);
	added(f, "b1", "b", 0, 0);
	added(f, "b2", "b", 0, 0);
	added(f, "hand", "c", TASK_BY_HAND, 0);
	added(f, "c1", "c", 0, 0);
	added(f, "later", "d", TASK_BY_HAND, clock_now() + 1000);
	OK(store_tasks(f->s, false, 100, &l, &f->err));
	assert_int_equal(l.n, 8); /* the list says what will be claimed */
	for (size_t i = 0; i < 7; i++)
		assert_string_equal(l.v[i].key, order[i]);
	assert_string_equal(l.v[7].key, "later");
	claims(f, order);
}

static void a_task_waits_for_its_time(void **state)
{
	struct fixture *f = *state;
	CLEANUP(task_done) struct task t = { 0 };
	int wait = 0;

	assert_int_equal(store_task_claim(f->s, "me", 60, 3, &t, &wait, &f->err), 0);
	assert_int_equal(wait, -1);
	added(f, "k", "a", 0, clock_now() + 100);
	assert_int_equal(store_task_claim(f->s, "me", 60, 3, &t, &wait, &f->err), 0);
	assert_true(wait > 90 && wait <= 100);
	added(f, "now", "a", 0, 0);
	FOUND(store_task_claim(f->s, "me", 60, 3, &t, &wait, &f->err));
	assert_int_equal(store_task_claim(f->s, "me", 60, 3, &t, &wait, &f->err), 0);
	assert_true(wait > 50 && wait <= 60); /* then that lease is over */
}

static void a_lease_that_is_over_or_of_an_earlier_boot_is_anothers_to_take(void **state)
{
	struct fixture *f = *state;
	CLEANUP(db_freep) struct db *db = raw_db(f);
	CLEANUP(free_ptr) char *key = NULL;
	struct task t = { 0 };
	int64_t num = added(f, "k", "a", 0, 0);

	FOUND(store_task_claim(f->s, "one", 0, 9, &t, NULL, &f->err));
	task_done(&t);
	key = claimed(f, "two", NULL); /* nobody renewed it */
	assert_string_equal(key, "k");
	free_ptr(&key);
	key = claimed(f, "three", NULL);
	assert_string_equal(key, "");
	OK(db_exec(db, "UPDATE tasks SET lease_boot = 'before'", &f->err));
	FOUND(store_task_claim(f->s, "three", 60, 9, &t, NULL, &f->err));
	assert_int_equal(t.attempts, 3);
	task_done(&t);
	assert_int_equal(store_task_renew(f->s, num, "one", 60, &f->err), 0);
	assert_int_equal(store_task_renew(f->s, num, "three", 60, &f->err), 1);
	state_is(f, num, TASK_RUNNING);
}

static void a_renewed_lease_holds(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *key = NULL;
	struct task t = { 0 };

	added(f, "k", "a", 0, 0);
	FOUND(store_task_claim(f->s, "one", 0, 9, &t, NULL, &f->err));
	FOUND(store_task_renew(f->s, t.num, "one", 60, &f->err));
	key = claimed(f, "two", NULL);
	assert_string_equal(key, "");
	task_done(&t);
}

static void what_was_begun_too_often_has_failed(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *next = NULL;
	CLEANUP(task_done) struct task t = { 0 };
	int64_t num = added(f, "k", "a", 0, 0);

	for (int i = 0; i < 3; i++) {
		task_done(&t);
		FOUND(store_task_claim(f->s, "me", 0, 3, &t, NULL, &f->err));
	}
	added(f, "other", "a", -5, 0);
	next = claimed(f, "me", NULL);
	assert_string_equal(next, "other");
	task_done(&t);
	FOUND(store_task_get(f->s, num, &t, &f->err));
	assert_int_equal(t.state, TASK_FAILED);
	assert_non_null(strstr(t.why, "3 times"));
	assert_true(t.ended > 0);
	task_done(&t);
	FOUND(store_task_claim_num(f->s, num, "hand", 60, &t, &f->err)); /* by hand, once more */
	assert_int_equal(t.attempts, 4);
}

static void the_verdict_and_the_end_of_a_task_are_one(void **state)
{
	struct fixture *f = *state;
	CLEANUP(verdict_done) struct verdict v = a_verdict();
	CLEANUP(verdict_done) struct verdict back = { 0 };
	CLEANUP(task_done) struct task t = { 0 };
	int64_t num = 0;

	added(f, "k", "a", 0, 0);
	free(claimed(f, "me", &num));
	assert_int_equal(store_task_finish(f->s, num, "me", &v, &f->err), 1);
	FOUND(store_task_get(f->s, num, &t, &f->err));
	assert_int_equal(t.state, TASK_DONE);
	assert_string_equal(t.verdict_id, v.id);
	FOUND(store_verdict_get(f->s, v.id, &back, &f->err));
	assert_int_equal(back.reasons.n, 1);
	assert_string_equal(back.reasons.v[0].detail, "it crashed");
	assert_int_equal(store_task_renew(f->s, num, "me", 60, &f->err), 0);
	assert_int_equal(store_task_finish(f->s, num, "me", &v, &f->err), 0);
}

static void who_lost_the_lease_stores_nothing(void **state)
{
	struct fixture *f = *state;
	CLEANUP(verdict_done) struct verdict v = a_verdict();
	CLEANUP(task_done) struct task t = { 0 };
	int64_t num = added(f, "k", "a", 0, 0);

	FOUND(store_task_claim(f->s, "one", 0, 9, &t, NULL, &f->err));
	free(claimed(f, "two", NULL));
	assert_int_equal(store_task_finish(f->s, num, "one", &v, &f->err), 0);
	assert_null(v.id);
	assert_int_equal(ask(f, "SELECT count(*) FROM verdicts"), 0);
	assert_int_equal(store_task_return(f->s, num, "one", TASK_FAILED, 0, false, "x", &f->err),
			 0);
	assert_int_equal(store_task_finish(f->s, num, "two", &v, &f->err), 1);
}

static void a_verdict_is_of_one_task_and_a_failed_finish_changes_nothing(void **state)
{
	struct fixture *f = *state;
	CLEANUP(verdict_done) struct verdict v = a_verdict();
	int64_t one = 0, two = 0;

	added(f, "k1", "a", 0, 0);
	added(f, "k2", "a", 0, 0);
	free(claimed(f, "me", &one));
	free(claimed(f, "me", &two));
	FOUND(store_task_finish(f->s, one, "me", &v, &f->err));
	v.kind = VERDICT_PASS;
	assert_int_equal(store_task_finish(f->s, two, "me", &v, &f->err), -EINVAL);
	state_is(f, two, TASK_RUNNING);
	assert_int_equal(ask(f, "SELECT count(*) FROM verdicts WHERE kind = 'fail'"), 1);
}

static void a_task_handed_back_waits_or_has_failed(void **state)
{
	struct fixture *f = *state;
	CLEANUP(task_done) struct task t = { 0 };
	CLEANUP(free_ptr) char *key = NULL;
	int64_t num = 0;

	added(f, "k", "a", 0, 0);
	free(claimed(f, "me", &num));
	FOUND(store_task_return(f->s, num, "me", TASK_WAITING, 0, true, "no tree", &f->err));
	FOUND(store_task_get(f->s, num, &t, &f->err));
	assert_int_equal(t.attempts, 0);
	assert_string_equal(t.why, "no tree");
	free(claimed(f, "me", &num));
	FOUND(store_task_return(f->s, num, "me", TASK_WAITING, clock_now() + 100, false, "x",
				&f->err));
	key = claimed(f, "me", NULL);
	assert_string_equal(key, "");
	task_done(&t);
	FOUND(store_task_claim_num(f->s, num, "me", 60, &t, &f->err));
	assert_int_equal(t.attempts, 2);
	FOUND(store_task_return(f->s, num, "me", TASK_FAILED, 0, false, "cannot be", &f->err));
	state_is(f, num, TASK_FAILED);
	assert_int_equal(store_task_return(f->s, num, "me", TASK_DONE, 0, false, "", &f->err),
			 -EINVAL);
}

static void what_waits_is_dropped_and_what_runs_goes_on(void **state)
{
	struct fixture *f = *state;
	const struct wish w = { "k2", "a", 0, 0 };
	int64_t one = added(f, "k1", "a", 0, 0), two = 0;

	free(claimed(f, "me", NULL));
	assert_int_equal(add(f, 1, &w, &two), 1);
	assert_int_equal(store_tasks_drop(f->s, 1, "superseded", &f->err), 1);
	assert_int_equal(store_tasks_drop(f->s, 1, "superseded", &f->err), 0);
	state_is(f, one, TASK_RUNNING);
	state_is(f, two, TASK_DROPPED);
}

static void a_series_is_tested_again_by_another_key(void **state)
{
	struct fixture *f = *state;
	CLEANUP(task_done) struct task t = { 0 };
	CLEANUP(verdict_done) struct verdict v = a_verdict();
	int64_t series = a_series(f, 40), one = 0, two = 0, three = 0;
	const struct wish w = { "k~1", "a", 0, 0 };

	assert_int_equal(store_task_again(f->s, series, 50, &two, &f->err), 0);
	assert_int_equal(add(f, series, &w, &one), 1);
	FOUND(store_task_again(f->s, series, 50, &two, &f->err));
	assert_int_equal(two, one); /* it waits still */
	free(claimed(f, "me", NULL));
	FOUND(store_task_finish(f->s, one, "me", &v, &f->err));
	FOUND(store_task_again(f->s, series, 50, &two, &f->err));
	assert_true(two > one);
	FOUND(store_task_of_series(f->s, series, &t, &f->err));
	assert_int_equal(t.num, two);
	assert_int_equal(t.priority, 50);
	assert_string_equal(t.tree, "next");
	assert_int_equal(store_tasks_drop(f->s, series, "x", &f->err), 1);
	FOUND(store_task_again(f->s, series, 50, &three, &f->err));
	assert_true(three > two);
}

static void what_dead_owners_had_waits_again(void **state)
{
	struct fixture *f = *state;
	CLEANUP(task_done) struct task t = { 0 };
	int64_t num = 0, other = 0;

	added(f, "k1", "a", 0, 0);
	added(f, "k2", "a", 0, 0);
	free(claimed(f, "host:17:1", &num));
	free(claimed(f, "host:18:1", &other));
	assert_int_equal(store_tasks_reclaim(f->s, "host:17:", &f->err), 1);
	FOUND(store_task_get(f->s, num, &t, &f->err));
	assert_int_equal(t.state, TASK_WAITING);
	assert_int_equal(t.attempts, 0);
	state_is(f, other, TASK_RUNNING);
}

/* The wait that a death left, and away with it. */
static int64_t waits_s(const struct fixture *f, int64_t num, int deaths)
{
	CLEANUP(task_done) struct task t = { 0 };
	struct err err = { 0 };

	FOUND(store_task_get(f->s, num, &t, &err));
	assert_int_equal(t.state, deaths < TASK_DEATHS_MAX ? TASK_WAITING : TASK_FAILED);
	assert_int_equal(t.attempts, 0);
	OK(db_run_int(f->s->db, "UPDATE tasks SET not_before = 0 WHERE num = :num", ":num", num,
		      &err));
	return t.not_before ? t.not_before - clock_now() : 0;
}

static void task_that_ends_its_owners_is_given_up(void **state)
{
	static const int want[] = { 0, 0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900 };
	struct fixture *f = *state;
	CLEANUP(task_done) struct task t = { 0 }, anew = { 0 };
	int64_t series = a_series(f, 1), num = 0, again = 0, next = 0;
	const struct wish w = { "k1", "a", 0, 0 };

	assert_int_equal(add(f, series, &w, &num), 1);
	for (int deaths = 1; deaths <= TASK_DEATHS_MAX; deaths++) {
		int64_t got = 0;

		free(claimed(f, "host:17:1", &got));
		assert_int_equal(got, num);
		assert_int_equal(store_tasks_reclaim(f->s, "host:", &f->err), 1);
		got = waits_s(f, num, deaths);
		if (deaths < TASK_DEATHS_MAX)
			assert_in_range(got + 1, want[deaths - 1], want[deaths - 1] + 1);
	}
	FOUND(store_task_get(f->s, num, &t, &f->err));
	assert_string_equal(t.why, "given up: 16 times the agent ended while it was tested");
	assert_int_equal(store_task_claim(f->s, "me", 60, 3, &anew, NULL, &f->err), 0);
	FOUND(store_task_again(f->s, series, 50, &again, &f->err));
	free(claimed(f, "me", &next));
	assert_int_equal(next, again);
	assert_int_equal(store_tasks_reclaim(f->s, "me", &f->err), 1);
	state_is(f, again, TASK_WAITING);
}

static void all_tasks_are_listed_in_their_order(void **state)
{
	struct fixture *f = *state;
	CLEANUP(task_list_done) struct task_list l = { 0 };
	static const char *const order[] = { "running", "waiting", "dropped-2", "dropped-1" };
	const char *keys[] = { "dropped-1", "dropped-2" };

	for (size_t i = 0; i < 2; i++) {
		int64_t series = a_series(f, 20 + (int)i);
		const struct wish w = { keys[i], "a", 0, 0 };

		assert_int_equal(add(f, series, &w, NULL), 1);
		assert_int_equal(store_tasks_drop(f->s, series, "x", &f->err), 1);
	}
	added(f, "running", "a", 0, 0);
	free(claimed(f, "me", NULL));
	added(f, "waiting", "a", 0, 0);
	OK(store_tasks(f->s, true, 10, &l, &f->err));
	assert_int_equal(l.n, 4);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(l.v[i].key, order[i]);
	task_list_done(&l);
	OK(store_tasks(f->s, true, 3, &l, &f->err));
	assert_int_equal(l.n, 3);
	task_list_done(&l);
	OK(store_tasks(f->s, false, 10, &l, &f->err));
	assert_int_equal(l.n, 2);
}

/* Claims as long as there is something; says how much. */
static void claim_all(const struct fixture *f, const char *owner)
{
	struct store *s = NULL;
	struct err err = { 0 };
	int n = 0, r = store_open(f->work, &s, &err);

	while (r >= 0) {
		struct task t = { 0 };

		r = store_task_claim(s, owner, 60, 3, &t, NULL, &err);
		task_done(&t);
		if (r != 1)
			break;
		n++;
	}
	store_freep(&s);
	_exit(r < 0 ? 255 : n);
}

static void two_workers_never_get_one_task(void **state)
{
	struct fixture *f = *state;
	int status[2];
	pid_t pid[2];

	for (int i = 0; i < 40; i++) {
		CLEANUP(free_ptr) char *key = mem_printf("k%d", i);

		added(f, key, "a", 0, 0);
	}
	for (int i = 0; i < 2; i++) {
		pid[i] = fork();
		assert_true(pid[i] >= 0);
		if (pid[i] == 0)
			claim_all(f, i ? "one" : "two");
	}
	for (int i = 0; i < 2; i++)
		assert_int_equal(waitpid(pid[i], &status[i], 0), pid[i]);
	assert_int_equal(WEXITSTATUS(status[0]) + WEXITSTATUS(status[1]), 40);
	assert_int_equal(ask(f, "SELECT count(*) FROM tasks WHERE attempts = 1"), 40);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_task_has_what_it_was_added_with),
		CASE(a_key_is_one_task_that_takes_the_higher_priority_and_the_earlier_time),
		CASE(sources_take_turns_and_priority_goes_before),
		CASE(a_task_waits_for_its_time),
		CASE(a_lease_that_is_over_or_of_an_earlier_boot_is_anothers_to_take),
		CASE(a_renewed_lease_holds),
		CASE(what_was_begun_too_often_has_failed),
		CASE(the_verdict_and_the_end_of_a_task_are_one),
		CASE(who_lost_the_lease_stores_nothing),
		CASE(a_verdict_is_of_one_task_and_a_failed_finish_changes_nothing),
		CASE(a_task_handed_back_waits_or_has_failed),
		CASE(what_waits_is_dropped_and_what_runs_goes_on),
		CASE(a_series_is_tested_again_by_another_key),
		CASE(what_dead_owners_had_waits_again),
		CASE(task_that_ends_its_owners_is_given_up),
		CASE(all_tasks_are_listed_in_their_order),
		CASE(two_workers_never_get_one_task),
	};

	return cmocka_run_group_tests_name("store_queue", tests, NULL, NULL);
}
