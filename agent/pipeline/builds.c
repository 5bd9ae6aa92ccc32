// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "git/git.h"
#include "pipeline/run.h"
#include "sandbox/sandbox.h"
#include "store/store.h"

/* The series' builds, patch by patch, on top of the base's. */

/* A throw-away copy of the pair: writes go to a disk of fixed size that vanishes with us. */
struct copy {
	char *disk, *src, *obj, *index;
};

static void copy_done(struct copy *c)
{
	struct err ignored;
	const char *const mounts[] = { c->src, c->obj, c->disk };

	for (size_t i = 0; i < 3; i++)
		if (mounts[i] && sandbox_unmount(mounts[i], &ignored) < 0)
			continue; /* it goes with the process */
	free(c->disk);
	free(c->src);
	free(c->obj);
	free(c->index);
}

static int overlay(const char *disk, const char *lower, const char *name, const char *target,
		   struct err *err)
{
	CLEANUP(free_ptr) char *upper = mem_printf("%s/%s.upper", disk, name);
	CLEANUP(free_ptr) char *work = mem_printf("%s/%s.work", disk, name);
	int r = fs_mkdirs(target, err);

	return r < 0 ? r : sandbox_overlay(lower, upper, work, target, err);
}

static int copy_make(struct run_ctx *x, struct copy *ret, struct err *err)
{
	CLEANUP(free_ptr) char *base_index = NULL;
	int r;

	ret->disk = mem_printf("%s/disk", x->dir);
	r = fs_mkdirs(ret->disk, err);
	if (r == 0)
		r = sandbox_disk(ret->disk, x->config->limits.build_disk_mb, err);
	if (r < 0)
		return r;
	ret->src = mem_printf("%s/src", x->dir);
	ret->obj = mem_printf("%s/obj", x->dir);
	ret->index = mem_printf("%s/index", x->dir);
	r = overlay(ret->disk, x->src, "src", ret->src, err);
	if (r == 0)
		r = overlay(ret->disk, x->obj, "obj", ret->obj, err);
	if (r == 0)
		r = checkout_index_path(&x->spec, x->src, &base_index, err);
	if (r == 0 && link(base_index, ret->index) < 0) /* git replaces it, never writes into it */
		r = fs_copy(base_index, ret->index, err);
	return r;
}

static bool touches_kconfig(const struct strv *paths)
{
	for (size_t i = 0; i < paths->n; i++)
		if (fnmatch("*Kconfig*", paths->v[i], 0) == 0 ||
		    strncmp(paths->v[i], "scripts/kconfig/", 16) == 0 ||
		    strncmp(paths->v[i], "scripts/Kbuild", 14) == 0)
			return true;
	return false;
}

/* The checkout after patch i: a row of its own, since a build belongs to it. */
static int step_checkout(struct run_ctx *x, size_t i, struct checkout *ret, struct err *err)
{
	const struct checkout *tip = &x->report->patched;
	CLEANUP(free_ptr) char *name = mem_printf("%s^{tree}", tip->steps[i]);
	const struct git g = { .repo = x->tree.repo, .log_fd = -1, .cancel_fd = -1, .lock_fd = -1 };
	const char *const args[] = { "rev-parse", name, NULL };
	struct buf tree = { 0 };
	int r = git_out(&g, args, &tree, err);

	if (r < 0) {
		buf_done(&tree);
		return r;
	}
	*ret = (struct checkout){
		.id = buf_take(&tree),
		.tree_name = mem_strdup(tip->tree_name),
		.base = mem_strdup(tip->base),
		.commit = mem_strdup(tip->steps[i]),
		.fix = tip->fix ? mem_strdup(tip->fix) : NULL,
		.overlay = tip->overlay,
		.patchset_hash = mem_strdup(tip->patchset_hash),
		.message_id = mem_strdup(tip->message_id),
		.name = mem_printf("%s (%zu of %zu)", tip->name, i + 1, tip->n_steps),
	};
	return store_checkout_put(x->store, ret, NULL, err);
}

