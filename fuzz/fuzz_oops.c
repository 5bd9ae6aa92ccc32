// SPDX-License-Identifier: GPL-2.0-or-later
/* libFuzzer's entry; with gcc, replay.c calls it with the corpus. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "console/boot.h"
#include "console/oops.h"
#include "model/oops.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever the console says: reports are titled, signed, in order and within it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct oops_list l = { 0 };
	size_t lines = 1, before = 0;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	oops_parse((const char *)data, size, &l);
	for (size_t i = 0; i < l.n; i++) {
		const struct oops *o = &l.v[i];

		if (!o->title[0] || !o->type[0] || strlen(o->hash) != 64)
			abort();
		if (o->first_line < 1 || o->first_line > o->last_line || o->last_line > lines)
			abort();
		if (o->first_line < before)
			abort();
		before = o->first_line;
	}
	oops_list_done(&l);
	(void)boot_state((const char *)data, size);
	(void)boot_is_over((const char *)data, size);
	return 0;
}
