/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_OOPS_H
#define DMALAB_CONSOLE_OOPS_H

#include <stddef.h>

struct oops_list;

/*
 * Finds what a kernel's console says of crashes, warnings and stalls, in the
 * order of their first lines, and appends them to *ret. A panic that follows
 * an oops belongs to it: one report. Any bytes are valid input; a console
 * without trouble gives nothing.
 */
void oops_parse(const char *text, size_t len, struct oops_list *ret);

#endif
