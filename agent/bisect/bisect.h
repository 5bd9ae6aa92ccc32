/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_BISECT_BISECT_H
#define DMALAB_BISECT_BISECT_H

#include <stdbool.h>
#include <stdint.h>

#include "model/bisection.h"

struct config;
struct err;
struct progress;
struct store;
struct strv;

/* How far a search is. */
struct bisect_sight {
	const struct bisection *b;
	size_t left;	/* commits that may be it, as sure as was asked for */
	double seconds; /* that it may still take, the revert's among them; 0 not known */
};

/* What is searched. Borrowed. */
struct bisect_request {
	const char *good, *bad; /* any names of commits of the tree */
	const char *series;	/* mbox: the range is its patches on `good` (NULL: the tree's
				 * newest commit); `bad` is not looked at; NULL: no series */
	const char *tree;	/* NULL: the first of lab.yaml */
	enum bisection_kind kind;
	const char *subject;	  /* a test, a signature (whole), a program; NULL else */
	const char *filter;	  /* what a boot runs; NULL: the test, else all suites */
	const char *target;	  /* NULL: the first of the first plan */
	const char *fix;	  /* NULL: lab.yaml's; "none": none */
	bool fixed;		  /* good is behind bad: what mended it? */
	bool first_parent;	  /* merged branches are one commit */
	const struct strv *paths; /* only commits that touch these; none: all */
	double confidence;	  /* at which a commit is blamed; 0: 0.95 */
	const char *watch;	  /* that wants it; NULL: somebody by hand */
	bool anew;		  /* does not go on with an earlier one */
	int64_t resume;		  /* goes on with this one, and all else above is its; 0: none */
	int cancel_fd;		  /* readable: stop; -1 none */
	/* Whoever looks on is shown each change of what is believed; NULL: nobody. */
	void (*see)(void *arg, const struct bisect_sight *sight);
	void *see_arg;
};

/*
 * Verifies both ends, searches, and checks what it found by reverting it. Each observation is a row
 * before the next begins: the same request again goes on where an earlier one was killed, and one
 * that has ended is only read. *ret is the caller's. -EINVAL and where *input_error: the person
 * must act; others: the lab's trouble, and the same request goes on later.
 */
int bisect_run(const struct config *c, struct store *store, const struct bisect_request *req,
	       const struct progress *progress, struct bisection *ret, bool *input_error,
	       struct err *err) __attribute__((warn_unused_result));

/* A running one that cannot go on becomes one that has failed. */
int bisect_give_up(struct store *store, int64_t num, const char *why, struct err *err)
	__attribute__((warn_unused_result));

/*
 * The range from old to new as a line of at most `width` columns, how likely each place of it is,
 * and below what was run there; then the likeliest commits. Lines, each with its end; the caller's.
 */
char *bisect_picture(const struct bisect_sight *sight, int width);

/* What came of it, in one line; the caller's. */
char *bisect_line(const struct bisection *b);

/*
 * What was observed as a log that `git bisect replay` takes: a commit is good or bad where that is
 * believed as much as was asked for, what was run without that is a comment. The caller's.
 */
int bisect_log(const struct config *c, const struct bisection *b, char **ret, struct err *err)
	__attribute__((warn_unused_result));

/* Which commits of the range may still be it. */
struct bisect_left {
	size_t n;
	struct strv commits; /* a line each: odds, commit, subject; likeliest first, at most ten */
};
int bisect_left(const struct config *c, const struct bisection *b, struct bisect_left *ret,
		struct err *err) __attribute__((warn_unused_result));
void bisect_left_done(struct bisect_left *l);

#endif
