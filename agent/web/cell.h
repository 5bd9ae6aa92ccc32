/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_WEB_CELL_H
#define DMALAB_WEB_CELL_H

#include <stdbool.h>
#include <stddef.h>

struct answer;
struct html;

/* How one cell of an answer reads in a page. */

/* A column's name for people: "last good". Caller frees. */
char *column_title(const char *name);
/* Not shown as such are the key, what is a link only, what stands under its row or in another cell,
 * and what no row has anything in. */
bool column_is_shown(const struct answer *a, size_t column);
/* Whether each of its cells that has something is this word: what the page is about anyway. */
bool column_is_only(const struct answer *a, size_t column, const char *word);
/* The class of a table's cell: "num", "id", "time"; NULL none. */
const char *column_class(const struct answer *a, size_t column);
/* The column whose text stands under its row ("excerpt"); n_columns: none. */
size_t column_under(const struct answer *a);

/* What is in it, with its link. Nothing of an empty one. */
void cell_html(const struct answer *a, size_t row, size_t column, struct html *h);
/* Also where nothing was counted, so that no rate and no chance is known. */
bool cell_is_empty(const struct answer *a, size_t row, size_t column);

#endif
