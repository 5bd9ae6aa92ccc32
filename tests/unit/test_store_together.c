// SPDX-License-Identifier: GPL-2.0-or-later
/* Several writes as one transaction, and statements that are kept. */
#include "store_fixture.h"

#include "letter_fixture.h"
#include "store/outbox.h"
#include "store/queue.h"

#define PATCH LETTER("[PATCH] dma: one", "1@a", NULL, "int c1", 60)

static void mails_are(struct fixture *f, int n, const char *cursor)
{
	CLEANUP(free_ptr) char *at = NULL;

	assert_int_equal(ask(f, "SELECT count(*) FROM mails"), n);
	OK(store_cursor_get(f->s, "lkml", &at, &f->err));
	assert_string_equal(at, cursor);
}

static void send_with_cursor(struct fixture *f)
{
	const struct letter l = PATCH;

	assert_int_equal(send_as(f, "lkml", &l, 1, "7", NULL), 1);
}

static void what_is_written_together_is_there_whole_or_not_at_all(void **state)
{
	struct fixture *f = *state;
	CLEANUP(together_done) struct together t = { 0 };

	OK(together_begin(f->s, &t, &f->err));
	send_with_cursor(f);
	assert_int_equal(sort_all(f), 1);
	assert_int_equal(ask(f, "SELECT count(*) FROM mails"), 0); /* to others */
	together_done(&t);
	mails_are(f, 0, "");
	OK(together_begin(f->s, &t, &f->err));
	send_with_cursor(f);
	assert_int_equal(sort_all(f), 1);
	OK(together_commit(&t, &f->err));
	mails_are(f, 1, "7");
	assert_int_equal(ask(f, "SELECT count(*) FROM series"), 1);
}

static void a_part_that_fails_takes_the_whole_with_it(void **state)
{
	struct fixture *f = *state;
	const struct task of_nothing = { .series = 99,
					 .key = (char *)"k",
					 .source = (char *)"lkml",
					 .tree = (char *)"next",
					 .plan = (char *)"patch" };
	CLEANUP(together_done) struct together t = { 0 };

	OK(together_begin(f->s, &t, &f->err));
	send_with_cursor(f);
	assert_int_equal(store_task_add(f->s, &of_nothing, NULL, &f->err), -EINVAL);
	assert_int_equal(together_commit(&t, &f->err), -EIO);
	together_done(&t);
	mails_are(f, 0, "");
	send_with_cursor(f); /* and the next one is none of it */
	mails_are(f, 1, "7");
}

static int64_t a_series(struct fixture *f)
{
	CLEANUP(series_row_done) struct series_row s = { 0 };

	send_with_cursor(f);
	sort_all(f);
	s = series_of(f, "1@a");
	return s.num;
}

static struct message *add(struct message_list *l, const char *key)
{
	struct message *m = message_add(l, MESSAGE_MAIL);

	free(m->key);
	m->key = mem_strdup(key);
	return m;
}

/* A task of a series that runs, by "me". */
static int64_t a_task(struct fixture *f, int64_t series)
{
	CLEANUP(task_done) struct task claimed = { 0 };
	const struct task t = { .series = series,
				.key = (char *)"k",
				.source = (char *)"lkml",
				.tree = (char *)"",
				.plan = (char *)"" };
	int64_t num = 0;

	FOUND(store_task_add(f->s, &t, &num, &f->err));
	FOUND(store_task_claim_num(f->s, num, "me", 60, &claimed, &f->err));
	return num;
}

static int finish_and_tell(struct fixture *f, int64_t task, const char *owner, int64_t series)
{
	CLEANUP(verdict_done) struct verdict v = { .kind = VERDICT_FAIL, .name = mem_strdup("x") };
	CLEANUP(message_list_done) struct message_list l = { 0 };
	CLEANUP(together_done) struct together t = { 0 };
	struct message *m = add(&l, "1@d");
	int r;

	OK(together_begin(f->s, &t, &f->err));
	r = store_task_finish(f->s, task, owner, &v, &f->err);
	if (r == 1) {
		m->series = series;
		free(m->verdict_id);
		m->verdict_id = mem_strdup(v.id);
		OK(store_messages_put(f->s, &l, NULL, &f->err));
		assert_int_equal(ask(f, "SELECT count(*) FROM outbox"), 0); /* to others */
	}
	OK(together_commit(&t, &f->err));
	return r;
}

