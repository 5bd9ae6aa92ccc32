/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_TEST_H
#define DMALAB_MODEL_TEST_H

#include <stdbool.h>
#include <stddef.h>

/* KCIDB's words for the outcome of a test. */
enum test_status {
	TEST_PASS,
	TEST_FAIL,
	TEST_SKIP,
	TEST_ERROR, /* was running when the kernel crashed or stopped answering */
	TEST_MISS,  /* expected and never seen */
};

const char *test_status_name(enum test_status s);
/* Returns 0 and sets *ret, or -1 for a word that is none of them. */
int test_status_parse(const char *word, enum test_status *ret);

/* One test: a KUnit case, or a suite's own line where it has no cases. */
struct test {
	char *path; /* "suite.case" */
	enum test_status status;
	size_t line;   /* in the console, from 1; 0 for MISS */
	char *comment; /* why: the "# …" lines before it, SKIP's reason, crash title; "" none */
};

struct test_list {
	struct test *v;
	size_t n;
	size_t cap;
};

/* Appends; takes ownership of path and comment (NULL: ""). */
struct test *test_list_add(struct test_list *l, char *path, enum test_status status, size_t line,
			   char *comment);
struct test *test_list_find(const struct test_list *l, const char *path);
void test_list_done(struct test_list *l);

/* A suite that a boot must show, with its cases in order (kernel-tests/suites.yaml). */
struct suite {
	char *name;
	char **cases; /* n_cases owned strings */
	size_t n_cases;
};

struct suite_list {
	struct suite *v;
	size_t n;
	size_t cap;
};

void suite_list_done(struct suite_list *l);

#endif
