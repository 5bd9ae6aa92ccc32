// SPDX-License-Identifier: GPL-2.0-or-later
/* DMALAB_KILLS: how often to kill; DMALAB_SEED: the moments of an earlier run. */
#include "store_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"
#include "labs_fixture.h"
#include "store/labs.h"
#include "store/room.h"

static struct lab_device a_device(const char *name, const char *health)
{
	return (struct lab_device){ .name = (char *)name,
				    .type = (char *)"odroid-xu3",
				    .health = (char *)health,
				    .state = (char *)"Idle",
				    .worker = (char *)"worker-1",
				    .online = true };
}

static void what_was_seen_of_a_lab_is_replaced_whole_and_devices_only_where_asked(void **state)
{
	struct fixture *f = *state;
	CLEANUP(lab_device_list_done) struct lab_device_list got = { 0 };
	struct lab_device v[] = { a_device("b", "Good"), a_device("a\xff", "Bad") };
	const struct lab_device_list two = { v, 2, 2 }, one = { v, 1, 1 };
	struct lab_sight sight = { (char *)"farm", 100, 100, (char *)"", 7 }, back = { 0 };

	assert_int_equal(store_lab_get(f->s, "farm", &back, &got, &f->err), 0);
	OK(store_lab_seen(f->s, &sight, &two, &f->err));
	OK(store_lab_seen(f->s, &sight, &two, &f->err));
	FOUND(store_lab_get(f->s, "farm", &back, &got, &f->err));
	assert_string_equal(back.lab, "farm");
	assert_int_equal(back.seen, 100);
	assert_int_equal(back.queued, 7);
	assert_int_equal(got.n, 2);
	assert_string_equal(got.v[0].name, "a\xef\xbf\xbd"); /* a server may say any bytes */
	assert_string_equal(got.v[0].health, "Bad");
	assert_string_equal(got.v[0].lab, "farm");
	assert_string_equal(got.v[1].type, "odroid-xu3");
	assert_string_equal(got.v[1].worker, "worker-1");
	assert_true(got.v[1].online);
	lab_sight_done(&back);
	sight.asked = 200;
	sight.trouble = (char *)"no answer";
	OK(store_lab_seen(f->s, &sight, NULL, &f->err));
	FOUND(store_lab_get(f->s, "farm", &back, &got, &f->err));
	assert_string_equal(back.trouble, "no answer");
	assert_int_equal(back.asked, 200);
	assert_int_equal(got.n, 4); /* as they were, appended */
	lab_sight_done(&back);
	OK(store_lab_seen(f->s, &sight, &one, &f->err));
	assert_int_equal(ask(f, "SELECT count(*) FROM lab_devices"), 1);
}

static void a_targets_record_counts_its_jobs_and_those_that_failed_last(void **state)
{
	struct fixture *f = *state;
	static const enum job_outcome outcomes[] = { JOB_INFRA, JOB_DONE,    JOB_INFRA,
						     JOB_INFRA, JOB_INVALID, JOB_INFRA };
	struct target_record rec = { 0 };

	put_build(f);
	for (int i = 0; i < 6; i++) {
		CLEANUP(free_ptr) char *id = mem_printf("j%d", i);

		put_job(f, id, outcomes[i], 1000 + i);
	}
	OK(store_target_record(f->s, "virt", 1000, &rec, &f->err));
	assert_int_equal(rec.done, 1);
	assert_int_equal(rec.infra, 4);
	assert_int_equal(rec.in_a_row, 3);
	assert_int_equal(rec.health_time, 0);
	assert_string_equal(rec.health_job, "");
	target_record_done(&rec);
	OK(store_target_record(f->s, "virt", 1004, &rec, &f->err));
	assert_int_equal(rec.done, 0);
	assert_int_equal(rec.infra, 1);
	assert_int_equal(rec.in_a_row, 1);
	target_record_done(&rec);
	put_job(f, "j7", JOB_DONE, 1010);
	OK(store_target_record(f->s, "virt", 0, &rec, &f->err));
	assert_int_equal(rec.in_a_row, 0);
	target_record_done(&rec);
	OK(store_target_record(f->s, "nobody", 0, &rec, &f->err));
	assert_int_equal(rec.done + rec.infra + rec.in_a_row, 0);
	target_record_done(&rec);
}

