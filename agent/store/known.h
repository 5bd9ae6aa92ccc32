/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STORE_KNOWN_H
#define DMALAB_STORE_KNOWN_H

#include <stdint.h>

#include "base/buf.h"
#include "model/known.h"
#include "model/verdict.h"

struct err;
struct store;

/* What people know of, and what earlier runs have shown. As in store.h: each write is durable. */

/* Adds a known issue, or gives the one of the same `what` another why, by and until; k->num
 * and created are set. */
int store_known_put(struct store *s, struct known *k, struct err *err)
	__attribute__((warn_unused_result));
/* 1 removed; 0: there is none of this number. */
int store_known_remove(struct store *s, int64_t num, struct err *err)
	__attribute__((warn_unused_result));
/* Those that still hold at `now`, oldest first; now 0: all. */
int store_knowns(struct store *s, int64_t now, struct known_list *ret, struct err *err)
	__attribute__((warn_unused_result));
/* The whole hash of the one signature that begins with this (8 hex digits or more): 1 *ret, the
 * caller's; 0: no report of this store has it; -EEXIST: several. */
int store_signature_find(struct store *s, const char *prefix, char **ret, struct err *err)
	__attribute__((warn_unused_result));
/* Whether any boot of this store ran a test of this path, or of a suite ("suite.*"): 1, 0. */
int store_test_known(struct store *s, const char *path, struct err *err)
	__attribute__((warn_unused_result));

/*
 * Boots of a build on a target by this filter whose console was read (outcome "done"), oldest
 * first, at most `limit` of the newest: ids, appended.
 */
int store_jobs_of(struct store *s, const char *build_id, const char *target, const char *filter,
		  int limit, struct strv *ret, struct err *err) __attribute__((warn_unused_result));

/* The newest verdict on a series of the store, pass or fail, whatever else it may have: 1 *ret; 0
 * none. */
int store_verdict_of_series(struct store *s, int64_t series, struct verdict *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
