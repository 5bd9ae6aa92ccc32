/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_WEB_LINK_H
#define DMALAB_WEB_LINK_H

#include <stddef.h>

struct answer;

/*
 * Where a cell leads, by the name of its column and what else its row has: a `job` to its console
 * at `line`, a `series` to its page by `message_id`, a `signature` to its issue. NULL: nowhere.
 * Caller frees.
 */
char *cell_link(const struct answer *a, size_t row, size_t column);

#endif
