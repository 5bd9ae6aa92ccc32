// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/guard.h"

#include <arpa/inet.h>
#include <nettle/memops.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

enum { ADDRESSES = 256, NET_BYTES = 8, KEY_BYTES = 17 };

/* Wrong tokens of one minute from one address. */
struct tries {
	unsigned char key[KEY_BYTES];
	int n; /* 0: a free one */
	int64_t since_ms;
};

struct guard {
	struct tries v[ADDRESSES];
};

/* An address, or the network of one that has 2^64 of them. */
static void key_of(const char *address, unsigned char *key)
{
	memset(key, 0, KEY_BYTES);
	if (inet_pton(AF_INET6, address, key + 1) == 1) {
		static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

		key[0] = 6;
		if (memcmp(key + 1, mapped, sizeof(mapped)) != 0)
			memset(key + 1 + NET_BYTES, 0, KEY_BYTES - 1 - NET_BYTES);
	} else if (inet_pton(AF_INET, address, key + 1) == 1) {
		key[0] = 4;
	}
}

static bool is_over(const struct tries *t, int64_t now_ms)
{
	return t->n == 0 || now_ms - t->since_ms >= GUARD_MS;
}

static struct tries *find(const struct guard *g, const char *address, int64_t now_ms)
{
	unsigned char key[KEY_BYTES];

	key_of(address, key);
	for (size_t i = 0; i < ADDRESSES; i++)
		if (!is_over(&g->v[i], now_ms) && memcmp(g->v[i].key, key, KEY_BYTES) == 0)
			return (struct tries *)&g->v[i];
	return NULL;
}

struct guard *guard_new(void)
{
	return mem_zalloc(sizeof(struct guard));
}

void guard_freep(struct guard **g)
{
	free(*g);
	*g = NULL;
}

int64_t guard_wait_ms(const struct guard *g, const char *address, int64_t now_ms)
{
	const struct tries *t = find(g, address, now_ms);

	return t && t->n >= GUARD_TRIES ? t->since_ms + GUARD_MS - now_ms : 0;
}

void guard_was_wrong(struct guard *g, const char *address, int64_t now_ms)
{
	struct tries *t = find(g, address, now_ms);

	if (!t) {
		t = &g->v[0];
		for (size_t i = 1; i < ADDRESSES && !is_over(t, now_ms); i++)
			if (is_over(&g->v[i], now_ms) || g->v[i].since_ms < t->since_ms)
				t = &g->v[i];
		*t = (struct tries){ .since_ms = now_ms };
		key_of(address, t->key);
	}
	t->n++;
}

bool guard_same(const char *secret, const char *given)
{
	char a[HASH_HEX_LEN], b[HASH_HEX_LEN];

	/* of one length, whatever was given */
	hash_data(secret, strlen(secret), a);
	hash_data(given, strlen(given), b);
	return memeql_sec(a, b, sizeof(a));
}
