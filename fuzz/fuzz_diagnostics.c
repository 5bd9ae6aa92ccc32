// SPDX-License-Identifier: GPL-2.0-or-later
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "stage/build/diagnostics.h"
#include "stage/build/fragments.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes as a build's log, and as a fragment and a .config (either side of the first NUL). */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	const char *split = size ? memchr(text, '\0', size) : NULL;
	size_t n = split ? (size_t)(split - text) : size;
	const struct fragment f = { "fuzz", text, n };
	struct diagnostic refused;
	struct diagnostics d;

	diagnostics_read(text, size, &d);
	for (size_t i = 0; i < d.n_warnings; i++)
		assert(d.warnings[i].text && d.warnings[i].file && d.warnings[i].excerpt);
	assert(!d.error.text || (d.error.file && d.error.excerpt));
	diagnostics_done(&d);

	if (fragments_check(&f, 1, text + n, size - n, &refused) > 0) {
		assert(refused.text && refused.excerpt && refused.line > 0);
		diagnostic_done(&refused);
	}
	return 0;
}
