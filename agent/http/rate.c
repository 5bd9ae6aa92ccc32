// SPDX-License-Identifier: GPL-2.0-or-later
#include "http/rate.h"

#include <stdlib.h>
#include <sys/random.h>

#include "base/mem.h"

/* 4096 addresses, 96 KiB. An address has its place in one set. */
enum { SET_BITS = 10, WAYS = 4 };

struct slot {
	uint64_t address;
	int64_t begin; /* of its window; of a free slot 0 */
	int n;	       /* requests in it */
};

struct rate {
	int most;
	int64_t window_ms;
	uint64_t secret; /* so that nobody knows who shares a set */
	struct slot slots[1 << SET_BITS][WAYS];
};

struct rate *rate_new(int most, int64_t window_ms)
{
	struct rate *r = mem_zalloc(sizeof(*r));

	r->most = most;
	r->window_ms = window_ms;
	(void)!getrandom(&r->secret, sizeof(r->secret), GRND_NONBLOCK);
	return r;
}

void rate_freep(struct rate **r)
{
	free(*r);
	*r = NULL;
}

/* https://prng.di.unimi.it/splitmix64.c: each bit of the address decides about half of the set's.
 */
static size_t set_of(const struct rate *r, uint64_t address)
{
	uint64_t x = address ^ r->secret;

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return (size_t)(x >> (64 - SET_BITS));
}

/* The address's own slot, else the one that is free or began first. */
static struct slot *slot_of(struct rate *r, uint64_t address)
{
	struct slot *set = r->slots[set_of(r, address)];
	struct slot *first = set;

	for (struct slot *s = set; s < set + WAYS; s++) {
		if (s->address == address)
			return s;
		if (s->begin < first->begin)
			first = s;
	}
	*first = (struct slot){ .address = address };
	return first;
}

int64_t rate_left(const struct rate *r, uint64_t address, int64_t now)
{
	const struct slot *set = r->slots[set_of(r, address)];

	for (const struct slot *s = set; s < set + WAYS; s++)
		if (s->address == address && s->n >= r->most && now - s->begin < r->window_ms)
			return s->begin + r->window_ms - now;
	return 0;
}

int64_t rate_wait(struct rate *r, uint64_t address, int64_t now)
{
	struct slot *s = slot_of(r, address);

	if (s->n == 0 || now - s->begin >= r->window_ms) {
		s->begin = now;
		s->n = 0;
	}
	if (s->n >= r->most)
		return s->begin + r->window_ms - now;
	s->n++;
	return 0;
}
