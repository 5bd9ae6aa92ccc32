/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_OOPS_SORTED_H
#define DMALAB_CONSOLE_OOPS_SORTED_H

#include <stdbool.h>
#include <stddef.h>

#include "console/oops_scan.h"

/*
 * Hands reports on in the order of their first lines, though they end in
 * another: what is finished waits for what began before it. The newest waits
 * besides, since a panic may be added to it, and what a log daemon wrote waits
 * for its word that all was reported already. At most SORTED_MAX wait.
 */
struct sorted;

enum { SORTED_MAX = 64 };

struct sorted *sorted_new(oops_sink_fn *sink, void *ctx);
void sorted_free(struct sorted *s);

/* Takes over *o. */
void sorted_add(struct sorted *s, struct oops *o, bool syslog);
/* Nothing before line `open` can come any more. */
void sorted_flush(struct sorted *s, size_t open);
/* The report that ended in line `last`, where it still waits, ends in `line`, with a panic. */
void sorted_extend(struct sorted *s, size_t last, size_t line);
/* Drops what a log daemon wrote. */
void sorted_forget(struct sorted *s);
/* Hands on the rest. */
void sorted_end(struct sorted *s);

#endif
