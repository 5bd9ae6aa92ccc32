/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_BUILD_MOVED_H
#define DMALAB_STAGE_BUILD_MOVED_H

struct elf;

/*
 * Takes out of a kernel's loaded sections, in place, what changes where a source line moves:
 * the line numbers of BUG() and WARN(). Of 32-bit ARM only; what is not recognised beyond doubt
 * stays, so that two kernels may seem to differ, and never to be the same.
 */
void moved_lines(const struct elf *kernel);

#endif
