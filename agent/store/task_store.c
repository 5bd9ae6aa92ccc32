// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/verdict.h"
#include "store/room.h"

enum { KEY_MAX = 1024 };

/* What a lease is measured by. */
struct moment {
	int64_t now;   /* wall clock, seconds: when tasks may begin */
	int64_t until; /* CLOCK_BOOTTIME, milliseconds: leases to here are over */
	char boot[CLOCK_BOOT_LEN];
};

static int moment_read(struct moment *m, struct err *err)
{
	m->now = clock_now();
	m->until = clock_boottime_ms();
	return clock_boot_id(m->boot, err);
}

/* Runs a statement that returns at most a row: 1 and its first column (where asked for), or 0. */
static int one_row(struct stmt *q, int64_t *ret, struct err *err)
{
	int r = stmt_step(q, err);

	if (r == 1 && ret)
		*ret = stmt_col_int(q, 0);
	stmt_reset(q);
	return r;
}

static int task_new(struct db *db, const struct task *t, int64_t *num, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int64_t source = 0;
	int r = source_number(db, t->source, &source, err);

	if (r == 0)
		r = stmt_prepare(db, &q, sql_task_put, err);
	if (r < 0)
		return r;
	stmt_foreign(&q, ":key", t->key, KEY_MAX);
	stmt_int(&q, ":series", t->series);
	stmt_int(&q, ":source", source);
	stmt_text(&q, ":tree", t->tree);
	stmt_text(&q, ":plan", t->plan);
	stmt_int(&q, ":priority", t->priority);
	stmt_int(&q, ":not_before", t->not_before);
	stmt_int(&q, ":now", clock_now());
	return one_row(&q, num, err);
}

static int task_hurry(struct db *db, int64_t num, int priority, int64_t not_before, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_task_hurry, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":num", num);
	stmt_int(&q, ":priority", priority);
	stmt_int(&q, ":not_before", not_before);
	return stmt_run(&q, err);
}

static int task_known(struct db *db, const char *key, int64_t *num, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_task_known, err);

	if (r < 0)
		return r;
	stmt_foreign(&q, ":key", key, KEY_MAX);
	return one_row(&q, num, err);
}

int store_task_add(struct store *s, const struct task *t, int64_t *num, struct err *err)
{
	CLEANUP(txn_done) struct txn txn = { 0 };
	int64_t n = 0;
	int known = 0, r = txn_begin(s->db, &txn, err);

	if (r == 0)
		r = known = task_known(s->db, t->key, &n, err);
	if (r == 1)
		r = task_hurry(s->db, n, t->priority, t->not_before, err);
	else if (r == 0)
		r = task_new(s->db, t, &n, err);
	if (r >= 0)
		r = txn_commit(&txn, err);
	if (r < 0)
		return err_prefix(err, "task '%s'", t->key);
	if (num)
		*num = n;
	return !known;
}

/* Makes a task ours; its source has been served. */
static int lease(struct db *db, int64_t num, const char *owner, int lease_s, const struct moment *m,
		 struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 }, served = { 0 };
	int64_t count = 0;
	int r = stmt_prepare(db, &q, sql_task_claim, err);

	if (r == 0)
		r = stmt_prepare(db, &served, sql_source_served, err);
	if (r == 0)
		r = counter_next(db, "served", &count, err);
	if (r < 0)
		return r;
	stmt_int(&q, ":num", num);
	stmt_text(&q, ":owner", owner);
	stmt_text(&q, ":boot", m->boot);
	stmt_int(&q, ":until", m->until + (int64_t)lease_s * 1000);
	stmt_int(&q, ":now", m->now);
	r = stmt_run(&q, err);
	stmt_int(&served, ":num", num);
	stmt_int(&served, ":served", count);
	return r < 0 ? r : stmt_run(&served, err);
}

static int task_fail(struct db *db, int64_t num, int64_t attempts, int64_t now, struct err *err)
{
	CLEANUP(free_ptr)
	char *why = mem_printf("begun %lld times without an end", (long long)attempts);
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_task_fail, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":num", num);
	stmt_int(&q, ":now", now);
	stmt_text(&q, ":why", why);
	return stmt_run(&q, err);
}

