/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_CHILD_FIXTURE_H
#define DMALAB_TESTS_CHILD_FIXTURE_H

#include "store_fixture.h"

#include <dirent.h>

#include "base/clock.h"

/* A store that children write to, and what they tell their parent. */

enum { CASES = 25 }; /* tests of a job */

/* What a child tells its parent: an id after the store has it, or what went wrong. */
struct word {
	char text[120];
};

static inline void say(int fd, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static inline void say(int fd, const char *fmt, ...)
{
	struct word w = { 0 };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w.text, sizeof(w.text), fmt, ap);
	va_end(ap);
	if (write(fd, &w, sizeof(w)) != sizeof(w)) /* at most PIPE_BUF: whole or not at all */
		_exit(1);
}

static inline uint32_t rnd(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

static inline uint64_t new_seed(void)
{
	const char *given = getenv("DMALAB_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)clock_ms();

	print_message("DMALAB_SEED=%llu\n", (unsigned long long)seed);
	return seed;
}

/* One job with a console of its own, tests and an oops. */
static inline int put_one(struct store *s, const char *folder, const char *id, struct err *err)
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

/* Reads what was said until the other end is closed; ids go behind `said`. */
static inline void hear(int fd, struct strv *said)
{
	struct word w;

	while (read(fd, &w, sizeof(w)) == sizeof(w)) {
		if (w.text[0] == '!')
			fail_msg("%s", w.text + 1);
		strv_add(said, w.text);
	}
}

static inline void is_clean(struct fixture *f)
{
	CLEANUP(buf_done) struct buf report = { 0 };

	if (store_verify(f->s, &report, &f->err) != 1)
		fail_msg("not clean: %s%s", buf_text(&report), f->err.msg);
}

static inline int leftovers(const struct fixture *f, const char *folder)
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

#endif
