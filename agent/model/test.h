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

/* How a case ends on a kernel with a given design of the fix. */
enum expectation {
	EXPECT_WORKS,
	EXPECT_REFUSED, /* the kernel said no cleanly: SKIP with "refused: …" */
	EXPECT_CRASH,
};

const char *expectation_name(enum expectation e); /* "works", "refused", "crash" */
/* Returns 0 and sets *ret, or -1 for a word that is none of them. */
int expectation_parse(const char *word, enum expectation *ret);

/* What a design promises where it does not promise that all works. */
struct expect {
	char *name;   /* of the case; NULL: all cases of the suite */
	char *design; /* folder in patches/, or "none" for the unfixed kernel */
	enum expectation what;
};

/* A suite that a boot must show, with its cases in order (kernel-tests/suites.yaml). */
struct suite {
	char *name;
	char **cases; /* n_cases owned strings */
	size_t n_cases;
	struct expect *expects;
	size_t n_expects, cap_expects;
	bool control; /* cases on ordinary memory: what they warn of counts nowhere */
	bool init;    /* run by init behind KUnit: kunit.filter_glob does not reach it */
};

/* A case's own promise, else its suite's, else that it works. */
enum expectation suite_expects(const struct suite *s, const char *name, const char *design);

struct suite_list {
	struct suite *v;
	size_t n;
	size_t cap;
};

void suite_list_done(struct suite_list *l);

#endif
