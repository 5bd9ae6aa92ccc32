// SPDX-License-Identifier: GPL-2.0-or-later
/* What people know of, and what earlier boots and verdicts have shown. */
#include "store_fixture.h"

#include "letter_fixture.h"
#include "store/known.h"
#include "store/queue.h"

enum { NOW = 1700000000 };

static int64_t know(struct fixture *f, const char *what, const char *why, int64_t until)
{
	struct known k = { .what = (char *)what,
			   .why = (char *)why,
			   .by = (char *)"ann@a",
			   .until = until,
			   .created = NOW };

	OK(store_known_put(f->s, &k, &f->err));
	return k.num;
}

static void a_known_issue_reads_back_as_it_was_put(void **state)
{
	struct fixture *f = *state;
	CLEANUP(known_list_done) struct known_list l = { 0 };
	struct known k = { .is_signature = true,
			   .what = (char *)"aa11",
			   .why = (char *)"a \xff link",
			   .by = (char *)"bob@b",
			   .until = NOW + 10 };

	know(f, "vb2.import", "racy", NOW + 9);
	OK(store_known_put(f->s, &k, &f->err));
	reopen(f);
	OK(store_knowns(f->s, NOW, &l, &f->err));
	assert_int_equal(l.n, 2);
	assert_false(l.v[0].is_signature);
	assert_string_equal(l.v[0].what, "vb2.import");
	assert_string_equal(l.v[0].why, "racy");
	assert_string_equal(l.v[0].by, "ann@a");
	assert_int_equal(l.v[0].until, NOW + 9);
	assert_int_equal(l.v[0].created, NOW);
	assert_true(l.v[1].is_signature);
	assert_int_equal(l.v[1].num, k.num);
	assert_string_equal(l.v[1].why, "a \xef\xbf\xbd link");
	assert_true(l.v[1].created > NOW);
}

static void the_same_issue_again_gets_another_why_and_until(void **state)
{
	struct fixture *f = *state;
	CLEANUP(known_list_done) struct known_list l = { 0 };
	int64_t first = know(f, "vb2.import", "racy", NOW + 9);

	assert_int_equal(know(f, "vb2.import", "still racy", NOW + 99), first);
	OK(store_knowns(f->s, NOW, &l, &f->err));
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].why, "still racy");
	assert_int_equal(l.v[0].until, NOW + 99);
	assert_int_equal(l.v[0].created, NOW);
}

static void an_issue_whose_time_is_over_is_listed_only_among_all(void **state)
{
	struct fixture *f = *state;
	CLEANUP(known_list_done) struct known_list holds = { 0 }, all = { 0 };

	know(f, "a.over", "x", NOW);
	know(f, "b.holds", "x", NOW + 1);
	OK(store_knowns(f->s, NOW, &holds, &f->err));
	assert_int_equal(holds.n, 1);
	assert_string_equal(holds.v[0].what, "b.holds");
	OK(store_knowns(f->s, 0, &all, &f->err));
	assert_int_equal(all.n, 2);
	assert_string_equal(all.v[0].what, "a.over");
}

static void a_removed_issue_is_gone_and_its_number_is_not_given_again(void **state)
{
	struct fixture *f = *state;
	CLEANUP(known_list_done) struct known_list l = { 0 };
	int64_t num = know(f, "a.b", "x", NOW + 1);

	FOUND(store_known_remove(f->s, num, &f->err));
	assert_int_equal(store_known_remove(f->s, num, &f->err), 0);
	OK(store_knowns(f->s, 0, &l, &f->err));
	assert_int_equal(l.n, 0);
	assert_true(know(f, "a.b", "x", NOW + 1) > num);
}

static void put_oopses(struct fixture *f, const char *const *hashes)
{
	CLEANUP(job_done) struct job j = a_job("job-1", "b1b1");

	put_build(f);
	for (; *hashes; hashes++)
		add_oops(&j.oopses, *hashes, "BUG: x", 1);
	OK(store_job_put(f->s, &j, &f->err));
}

static void a_signature_is_found_by_eight_digits(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *one = NULL;
	CLEANUP(free_ptr) char *whole = NULL;
	char *none = NULL;

	put_oopses(f,
		   (const char *const[]){ "0123456789ab", "0123456789abcd", "01234567ff", NULL });
	FOUND(store_signature_find(f->s, "01234567f", &one, &f->err));
	assert_string_equal(one, "01234567ff");
	assert_int_equal(store_signature_find(f->s, "01234567", &none, &f->err), -EEXIST);
	assert_non_null(strstr(f->err.msg, "0123456789ab"));
	FOUND(store_signature_find(f->s, "0123456789abcd", &whole, &f->err));
	assert_string_equal(whole, "0123456789abcd");
	assert_int_equal(store_signature_find(f->s, "01234567e", &none, &f->err), 0);
	assert_int_equal(store_signature_find(f->s, "0123456", &none, &f->err), 0);
	assert_null(none);
}

