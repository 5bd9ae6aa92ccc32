// SPDX-License-Identifier: GPL-2.0-or-later
#include "child_fixture.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

/* A store that runs out of disk. */

static bool small_disk(const struct fixture *f)
{
	return unshare(CLONE_NEWNS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("tmpfs", f->work, "tmpfs", 0, "size=2560k") == 0;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_full_disk_is_a_clean_error_and_work_goes_on_once_there_is_room, setup,
			teardown),
	};

	return cmocka_run_group_tests_name("store_disk", tests, NULL, NULL);
}
