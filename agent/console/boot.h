/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_BOOT_H
#define DMALAB_CONSOLE_BOOT_H

#include <stddef.h>

#include "model/job.h"

/* The line that our init prints when all tests are over (kernel-tests/initramfs/init.c). */
#define BOOT_END_MARKER "=== LAB TESTS DONE"

/*
 * How far a console got. Crashed wins over finished only where the end marker
 * is missing: a warning or an oops that the kernel survived is in the oops list.
 */
enum boot_state boot_state(const char *text, size_t len);

/*
 * Whether nothing more can come that matters: the end marker's line is whole,
 * or a panic's last line ("---[ end Kernel panic …") is. Lets a lab end a job.
 */
int boot_is_over(const char *text, size_t len);

#endif
