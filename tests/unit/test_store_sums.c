// SPDX-License-Identifier: GPL-2.0-or-later
/* The sums of migration 0011 say what the rows say, however these came. */
#include "store_fixture.h"

#include "store/room.h"

enum { JOBS = 200, WEEK_S = 604800, BEFORE_SUMS = 10 };

/* What is summed, once more from the rows. What came to nothing may stay as a row of zeroes. */
static const char *const counts[] = {
	"SELECT path, lane, week, runs, bad FROM test_weeks WHERE runs > 0",
	"SELECT t.path, j.lane, (j.start_time + 259200) / 604800, count(*), sum(t.status <> "
	"'PASS') "
	"FROM tests t JOIN jobs j ON j.num = t.job WHERE t.status IN ('PASS', 'FAIL', 'ERROR') "
	"GROUP BY 1, 2, 3",
	"SELECT issue, lane, week, boots, times FROM issue_weeks WHERE times > 0",
	"SELECT n.issue, j.lane, (j.start_time + 259200) / 604800, count(DISTINCT n.job), count(*) "
	"FROM incidents n JOIN jobs j ON j.num = n.job GROUP BY 1, 2, 3",
	"SELECT week, issue, boots FROM issues_weeks WHERE boots > 0",
	"SELECT (j.start_time + 259200) / 604800, n.issue, count(DISTINCT n.job) "
	"FROM incidents n JOIN jobs j ON j.num = n.job GROUP BY 1, 2",
	"SELECT day, lab, target, boots, failed, ms FROM job_days WHERE boots > 0",
	"SELECT start_time / 86400, lab, target, count(*), sum(outcome <> 'done'), "
	"sum(duration_ms) "
	"FROM jobs GROUP BY 1, 2, 3",
	"SELECT day, config, builds, ms FROM build_days WHERE builds > 0",
	"SELECT start_time / 86400, config_name, count(*), sum(duration_ms) FROM builds GROUP BY "
	"1, 2",
	"SELECT num, lane FROM jobs",
	"SELECT j.num, l.num FROM jobs j JOIN builds b ON b.id = j.build_id "
	"JOIN checkouts c ON c.id = b.checkout_id JOIN lanes l ON l.target = j.target "
	"AND l.config = b.config_name AND l.tree = c.tree_name AND l.design = COALESCE(c.fix, "
	"'none') "
	"AND l.is_base = (c.patchset_hash = '')",
	"SELECT target, config, outcome FROM lanes WHERE outcome IS NOT NULL",
	"SELECT o.target, b.config_name, max(o.num) FROM outcomes o JOIN builds b ON b.id = "
	"o.build_id "
	"JOIN checkouts c ON c.id = b.checkout_id GROUP BY 1, 2, c.tree_name, c.fix, "
	"c.patchset_hash = ''",
};
/* Of which boot it was: right as long as none was stored again with something else. */
static const char *const ends[] = {
	"SELECT path, lane, week, last, last_good, first_bad, last_bad FROM test_weeks",
	"SELECT t.path, j.lane, (j.start_time + 259200) / 604800, max(j.num), "
	"max(CASE WHEN t.status = 'PASS' THEN j.num END), "
	"min(CASE WHEN t.status IN ('FAIL', 'ERROR') THEN j.num END), "
	"max(CASE WHEN t.status IN ('FAIL', 'ERROR') THEN j.num END) "
	"FROM tests t JOIN jobs j ON j.num = t.job GROUP BY 1, 2, 3",
	"SELECT issue, lane, week, first, last FROM issue_weeks",
	"SELECT n.issue, j.lane, (j.start_time + 259200) / 604800, min(j.num), max(j.num) "
	"FROM incidents n JOIN jobs j ON j.num = n.job GROUP BY 1, 2, 3",
	"SELECT week, issue, last FROM issues_weeks",
	"SELECT (j.start_time + 259200) / 604800, n.issue, max(j.num) "
	"FROM incidents n JOIN jobs j ON j.num = n.job GROUP BY 1, 2",
	"SELECT day, lab, target, last, last_failed, longest_ms FROM job_days",
	"SELECT start_time / 86400, lab, target, max(num), "
	"max(CASE WHEN outcome <> 'done' THEN num END), max(duration_ms) FROM jobs GROUP BY 1, 2, "
	"3",
};

