// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "pipeline/run.h"
#include "sandbox/sandbox.h"
#include "stage/judge/judge.h"
#include "stage/relevance/relevance.h"
#include "stage/series/series.h"
#include "store/ingest.h"
#include "store/known.h"
#include "store/store.h"

void test_report_done(struct test_report *r)
{
	verdict_done(&r->verdict);
	series_done(&r->series);
	checkout_done(&r->base);
	checkout_done(&r->patched);
	free(r->tree_version);
	build_done(&r->base_build);
	for (size_t i = 0; i < r->n_builds; i++)
		build_done(&r->builds[i]);
	free(r->builds);
	for (size_t i = 0; i < r->n_outcomes; i++) {
		outcome_done(&r->base_outcomes[i]);
		outcome_done(&r->outcomes[i]);
	}
	free(r->base_outcomes);
	free(r->outcomes);
	suite_list_done(&r->suites);
	notice_list_done(&r->notices);
	comparison_done(&r->since);
	strv_done(&r->notes);
	free(r->run_dir);
	*r = (struct test_report){ 0 };
}

/* The targets that were asked for; all of them share one kernel configuration. */
static int targets_pick(struct run_ctx *x, struct err *err)
{
	const struct target_choice choice = { x->req->targets, x->req->n_targets, x->req->plan };
	int r = run_pick_targets(x, &choice, true, err);

	for (size_t i = 1; r == 0 && i < x->n_targets; i++)
		if (strcmp(x->targets[0]->config, x->targets[i]->config) != 0)
			r = err_set(err, EINVAL, "targets %s and %s want different kernels",
				    x->targets[0]->name, x->targets[i]->name);
	return r;
}

static int series_take(struct run_ctx *x, struct err *err)
{
	CLEANUP(free_ptr) char *dir = mem_printf("%s/mails", x->dir);
	const struct series_source src = {
		.path = x->req->mbox,
		.dir = dir,
		.limit = (size_t)x->config->limits.series_mb << 20,
		.limit_patches = (size_t)x->config->limits.series_patches,
		.cancel_fd = x->cancel_fd,
	};
	int r = fs_mkdirs(dir, err);

	if (r == 0)
		r = series_read(&src, &x->report->series, err);
	if (r == 0 && x->report->series.total > (int)x->report->series.n)
		run_note(x, "the series is not whole: %zu of %d patches", x->report->series.n,
			 x->report->series.total);
	return r;
}

static int inputs_read(struct run_ctx *x, struct err *err)
{
	int r = targets_pick(x, err);

	if (r == 0 && run_fix_wanted(x))
		r = run_check_design(x, run_fix_wanted(x), err);
	if (r == 0)
		r = run_read_suites(x, &x->report->suites, err);
	return r < 0 ? r : series_take(x, err);
}

static int base_tree_open(struct run_ctx *x, struct err *err)
{
	int r = run_open_tree(x, x->req->tree, x->req->base, err);

	if (r == 0 && !x->req->base && x->report->series.base_commit[0])
		r = run_use_base_commit(x, x->req->tree, x->report->series.base_commit, err);
	if (r == 0)
		x->report->tree_version = mem_strdup(x->tree.version);
	return r;
}

static int touched_paths(struct run_ctx *x, struct strv *paths, struct err *err)
{
	const struct test_report *rep = x->report;

	return checkout_changed(&x->spec, rep->base.commit, rep->patched.commit, paths, err);
}

static bool tip_builds(const struct test_report *rep)
{
	for (size_t i = 0; i < rep->n_builds; i++)
		if (rep->builds[i].status == BUILD_ERROR)
			return false;
	return rep->n_builds > 0 && rep->builds[rep->n_builds - 1].status == BUILD_PASS;
}

static int judge_base_build(struct run_ctx *x)
{
	const struct build *b = &x->report->base_build;
	struct reason *r;

	if (b->status == BUILD_PASS)
		return 0;
	r = reason_add(&x->report->verdict.reasons, REASON_INFRA);
	mem_set_copy(&r->subject, "base build");
	mem_set(&r->detail, mem_printf("the base does not build: %s",
				       b->error.text ? b->error.text : "see its log"));
	mem_set_copy(&r->where, b->id);
	return 1;
}

