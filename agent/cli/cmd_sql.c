// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "cli/answer_print.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "model/config.h"
#include "store/ask.h"
#include "store/store.h"

enum { ROWS_DEFAULT = 1000, SECONDS_DEFAULT = 60, SECONDS_MAX = 3600, SQL_MAX = 64 << 10 };

static int sql_ask(struct session *s, const char *sql, const struct sql_limits *limits,
		   enum answer_form form, struct err *err)
{
	CLEANUP(store_freep) struct store *store = NULL;
	CLEANUP(answer_done) struct answer answer = { 0 };
	int r = store_open_reader(s->config->work_dir, &store, err);

	if (r == 0)
		r = store_sql(store, sql, limits, &answer, err);
	if (r == 0)
		r = answer_print(&answer, answer.n_columns, form, err);
	if (r == 0 && answer.more)
		fprintf(stderr, "there are more than %lld rows: --limit\n",
			(long long)limits->rows);
	return r;
}

int cmd_sql(struct session *s, int argc, char **argv, struct err *err)
{
	CLEANUP(buf_done) struct buf text = { 0 };
	const char *sql = argc > 1 ? argv[1] : "--", *limit = NULL, *seconds = NULL;
	int64_t n_seconds = SECONDS_DEFAULT;
	struct sql_limits limits = { .rows = ROWS_DEFAULT };
	bool csv = false;
	const struct option_to options[] = { { .name = "limit", .value = &limit },
					     { .name = "seconds", .value = &seconds },
					     { .name = "csv", .flag = &csv } };
	enum answer_form form;
	int r;

	if (sql[0] == '-' && sql[1])
		return usage_error("sql", err, "it wants SQL first, or - for standard input");
	argv[1] = argv[0];
	r = options_read(argc - 1, argv + 1, options, 3, err);
	if (r == 0)
		r = count_take("sql", "limit", limit, INT32_MAX, &limits.rows, err);
	if (r == 0)
		r = count_take("sql", "seconds", seconds, SECONDS_MAX, &n_seconds, err);
	if (r == 0)
		r = form_take("sql", s->json, csv, &form, err);
	if (r == 0 && strcmp(sql, "-") == 0) {
		r = fs_read_fd(STDIN_FILENO, "standard input", SQL_MAX, &text, err);
		sql = buf_text(&text);
	}
	limits.ms = n_seconds * 1000;
	return r < 0 ? r : sql_ask(s, sql, &limits, form, err);
}