/* The one whose turn it is, 0: none; those that were begun too often are over. */
static int task_next(struct db *db, int attempts_max, const struct moment *m, int64_t *num,
		     struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_task_next, err);

	while (r == 0) {
		int64_t n, attempts;

		stmt_int(&q, ":now", m->now);
		stmt_text(&q, ":boot", m->boot);
		stmt_int(&q, ":until", m->until);
		r = stmt_step(&q, err);
		if (r != 1)
			return r;
		n = stmt_col_int(&q, 0);
		attempts = stmt_col_int(&q, 1);
		stmt_reset(&q);
		if (attempts < attempts_max) {
			*num = n;
			return 1;
		}
		r = task_fail(db, n, attempts, m->now, err);
	}
	return r;
}

static int task_wait(struct db *db, const struct moment *m, int *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_task_wait, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":now", m->now);
	stmt_int(&q, ":until", m->until);
	r = stmt_step(&q, err);
	*ret = -1;
	if (r == 1 && stmt_col_text(&q, 0)) {
		int64_t wait = stmt_col_int(&q, 0);

		*ret = wait < 0 ? 0 : wait > INT32_MAX ? INT32_MAX : (int)wait;
	}
	return r < 0 ? r : 0;
}

int store_task_claim(struct store *s, const char *owner, int lease_s, int attempts_max,
		     struct task *ret, int *next_s, struct err *err)
{
	CLEANUP(task_done) struct task task = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	struct moment m;
	int64_t num = 0;
	int wait = -1, found = 0, r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = moment_read(&m, err);
	if (r == 0)
		r = found = task_next(s->db, attempts_max, &m, &num, err);
	if (found == 1) {
		r = lease(s->db, num, owner, lease_s, &m, err);
		if (r == 0)
			r = task_read(s->db, num, &task, err);
	} else if (r == 0) {
		r = task_wait(s->db, &m, &wait, err);
	}
	if (r >= 0)
		r = txn_commit(&t, err);
	if (r < 0)
		return err_prefix(err, "the queue");
	if (next_s)
		*next_s = found == 1 ? 0 : wait;
	if (found == 1) {
		*ret = task;
		task = (struct task){ 0 };
	}
	return found;
}

static int is_claimable(struct db *db, int64_t num, const struct moment *m, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_task_claimable, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":num", num);
	stmt_text(&q, ":boot", m->boot);
	stmt_int(&q, ":until", m->until);
	return one_row(&q, NULL, err);
}

int store_task_claim_num(struct store *s, int64_t num, const char *owner, int lease_s,
			 struct task *ret, struct err *err)
{
	CLEANUP(task_done) struct task task = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	struct moment m;
	int found = 0, r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = moment_read(&m, err);
	if (r == 0)
		r = found = is_claimable(s->db, num, &m, err);
	if (found == 1) {
		r = lease(s->db, num, owner, lease_s, &m, err);
		if (r == 0)
			r = task_read(s->db, num, &task, err);
		if (r >= 0)
			r = txn_commit(&t, err);
	}
	if (r < 0)
		return err_prefix(err, "task %lld", (long long)num);
	if (found == 1) {
		*ret = task;
		task = (struct task){ 0 };
	}
	return found;
}

int store_task_renew(struct store *s, int64_t num, const char *owner, int lease_s, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	struct moment m;
	int ours = 0, r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = moment_read(&m, err);
	if (r == 0)
		r = stmt_prepare(s->db, &q, sql_task_renew, err);
	if (r == 0) {
		stmt_int(&q, ":num", num);
		stmt_text(&q, ":owner", owner);
		stmt_text(&q, ":boot", m.boot);
		stmt_int(&q, ":until", m.until + (int64_t)lease_s * 1000);
		r = ours = one_row(&q, NULL, err);
	}
	if (r >= 0)
		r = txn_commit(&t, err);
	return r < 0 ? err_prefix(err, "task %lld", (long long)num) : ours;
}

static int is_owned(struct db *db, int64_t num, const char *owner, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_task_owned, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":num", num);
	stmt_text(&q, ":owner", owner);
	return one_row(&q, NULL, err);
}

static int task_finish(struct db *db, int64_t num, int64_t verdict, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_task_finish, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":num", num);
	stmt_int(&q, ":verdict", verdict);
	stmt_int(&q, ":now", clock_now());
	return stmt_run(&q, err);
}

int store_task_finish(struct store *s, int64_t num, const char *owner, struct verdict *v,
		      struct err *err)
{
	CLEANUP(free_ptr) char *id = NULL;
	CLEANUP(txn_done) struct txn t = { 0 };
	int64_t verdict = 0, created = v->created ? v->created : clock_now();
	int ours = 0, r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = ours = is_owned(s->db, num, owner, err);
	if (ours == 1) {
		r = verdict_rows_put(s->db, v, created, &verdict, &id, err);
		if (r == 0)
			r = task_finish(s->db, num, verdict, err);
	}
	if (r >= 0)
		r = txn_commit(&t, err);
	if (r < 0)
		return err_prefix(err, "task %lld", (long long)num);
	if (ours == 1) {
		free(v->id);
		v->id = id;
		id = NULL;
		v->created = created;
	}
	return ours;
}

