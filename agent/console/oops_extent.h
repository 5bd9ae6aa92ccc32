/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_OOPS_EXTENT_H
#define DMALAB_CONSOLE_OOPS_EXTENT_H

#include <stdbool.h>

#include "console/oops_scan.h"

struct line;

/*
 * Decides which lines of a console are which report's: where one begins, what
 * lies between its lines and is another's, where it ends, and what belongs to
 * a report before it. Lines of two contexts ("[T12]", "[C1]") are two reports'.
 */
struct extent;

struct extent *extent_new(oops_sink_fn *sink, void *ctx);
void extent_free(struct extent *e);

/* What stands above the next line where lines were left out; as it is in the console. */
void extent_before(struct extent *e, const struct line *ln);
void extent_line(struct extent *e, const struct line *ln);
/* Whether a report is open: every line counts then. */
bool extent_open(const struct extent *e);
/* Whether a report could still be open from before the log, so that every line counts. */
bool extent_at_begin(const struct extent *e, size_t line);
/* The input is over. */
void extent_end(struct extent *e);

#endif
