/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_TREE_TREE_H
#define DMALAB_STAGE_TREE_TREE_H

#include <stdbool.h>

struct config;
struct err;
struct tree_config;

/* A tree of lab.yaml as a git repository that we keep. Strings are owned. */
struct tree {
	char *name;
	char *repo;    /* bare git repository; its HEAD is the tree's base */
	char *base;    /* that commit */
	char *version; /* what is in it: "linux-source-6.1 6.1.192-2", "next master 4f1c0c9d2a3b" */
	char *trouble; /* why the last fetch brought nothing, for people; NULL: all is well */
};

void tree_done(struct tree *t);

/* Whether its source is asked over a network: git:URL. */
bool tree_is_fetched(const struct tree_config *tc);

/*
 * Whether tree_open() would import (a minute) or fetch (seconds; the first time many minutes).
 * A tree that is fetched is stale when that was never tried, or its `every_s` ago. Asks no
 * server. 1, 0 or an error.
 */
int tree_is_stale(const struct config *c, const struct tree_config *tc, struct err *err)
	__attribute__((warn_unused_result));

/*
 * Opens a tree, brought up to date first where it is stale. A Debian source package becomes one
 * commit, the next version another on top; -ENOENT: the package is not installed and was never
 * imported. Of a git repository HEAD becomes what lab.yaml's ref is there. Where that cannot be
 * fetched, or another process fetches right now, the tree is what it was (.trouble); it is an
 * error only where it never was. Errors are those of tree_fetch().
 */
int tree_open(const struct config *c, const struct tree_config *tc, int cancel_fd, struct tree *ret,
	      struct err *err) __attribute__((warn_unused_result));

/*
 * Fetches a git tree now, stale or not, and waits where somebody does already; imports a Debian
 * one where it is stale. 1: its HEAD is another commit; 0: it is as it was. Otherwise the tree is
 * as it was: -EAGAIN the server or the way to it, -ETIMEDOUT and -EFBIG lab.yaml's limits,
 * -EINVAL the server has no such ref.
 */
int tree_fetch(const struct config *c, const struct tree_config *tc, int cancel_fd, struct err *err)
	__attribute__((warn_unused_result));

/*
 * Sees that a commit (40 hex digits) is in the tree's repository, fetched alone from lab.yaml's
 * URL where it is missing. 1: it is there; 0: it is not, and the server does not give it.
 * Servers give commits that are on no branch of theirs (of forks and pull requests): what is
 * there by this is as little trusted as the mail that named it. Errors are those of tree_fetch().
 */
int tree_need(const struct config *c, const struct tree_config *tc, const char *commit,
	      int cancel_fd, struct err *err) __attribute__((warn_unused_result));

/* Where the repository of a tree is or will be; caller frees. */
char *tree_repo(const struct config *c, const struct tree_config *tc);

#endif
