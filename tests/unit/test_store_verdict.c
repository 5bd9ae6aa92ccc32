// SPDX-License-Identifier: GPL-2.0-or-later
/* Outcomes, verdicts, and what is found of them. */
#include "store_fixture.h"

static char **strings(size_t n, const char *const *v)
{
	char **ret = mem_zalloc((n + 1) * sizeof(*ret));

	for (size_t i = 0; i < n; i++)
		ret[i] = v[i] ? mem_strdup(v[i]) : NULL;
	return ret;
}

/* Two jobs: the first crashes, the second runs the rest and crashes likewise. */
static void put_jobs(struct fixture *f)
{
	CLEANUP(job_done) struct job first = a_job("job-1", "b1b1");
	CLEANUP(job_done) struct job second = a_job("job-2", "b1b1");

	put_build(f);
	first.boot = BOOT_CRASHED;
	add_test(&first.tests, "vb2.a", TEST_PASS, 5, "");
	add_oops(&first.oopses, "aa11", "BUG: in the first", 41);
	add_oops(&second.oopses, "bb22", "WARNING: only in the second", 30);
	add_oops(&second.oopses, "aa11", "BUG: in the second", 43);
	add_oops(&second.oopses, "aa11", "BUG: again", 90);
	OK(store_job_put(f->s, &first, &f->err));
	OK(store_job_put(f->s, &second, &f->err));
}

static struct outcome an_outcome(void)
{
	struct outcome o = {
		.build_id = mem_strdup("b1b1"),
		.target = mem_strdup("virt"),
		.boot = BOOT_CRASHED,
		.reason = mem_strdup(""),
		.jobs = strings(2, (const char *const[]){ "job-1", "job-2" }),
		.n_jobs = 2,
		.test_jobs = strings(3, (const char *const[]){ "job-1", "job-2", NULL }),
		.oops_jobs = strings(2, (const char *const[]){ "job-2", "job-2" }),
	};

	add_test(&o.tests, "vb2.a", TEST_PASS, 5, "");
	add_test(&o.tests, "vb2.b", TEST_ERROR, 6, "crashed");
	add_test(&o.tests, "vb2.c", TEST_MISS, 0, "");
	add_oops(&o.oopses, "aa11", "BUG: again", 90);
	add_oops(&o.oopses, "bb22", "WARNING: only in the second", 30);
	return o;
}

static void an_outcome_reads_back_as_it_was_put(void **state)
{
	struct fixture *f = *state;
	CLEANUP(outcome_done) struct outcome in = an_outcome(), out = { 0 }, other = { 0 };

	put_jobs(f);
	OK(store_outcome_put(f->s, &in, &f->err));
	reopen(f);
	FOUND(store_outcome_get(f->s, "b1b1", "virt", &out, &f->err));
	assert_string_equal(out.build_id, "b1b1");
	assert_string_equal(out.target, "virt");
	assert_string_equal(out.reason, "");
	assert_int_equal(out.boot, BOOT_CRASHED);
	assert_false(out.infra);
	assert_int_equal(out.n_jobs, 2);
	assert_string_equal(out.jobs[0], "job-1");
	assert_string_equal(out.jobs[1], "job-2");
	assert_int_equal(out.tests.n, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(out.tests.v[i].path, in.tests.v[i].path);
		assert_int_equal(out.tests.v[i].status, in.tests.v[i].status);
		assert_int_equal(out.tests.v[i].line, in.tests.v[i].line);
		assert_string_equal(out.tests.v[i].comment, in.tests.v[i].comment);
	}
	assert_string_equal(out.test_jobs[1], "job-2");
	assert_null(out.test_jobs[2]);
	assert_int_equal(out.oopses.n, 2);
	assert_string_equal(out.oopses.v[0].title, "BUG: again");
	assert_int_equal(out.oopses.v[0].first_line, 90);
	assert_string_equal(out.oops_jobs[0], "job-2");
	assert_string_equal(out.oopses.v[1].hash, "bb22");
	assert_int_equal(store_outcome_get(f->s, "b1b1", "smdkc210", &other, &f->err), 0);
}

