// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/lab/missing.h"

#include <stddef.h>
#include <string.h>

#include "base/mem.h"

char *missing_program(const char *program)
{
	static const struct {
		const char *program, *package;
	} known[] = {
		{ "qemu-system-arm", "qemu-system-arm" },
		{ "lava-run", "lava-dispatcher" },
		{ "bwrap", "bubblewrap" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(known[i].program, program) == 0)
			return mem_printf("'%s' is not in the PATH (Debian: apt-get install %s)",
					  program, known[i].package);
	return mem_printf("'%s' is not in the PATH", program);
}
