/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_BUILD_SAME_H
#define DMALAB_STAGE_BUILD_SAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stage/build/build.h"

struct hash;

/*
 * Adds what a kernel loads from its vmlinux: the bytes of all loaded sections but notes, which
 * hold the build-id, and but for lines that moved (moved.h; `vmlinux` is changed). False: it is
 * no file that can be understood, and the hash is worth nothing.
 */
bool same_kernel(uint8_t *vmlinux, size_t len, struct hash *h);

/*
 * Sets build->image_hash from a build that passed: its vmlinux, what unpacks that, and the device
 * trees among its artifacts. "" where something is not as it should be.
 */
void same_hash(const struct build_spec *spec, const struct build_dtb *dtbs, size_t n_dtbs,
	       struct build *build);

#endif
