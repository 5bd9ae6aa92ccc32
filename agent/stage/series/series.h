/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_SERIES_SERIES_H
#define DMALAB_STAGE_SERIES_SERIES_H

#include <stddef.h>

#include "model/series.h"

struct err;

/* Where a series is to be read from, and how much of it. */
struct series_source {
	const char *path; /* an mbox or a single mail; "-" for standard input */
	const char *dir;  /* empty folder that receives one file a mail */
	size_t limit;	  /* bytes */
	size_t limit_patches;
	int cancel_fd;
};

/*
 * Reads a patch series from a file as `git mailsplit` and `git mailinfo` do. What
 * carries no patch (a cover letter, a reply) names the series or is passed over.
 * Patches are put in the order of their n/m. -EINVAL (or the errno of reading):
 * the input holds no series; the sentence says what it is instead.
 */
int series_read(const struct series_source *src, struct series *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
