// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "model/task.h"
#include "pipeline/ingest.h"
#include "pipeline/pipeline.h"
#include "pipeline/work.h"
#include "report/report.h"
#include "report/tell.h"
#include "store/ingest.h"
#include "store/queue.h"
#include "store/store.h"

/* Of the one task that is worked on here: whoever comes later asks for the agent's lock. */
enum { HERE_LEASE_S = 6 * 3600 };

static int options(int argc, char **argv, struct test_request *req, struct strv *targets,
		   struct err *err)
{
	const struct option_to to[] = {
		{ .name = "mbox", .value = &req->mbox }, { .name = "target", .list = targets },
		{ .name = "plan", .value = &req->plan }, { .name = "tree", .value = &req->tree },
		{ .name = "base", .value = &req->base }, { .name = "fix", .value = &req->fix },
		{ .name = "keep", .flag = &req->keep },
	};
	int r = options_read(argc, argv, to, sizeof(to) / sizeof(*to), err);

	if (r < 0)
		return r;
	if (!req->mbox)
		return usage_error("test", err, "--mbox FILE, a Message-ID or a URL is missing");
	if (req->plan && targets->n)
		return usage_error("test", err, "--plan and --target exclude each other");
	req->targets = (const char *const *)targets->v;
	req->n_targets = targets->n;
	return 0;
}

static int exit_code(enum verdict_kind v)
{
	switch (v) {
	case VERDICT_PASS:
		return EXIT_PASS;
	case VERDICT_FAIL:
		return EXIT_FAIL;
	case VERDICT_NONE:
		break;
	}
	return EXIT_NO_VERDICT;
}

/* The lab's own trouble is an answer too: no verdict, and why. */
static int no_verdict(struct session *s, const struct err *trouble, struct err *err)
{
	CLEANUP(test_report_done) struct test_report r = { .verdict = { .kind = VERDICT_NONE } };
	struct reason *q = reason_add(&r.verdict.reasons, REASON_INFRA);
	int code;

	free(q->detail);
	q->detail = foreign_line(trouble->msg);
	if (s->json) {
		code = json_print(report_json(&r, s->config), err);
		return code < 0 ? code : EXIT_NO_VERDICT;
	}
	fprintf(stderr, "dmalab: no verdict (infra): %s\n", q->detail);
	return EXIT_NO_VERDICT;
}

static int test_mbox(struct session *s, int argc, char **argv, struct err *err)
{
	CLEANUP(test_report_done) struct test_report report = { 0 };
	CLEANUP(strv_done) struct strv targets = { 0 };
	CLEANUP(close_fd) int cancel = -1;
	struct test_request req = { .cancel_fd = -1, .print = report_print };
	struct progress_view view;
	struct progress progress;
	bool input_error;
	int r = options(argc, argv, &req, &targets, err);

	if (r < 0)
		return r;
	cancel = cancel_open(err);
	if (cancel < 0)
		return cancel;
	req.cancel_fd = cancel;
	progress = progress_open(&view);
	r = pipeline_test(s->config, s->store, &req, &progress, &report, &input_error, err);
	progress_close(&view);
	if (r < 0 && (input_error || r == -ECANCELED))
		return r;
	if (r < 0) {
		struct err trouble = *err;

		return no_verdict(s, &trouble, err);
	}
	r = s->json ? json_print(report_json(&report, s->config), err)
		    : report_text(&report, s->config, stdout, isatty(STDOUT_FILENO), err);
	return r < 0 ? r : exit_code(report.verdict.kind);
}

/* What is known of the verdict when the agent has tested it. */
static int verdict_say(struct session *s, const struct task *t, struct err *err)
{
	CLEANUP(verdict_done) struct verdict v = { 0 };
	char show[] = "show";
	char *argv[] = { show, t->verdict_id, NULL };
	int r;

	if (t->state != TASK_DONE) {
		r = err_set(err, EIO, "%s: %s", task_state_name(t->state), t->why);
		return lab_trouble(s, err) < 0 ? r : EXIT_NO_VERDICT;
	}
	r = store_verdict_get(s->store, t->verdict_id, &v, err);
	if (r >= 0)
		r = cmd_show(s, 2, argv, err);
	return r < 0 ? r : exit_code(v.kind);
}

