// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Processes that end at any moment, and that write at once.
 * DMALAB_KILLS: how often to kill; DMALAB_SEED: the moments of an earlier run.
 */
#include "child_fixture.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "letter_fixture.h"
#include "store/outbox.h"
#include "store/queue.h"

/* A job and every few of them a build with a new artifact, until killed. */
static void store_for_ever(const struct fixture *f, int tell)
{
	struct store *s = NULL;
	struct err err = { 0 };

	if (store_open(f->work, &s, &err) < 0)
		goto fail;
	for (;;) {
		CLEANUP(build_done) struct build b = { 0 };
		CLEANUP(job_done) struct job known = { 0 };
		CLEANUP(free_ptr) char *id = NULL;
		CLEANUP(free_ptr) char *image = NULL;
		int64_t n = 0;

		if (store_job_number(s, &n, &err) < 0)
			goto fail;
		id = mem_printf("job-%lld", (long long)n);
		if (store_job_get(s, id, &known, &err) != 0) {
			say(tell, "!number %s was given twice", id);
			_exit(1);
		}
		if (put_one(s, f->build, id, &err) < 0)
			goto fail;
		say(tell, "%s", id);
		if (n % 4 != 0)
			continue;
		free(id);
		id = mem_printf("build-%lld", (long long)n);
		image = mem_printf("%s/image", f->build);
		b = a_build(id, "c0ffee");
		b.artifacts = mem_zalloc(sizeof(*b.artifacts));
		b.artifacts[b.n_artifacts++].name = mem_strdup("image");
		if (fs_write(image, id, strlen(id), &err) < 0 ||
		    store_build_put(s, &b, f->build, &err) < 0)
			goto fail;
		say(tell, "%s", id);
	}
fail:
	say(tell, "!%s", err.msg);
	_exit(1);
}

/* Batches of three mails and a cursor that counts them, sorted each and made tasks, until killed.
 */
static void ingest_for_ever(const struct fixture *given, int tell)
{
	struct fixture f = { .work = given->work };
	CLEANUP(free_ptr) char *cursor = NULL;
	int n;

	if (store_open(f.work, &f.s, &f.err) < 0 ||
	    store_cursor_get(f.s, "lkml", &cursor, &f.err) < 0) {
		say(tell, "!%s", f.err.msg);
		_exit(1);
	}
	n = atoi(cursor);
	for (;;) {
		CLEANUP(series_row_list_done) struct series_row_list changed = { 0 };
		struct letter v[3];
		char ids[3][32], next[16];

		n++;
		snprintf(next, sizeof(next), "%d", n);
		for (int i = 0; i < 3; i++) {
			snprintf(ids[i], sizeof(ids[i]), "n%d-%d@a", n, i);
			v[i] = (struct letter)LETTER("[PATCH 1/3] dma: x", ids[i], ids[0], ids[i],
						     n % 1400);
		}
		v[0].answers = v[0].change = NULL;
		v[0].subject = "[PATCH 0/3] dma: x";
		v[2].subject = "[PATCH 2/3] dma: y";
		(void)send_as(&f, "lkml", v, 3, next, NULL);
		(void)sort_part(&f, 2, &changed); /* leaves some unsorted */
		for (size_t i = 0; i < changed.n; i++) {
			const struct task t = { .series = changed.v[i].num,
						.key = changed.v[i].digest,
						.source = (char *)"lkml",
						.tree = (char *)"",
						.plan = (char *)"" };

			if (store_task_add(f.s, &t, NULL, &f.err) < 0)
				say(tell, "!%s", f.err.msg);
		}
		say(tell, "%s", next);
	}
}

/* One message after the other, each put twice and sent, until killed; what was cut off is sent
 * again. Says its number before and behind a try. */