static void an_oops_without_a_job_is_that_of_the_first_boot(void **state)
{
	struct fixture *f = *state;
	CLEANUP(outcome_done) struct outcome in = an_outcome(), out = { 0 };

	put_jobs(f);
	free(in.oops_jobs[0]);
	free(in.oops_jobs[1]);
	free(in.oops_jobs);
	in.oops_jobs = NULL;
	in.oopses.v[0].first_line = 1;
	OK(store_outcome_put(f->s, &in, &f->err));
	FOUND(store_outcome_get(f->s, "b1b1", "virt", &out, &f->err));
	assert_string_equal(out.oopses.v[0].title, "BUG: in the first");
	assert_string_equal(out.oops_jobs[0], "job-1");
}

static void storing_an_outcome_or_its_jobs_again_changes_nothing(void **state)
{
	struct fixture *f = *state;
	CLEANUP(outcome_done) struct outcome in = an_outcome(), out = { 0 };
	int64_t before;

	put_jobs(f);
	OK(store_outcome_put(f->s, &in, &f->err));
	before = rows(f);
	OK(store_outcome_put(f->s, &in, &f->err));
	put_jobs(f);
	assert_int_equal(rows(f), before);
	FOUND(store_outcome_get(f->s, "b1b1", "virt", &out, &f->err));
	assert_int_equal(out.oopses.n, 2);
}

static void an_outcome_that_names_an_unknown_job_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	CLEANUP(outcome_done) struct outcome a = an_outcome(), b = an_outcome(), c = an_outcome();
	int64_t before;

	put_jobs(f);
	before = rows(f);
	free(a.jobs[1]);
	a.jobs[1] = mem_strdup("job-9");
	assert_int_equal(store_outcome_put(f->s, &a, &f->err), -EINVAL);
	assert_non_null(strstr(f->err.msg, "job-9"));
	free(b.test_jobs[1]);
	b.test_jobs[1] = mem_strdup("job-9");
	assert_int_equal(store_outcome_put(f->s, &b, &f->err), -EINVAL);
	assert_non_null(strstr(f->err.msg, "vb2.b"));
	snprintf(c.oopses.v[1].hash, sizeof(c.oopses.v[1].hash), "cc33");
	assert_int_equal(store_outcome_put(f->s, &c, &f->err), -EINVAL);
	assert_non_null(strstr(f->err.msg, "none of its jobs"));
	assert_int_equal(rows(f), before);
}

static void a_failed_lab_is_no_outcome(void **state)
{
	struct fixture *f = *state;
	CLEANUP(outcome_done) struct outcome o = an_outcome();

	put_jobs(f);
	o.infra = true;
	assert_int_equal(store_outcome_put(f->s, &o, &f->err), -EINVAL);
	assert_int_equal(ask(f, "SELECT count(*) FROM outcomes"), 0);
}

static void set(char **field, const char *text)
{
	free(*field);
	*field = mem_strdup(text);
}

static struct verdict a_verdict(const char *name)
{
	struct verdict v = {
		.kind = VERDICT_FAIL,
		.checkout_id = mem_strdup("c0ffee"),
		.base_id = mem_strdup(""),
		.name = mem_strdup(name),
		.created = 1700000500,
		.duration_ms = 58000,
	};
	struct reason *r = reason_add(&v.reasons, REASON_NEW_CRASH);
	struct change *c = change_add(&v.changes, CHANGE_FLAKY, "virt", "vb2.a");

	set(&r->target, "virt");
	set(&r->subject, "BUG: NULL in sg_page");
	set(&r->detail, "line one\nline two");
	set(&r->where, "job-1");
	r->line = 41;
	set(&r->signature, "aa11");
	set(&r->excerpt, "[ 1.0] BUG\n[ 1.1] PC is at sg_page");
	r->patch = 3;
	r->base = (struct rate){ 1, 12 };
	r->patched = (struct rate){ 9, 13 };
	r->chance = 0.0123;
	(void)reason_add(&v.reasons, REASON_INFRA);
	set(&c->signature, "bb22");
	c->base_status = TEST_PASS;
	c->patched_status = TEST_ERROR;
	c->base = (struct rate){ 2, 14 };
	c->patched = (struct rate){ 3, 15 };
	c->chance = 1e-9;
	c->known = 1LL << 40;
	set(&c->why, "a link");
	(void)change_add(&v.changes, CHANGE_NEW, "virt", "vb2.b");
	v.text = mem_strdup("dma: a series\n\tFAIL\n");
	return v;
}

