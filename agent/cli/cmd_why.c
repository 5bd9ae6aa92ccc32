// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/foreign.h"
#include "cli/cli.h"
#include "cli/series_arg.h"
#include "model/config.h"
#include "model/task.h"
#include "pipeline/ingest.h"
#include "stage/relevance/relevance.h"
#include "store/ingest.h"
#include "store/queue.h"

static json_t *texts_json(const struct strv *v)
{
	json_t *a = json_array();

	for (size_t i = 0; i < v->n; i++) {
		CLEANUP(free_ptr) char *text = foreign_utf8(v->v[i]);

		json_array_append_new(a, json_string(text));
	}
	return a;
}

static json_t *why_json(const struct series_row *s, const struct relevance *rel,
			const struct task *t)
{
	CLEANUP(free_ptr) char *name = foreign_utf8(s->name);
	json_t *rules = json_array();
	json_t *o = json_pack("{s:s,s:s,s:s,s:b}", "message_id", s->message_id, "name", name,
			      "decision", s->decision, "relevant", rel->relevant);

	for (size_t i = 0; i < rel->n; i++)
		json_array_append_new(rules,
				      json_pack("{s:s,s:b,s:o,s:o}", "rule", rel->v[i].rule->name,
						"matches", rel->v[i].matches, "hits",
						texts_json(&rel->v[i].hits), "misses",
						texts_json(&rel->v[i].misses)));
	json_object_set_new(o, "rules", rules);
	if (t->num)
		json_object_set_new(o, "task",
				    json_pack("{s:s,s:s,s:s}", "state", task_state_name(t->state),
					      "why", t->why, "verdict", t->verdict_id));
	return o;
}

static void texts_print(const char *mark, const struct strv *v)
{
	for (size_t i = 0; i < v->n; i++) {
		CLEANUP(free_ptr) char *text = foreign_line(v->v[i]);

		printf("    %s %s\n", mark, text);
	}
}

static void why_print(const struct series_row *s, const struct relevance *rel, const struct task *t)
{
	CLEANUP(free_ptr) char *name = foreign_line(s->name);
	CLEANUP(free_ptr) char *msgid = foreign_line(s->message_id);
	CLEANUP(free_ptr) char *decision = foreign_line(s->decision);
	CLEANUP(free_ptr) char *why = foreign_line(t->num ? t->why : "");

	printf("%s  %s\n", name, msgid);
	printf("decided: %s\n", decision[0] ? decision : "nothing yet");
	for (size_t i = 0; i < rel->n; i++) {
		printf("rule %s: %s\n", rel->v[i].rule->name,
		       rel->v[i].matches ? "matches" : "does not match");
		texts_print("+", &rel->v[i].hits);
		texts_print("-", &rel->v[i].misses);
	}
	if (rel->n == 0)
		printf("lab.yaml has no rules: every series is relevant\n");
	if (t->num)
		printf("task: %s%s%s%s%s\n", task_state_name(t->state), why[0] ? ": " : "", why,
		       t->verdict_id[0] ? ", verdict " : "", t->verdict_id);
}

int cmd_why(struct session *s, int argc, char **argv, struct err *err)
{
	CLEANUP(series_row_done) struct series_row series = { 0 };
	CLEANUP(relevance_done) struct relevance rel = { 0 };
	CLEANUP(task_done) struct task task = { 0 };
	int r = series_arg(s, "why", argc, argv, &series, err);

	if (r == 0)
		r = ingest_why(s->config, s->store, &series, &rel, err);
	if (r == 0)
		r = store_task_of_series(s->store, series.num, &task, err);
	if (r < 0)
		return r;
	if (s->json)
		return json_print(why_json(&series, &rel, &task), err);
	why_print(&series, &rel, &task);
	return 0;
}
