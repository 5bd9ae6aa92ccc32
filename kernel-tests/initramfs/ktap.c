// SPDX-License-Identifier: GPL-2.0
/* A KTAP stream, and what several suites need. */
#include <linux/dma-buf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "selftests.h"

static char why[160];

static void note(const char *format, va_list args)
{
	vsnprintf(why, sizeof(why), format, args);
}

enum ktap_result ktap_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note(format, args);
	va_end(args);
	return KTAP_FAIL;
}

enum ktap_result ktap_skip(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note(format, args);
	va_end(args);
	return KTAP_SKIP;
}

static size_t run_suite(int fd, const struct ktap_suite *suite)
{
	size_t count[3] = { 0 };

	dprintf(fd, "    KTAP version 1\n    # Subtest: %s\n    1..%zu\n",
		suite->name, suite->n_cases);
	for (size_t i = 0; i < suite->n_cases; i++) {
		const struct ktap_case *c = &suite->cases[i];
		enum ktap_result r = c->run();

		if (r == KTAP_FAIL)
			dprintf(fd, "    # %s: %s\n", c->name, why);
		dprintf(fd, "    %s %zu %s%s%s\n",
			r == KTAP_FAIL ? "not ok" : "ok", i + 1, c->name,
			r == KTAP_SKIP ? " # SKIP " : "",
			r == KTAP_SKIP ? why : "");
		count[r]++;
	}
	dprintf(fd, "# %s: pass:%zu fail:%zu skip:%zu total:%zu\n", suite->name,
		count[KTAP_PASS], count[KTAP_FAIL], count[KTAP_SKIP],
		suite->n_cases);
	return count[KTAP_FAIL];
}

void ktap_run(int fd, const struct ktap_suite *const *suites, size_t n)
{
	dprintf(fd, "\nKTAP version 1\n1..%zu\n", n);
	for (size_t i = 0; i < n; i++) {
		size_t failed = run_suite(fd, suites[i]);

		dprintf(fd, "%s %zu %s\n", failed ? "not ok" : "ok", i + 1,
			suites[i]->name);
	}
}

void pattern_fill(void *to, size_t size, uint32_t seed)
{
	uint32_t *word = to;

	for (size_t i = 0; i < size / sizeof(*word); i++)
		word[i] = seed ^ (uint32_t)i * 0x9e3779b1;
}

int pattern_holds(const void *from, size_t size, uint32_t seed)
{
	const uint32_t *word = from;

	for (size_t i = 0; i < size / sizeof(*word); i++)
		if (word[i] != (seed ^ (uint32_t)i * 0x9e3779b1))
			return 0;
	return 1;
}

int dmabuf_sync(int fd, uint64_t flags)
{
	struct dma_buf_sync sync = { .flags = flags };

	return ioctl(fd, DMA_BUF_IOCTL_SYNC, &sync);
}
