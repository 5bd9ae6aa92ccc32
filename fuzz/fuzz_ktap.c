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

/* The same console in pieces of `step` bytes, as a reader of a file hands it on. */
static void check_pieces(const char *text, size_t size, size_t step, const struct test_list *whole)
{
	struct test_list l = { 0 };
	struct ktap_scan *s = ktap_scan_new(&l);
	size_t from = 0, to = 0;

	while (to < size) {
		to = size - to < step ? size : to + step;
		from += ktap_scan_feed(s, text + from, to - from, to == size);
	}
	if (size == 0)
		(void)ktap_scan_feed(s, text, 0, true);
	(void)ktap_scan_end(s);
	if (l.n != whole->n)
		abort();
	for (size_t i = 0; i < l.n; i++)
		if (strcmp(l.v[i].path, whole->v[i].path) != 0 || l.v[i].line != whole->v[i].line ||
		    l.v[i].status != whole->v[i].status ||
		    strcmp(l.v[i].comment, whole->v[i].comment) != 0)
			abort();
	test_list_done(&l);
}

/* What ktap_read() adds, by plans, hides no result. */
static void check_seen(const struct test_list *parsed, const struct test_list *alone)
{
	for (size_t i = 0; i < parsed->n && parsed->n < 100 && alone->n < 10000; i++)
		if (parsed->v[i].status != TEST_ERROR && !test_list_find(alone, parsed->v[i].path))
			abort();
}

/* Whatever the console says: every path once, a text for each comment, the settled list whole. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct suite_list expected = { suites, 2, 2 };
	struct test_list l = { 0 }, all = { 0 }, alone = { 0 };
	struct strv filters = { 0 };

	ktap_read((const char *)data, size, &alone);
	ktap_parse((const char *)data, size, &l);
	check_seen(&l, &alone);
	check_pieces((const char *)data, size, 64 + (size > 0 ? data[size - 1] * 13u : 0), &alone);
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
