/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_BISECTION_H
#define DMALAB_MODEL_BISECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* What makes a commit bad. */
enum bisection_kind {
	BISECT_TEST,	  /* a test fails, or a crash ends it */
	BISECT_SIGNATURE, /* the kernel prints this report */
	BISECT_BUILD,	  /* it does not build */
	BISECT_BOOT,	  /* a boot does not come to its end */
	BISECT_RUN,	  /* a program says so */
};

enum bisection_state {
	BISECT_RUNNING,
	BISECT_FOUND,	  /* .culprit is it, as sure as was asked for */
	BISECT_RANGE,	  /* nothing that can be run tells more */
	BISECT_NEVER_BAD, /* the bad end does not show it */
	BISECT_WAS_BAD,	  /* the good end shows it too */
	BISECT_FAILED,	  /* an end cannot be tested */
};

enum bisection_reverted {
	REVERTED_NOT,	/* not tried */
	REVERTED_YES,	/* the newer end without the culprit is as the older */
	REVERTED_NO,	/* it is not */
	REVERTED_UNABLE /* it does not revert, or does not build then */
};

enum bisection_build { BISECT_UNKNOWN, BISECT_BUILT, BISECT_UNBUILDABLE };

enum bisection_verdict { BISECT_GOOD, BISECT_BAD, BISECT_INFRA };

/* A commit of a bisection. Strings are owned. */
struct bisection_commit {
	char *commit, *subject;
	double weight; /* how likely it is before anything was seen */
	double odds;   /* that it is the culprit, as was believed last */
	enum bisection_build build;
	char *build_id;	  /* "" none */
	char *image_hash; /* "" unknown: what boots, but for what a moved line changes */
	int64_t build_ms;
	char *why; /* it is unbuildable, or what it was built without; "" */
};

struct bisection_run {
	size_t seq; /* of the commit */
	enum bisection_verdict verdict;
	char *job_id; /* "" where it was no boot */
	int64_t ms;
};

/*
 * A search for the commit that brought a failure (fixed: that mended it). Commits are, in order:
 * the older end, those of the range from old to new, and the newer end with the culprit reverted
 * where that was tried. Zero is none; the caller's: bisection_done().
 */
struct bisection {
	int64_t num;
	char *key; /* over all that was asked */
	char *tree;
	char *good, *bad; /* commits */
	enum bisection_kind kind;
	char *subject; /* the test, the signature, the program; "" else */
	char *filter;  /* what a boot runs; "" all suites */
	char *target;
	char *fix; /* a design, or "none" */
	bool fixed;
	bool first_parent;
	struct strv paths; /* that the range is limited to */
	double confidence;
	char *watch;  /* of lab.yaml that began it; "" somebody's by hand */
	char *series; /* of the series that the range is: Message-ID, or hash; "" none */
	enum bisection_state state;
	char *culprit; /* the likeliest; "" none yet */
	double odds;
	enum bisection_reverted reverted;
	char *why;
	int64_t created, ended;
	struct bisection_commit *commits;
	size_t n_commits, cap_commits;
	size_t n_range; /* of the commits: without the older end and the revert */
	struct bisection_run *runs;
	size_t n_runs, cap_runs;
};

void bisection_done(struct bisection *b);

/* An empty one behind the last: "" everywhere. Valid until the next. */
struct bisection_commit *bisection_commit_add(struct bisection *b, const char *commit,
					      const char *subject);
void bisection_run_add(struct bisection *b, size_t seq, enum bisection_verdict v, const char *job,
		       int64_t ms);

/* How often a commit was good or bad. */
int bisection_count(const struct bisection *b, size_t seq, enum bisection_verdict v);

/* Words; enum and back: -1 for a word that is none. */
const char *bisection_kind_name(enum bisection_kind k);
const char *bisection_state_name(enum bisection_state s);
const char *bisection_reverted_name(enum bisection_reverted r);
const char *bisection_build_name(enum bisection_build b);
const char *bisection_verdict_name(enum bisection_verdict v);
int bisection_kind_parse(const char *word);
int bisection_state_parse(const char *word);
int bisection_reverted_parse(const char *word);
int bisection_build_parse(const char *word);
int bisection_verdict_parse(const char *word);

#endif
