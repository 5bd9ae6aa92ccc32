// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/hash.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"

void hash_start(struct hash *h)
{
	sha256_init(&h->raw);
}

void hash_bytes(struct hash *h, const void *data, size_t len)
{
	sha256_update(&h->raw, len, data);
}

void hash_size(struct hash *h, size_t n)
{
	char text[24], *end = text + sizeof(text), *at = end;

	*--at = ':';
	do
		*--at = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	hash_bytes(h, at, (size_t)(end - at));
}

void hash_field(struct hash *h, const char *text)
{
	if (!text)
		text = "";
	hash_size(h, strlen(text));
	hash_bytes(h, text, strlen(text));
}

void hash_hex(struct hash *h, char *hex)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t digest[SHA256_DIGEST_SIZE];

	sha256_digest(&h->raw, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++) {
		*hex++ = digits[digest[i] >> 4];
		*hex++ = digits[digest[i] & 15];
	}
	*hex = '\0';
}

void hash_data(const void *data, size_t len, char *hex)
{
	struct hash h;

	hash_start(&h);
	hash_bytes(&h, data, len);
	hash_hex(&h, hex);
}

int hash_file(const char *path, char *hex, struct err *err)
{
	CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char block[1 << 16];
	struct hash h;
	ssize_t n;

	if (fd < 0)
		return err_errno(err, errno, "cannot read '%s'", path);
	hash_start(&h);
	while ((n = read(fd, block, sizeof(block))) > 0)
		hash_bytes(&h, block, (size_t)n);
	if (n < 0)
		return err_errno(err, errno, "cannot read '%s'", path);
	hash_hex(&h, hex);
	return 0;
}
