// SPDX-License-Identifier: GPL-2.0-or-later
/* libFuzzer's entry; with gcc, replay.c calls it with the corpus. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "stage/lab/follow.h"

enum { LIMIT = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Whatever is in a log: the console has its bound, no line gets both a console
 * and a job's result out of one, and a log in two pieces is the log in one.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct follow whole = { .limit = LIMIT }, halves = { .limit = LIMIT };
	struct err err = { 0 };
	char *last;

	if (follow_text(&whole, text, size, &err) < 0 ||
	    follow_text(&halves, text, size / 2, &err) < 0 ||
	    follow_text(&halves, text + size / 2, size - size / 2, &err) < 0)
		abort();
	if (whole.console.len > LIMIT + 100 || whole.console.len != halves.console.len ||
	    whole.over != halves.over || whole.has_result != halves.has_result)
		abort();
	if (whole.console.len > 0 &&
	    memcmp(whole.console.data, halves.console.data, whole.console.len) != 0)
		abort();
	if (whole.has_result && !lava_line_is_job_result(&whole.result))
		abort();
	last = follow_last_line(&whole);
	if (last && !last[0] && strlen(last) > whole.console.len)
		abort();
	free(last);
	follow_done(&whole);
	follow_done(&halves);
	return 0;
}