static void send_for_ever(const struct fixture *given, int tell)
{
	struct fixture f = { .work = given->work };

	if (store_open(f.work, &f.s, &f.err) < 0)
		goto fail;
	for (;;) {
		CLEANUP(message_list_done) struct message_list l = { 0 };
		CLEANUP(message_done) struct message m = { 0 };
		struct message *next = message_add(&l, MESSAGE_MAIL);
		size_t first = 0, second = 1;

		free(next->key);
		next->key = mem_printf("%lld@d", (long long)clock_boottime_ms());
		if (store_messages_put(f.s, &l, &first, &f.err) < 0 ||
		    store_messages_put(f.s, &l, &second, &f.err) < 0)
			goto fail;
		if (second)
			say(tell, "!%s was put twice", next->key);
		while (store_message_next(f.s, clock_now(), &m, NULL, &f.err) == 1) {
			say(tell, "begun %lld", (long long)m.num);
			if (store_message_trying(f.s, m.num, clock_now(), 0, &f.err) < 0 ||
			    store_message_move(f.s, m.num, MESSAGE_SENT, 0, "", &f.err) != 1)
				goto fail;
			say(tell, "sent %lld", (long long)m.num);
			message_done(&m);
		}
	}
fail:
	say(tell, "!%s", f.err.msg);
	_exit(1);
}

static void is_stored(struct fixture *f, const char *id)
{
	CLEANUP(build_done) struct build b = { 0 };
	CLEANUP(job_done) struct job j = { 0 };
	CLEANUP(buf_done) struct buf log = { 0 };

	if (strncmp(id, "build-", 6) == 0) {
		FOUND(store_build_get(f->s, id, &b, &f->err));
		assert_int_equal(b.n_artifacts, 1);
		return;
	}
	if (store_job_get(f->s, id, &j, &f->err) != 1)
		fail_msg("'%s' was acknowledged and is not there: %s", id, f->err.msg);
	assert_int_equal(j.tests.n, CASES);
	assert_int_equal(j.oopses.n, 1);
	OK(store_log_get(f->s, j.log_sha256, &log, &f->err));
	assert_non_null(strstr(buf_text(&log), id));
}

/* A child that stores, and its end so many microseconds after its start or its first word. */
static void run_and_kill(const struct fixture *f, void (*run)(const struct fixture *, int),
			 bool first_word, long us, struct strv *said)
{
	struct timespec wait = { 0, us * 1000 };
	int p[2];
	pid_t pid;

	assert_int_equal(pipe(p), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(p[0]);
		run(f, p[1]);
		_exit(1);
	}
	close(p[1]);
	if (first_word)
		(void)poll(&(struct pollfd){ .fd = p[0], .events = POLLIN }, 1, 20000);
	nanosleep(&wait, NULL);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	hear(p[0], said);
	close(p[0]);
}

static void nothing_acknowledged_is_lost_when_killed_at_any_moment(void **state)
{
	struct fixture *f = *state;
	CLEANUP(strv_done) struct strv said = { 0 };
	const char *times = getenv("DMALAB_KILLS");
	int kills = times ? atoi(times) : 100, left = 0;
	uint64_t seed = new_seed();

	put_build(f);
	store_freep(&f->s);
	for (int i = 0; i < kills; i++) {
		run_and_kill(f, store_for_ever, i % 2, 500 + rnd(&seed) % 50000, &said);
		left += leftovers(f, "logs") + leftovers(f, "artifacts");
	}
	reopen(f);
	is_clean(f);
	for (size_t i = 0; i < said.n; i++)
		is_stored(f, said.v[i]);
	assert_int_equal(leftovers(f, "logs"), 0);
	assert_int_equal(leftovers(f, "artifacts"), 0);
	print_message(
		"%d kills, %zu acknowledged, %lld jobs stored, %d times a file was left half\n",
		kills, said.n, (long long)ask(f, "SELECT count(*) FROM jobs"), left);
	assert_true(said.n >= (size_t)kills / 2); /* else it proves little */
	assert_int_equal(ask(f, "SELECT count(*) FROM jobs j WHERE log_sha256 IS NULL OR 25 <>"
				" (SELECT count(*) FROM tests WHERE job = j.num)"),
			 0); /* acknowledged or not: whole */
}

