// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "pipeline/pipeline.h"
#include "report/matrix.h"

struct matrix_args {
	struct matrix_request req;
	struct strv designs, targets;
	bool markdown;
};

static void matrix_args_done(struct matrix_args *a)
{
	strv_done(&a->designs);
	strv_done(&a->targets);
}

static int options(int argc, char **argv, struct matrix_args *a, struct err *err)
{
	const struct option_to to[] = {
		{ .name = "design", .list = &a->designs },
		{ .name = "target", .list = &a->targets },
		{ .name = "plan", .value = &a->req.plan },
		{ .name = "tree", .value = &a->req.tree },
		{ .name = "anew", .flag = &a->req.anew },
		{ .name = "markdown", .flag = &a->markdown },
	};
	int r = options_read(argc, argv, to, sizeof(to) / sizeof(*to), err);

	if (r < 0)
		return r;
	if (a->req.plan && a->targets.n)
		return usage_error("matrix", err, "--plan and --target exclude each other");
	a->req.designs = (const char *const *)a->designs.v;
	a->req.n_designs = a->designs.n;
	a->req.targets = (const char *const *)a->targets.v;
	a->req.n_targets = a->targets.n;
	return 0;
}

int cmd_matrix(struct session *s, int argc, char **argv, struct err *err)
{
	CLEANUP(matrix_args_done) struct matrix_args a = { .req = { .cancel_fd = -1 } };
	CLEANUP(matrix_done) struct matrix m = { 0 };
	CLEANUP(close_fd) int cancel = -1;
	struct progress_view view;
	struct progress progress;
	bool input_error;
	int r = options(argc, argv, &a, err);

	if (r == 0 && s->json && a.markdown)
		r = usage_error("matrix", err, "--json and --markdown exclude each other");
	if (r < 0)
		return r;
	cancel = cancel_open(err);
	if (cancel < 0)
		return cancel;
	a.req.cancel_fd = cancel;
	progress = progress_open(&view);
	r = pipeline_matrix(s->config, s->store, &a.req, &progress, &m, &input_error, err);
	progress_close(&view);
	if (r < 0)
		return input_error || r == -ECANCELED ? r : lab_trouble(s, err);
	if (s->json)
		return json_print(matrix_json(&m), err);
	return (a.markdown ? matrix_markdown : matrix_text)(&m, stdout, err);
}
