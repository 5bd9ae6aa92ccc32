// SPDX-License-Identifier: GPL-2.0-or-later
/* What pages ask, of the store that tests/queries/{store,pages}.sql describe. */
#include "ask_fixture.h"

#include "store/page.h"

/*
 * tests/queries/pages.txt has each question with its values, "$ series|2@x", and behind it its
 * answer as CSV. With DMALAB_REWRITE in the environment it is written anew, to be read with git
 * diff.
 */
static const char expected[] = "tests/queries/pages.txt";

static void fill_all(struct fixture *f)
{
	fill(f);
	fill_from(f, "tests/queries/pages.sql");
}

/* "series|2@x"; its words stay the caller's, and are cut. */
static struct ask ask_of(char *words)
{
	struct ask ask = { .now = NOW, .after = INT64_MAX, .limit = 100 };
	char *word = strsep(&words, "|");
	size_t n = 0;

	ask.question = page_question(word);
	if (!ask.question)
		fail_msg("there is no question '%s'", word);
	while ((word = strsep(&words, "|")))
		ask.values[n++] = word;
	return ask;
}

/* Calls fn with each question of the file; its line is cut from `text`. */
typedef void each_fn(struct fixture *f, struct store *s, struct ask ask, void *arg);

static void each(struct fixture *f, struct store *s, each_fn *fn, void *arg)
{
	CLEANUP(buf_done) struct buf file = { 0 };
	CLEANUP(free_ptr) char *text = NULL;
	char *line, *rest;

	OK(fs_read(expected, 1 << 20, &file, &f->err));
	rest = text = mem_strdup(buf_text(&file));
	while ((line = strsep(&rest, "\n")))
		if (strncmp(line, "$ ", 2) == 0)
			fn(f, s, ask_of(line + 2), arg);
}

static void say(struct fixture *f, struct store *s, struct ask ask, void *arg)
{
	CLEANUP(answer_done) struct answer a = { 0 };
	CLEANUP(free_ptr) char *csv = NULL;
	struct buf *b = arg;

	buf_printf(b, "%s$ %s", b->len ? "\n" : "", ask.question->name);
	for (size_t i = 0; i < ASK_PARAMS_MAX && ask.values[i]; i++)
		buf_printf(b, "|%s", ask.values[i]);
	buf_str(b, "\n");
	OK(store_ask(s, &ask, &a, &f->err));
	for (size_t i = 0; i < a.n_columns; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(a.columns[i].name, a.columns[k].name);
	csv = csv_of(&a);
	for (const char *c = csv; *c; c++)
		if (*c != '\r')
			buf_add(b, c, 1);
}

static void questions_are_answered(void **state)
{
	struct fixture *f = *state;
	CLEANUP(store_freep) struct store *s = NULL;
	CLEANUP(buf_done) struct buf want = { 0 }, said = { 0 };
	const struct ask_question *q;

	fill_all(f);
	s = reader(f);
	each(f, s, say, &said);
	if (getenv("DMALAB_REWRITE"))
		OK(fs_write(expected, buf_text(&said), said.len, &f->err));
	OK(fs_read(expected, 1 << 20, &want, &f->err));
	assert_string_equal(buf_text(&said), buf_text(&want));
	for (size_t i = 0; (q = page_question_at(i)); i++) {
		CLEANUP(free_ptr)
		char *line = mem_printf("$ %s%s", q->name, ask_params(q) ? "" : "\n");

		if (!strstr(buf_text(&want), line))
			fail_msg("%s has no '%s'", expected, line);
	}
}

static void page_through(struct fixture *f, struct store *s, struct ask ask, void *arg)
{
	CLEANUP(answer_done) struct answer all = { 0 };
	bool by_key = strcmp(ask.question->name, "tests") != 0;

	(void)arg;
	OK(store_ask(s, &ask, &all, &f->err));
	for (size_t row = 1; by_key && row < all.n_rows; row++)
		assert_true(answer_at(&all, row, all.n_columns - 1)->num <
			    answer_at(&all, row - 1, all.n_columns - 1)->num);
	if (all.n_rows > 0)
		pages_are_the_whole(f, s, ask);
}

static void pages_of_one_row_are_the_whole_answer(void **state)
{
	struct fixture *f = *state;
	CLEANUP(store_freep) struct store *s = NULL;

	fill_all(f);
	s = reader(f);
	each(f, s, page_through, NULL);
}

static void an_empty_store_answers_nothing(void **state)
{
	struct fixture *f = *state;
	CLEANUP(store_freep) struct store *s = reader(f);
	const struct ask_question *q;

	for (size_t i = 0; (q = page_question_at(i)); i++) {
		struct ask ask = { .question = q, .now = NOW, .after = INT64_MAX, .limit = 10 };
		CLEANUP(answer_done) struct answer a = { 0 };
		bool wants = ask_params(q) && !q->params[0].fallback;
		int r;

		ask.values[0] = wants ? "9@x" : NULL;
		r = store_ask(s, &ask, &a, &f->err);
		assert_int_equal(r, wants && q->params[0].type != ASK_TEXT ? -ENOENT : 0);
		if (strcmp(q->name, "totals") != 0 && strcmp(q->name, "metrics") != 0)
			assert_int_equal(a.n_rows, 0);
	}
}

static int ask_one(struct fixture *f, struct store *s, const char *question, const char *word)
{
	struct ask ask = { .question = page_question(question),
			   .values = { word },
			   .now = NOW,
			   .after = INT64_MAX,
			   .limit = 10 };
	CLEANUP(answer_done) struct answer a = { 0 };
	int r = store_ask(s, &ask, &a, &f->err);

	return r < 0 ? r : (int)a.n_rows;
}

static void an_id_is_known_by_its_beginning_where_no_other_has_it(void **state)
{
	static const char *const things[] = { "verdict", "checkout", "build", "job" };
	struct fixture *f = *state;
	CLEANUP(store_freep) struct store *s = NULL;

	fill_all(f);
	fill_from(f, "tests/queries/ids.sql");
	s = reader(f);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(ask_one(f, s, things[i], "cafe0123"), 1);
		assert_int_equal(ask_one(f, s, things[i], "cafe01"), 1);
		assert_int_equal(ask_one(f, s, things[i], "bead"), 1); /* and bead55 is another */
		assert_int_equal(ask_one(f, s, things[i], "bead5"), 1);
		assert_int_equal(ask_one(f, s, things[i], "bea"), -ENOENT);
		assert_int_equal(ask_one(f, s, things[i], ""), -ENOENT);
		assert_int_equal(ask_one(f, s, things[i], "cafe"), -EEXIST);
		assert_non_null(strstr(f->err.msg, "'cafe' is ambiguous"));
		assert_int_equal(ask_one(f, s, things[i], "cafe03"), -ENOENT);
		assert_non_null(strstr(f->err.msg, things[i]));
	}
}

