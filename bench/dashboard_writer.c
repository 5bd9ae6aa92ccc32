// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stores boots as the agent does, one every 50 ms for so many seconds, and prints the milliseconds
 * that a commit took: "p50 p99 longest". The boots are the same each time, so a store does not
 * grow. dashboard_writer WORK_DIR SECONDS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/job.h"
#include "store/ask.h"
#include "store/store.h"

enum { EVERY_MS = 50, JOBS = 500, TESTS = 100, LINES = 6000 };

static double ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

__attribute__((noreturn)) static void give_up(const struct err *err)
{
	fprintf(stderr, "dashboard_writer: %s\n", err->msg);
	exit(2);
}

/* A build and a target that are there, and the tests of a boot. */
static void sample(const char *work_dir, struct job *ret)
{
	CLEANUP(store_freep) struct store *s = NULL;
	CLEANUP(answer_done) struct answer job = { 0 }, paths = { 0 };
	const struct sql_limits limits = { TESTS, 60000 };
	struct err err = { 0 };

	if (store_open_reader(work_dir, &s, &err) < 0 ||
	    store_sql(s, "SELECT build_id, target, lab FROM jobs WHERE num = 999000", &limits, &job,
		      &err) < 0 ||
	    store_sql(s, "SELECT path FROM test_paths ORDER BY num", &limits, &paths, &err) < 0)
		give_up(&err);
	*ret = (struct job){ .build_id = mem_strdup(answer_at(&job, 0, 0)->text),
			     .target = mem_strdup(answer_at(&job, 0, 1)->text),
			     .lab = mem_strdup(answer_at(&job, 0, 2)->text),
			     .filter = mem_strdup(""),
			     .reason = mem_strdup(""),
			     .boot = BOOT_FINISHED,
			     .started = clock_now(),
			     .duration_ms = 5000 };
	for (size_t i = 0; i < paths.n_rows; i++)
		test_list_add(&ret->tests, mem_strdup(answer_at(&paths, i, 0)->text),
			      i % 20 ? TEST_PASS : TEST_FAIL, i + 1, NULL);
}

static void console_put(struct store *s, struct job *j, struct err *err)
{
	char path[] = "/tmp/dmalab-bench.XXXXXX";
	int fd = mkstemp(path);

	for (int i = 0; fd >= 0 && i < LINES; i++)
		dprintf(fd, "[%5d.%06d] exynos-drm exynos-drm: line %d of a boot <&>\n", i / 100,
			i * 7919 % 1000000, i);
	if (fd < 0 || close(fd) < 0) {
		perror("dashboard_writer");
		exit(2);
	}
	j->id = mem_strdup("bench-console");
	j->console = mem_strdup(path);
	if (store_job_put(s, j, err) < 0)
		give_up(err);
}

static int by_size(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

static void rest(double until)
{
	double left = until - ms();
	struct timespec t = { 0, (long)(left * 1e6) };

	if (left > 0)
		(void)nanosleep(&t, NULL);
}

int main(int argc, char *argv[])
{
	CLEANUP(store_freep) struct store *s = NULL;
	CLEANUP(job_done) struct job j = { 0 };
	CLEANUP(free_ptr) double *took = NULL;
	struct err err = { 0 };
	double next;
	size_t n;

	if (argc != 3)
		return 2;
	n = (size_t)atoi(argv[2]) * 1000 / EVERY_MS;
	took = mem_zalloc((n + 1) * sizeof(*took));
	sample(argv[1], &j);
	if (store_open(argv[1], &s, &err) < 0)
		give_up(&err);
	if (n == 0) {
		console_put(s, &j, &err);
		return 0;
	}
	next = ms();
	for (size_t i = 0; i < n; i++) {
		double from = ms();

		free(j.id);
		j.id = mem_printf("bench-%zu", i % JOBS);
		if (store_job_put(s, &j, &err) < 0)
			give_up(&err);
		took[i] = ms() - from;
		rest(next += EVERY_MS);
	}
	qsort(took, n, sizeof(*took), by_size);
	printf("%.1f %.1f %.1f\n", took[n / 2], took[n - 1 - n / 100], took[n - 1]);
	return 0;
}
