/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_RUN_H
#define DMALAB_PIPELINE_RUN_H

#include <stdbool.h>

#include "pipeline/helpers.h"
#include "pipeline/pipeline.h"
#include "stage/build/build.h"
#include "stage/checkout/checkout.h"
#include "stage/tree/tree.h"
#include "store/labs.h"

/*
 * What the parts of one run share, be it the test of a series, a matrix or a build. Borrowed,
 * but for what run_open() and the functions behind it made.
 */
struct run_ctx {
	const struct config *config;
	struct store *store;
	const struct progress *progress;
	struct strv *notes; /* what the reader must know; NULL: nobody wants it */
	int cancel_fd;
	const struct test_request *req;	    /* of a test; NULL else */
	struct test_report *report;	    /* likewise */
	const struct kernel_config *kernel; /* what run_take_kernel() made of lab.yaml's */
	struct kernel_config built;
	const struct target_config **targets;
	size_t n_targets;
	struct tree tree;
	struct checkout_spec spec;
	char *dir;		 /* of this run */
	int dir_lock;		 /* tells it from what a killed run left */
	int tree_lock;		 /* worktrees and object folders are ours */
	char *apply_dir;	 /* worktree for git am */
	char *src, *obj, *state; /* the kernel's pair, and what is built in it */
	char *toolchain;
	char *initramfs;
	struct helpers helpers;
	struct submission_marks open; /* of all boots by LAVA servers, for boot.c */
	int64_t open_ms;	      /* when to look at them again */
	int64_t open_look;	      /* how often that was done */
};

/* Makes the folder of a run, sweeps those of runs that were killed. */
int run_open(struct run_ctx *x, struct err *err) __attribute__((warn_unused_result));
/* Removes it, unless it is to be kept (*kept: its path), and lets go of the locks. */
void run_close(struct run_ctx *x, char **kept);

