/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_OOPS_SCAN_H
#define DMALAB_CONSOLE_OOPS_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct oops;

/*
 * oops_parse() for consoles that come in pieces or are larger than memory: in
 * linear time and bounded memory, each report handed on as soon as it is
 * certain. A piece in which nothing matters costs a search for some literals.
 */
struct oops_scan;

/* Takes over *o: oops_done() is the callee's. Reports come in the order of their ends. */
typedef void oops_sink_fn(void *ctx, struct oops *o);

/*
 * How many newlines the bytes [from, to) of the input have. Called for what
 * was passed without being counted, when a line number is needed at last.
 */
typedef size_t oops_count_fn(void *ctx, uint64_t from, uint64_t to);

/* count == NULL: every piece is counted at once, for input that cannot be read again. */
struct oops_scan *oops_scan_new(oops_sink_fn *sink, oops_count_fn *count, void *ctx);
void oops_scan_free(struct oops_scan *s);

/* A piece should be this long, so that a search is worth while and the cache holds it. */
enum { OOPS_SCAN_PIECE = 256 << 10 };

/*
 * Reads on. Returns how many bytes were used: whole lines, and the rest has to
 * come again at the begin of the next piece. A piece of OOPS_SCAN_PIECE bytes or
 * more without newline is used up: its line is cut. `last` uses everything and
 * ends the input.
 */
size_t oops_scan_feed(struct oops_scan *s, const char *data, size_t len, bool last);

/* How many newlines a text has. */
size_t count_newlines(const char *text, size_t len);

#endif
