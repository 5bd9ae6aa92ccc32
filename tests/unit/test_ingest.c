// SPDX-License-Identifier: GPL-2.0-or-later
/* A store that refuses a part: what was taken before is kept, and the rest comes later. */
#include "store_fixture.h"

#include "letter_fixture.h"
#include "model/config.h"
#include "pipeline/ingest.h"

static struct tree_config next = { .name = (char *)"next" };
static const struct config lab = {
	.trees = &next,
	.n_trees = 1,
	.limits = { .series_patches = 100 },
};

static void tell(struct fixture *f, const char *sql)
{
	CLEANUP(db_freep) struct db *db = raw_db(f);

	OK(db_exec(db, sql, &f->err));
}

/* Two patches by two people, as a file that somebody hands in. */
static int hand_in(struct fixture *f, struct ingest_counts *n)
{
	static const struct letter v[] = {
		LETTER("[PATCH] dma: one", "1@a", NULL, "int c1", 60),
		LETTER_OF("Bo <bo@kernel.example>", "[PATCH] dma: two", "2@a", NULL, "int c2", 90),
	};
	CLEANUP(buf_done) struct buf box = { 0 };
	CLEANUP(free_ptr) char *path = NULL;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		buf_str(&box, "From mboxrd@z Thu Jan  1 00:00:00 1970\n");
		letter_text(&v[i], &box);
		buf_str(&box, "\n");
	}
	path = put_file(f, "box", box.data);
	return ingest_file(&lab, f->s, "inbox", path, n, &f->err);
}

static void mails_that_cannot_be_sorted_are_stored(void **state)
{
	struct fixture *f = *state;
	struct ingest_counts n = { 0 };

	tell(f, "CREATE TRIGGER no BEFORE INSERT ON series BEGIN SELECT RAISE(ABORT, 'no'); END");
	assert_int_equal(hand_in(f, &n), -EINVAL);
	assert_int_equal(n.fresh, 2);
	assert_int_equal(ask(f, "SELECT count(*) FROM mails WHERE sorted = 0"), 2);
	tell(f, "DROP TRIGGER no");
	OK(ingest_sort(&lab, f->s, -1, &n, &f->err));
	assert_int_equal(n.series, 2);
	assert_int_equal(n.tasks, 2);
}

static void a_series_that_cannot_be_decided_on_does_not_keep_those_before_it(void **state)
{
	struct fixture *f = *state;
	struct ingest_counts n = { 0 };

	tell(f, "CREATE TRIGGER no BEFORE INSERT ON tasks WHEN NEW.series = 2 "
		"BEGIN SELECT RAISE(ABORT, 'no'); END");
	assert_int_equal(hand_in(f, &n), -EINVAL);
	assert_int_equal(n.tasks, 1);
	assert_int_equal(ask(f, "SELECT count(*) FROM tasks WHERE series = 1"), 1);
	assert_int_equal(ask(f, "SELECT count(*) FROM series WHERE decision = ''"), 1);
	tell(f, "DROP TRIGGER no");
	OK(ingest_sort(&lab, f->s, -1, &n, &f->err));
	assert_int_equal(n.tasks, 2);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(mails_that_cannot_be_sorted_are_stored),
		CASE(a_series_that_cannot_be_decided_on_does_not_keep_those_before_it),
	};

	return cmocka_run_group_tests_name("ingest", tests, NULL, NULL);
}