static void a_verdict_gets_an_id_and_reads_back(void **state)
{
	struct fixture *f = *state;
	CLEANUP(verdict_done) struct verdict in = a_verdict("dma: a series"), out = { 0 };

	put_build(f);
	OK(store_verdict_put(f->s, &in, &f->err));
	assert_int_equal(strlen(in.id), 16);
	reopen(f);
	FOUND(store_verdict_get(f->s, in.id, &out, &f->err));
	assert_string_equal(out.id, in.id);
	assert_int_equal(out.kind, VERDICT_FAIL);
	assert_string_equal(out.checkout_id, "c0ffee");
	assert_string_equal(out.base_id, "");
	assert_string_equal(out.name, in.name);
	assert_int_equal(out.created, 1700000500);
	assert_int_equal(out.duration_ms, 58000);
	assert_int_equal(out.reasons.n, 2);
	assert_int_equal(out.reasons.v[0].kind, REASON_NEW_CRASH);
	assert_string_equal(out.reasons.v[0].target, "virt");
	assert_string_equal(out.reasons.v[0].subject, "BUG: NULL in sg_page");
	assert_string_equal(out.reasons.v[0].detail, "line one\nline two");
	assert_string_equal(out.reasons.v[0].where, "job-1");
	assert_int_equal(out.reasons.v[0].line, 41);
	assert_int_equal(out.reasons.v[1].kind, REASON_INFRA);
	assert_string_equal(out.reasons.v[1].where, "");
}

static void a_verdict_keeps_its_proofs_and_rates_and_text(void **state)
{
	struct fixture *f = *state;
	CLEANUP(verdict_done) struct verdict in = a_verdict("dma: a series"), out = { 0 };
	const struct reason *r;
	const struct change *c;

	put_build(f);
	OK(store_verdict_put(f->s, &in, &f->err));
	FOUND(store_verdict_get(f->s, in.id, &out, &f->err));
	r = &out.reasons.v[0];
	assert_string_equal(r->signature, "aa11");
	assert_string_equal(r->excerpt, in.reasons.v[0].excerpt);
	assert_int_equal(r->patch, 3);
	assert_memory_equal(&r->base, (&(struct rate){ 1, 12 }), sizeof(struct rate));
	assert_memory_equal(&r->patched, (&(struct rate){ 9, 13 }), sizeof(struct rate));
	assert_true(r->chance == 0.0123);
	assert_string_equal(out.reasons.v[1].excerpt, "");
	assert_true(out.reasons.v[1].chance == 1);
	assert_int_equal(out.changes.n, 2);
	c = &out.changes.v[0];
	assert_int_equal(c->class, CHANGE_FLAKY);
	assert_string_equal(c->target, "virt");
	assert_string_equal(c->subject, "vb2.a");
	assert_string_equal(c->signature, "bb22");
	assert_int_equal(c->base_status, TEST_PASS);
	assert_int_equal(c->patched_status, TEST_ERROR);
	assert_memory_equal(&c->base, (&(struct rate){ 2, 14 }), sizeof(struct rate));
	assert_memory_equal(&c->patched, (&(struct rate){ 3, 15 }), sizeof(struct rate));
	assert_true(c->chance == 1e-9);
	assert_int_equal(c->known, 1LL << 40);
	assert_string_equal(c->why, "a link");
	assert_string_equal(out.changes.v[1].subject, "vb2.b");
	assert_int_equal(out.changes.v[1].base_status, TEST_MISS);
	assert_string_equal(out.text, in.text);
}

static void a_verdict_put_again_loses_what_it_no_longer_has(void **state)
{
	struct fixture *f = *state;
	CLEANUP(verdict_done) struct verdict in = a_verdict("x"), out = { 0 };

	put_build(f);
	OK(store_verdict_put(f->s, &in, &f->err));
	change_list_done(&in.changes);
	free(in.text);
	in.text = NULL;
	OK(store_verdict_put(f->s, &in, &f->err));
	FOUND(store_verdict_get(f->s, in.id, &out, &f->err));
	assert_int_equal(out.changes.n, 0);
	assert_null(out.text);
}

