/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_LAB_DEVICE_H
#define DMALAB_STAGE_LAB_DEVICE_H

struct err;
struct strv;

/*
 * Reads the QEMU command of a LAVA device, program first, each of its options split
 * at spaces. A device with `commands` (power, a serial line) is refused with
 * -ENOTSUP: it is no emulated machine, and ending a boot takes more there than killing QEMU.
 */
int device_command(const char *path, struct strv *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
