/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_UNIT_ASK_FIXTURE_H
#define DMALAB_TESTS_UNIT_ASK_FIXTURE_H

/* Questions to a store that files of tests/queries/ describe. */

#include "store_fixture.h"

#include "report/answer_out.h"
#include "store/ask.h"

enum { NOW = 1700000000 };

static inline struct store *reader(struct fixture *f)
{
	struct store *s = NULL;

	OK(store_open_reader(f->work, &s, &f->err));
	return s;
}

static inline void fill_from(struct fixture *f, const char *file)
{
	CLEANUP(db_freep) struct db *db = raw_db(f);
	CLEANUP(buf_done) struct buf sql = { 0 };

	OK(fs_read(file, 1 << 20, &sql, &f->err));
	OK(db_exec(db, buf_text(&sql), &f->err));
}

static inline void fill(struct fixture *f)
{
	fill_from(f, "tests/queries/store.sql");
}

/* The answer as CSV without the keys; the caller's. */
static inline char *csv_of(const struct answer *a)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	struct answer shown = { .n_columns = a->n_columns - 1, .columns = a->columns };

	for (size_t i = 0; i < a->n_rows; i++)
		for (size_t k = 0; k + 1 < a->n_columns; k++)
			*answer_cell_add(&shown) = *answer_at(a, i, k);
	shown.n_rows = a->n_rows;
	answer_csv(&shown, &b);
	free(shown.cells);
	return buf_take(&b);
}

static inline void same_row(const struct answer *a, size_t row, const struct answer *one)
{
	for (size_t k = 0; k < a->n_columns; k++) {
		const struct answer_cell *x = answer_at(a, row, k), *y = answer_at(one, 0, k);

		assert_int_equal(x->type, y->type);
		assert_int_equal(x->num, y->num);
		assert_true(x->real == y->real);
		assert_string_equal(x->text ? x->text : "", y->text ? y->text : "");
	}
}

/* Asked row by row, each from behind the last, the answer is the whole one. */
static inline void pages_are_the_whole(struct fixture *f, struct store *s, struct ask ask)
{
	CLEANUP(answer_done) struct answer all = { 0 };
	bool more = true;

	OK(store_ask(s, &ask, &all, &f->err));
	assert_false(all.more);
	assert_true(all.n_rows > 0);
	ask.limit = 1;
	for (size_t row = 0; row < all.n_rows; row++) {
		CLEANUP(answer_done) struct answer one = { 0 };

		assert_true(more);
		OK(store_ask(s, &ask, &one, &f->err));
		assert_int_equal(one.n_rows, 1);
		same_row(&all, row, &one);
		ask.after = one.after;
		more = one.more;
	}
	assert_false(more);
}

#endif
