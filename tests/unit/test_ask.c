// SPDX-License-Identifier: GPL-2.0-or-later
/* What maintainers ask, of the store that tests/queries/store.sql describes. */
#include "ask_fixture.h"

#include <jansson.h>

static struct ask an_ask(const char *question, const char *a, const char *b)
{
	struct ask ask = {
		.question = ask_find(question), .now = NOW, .after = INT64_MAX, .limit = 100
	};

	assert_non_null(ask.question);
	ask.values[0] = a;
	ask.values[1] = b;
	return ask;
}

static void says(struct fixture *f, struct ask ask, const char *rows)
{
	CLEANUP(store_freep) struct store *s = reader(f);
	CLEANUP(answer_done) struct answer a = { 0 };
	CLEANUP(free_ptr) char *csv = NULL;

	OK(store_ask(s, &ask, &a, &f->err));
	csv = csv_of(&a);
	assert_string_equal(strchr(csv, '\n') + 1, rows);
}

#define SAYS(question, a, b, rows)                                                                 \
	static void question##_is_answered(void **state)                                           \
	{                                                                                          \
		fill(*state);                                                                      \
		says(*state, an_ask(#question, a, b), rows);                                       \
	}

#define SIZE "dma: keep <b>the</b> size"
#define LINK "\"'=HYPERLINK(\"\"http://x\"\")\""
SAYS(broke, NULL, NULL,
     "2023-11-13T22:20:00+00:00,new-crash,smdkc210,BUG: x in sg_page," SIZE ",2,j6,30,"
     "aaaa111122223333,2@x,v2\r\n"
     "2023-11-13T22:20:00+00:00,new-failure,smdkc210,vb2.import," SIZE ",2,j6,8,,2@x,v2\r\n")
SAYS(verdicts, "fail", NULL,
     "2023-11-13T22:21:40+00:00,fail," LINK ",apply-conflict,dma: two,1,3@x,v3\r\n"
     "2023-11-13T22:20:00+00:00,fail," SIZE ",new-crash,BUG: x in sg_page,120,2@x,v2\r\n")
SAYS(newest, "lkml", NULL,
     "2023-11-13T18:31:40+00:00,dma: last,1,1/1,Bob <bob@x>,waiting,5@x\r\n"
     "2023-11-13T18:30:00+00:00,net: other,1,1/1,Bob <bob@x>,waiting,4@x\r\n"
     "2023-11-13T18:26:40+00:00," SIZE ",2,2/2,Ann <ann@x>,running,2@x\r\n"
     "2023-11-12T14:40:00+00:00," SIZE ",1,2/2,Ann <ann@x>,pass,1@x\r\n")
SAYS(waiting, NULL, NULL,
     "2023-11-14T19:26:40+00:00,held mail,Re: [PATCH] " SIZE
     ",moderated,dmalab outbox approve 1\r\n"
     "2023-11-13T22:21:40+00:00,approval," LINK ",Eve <eve@x>,dmalab approve 3@x\r\n")
SAYS(queue, NULL, NULL,
     "running,0,2023-11-14T22:00:00+00:00,lkml," SIZE ",next,1,,2@x\r\n"
     "waiting,5,2023-11-14T21:58:20+00:00,lkml,net: other,debian-6.1,0,,4@x\r\n"
     "waiting,0,2023-11-14T21:56:40+00:00,lkml,dma: last,debian-6.1,0,,5@x\r\n")
SAYS(conflicts, NULL, NULL,
     "2023-11-13T22:20:00+00:00," LINK ",debian-6.1,2,kernel/dma/pool.c,\"'@@ -1 +1 @@\",3@x\r\n")
SAYS(reasons, "2@x", NULL,
     "new-crash,smdkc210,BUG: x in sg_page,,2,j6,30,aaaa111122223333\r\n"
     "build-warning,,kernel/dma/pool.c,,,b3,40,\r\n"
     "new-failure,smdkc210,vb2.import,expected 1,2,j6,8,\r\n")
SAYS(versions, "1", NULL,
     "2,2023-11-13T18:26:40+00:00," SIZE ",fail,new-crash BUG: x in sg_page,2@x,v2\r\n"
     "1,2023-11-12T14:40:00+00:00," SIZE ",pass,,1@x,v1\r\n")
SAYS(only, "2@x", "vb2.import",
     "smdkc210,arm,FAIL,ERROR,crashed,j6,8\r\nvirt,arm,PASS,PASS,,j5,5\r\n")
SAYS(since, "vb2.import", NULL,
     "smdkc210,debian-6.1,none,bad,2023-10-25T22:16:40+00:00,aaaa1,j2,2023-11-12T22:16:40+00:00,"
     "bbbb2,j4\r\n"
     "smdkc210,debian-6.1,pfn-valid,good,2023-11-13T22:20:00+00:00,bbbb2,j8,,,\r\n"
     "virt,debian-6.1,none,good,2023-11-12T22:15:00+00:00,bbbb2,j3,,,\r\n")
SAYS(history, "vb2.import", "3",
     "2023-11-13T22:20:00+00:00,smdkc210,debian-6.1,pfn-valid,PASS,,,j8,5\r\n"
     "2023-11-13T22:16:40+00:00,smdkc210,debian-6.1,none,ERROR," SIZE ",2@x,j6,8\r\n"
     "2023-11-13T22:15:00+00:00,virt,debian-6.1,none,PASS," SIZE ",2@x,j5,5\r\n"
     "2023-11-12T22:16:40+00:00,smdkc210,debian-6.1,none,FAIL,,,j4,7\r\n"
     "2023-11-12T22:15:00+00:00,virt,debian-6.1,none,PASS,,,j3,5\r\n")
SAYS(rate, "vb2.import", NULL,
     "smdkc210,debian-6.1,pfn-valid,1,0,0,\r\n"
     "smdkc210,debian-6.1,none,3,2,66,2023-11-13T22:16:40+00:00\r\n"
     "virt,debian-6.1,none,3,0,0,\r\n")
SAYS(trend, "vb2.import", NULL,
     "2023-11-13T00:00:00+00:00,3,1,33\r\n2023-11-06T00:00:00+00:00,2,1,50\r\n"
     "2023-10-23T00:00:00+00:00,2,0,0\r\n")
SAYS(flaky, NULL, NULL,
     "vb2.other,virt,2,4,32,2023-11-13T22:20:00+00:00,v2\r\n"
     "vb2.other,smdkc210,1,1,2,2023-11-13T22:20:00+00:00,v2\r\n")
SAYS(signatures, "3", NULL,
     "BUG: x in sg_page,2,2023-11-13T22:16:40+00:00,smdkc210,BUG,aaaa111122223333\r\n"
     "WARNING in dma_map,1,2023-11-13T22:16:40+00:00,smdkc210,WARNING,bbbb111122223333\r\n")
SAYS(seen, "AAAA11112", NULL,
     "2023-11-13T22:16:40+00:00,smdkc210,debian-6.1,none," SIZE ",2@x,j6,30\r\n"
     "2023-11-12T22:16:40+00:00,smdkc210,debian-6.1,none,,,j4,40\r\n")
SAYS(where, "aaaa11112", NULL,
     "smdkc210,arm,debian-6.1,2,2023-11-12T22:16:40+00:00,2023-11-13T22:16:40+00:00\r\n")
SAYS(often, "aaaa11112", NULL,
     "2023-11-13T00:00:00+00:00,1,2,1\r\n2023-11-06T00:00:00+00:00,1,1,1\r\n")
SAYS(similar, "aaaa11112", NULL,
     "BUG: y in sg_page,sg_page,function,2023-10-25T22:16:40+00:00,cccc111122223333\r\n")
SAYS(known, NULL, NULL,
     "aaaa111122223333,2099-12-31T00:00:00+00:00,27805,bug 7,ann@x,2\r\n"
     "vb2.import,2100-01-01T00:00:00+00:00,27806,racy,ann@x,1\r\n")
SAYS(design, "none", NULL,
     "debian-6.1,arm,smdkc210,finished,0,1,0,0,2023-11-12T22:16:40+00:00\r\n"
     "debian-6.1,arm,virt,finished,1,0,0,0,2023-11-12T22:15:00+00:00\r\n")
SAYS(bisections, "found", NULL,
     "2023-11-03T08:26:40+00:00,found,test,vb2.import,virt,stable,0123456789abcdef,97,yes,1\r\n")
SAYS(labs, NULL, NULL,
     "desk,never asked,,0,0,0\r\nfarm,no answer,2023-11-14T22:13:10+00:00,3,2,1\r\n")
SAYS(targets, NULL, NULL,
     "smdkc210,out,2023-11-14T19:26:40+00:00,2023-07-22T04:26:40+00:00,farm,j8\r\n"
     "virt,proven,2023-11-14T19:26:40+00:00,2023-07-22T04:26:40+00:00,desk,j3\r\n")
SAYS(infra, NULL, NULL,
     "farm,smdkc210,4,1,25,2023-11-13T22:18:20+00:00,\"no prompt\nin 60 s\",j7\r\n"
     "desk,virt,2,0,0,,,\r\n")
SAYS(warnings, NULL, NULL,
     "2023-11-13T22:13:20+00:00,arm," SIZE ",kernel/dma/pool.c,12,unused variable 'a',2@x,b3,,\r\n"
     "2023-11-13T22:13:20+00:00,arm," SIZE ",kernel/dma/pool.c,15,\"'+1\\x1b[31m\",2@x,b3,,\r\n")
SAYS(slow, NULL, NULL,
     "build,arm,3,60000,80000\r\nboot,smdkc210,4,22500,60000\r\nboot,virt,2,6500,7000\r\n")

/* Values for what each question wants. */
static struct ask any_ask(const struct ask_question *q)
{
	struct ask ask = an_ask(q->name, NULL, NULL);

	for (size_t i = 0; i < ask_params(q); i++) {
		const struct ask_param *p = &q->params[i];

		if (p->type == ASK_DAYS)
			ask.values[i] = "36500";
		else if (p->fallback)
			continue;
		else
			ask.values[i] = p->type == ASK_TEST	   ? "vb2.import"
					: p->type == ASK_SIGNATURE ? "aaaa11112"
					: p->type == ASK_SERIES	   ? "2@x"
								   : "none";
	}
	return ask;
}

static void pages_of_one_row_are_the_whole_answer(void **state)
{
	struct fixture *f = *state;
	CLEANUP(store_freep) struct store *s = NULL;
	const struct ask_question *q;

	fill(f);
	s = reader(f);
	for (size_t i = 0; (q = ask_at(i)); i++) {
		struct ask ask = any_ask(q);
		CLEANUP(answer_done) struct answer all = { 0 };

		OK(store_ask(s, &ask, &all, &f->err));
		for (size_t row = 1; row < all.n_rows; row++)
			assert_true(answer_at(&all, row, all.n_columns - 1)->num <
				    answer_at(&all, row - 1, all.n_columns - 1)->num);
		pages_are_the_whole(f, s, ask);
	}
}

static void an_empty_store_answers_everything_with_nothing(void **state)
{
	struct fixture *f = *state;
	CLEANUP(store_freep) struct store *s = reader(f);
	const struct ask_question *q;

	for (size_t i = 0; (q = ask_at(i)); i++) {
		struct ask ask = any_ask(q);
		CLEANUP(answer_done) struct answer a = { 0 };
		bool names = false;
		int r = store_ask(s, &ask, &a, &f->err);

		for (size_t k = 0; k < ask_params(q); k++)
			names |= q->params[k].type >= ASK_TEST;
		assert_int_equal(r, names ? -ENOENT : 0);
		assert_int_equal(a.n_rows, 0);
	}
}

static void refused(struct fixture *f, struct store *s, struct ask ask, int code, const char *why)
{
	struct answer a = { 0 };

	assert_int_equal(store_ask(s, &ask, &a, &f->err), -code);
	if (!strstr(f->err.msg, why))
		fail_msg("'%s' has no '%s'", f->err.msg, why);
}

static void a_value_that_is_none_is_refused(void **state)
{
	struct fixture *f = *state;
	CLEANUP(store_freep) struct store *s = NULL;
	struct ask all = an_ask("queue", NULL, NULL);

	fill(f);
	s = reader(f);
	refused(f, s, an_ask("since", NULL, NULL), EINVAL, "since wants a test");
	refused(f, s, an_ask("broke", "x", NULL), EINVAL, "number of days");
	refused(f, s, an_ask("broke", "0", NULL), EINVAL, "number of days");
	refused(f, s, an_ask("broke", "-1", NULL), EINVAL, "number of days");
	refused(f, s, an_ask("rate", "vb2.none", NULL), ENOENT, "no test 'vb2.none'");
	refused(f, s, an_ask("seen", "aaaa", NULL), ENOENT, "no signature");
	refused(f, s, an_ask("versions", "9@x", NULL), ENOENT, "no series '9@x'");
	all.limit = 0;
	refused(f, s, all, EINVAL, "limit");
}

static void hostile_words_are_only_words(void **state)
{
	struct fixture *f = *state;

	fill(f);
	says(f, an_ask("verdicts", "' OR 1=1 --", NULL), "");
	says(f, an_ask("broke", "7", "\xff\x1b]0;x\x07"), "");
}

static void a_reader_waits_for_no_writer_and_writes_nothing(void **state)
{
	struct fixture *f = *state;
	CLEANUP(store_freep) struct store *s = NULL;
	CLEANUP(db_freep) struct db *db = raw_db(f);
	CLEANUP(txn_done) struct txn t = { 0 };
	CLEANUP(checkout_done) struct checkout c = a_checkout("c0ffee");
	struct ask ask = an_ask("queue", NULL, NULL);
	CLEANUP(answer_done) struct answer a = { 0 };

	fill(f);
	s = reader(f);
	OK(txn_begin(db, &t, &f->err));
	OK(store_ask(s, &ask, &a, &f->err));
	assert_int_equal(a.n_rows, 3);
	txn_done(&t);
	assert_int_equal(store_checkout_put(s, &c, NULL, &f->err), -EROFS);
}

static void a_reader_needs_a_store_of_its_own_schema(void **state)
{
	struct fixture *f = *state;
	CLEANUP(store_freep) struct store *s = NULL;
	CLEANUP(free_ptr) char *none = mem_printf("%s/none", f->dir);

	assert_int_equal(store_open_reader(none, &s, &f->err), -ENOENT);
	assert_false(fs_exists(none));
	(void)ask(f, "SELECT 1");
	{
		CLEANUP(db_freep) struct db *db = raw_db(f);

		OK(db_exec(db, "PRAGMA user_version = 3", &f->err));
	}
	assert_int_equal(store_open_reader(f->work, &s, &f->err), -EPROTO);
	assert_non_null(strstr(f->err.msg, "its schema is 3"));
}

static const struct sql_limits some = { .rows = 5, .ms = 20000 };

static void sql_refused(struct fixture *f, const char *sql, int code)
{
	CLEANUP(store_freep) struct store *s = reader(f);
	struct answer a = { 0 };
	int r = store_sql(s, sql, &some, &a, &f->err);

	answer_done(&a);
	if (r != -code)
		fail_msg("%s: %d, not %d: %s", sql, r, -code, f->err.msg);
}

static void sql_reads_and_nothing_else(void **state)
{
	static const char *const bad[] = {
		"DELETE FROM jobs",
		"INSERT INTO labs VALUES('x', 0, 0, '', 0)",
		"DROP TABLE jobs",
		"UPDATE jobs SET lab = '' RETURNING id",
		"CREATE TEMP TABLE x(a)",
		"BEGIN IMMEDIATE",
		"ATTACH '/tmp/dmalab-other.db' AS o",
		"VACUUM",
		"VACUUM INTO '/tmp/dmalab-copy.db'",
		"PRAGMA query_only = OFF",
		"PRAGMA journal_mode = DELETE",
		"PRAGMA user_version = 1",
		"PRAGMA wal_checkpoint(TRUNCATE)",

		"REINDEX",
		"ANALYZE",
		"SAVEPOINT x",
		"DETACH main",
	};
	struct fixture *f = *state;
	int64_t before;

	fill(f);
	before = rows(f);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		sql_refused(f, bad[i], EPERM);
	assert_int_equal(rows(f), before);
	assert_int_equal(ask(f, "PRAGMA user_version") > 7, 1);
	assert_false(fs_exists("/tmp/dmalab-copy.db"));
	sql_refused(f, "SELECT load_extension('x')", EINVAL);
	sql_refused(f, "SELECT 1; SELECT 2", EINVAL);
	sql_refused(f, "SELECT 1; nonsense", EINVAL);
	sql_refused(f, "", EINVAL);
	sql_refused(f, "-- only words", EINVAL);
	sql_refused(f, "SELECT \"nothing\" FROM jobs", EINVAL);
	sql_refused(f, "SELECT ?", EINVAL);
	sql_refused(f, "SELECT :name", EINVAL);
}

static void sql_is_answered_with_each_cell_of_its_own_type(void **state)
{
	struct fixture *f = *state;
	CLEANUP(store_freep) struct store *s = NULL;
	CLEANUP(answer_done) struct answer a = { 0 };
	CLEANUP(buf_done) struct buf csv = { 0 };
	CLEANUP(free_ptr) char *json = NULL;
	json_t *doc;

	fill(f);
	s = reader(f);
	OK(store_sql(s,
		     "WITH x(n) AS (VALUES(1)) SELECT -n AS i, 0.5 AS r, '-1' AS t, NULL AS nul, "
		     "x'00ff' AS b, '=1' AS \"=name\" FROM x; -- and no more",
		     &some, &a, &f->err));
	assert_int_equal(a.n_rows, 1);
	assert_false(a.more);
	answer_csv(&a, &csv);
	assert_string_equal(buf_text(&csv),
			    "i,r,t,nul,b,\"'=name\"\r\n-1,0.5,\"'-1\",,00ff,\"'=1\"\r\n");
	doc = answer_json(&a);
	json = json_dumps(doc, JSON_COMPACT);
	json_decref(doc);
	assert_string_equal(json, "[{\"i\":-1,\"r\":0.5,\"t\":\"-1\",\"nul\":null,\"b\":\"00ff\","
				  "\"=name\":\"=1\"}]");
}

static void sql_ends_at_its_limits(void **state)
{
	struct fixture *f = *state;
	CLEANUP(store_freep) struct store *s = reader(f);
	CLEANUP(answer_done) struct answer a = { 0 }, none = { 0 };
	const struct sql_limits quick = { .rows = 5, .ms = 50 };

	OK(store_sql(
		s,
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
		&some, &a, &f->err));
	assert_int_equal(a.n_rows, 5);
	assert_true(a.more);
	assert_int_equal(
		store_sql(s,
			  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
			  "SELECT count(*) FROM n",
			  &quick, &none, &f->err),
		-ETIME);
	assert_int_equal(store_sql(s, "SELECT zeroblob(100000000)", &some, &none, &f->err),
			 -EINVAL);
}

static void cells_that_spreadsheets_would_run_are_texts(void **state)
{
	static const char *const texts[][2] = {
		{ "=1+1", "\"'=1+1\"" },
		{ "+1", "\"'+1\"" },
		{ "-1", "\"'-1\"" },
		{ "@x", "\"'@x\"" },
		{ "\t=1", "\"'\t=1\"" },
		{ "\r=1", "\"'\\x0d=1\"" },
		{ "a=1", "a=1" },
		{ "a,b", "\"a,b\"" },
		{ "a\"b", "\"a\"\"b\"" },
		{ "a\nb", "\"a\nb\"" },
		{ "\xff\x1b[m", "\\xff\\x1b[m" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		CLEANUP(answer_done) struct answer a = { 0 };
		CLEANUP(buf_done) struct buf csv = { 0 };
		CLEANUP(free_ptr) char *want = mem_printf("n\r\n%s\r\n", texts[i][1]);
		struct answer_cell *c;

		answer_column_add(&a, "n", 1, ANSWER_TEXT);
		c = answer_cell_add(&a);
		c->type = ANSWER_TEXT;
		c->text = mem_strdup(texts[i][0]);
		a.n_rows = 1;
		answer_csv(&a, &csv);
		assert_string_equal(buf_text(&csv), want);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(broke_is_answered),
		TEST(verdicts_is_answered),
		TEST(newest_is_answered),
		TEST(waiting_is_answered),
		TEST(queue_is_answered),
		TEST(conflicts_is_answered),
		TEST(reasons_is_answered),
		TEST(versions_is_answered),
		TEST(only_is_answered),
		TEST(since_is_answered),
		TEST(history_is_answered),
		TEST(rate_is_answered),
		TEST(trend_is_answered),
		TEST(flaky_is_answered),
		TEST(signatures_is_answered),
		TEST(seen_is_answered),
		TEST(where_is_answered),
		TEST(often_is_answered),
		TEST(similar_is_answered),
		TEST(known_is_answered),
		TEST(design_is_answered),
		TEST(bisections_is_answered),
		TEST(labs_is_answered),
		TEST(targets_is_answered),
		TEST(infra_is_answered),
		TEST(warnings_is_answered),
		TEST(slow_is_answered),
		TEST(pages_of_one_row_are_the_whole_answer),
		TEST(an_empty_store_answers_everything_with_nothing),
		TEST(a_value_that_is_none_is_refused),
		TEST(hostile_words_are_only_words),
		TEST(a_reader_waits_for_no_writer_and_writes_nothing),
		TEST(a_reader_needs_a_store_of_its_own_schema),
		TEST(sql_reads_and_nothing_else),
		TEST(sql_is_answered_with_each_cell_of_its_own_type),
		TEST(sql_ends_at_its_limits),
		TEST(cells_that_spreadsheets_would_run_are_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
