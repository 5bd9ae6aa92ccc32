// SPDX-License-Identifier: GPL-2.0-or-later
#include "http/rate.h"

#include <stdlib.h>
#include <sys/random.h>

#include "base/mem.h"

/* 4096 addresses, 96 KiB. An address has its place in one set. */
enum { SET_BITS = 10, WAYS = 4 };

struct slot {
	uint64_t address;
	int64_t begin; /* of its window */
	int n;	       /* requests in it; 0: the slot is free */
};

struct rate {
	int most;
	int64_t window_ms;
	uint64_t multiplier; /* so that nobody knows who shares a set */
	struct slot slots[1 << SET_BITS][WAYS];
};

struct rate *rate_new(int most, int64_t window_ms)
{
	struct rate *r = mem_zalloc(sizeof(*r));

	r->most = most;
	r->window_ms = window_ms;
	(void)!getrandom(&r->multiplier, sizeof(r->multiplier), GRND_NONBLOCK);
	r->multiplier |= 1;
	return r;
}

void rate_freep(struct rate **r)
{
	free(*r);
	*r = NULL;
}

/* The address's own slot, else the one that is free or began first. */
static struct slot *slot_of(struct rate *r, uint64_t address)
{
	struct slot *set = r->slots[address * r->multiplier >> (64 - SET_BITS)];
	struct slot *first = set;

	for (struct slot *s = set; s < set + WAYS; s++) {
		if (s->n > 0 && s->address == address)
			return s;
		if (first->n > 0 && (s->n == 0 || s->begin < first->begin))
			first = s;
	}
	*first = (struct slot){ .address = address };
	return first;
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
