// SPDX-License-Identifier: GPL-2.0-or-later
/* libFuzzer's entry; with gcc, replay.c calls it with the corpus. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "http/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_path(const char *raw)
{
	char *path = NULL, *query = NULL;

	if (target_parse(raw, &path, &query) < 0) {
		if (path || query)
			abort();
		return;
	}
	if (path[0] != '/' || path[1] == '/' || strstr(path, "/../"))
		abort();
	for (const char *p = path; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			abort();
	free(path);
	free(query);
}

static void check_range(const char *text, int64_t size)
{
	int64_t from = -1, len = -1;
	enum range r = range_parse(text, size, &from, &len);

	if (r == RANGE_PART && (from < 0 || len < 1 || from > size - len))
		abort();
	if (r != RANGE_PART && (from != -1 || len != -1))
		abort();
}

/* A request's target, and a Range of files of several lengths. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t sizes[] = { 0, 1, 100000, INT64_MAX };
	char *text = mem_strndup((const char *)data, size);

	check_path(text);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		check_range(text, sizes[i]);
	free(text);
	return 0;
}
