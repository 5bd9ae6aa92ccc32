// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/foreign.h"
#include "cli/cli.h"
#include "cli/console_file.h"
#include "console/ktap.h"
#include "model/test.h"
#include "report/console_json.h"

static json_t *file_json(const char *name, const struct test_list *tests, bool complete)
{
	CLEANUP(free_ptr) char *utf8 = foreign_utf8(name);
	json_t *a = json_array();

	for (size_t i = 0; i < tests->n; i++)
		json_array_append_new(a, ktap_json(&tests->v[i]));
	return json_pack("{s:s,s:o,s:b}", "file", utf8, "tests", a, "complete", complete);
}

static void file_text(const char *name, const struct test_list *tests, bool complete)
{
	for (size_t i = 0; i < tests->n; i++) {
		const struct test *t = &tests->v[i];
		CLEANUP(free_ptr) char *path = foreign_line(t->path);
		CLEANUP(free_ptr) char *comment = foreign_line(t->comment);

		printf("%s:%zu: %-5s %s%s%s\n", name, t->line, test_status_name(t->status), path,
		       comment[0] ? ": " : "", comment);
	}
	if (!complete)
		printf("%s: incomplete\n", name);
}

static size_t feed(void *ctx, const char *data, size_t len, bool last)
{
	return ktap_scan_feed(ctx, data, len, last);
}

static int read_one(const char *name, json_t *all, struct err *err)
{
	CLEANUP(test_list_done) struct test_list tests = { 0 };
	CLEANUP(close_fd) int fd = console_open(name, err);
	struct ktap_scan *s;
	bool complete;
	int r;

	if (fd < 0)
		return fd;
	s = ktap_scan_new(&tests);
	r = console_read(fd, name, feed, s, err);
	complete = ktap_scan_end(s);
	if (r < 0)
		return r;
	if (all)
		json_array_append_new(all, file_json(name, &tests, complete));
	else
		file_text(name, &tests, complete);
	return 0;
}

int cmd_ktap(struct session *s, int argc, char **argv, struct err *err)
{
	json_t *all = s->json ? json_array() : NULL;
	int r = 0;

	if (argc < 2)
		r = usage_error("ktap", err, "which console?");
	for (int i = 1; r == 0 && i < argc; i++)
		r = read_one(argv[i], all, err);
	if (r == 0 && all)
		return json_print(all, err);
	json_decref(all);
	return r;
}
