/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STORE_BISECTIONS_H
#define DMALAB_STORE_BISECTIONS_H

#include <stdint.h>

#include "model/bisection.h"

struct err;
struct store;

/* Bisections, with each observation a row of its own. As in store.h: each write is durable. */

/* A new one with its commits, "running" and without runs; b->num is set. */
int store_bisection_new(struct store *s, struct bisection *b, struct err *err)
	__attribute__((warn_unused_result));
/* 1 found, with commits and runs; 0 not. */
int store_bisection_get(struct store *s, int64_t num, struct bisection *ret, struct err *err)
	__attribute__((warn_unused_result));
/* The newest of a key; NULL: of all. 1 and its number, 0 none. */
int store_bisection_find(struct store *s, const char *key, int64_t *ret, struct err *err)
	__attribute__((warn_unused_result));
/* The newest first, at most `limit`, without commits and runs; appended to ret[], which has room
 * for them. Returns how many. */
int store_bisections(struct store *s, int limit, struct bisection *ret, struct err *err)
	__attribute__((warn_unused_result));
/* Stores state, culprit, odds (of the commits, too), reverted, why and ended. */
int store_bisection_state(struct store *s, const struct bisection *b, struct err *err)
	__attribute__((warn_unused_result));
/* Stores what is known of commits, `n` of them from `seq` on. */
int store_bisection_commits(struct store *s, const struct bisection *b, size_t seq, size_t n,
			    struct err *err) __attribute__((warn_unused_result));
/* Stores the runs from number `from` of b->runs on, which are not stored yet, and the commit that
 * the first of them is of. */
int store_bisection_runs(struct store *s, const struct bisection *b, size_t from, struct err *err)
	__attribute__((warn_unused_result));

/* The oldest that a watch began and that is running. 1 and its number, 0 none. */
int store_bisection_begun(struct store *s, int64_t *ret, struct err *err)
	__attribute__((warn_unused_result));
/* The function that a report of this signature names: 1, *ret is the caller's; 0: none is known. */
int store_signature_function(struct store *s, const char *signature, char **ret, struct err *err)
	__attribute__((warn_unused_result));

/* The commit that was tested last of a watch: 1, *ret is the caller's; 0: none was. */
int store_watch_get(struct store *s, const char *name, char **ret, struct err *err)
	__attribute__((warn_unused_result));
int store_watch_put(struct store *s, const char *name, const char *commit, struct err *err)
	__attribute__((warn_unused_result));

#endif