static void a_target_is_proven_by_the_first_health_job_that_passed(void **state)
{
	struct fixture *f = *state;
	struct target_record rec = { 0 };

	put_build(f);
	put_job(f, "h1", JOB_DONE, 1000);
	put_job(f, "h2", JOB_DONE, 2000);
	OK(store_health_put(f->s, "virt", "", false, 1000, &f->err));
	OK(store_target_record(f->s, "virt", 0, &rec, &f->err));
	assert_int_equal(rec.health_time, 1000);
	assert_false(rec.health_passed);
	assert_int_equal(rec.proven, 0);
	target_record_done(&rec);
	OK(store_health_put(f->s, "virt", "h1", true, 2000, &f->err));
	OK(store_health_put(f->s, "virt", "h1", true, 2000, &f->err));
	OK(store_health_put(f->s, "virt", "h2", false, 3000, &f->err));
	OK(store_health_put(f->s, "virt", "", true, 1500, &f->err)); /* told late */
	OK(store_target_record(f->s, "virt", 0, &rec, &f->err));
	assert_int_equal(rec.health_time, 3000);
	assert_false(rec.health_passed);
	assert_string_equal(rec.health_job, "h2");
	assert_int_equal(rec.proven, 1500);
	target_record_done(&rec);
	assert_int_equal(store_health_put(f->s, "virt", "none", true, 4000, &f->err), -EINVAL);
}

static void an_approval_is_of_the_patches_as_they_were(void **state)
{
	struct fixture *f = *state;
	int64_t one = 0, two = 0;

	(void)a_task(f, 1, NULL, &one);
	(void)a_task(f, 2, "Bob <bob@example.org>", &two);
	assert_int_equal(store_is_approved(f->s, one, &f->err), 0);
	OK(store_approve(f->s, one, "maintainer", &f->err));
	OK(store_approve(f->s, one, "another", &f->err));
	assert_int_equal(store_is_approved(f->s, one, &f->err), 1);
	assert_int_equal(store_is_approved(f->s, two, &f->err), 0);
	assert_int_equal(ask(f, "SELECT count(*) FROM approvals WHERE by = 'maintainer'"), 1);
	sql(f, "UPDATE series SET digest = 'other' WHERE num = 1"); /* a mail joined it */
	assert_int_equal(store_is_approved(f->s, one, &f->err), 0);
	assert_int_equal(store_is_approved(f->s, 99, &f->err), 0);
	assert_int_equal(store_approve(f->s, 99, "x", &f->err), -ENOENT);
}

static void a_series_without_patches_is_not_approved(void **state)
{
	struct fixture *f = *state;
	CLEANUP(series_row_done) struct series_row s = { 0 };

	SEND(f, "lkml", LETTER("[PATCH 0/2] dma: cover", "c@a", NULL, NULL, 1));
	sort_all(f);
	s = series_of(f, "c@a");
	assert_int_equal(store_approve(f->s, s.num, "x", &f->err), -EINVAL);
}

static void an_author_is_known_once_approved(void **state)
{
	struct fixture *f = *state;
	int64_t num = 0;

	(void)a_task(f, 1, "Bob <Bob@Example.org>", &num);
	assert_int_equal(store_author_is_known(f->s, "bob@example.org", &f->err), 0);
	OK(store_approve(f->s, num, "maintainer", &f->err));
	assert_int_equal(store_author_is_known(f->s, "bob@example.org", &f->err), 1);
	assert_int_equal(store_author_is_known(f->s, "ann@kernel.example", &f->err), 0);
	assert_int_equal(store_author_is_known(f->s, "", &f->err), 0);
}