static void agree(struct fixture *f, const char *const *pairs, size_t n)
{
	for (size_t i = 0; i < n; i += 2) {
		CLEANUP(free_ptr)
		char *sql = mem_printf("SELECT (SELECT count(*) FROM (%s EXCEPT %s)) "
				       "+ (SELECT count(*) FROM (%s EXCEPT %s))",
				       pairs[i], pairs[i + 1], pairs[i + 1], pairs[i]);

		if (ask(f, sql) != 0)
			fail_msg("differs: %s", pairs[i]);
	}
}

#define AGREE(f, pairs) agree(f, pairs, sizeof(pairs) / sizeof(*(pairs)))

static unsigned int draw(unsigned int *seed, unsigned int n)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 16) % n;
}

/* A boot of any target and week, with some of five tests and of three reports. */
static void put_some_job(struct fixture *f, unsigned int i, unsigned int *seed)
{
	static const char *const targets[] = { "virt", "smdkc210", "odroid" };
	CLEANUP(free_ptr) char *id = mem_printf("j%u", i);
	CLEANUP(job_done) struct job j = a_job(id, i % 2 ? "b1b1" : "b2b2");

	free(j.target);
	j.target = mem_strdup(targets[i % 3]);
	j.started = 1700000000 + (int64_t)i * WEEK_S / 40;
	j.duration_ms = draw(seed, 60000);
	j.outcome = draw(seed, 5) ? JOB_DONE : JOB_INFRA;
	for (unsigned int t = draw(seed, 6); t > 0; t--) {
		CLEANUP(free_ptr) char *path = mem_printf("suite.case%u", draw(seed, 5));

		add_test(&j.tests, path, (enum test_status)draw(seed, 5), t, "");
	}
	for (unsigned int n = draw(seed, 3); n > 0; n--) {
		CLEANUP(free_ptr) char *hash = mem_printf("%032x", draw(seed, 3));

		add_oops(&j.oopses, hash, "BUG: x in y", n);
	}
	OK(store_job_put(f->s, &j, &f->err));
}

static void put_base(struct fixture *f)
{
	CLEANUP(checkout_done) struct checkout c = a_checkout("ba5e");
	CLEANUP(build_done) struct build b = a_build("b2b2", "ba5e");

	free(c.patchset_hash);
	c.patchset_hash = mem_strdup("");
	free(c.fix);
	c.fix = NULL;
	OK(store_checkout_put(f->s, &c, NULL, &f->err));
	OK(store_build_put(f->s, &b, NULL, &f->err));
}

static void put_outcome(struct fixture *f, const char *build, const char *target)
{
	struct outcome o = { .build_id = mem_strdup(build),
			     .target = mem_strdup(target),
			     .boot = BOOT_FINISHED };

	OK(store_outcome_put(f->s, &o, &f->err));
	outcome_done(&o);
}

static void fill(struct fixture *f)
{
	unsigned int seed = 9;

	put_build(f);
	put_base(f);
	for (unsigned int i = 0; i < JOBS; i++)
		put_some_job(f, i, &seed);
	put_outcome(f, "b2b2", "virt");
	put_outcome(f, "b1b1", "virt");
	put_outcome(f, "b2b2", "nobody-booted-it");
}

static void sums_are_those_of_the_rows(void **state)
{
	struct fixture *f = *state;

	fill(f);
	assert_true(ask(f, "SELECT count(*) > 50 FROM test_weeks"));
	assert_true(ask(f, "SELECT count(*) > 20 FROM issue_weeks"));
	AGREE(f, counts);
	AGREE(f, ends);
}

