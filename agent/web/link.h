/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_WEB_LINK_H
#define DMALAB_WEB_LINK_H

#include <stddef.h>
#include <stdint.h>

struct answer;

/*
 * Where a cell leads, by the name of its column and what else its row has: a `job` to its page, its
 * `line` to that line of its console, a `series` to its page by `message_id`, a `subject` to its
 * issue by `signature`. NULL: nowhere. Caller frees.
 */
char *cell_link(const struct answer *a, size_t row, size_t column);

/* "/test/" and "vb2.import": the page of a thing, whatever its name ends in. Caller frees. */
char *link_page(const char *path, const char *subject);
/* A line of the log of a job or a build, in the part of it that a page shows; line 0: its
 * beginning. Caller frees. */
char *link_line(const char *log, int64_t line);

/* The suffix of a format that `path` ends in, with its dot; NULL: none. */
const char *link_suffix(const char *path);

#endif
