// SPDX-License-Identifier: GPL-2.0-or-later
/* libFuzzer's entry; with gcc, replay.c calls it with the corpus. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "console/ktap.h"
#include "model/test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const cases[] = { "one", "two" };
static struct suite suites[] = { { .name = (char *)"foo", .cases = (char **)cases, .n_cases = 2 },
				 { .name = (char *)"bar" } };

/* Whatever the console says: every path once, a text for each comment, the settled list whole. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct suite_list expected = { suites, 2, 2 };
	struct test_list l = { 0 }, all = { 0 }, alone = { 0 };
	struct strv filters = { 0 };

	ktap_read((const char *)data, size, &alone);
	ktap_parse((const char *)data, size, &l);
	if (alone.n < l.n) /* what plans say comes on top */
		abort();
	test_list_done(&alone);
	for (size_t i = 0; i < l.n; i++) {
		if (!l.v[i].path[0] || strlen(l.v[i].comment) > 400 || l.v[i].line == 0)
			abort();
		if (l.n < 100 && test_list_find(&l, l.v[i].path) != &l.v[i])
			abort();
	}
	ktap_settle(&expected, "", true, NULL, &l);
	if (!test_list_find(&l, "foo.one") || !test_list_find(&l, "foo.two") ||
	    !test_list_find(&l, "bar"))
		abort();
	if (l.n < 100) {
		ktap_merge(&all, &l);
		ktap_next_filters(&expected, &all, &filters);
	}
	strv_done(&filters);
	test_list_done(&l);
	test_list_done(&all);
	return 0;
}
