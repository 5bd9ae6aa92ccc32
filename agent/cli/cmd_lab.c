// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/lab_view.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/series_arg.h"
#include "pipeline/health.h"
#include "pipeline/manual.h"
#include "store/ingest.h"
#include "store/queue.h"

enum { TIMES_MAX = 1000 };

static int health_print(struct session *s, const struct health_list *l, struct err *err)
{
	json_t *a = s->json ? json_array() : NULL;

	for (size_t i = 0; i < l->n; i++) {
		const struct health *h = &l->v[i];
		CLEANUP(free_ptr) char *reason = foreign_line(h->reason);

		if (a)
			json_array_append_new(a, json_pack("{s:s,s:i,s:i,s:s,s:s}", "target",
							   h->target, "passed", h->passed, "failed",
							   h->failed, "reason", reason, "job",
							   h->job_id));
		else
			printf("%s: %d of %d boots passed%s%s\n", h->target, h->passed,
			       h->passed + h->failed, reason[0] ? ": " : "", reason);
	}
	return a ? json_print(a, err) : 0;
}

/* The targets of the lab, where none is named. */
static void targets_of(const struct config *c, const char *lab, struct strv *targets)
{
	for (size_t i = 0; i < c->n_targets; i++)
		if (c->targets[i].lab && strcmp(c->targets[i].lab, lab) == 0)
			strv_add(targets, c->targets[i].name);
}

static int check(struct session *s, const char *lab, struct strv *targets, int times,
		 struct err *err)
{
	CLEANUP(health_list_done) struct health_list l = { 0 };
	CLEANUP(close_fd) int cancel = -1;
	struct health_request req = { .times = times };
	struct progress_view view;
	struct progress progress;
	bool input_error;
	int r;

	if (!targets->n)
		targets_of(s->config, lab, targets);
	if (!targets->n)
		return err_set(err, EINVAL, "no target of lab.yaml has lab '%s'", lab);
	cancel = cancel_open(err);
	if (cancel < 0)
		return cancel;
	req.targets = (const char *const *)targets->v;
	req.n_targets = targets->n;
	req.cancel_fd = cancel;
	progress = progress_open(&view);
	r = pipeline_health(s->config, s->store, &req, &progress, &l, &input_error, err);
	progress_close(&view);
	if (r < 0)
		return input_error || r == -ECANCELED ? r : lab_trouble(s, err);
	r = health_print(s, &l, err);
	for (size_t i = 0; r == 0 && i < l.n; i++)
		if (l.v[i].failed)
			r = EXIT_NO_VERDICT;
	return r;
}

int cmd_lab(struct session *s, int argc, char **argv, struct err *err)
{
	CLEANUP(lab_view_done) struct lab_view v = { 0 };
	CLEANUP(strv_done) struct strv targets = { 0 };
	const char *lab = argc > 1 && argv[1][0] != '-' ? argv[1] : NULL;
	const char *times = NULL;
	bool is_check = false;
	const struct option_to to[] = {
		{ .name = "check", .flag = &is_check },
		{ .name = "target", .list = &targets },
		{ .name = "times", .value = &times },
	};
	int r = options_read(lab ? argc - 1 : argc, lab ? argv + 1 : argv, to, 3, err);

	if (r < 0)
		return r;
	if (!is_check && (targets.n || times))
		return usage_error("lab", err, "--target and --times go with --check");
	if (is_check && !lab && !targets.n)
		return usage_error("lab", err, "--check needs a lab or a target");
	if (times && (atoi(times) < 1 || atoi(times) > TIMES_MAX))
		return usage_error("lab", err, "--times %s is not 1 to %d", times, TIMES_MAX);
	if (is_check)
		return check(s, lab, &targets, times ? atoi(times) : 1, err);
	r = lab_view_read(s, lab, &v, err);
	if (r < 0)
		return r;
	return s->json ? lab_view_json(&v, err) : lab_view_print(&v, err);
}

int cmd_approve(struct session *s, int argc, char **argv, struct err *err)
{
	CLEANUP(series_row_done) struct series_row series = { 0 };
	const char *by = getlogin();
	int64_t num = 0;
	int r = series_arg(s, "approve", argc, argv, &series, err);

	if (r == 0)
		r = manual_approve(s->store, &series, by ? by : "", &num, err);
	if (r < 0)
		return r;
	return s->json ? json_print(json_pack("{s:I}", "task", (json_int_t)num), err) : 0;
}
