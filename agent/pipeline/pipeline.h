/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_PIPELINE_H
#define DMALAB_PIPELINE_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "model/build.h"
#include "model/checkout.h"
#include "model/config.h"
#include "model/outcome.h"
#include "model/series.h"
#include "model/test.h"
#include "model/verdict.h"

struct err;
struct store;

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
	const char *const *targets; /* names; n_targets 0: all of lab.yaml */
	size_t n_targets;
	const char *tree; /* NULL: the first of lab.yaml */
	const char *base; /* commit; NULL: the tree's HEAD */
	const char *fix;  /* NULL: lab.yaml's; "none": none */
	bool keep;	  /* leave the run's folder */
	int cancel_fd;	  /* readable: stop; -1 none */
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
	struct strv notes; /* what the reader must know: fix left out, from the store */
	char *run_dir;	   /* kept folder, NULL unless asked for */
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

#endif
