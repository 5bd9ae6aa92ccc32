/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_PREFILTER_H
#define DMALAB_CONSOLE_PREFILTER_H

#include <stddef.h>

/*
 * Finds the next place in a text where one of a few literals ends, with
 * Hyperscan (or Vectorscan, which has the same interface): several gigabytes a
 * second. Literals are searched as bytes, in one database that is compiled at
 * the first use (2 ms) and kept for the life of the process.
 */
struct prefilter;

/* literal(i) gives the i-th one, NULL behind the last. Never fails; NULL: without prefilter. */
struct prefilter *prefilter_new(const char *(*literal)(size_t i));
void prefilter_free(struct prefilter *p);

/* Offset of the last byte of the first match at or behind `from`; len where there is none. */
size_t prefilter_next(struct prefilter *p, const char *text, size_t from, size_t len);

#endif
