/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_OOPS_H
#define DMALAB_CONSOLE_OOPS_H

#include <stddef.h>

struct oops;
struct oops_list;

enum { OOPS_REPORTS_MAX = 4096 }; /* a console with more repeats itself */

/*
 * Finds what a kernel's console says of crashes, warnings and stalls, in the
 * order of their first lines, and appends them to *ret. A panic that follows
 * an oops or a warning belongs to it: one report; what comes between a panic
 * and the next boot is none. Any bytes are valid input; a console without
 * trouble gives nothing. At most OOPS_REPORTS_MAX reports are read.
 */
void oops_parse(const char *text, size_t len, struct oops_list *ret);

/*
 * Where the source files of the frames are known (places), a function of a
 * directory that holds machinery only is not blamed, whatever its name. The
 * signature stays: it must not depend on what was at hand.
 */
void oops_use_places(struct oops *o);

#endif
