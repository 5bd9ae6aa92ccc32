/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_CHECKOUT_WORKTREE_H
#define DMALAB_STAGE_CHECKOUT_WORKTREE_H

#include "git/git.h"

struct checkout_spec;
struct err;

/* git in the tree's repository. */
struct git worktree_repo(const struct checkout_spec *spec);

/*
 * Makes a linked worktree without files where there is none, and takes away what
 * a killed run left in git's folder of it: locks, a series half applied.
 */
int worktree_ready(const struct checkout_spec *spec, const char *dir, struct err *err)
	__attribute__((warn_unused_result));

/* git in the worktree for git am: what it does not touch stays out of its sight. */
struct git worktree_apply(const struct checkout_spec *spec);

/*
 * An index of a commit in which every file is marked as not checked out, at `path`: a link to one
 * that is kept, made when missing. git replaces an index and never writes into it.
 */
int worktree_index(const struct checkout_spec *spec, const char *commit, const char *path,
		   struct err *err) __attribute__((warn_unused_result));

/* Moves the worktree for git am to a commit, without files: HEAD and index; other files are
 * removed. */
int worktree_empty_at(const struct checkout_spec *spec, const char *commit, struct err *err)
	__attribute__((warn_unused_result));

/* The folder in which git keeps what belongs to a worktree; caller frees; NULL: none. */
char *worktree_gitdir(const char *dir);

/* Sets a ref, over a lock that a killed run left. */
int worktree_ref_set(const struct checkout_spec *spec, const char *ref, const char *commit,
		     struct err *err) __attribute__((warn_unused_result));

#endif