static int task_open(struct session *s, int64_t num, struct task *ret, struct err *err)
{
	int r = store_task_get(s->store, num, ret, err);

	if (r == 0)
		return err_set(err, ENOENT, "task %lld is gone", (long long)num);
	return r < 0 ? r : 0;
}

/* An agent works the queue: its verdict is ours. */
static int agent_wait(struct session *s, int64_t num, int cancel, const struct progress *progress,
		      struct err *err)
{
	CLEANUP(task_done) struct task t = { 0 };
	struct pollfd p = { .fd = cancel, .events = POLLIN };
	int r = 0;

	while (r == 0) {
		task_done(&t);
		r = task_open(s, num, &t, err);
		if (r < 0 || t.state >= TASK_DONE)
			break;
		progress->tick(progress->arg, t.state == TASK_RUNNING ? "the agent tests it"
								      : "it waits for the agent");
		if (poll(&p, 1, 500) > 0)
			r = err_set(err, ECANCELED, "interrupted; the agent goes on with it");
	}
	return r < 0 ? r : verdict_say(s, &t, err);
}

/* No agent is there: we are it for this one task. */
static int work_here(struct session *s, int64_t num, int cancel, const struct progress *progress,
		     struct test_report *report, struct err *err)
{
	CLEANUP(free_ptr) char *owner = work_owner();
	CLEANUP(task_done) struct task t = { 0 };
	const struct work_words words = { report_messages, report_print };
	bool again = false;
	int r = store_tasks_reclaim(s->store, WORK_OWNER, err);

	if (r >= 0)
		r = task_open(s, num, &t, err);
	if (r == 0 && t.state == TASK_DONE)
		return verdict_say(s, &t, err);
	if (r == 0) {
		task_done(&t);
		r = store_task_claim_num(s->store, num, owner, HERE_LEASE_S, &t, err);
		if (r == 0)
			r = err_set(err, EBUSY, "task %lld is being worked on", (long long)num);
	}
	if (r == 1)
		r = work_test(s->config, s->store, num, owner, cancel, progress, &words, report,
			      &again, err);
	if (r < 0)
		return r;
	r = s->json ? json_print(report_json(report, s->config), err)
		    : report_text(report, s->config, stdout, isatty(STDOUT_FILENO), err);
	return r < 0 ? r : exit_code(report->verdict.kind);
}

/* A series by Message-ID or URL: fetched, put into the queue before all others, and tested. */
static int test_fetched(struct session *s, const char *what, struct err *err)
{
	CLEANUP(test_report_done) struct test_report report = { 0 };
	CLEANUP(series_row_done) struct series_row series = { 0 };
	CLEANUP(close_fd) int cancel = cancel_open(err);
	CLEANUP(close_fd) int lock = -1;
	struct progress_view view;
	struct progress progress;
	struct err busy;
	int64_t num = 0;
	int r = cancel;

	if (r < 0)
		return r;
	progress = progress_open(&view);
	progress.step(progress.arg, "fetch");
	r = ingest_fetch(s->config, s->store, what, cancel, &series, &num, err);
	if (r == 0) {
		lock = work_lock(s->config, &busy);
		r = lock >= 0 ? work_here(s, num, cancel, &progress, &report, err)
			      : agent_wait(s, num, cancel, &progress, err);
	}
	progress_close(&view);
	return r;
}

int cmd_test(struct session *s, int argc, char **argv, struct err *err)
{
	if (argc == 2 && argv[1][0] != '-')
		return test_fetched(s, argv[1], err);
	return test_mbox(s, argc, argv, err);
}
