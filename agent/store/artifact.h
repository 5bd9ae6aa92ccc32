/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STORE_ARTIFACT_H
#define DMALAB_STORE_ARTIFACT_H

#include <stdint.h>

struct err;
struct files;

/*
 * Copies folder/name into its file; hex has room for HASH_HEX_LEN. The folder
 * was written by an untrusted build: what is not a regular file inside it, or is
 * reached through a link, is refused.
 */
int artifact_put(const struct files *f, const char *folder, const char *name, char *hex,
		 int64_t *size, struct err *err) __attribute__((warn_unused_result));

/* -EBADMSG when the file's bytes are not of that SHA-256, -ENOENT when there is none. */
int artifact_check(const struct files *f, const char *hex, int64_t *size, struct err *err)
	__attribute__((warn_unused_result));

#endif