int store_task_return(struct store *s, int64_t num, const char *owner, enum task_state state,
		      int64_t not_before, bool free, const char *why, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int ours = 0, r;

	if (state != TASK_WAITING && state != TASK_FAILED && state != TASK_DROPPED)
		return err_set(err, EINVAL, "task %lld: it can wait, fail or be dropped, not be %s",
			       (long long)num, task_state_name(state));
	r = txn_begin(s->db, &t, err);
	if (r == 0)
		r = stmt_prepare(s->db, &q, sql_task_return, err);
	if (r == 0) {
		stmt_int(&q, ":num", num);
		stmt_text(&q, ":owner", owner);
		stmt_text(&q, ":state", task_state_name(state));
		stmt_int(&q, ":not_before", not_before);
		stmt_int(&q, ":free", free);
		stmt_int(&q, ":now", clock_now());
		stmt_foreign(&q, ":why", why, TEXT_MAX);
		r = ours = one_row(&q, NULL, err);
	}
	if (r >= 0)
		r = txn_commit(&t, err);
	return r < 0 ? err_prefix(err, "task %lld", (long long)num) : ours;
}

/* Runs a statement that returns a row a task, and counts them. */
static int count_rows(struct stmt *q, struct err *err)
{
	int n = 0, r;

	while ((r = stmt_step(q, err)) == 1)
		n++;
	stmt_reset(q);
	return r < 0 ? r : n;
}

int store_tasks_reclaim(struct store *s, const char *owners, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int n = 0, r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = stmt_prepare(s->db, &q, sql_task_reclaim, err);
	if (r == 0) {
		stmt_text(&q, ":owners", owners);
		stmt_int(&q, ":most", TASK_DEATHS_MAX);
		stmt_int(&q, ":now", clock_now());
		r = n = count_rows(&q, err);
	}
	if (r >= 0)
		r = txn_commit(&t, err);
	return r < 0 ? err_prefix(err, "tasks of '%s'", owners) : n;
}

int store_tasks_drop(struct store *s, int64_t series, const char *why, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int n = 0, r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = stmt_prepare(s->db, &q, sql_task_drop, err);
	if (r == 0) {
		stmt_int(&q, ":series", series);
		stmt_foreign(&q, ":why", why, TEXT_MAX);
		stmt_int(&q, ":now", clock_now());
		r = n = count_rows(&q, err);
	}
	if (r >= 0)
		r = txn_commit(&t, err);
	return r < 0 ? err_prefix(err, "tasks of series %lld", (long long)series) : n;
}

/* A copy of a task under a key of its own: the old one's with the number behind it. */
static int task_copy(struct db *db, const struct task *old, int priority, int64_t *num,
		     struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 }, last = { 0 };
	CLEANUP(free_ptr) char *key = NULL;
	const char *mark = strrchr(old->key, '~');
	size_t len = mark ? (size_t)(mark - old->key) : strlen(old->key);
	int64_t n = 0;
	int r = stmt_prepare(db, &last, sql_task_last, err);

	if (r == 0)
		r = one_row(&last, &n, err);
	if (r >= 0)
		r = stmt_prepare(db, &q, sql_task_again, err);
	if (r < 0)
		return r;
	key = mem_printf("%.*s~%lld", (int)len, old->key, (long long)n + 1);
	stmt_text(&q, ":key", key);
	stmt_int(&q, ":num", old->num);
	stmt_int(&q, ":priority", priority);
	stmt_int(&q, ":now", clock_now());
	return one_row(&q, num, err);
}

int store_task_again(struct store *s, int64_t series, int priority, int64_t *num, struct err *err)
{
	CLEANUP(task_done) struct task old = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int64_t n = 0;
	int found = 0, r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = found = task_read_of_series(s->db, series, &old, err);
	if (found == 1 && old.state == TASK_WAITING) {
		n = old.num; /* not tested yet: once will do */
		r = task_hurry(s->db, n, priority, 0, err);
	} else if (found == 1) {
		r = task_copy(s->db, &old, priority, &n, err);
	}
	if (r >= 0)
		r = txn_commit(&t, err);
	if (r < 0)
		return err_prefix(err, "series %lld", (long long)series);
	if (found == 1 && num)
		*num = n;
	return found;
}
