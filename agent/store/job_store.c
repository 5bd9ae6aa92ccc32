// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/room.h"

int bad_word(const char *what, const char *word, struct err *err)
{
	return err_set(err, EBADMSG, "the store is damaged: '%s' is not a %s", word, what);
}

int test_status_col(struct stmt *q, int col, enum test_status *ret, struct err *err)
{
	const char *word = stmt_col_text(q, col);

	return test_status_parse(word, ret) < 0 ? bad_word("status of a test", word, err) : 0;
}

int boot_state_col(struct stmt *q, int col, enum boot_state *ret, struct err *err)
{
	const char *word = stmt_col_text(q, col);

	for (enum boot_state i = BOOT_SILENT; i <= BOOT_FINISHED; i++)
		if (strcmp(word, boot_state_name(i)) == 0) {
			*ret = i;
			return 0;
		}
	return bad_word("state of a boot", word, err);
}

static int job_outcome_col(struct stmt *q, int col, enum job_outcome *ret, struct err *err)
{
	const char *word = stmt_col_text(q, col);

	for (enum job_outcome i = JOB_DONE; i <= JOB_CANCELED; i++)
		if (strcmp(word, job_outcome_name(i)) == 0) {
			*ret = i;
			return 0;
		}
	return bad_word("outcome of a job", word, err);
}

int paths_put(struct db *db, const struct test_list *l, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_path_put, err);

	for (size_t i = 0; r == 0 && i < l->n; i++) {
		stmt_text(&q, ":path", l->v[i].path);
		r = stmt_run(&q, err);
	}
	return r;
}

static int tests_put(struct db *db, int64_t job, const struct test_list *l, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = db_run_int(db, sql_test_clear, ":job", job, err);

	if (r == 0)
		r = paths_put(db, l, err);
	if (r == 0)
		r = stmt_prepare(db, &q, sql_test_put, err);
	for (size_t i = 0; r == 0 && i < l->n; i++) {
		const struct test *t = &l->v[i];

		stmt_int(&q, ":job", job);
		stmt_int(&q, ":seq", (int64_t)i);
		stmt_text(&q, ":path", t->path);
		stmt_text(&q, ":status", test_status_name(t->status));
		stmt_int(&q, ":line", (int64_t)t->line);
		stmt_text(&q, ":comment", t->comment);
		r = stmt_run(&q, err);
	}
	return r;
}

/* Returns the number of the job's row in *ret. */
static int job_row_put(struct db *db, const struct job *j, const struct log_ref *log, int64_t *ret,
		       struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_job_put, err);

	if (r < 0)
		return r;
	stmt_text_or_null(&q, ":id", j->id);
	stmt_text(&q, ":build_id", j->build_id);
	stmt_text(&q, ":target", j->target);
	stmt_text(&q, ":lab", j->lab);
	stmt_text(&q, ":filter", j->filter);
	stmt_text(&q, ":outcome", job_outcome_name(j->outcome));
	stmt_text(&q, ":reason", j->reason);
	stmt_text(&q, ":boot", boot_state_name(j->boot));
	stmt_int(&q, ":start_time", j->started);
	stmt_int(&q, ":duration_ms", j->duration_ms);
	stmt_text(&q, ":log_sha256", log->sha256);
	r = stmt_step(&q, err);
	if (r < 0)
		return r;
	*ret = stmt_col_int(&q, 0);
	return stmt_run(&q, err);
}

int job_rows_put(struct store *s, const struct job *j, const struct log_ref *log, struct err *err)
{
	CLEANUP(txn_done) struct txn t = { 0 };
	int64_t num = 0;
	int r = txn_begin(s->db, &t, err);

	if (r == 0 && j->console)
		r = log_row_put(s->db, log, err);
	if (r == 0)
		r = job_row_put(s->db, j, log, &num, err);
	if (r == 0)
		r = tests_put(s->db, num, &j->tests, err);
	if (r == 0)
		r = incidents_put(s->db, num, &j->oopses, err);
	return r < 0 ? r : txn_commit(&t, err);
}

int store_job_put(struct store *s, struct job *j, struct err *err)
{
	struct log_ref log = { 0 };

	if (log_take(s, j->console, j->log_sha256, &log, err) < 0 ||
	    job_rows_put(s, j, &log, err) < 0)
		return err_prefix(err, "job '%s'", j->id ? j->id : "");
	log_taken(&log, &j->console, j->log_sha256);
	return 0;
}

static int tests_get(struct db *db, int64_t job, struct test_list *l, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_test_get, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":job", job);
	while ((r = stmt_step(&q, err)) == 1) {
		enum test_status status = TEST_MISS;

		r = test_status_col(&q, 1, &status, err);
		if (r < 0)
			return r;
		(void)test_list_add(l, stmt_col_dup(&q, 0), status, (size_t)stmt_col_int(&q, 2),
				    stmt_col_dup(&q, 3));
	}
	return r;
}

static int incidents_get(struct db *db, int64_t job, struct oops_list *l, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_incident_get, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":job", job);
	while ((r = stmt_step(&q, err)) == 1)
		incident_col(&q, l);
	return r;
}

static int job_row_get(struct db *db, const char *id, struct job *j, int64_t *num, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_job_get, err);
	const char *log;

	if (r < 0)
		return r;
	stmt_text(&q, ":id", id);
	r = stmt_step(&q, err);
	if (r != 1)
		return r;
	*num = stmt_col_int(&q, 0);
	j->id = stmt_col_dup(&q, 1);
	j->build_id = stmt_col_dup(&q, 2);
	j->target = stmt_col_dup(&q, 3);
	j->lab = stmt_col_dup(&q, 4);
	j->filter = stmt_col_dup(&q, 5);
	j->reason = stmt_col_dup(&q, 7);
	j->started = stmt_col_int(&q, 9);
	j->duration_ms = stmt_col_int(&q, 10);
	log = stmt_col_text(&q, 11);
	snprintf(j->log_sha256, sizeof(j->log_sha256), "%s", log ? log : "");
	r = job_outcome_col(&q, 6, &j->outcome, err);
	if (r == 0)
		r = boot_state_col(&q, 8, &j->boot, err);
	return r < 0 ? r : 1;
}

int store_job_get(struct store *s, const char *id, struct job *ret, struct err *err)
{
	CLEANUP(job_done) struct job j = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int64_t num = 0;
	int found, r = txn_read(s->db, &t, err);

	if (r < 0)
		return r;
	found = r = job_row_get(s->db, id, &j, &num, err);
	if (found == 1)
		r = tests_get(s->db, num, &j.tests, err);
	if (found == 1 && r == 0)
		r = incidents_get(s->db, num, &j.oopses, err);
	if (r < 0)
		return err_prefix(err, "job '%s'", id);
	if (found == 1) {
		*ret = j;
		j = (struct job){ 0 };
	}
	return found;
}

int store_job_number(struct store *s, int64_t *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int64_t number = 0;
	int r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = stmt_prepare(s->db, &q, sql_job_number, err);
	if (r == 0)
		r = stmt_step(&q, err);
	if (r < 0)
		return r;
	number = stmt_col_int(&q, 0);
	r = stmt_run(&q, err);
	if (r == 0)
		r = txn_commit(&t, err);
	if (r == 0)
		*ret = number;
	return r;
}
