/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_BUILD_INITRAMFS_H
#define DMALAB_STAGE_BUILD_INITRAMFS_H

struct config;
struct err;
struct hash;

/* Adds the names and bytes of init's sources. */
int initramfs_hash(const struct config *c, struct hash *h, struct err *err)
	__attribute__((warn_unused_result));

#endif
