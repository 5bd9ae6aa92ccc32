/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_BUILD_OPTIONS_H
#define DMALAB_STAGE_BUILD_OPTIONS_H

struct buf;

/*
 * What differs between two .config files, a line an option in the order of their names:
 * "CONFIG_CMA=y, was n"; an option that is new "was not there". At most OPTIONS_SHOWN lines and
 * one that counts the others. Nothing where they agree. Pure.
 */
enum { OPTIONS_SHOWN = 200 };
void options_compare(const char *before, const char *now, struct buf *ret);

#endif
