/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STORE_LOGFILE_H
#define DMALAB_STORE_LOGFILE_H

#include <stdint.h>

struct buf;
struct err;
struct files;

/* Compresses the plain text at `path` into its file; hex has room for HASH_HEX_LEN. */
int logfile_put(const struct files *f, const char *path, char *hex, int64_t *size, struct err *err)
	__attribute__((warn_unused_result));

/*
 * Appends the plain text (ret NULL: only checks it). -EBADMSG when it is not
 * the text of that SHA-256, -ENOENT when there is no such file.
 */
int logfile_get(const struct files *f, const char *hex, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