/* The copy is at commit `before`, and then built at the next one. */
static int copy_build(struct run_ctx *x, struct copy *copy, const char *what, const char *before,
		      const char *commit, struct build *b, struct err *err)
{
	CLEANUP(strv_done) struct strv paths = { 0 };
	CLEANUP(free_ptr) char *log = mem_printf("%s/patched.log", x->dir);
	CLEANUP(free_ptr) char *out = mem_printf("%s/patched", x->dir);
	struct build_spec spec = {
		.config = x->config,
		.kernel = x->kernel,
		.src = copy->src,
		.obj = copy->obj,
		.log = log,
		.cancel_fd = x->cancel_fd,
		.lock_fd = x->tree_lock,
	};
	int r = checkout_changed(&x->spec, before, commit, &paths, err);

	if (r == 0)
		r = checkout_step(&x->spec, copy->src, copy->index, commit, err);
	if (r < 0)
		return r;
	spec.configure = touches_kconfig(&paths);
	r = run_make(x, &spec, what, out, b, err);
	run_once_only(b);
	if (r == 0)
		r = store_build_put(x->store, b, b->status == BUILD_PASS ? out : NULL, err);
	return r;
}

static int step_build(struct run_ctx *x, struct copy *copy, size_t i, const char *before,
		      struct build *b, struct err *err)
{
	CLEANUP(free_ptr)
	char *what = mem_printf("build: patch %d of %zu", x->report->series.patches[i].number,
				x->report->series.n);

	run_step(x, "%s: %s", what, x->report->series.patches[i].subject);
	return copy_build(x, copy, what, before, x->report->patched.steps[i], b, err);
}

int run_candidate_prepare(struct run_ctx *x, const struct checkout *base,
			  const struct checkout *candidate, struct build *b, struct err *err)
{
	CLEANUP(build_done) struct build under = { 0 };
	CLEANUP(copy_done) struct copy copy = { 0 };
	int r = run_base_find(x, base, &under, err);

	if (r >= 0)
		r = run_base_prepare(x, base, &under, r == 1, err);
	if (r < 0)
		return r;
	if (under.status != BUILD_PASS)
		return err_set(err, EIO, "the base does not build: %s",
			       under.error.text ? under.error.text : "see its log");
	run_step(x, "build: %.12s on it", candidate->base);
	r = copy_make(x, &copy, err);
	return r < 0 ? r : copy_build(x, &copy, "build", base->commit, candidate->commit, b, err);
}

/* 1: the store has the build after patch i; 0: *b is a new one. */
static int step_find(struct run_ctx *x, size_t i, struct build *b, struct err *err)
{
	CLEANUP(checkout_done) struct checkout c = { 0 };
	char id[65];
	int r = step_checkout(x, i, &c, err);

	if (r == 0)
		r = build_identity(x->config, x->kernel, c.id, x->toolchain, id, err);
	if (r == 0)
		r = run_build_known(x, id, b, err);
	if (r == 0)
		*b = run_build_of(x, id, c.id);
	return r;
}

static int steps_build(struct run_ctx *x, const bool *have, struct err *err)
{
	CLEANUP(copy_done) struct copy copy = { 0 };
	const char *before = x->report->base.commit;
	size_t tip = x->report->n_builds - 1;
	int r = copy_make(x, &copy, err);

	for (size_t i = 0; r == 0 && i < x->report->n_builds; i++) {
		if (have[i])
			continue;
		r = step_build(x, &copy, i, before, &x->report->builds[i], err);
		if (r == 0 && x->report->builds[i].status == BUILD_ERROR)
			break; /* the lab is not well: what follows would say nothing */
		before = x->report->patched.steps[i];
	}
	if (r == 0 && !have[tip] && x->report->builds[tip].status == BUILD_PASS)
		r = run_lint(x, copy.src, copy.obj, err); /* the pair is no build behind this */
	return r;
}

int run_builds(struct run_ctx *x, struct err *err)
{
	struct test_report *rep = x->report;
	CLEANUP(free_ptr) bool *have = mem_zalloc(rep->patched.n_steps * sizeof(*have));
	bool all = true;
	bool base_known;
	int r = run_base_find(x, &rep->base, &rep->base_build, err);

	if (r < 0)
		return r;
	base_known = r == 1;
	rep->n_builds = rep->patched.n_steps;
	rep->builds = mem_zalloc(rep->n_builds * sizeof(*rep->builds));
	for (size_t i = 0; i < rep->n_builds; i++) {
		r = step_find(x, i, &rep->builds[i], err);
		if (r < 0)
			return r;
		have[i] = r == 1;
		all = all && have[i];
	}
	if (base_known && all) {
		run_note(x, "builds: known from an earlier run");
		return 0;
	}
	r = run_base_prepare(x, &rep->base, &rep->base_build, base_known, err);
	if (r < 0 || rep->base_build.status != BUILD_PASS || all)
		return r;
	return steps_build(x, have, err);
}
