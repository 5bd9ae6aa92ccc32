/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_TREE_TREE_PARTS_H
#define DMALAB_STAGE_TREE_TREE_PARTS_H

#include <stdbool.h>

struct config;
struct err;
struct tree;
struct tree_config;

/*
 * The kinds of trees. Of each lies in CACHE/trees/NAME/: repo.git; stamp, which says what of
 * the source is in it and is written last; version, for people; lock, which whoever changes
 * them holds.
 */

enum { TREE_FILE_LIMIT = 4096 };

char *tree_file(const struct config *c, const struct tree_config *tc, const char *name);
/* A file of the tree as text; "" where there is none. Caller frees. */
char *tree_file_read(const struct config *c, const struct tree_config *tc, const char *name);
int tree_file_write(const struct config *c, const struct tree_config *tc, const char *name,
		    const char *text, struct err *err) __attribute__((warn_unused_result));
/* Makes repo.git where it is missing; its HEAD is the branch "base". */
int tree_repo_init(const char *repo, struct err *err) __attribute__((warn_unused_result));
/* The commit that HEAD of the repository is; NULL none. Caller frees. */
char *tree_head(const char *repo);

/* debian:PACKAGE. Imports where the tarball is another one. 1: imported; 0: nothing to do. */
int debian_is_stale(const struct config *c, const struct tree_config *tc, struct err *err)
	__attribute__((warn_unused_result));
int debian_import(const struct config *c, const struct tree_config *tc, int cancel_fd, int lock,
		  struct err *err) __attribute__((warn_unused_result));

/* git:URL. Whether something of this URL and ref was fetched, whenever. */
bool git_is_usable(const struct config *c, const struct tree_config *tc);
bool git_is_stale(const struct config *c, const struct tree_config *tc);
/* 1: HEAD is another commit; 0: as before. An error is noted for git_trouble(), too. */
int git_update(const struct config *c, const struct tree_config *tc, int cancel_fd, int lock,
	       struct err *err) __attribute__((warn_unused_result));
/* Why the last fetch brought nothing; NULL: all was well. Caller frees. */
char *git_trouble(const struct config *c, const struct tree_config *tc);
/* What people call the commit. Caller frees. */
char *git_version(const struct config *c, const struct tree_config *tc, const char *commit);

/* One fetch, with limits. */
struct fetch {
	const char *repo;
	const char *url;
	const char *from, *to; /* a ref or commit there, a ref here */
	int depth;	       /* 0 all */
	int timeout_s;
	int limit_mb;
	int cancel_fd;
	int lock; /* of the tree; git shares it while it runs */
};

/*
 * 1: `to` is what `from` is there. 0: the server has or gives nothing by that name. Otherwise
 * nothing is changed: -EAGAIN the server or the way to it, -ETIMEDOUT, -EFBIG the limits,
 * -ECANCELED. What a killed one left is cleaned away first.
 */
int fetch_run(const struct fetch *f, struct err *err) __attribute__((warn_unused_result));

#endif
