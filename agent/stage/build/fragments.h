/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_BUILD_FRAGMENTS_H
#define DMALAB_STAGE_BUILD_FRAGMENTS_H

#include <stddef.h>

#include "model/build.h"

/* A configuration fragment as text, under the name it has in lab.yaml. */
struct fragment {
	const char *name;
	const char *text;
	size_t len;
};

/*
 * Holds what fragments ask for (a later one overrules an earlier one) against
 * a .config. Returns how many options are not as requested; if any, *ret names
 * the first with fragment and line in .file, .line and .text, and all of them
 * in .excerpt.
 */
size_t fragments_check(const struct fragment *f, size_t n, const char *config, size_t len,
		       struct diagnostic *ret);

#endif