static void a_bisection_is_known_by_its_number(void **state)
{
	struct fixture *f = *state;
	CLEANUP(store_freep) struct store *s = NULL;

	fill_all(f);
	s = reader(f);
	assert_int_equal(ask_one(f, s, "bisection", "2"), 1);
	assert_int_equal(ask_one(f, s, "bisection", "3"), -ENOENT);
	assert_int_equal(ask_one(f, s, "bisection", "2x"), -ENOENT);
	assert_int_equal(ask_one(f, s, "bisection", "-2"), -ENOENT);
	assert_int_equal(ask_one(f, s, "bisection", "99999999999999999999"), -ENOENT);
	assert_int_equal(ask_one(f, s, "bisection", ""), -ENOENT);
}

static int64_t version(struct fixture *f, struct store *s)
{
	int64_t ret = 0;

	OK(store_version(s, &ret, &f->err));
	return ret;
}

static void a_version_is_the_same_until_somebody_writes(void **state)
{
	struct fixture *f = *state;
	CLEANUP(store_freep) struct store *s = NULL;
	CLEANUP(db_freep) struct db *db = raw_db(f);
	CLEANUP(checkout_done) struct checkout c = a_checkout("c0ffee");
	int64_t before;

	fill(f);
	s = reader(f);
	before = version(f, s);
	assert_int_equal(ask_one(f, s, "totals", NULL), 1);
	assert_int_equal(version(f, s), before);
	OK(db_exec(db, "BEGIN IMMEDIATE; UPDATE jobs SET lab = 'x'", &f->err));
	assert_int_equal(version(f, s), before);
	OK(db_exec(db, "COMMIT", &f->err));
	assert_int_not_equal(version(f, s), before);
	before = version(f, s);
	assert_int_equal(version(f, s), before);
	before = version(f, f->s);
	OK(store_checkout_put(f->s, &c, NULL, &f->err));
	assert_int_not_equal(version(f, f->s), before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(questions_are_answered),
		TEST(pages_of_one_row_are_the_whole_answer),
		TEST(an_empty_store_answers_nothing),
		TEST(an_id_is_known_by_its_beginning_where_no_other_has_it),
		TEST(a_bisection_is_known_by_its_number),
		TEST(a_version_is_the_same_until_somebody_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
