/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_WEB_CONSOLE_H
#define DMALAB_WEB_CONSOLE_H

#include <stdint.h>

struct err;
struct html;
struct page;
struct section;
struct store;

/*
 * The lines of the log that the section's row names by its column `sha256`, CONSOLE_LINES at most:
 * from `line` to `last_line` where it has these, else from this one on; none where the log was not
 * kept.
 */
int console_load(struct store *store, int64_t from, struct section *s, struct err *err)
	__attribute__((warn_unused_result));

/* A line under the number that is its link. Reports are marked: rows of the page's section
 * "reports", from `line` to `last_line`. */
void console_html(const struct page *p, const struct section *s, struct html *h);

#endif
