/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_RUN_H
#define DMALAB_PIPELINE_RUN_H

#include "pipeline/pipeline.h"
#include "stage/checkout/checkout.h"
#include "stage/source/source.h"

/* What the parts of one run share. Borrowed, but for what run_open() made. */
struct run_ctx {
	const struct config *config;
	struct store *store;
	const struct test_request *req;
	const struct progress *progress;
	struct test_report *report;
	const struct kernel_config
		*kernel; /* of lab.yaml; for builds, what run_configure() made of it */
	struct kernel_config built;
	const struct target_config **targets;
	size_t n_targets;
	struct tree tree;
	struct checkout_spec spec;
	char *dir;		 /* of this run */
	int dir_lock;		 /* tells it from what a killed run left */
	int tree_lock;		 /* worktrees and object folder are ours */
	char *apply_dir;	 /* worktree for git am */
	char *src, *obj, *state; /* the base's pair, and what is built in it */
	char *toolchain;
	char *initramfs;
};

/* Makes the folder of a run, sweeps those of runs that were killed. */
int run_open(struct run_ctx *x, struct err *err) __attribute__((warn_unused_result));
/* Removes it (but for --keep), and lets go of the locks. */
void run_close(struct run_ctx *x);
/* Takes the tree for this run, and waits for another that has it. */
int run_take_tree(struct run_ctx *x, struct err *err) __attribute__((warn_unused_result));

void run_step(const struct run_ctx *x, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void run_tick(const struct run_ctx *x, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void run_note(struct run_ctx *x, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Chooses the configuration's fragments: those of the overlay only where it is in the base. */
void run_configure(struct run_ctx *x);

/* builds.c: fills report->base_build and report->builds. */
int run_builds(struct run_ctx *x, struct err *err) __attribute__((warn_unused_result));

/* boots.c: fills report->base_outcomes and report->outcomes. */
int run_boots(struct run_ctx *x, struct err *err) __attribute__((warn_unused_result));

#endif
