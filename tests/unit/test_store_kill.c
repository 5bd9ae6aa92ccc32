// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Processes that end at any moment, that write at once, that run out of disk.
 * DMALAB_KILLS: how often to kill; DMALAB_SEED: the moments of an earlier run.
 */
#include "store_fixture.h"

#include <dirent.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"
#include "letter_fixture.h"
#include "store/outbox.h"
#include "store/queue.h"

enum { CASES = 25 }; /* tests of a job */

/* What a child tells its parent: an id after the store has it, or what went wrong. */
struct word {
	char text[120];
};

static void say(int fd, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void say(int fd, const char *fmt, ...)
{
	struct word w = { 0 };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w.text, sizeof(w.text), fmt, ap);
	va_end(ap);
	if (write(fd, &w, sizeof(w)) != sizeof(w)) /* at most PIPE_BUF: whole or not at all */
		_exit(1);
}

static uint32_t rnd(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

static uint64_t new_seed(void)
{
	const char *given = getenv("DMALAB_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)clock_ms();

	print_message("DMALAB_SEED=%llu\n", (unsigned long long)seed);
	return seed;
}

/* One job with a console of its own, tests and an oops. */
static int put_one(struct store *s, const char *folder, const char *id, struct err *err)
{
	CLEANUP(job_done) struct job j = a_job(id, "b1b1");
	CLEANUP(buf_done) struct buf text = { 0 };

	j.console = mem_printf("%s/console-%s", folder, id);
	for (int i = 0; i < 300; i++)
		buf_printf(&text, "[%4d] %s says %d\n", i, id, i * 7919 % 1000);
	if (fs_write(j.console, text.data, text.len, err) < 0)
		return -err->code;
	for (int i = 0; i < CASES; i++)
		test_list_add(&j.tests, mem_printf("suite.case%d", i), TEST_PASS, (size_t)i, NULL);
	add_oops(&j.oopses, "aa11", id, 100);
	return store_job_put(s, &j, err);
}

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

/* Reads what was said until the other end is closed; ids go behind `said`. */
static void hear(int fd, struct strv *said)
{
	struct word w;

	while (read(fd, &w, sizeof(w)) == sizeof(w)) {
		if (w.text[0] == '!')
			fail_msg("%s", w.text + 1);
		strv_add(said, w.text);
	}
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

static void is_clean(struct fixture *f)
{
	CLEANUP(buf_done) struct buf report = { 0 };

	if (store_verify(f->s, &report, &f->err) != 1)
		fail_msg("not clean: %s%s", buf_text(&report), f->err.msg);
}

static int leftovers(const struct fixture *f, const char *folder)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/%s", f->work, folder);
	DIR *d = opendir(path);
	int n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += strstr(e->d_name, "tmp") != NULL;
	closedir(d);
	return n;
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
static bool small_disk(const struct fixture *f)
{
	return unshare(CLONE_NEWNS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("tmpfs", f->work, "tmpfs", 0, "size=2m") == 0;
}

/* Fails the child's part of a test, in words that the parent repeats. */
#define CHILD(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			say(tell, "!line %d: %s (%s)", __LINE__, #cond, err.msg);                  \
			_exit(1);                                                                  \
		}                                                                                  \
	} while (0)

static bool log_too_big(struct store *s, const struct fixture *f, struct err *err)
{
	CLEANUP(job_done) struct job big = a_job("big", "b1b1");
	CLEANUP(buf_done) struct buf noise = { 0 };
	uint64_t seed = 1;

	for (int i = 0; i < 1 << 19; i++) {
		uint32_t x = rnd(&seed);

		buf_add(&noise, &x, sizeof(x));
	}
	big.console = mem_printf("%s/noise", f->build);
	return fs_write(big.console, noise.data, noise.len, err) == 0 &&
	       store_job_put(s, &big, err) == -ENOSPC && fs_exists(big.console) &&
	       store_job_get(s, "big", &big, err) == 0 && leftovers(f, "logs") == 0;
}

static void fill_the_disk(const struct fixture *f, int tell)
{
	static const char room[200000];
	CLEANUP(free_ptr) char *ballast = mem_printf("%s/ballast", f->work);
	CLEANUP(buf_done) struct buf report = { 0 };
	CLEANUP(checkout_done) struct checkout c = a_checkout("c0ffee");
	CLEANUP(build_done) struct build b = a_build("b1b1", "c0ffee");
	struct store *s = NULL;
	struct err err = { 0 };
	char id[32] = "";
	int n = 0, r = 0;

	if (!small_disk(f)) {
		say(tell, "skipped");
		_exit(0);
	}
	CHILD(store_open(f->work, &s, &err) == 0);
	CHILD(fs_write(ballast, room, sizeof(room), &err) == 0);
	CHILD(store_checkout_put(s, &c, NULL, &err) == 0);
	CHILD(store_build_put(s, &b, NULL, &err) == 0);
	CHILD(log_too_big(s, f, &err));
	while (r == 0) {
		struct job none = { 0 };

		snprintf(id, sizeof(id), "job-%d", n++);
		r = put_one(s, f->build, id, &err);
		CHILD(r == 0 || store_job_get(s, id, &none, &err) == 0);
		if (r == 0)
			say(tell, "%s", id);
	}
	CHILD(r == -ENOSPC);
	CHILD(n > 3);
	CHILD(leftovers(f, "logs") == 0);
	CHILD(store_verify(s, &report, &err) == 1);
	CHILD(unlink(ballast) == 0);
	CHILD(put_one(s, f->build, id, &err) == 0);
	store_freep(&s);
	CHILD(store_open(f->work, &s, &err) == 0);
	for (int i = 0; i < n; i++) {
		CLEANUP(job_done) struct job j = { 0 };

		snprintf(id, sizeof(id), "job-%d", i);
		CHILD(store_job_get(s, id, &j, &err) == 1);
		CHILD(j.tests.n == CASES);
	}
	CHILD(store_verify(s, &report, &err) == 1);
	store_freep(&s);
	_exit(0);
}

static void a_full_disk_is_a_clean_error_and_work_goes_on_once_there_is_room(void **state)
{
	struct fixture *f = *state;
	CLEANUP(strv_done) struct strv said = { 0 };
	int p[2], status = 0;
	pid_t pid;

	store_freep(&f->s);
	assert_int_equal(pipe(p), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		fill_the_disk(f, p[1]);
	close(p[1]);
	hear(p[0], &said);
	close(p[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	if (strv_has(&said, "skipped"))
		skip();
	print_message("%zu jobs until the disk was full\n", said.n);
}

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
		CASE(a_full_disk_is_a_clean_error_and_work_goes_on_once_there_is_room),
	};

	return cmocka_run_group_tests_name("store_kill", tests, NULL, NULL);
}
