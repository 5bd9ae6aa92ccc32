// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "model/config.h"
#include "store/gc.h"

enum { DAY_S = 24 * 3600, DAYS_MAX = 36500 };

static int report(struct session *s, const struct gc_report *g, bool dry, struct err *err)
{
	if (s->json)
		return json_print(json_pack("{s:b,s:I,s:I,s:I,s:I,s:I,s:I}", "dry_run", dry,
					    "mails", (json_int_t)g->mails, "mail_bytes",
					    (json_int_t)g->mail_bytes, "builds",
					    (json_int_t)g->builds, "jobs", (json_int_t)g->jobs,
					    "files", (json_int_t)g->files, "file_bytes",
					    (json_int_t)g->file_bytes),
				  err);
	if (g->mails || g->builds || g->jobs || g->files)
		printf("%s %zu mails, artifacts of %zu builds, consoles of %zu jobs; "
		       "%zu files, %.1f MB\n",
		       dry ? "would remove" : "removed", g->mails, g->builds, g->jobs, g->files,
		       (double)g->file_bytes / 1e6);
	return 0;
}

int cmd_gc(struct session *s, int argc, char **argv, struct err *err)
{
	struct gc_report g = { 0 };
	const char *days = NULL;
	bool dry = false;
	const struct option_to to[] = { { .name = "dry-run", .flag = &dry },
					{ .name = "keep-days", .value = &days } };
	long keep = s->config->agent.keep_days;
	char *end = NULL;
	int r = options_read(argc, argv, to, 2, err);

	if (r < 0)
		return r;
	if (days)
		keep = strtol(days, &end, 10);
	if (days && (*end || end == days || keep < 0 || keep > DAYS_MAX))
		return usage_error("gc", err, "'%s' is no number of days", days);
	r = store_gc(s->store, keep * DAY_S, clock_now(), dry, &g, err);
	return r < 0 ? r : report(s, &g, dry, err);
}
