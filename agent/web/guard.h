/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_WEB_GUARD_H
#define DMALAB_WEB_GUARD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Slows down who guesses tokens: after GUARD_TRIES wrong ones within a minute from an address (of
 * IPv6: from its network) none is looked at from there until that minute is over. Times are of
 * clock_ms().
 */
enum { GUARD_TRIES = 5, GUARD_MS = 60 * 1000 };

struct guard;
struct guard *guard_new(void);
void guard_freep(struct guard **g);

/* How many ms to wait before a token may be shown from there; 0: now. */
int64_t guard_wait_ms(const struct guard *g, const char *address, int64_t now_ms);
void guard_was_wrong(struct guard *g, const char *address, int64_t now_ms);

/* Whether two secrets are the same; takes as long wherever they differ. */
bool guard_same(const char *secret, const char *given);

#endif
