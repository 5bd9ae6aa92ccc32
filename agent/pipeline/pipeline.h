/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_PIPELINE_H
#define DMALAB_PIPELINE_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/build.h"
#include "model/checkout.h"
#include "model/config.h"
#include "model/matrix.h"
#include "model/notice.h"
#include "model/outcome.h"
#include "model/series.h"
#include "model/test.h"
#include "model/verdict.h"
#include "stage/judge/changes.h"

struct err;
struct store;
struct test_report;

/*
 * The way of a series through the stages, in straight-line code: read, put on its
 * base, built patch by patch, booted, judged, stored. Every step that ends is a
 * row before the next begins, so that a run that is killed is taken up where the
 * rows say.
 */

/* Whoever watches. Either may be NULL. */
struct progress {
	void *arg;
	void (*step)(void *arg, const char *text); /* a long step begins */
	void (*tick)(void *arg, const char *text); /* how far it is; replaces the last tick */
};

struct test_request {
	const char *mbox;	    /* file, or "-" */
	const char *const *targets; /* names; n_targets 0: those of the plan */
	size_t n_targets;
	const char *plan; /* NULL: the first; where lab.yaml has none, all targets with a lab */
	const char *tree; /* NULL: the first of lab.yaml */
	const char *base; /* commit; NULL: the tree's HEAD */
	const char *fix;  /* NULL: lab.yaml's; "none": none */
	bool keep;	  /* leave the run's folder */
	bool anew;	  /* boots the patched kernel again, whatever the store knows of it */
	int64_t task;	  /* of the queue that this is done for; 0: none */
	int64_t series;	  /* of the store that it is; 0: somebody's by hand, who answers for it */
	int cancel_fd;	  /* readable: stop; -1 none */
	/* Stores the verdict in place of store_verdict_put(); NULL: that one. */
	int (*conclude)(void *arg, struct verdict *v, struct err *err);
	void *conclude_arg;
	/* The verdict's text, before it is stored; the caller's. NULL: it has none. */
	char *(*print)(const struct config *c, const struct test_report *r);
};

/* What was found out. Zero is nothing; the caller's: test_report_done(). */
struct test_report {
	struct verdict verdict;
	struct series series;
	struct checkout base, patched; /* .id NULL where it did not get that far */
	char *tree_version;	       /* "linux-source-6.1 6.1.192-2" */
	struct build base_build;
	struct build *builds; /* after each patch; the last is the tip */
	size_t n_builds;
	struct outcome *base_outcomes; /* one a target, parallel to the other */
	struct outcome *outcomes;
	size_t n_outcomes;
	struct suite_list suites;
	struct notice_list notices; /* of checkers: for information */
	size_t passing;		    /* tests that still pass, over all targets */
	bool same_image;	    /* the series changes nothing of the kernel: not booted */
	int version;		    /* of the series; 0 unknown */
	struct comparison since;    /* against the version before */
	struct strv notes;	    /* what the reader must know: fix left out, from the store */
	bool waits;		    /* for a maintainer's word; trying again does not help */
	char *run_dir;		    /* kept folder, NULL unless asked for */
};

void test_report_done(struct test_report *r);

/*
 * Tests a series. 0: report->verdict says what (also none, for infrastructure).
 * -EINVAL and other errors of the input or the configuration, before any
 * verdict; -ECANCELED when cancelled; others: the lab's own trouble.
 * *input_error tells the first from the last: true where the person must act.
 */
int pipeline_test(const struct config *c, struct store *store, const struct test_request *req,
		  const struct progress *progress, struct test_report *report, bool *input_error,
		  struct err *err) __attribute__((warn_unused_result));

struct matrix_request {
	const char *const
		*designs; /* n_designs 0: "none" and those of lab.yaml, else all folders */
	size_t n_designs;
	const char *const *targets; /* n_targets 0: those of the plan */
	size_t n_targets;
	const char *plan; /* NULL: "matrix" where lab.yaml has it, else the first */
	const char *tree; /* NULL: the first of lab.yaml */
	bool anew;	  /* builds and boots what the store knows */
	int cancel_fd;
};

/*
 * Builds and boots every design on every target, and says what each case came to. The code is
 * ours: a design that does not build, and a lab that fails, are errors (-EIO and others);
 * *input_error is as above (also for a design that does not apply).
 */
int pipeline_matrix(const struct config *c, struct store *store, const struct matrix_request *req,
		    const struct progress *progress, struct matrix *ret, bool *input_error,
		    struct err *err) __attribute__((warn_unused_result));

struct build_request {
	const char *const *targets; /* n_targets 0: those of the plan */
	size_t n_targets;
	const char *plan; /* NULL: the first */
	const char *tree; /* NULL: the first of lab.yaml */
	const char *fix;  /* NULL: lab.yaml's; "none": none */
	const char *out;  /* folder, made where it is missing */
	int cancel_fd;
};

/* What a target boots; paths of files. */
struct built_target {
	char *name;
	char *kernel, *dtb, *initramfs; /* dtb NULL: the board has its own */
	char *cmdline;			/* NULL: not ours to say */
};

/* A kernel with its targets' files. */
struct built {
	char *build_id, *config;
	struct built_target *targets;
	size_t n_targets, cap_targets;
};

/* Zero is nothing; the caller's: built_list_done(). */
struct built_list {
	char *tree_version, *fix; /* fix: "none" */
	struct built *v;
	size_t n, cap;
};

void built_list_done(struct built_list *l);

/* Builds base, tests and fix for targets, with a lab or without, into OUT/CONFIG/. */
int pipeline_build(const struct config *c, struct store *store, const struct build_request *req,
		   const struct progress *progress, struct built_list *ret, bool *input_error,
		   struct err *err) __attribute__((warn_unused_result));

#endif