static bool any_glob(const char *const *globs, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (relevance_path(globs[i], path))
			return true;
	return false;
}

/*
 * Sources and texts alone: what else a series touches could make an image that only looks the
 * same.
 */
static bool only_sources(const struct strv *touched)
{
	static const char *const globs[] = { "*.c",    "*.h",	"*.S",	 "*.dts",
					     "*.dtsi", "*.rst", "*.txt", "Documentation/" };
	/* Programs that run while the kernel is built. */
	static const char *const programs[] = { "scripts/", "tools/",  "usr/",	  "*/tools/",
						"*/gen*.c", "*/mk*.c", "*munge*", "*/vdso/" };

	for (size_t i = 0; i < touched->n; i++)
		if (!any_glob(globs, sizeof(globs) / sizeof(*globs), touched->v[i]) ||
		    any_glob(programs, sizeof(programs) / sizeof(*programs), touched->v[i]))
			return false;
	return true;
}

/* Whether what the series changes reaches nothing that boots. */
static bool is_same_image(const struct test_report *rep, const struct strv *touched)
{
	const struct build *base = &rep->base_build, *tip = &rep->builds[rep->n_builds - 1];

	return strcmp(tip->id, base->id) == 0 ||
	       (base->image_hash[0] && strcmp(tip->image_hash, base->image_hash) == 0 &&
		only_sources(touched));
}

/* What the base showed is what the series shows. */
static int outcome_same(struct run_ctx *x, size_t i, struct err *err)
{
	const struct outcome *base = &x->report->base_outcomes[i];
	struct outcome *o = &x->report->outcomes[i];
	int r = base->infra ? 0 : store_outcome_get(x->store, base->build_id, base->target, o, err);

	if (r == 0)
		*o = (struct outcome){ .build_id = mem_strdup(base->build_id),
				       .target = mem_strdup(base->target),
				       .reason = mem_strdup(base->reason ? base->reason : ""),
				       .boot = base->boot,
				       .infra = base->infra };
	return r < 0 ? r : 0;
}

/* Base and tip on all targets, at once. */
static int boots(struct run_ctx *x, struct err *err)
{
	struct test_report *rep = x->report;
	const struct build *tip = &rep->builds[rep->n_builds - 1];
	CLEANUP(boots_done) struct boots l = { 0 };
	int r = 0;

	rep->base_outcomes = mem_zalloc(x->n_targets * sizeof(*rep->base_outcomes));
	rep->outcomes = mem_zalloc(x->n_targets * sizeof(*rep->outcomes));
	rep->n_outcomes = x->n_targets;
	for (size_t i = 0; r == 0 && i < x->n_targets; i++)
		r = boots_add(x, &l, &rep->base_build, "base", x->targets[i], false,
			      &rep->base_outcomes[i], err);
	for (size_t i = 0; r == 0 && i < x->n_targets; i++)
		if (!rep->same_image)
			r = boots_add(x, &l, tip, "patched", x->targets[i], x->req->anew,
				      &rep->outcomes[i], err);
	if (r == 0)
		r = boots_run(x, &l, &rep->suites, err);
	for (size_t i = 0; r == 0 && rep->same_image && i < x->n_targets; i++)
		r = outcome_same(x, i, err);
	return r;
}

/* All targets wait for a maintainer's word: there is no verdict before that. */
static void judge_nothing_booted(struct run_ctx *x)
{
	struct reason *r = reason_add(&x->report->verdict.reasons, REASON_INFRA);

	mem_set_copy(&r->subject, "approval");
	mem_set(&r->detail, mem_printf("nothing was booted: 'dmalab approve %s' lets it",
				       x->report->series.message_id));
	x->report->waits = true;
}

