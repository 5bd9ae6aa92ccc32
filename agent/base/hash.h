/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_BASE_HASH_H
#define DMALAB_BASE_HASH_H

#include <nettle/sha2.h>
#include <stddef.h>

struct err;

enum { HASH_HEX_LEN = 2 * SHA256_DIGEST_SIZE + 1 };

/* SHA-256 over several pieces: fields are length-prefixed, so "ab","c" != "a","bc". */
struct hash {
	struct sha256_ctx raw;
};

void hash_start(struct hash *h);
void hash_bytes(struct hash *h, const void *data, size_t len); /* as they are */
void hash_size(struct hash *h, size_t n);		       /* as text, for what follows */
void hash_field(struct hash *h, const char *text);	       /* length first; NULL is "" */
void hash_hex(struct hash *h, char *hex);		       /* HASH_HEX_LEN bytes */

void hash_data(const void *data, size_t len, char *hex);
int hash_file(const char *path, char *hex, struct err *err) __attribute__((warn_unused_result));

#endif
