// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/series_arg.h"
#include "cli/table.h"
#include "model/task.h"
#include "pipeline/manual.h"
#include "pipeline/work.h"
#include "report/tell.h"
#include "store/ingest.h"
#include "store/queue.h"

enum { QUEUE_SHOWN = 1000 };

#define DROPPED "dropped by hand"

static int queue_json(const struct task_list *l, struct err *err)
{
	json_t *a = json_array();

	for (size_t i = 0; i < l->n; i++) {
		const struct task *t = &l->v[i];
		CLEANUP(free_ptr) char *name = foreign_utf8(t->name);
		CLEANUP(free_ptr) char *why = foreign_utf8(t->why);
		char iso[CLOCK_ISO_LEN];

		clock_iso(t->created, iso);
		json_array_append_new(
			a,
			json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:i,s:s,s:I,s:s,s:s}", "task",
				  (json_int_t)t->num, "state", task_state_name(t->state), "name",
				  name, "message_id", t->message_id, "source", t->source, "tree",
				  t->tree, "plan", t->plan, "priority", t->priority, "attempts",
				  t->attempts, "created", iso, "not_before",
				  (json_int_t)t->not_before, "verdict", t->verdict_id, "why", why));
	}
	return json_print(a, err);
}

/* What a person wants to know of a task beside its state. */
static char *remark(const struct task *t)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	char iso[CLOCK_ISO_LEN];

	if (t->state == TASK_RUNNING) {
		clock_iso(t->started, iso);
		buf_printf(&b, "since %s", iso);
	} else if (t->state == TASK_WAITING && t->not_before > clock_now()) {
		buf_printf(&b, "not before %lld s", (long long)(t->not_before - clock_now()));
	}
	if (t->why[0])
		buf_printf(&b, "%s%s", b.len ? "; " : "", t->why);
	return foreign_line(buf_text(&b));
}

static void row_fill(const void *arg, size_t row, char **cells)
{
	const struct task *t = &((const struct task_list *)arg)->v[row];

	cells[0] = mem_strdup(task_state_name(t->state));
	cells[1] = mem_strdup(t->source);
	cells[2] = mem_strdup(t->tree);
	cells[3] = foreign_line(t->name);
	cells[4] = remark(t);
}

static int queue_table(const struct task_list *l, struct err *err)
{
	static const char *const heads[] = { "STATE", "SOURCE", "TREE", "SERIES", "WHY" };
	const struct table t = { heads, 5, 2, l->n, row_fill, l };

	return table_print(&t, err);
}

int cmd_queue(struct session *s, int argc, char **argv, struct err *err)
{
	CLEANUP(task_list_done) struct task_list l = { 0 };
	bool all = false;
	const struct option_to to[] = { { .name = "all", .flag = &all } };
	int r = options_read(argc, argv, to, 1, err);

	if (r == 0)
		r = store_tasks(s->store, all, QUEUE_SHOWN, &l, err);
	if (r < 0)
		return r;
	if (s->json)
		return queue_json(&l, err);
	return l.n ? queue_table(&l, err) : 0;
}

int cmd_retest(struct session *s, int argc, char **argv, struct err *err)
{
	CLEANUP(series_row_done) struct series_row series = { 0 };
	int64_t num = 0;
	int r = series_arg(s, "retest", argc, argv, &series, err);

	if (r < 0)
		return r;
	r = manual_retest(s->store, &series, &num, err);
	if (r == -ENOENT)
		return err_set(err, ENOENT, "%s was never tested; 'dmalab test' does it",
			       series.message_id);
	if (r < 0)
		return r;
	return s->json ? json_print(json_pack("{s:I}", "task", (json_int_t)num), err) : 0;
}

int cmd_drop(struct session *s, int argc, char **argv, struct err *err)
{
	CLEANUP(series_row_done) struct series_row series = { 0 };
	const struct work_words words = { .tell = report_messages };
	CLEANUP(together_done) struct together t = { 0 };
	int r = series_arg(s, "drop", argc, argv, &series, err), n;

	if (r == 0)
		r = together_begin(s->store, &t, err);
	if (r == 0)
		r = store_tasks_drop(s->store, series.num, DROPPED, err);
	n = r;
	if (r > 0)
		r = work_gone(s->config, s->store, series.num, DROPPED, &words, err);
	if (r >= 0)
		r = together_commit(&t, err);
	if (r < 0)
		return r;
	return s->json ? json_print(json_pack("{s:i}", "dropped", n), err) : 0;
}