static void a_verdict_and_what_it_tells_are_one_transaction(void **state)
{
	struct fixture *f = *state;
	CLEANUP(verdict_done) struct verdict told = { 0 };
	int64_t series = a_series(f), task = a_task(f, series);

	assert_int_equal(finish_and_tell(f, task, "who lost the lease", series), 0);
	assert_int_equal(ask(f, "SELECT count(*) FROM verdicts"), 0);
	assert_int_equal(finish_and_tell(f, task, "me", series), 1);
	FOUND(store_verdict_told(f->s, series, &told, &f->err));
	assert_string_equal(told.name, "x");
	assert_int_equal(ask(f, "SELECT count(*) FROM tasks WHERE state = 'done'"), 1);
}

static void a_message_that_cannot_be_put_takes_its_verdict_with_it(void **state)
{
	struct fixture *f = *state;
	CLEANUP(verdict_done) struct verdict v = { .kind = VERDICT_FAIL, .name = mem_strdup("x") };
	CLEANUP(message_list_done) struct message_list l = { 0 };
	CLEANUP(together_done) struct together t = { 0 };
	int64_t task = a_task(f, a_series(f));

	add(&l, "1@d")->series = 99;
	OK(together_begin(f->s, &t, &f->err));
	FOUND(store_task_finish(f->s, task, "me", &v, &f->err));
	assert_int_equal(store_messages_put(f->s, &l, NULL, &f->err), -EINVAL);
	assert_int_equal(together_commit(&t, &f->err), -EIO);
	together_done(&t);
	assert_int_equal(ask(f, "SELECT count(*) FROM verdicts"), 0);
	assert_int_equal(ask(f, "SELECT count(*) FROM tasks WHERE state = 'running'"), 1);
}

static void a_statement_that_is_kept_begins_anew(void **state)
{
	static const char sql[] = "SELECT :a UNION ALL SELECT 5";
	struct fixture *f = *state;
	CLEANUP(db_freep) struct db *db = raw_db(f);
	CLEANUP(stmt_done) struct stmt q = { 0 }, other = { 0 };

	OK(stmt_prepare(db, &q, sql, &f->err));
	stmt_int(&q, ":a", 3);
	FOUND(stmt_step(&q, &f->err));
	OK(stmt_prepare(db, &other, sql, &f->err)); /* while the first is in use */
	FOUND(stmt_step(&other, &f->err));
	assert_int_equal(stmt_col_int(&other, 0), 0);
	assert_int_equal(stmt_col_int(&q, 0), 3);
	stmt_done(&q);
	OK(stmt_prepare(db, &q, sql, &f->err));
	FOUND(stmt_step(&q, &f->err)); /* its first row, and nothing is bound */
	assert_int_equal(stmt_col_int(&q, 0), 0);
}

static void more_statements_than_are_kept_do_no_harm(void **state)
{
	struct fixture *f = *state;
	CLEANUP(db_freep) struct db *db = raw_db(f);
	char(*sql)[16] = mem_zalloc(300 * sizeof(*sql));

	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 300; i++) {
			CLEANUP(stmt_done) struct stmt q = { 0 };

			snprintf(sql[i], sizeof(sql[i]), "SELECT %d", i);
			OK(stmt_prepare(db, &q, sql[i], &f->err));
			FOUND(stmt_step(&q, &f->err));
			assert_int_equal(stmt_col_int(&q, 0), i);
		}
	free(sql);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_is_written_together_is_there_whole_or_not_at_all),
		CASE(a_part_that_fails_takes_the_whole_with_it),
		CASE(a_verdict_and_what_it_tells_are_one_transaction),
		CASE(a_message_that_cannot_be_put_takes_its_verdict_with_it),
		CASE(a_statement_that_is_kept_begins_anew),
		CASE(more_statements_than_are_kept_do_no_harm),
	};

	return cmocka_run_group_tests_name("store_together", tests, NULL, NULL);
}
