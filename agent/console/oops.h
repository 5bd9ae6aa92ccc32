/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_OOPS_H
#define DMALAB_CONSOLE_OOPS_H

#include <stddef.h>

struct oops_list;

/*
 * Finds what a kernel's console says of crashes, warnings and stalls, in the
 * order of their first lines, and appends them to *ret. A panic that follows
 * an oops or a warning belongs to it: one report; what comes between a panic
 * and the next boot is none. Any bytes are valid input; a console without
 * trouble gives nothing. At most 4096 reports are read.
 */
void oops_parse(const char *text, size_t len, struct oops_list *ret);

#endif
