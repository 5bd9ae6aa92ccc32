// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/store.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/room.h"

/* Returns the number of the outcome's row in *ret. */
static int outcome_row_put(struct db *db, const struct outcome *o, int64_t *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_outcome_put, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":build_id", o->build_id);
	stmt_text(&q, ":target", o->target);
	stmt_text(&q, ":boot", boot_state_name(o->boot));
	stmt_int(&q, ":now", clock_now());
	r = stmt_step(&q, err);
	if (r < 0)
		return r;
	*ret = stmt_col_int(&q, 0);
	return stmt_run(&q, err);
}

static int jobs_put(struct db *db, int64_t outcome, const struct outcome *o, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = db_run_int(db, sql_outcome_job_clear, ":outcome", outcome, err);

	if (r == 0)
		r = stmt_prepare(db, &q, sql_outcome_job_put, err);
	for (size_t i = 0; r == 0 && i < o->n_jobs; i++) {
		stmt_int(&q, ":outcome", outcome);
		stmt_int(&q, ":seq", (int64_t)i);
		stmt_text(&q, ":job_id", o->jobs[i]);
		r = stmt_run(&q, err);
		if (r < 0)
			return err_prefix(err, "its job '%s'", o->jobs[i]);
	}
	return r;
}

static int tests_put(struct db *db, int64_t outcome, const struct outcome *o, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = db_run_int(db, sql_outcome_test_clear, ":outcome", outcome, err);

	if (r == 0)
		r = paths_put(db, &o->tests, err);
	if (r == 0)
		r = stmt_prepare(db, &q, sql_outcome_test_put, err);
	for (size_t i = 0; r == 0 && i < o->tests.n; i++) {
		const struct test *t = &o->tests.v[i];

		stmt_int(&q, ":outcome", outcome);
		stmt_int(&q, ":seq", (int64_t)i);
		stmt_text(&q, ":path", t->path);
		stmt_text(&q, ":status", test_status_name(t->status));
		stmt_int(&q, ":line", (int64_t)t->line);
		stmt_text(&q, ":comment", t->comment);
		stmt_text_or_null(&q, ":job_id", o->test_jobs ? o->test_jobs[i] : NULL);
		r = stmt_run(&q, err);
		if (r < 0)
			return err_prefix(err, "its test '%s'", t->path);
	}
	return r;
}

/* An oops of an outcome is an incident of one of its jobs. */
static int outcome_incidents_put(struct db *db, int64_t outcome, const struct outcome *o,
				 struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = db_run_int(db, sql_outcome_incident_clear, ":outcome", outcome, err);

	if (r == 0)
		r = stmt_prepare(db, &q, sql_outcome_incident_put, err);
	for (size_t i = 0; r == 0 && i < o->oopses.n; i++) {
		const struct oops *x = &o->oopses.v[i];

		stmt_int(&q, ":outcome", outcome);
		stmt_int(&q, ":seq", (int64_t)i);
		stmt_text(&q, ":id", x->hash);
		stmt_int(&q, ":first_line", (int64_t)x->first_line);
		stmt_text_or_null(&q, ":job_id", o->oops_jobs ? o->oops_jobs[i] : NULL);
		r = stmt_step(&q, err);
		if (r == 0)
			return err_set(err, EINVAL, "none of its jobs shows '%s'", x->title);
		if (r == 1)
			r = stmt_run(&q, err);
	}
	return r;
}

static int outcome_rows_put(struct store *s, const struct outcome *o, struct err *err)
{
	CLEANUP(txn_done) struct txn t = { 0 };
	int64_t num = 0;
	int r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = outcome_row_put(s->db, o, &num, err);
	if (r == 0)
		r = jobs_put(s->db, num, o, err);
	if (r == 0)
		r = tests_put(s->db, num, o, err);
	if (r == 0)
		r = outcome_incidents_put(s->db, num, o, err);
	return r < 0 ? r : txn_commit(&t, err);
}

int store_outcome_put(struct store *s, const struct outcome *o, struct err *err)
{
	int r;

	if (o->infra)
		r = err_set(err, EINVAL, "the lab failed: that is no outcome to keep");
	else
		r = outcome_rows_put(s, o, err);
	if (r < 0)
		return err_prefix(err, "outcome of build '%s' on '%s'", o->build_id, o->target);
	return 0;
}

static int jobs_get(struct db *db, int64_t outcome, struct outcome *o, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_outcome_job_get, err);
	size_t cap = 0;

	if (r < 0)
		return r;
	stmt_int(&q, ":outcome", outcome);
	while ((r = stmt_step(&q, err)) == 1) {
		o->jobs = mem_grow(o->jobs, o->n_jobs, &cap, sizeof(*o->jobs));
		o->jobs[o->n_jobs++] = stmt_col_dup(&q, 0);
	}
	return r;
}

static int tests_get(struct db *db, int64_t outcome, struct outcome *o, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_outcome_test_get, err);
	size_t cap = 0;

	if (r < 0)
		return r;
	stmt_int(&q, ":outcome", outcome);
	while ((r = stmt_step(&q, err)) == 1) {
		enum test_status status = TEST_MISS;

		r = test_status_col(&q, 1, &status, err);
		if (r < 0)
			return r;
		o->test_jobs = mem_grow(o->test_jobs, o->tests.n, &cap, sizeof(*o->test_jobs));
		o->test_jobs[o->tests.n] = stmt_col_dup(&q, 4);
		(void)test_list_add(&o->tests, stmt_col_dup(&q, 0), status,
				    (size_t)stmt_col_int(&q, 2), stmt_col_dup(&q, 3));
	}
	return r;
}

static int outcome_incidents_get(struct db *db, int64_t outcome, struct outcome *o, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_outcome_incident_get, err);
	size_t cap = 0;

	if (r < 0)
		return r;
	stmt_int(&q, ":outcome", outcome);
	while ((r = stmt_step(&q, err)) == 1) {
		o->oops_jobs = mem_grow(o->oops_jobs, o->oopses.n, &cap, sizeof(*o->oops_jobs));
		o->oops_jobs[o->oopses.n] = stmt_col_dup(&q, 10);
		incident_col(&q, &o->oopses);
	}
	return r;
}

static int outcome_row_get(struct db *db, struct outcome *o, int64_t *num, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_outcome_get, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":build_id", o->build_id);
	stmt_text(&q, ":target", o->target);
	r = stmt_step(&q, err);
	if (r != 1)
		return r;
	*num = stmt_col_int(&q, 0);
	r = boot_state_col(&q, 1, &o->boot, err);
	return r < 0 ? r : 1;
}

int store_outcome_get(struct store *s, const char *build_id, const char *target,
		      struct outcome *ret, struct err *err)
{
	CLEANUP(outcome_done) struct outcome o = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int64_t num = 0;
	int found, r = txn_read(s->db, &t, err);

	if (r < 0)
		return r;
	o.build_id = mem_strdup(build_id);
	o.target = mem_strdup(target);
	o.reason = mem_strdup("");
	found = r = outcome_row_get(s->db, &o, &num, err);
	if (found == 1)
		r = jobs_get(s->db, num, &o, err);
	if (found == 1 && r == 0)
		r = tests_get(s->db, num, &o, err);
	if (found == 1 && r == 0)
		r = outcome_incidents_get(s->db, num, &o, err);
	if (r < 0)
		return err_prefix(err, "outcome of build '%s' on '%s'", build_id, target);
	if (found == 1) {
		*ret = o;
		o = (struct outcome){ 0 };
	}
	return found;
}