/* A store of the schema before labs, with rows, opened by this program. */
static void a_store_without_labs_is_migrated(void **state)
{
	struct fixture *f = *state;
	const struct steps old = { sql_migrations, 3 };
	CLEANUP(free_ptr) char *backup = mem_printf("%s/dmalab.db.schema-3", f->work);
	CLEANUP(submission_done) struct submission s = { 0 };
	CLEANUP(checkout_done) struct checkout c = a_checkout("c0ffee");
	CLEANUP(job_done) struct job j = { 0 };
	CLEANUP(db_freep) struct db *db = NULL;

	store_freep(&f->s);
	OK(fs_rmtree(f->work, &f->err));
	OK(store_open_steps(f->work, &old, &f->s, &f->err));
	OK(store_checkout_put(f->s, &c, NULL, &f->err));
	db = raw_db(f);
	OK(db_exec(db,
		   "INSERT INTO builds(id, checkout_id, config_name, compiler, architecture,"
		   " command, status, start_time, duration_ms)"
		   " VALUES('b1b1', 'c0ffee', 'main', '', 'arm', '', 'PASS', 1, 1)",
		   &f->err));
	db_freep(&db);
	put_job(f, "j1", JOB_INFRA, 1000);
	(void)a_task(f, 1, NULL, NULL);
	reopen(f);
	assert_true(fs_exists(backup));
	assert_int_equal(ask(f, "SELECT count(*) FROM builds"), 1);
	assert_int_equal(ask(f, "SELECT count(*) FROM tasks"), 1);
	FOUND(store_job_get(f->s, "j1", &j, &f->err));
	s = got(f, want(f, 1, "", true));
	assert_int_equal(strlen(s.key), 25);
	reopen(f);
	assert_int_equal(ask(f, "SELECT count(*) FROM stores"), 1);
	is_clean(f);
}

/*
 * A follower that is killed at any moment, and its server: a file of keys, one a line, that are
 * appended by one write each. Whatever may be there is looked for before it is sent.
 */
struct follower {
	struct store *s;
	struct err err;
	char *server;
};

static bool server_has(const char *server, const char *key)
{
	CLEANUP(buf_done) struct buf text = { 0 };
	struct err err;

	return fs_read(server, 1 << 24, &text, &err) == 0 && strstr(buf_text(&text), key);
}

static int server_post(const char *server, const char *key)
{
	CLEANUP(free_ptr) char *line = mem_printf("%s.\n", key);
	CLEANUP(close_fd) int fd = open(server, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);

	return write(fd, line, strlen(line)) == (ssize_t)strlen(line) ? 0 : -1;
}

static int follow(struct follower *x, const struct submission *s)
{
	CLEANUP(free_ptr) char *key = mem_printf("%s.", s->key);
	CLEANUP(free_ptr) char *job_id = mem_printf("job-%lld", (long long)s->num);
	CLEANUP(job_done) struct job j = a_job(job_id, "b1b1");
	int r = 1;

	if (s->state == SUBMISSION_POSTED && !server_has(x->server, key))
		return store_submission_unposted(x->s, s->num, &x->err);
	if (s->state == SUBMISSION_WANTED) {
		r = store_submission_posting(x->s, s->num, 1, &x->err);
		if (r == 1)
			r = server_post(x->server, s->key) < 0 ? -EIO : 1;
	}
	if (r == 1 && s->state < SUBMISSION_QUEUED)
		r = store_submission_moved(x->s, s->num, SUBMISSION_QUEUED, s->num, "", 0, &x->err);
	if (r >= 0 && s->state < SUBMISSION_RUNNING)
		r = store_submission_moved(x->s, s->num, SUBMISSION_RUNNING, s->num, "d", 1,
					   &x->err);
	if (r >= 0 && s->state == SUBMISSION_RUNNING)
		r = store_submission_end(x->s, s->num, &j, &x->err);
	return r < 0 ? r : 0;
}

static int follow_all(struct follower *x)
{
	CLEANUP(submission_marks_done) struct submission_marks l = { 0 };
	int r = store_submissions_open(x->s, NULL, &l, &x->err);

	for (size_t i = 0; r == 0 && i < l.n; i++) {
		CLEANUP(submission_done) struct submission s = { 0 };

		r = store_submission_get(x->s, l.v[i].num, &s, &x->err);
		if (r == 1)
			r = follow(x, &s);
	}
	return r;
}

