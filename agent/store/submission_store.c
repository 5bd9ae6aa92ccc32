// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/labs.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/room.h"

static const char *const purposes[] = {
	[SUBMISSION_TEST] = "test",
	[SUBMISSION_HEALTH] = "health",
};

int stmt_one(struct stmt *q, int64_t *ret, struct err *err)
{
	int r = stmt_step(q, err);

	if (r == 1 && ret)
		*ret = stmt_col_int(q, 0);
	stmt_reset(q);
	return r;
}

static int none(int64_t num, struct err *err)
{
	return err_set(err, ENOENT, "there is no submission %lld", (long long)num);
}

/* 1 and the one of the same boot that is on its way; 0: there is none. */
static int known(struct db *db, const struct submission *w, int64_t *num, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r;

	if (w->purpose == SUBMISSION_HEALTH)
		return 0;
	r = stmt_prepare(db, &q, sql_submission_known, err);
	if (r < 0)
		return r;
	stmt_text(&q, ":lab", w->lab);
	stmt_text(&q, ":target", w->target);
	stmt_text(&q, ":build_id", w->build_id);
	stmt_text(&q, ":filter", w->filter);
	return stmt_one(&q, num, err);
}

static int put(struct db *db, const struct submission *w, int64_t *num, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_submission_put, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":lab", w->lab);
	stmt_text(&q, ":target", w->target);
	stmt_text(&q, ":build_id", w->build_id);
	stmt_text(&q, ":filter", w->filter);
	stmt_text(&q, ":kernel", w->kernel);
	stmt_text(&q, ":ramdisk", w->ramdisk);
	stmt_text(&q, ":dtb", w->dtb);
	stmt_text(&q, ":purpose", purposes[w->purpose]);
	stmt_int_or_null(&q, ":task", w->task);
	stmt_int(&q, ":now", clock_now());
	r = stmt_one(&q, num, err);
	return r < 0 ? r : 0;
}

/* `task` wants it; 0: one more by hand. */
static int want(struct db *db, int64_t num, int64_t task, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_submission_want, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":num", num);
	stmt_int(&q, ":task", task);
	return stmt_run(&q, err);
}

int store_submission_want(struct store *s, const struct submission *w, int64_t *num,
			  struct err *err)
{
	CLEANUP(txn_done) struct txn t = { 0 };
	int64_t n = 0;
	int old = 0, r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = old = known(s->db, w, &n, err);
	if (r == 0)
		r = put(s->db, w, &n, err);
	if (r >= 0)
		r = want(s->db, n, w->task, err);
	if (r == 0)
		r = txn_commit(&t, err);
	if (r < 0)
		return err_prefix(err, "submission to '%s'", w->lab);
	if (num)
		*num = n;
	return !old;
}

/* 1 and the submission of a statement's row of submission_rows; 0: there is none. */
static int row_read(struct stmt *q, struct submission *ret, struct err *err)
{
	CLEANUP(submission_done) struct submission s = { 0 };
	int r = stmt_step(q, err);

	if (r != 1)
		return r;
	s = (struct submission){
		.num = stmt_col_int(q, 0),
		.key = stmt_col_dup(q, 1),
		.lab = stmt_col_dup(q, 2),
		.target = stmt_col_dup(q, 3),
		.build_id = stmt_col_dup(q, 4),
		.filter = stmt_col_dup(q, 5),
		.kernel = stmt_col_dup(q, 6),
		.ramdisk = stmt_col_dup(q, 7),
		.dtb = stmt_col_dup(q, 8),
		.purpose = strcmp(stmt_col_text(q, 9), purposes[SUBMISSION_HEALTH]) == 0,
		.task = stmt_col_int(q, 10),
		.cancel = stmt_col_int(q, 12) != 0,
		.lava_id = stmt_col_int(q, 13),
		.created = stmt_col_int(q, 14),
		.posted = stmt_col_int(q, 15),
		.started = stmt_col_int(q, 16),
		.ended = stmt_col_int(q, 17),
		.device = stmt_col_dup(q, 18),
		.job_id = stmt_col_dup(q, 19),
	};
	if (submission_state_parse(stmt_col_text(q, 11), &s.state) < 0)
		return bad_word("state of a submission", stmt_col_text(q, 11), err);
	*ret = s;
	s = (struct submission){ 0 };
	return 1;
}

int store_submission_get(struct store *s, int64_t num, struct submission *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_submission_get, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":num", num);
	return row_read(&q, ret, err);
}

void submission_marks_done(struct submission_marks *l)
{
	free(l->v);
	*l = (struct submission_marks){ 0 };
}

int store_submissions_open(struct store *s, const char *lab, struct submission_marks *ret,
			   struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_submission_open, err);

	ret->n = 0;
	if (r < 0)
		return r;
	stmt_text_or_null(&q, ":lab", lab);
	while ((r = stmt_step(&q, err)) == 1) {
		ret->v = mem_grow(ret->v, ret->n, &ret->cap, sizeof(*ret->v));
		ret->v[ret->n++] =
			(struct submission_mark){ stmt_col_int(&q, 0), stmt_col_int(&q, 1) != 0 };
	}
	return r;
}

/* 1 it has ended, with this job or ""; 0 it has not. */
static int has_ended(struct db *db, int64_t num, char **job, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_submission_state, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":num", num);
	r = stmt_step(&q, err);
	if (r == 0)
		return none(num, err);
	if (r == 1 && job)
		*job = stmt_col_dup(&q, 1);
	return r < 0 ? r : stmt_col_int(&q, 0) != 0;
}

