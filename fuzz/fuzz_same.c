// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "stage/build/same.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes as a vmlinux. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = mem_zalloc(size + !size);
	struct hash h;

	if (size)
		memcpy(copy, data, size);
	hash_start(&h);
	(void)same_kernel(copy, size, &h);
	free(copy);
	return 0;
}
