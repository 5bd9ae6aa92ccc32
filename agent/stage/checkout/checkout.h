/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_CHECKOUT_CHECKOUT_H
#define DMALAB_STAGE_CHECKOUT_CHECKOUT_H

#include <stdbool.h>

#include "model/checkout.h"

struct err;
struct series;
struct strv;

/*
 * Makes states of the source as commits in a tree's repository: base → overlay of
 * kernel-tests/ → a fix of patches/ → a series. The same input gives the same
 * commits. `git am` runs in a worktree of its own that holds no files
 * (git takes what it needs from the index), which makes applying a matter of
 * half a second. The caller holds `lock_fd` on the tree meanwhile.
 */
struct checkout_spec {
	const char *repo;
	const char *tree_name;
	const char *base;	  /* commit */
	const char *apply_dir;	  /* the worktree for git am; made when missing */
	const char *kernel_tests; /* folder: tree/, tree-X.Y/, hooks-X.Y.patch */
	const char *patches;	  /* folder: one a design of the fix, with X.Y/ in it or none */
	int cancel_fd;		  /* -1 none */
	int lock_fd;		  /* -1 none */
};

/*
 * The base with what of ours lies on it: overlay and, on it, fix (NULL: none). Where there are
 * variants X.Y of them the newest is taken that is not newer than the kernel.
 * Known ones are found again by a ref and cost nothing. An overlay or a fix that
 * does not apply to the bare base is the lab's configuration at fault: -EINVAL.
 */
int checkout_base(const struct checkout_spec *spec, bool overlay, const char *fix,
		  struct checkout *ret, struct err *err) __attribute__((warn_unused_result));

/*
 * Whether the series applies to the bare base: 1, or 0 with *conflict: number, file and hunk of the
 * first patch that git refuses.
 */
int checkout_applies(const struct checkout_spec *spec, const struct series *series,
		     struct conflict *conflict, struct err *err)
	__attribute__((warn_unused_result));

/*
 * The series on top of `on`. Returns 1 with *ret, or 0 with *conflict where it
 * does not apply.
 */
int checkout_series(const struct checkout_spec *spec, const struct checkout *on,
		    const struct series *series, struct checkout *ret, struct conflict *conflict,
		    struct err *err) __attribute__((warn_unused_result));

/* Paths that differ between two commits. */
int checkout_changed(const struct checkout_spec *spec, const char *from, const char *to,
		     struct strv *paths, struct err *err) __attribute__((warn_unused_result));

/*
 * Brings a worktree that is kept for good to a commit, touching only what
 * differs; made when missing. What a killed run left there is cleaned.
 */
int checkout_switch(const struct checkout_spec *spec, const char *worktree, const char *commit,
		    struct err *err) __attribute__((warn_unused_result));

/*
 * The same for a folder that is not a worktree of git's (an overlay's merged
 * side) at `from`: `index` is a file that describes it and is kept up to date.
 */
int checkout_step(const struct checkout_spec *spec, const char *folder, const char *index,
		  const char *commit, struct err *err) __attribute__((warn_unused_result));

/* Where git keeps a worktree's index; caller frees. */
int checkout_index_path(const struct checkout_spec *spec, const char *worktree, char **ret,
			struct err *err) __attribute__((warn_unused_result));

#endif