/* A change of one row, in a transaction: 1 done, 0 the row's state forbids it. */
static int change(struct store *s, int64_t num, struct stmt *q, struct err *err)
{
	CLEANUP(txn_done) struct txn t = { 0 };
	int did, r = txn_begin(s->db, &t, err);

	if (r < 0)
		return r;
	did = r = stmt_one(q, NULL, err);
	if (r == 0)
		r = has_ended(s->db, num, NULL, err); /* it is there */
	if (r >= 0)
		r = txn_commit(&t, err);
	return r < 0 ? r : did;
}

int store_submission_posting(struct store *s, int64_t num, int64_t now, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_submission_posting, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":num", num);
	stmt_int(&q, ":now", now);
	return change(s, num, &q, err);
}

int store_submission_unposted(struct store *s, int64_t num, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_submission_unposted, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":num", num);
	stmt_int(&q, ":now", clock_now());
	r = change(s, num, &q, err);
	return r < 0 ? r : 0;
}

int store_submission_moved(struct store *s, int64_t num, enum submission_state state,
			   int64_t lava_id, const char *device, int64_t started, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r;

	if (state != SUBMISSION_QUEUED && state != SUBMISSION_RUNNING)
		return err_set(err, EINVAL,
			       "submission %lld: LAVA has it queued or running, not %s",
			       (long long)num, submission_state_name(state));
	r = stmt_prepare(s->db, &q, sql_submission_moved, err);
	if (r < 0)
		return r;
	stmt_int(&q, ":num", num);
	stmt_text(&q, ":state", submission_state_name(state));
	stmt_int(&q, ":lava_id", lava_id);
	stmt_foreign(&q, ":device", device ? device : "", TEXT_MAX);
	stmt_int(&q, ":started", started);
	r = change(s, num, &q, err);
	if (r == 0)
		return err_set(err, EINVAL, "submission %lld has ended", (long long)num);
	return r < 0 ? r : 0;
}

static int end_row(struct db *db, int64_t num, const char *job, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_submission_end, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":num", num);
	stmt_text(&q, ":job_id", job);
	stmt_int(&q, ":now", clock_now());
	return stmt_run(&q, err);
}

/* 1 stored; 0: it had ended with this very job, or canceled before it was sent. */
static int end_rows(struct store *s, int64_t num, const struct job *j, const struct log_ref *log,
		    struct err *err)
{
	CLEANUP(txn_done) struct txn t = { 0 };
	CLEANUP(free_ptr) char *job = NULL;
	int r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = has_ended(s->db, num, &job, err);
	if (r == 1 && (!job[0] || strcmp(job, j->id) == 0))
		return 0;
	if (r == 1)
		return err_set(err, EINVAL, "it had ended before");
	if (r == 0)
		r = job_rows_put(s, j, log, err);
	if (r == 0)
		r = end_row(s->db, num, j->id, err);
	if (r == 0)
		r = txn_commit(&t, err);
	return r < 0 ? r : 1;
}

int store_submission_end(struct store *s, int64_t num, struct job *j, struct err *err)
{
	struct log_ref log = { 0 };

	if (log_take(s, j->console, j->log_sha256, &log, err) < 0 ||
	    end_rows(s, num, j, &log, err) < 0)
		return err_prefix(err, "submission %lld", (long long)num);
	log_taken(&log, &j->console, j->log_sha256);
	return 0;
}

/* Where nobody wants it. 1 it is canceled by this; 0 somebody wants it, or it was before. */
static int cancel(struct db *db, int64_t num, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_submission_cancel, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":num", num);
	stmt_int(&q, ":now", clock_now());
	return stmt_one(&q, NULL, err);
}

int store_submission_cancel(struct store *s, int64_t num, struct err *err)
{
	CLEANUP(txn_done) struct txn t = { 0 };
	int r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = has_ended(s->db, num, NULL, err); /* it is there */
	if (r >= 0)
		r = db_run_int(s->db, sql_submission_by_hand_less, ":num", num, err);
	if (r == 0)
		r = db_run_int(s->db, sql_submission_by_hand_none, ":num", num, err);
	if (r == 0)
		r = cancel(s->db, num, err);
	return r < 0 ? r : txn_commit(&t, err);
}

/* Numbers of submissions. */
struct nums {
	int64_t *v;
	size_t n, cap;
};

static void nums_done(struct nums *l)
{
	free(l->v);
}

/* A task leaves what no device runs yet. */
static int leave(struct db *db, int64_t task, struct nums *left, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_submission_task_leaves, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":task", task);
	while ((r = stmt_step(&q, err)) == 1) {
		left->v = mem_grow(left->v, left->n, &left->cap, sizeof(*left->v));
		left->v[left->n++] = stmt_col_int(&q, 0);
	}
	return r;
}

int store_submissions_cancel_task(struct store *s, int64_t task, struct err *err)
{
	CLEANUP(nums_done) struct nums left = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int n = 0, r;

	if (task == 0)
		return 0;
	r = txn_begin(s->db, &t, err);
	if (r == 0)
		r = leave(s->db, task, &left, err);
	for (size_t i = 0; r >= 0 && i < left.n; i++) {
		r = cancel(s->db, left.v[i], err);
		n += r == 1;
	}
	if (r >= 0)
		r = txn_commit(&t, err);
	return r < 0 ? err_prefix(err, "submissions of task %lld", (long long)task) : n;
}
