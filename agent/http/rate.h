/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_HTTP_RATE_H
#define DMALAB_HTTP_RATE_H

#include <stdint.h>

/*
 * How often an address asked, in a window that begins with its first request. Of more addresses
 * than there is room for, one is forgotten whose window began long ago.
 */
struct rate;

struct rate *rate_new(int most, int64_t window_ms);
void rate_freep(struct rate **r);
/* Counts a request. 0: it may be answered; else the ms until the address may ask again. `now` is
 * monotonic. */
int64_t rate_wait(struct rate *r, uint64_t address, int64_t now);
/* The same, and nothing is counted. */
int64_t rate_left(const struct rate *r, uint64_t address, int64_t now);

#endif
