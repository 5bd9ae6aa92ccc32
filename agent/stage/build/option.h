/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_BUILD_OPTION_H
#define DMALAB_STAGE_BUILD_OPTION_H

#include <stdbool.h>
#include <stddef.h>

/* Lines of configurations: "CONFIG_X=value" or "# CONFIG_X is not set". All points into the text.
 */
struct option {
	const char *name, *value, *line;
	size_t name_len, value_len, line_len;
	bool off; /* "is not set", or "=n"; the value is "n" */
	size_t file, number;
};

struct option_list {
	struct option *v;
	size_t n, cap;
};

/* Appends those of a text, in their order; every other line says nothing. `file` is kept. */
void option_list_read(struct option_list *o, const char *text, size_t len, size_t file);
void option_list_done(struct option_list *o);
/* For qsort() and bsearch(). */
int option_by_name(const void *a, const void *b);

#endif
