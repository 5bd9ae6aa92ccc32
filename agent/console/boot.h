/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_BOOT_H
#define DMALAB_CONSOLE_BOOT_H

#include <stddef.h>

#include "model/job.h"

/* The line that our init prints when all tests are over (kernel-tests/initramfs/init.c). */
#define BOOT_END_MARKER "=== LAB TESTS DONE"

/*
 * How far a console got, by what it shows: the end marker makes it finished, a
 * fatal report (oops.h) without the marker makes it crashed, a "Linux version"
 * line without either means that it hung. A warning or an oops that the kernel
 * survived is in the oops list.
 */
enum boot_state boot_state(const char *text, size_t len);

/*
 * Whether nothing more can come that matters, so that a lab can end the job: a
 * whole line says so. That is the end marker, a panic's last line ("---[ end
 * Kernel panic", "Rebooting in", "Reboot failed"), "Kernel panic - not syncing:
 * Fatal exception" (its oops is whole), or "reboot: …".
 */
int boot_is_over(const char *text, size_t len);

#endif