static void a_job_stored_again_is_summed_once(void **state)
{
	struct fixture *f = *state;
	CLEANUP(build_done) struct build b = a_build("b1b1", "c0ffee");
	unsigned int seed = 77;

	fill(f);
	for (unsigned int i = 0; i < JOBS; i += 3)
		put_some_job(f, i, &seed);
	b.duration_ms = 5;
	OK(store_build_put(f->s, &b, NULL, &f->err));
	AGREE(f, counts);
}

/* As migrations up to 0010 had it. */
static const char older_rows[] =
	"INSERT INTO checkouts VALUES(1, 'c1', 'next', 'b', 't', NULL, 1, '', '', '', 1, 1),"
	"  (2, 'c2', 'next', 'b', 't', 'pfn-valid', 1, 'p', 'm', 'dma: x', 1, 1);"
	"INSERT INTO builds(num, id, checkout_id, config_name, compiler, architecture, command,"
	"    status, start_time, duration_ms)"
	"  VALUES(1, 'b1', 'c1', 'arm', '', '', '', 'PASS', 1700000000, 7),"
	"  (2, 'b2', 'c2', 'arm', '', '', '', 'PASS', 1700000000, 9);"
	"INSERT INTO test_paths VALUES(1, 'a.a'), (2, 'a.b');"
	"INSERT INTO issues VALUES(1, 'i', 't', '', '', '', ''), (2, 'k', 't', '', '', '', '');"
	"INSERT INTO jobs(num, id, build_id, target, lab, filter, outcome, reason, boot, "
	"start_time,"
	"    duration_ms)"
	"  WITH RECURSIVE i(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM i WHERE n < 200)"
	"  SELECT n, 'j' || n, 'b' || (1 + n % 2), 't' || (n % 3), 'desk', '',"
	"    CASE n % 5 WHEN 0 THEN 'infra' ELSE 'done' END, '', 'finished', 1700000000 + n * "
	"15000,"
	"    n * 37 % 1000 FROM i;"
	"INSERT INTO tests WITH s(n, path) AS (VALUES(0, 1), (1, 2), (2, 1))"
	"  SELECT num, n, path, CASE (num * 7 / 3 + n) % 5 WHEN 0 THEN 'FAIL' WHEN 1 THEN 'SKIP'"
	"    WHEN 2 THEN 'ERROR' ELSE 'PASS' END, 1, '' FROM jobs CROSS JOIN s;"
	"INSERT INTO incidents(job, seq, issue, first_line, last_line, fatal, corrupted)"
	"  WITH s(n) AS (VALUES(0), (1), (2))"
	"  SELECT num, n, 1 + (num + n / 2) % 2, 1, 1, 0, 0 FROM jobs CROSS JOIN s WHERE num % 3 > "
	"n;"
	"INSERT INTO outcomes VALUES(1, 'b1', 't0', 'finished', 1), (2, 'b2', 't9', 'finished', "
	"1);";

static void an_older_store_gets_its_sums(void **state)
{
	struct fixture *f = *state;
	const struct steps older = { sql_migrations, BEFORE_SUMS };

	store_freep(&f->s);
	OK(fs_rmtree(f->work, &f->err));
	OK(store_open_steps(f->work, &older, &f->s, &f->err));
	{
		CLEANUP(db_freep) struct db *db = raw_db(f);

		OK(db_exec(db, older_rows, &f->err));
	}
	reopen(f);
	assert_true(ask(f, "SELECT count(*) > 50 FROM test_weeks"));
	assert_true(ask(f, "SELECT count(*) > 20 FROM issue_weeks"));
	AGREE(f, counts);
	AGREE(f, ends);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sums_are_those_of_the_rows, setup, teardown),
		cmocka_unit_test_setup_teardown(a_job_stored_again_is_summed_once, setup, teardown),
		cmocka_unit_test_setup_teardown(an_older_store_gets_its_sums, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
