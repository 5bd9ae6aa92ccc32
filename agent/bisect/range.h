/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_BISECT_RANGE_H
#define DMALAB_BISECT_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct err;

enum { RANGE_MAX = 4096 };

struct range_commit {
	char *commit, *subject;
	struct strv files; /* that it touches; of a merge none */
};

/* The commits between two ends, parents before children. Zero is none; range_done(). */
struct range {
	struct range_commit *v;
	size_t n, cap;
	uint64_t *ancestors; /* as search.h wants them; NULL: they lie in a line */
};

struct range_spec {
	const char *repo;
	const char *older, *newer; /* commits; the older is none of the range */
	bool first_parent;	   /* merged branches are one commit, the merge */
	const struct strv *paths;  /* only commits that touch these, and the newer end; none: all */
	int cancel_fd;
};

/*
 * Reads it. -EINVAL: the older end is no ancestor of the newer, they are the same, or there are
 * more than RANGE_MAX between them.
 */
int range_read(const struct range_spec *spec, struct range *ret, struct err *err)
	__attribute__((warn_unused_result));
void range_done(struct range *r);

/* The whole name of a commit, and its subject; each the caller's. -EINVAL: there is none. */
int range_commit_find(const char *repo, const char *name, char **commit, char **subject,
		      struct err *err) __attribute__((warn_unused_result));

/*
 * The commit `on` with the changes of `culprit` (against its first parent) taken back: 1, *ret is
 * the caller's; 0: they do not come off. `index` is a file to be made and removed.
 */
int range_revert(const char *repo, const char *on, const char *culprit, const char *index,
		 char **ret, struct err *err) __attribute__((warn_unused_result));

#endif
