/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tests of dma-buf and its neighbours in user space, behind KUnit.  What they find is a
 * KTAP stream of its own on the console.
 */
#ifndef SELFTESTS_H
#define SELFTESTS_H

#include <stddef.h>
#include <stdint.h>

/* How a case ended.  Of a failure and a skip ktap_why() tells the reason. */
enum ktap_result {
	KTAP_PASS,
	KTAP_FAIL,
	KTAP_SKIP,
};

struct ktap_case {
	const char *name;
	enum ktap_result (*run)(void);
};

struct ktap_suite {
	const char *name;
	const struct ktap_case *cases;
	size_t n_cases;
};

/* Notes the reason and returns the result, so that a case can return it. */
enum ktap_result ktap_fail(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
enum ktap_result ktap_skip(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* Runs the suites and writes the stream to @fd. */
void ktap_run(int fd, const struct ktap_suite *const *suites, size_t n);

/* Writes a pattern, or looks for it; @seed tells two apart. */
void pattern_fill(void *to, size_t size, uint32_t seed);
int pattern_holds(const void *from, size_t size, uint32_t seed);

/* DMA_BUF_IOCTL_SYNC on @fd; returns what ioctl() does. */
int dmabuf_sync(int fd, uint64_t flags);

/* Hands over each line of the kernel's log, without what stands before its words. */
void kmsg_read(void (*message)(const char *text));

extern const struct ktap_suite heaps_suite;
extern const struct ktap_suite udmabuf_suite;
extern const struct ktap_suite dma_buf_suite;
extern const struct ktap_suite scatterlist_suite;
extern const struct ktap_suite of_suite;
extern const struct ktap_suite vivid_suite;

#endif