/* Wants, one after the other, and says which are stored; follows all meanwhile. */
static void want_for_ever(const struct fixture *f, int first, int tell)
{
	struct follower x = { .server = mem_printf("%s/server", f->dir) };
	int r = store_open(f->work, &x.s, &x.err);

	for (int i = first; r >= 0; i++) {
		CLEANUP(free_ptr) char *filter = mem_printf("f%d", i);
		const struct submission w = a_wish(0, filter);
		int64_t num = 0;

		r = store_submission_want(x.s, &w, &num, &x.err);
		if (r >= 0 && i % 7 == 0)
			r = store_submission_cancel(x.s, num, &x.err);
		if (r >= 0 && write(tell, &i, sizeof(i)) != sizeof(i))
			_exit(1);
		for (int k = 0; r >= 0 && k < 2; k++)
			r = follow_all(&x);
	}
	fprintf(stderr, "%s\n", x.err.msg);
	_exit(1);
}

static uint32_t rnd(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

/* Returns the last that was said. */
static int run_and_kill(const struct fixture *f, long us, int highest)
{
	const struct timespec wait = { 0, us * 1000 };
	int p[2], status = 0, i;
	pid_t pid;

	assert_int_equal(pipe(p), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(p[0]);
		want_for_ever(f, highest + 1, p[1]);
	}
	close(p[1]);
	nanosleep(&wait, NULL);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	while (read(p[0], &i, sizeof(i)) == sizeof(i))
		highest = i;
	close(p[0]);
	return highest;
}

static size_t lines_of(const char *path)
{
	CLEANUP(buf_done) struct buf text = { 0 };
	struct err err;
	size_t n = 0;

	assert_int_equal(fs_read(path, 1 << 24, &text, &err), 0);
	for (size_t i = 0; i < text.len; i++)
		n += text.data[i] == '\n';
	return n;
}

static void nothing_is_lost_or_sent_twice_when_killed_at_any_moment(void **state)
{
	struct fixture *f = *state;
	const char *times = getenv("DMALAB_KILLS"), *given = getenv("DMALAB_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)clock_ms();
	struct follower x = { .server = mem_printf("%s/server", f->dir) };
	CLEANUP(free_ptr) char *server = x.server;
	int kills = times ? atoi(times) : 50, told = 0;
	int64_t sent;

	print_message("DMALAB_SEED=%llu\n", (unsigned long long)seed);
	put_build(f);
	store_freep(&f->s);
	for (int i = 0; i < kills; i++) {
		told = run_and_kill(f, 2000 + rnd(&seed) % 100000, told);
		OK(store_open(f->work, &f->s, &f->err));
		assert_true(ask(f, "SELECT count(*) FROM submissions") >= told);
		store_freep(&f->s);
	}
	OK(store_open(f->work, &f->s, &f->err));
	x.s = f->s;
	while (open_ones(f, NULL) > 0)
		assert_int_equal(follow_all(&x), 0);
	sent = ask(f, "SELECT count(*) FROM submissions WHERE job_id IS NOT NULL");
	print_message("%d kills, %d told, %lld sent\n", kills, told, (long long)sent);
	assert_int_equal(ask(f, "SELECT count(*) - count(DISTINCT num) FROM submissions"), 0);
	assert_int_equal(ask(f, "SELECT count(*) FROM jobs"), sent);
	assert_int_equal(lines_of(server), sent); /* each that ended by a job, once */
	assert_int_equal(ask(f, "SELECT count(*) FROM submissions WHERE job_id IS NULL"
				" AND cancel = 0"),
			 0);
	assert_int_equal(ask(f, "SELECT count(*) - count(DISTINCT filter)"
				" FROM submissions WHERE cancel = 0"),
			 0);
	assert_true(told >= kills / 2); /* else it proves little */
	is_clean(f);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_was_seen_of_a_lab_is_replaced_whole_and_devices_only_where_asked),
		CASE(a_targets_record_counts_its_jobs_and_those_that_failed_last),
		CASE(a_target_is_proven_by_the_first_health_job_that_passed),
		CASE(an_approval_is_of_the_patches_as_they_were),
		CASE(a_series_without_patches_is_not_approved),
		CASE(an_author_is_known_once_approved),
		CASE(a_store_without_labs_is_migrated),
		CASE(nothing_is_lost_or_sent_twice_when_killed_at_any_moment),
	};

	return cmocka_run_group_tests_name("store_labs", tests, NULL, NULL);
}
