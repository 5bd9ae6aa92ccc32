/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_LAB_PUBLISH_H
#define DMALAB_STAGE_LAB_PUBLISH_H

#include <stdint.h>

struct config;
struct err;
struct strv;

/*
 * Files that a LAVA server's workers fetch. They lie in WORK/published under names that nobody can
 * guess: an HMAC of their content under a secret of this lab (WORK/published.key, mode 600). The
 * same content has the same name for ever, so nothing is published twice and a link survives a
 * restart.
 */

/* Makes `path` to be had (a hard link, or a copy). *name: the file's name below the endpoint, with
 * `suffix` (".zImage") behind it. Caller frees. */
int publish_file(const struct config *c, const char *path, const char *suffix, char **name,
		 struct err *err) __attribute__((warn_unused_result));
/* The folder of published files. Caller frees. */
char *publish_dir(const struct config *c);
/* Removes what was published before `before` (seconds since 1970) and is named by none of `keep`.
 */
int publish_sweep(const struct config *c, int64_t before, const struct strv *keep, struct err *err)
	__attribute__((warn_unused_result));

#endif
