/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STORE_PAGE_H
#define DMALAB_STORE_PAGE_H

#include "store/ask.h"

/*
 * The questions that pages have besides those of store/ask.h: db/queries/page_NAME.sql, by the same
 * rules, asked by store_ask(). Most are about one thing, whose row or rows they give. Those of
 * "tests" are by name, whatever their keys.
 */

/* NULL behind the last. */
const struct ask_question *page_question_at(size_t i);
/* NULL: there is none of that name. */
const struct ask_question *page_question(const char *name);

/*
 * Changes with every commit of anybody to the store, and is the same as long as there was none:
 * what was read before is still true. No two stores that were opened share one: it says when, too.
 * Not within a transaction.
 */
int store_version(struct store *s, int64_t *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