/* Builds, boots and judges what applied. */
static int measure(struct run_ctx *x, struct err *err)
{
	CLEANUP(strv_done) struct strv touched = { 0 };
	struct test_report *rep = x->report;
	int r;

	r = run_take_kernel(x, config_kernel(x->config, x->targets[0]->config), rep->base.overlay,
			    err);
	if (r == 0)
		r = sandbox_private_mounts(err);
	if (r == 0)
		r = run_builds(x, err);
	if (r < 0 || judge_base_build(x))
		return r;
	r = touched_paths(x, &touched, err);
	if (r < 0)
		return r;
	judge_builds(&rep->series, &rep->base_build, rep->builds, rep->n_builds, &touched,
		     &rep->verdict.reasons);
	if (!tip_builds(rep))
		return 0;
	run_leave_tree(x);
	rep->same_image = is_same_image(rep, &touched);
	r = run_ask_approval(x, err);
	if (r == 0)
		judge_nothing_booted(x);
	if (r > 0)
		r = boots(x, err);
	if (r < 0 || !rep->n_outcomes)
		return r;
	r = run_settle(x, err);
	return r < 0 ? r : run_blame(x, err);
}

/* The newest verdict on a version before this one. */
static int since(struct run_ctx *x, struct err *err)
{
	struct test_report *rep = x->report;
	CLEANUP(series_row_done) struct series_row s = { 0 };
	int r = x->req->series ? store_series_get(x->store, x->req->series, &s, err) : 0;

	rep->version = r == 1 ? s.revision : 0;
	while (r == 1 && s.older) {
		CLEANUP(verdict_done) struct verdict before = { 0 };
		int64_t older = s.older;

		series_row_done(&s);
		r = store_series_get(x->store, older, &s, err);
		if (r == 1)
			r = store_verdict_of_series(x->store, older, &before, err);
		if (r == 1) {
			judge_versions(&before, &rep->verdict, &rep->since);
			rep->since.version = s.revision;
			return 0;
		}
		r = r < 0 ? r : 1;
	}
	return r < 0 ? r : 0;
}

static int verdict_store(struct run_ctx *x, int64_t began, struct err *err)
{
	struct verdict *v = &x->report->verdict;
	int r;

	v->kind = judge_verdict(&v->reasons, x->n_targets);
	v->checkout_id = mem_strdup(x->report->patched.id ? x->report->patched.id : "");
	v->base_id = mem_strdup(x->report->base.id ? x->report->base.id : "");
	v->name = mem_strdup(x->report->series.name);
	v->created = clock_now();
	v->duration_ms = clock_ms() - began;
	r = since(x, err);
	if (r < 0)
		return r;
	if (x->req->print)
		v->text = x->req->print(x->config, x->report);
	return x->req->conclude ? x->req->conclude(x->req->conclude_arg, v, err)
				: store_verdict_put(x->store, v, err);
}

int pipeline_test(const struct config *c, struct store *store, const struct test_request *req,
		  const struct progress *progress, struct test_report *report, bool *input_error,
		  struct err *err)
{
	struct run_ctx x = { .config = c,
			     .store = store,
			     .req = req,
			     .progress = progress,
			     .report = report,
			     .notes = &report->notes,
			     .cancel_fd = req->cancel_fd,
			     .dir_lock = -1,
			     .tree_lock = -1 };
	int64_t began = clock_ms();
	int r = run_open(&x, err);

	*input_error = false;
	if (r == 0) {
		r = inputs_read(&x, err);
		*input_error = r < 0 && r != -ECANCELED;
	}
	if (r == 0) {
		r = base_tree_open(&x, err);
		*input_error = r == -ENOENT; /* a source package that is not installed */
	}
	if (r == 0)
		r = run_take_tree(&x, err);
	if (r == 0)
		r = run_apply(&x, err);
	if (r > 0)
		r = measure(&x, err);
	if (r == 0)
		r = run_excerpts(&x, err);
	if (r == 0)
		r = verdict_store(&x, began, err);
	if (r == -EINVAL)
		*input_error = true; /* lab.yaml, --base, a fix that does not apply */
	run_close(&x, req->keep ? &report->run_dir : NULL);
	return r;
}
