// SPDX-License-Identifier: GPL-2.0-or-later
/* Several writes as one transaction, and statements that are kept. */
#include "store_fixture.h"

#include "letter_fixture.h"
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
		CASE(a_statement_that_is_kept_begins_anew),
		CASE(more_statements_than_are_kept_do_no_harm),
	};

	return cmocka_run_group_tests_name("store_together", tests, NULL, NULL);
}
