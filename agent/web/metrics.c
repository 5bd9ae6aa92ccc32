// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "model/config.h"
#include "store/page.h"
#include "web/site.h"
#include "web/web_room.h"

/*
 * https://prometheus.io/docs/instrumenting/exposition_formats/, text format 0.0.4.
 */

enum { ROWS = 2000 };

/* A metric of page_metrics.sql. */
static const struct metric {
	const char *row; /* what the query calls it */
	const char *name, *type, *help;
	const char *a, *b; /* names of its labels */
} metrics[] = {
	{ "tasks", "dmalab_tasks", "gauge", "Series in the queue, by state.", "state", NULL },
	{ "task_oldest", "dmalab_task_oldest_seconds", "gauge",
	  "How long the oldest task that is not begun has waited.", NULL, NULL },
	{ "verdicts_day", "dmalab_verdicts_day", "gauge", "Verdicts of the last 24 hours.", "kind",
	  NULL },
	{ "builds_day", "dmalab_builds_day", "gauge", "Builds begun in the last 24 hours.",
	  "status", NULL },
	{ "boots_day", "dmalab_boots_day", "gauge",
	  "Boots begun in the last 24 hours; outcome infra is the lab's own failure.", "lab",
	  "outcome" },
	{ "series", "dmalab_series_total", "counter", "Series that ever came.", NULL, NULL },
	{ "mails", "dmalab_mails_total", "counter", "Mails that ever came.", NULL, NULL },
	{ "verdicts", "dmalab_verdicts_total", "counter", "Verdicts ever.", NULL, NULL },
	{ "builds", "dmalab_builds_total", "counter", "Builds ever.", NULL, NULL },
	{ "boots", "dmalab_boots_total", "counter", "Boots ever.", NULL, NULL },
	{ "outbox", "dmalab_outbox_messages", "gauge", "Messages not sent yet.", "state", NULL },
	{ "outbox_failed", "dmalab_outbox_failed_day", "gauge",
	  "Messages of the newest 1000 given up in the last 24 hours.", NULL, NULL },
	{ "source_mail", "dmalab_source_last_mail_timestamp_seconds", "gauge",
	  "When a source brought its newest mail.", "source", NULL },
	{ "lab_up", "dmalab_lab_up", "gauge", "Whether a LAVA server answers.", "lab", NULL },
	{ "lab_seen", "dmalab_lab_seen_timestamp_seconds", "gauge",
	  "When a LAVA server answered last.", "lab", NULL },
	{ "lab_queued", "dmalab_lab_queued", "gauge",
	  "Jobs of anybody that wait there for a device of our types.", "lab", NULL },
	{ "device_up", "dmalab_device_up", "gauge", "Whether a device is there to be used.", "lab",
	  "device" },
	{ "target_up", "dmalab_target_up", "gauge",
	  "Whether the last known-good kernel went all its way on a target.", "target", NULL },
};

static void head(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void label(struct buf *b, const char *name, const char *value, const char *before)
{
	CLEANUP(free_ptr) char *text = foreign_utf8(value);

	buf_printf(b, "%s%s=\"", before, name);
	for (const char *c = text; *c; c++) {
		if (*c == '\n')
			buf_str(b, "\\n");
		else if (*c == '"' || *c == '\\')
			buf_printf(b, "\\%c", *c);
		else
			buf_add(b, c, 1);
	}
	buf_str(b, "\"");
}

static void row_write(struct buf *b, const struct metric *m, const struct answer *rows, size_t row)
{
	buf_str(b, m->name);
	if (m->a)
		label(b, m->a, answer_at(rows, row, 1)->text, "{");
	if (m->b)
		label(b, m->b, answer_at(rows, row, 2)->text, ",");
	buf_printf(b, "%s %" PRId64 "\n", m->a ? "}" : "", answer_at(rows, row, 3)->num);
}

static void rows_write(struct buf *b, const struct answer *rows)
{
	for (size_t i = 0; i < sizeof(metrics) / sizeof(*metrics); i++) {
		const struct metric *m = &metrics[i];
		bool is_begun = false;

		for (size_t k = 0; k < rows->n_rows; k++) {
			if (strcmp(answer_at(rows, k, 0)->text, m->row) != 0)
				continue;
			if (!is_begun)
				head(b, m->name, m->type, m->help);
			is_begun = true;
			row_write(b, m, rows, k);
		}
	}
}

static int64_t size_of(const char *work_dir, const char *file)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/%s", work_dir, file);
	struct stat st;

	return stat(path, &st) == 0 ? st.st_size : 0;
}

/* What this process and its files are. */
static void own_write(struct buf *b, const struct site *s)
{
	const char *dir = s->config->work_dir;

	head(b, "dmalab_store_bytes", "gauge", "The database with its journal, without files.");
	buf_printf(b, "dmalab_store_bytes %" PRId64 "\n",
		   size_of(dir, "dmalab.db") + size_of(dir, "dmalab.db-wal"));
	head(b, "dmalab_http_requests_total", "counter", "Requests to this process, by status.");
	for (int i = 0; i < SITE_STATUSES; i++)
		if (s->sent[i])
			buf_printf(b, "dmalab_http_requests_total{code=\"%d\"} %" PRId64 "\n", i,
				   s->sent[i]);
	head(b, "dmalab_build_info", "gauge", "Version of the program.");
	buf_str(b, "dmalab_build_info");
	label(b, "version", DMALAB_VERSION, "{");
	buf_str(b, "} 1\n");
}

int metrics_write(struct site *s, int64_t now, struct buf *ret, struct err *err)
{
	CLEANUP(answer_done) struct answer rows = { 0 };
	const struct ask a = {
		.question = page_question("metrics"), .now = now, .after = INT64_MAX, .limit = ROWS
	};
	int r = store_ask(s->store, &a, &rows, err);

	if (r < 0)
		return r;
	rows_write(ret, &rows);
	own_write(ret, s);
	return 0;
}