static void each_class_of_change_reads_back(void **state)
{
	struct fixture *f = *state;
	CLEANUP(verdict_done) struct verdict in = { 0 }, out = { 0 };

	for (enum change_class i = CHANGE_FIXED; i <= CHANGE_UNKNOWN; i++)
		(void)change_add(&in.changes, i, "", "");
	OK(store_verdict_put(f->s, &in, &f->err));
	FOUND(store_verdict_get(f->s, in.id, &out, &f->err));
	assert_int_equal(out.changes.n, CHANGE_UNKNOWN + 1);
	for (enum change_class i = CHANGE_FIXED; i <= CHANGE_UNKNOWN; i++)
		assert_int_equal(out.changes.v[i].class, i);
}

static void each_kind_of_verdict_and_reason_reads_back(void **state)
{
	struct fixture *f = *state;

	for (enum verdict_kind k = VERDICT_PASS; k <= VERDICT_NONE; k++) {
		CLEANUP(verdict_done) struct verdict in = { .kind = k }, out = { 0 };

		for (enum reason_kind i = REASON_APPLY_CONFLICT; i <= REASON_INFRA; i++)
			(void)reason_add(&in.reasons, i);
		OK(store_verdict_put(f->s, &in, &f->err));
		assert_true(in.created > 1700000000);
		FOUND(store_verdict_get(f->s, in.id, &out, &f->err));
		assert_int_equal(out.kind, k);
		assert_int_equal(out.reasons.n, REASON_INFRA + 1);
		for (enum reason_kind i = REASON_APPLY_CONFLICT; i <= REASON_INFRA; i++)
			assert_int_equal(out.reasons.v[i].kind, i);
	}
}

static void storing_a_verdict_again_changes_nothing(void **state)
{
	struct fixture *f = *state;
	CLEANUP(verdict_done) struct verdict v = a_verdict("x");
	CLEANUP(free_ptr) char *id = NULL;
	int64_t before;

	put_build(f);
	OK(store_verdict_put(f->s, &v, &f->err));
	id = mem_strdup(v.id);
	before = rows(f);
	OK(store_verdict_put(f->s, &v, &f->err));
	assert_string_equal(v.id, id);
	assert_int_equal(rows(f), before);
}

static void a_verdict_on_an_unknown_checkout_gets_no_id(void **state)
{
	struct fixture *f = *state;
	CLEANUP(verdict_done) struct verdict v = a_verdict("x");

	assert_int_equal(store_verdict_put(f->s, &v, &f->err), -EINVAL);
	assert_null(v.id);
	assert_int_equal(rows(f), 0);
}

static void a_list_begins_with_the_newest_and_ends_at_its_limit(void **state)
{
	struct fixture *f = *state;
	CLEANUP(listed_list_done) struct listed_list l = { 0 }, none = { 0 };

	put_build(f);
	for (int i = 0; i < 5; i++) {
		CLEANUP(verdict_done) struct verdict v = a_verdict("");

		free(v.name);
		v.name = mem_printf("series %d", i);
		v.created += i;
		OK(store_verdict_put(f->s, &v, &f->err));
	}
	OK(store_list(f->s, NULL, 3, &l, &f->err));
	assert_int_equal(l.n, 3);
	assert_string_equal(l.v[0].kind, "verdict");
	assert_string_equal(l.v[0].what, "series 4");
	assert_string_equal(l.v[0].state, "fail");
	assert_int_equal(l.v[0].created, 1700000504);
	assert_string_equal(l.v[2].what, "series 2");
	OK(store_list(f->s, "verdict", 0, &none, &f->err));
	assert_int_equal(none.n, 0);
}

static void one_listed(struct fixture *f, const char *kind, const char *id, const char *what,
		       const char *word)
{
	CLEANUP(listed_list_done) struct listed_list l = { 0 };

	OK(store_list(f->s, kind, 1, &l, &f->err));
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].kind, kind);
	assert_string_equal(l.v[0].id, id);
	assert_string_equal(l.v[0].what, what);
	assert_string_equal(l.v[0].state, word);
}