static void
the_cursor_of_a_source_stands_where_its_mails_end_when_killed_at_any_moment(void **state)
{
	struct fixture *f = *state;
	CLEANUP(strv_done) struct strv said = { 0 };
	const char *times = getenv("DMALAB_KILLS");
	int kills = times ? atoi(times) : 60;
	uint64_t seed = new_seed();

	store_freep(&f->s);
	for (int i = 0; i < kills; i++) {
		CLEANUP(free_ptr) char *cursor = NULL;

		run_and_kill(f, ingest_for_ever, i % 2, 500 + rnd(&seed) % 30000, &said);
		OK(store_open(f->work, &f->s, &f->err));
		OK(store_cursor_get(f->s, "lkml", &cursor, &f->err));
		assert_int_equal(ask(f, "SELECT count(*) FROM mails"), 3 * atoi(cursor));
		if (said.n > 0)
			assert_true(atoi(cursor) >= atoi(said.v[said.n - 1]));
		store_freep(&f->s);
	}
	reopen(f);
	(void)sort_all(f); /* a killed run's rest */
	is_clean(f);
	assert_int_equal(ask(f, "SELECT count(*) FROM series"),
			 ask(f, "SELECT count(*) / 3 FROM mails"));
	assert_int_equal(ask(f, "SELECT count(*) FROM series WHERE cover IS NULL OR received <> 2"),
			 0);
	print_message("%d kills, %zu acknowledged, %lld series\n", kills, said.n,
		      (long long)ask(f, "SELECT count(*) FROM series"));
	assert_true(said.n >= (size_t)kills / 2);
}

static void a_message_is_sent_or_known_to_be_cut_off_when_killed_at_any_moment(void **state)
{
	struct fixture *f = *state;
	CLEANUP(strv_done) struct strv said = { 0 };
	const char *times = getenv("DMALAB_KILLS");
	int kills = times ? atoi(times) : 60, cut = 0;
	uint64_t seed = new_seed();

	store_freep(&f->s);
	for (int i = 0; i < kills; i++) {
		size_t before = said.n;
		int64_t open;

		run_and_kill(f, send_for_ever, i % 2, 500 + rnd(&seed) % 30000, &said);
		OK(store_open(f->work, &f->s, &f->err));
		open = ask(f, "SELECT count(*) FROM outbox WHERE state = 'sending'");
		assert_true(open <= 1);
		cut += open == 1;
		for (size_t k = before; k < said.n; k++) {
			CLEANUP(message_done) struct message m = { 0 };

			if (strncmp(said.v[k], "sent ", 5) != 0)
				continue;
			FOUND(store_message_get(f->s, atoll(said.v[k] + 5), &m, &f->err));
			assert_int_equal(m.state, MESSAGE_SENT);
		}
		store_freep(&f->s);
	}
	reopen(f);
	is_clean(f);
	print_message("%d kills, %lld messages, %d times a try was cut off\n", kills,
		      (long long)ask(f, "SELECT count(*) FROM outbox"), cut);
	assert_true(said.n >= (size_t)kills / 2);
}

static pid_t start_writer(const struct fixture *f, int name, int jobs, int tell)
{
	pid_t pid = fork();
	struct store *s = NULL;
	struct err err = { 0 };

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	if (store_open(f->work, &s, &err) < 0)
		say(tell, "!%s", err.msg);
	for (int i = 0; s && i < jobs; i++) {
		CLEANUP(free_ptr) char *id = mem_printf("w%d-%d", name, i);

		if (put_one(s, f->build, id, &err) < 0) {
			say(tell, "!%s", err.msg);
			break;
		}
		say(tell, "%s", id);
	}
	store_freep(&s);
	_exit(0);
}

