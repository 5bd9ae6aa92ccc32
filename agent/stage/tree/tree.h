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
	char *version; /* what was imported: "linux-source-6.1 6.1.192-2" */
};

void tree_done(struct tree *t);

/* Whether tree_open() will have to import (a minute); for a progress line. 1, 0 or an error. */
int tree_is_stale(const struct config *c, const struct tree_config *tc, struct err *err)
	__attribute__((warn_unused_result));

/*
 * Opens a tree, imported first where it is missing or its source has changed: a
 * Debian source package becomes one commit, the next version another on
 * top. -ENOENT: the package is not installed and was never imported.
 */
int tree_open(const struct config *c, const struct tree_config *tc, int cancel_fd, struct tree *ret,
	      struct err *err) __attribute__((warn_unused_result));

/* Where the repository of a tree is or will be; caller frees. */
char *tree_repo(const struct config *c, const struct tree_config *tc);

#endif