static void a_test_is_known_when_a_boot_ran_it(void **state)
{
	struct fixture *f = *state;
	CLEANUP(job_done) struct job j = a_job("job-1", "b1b1");

	put_build(f);
	add_test(&j.tests, "vb2.import", TEST_FAIL, 1, "");
	add_test(&j.tests, "vb2.never", TEST_MISS, 0, "");
	add_test(&j.tests, "other.never", TEST_MISS, 0, "");
	OK(store_job_put(f->s, &j, &f->err));
	FOUND(store_test_known(f->s, "vb2.import", &f->err));
	FOUND(store_test_known(f->s, "vb2.*", &f->err));
	assert_int_equal(store_test_known(f->s, "vb2.imp", &f->err), 0);
	assert_int_equal(store_test_known(f->s, "vb2.import.deeper", &f->err), 0);
	assert_int_equal(store_test_known(f->s, "vb2.never", &f->err), 0);
	assert_int_equal(store_test_known(f->s, "other.*", &f->err), 0);
	assert_int_equal(store_test_known(f->s, "vb.*", &f->err), 0);
	assert_int_equal(store_test_known(f->s, "vb2", &f->err), 0);
}

static void put_job(struct fixture *f, const char *id, const char *target, const char *filter,
		    enum job_outcome outcome)
{
	CLEANUP(job_done) struct job j = a_job(id, "b1b1");

	free(j.target);
	j.target = mem_strdup(target);
	free(j.filter);
	j.filter = mem_strdup(filter);
	j.outcome = outcome;
	OK(store_job_put(f->s, &j, &f->err));
}

static void the_newest_boots_of_a_build_come_oldest_first(void **state)
{
	struct fixture *f = *state;
	CLEANUP(strv_done) struct strv ids = { 0 };

	put_build(f);
	put_job(f, "a", "virt", "vb2.*", JOB_DONE);
	put_job(f, "b", "virt", "vb2.*", JOB_DONE);
	put_job(f, "infra", "virt", "vb2.*", JOB_INFRA);
	put_job(f, "elsewhere", "smdkc210", "vb2.*", JOB_DONE);
	put_job(f, "all", "virt", "", JOB_DONE);
	put_job(f, "c", "virt", "vb2.*", JOB_DONE);
	OK(store_jobs_of(f->s, "b1b1", "virt", "vb2.*", 2, &ids, &f->err));
	assert_int_equal(ids.n, 2);
	assert_string_equal(ids.v[0], "b");
	assert_string_equal(ids.v[1], "c");
	OK(store_jobs_of(f->s, "b1b1", "virt", "", 9, &ids, &f->err));
	assert_int_equal(ids.n, 3); /* appended */
	assert_string_equal(ids.v[2], "all");
	OK(store_jobs_of(f->s, "b2", "virt", "", 9, &ids, &f->err));
	OK(store_jobs_of(f->s, "b1b1", "virt", "", -1, &ids, &f->err));
	assert_int_equal(ids.n, 3);
}

/* A verdict by a task of its own. */
static void judge(struct fixture *f, int64_t series, const char *key, enum verdict_kind kind,
		  const char *name)
{
	CLEANUP(verdict_done) struct verdict v = { .kind = kind, .name = mem_strdup(name) };
	CLEANUP(task_done) struct task claimed = { 0 };
	const struct task t = { .series = series,
				.key = (char *)key,
				.source = (char *)"lkml",
				.tree = (char *)"",
				.plan = (char *)"" };
	int64_t num = 0;

	(void)change_add(&v.changes, CHANGE_BROKEN, "virt", name);
	v.text = mem_strdup(name);
	FOUND(store_task_add(f->s, &t, &num, &f->err));
	FOUND(store_task_claim_num(f->s, num, "me", 60, &claimed, &f->err));
	FOUND(store_task_finish(f->s, num, "me", &v, &f->err));
}

static void the_newest_verdict_of_a_series_is_one_that_says_something(void **state)
{
	struct fixture *f = *state;
	CLEANUP(series_row_done) struct series_row one = { 0 };
	CLEANUP(series_row_done) struct series_row two = { 0 };
	CLEANUP(verdict_done) struct verdict v = { 0 };

	SEND(f, "lkml", LETTER("[PATCH] dma: a", "a@a", NULL, "int a", 1),
	     LETTER("[PATCH] dma: b", "b@a", NULL, "int b", 2));
	sort_all(f);
	one = series_of(f, "a@a");
	two = series_of(f, "b@a");
	judge(f, one.num, "k1", VERDICT_NONE, "first");
	assert_int_equal(store_verdict_of_series(f->s, one.num, &v, &f->err), 0);
	judge(f, one.num, "k2", VERDICT_FAIL, "second");
	judge(f, one.num, "k3", VERDICT_PASS, "third");
	judge(f, one.num, "k4", VERDICT_NONE, "fourth");
	judge(f, two.num, "k5", VERDICT_FAIL, "another's");
	FOUND(store_verdict_of_series(f->s, one.num, &v, &f->err));
	assert_string_equal(v.name, "third");
	assert_int_equal(v.kind, VERDICT_PASS);
	assert_int_equal(v.changes.n, 1); /* as a task's end stored it */
	assert_string_equal(v.text, "third");
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_known_issue_reads_back_as_it_was_put),
		CASE(the_same_issue_again_gets_another_why_and_until),
		CASE(an_issue_whose_time_is_over_is_listed_only_among_all),
		CASE(a_removed_issue_is_gone_and_its_number_is_not_given_again),
		CASE(a_signature_is_found_by_eight_digits),
		CASE(a_test_is_known_when_a_boot_ran_it),
		CASE(the_newest_boots_of_a_build_come_oldest_first),
		CASE(the_newest_verdict_of_a_series_is_one_that_says_something),
	};

	return cmocka_run_group_tests_name("store_known", tests, NULL, NULL);
}
