/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_PREFILTER_H
#define DMALAB_CONSOLE_PREFILTER_H

#include <stddef.h>

/*
 * Finds the next place in a text where one of a few literals ends, with
 * Hyperscan (or Vectorscan, which has the same interface): several gigabytes a
 * second. Literals are searched as bytes, in one database that the build makes:
 * to compile it takes 2 ms and touches 2 MB of the library.
 */
struct prefilter;

/* literal(i) gives the i-th one, NULL behind the last. */
typedef const char *literal_fn(size_t i);

/*
 * `made`: what prefilter_serialize() gave, on whatever machine. Where the library
 * takes it not, being of another version or for another processor, the literals
 * are compiled. Never fails; NULL: without prefilter.
 */
struct prefilter *prefilter_new(literal_fn *literal, const void *made, size_t len);
void prefilter_free(struct prefilter *p);

/*
 * The database as bytes, the same each time, for every processor of this kind:
 * it asks for none of its later instructions, which costs no speed where they
 * are there. The caller's to free(); NULL: this machine cannot make one.
 */
char *prefilter_serialize(literal_fn *literal, size_t *len);

/* Offset of the last byte of the first match at or behind `from`; len where there is none. */
size_t prefilter_next(struct prefilter *p, const char *text, size_t from, size_t len);

#endif
