// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/decide.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/config.h"
#include "pipeline/ingest.h"
#include "stage/relevance/relevance.h"
#include "store/ingest.h"
#include "store/labs.h"
#include "store/queue.h"

/* The series' mails as the rules look at them, and who brought them. */
static int relevance_now(const struct config *c, struct store *store, const struct series_row *s,
			 bool *pull, struct relevance *ret, struct err *err)
{
	CLEANUP(mail_row_list_done) struct mail_row_list rows = { 0 };
	CLEANUP(strv_done) struct strv sources = { 0 };
	CLEANUP(free_ptr) const struct mail **mails = NULL;
	int r = store_series_mails(store, s->num, &rows, err);

	if (r < 0)
		return r;
	mails = mem_zalloc((rows.n + 1) * sizeof(*mails));
	*pull = false;
	for (size_t i = 0; i < rows.n; i++) {
		mails[i] = &rows.v[i].mail;
		*pull |= rows.v[i].mail.pull && rows.v[i].mail.pull[0];
		for (size_t k = 0; k < rows.v[i].sources.n; k++)
			if (!strv_has(&sources, rows.v[i].sources.v[k]))
				strv_add(&sources, rows.v[i].sources.v[k]);
	}
	relevance_of(c, mails, rows.n, &sources, ret);
	return 0;
}

int ingest_why(const struct config *c, struct store *store, const struct series_row *s,
	       struct relevance *ret, struct err *err)
{
	bool pull;

	return relevance_now(c, store, s, &pull, ret, err);
}

/* Why a series cannot be tested as it is, "" where it can. */
static char *obstacle(const struct config *c, const struct series_row *s, bool pull)
{
	if (pull)
		return mem_strdup("a pull request: there is no patch to apply");
	if (!s->full_complete)
		return mem_printf("not whole: %zu of %d patches", s->received, s->total);
	if (s->n_full > (size_t)c->limits.series_patches)
		return mem_printf("%zu patches: lab.yaml takes %d (limits: series_patches)",
				  s->n_full, c->limits.series_patches);
	return mem_strdup("");
}

static const char *plan_of(const struct config *c, const struct rule_config *rule)
{
	if (rule && rule->plan)
		return rule->plan;
	return c->n_plans ? c->plans[0].name : "";
}

static int task_add(const struct config *c, struct store *store, const struct series_row *s,
		    const struct rule_config *rule, int priority, int64_t *num, struct err *err)
{
	char *tree = rule && rule->tree ? rule->tree : c->trees[0].name;
	CLEANUP(free_ptr) char *plan = mem_strdup(plan_of(c, rule));
	CLEANUP(free_ptr) char *key = mem_printf("%s %s %s", s->digest, tree, plan);
	const bool waits = priority < TASK_BY_HAND && s->cover_wanted;
	const struct task t = {
		.series = s->num,
		.key = key,
		.source = s->source,
		.tree = tree,
		.plan = plan,
		.priority = priority,
		.not_before = waits ? clock_now() + c->agent.cover_wait_s : 0,
	};

	return store_task_add(store, &t, num, err);
}

/* A test that runs ends by itself when a boot is taken from it. */
static int boots_take_back(struct store *store, int64_t series, struct err *err)
{
	CLEANUP(task_done) struct task t = { 0 };
	int r = store_task_of_series(store, series, &t, err);

	if (r == 1 && t.state == TASK_RUNNING)
		r = store_submissions_cancel_task(store, t.num, err);
	return r < 0 ? r : 0;
}

static int older_drop(struct store *store, const struct series_row *s, struct err *err)
{
	CLEANUP(free_ptr)
	char *why = mem_printf("superseded by version %d, %s", s->revision, s->message_id);
	int r;

	if (!s->older || !s->full_complete) /* half of a version supersedes nothing yet */
		return 0;
	r = store_tasks_drop(store, s->older, why, err);
	return r < 0 ? r : boots_take_back(store, s->older, err);
}

