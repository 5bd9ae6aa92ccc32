// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/queue.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/room.h"

/* 1 and the task of a statement's next row of task_rows; 0 at its end. */
static int task_row_read(struct stmt *q, struct task *ret, struct err *err)
{
	CLEANUP(task_done) struct task t = { 0 };
	int r = stmt_step(q, err);

	if (r != 1)
		return r;
	t = (struct task){
		.num = stmt_col_int(q, 0),
		.series = stmt_col_int(q, 1),
		.key = stmt_col_dup(q, 2),
		.name = stmt_col_dup(q, 3),
		.message_id = stmt_col_dup(q, 4),
		.source = stmt_col_dup(q, 5),
		.tree = stmt_col_dup(q, 6),
		.plan = stmt_col_dup(q, 7),
		.priority = (int)stmt_col_int(q, 8),
		.attempts = (int)stmt_col_int(q, 10),
		.created = stmt_col_int(q, 11),
		.not_before = stmt_col_int(q, 12),
		.started = stmt_col_int(q, 13),
		.ended = stmt_col_int(q, 14),
		.verdict_id = stmt_col_dup(q, 15),
		.why = stmt_col_dup(q, 16),
	};
	if (task_state_parse(stmt_col_text(q, 9), &t.state) < 0)
		return bad_word("state of a task", stmt_col_text(q, 9), err);
	*ret = t;
	t = (struct task){ 0 };
	return 1;
}

static int task_one(struct db *db, const char *sql, const char *name, int64_t num, struct task *ret,
		    struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql, err);

	if (r < 0)
		return r;
	stmt_int(&q, name, num);
	return task_row_read(&q, ret, err);
}

int task_read(struct db *db, int64_t num, struct task *ret, struct err *err)
{
	return task_one(db, sql_task_get, ":num", num, ret, err);
}

int task_read_of_series(struct db *db, int64_t series, struct task *ret, struct err *err)
{
	return task_one(db, sql_task_of_series, ":series", series, ret, err);
}

int store_task_get(struct store *s, int64_t num, struct task *ret, struct err *err)
{
	int r = task_read(s->db, num, ret, err);

	return r < 0 ? err_prefix(err, "task %lld", (long long)num) : r;
}

int store_task_of_series(struct store *s, int64_t series, struct task *ret, struct err *err)
{
	int r = task_read_of_series(s->db, series, ret, err);

	return r < 0 ? err_prefix(err, "series %lld", (long long)series) : r;
}

static void list_add(struct task_list *l, struct task *t)
{
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = *t;
	*t = (struct task){ 0 };
}

static int list_read(struct db *db, const char *sql, int limit, struct task_list *l,
		     struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	struct task t = { 0 };
	int left = limit - (int)l->n, r = stmt_prepare(db, &q, sql, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":limit", left < 0 ? 0 : left);
	while ((r = task_row_read(&q, &t, err)) == 1)
		list_add(l, &t);
	return r;
}

/* A task that waits, as far as its turn depends on it. */
struct waiting {
	int64_t num, priority, source, served;
	bool later; /* its time has not come */
};

struct waitings {
	struct waiting *v;
	size_t n, cap;
};

static void waitings_done(struct waitings *w)
{
	free(w->v);
}

static int waitings_read(struct db *db, struct waitings *w, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_task_waiting, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":now", clock_now());
	while ((r = stmt_step(&q, err)) == 1) {
		w->v = mem_grow(w->v, w->n, &w->cap, sizeof(*w->v));
		w->v[w->n++] = (struct waiting){ stmt_col_int(&q, 0), stmt_col_int(&q, 1),
						 stmt_col_int(&q, 2), stmt_col_int(&q, 3),
						 stmt_col_int(&q, 4) };
	}
	return r;
}

/* Puts the one whose turn it is first, as store_task_claim() would, and counts its source served.
 */
static void turn_next(struct waiting *v, size_t n, int64_t count)
{
	struct waiting first;
	size_t at = 0;

	for (size_t i = 1; i < n && !v[i].later && v[i].priority == v[0].priority; i++)
		if (v[i].served < v[at].served)
			at = i;
	first = v[at];
	for (; at > 0; at--)
		v[at] = v[at - 1];
	v[0] = first;
	for (size_t i = 0; i < n; i++)
		if (v[i].source == first.source)
			v[i].served = count;
}

static int waiting_list(struct db *db, int limit, struct task_list *l, struct err *err)
{
	CLEANUP(waitings_done) struct waitings w = { 0 };
	int64_t count = 0;
	int r = counter_get(db, "served", &count, err);

	if (r == 0)
		r = waitings_read(db, &w, err);
	for (size_t i = 0; r >= 0 && i < w.n && (int64_t)l->n < limit; i++) {
		struct task t = { 0 };

		if (!w.v[i].later)
			turn_next(w.v + i, w.n - i, ++count);
		r = task_read(db, w.v[i].num, &t, err);
		if (r == 1)
			list_add(l, &t);
	}
	return r < 0 ? r : 0;
}

int store_tasks(struct store *s, bool all, int limit, struct task_list *ret, struct err *err)
{
	CLEANUP(task_list_done) struct task_list l = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int r = txn_read(s->db, &t, err);

	if (r == 0)
		r = list_read(s->db, sql_task_running, limit, &l, err);
	if (r == 0)
		r = waiting_list(s->db, limit, &l, err);
	if (r == 0 && all)
		r = list_read(s->db, sql_task_ended, limit, &l, err);
	if (r < 0)
		return err_prefix(err, "the queue");
	*ret = l;
	l = (struct task_list){ 0 };
	return 0;
}