static void two_writers_and_a_reader_do_not_disturb_each_other(void **state)
{
	struct fixture *f = *state;
	CLEANUP(strv_done) struct strv said = { 0 };
	struct word w;
	int p[2], reads = 0;
	pid_t a, b;

	put_build(f);
	assert_int_equal(pipe(p), 0);
	a = start_writer(f, 1, 60, p[1]);
	b = start_writer(f, 2, 60, p[1]);
	close(p[1]);
	while (read(p[0], &w, sizeof(w)) == sizeof(w)) {
		if (w.text[0] == '!')
			fail_msg("%s", w.text + 1);
		is_stored(f, w.text); /* whole, while the next is being written */
		strv_add(&said, w.text);
		reads++;
	}
	close(p[0]);
	assert_int_equal(waitpid(a, NULL, 0), a);
	assert_int_equal(waitpid(b, NULL, 0), b);
	assert_int_equal(reads, 120);
	is_clean(f);
}

/* The same job over and over, each time with other words in all its rows. */
static void store_again_and_again(const struct fixture *f, int times, int tell)
{
	struct store *s = NULL;
	struct err err = { 0 };

	if (store_open(f->work, &s, &err) < 0)
		say(tell, "!%s", err.msg);
	for (int i = 0; s && i < times; i++) {
		CLEANUP(job_done) struct job j = a_job("job-1", "b1b1");

		free(j.reason);
		j.reason = mem_printf("round %d", i);
		for (int k = 0; k < CASES; k++)
			(void)test_list_add(&j.tests, mem_printf("suite.case%d", k), TEST_PASS, 1,
					    mem_strdup(j.reason));
		if (store_job_put(s, &j, &err) < 0)
			say(tell, "!%s", err.msg);
		if (i == 0)
			say(tell, "begun");
	}
	store_freep(&s);
	_exit(0);
}

static void what_is_read_is_of_one_moment(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *last = NULL;
	int p[2], seen = 0;
	struct word w;
	pid_t pid;

	put_build(f);
	assert_int_equal(pipe(p), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(p[0]);
		store_again_and_again(f, 300, p[1]);
	}
	close(p[1]);
	assert_int_equal(read(p[0], &w, sizeof(w)), sizeof(w));
	while (waitpid(pid, NULL, WNOHANG) == 0) {
		CLEANUP(job_done) struct job j = { 0 };

		FOUND(store_job_get(f->s, "job-1", &j, &f->err));
		assert_int_equal(j.tests.n, CASES);
		for (size_t i = 0; i < CASES; i++)
			assert_string_equal(j.tests.v[i].comment, j.reason);
		seen += !last || strcmp(last, j.reason) != 0;
		free(last);
		last = mem_strdup(j.reason);
	}
	assert_int_equal(read(p[0], &w, sizeof(w)), 0);
	close(p[0]);
	assert_true(seen > 1);
}

static void a_reader_does_not_wait_for_a_writer(void **state)
{
	struct fixture *f = *state;
	CLEANUP(db_freep) struct db *writer = raw_db(f);
	CLEANUP(txn_done) struct txn t = { 0 };
	CLEANUP(build_done) struct build b = { 0 };
	int64_t start;

	put_build(f);
	OK(txn_begin(writer, &t, &f->err));
	OK(db_exec(writer, "DELETE FROM builds", &f->err));
	start = clock_ms();
	FOUND(store_build_get(f->s, "b1b1", &b, &f->err));
	assert_true(clock_ms() - start < 1000);
}

/* A small disk at the work folder, for this process alone. False: not permitted. */
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(nothing_acknowledged_is_lost_when_killed_at_any_moment),
		CASE(the_cursor_of_a_source_stands_where_its_mails_end_when_killed_at_any_moment),
		CASE(a_message_is_sent_or_known_to_be_cut_off_when_killed_at_any_moment),
		CASE(two_writers_and_a_reader_do_not_disturb_each_other),
		CASE(what_is_read_is_of_one_moment),
		CASE(a_reader_does_not_wait_for_a_writer),
	};

	return cmocka_run_group_tests_name("store_kill", tests, NULL, NULL);
}
