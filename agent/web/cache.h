/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_WEB_CACHE_H
#define DMALAB_WEB_CACHE_H

#include <stddef.h>
#include <stdint.h>

struct http_kept;

/*
 * Answers by what was asked for, bounded in bytes: what was not wanted for longest goes first. An
 * answer is good for a minute, since a page may show the last so many days; whoever keeps the cache
 * clears it when the store has changed. Times are of clock_ms().
 */
enum { CACHE_MS = 60 * 1000 };

struct cache;
struct cache *cache_new(size_t bytes);
void cache_freep(struct cache **c);

/* NULL: there is none, or it is too old. Borrowed until the next change. */
struct http_kept *cache_get(struct cache *c, const char *key, int64_t now_ms);
/* Takes k over; it is there until the next change at least. */
void cache_put(struct cache *c, const char *key, struct http_kept *k, int64_t now_ms);
void cache_clear(struct cache *c);

#endif