void run_step(const struct run_ctx *x, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void run_tick(const struct run_ctx *x, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void run_note(struct run_ctx *x, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Which targets are meant: names, else a plan's, else the first plan's, else all with a lab. */
struct target_choice {
	const char *const *names;
	size_t n_names;
	const char *plan; /* NULL: the first */
};

/* inputs.c: what was asked for, looked up in lab.yaml; what is not there is -EINVAL. */
int run_pick_targets(struct run_ctx *x, const struct target_choice *choice, bool boot,
		     struct err *err) __attribute__((warn_unused_result));
/* A folder of patches/, not a path; "none" is fine. */
int run_check_design(const struct run_ctx *x, const char *name, struct err *err)
	__attribute__((warn_unused_result));
int run_read_suites(const struct run_ctx *x, struct suite_list *ret, struct err *err)
	__attribute__((warn_unused_result));
/* Opens a tree (NULL: the first), importing it where it is new; base: a commit, NULL its own. */
int run_open_tree(struct run_ctx *x, const char *name, const char *base, struct err *err)
	__attribute__((warn_unused_result));
/*
 * Puts the base on the commit that a series names, where the history of the opened tree has it,
 * asked from its server if need be; else a note says that it has not.
 */
int run_use_base_commit(struct run_ctx *x, const char *name, const char *commit, struct err *err)
	__attribute__((warn_unused_result));
/* Takes the tree for this run, and waits for another that has it. */
int run_take_tree(struct run_ctx *x, struct err *err) __attribute__((warn_unused_result));
/* Lets others have it: what is left to do needs no worktree. */
void run_leave_tree(struct run_ctx *x);
/*
 * Takes the pair of folders of a kernel, in place of an earlier one's; the fragments of the
 * overlay only where it is in the base.
 */
int run_take_kernel(struct run_ctx *x, const struct kernel_config *k, bool overlay, struct err *err)
	__attribute__((warn_unused_result));

/* base.c: a base with fix and tests is our own code, built in the kept pair. */

/* 1: the store has the build, passed and with what a boot needs; 0: *ret is a new one. */
int run_base_find(struct run_ctx *x, const struct checkout *base, struct build *ret,
		  struct err *err) __attribute__((warn_unused_result));
/* A new one, whatever the store has. */
int run_base_new(struct run_ctx *x, const struct checkout *base, struct build *ret, struct err *err)
	__attribute__((warn_unused_result));
/* Brings the pair to the base, built. `b` is the build's row, known before or new. */
int run_base_prepare(struct run_ctx *x, const struct checkout *base, struct build *b, bool is_known,
		     struct err *err) __attribute__((warn_unused_result));
/* Base with tests and a design (NULL: none), from the store or made, `anew` or not: it builds.
 * -EIO: it does not, which is ours to mend. */
int run_base_build(struct run_ctx *x, const char *fix, bool anew, struct build *ret,
		   struct err *err) __attribute__((warn_unused_result));
/* A build that is kept with all that a boot needs. 1 known, 0 not. */
int run_build_known(struct run_ctx *x, const char *id, struct build *ret, struct err *err)
	__attribute__((warn_unused_result));
struct build run_build_of(struct run_ctx *x, const char *id, const char *checkout_id);
/* Configure and make; artifacts into `out` unless it is NULL. The log is the build's from then on.
 */
int run_make(struct run_ctx *x, const struct build_spec *spec, const char *what, const char *out,
	     struct build *b, struct err *err) __attribute__((warn_unused_result));
/*
 * A build that the lab could not do, or that met one of its limits, says nothing of the source
 * the next time: it is kept for its log, under an id that no later run will look for.
 */
void run_once_only(struct build *b);

/*
 * approval.c: takes the targets that ask for a maintainer's word on this series out of the run,
 * with a note. Returns how many are left.
 */
int run_ask_approval(struct run_ctx *x, struct err *err) __attribute__((warn_unused_result));

/*
 * apply.c: a test's base and series, with as much of ours under both as goes. 1: applied; 0: it
 * applies to no bare base, which is the verdict.
 */
int run_apply(struct run_ctx *x, struct err *err) __attribute__((warn_unused_result));
/* The design of the fix that a test asks for; NULL none. */
const char *run_fix_wanted(const struct run_ctx *x);

/*
 * builds.c: builds what is not ours to trust, `candidate` on `base`, in a throw-away copy of the
 * pair that is at the base; `b` is its new row.
 */
int run_candidate_prepare(struct run_ctx *x, const struct checkout *base,
			  const struct checkout *candidate, struct build *b, struct err *err)
	__attribute__((warn_unused_result));

/* builds.c: fills report->base_build and report->builds. */
int run_builds(struct run_ctx *x, struct err *err) __attribute__((warn_unused_result));

/* Boots that are to be done, several at once. Zero is none. */
struct boots {
	struct boot_plan *v;
	size_t n, cap;
};

void boots_done(struct boots *l);
/*
 * Adds the boots of a build on a target, which end as *outcome (it must stay where it is); where
 * the store knows that, nothing is added, unless `anew`. `what` names the kernel to whoever
 * watches.
 */
int boots_add(struct run_ctx *x, struct boots *l, const struct build *b, const char *what,
	      const struct target_config *t, bool anew, struct outcome *outcome, struct err *err)
	__attribute__((warn_unused_result));
/*
 * Adds one boot by a filter, whatever it shows: the store has its job then. *trouble: why the lab
 * could not, the caller's; NULL as long as it can. It must stay where it is.
 */
int boots_add_one(struct run_ctx *x, struct boots *l, const struct build *b, const char *what,
		  const struct target_config *t, const char *filter, char **trouble,
		  struct err *err) __attribute__((warn_unused_result));
/* Boots until every suite has had its say, or the one boot is over; outcomes are stored. */
int boots_run(struct run_ctx *x, struct boots *l, const struct suite_list *suites, struct err *err)
	__attribute__((warn_unused_result));

/*
 * settle.c: boots again what the first boots left in doubt. A pass of a series that touches what
 * lab.yaml's confidence names is booted as often as that asks; each new failure, and each test
 * that seems fixed, is repeated on both kernels until odds_decide() has its answer (boots of
 * earlier runs count, but for those that raised the question). Fills the verdict's reasons, with
 * their rates, and its changes; what comes and goes is no reason.
 */
int run_settle(struct run_ctx *x, struct err *err) __attribute__((warn_unused_result));

/* blame.c: for each reason of a series of several patches the one that brings it, by booting the
 * kernels between. */
int run_blame(struct run_ctx *x, struct err *err) __attribute__((warn_unused_result));

/* excerpt.c: the lines of a console or log that prove each reason. */
int run_excerpts(struct run_ctx *x, struct err *err) __attribute__((warn_unused_result));

/*
 * lint.c: what the touched files say at W=1, and sparse and checkpatch, with the series and not
 * without it: warnings go to the builds, the rest to report->notices. `src` and `obj` are the
 * series' throw-away pair, at its tip and built. None of it makes a verdict worse.
 */
int run_lint(struct run_ctx *x, const char *src, const char *obj, struct err *err)
	__attribute__((warn_unused_result));

#endif