/* A newer version that is whole is to be tested in its place. 1, or 0. */
static int is_superseded(struct store *store, const struct series_row *s, char **said,
			 struct err *err)
{
	CLEANUP(series_row_done) struct series_row newer = { 0 };
	int r = s->newer ? store_series_get(store, s->newer, &newer, err) : 0;

	if (r != 1 || !newer.full_complete)
		return r < 0 ? r : 0;
	*said = mem_printf("superseded by version %d, %s", newer.revision, newer.message_id);
	return 1;
}

/* The same patches are or will be tested under another Message-ID. 1, or 0. */
static int is_repeat(struct store *store, const struct series_row *s, char **said, struct err *err)
{
	CLEANUP(series_row_done) struct series_row first = { 0 };
	CLEANUP(task_done) struct task t = { 0 };
	int r = s->same ? store_series_get(store, s->same, &first, err) : 0;

	if (r == 1)
		r = store_task_of_series(store, first.num, &t, err);
	if (r != 1 || t.state == TASK_DROPPED || t.state == TASK_FAILED)
		return r < 0 ? r : 0;
	*said = mem_printf("the same patches as %s", first.message_id);
	return 1;
}

/* 1: it shall be tested by *rule's tree and plan; 0: not; *said is why. */
static int decide(const struct config *c, struct store *store, const struct series_row *s,
		  const struct rule_config **rule, char **said, struct err *err)
{
	CLEANUP(relevance_done) struct relevance rel = { 0 };
	bool pull = false;
	int r = relevance_now(c, store, s, &pull, &rel, err);

	if (r < 0)
		return r;
	if (!rel.relevant) {
		*said = mem_strdup("not relevant: no rule of lab.yaml matches");
		return 0;
	}
	*said = obstacle(c, s, pull);
	if ((*said)[0])
		return 0;
	free_ptr(said);
	*said = NULL;
	r = is_superseded(store, s, said, err);
	if (r == 0)
		r = is_repeat(store, s, said, err);
	if (r != 0)
		return r < 0 ? r : 0;
	*rule = rel.rule;
	*said = rel.rule ? mem_printf("relevant: rule %s", rel.rule->name)
			 : mem_strdup("relevant: there are no rules");
	return 1;
}

int decide_series(const struct config *c, struct store *store, const struct series_row *s,
		  size_t *tasks, struct err *err)
{
	CLEANUP(free_ptr) char *said = NULL;
	const struct rule_config *rule = NULL;
	int64_t num;
	int r = older_drop(store, s, err), wanted = 0;

	if (r == 0)
		r = wanted = decide(c, store, s, &rule, &said, err);
	if (wanted == 1)
		r = task_add(c, store, s, rule, TASK_BY_SOURCE, &num, err);
	if (r < 0)
		return r;
	*tasks += wanted == 1 && r == 1;
	return store_series_decide(store, s->num, said, err);
}

/* What was dropped, or was given up, is tried again: somebody asks for it. */
static int revive(struct store *store, const struct series_row *s, int64_t *task, struct err *err)
{
	CLEANUP(task_done) struct task t = { 0 };
	int r = store_task_get(store, *task, &t, err);

	if (r == 1 && (t.state == TASK_DROPPED || t.state == TASK_FAILED))
		r = store_task_again(store, s->num, TASK_BY_HAND, task, err);
	return r < 0 ? r : 0;
}

int decide_by_hand(const struct config *c, struct store *store, const struct series_row *s,
		   int64_t *task, struct err *err)
{
	CLEANUP(relevance_done) struct relevance rel = { 0 };
	CLEANUP(free_ptr) char *why = NULL;
	bool pull = false;
	int r = relevance_now(c, store, s, &pull, &rel, err);

	if (r < 0)
		return r;
	why = obstacle(c, s, pull);
	if (why[0])
		return err_set(err, EINVAL, "%s: %s", s->message_id, why);
	r = task_add(c, store, s, rel.rule, TASK_BY_HAND, task, err);
	if (r == 0)
		r = revive(store, s, task, err);
	return r < 0 ? r : 0;
}