static void each_kind_of_thing_is_listed_with_its_words(void **state)
{
	struct fixture *f = *state;
	CLEANUP(checkout_done) struct checkout c = a_checkout("dead");
	CLEANUP(job_done) struct job j = a_job("job-3", "b1b1");
	struct listed_list l = { 0 };
	struct conflict x = { .number = 1 };

	put_jobs(f);
	one_listed(f, "checkout", "c0ffee", "debian-6.1", "applied");
	one_listed(f, "build", "b1b1", "main", "PASS");
	one_listed(f, "job", "job-2", "virt", "finished");
	j.outcome = JOB_INFRA;
	OK(store_job_put(f->s, &j, &f->err));
	one_listed(f, "job", "job-3", "virt", "infra");
	OK(store_checkout_put(f->s, &c, &x, &f->err));
	one_listed(f, "checkout", "dead", "debian-6.1", "conflict");
	assert_int_equal(store_list(f->s, "kernels", 1, &l, &f->err), -EINVAL);
}

static void finds(struct fixture *f, const char *prefix, const char *kind, const char *id)
{
	CLEANUP(free_ptr) char *k = NULL;
	CLEANUP(free_ptr) char *i = NULL;

	FOUND(store_find(f->s, prefix, &k, &i, &f->err));
	assert_string_equal(k, kind);
	assert_string_equal(i, id);
}

static void an_id_is_found_by_its_beginning_in_every_table(void **state)
{
	struct fixture *f = *state;
	CLEANUP(verdict_done) struct verdict v = a_verdict("x");
	CLEANUP(free_ptr) char *head = NULL;

	put_jobs(f);
	OK(store_verdict_put(f->s, &v, &f->err));
	head = mem_strndup(v.id, 6);
	finds(f, head, "verdict", v.id);
	finds(f, "c0ff", "checkout", "c0ffee");
	finds(f, "b1b1", "build", "b1b1");
	finds(f, "job-2", "job", "job-2");
}

static void an_ambiguous_or_short_beginning_finds_nothing(void **state)
{
	struct fixture *f = *state;
	CLEANUP(checkout_done) struct checkout c = a_checkout("job-123"), d = a_checkout("zz");
	char *k = NULL, *i = NULL;

	put_jobs(f);
	OK(store_checkout_put(f->s, &c, NULL, &f->err));
	OK(store_checkout_put(f->s, &d, NULL, &f->err));
	assert_int_equal(store_find(f->s, "job-", &k, &i, &f->err), -EEXIST);
	assert_non_null(strstr(f->err.msg, "ambiguous"));
	assert_null(k);
	finds(f, "job-1", "job", "job-1"); /* whole, though another begins with it */
	finds(f, "zz", "checkout", "zz");
	assert_int_equal(store_find(f->s, "c0f", &k, &i, &f->err), 0);
	assert_int_equal(store_find(f->s, "c0ffee0", &k, &i, &f->err), 0);
	assert_int_equal(store_find(f->s, "c0f%", &k, &i, &f->err), 0);
	assert_int_equal(store_find(f->s, "c0f_", &k, &i, &f->err), 0);
	assert_int_equal(store_find(f->s, "", &k, &i, &f->err), 0);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(an_outcome_reads_back_as_it_was_put),
		CASE(an_oops_without_a_job_is_that_of_the_first_boot),
		CASE(storing_an_outcome_or_its_jobs_again_changes_nothing),
		CASE(an_outcome_that_names_an_unknown_job_leaves_nothing),
		CASE(a_failed_lab_is_no_outcome),
		CASE(a_verdict_gets_an_id_and_reads_back),
		CASE(a_verdict_keeps_its_proofs_and_rates_and_text),
		CASE(a_verdict_put_again_loses_what_it_no_longer_has),
		CASE(each_class_of_change_reads_back),
		CASE(each_kind_of_verdict_and_reason_reads_back),
		CASE(storing_a_verdict_again_changes_nothing),
		CASE(a_verdict_on_an_unknown_checkout_gets_no_id),
		CASE(a_list_begins_with_the_newest_and_ends_at_its_limit),
		CASE(each_kind_of_thing_is_listed_with_its_words),
		CASE(an_id_is_found_by_its_beginning_in_every_table),
		CASE(an_ambiguous_or_short_beginning_finds_nothing),
	};

	return cmocka_run_group_tests_name("store_verdict", tests, NULL, NULL);
}
