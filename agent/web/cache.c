// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "http/http.h"

enum { BUCKETS = 1024, SMALL = 256 /* what an entry takes besides */ };

struct entry {
	struct entry *next;	     /* of its bucket */
	struct entry *newer, *older; /* by when it was last wanted */
	char *key;
	struct http_kept *kept;
	size_t bytes; /* as it was counted */
	int64_t made_ms;
};

struct cache {
	struct entry *buckets[BUCKETS];
	struct entry *newest, *oldest;
	size_t bytes, limit;
};

/* FNV-1a. Somebody who makes keys collide only makes lists of a bounded cache longer. */
static size_t bucket_of(const char *key)
{
	uint64_t h = 0xcbf29ce484222325;

	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 0x100000001b3;
	return (size_t)(h ^ h >> 32) % BUCKETS;
}

static struct entry **place_of(struct cache *c, const char *key)
{
	struct entry **at = &c->buckets[bucket_of(key)];

	while (*at && strcmp((*at)->key, key) != 0)
		at = &(*at)->next;
	return at;
}

static void row_leave(struct cache *c, struct entry *e)
{
	*(e->newer ? &e->newer->older : &c->newest) = e->older;
	*(e->older ? &e->older->newer : &c->oldest) = e->newer;
}

static void row_enter(struct cache *c, struct entry *e)
{
	e->newer = NULL;
	e->older = c->newest;
	*(c->newest ? &c->newest->newer : &c->oldest) = e;
	c->newest = e;
}

static void entry_remove(struct cache *c, struct entry **at)
{
	struct entry *e = *at;

	*at = e->next;
	row_leave(c, e);
	c->bytes -= e->bytes;
	http_kept_freep(&e->kept);
	free(e->key);
	free(e);
}

/* Its packed form may have come since. */
static void entry_count(struct cache *c, struct entry *e)
{
	c->bytes -= e->bytes;
	e->bytes = http_kept_size(e->kept) + strlen(e->key) + SMALL;
	c->bytes += e->bytes;
}

static void make_room(struct cache *c, const struct entry *but)
{
	while (c->bytes > c->limit && c->oldest != but)
		entry_remove(c, place_of(c, c->oldest->key));
}

struct cache *cache_new(size_t bytes)
{
	struct cache *c = mem_zalloc(sizeof(*c));

	c->limit = bytes;
	return c;
}

void cache_freep(struct cache **c)
{
	if (!*c)
		return;
	cache_clear(*c);
	free(*c);
	*c = NULL;
}

struct http_kept *cache_get(struct cache *c, const char *key, int64_t now_ms)
{
	struct entry **at = place_of(c, key), *e = *at;

	if (!e)
		return NULL;
	if (now_ms - e->made_ms >= CACHE_MS) {
		entry_remove(c, at);
		return NULL;
	}
	row_leave(c, e);
	row_enter(c, e);
	entry_count(c, e);
	make_room(c, e);
	return e->kept;
}

void cache_put(struct cache *c, const char *key, struct http_kept *k, int64_t now_ms)
{
	struct entry **at = place_of(c, key), *e;

	if (*at)
		entry_remove(c, at);
	e = mem_zalloc(sizeof(*e));
	e->key = mem_strdup(key);
	e->kept = k;
	e->made_ms = now_ms;
	e->next = c->buckets[bucket_of(key)];
	c->buckets[bucket_of(key)] = e;
	row_enter(c, e);
	entry_count(c, e);
	make_room(c, e);
}

void cache_clear(struct cache *c)
{
	while (c->oldest)
		entry_remove(c, place_of(c, c->oldest->key));
}
