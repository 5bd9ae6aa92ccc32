// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "pipeline/pipeline.h"
#include "report/foreign.h"
#include "report/report.h"

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
		return usage_error("test", err, "--mbox FILE is missing");
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
		code = json_print(report_json(&r), err);
		return code < 0 ? code : EXIT_NO_VERDICT;
	}
	fprintf(stderr, "dmalab: no verdict (infra): %s\n", q->detail);
	return EXIT_NO_VERDICT;
}

int cmd_test(struct session *s, int argc, char **argv, struct err *err)
{
	CLEANUP(test_report_done) struct test_report report = { 0 };
	CLEANUP(strv_done) struct strv targets = { 0 };
	CLEANUP(close_fd) int cancel = -1;
	struct test_request req = { .cancel_fd = -1 };
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
	r = s->json ? json_print(report_json(&report), err)
		    : report_text(&report, stdout, isatty(STDOUT_FILENO), err);
	return r < 0 ? r : exit_code(report.verdict.kind);
}
