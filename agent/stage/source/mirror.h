/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_SOURCE_MIRROR_H
#define DMALAB_STAGE_SOURCE_MIRROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/run.h"

struct err;

/* The mirror of one epoch: a bare repository with refs/heads/master, the server's HEAD. */
struct mirror {
	const char *url, *dir;
	int cancel_fd;
	int lock_fd;	     /* of the inbox: git has it as long as it runs */
	int64_t limit_bytes; /* what a fetch may bring */
	int limit_ms;	     /* how long it may take */
};

enum { MIRROR_ALL = 0 };

/*
 * Fetches. depth: so many commits back (MIRROR_ALL: all that is new). 1: there is something;
 * 0: the repository is empty; -ENOENT, -EACCES, -EAGAIN as of net_ask(); -EFBIG: above its limits.
 */
int mirror_fetch(const struct mirror *m, int depth, struct err *err)
	__attribute__((warn_unused_result));

/* The same, so deep that all commits since a time are there (or all that there are). */
int mirror_fetch_since(const struct mirror *m, int64_t since, struct err *err)
	__attribute__((warn_unused_result));

/* 1: *commit is its newest; 0: there is none. */
int mirror_tip(const struct mirror *m, char commit[41], struct err *err)
	__attribute__((warn_unused_result));
/* Whether the server has older commits than the mirror. */
bool mirror_is_shallow(const struct mirror *m);
/* Ends what a killed run left half done; the caller has the lock. */
void mirror_tidy(const struct mirror *m);

/*
 * Where to go on from after `at` was taken: `at` itself, or what it has in common with the tip
 * after a purge. 1: *base; 0: they have nothing in common.
 */
int mirror_base(const struct mirror *m, const char *at, const char *tip, char base[41],
		struct err *err) __attribute__((warn_unused_result));

/* Mails of commits in their order. Zero is closed. */
struct mirror_mails {
	struct run run;
	int out;    /* git's answers */
	FILE *list; /* commits, and below each its mail */
	char commit[41];
	int cancel_fd;
	char *block;
	size_t at, n; /* in block */
};

/* Those from `base` ("" the first) to `tip`, of commits since a time (0 all). */
int mirror_open(const struct mirror *m, const char *base, const char *tip, int64_t since,
		struct mirror_mails *ret, struct err *err) __attribute__((warn_unused_result));

/*
 * 1: *raw is a mail (caller frees) and commit the one that brought it; a mail whose bytes came
 * before is passed over. One that is longer than limit is cut one byte above it. 0: there is no
 * more.
 */
int mirror_next(struct mirror_mails *l, size_t limit, char commit[41], char **raw, size_t *len,
		struct err *err) __attribute__((warn_unused_result));
void mirror_close(struct mirror_mails *l);

#endif
