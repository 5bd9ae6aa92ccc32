// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/mem.h"
#include "git/git.h"
#include "pipeline/run.h"
#include "sandbox/sandbox.h"
#include "stage/build/build.h"
#include "stage/lab/lab.h"
#include "store/store.h"

/* The base's build in its pair of folders, and the series' builds on top of it. */

enum { STATE_LIMIT = 256, INDEX_LIMIT = 256 << 20 };

/* A build that is kept with all that a boot needs. 1 known, 0 not. */
static int known(struct run_ctx *x, const char *id, struct build *ret, struct err *err)
{
	int r = store_build_get(x->store, id, ret, err);

	if (r != 1 || ret->status != BUILD_PASS)
		return r;
	for (size_t i = 0; i < ret->n_artifacts; i++) {
		CLEANUP(free_ptr)
		char *path = store_artifact_path(x->store, ret, ret->artifacts[i].name);

		if (!path || !fs_exists(path)) {
			build_done(ret);
			return 0;
		}
	}
	return 1;
}

/* Which build lies in the object folder whole; "" none. */
static char *state_read(const struct run_ctx *x)
{
	struct buf b = { 0 };
	struct err ignored;

	if (fs_read(x->state, STATE_LIMIT, &b, &ignored) < 0)
		buf_done(&b);
	return buf_take(&b);
}

/* The names and sources of the device trees that the targets boot with. */
struct dtbs {
	struct build_dtb *v;
	struct strv texts; /* owns what v points to */
	size_t n;
};

static void dtbs_done(struct dtbs *d)
{
	free(d->v);
	strv_done(&d->texts);
}

static const char *text_keep(struct dtbs *d, char *text)
{
	strv_take(&d->texts, text);
	return text;
}

/* All targets of the kernel, not only those asked for: a build is kept for all. */
static int dtbs_find(struct run_ctx *x, struct dtbs *ret, struct err *err)
{
	const struct config *c = x->config;

	ret->v = mem_zalloc(c->n_targets * sizeof(*ret->v));
	for (size_t i = 0; i < c->n_targets; i++) {
		const struct target_config *t = &c->targets[i];
		struct build_dtb *d = &ret->v[ret->n];

		if (strcmp(t->config, x->kernel->name) != 0 || !t->dtb)
			continue;
		d->name = text_keep(ret, mem_printf("%s.dtb", t->name));
		d->base = t->dtb;
		if (strcmp(t->dtb, "qemu") == 0) {
			int r;

			d->base = text_keep(ret, mem_printf("%s/%s.qemu.dtb", x->dir, t->name));
			r = lab_dump_dtb(c, t, d->base, err);
			if (r < 0)
				return r;
		}
		if (t->overlay)
			d->overlay = text_keep(ret, mem_printf("%s/dts/%s", c->kernel_tests,
							       t->overlay));
		ret->n++;
	}
	return 0;
}

/*
 * A build that the lab could not do, or that met one of its limits, says nothing of the source
 * the next time: it is kept for its log, under an id that no later run will look for.
 */
static void once_only(struct build *b)
{
	char hex[HASH_HEX_LEN];
	struct hash h;

	if (b->status != BUILD_ERROR && !b->limit)
		return;
	hash_start(&h);
	hash_field(&h, b->id);
	hash_size(&h, (size_t)clock_now());
	hash_size(&h, (size_t)getpid());
	hash_hex(&h, hex);
	free(b->id);
	b->id = mem_strdup(hex);
}

/* Configure and make; artifacts into `out` unless it is NULL. The log is the build's from then on.
 */
static int make(struct run_ctx *x, const struct build_spec *spec, const char *what, const char *out,
		struct build *b, struct err *err)
{
	CLEANUP(dtbs_done) struct dtbs dtbs = { 0 };
	struct build_make m = { 0 };
	int64_t began = clock_ms();
	int r;

	b->started = clock_now();
	b->log = mem_strdup(spec->log);
	r = build_configure(spec, b, err);
	if (r < 0 || b->status != BUILD_PASS)
		return r;
	r = build_make_start(spec, &m, err);
	if (r < 0)
		return r;
	while ((r = build_make_poll(spec, &m, 500, b, err)) == 0)
		run_tick(x, "%s: %zu objects", what, m.objects);
	build_make_abandon(&m);
	if (r < 0)
		return r;
	if (b->status == BUILD_PASS && out) {
		r = dtbs_find(x, &dtbs, err);
		if (r == 0)
			r = fs_mkdirs(out, err);
		if (r == 0)
			r = build_collect(spec, dtbs.v, dtbs.n, out, b, err);
	}
	b->duration_ms = clock_ms() - began;
	return r < 0 ? r : 0;
}

static struct build build_of(struct run_ctx *x, const char *id, const char *checkout_id)
{
	return (struct build){
		.id = mem_strdup(id),
		.checkout_id = mem_strdup(checkout_id),
		.config_name = mem_strdup(x->kernel->name),
		.toolchain = mem_strdup(x->toolchain),
		.architecture = mem_strdup(x->kernel->architecture),
		.command = mem_printf("make ARCH=%s CROSS_COMPILE=%s", x->kernel->architecture,
				      x->kernel->cross_compile),
	};
}

static bool has_warning(const struct build *b, const struct diagnostic *w)
{
	for (size_t i = 0; i < b->n_warnings; i++)
		if (strcmp(b->warnings[i].text, w->text) == 0 &&
		    strcmp(b->warnings[i].file, w->file) == 0)
			return true;
	return false;
}

/* make says nothing of files that it did not compile again: what was known of them holds on. */
static int warnings_carry(struct run_ctx *x, const char *previous, struct build *b, struct err *err)
{
	CLEANUP(build_done) struct build old = { 0 };
	int r = previous[0] ? store_build_get(x->store, previous, &old, err) : 0;

	for (size_t i = 0; r == 1 && i < old.n_warnings; i++) {
		if (has_warning(b, &old.warnings[i]))
			continue;
		b->warnings = mem_grow(b->warnings, b->n_warnings, &b->cap_warnings,
				       sizeof(*b->warnings));
		b->warnings[b->n_warnings++] = old.warnings[i];
		old.warnings[i] = (struct diagnostic){ 0 };
	}
	return r < 0 ? r : 0;
}

/* Brings the pair to the base, built. `b` is the build's row, known before or new. */
static int base_prepare(struct run_ctx *x, struct build *b, bool is_known, struct err *err)
{
	const struct checkout *base = &x->report->base;
	CLEANUP(free_ptr) char *before = state_read(x);
	CLEANUP(free_ptr) char *log = mem_printf("%s/base.log", x->dir);
	CLEANUP(free_ptr) char *out = mem_printf("%s/base", x->dir);
	CLEANUP(build_done) struct build again = build_of(x, b->id, base->id);
	struct build *into = is_known ? &again : b;
	const struct build_spec spec = {
		.config = x->config,
		.kernel = x->kernel,
		.src = x->src,
		.obj = x->obj,
		.trusted = true,
		.log = log,
		.cancel_fd = x->req->cancel_fd,
		.lock_fd = x->tree_lock,
	};
	int r;

	if (is_known && strcmp(before, b->id) == 0)
		return 0; /* nothing was switched since: the pair is as that build left it */
	run_step(x, "build: base %s%s", base->fix ? "with fix " : "without a fix",
		 base->fix ? base->fix : "");
	if (unlink(x->state) < 0 && errno != ENOENT)
		return err_errno(err, errno, "cannot remove '%s'", x->state);
	r = checkout_switch(&x->spec, x->src, base->commit, err);
	if (r < 0)
		return r;
	r = make(x, &spec, "build: base", is_known ? NULL : out, into, err);
	if (r == 0 && !is_known && into->status == BUILD_PASS)
		r = warnings_carry(x, before, into, err);
	once_only(into);
	if (r == 0 && !is_known)
		r = store_build_put(x->store, b, into->status == BUILD_PASS ? out : NULL, err);
	if (r == 0 && into->status == BUILD_PASS)
		r = fs_write(x->state, b->id, strlen(b->id), err);
	if (r == 0 && is_known && into->status != BUILD_PASS)
		r = err_set(err, EIO, "the base was built before and does not build now: %s",
			    into->error.text ? into->error.text : "see its log");
	return r;
}

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

static int step_build(struct run_ctx *x, struct copy *copy, size_t i, const char *before,
		      struct build *b, struct err *err)
{
	const struct checkout *tip = &x->report->patched;
	bool last = i + 1 == tip->n_steps;
	CLEANUP(strv_done) struct strv paths = { 0 };
	CLEANUP(free_ptr)
	char *what = mem_printf("build: patch %d of %zu", x->report->series.patches[i].number,
				x->report->series.n);
	CLEANUP(free_ptr) char *log = mem_printf("%s/patch-%zu.log", x->dir, i + 1);
	CLEANUP(free_ptr) char *out = mem_printf("%s/patched", x->dir);
	struct build_spec spec = {
		.config = x->config,
		.kernel = x->kernel,
		.src = copy->src,
		.obj = copy->obj,
		.log = log,
		.cancel_fd = x->req->cancel_fd,
		.lock_fd = x->tree_lock,
	};
	int r;

	run_step(x, "%s: %s", what, x->report->series.patches[i].subject);
	r = checkout_changed(&x->spec, before, tip->steps[i], &paths, err);
	if (r == 0)
		r = checkout_step(&x->spec, copy->src, copy->index, tip->steps[i], err);
	if (r < 0)
		return r;
	spec.configure = touches_kconfig(&paths);
	r = make(x, &spec, what, last ? out : NULL, b, err);
	once_only(b);
	if (r == 0)
		r = store_build_put(x->store, b, last && b->status == BUILD_PASS ? out : NULL, err);
	return r;
}

/*
 * Finds the builds that the store knows, and builds the rest in order. A build
 * that stands for a patch in the middle was kept without artifacts: as
 * a tip it must be made once more.
 */
static int step_find(struct run_ctx *x, size_t i, struct build *b, struct err *err)
{
	CLEANUP(checkout_done) struct checkout c = { 0 };
	char id[65];
	int r = step_checkout(x, i, &c, err);

	if (r == 0)
		r = build_identity(x->config, x->kernel, c.id, x->toolchain, id, err);
	if (r == 0)
		r = known(x, id, b, err);
	if (r == 1 && i + 1 == x->report->patched.n_steps && b->status == BUILD_PASS &&
	    b->n_artifacts == 0) {
		build_done(b);
		r = 0;
	}
	if (r == 0)
		*b = build_of(x, id, c.id);
	return r;
}

static int steps_build(struct run_ctx *x, const bool *have, struct err *err)
{
	CLEANUP(copy_done) struct copy copy = { 0 };
	const char *before = x->report->base.commit;
	int r = copy_make(x, &copy, err);

	for (size_t i = 0; r == 0 && i < x->report->n_builds; i++) {
		if (have[i])
			continue;
		r = step_build(x, &copy, i, before, &x->report->builds[i], err);
		if (r == 0 && x->report->builds[i].status == BUILD_ERROR)
			break; /* the lab is not well: what follows would say nothing */
		before = x->report->patched.steps[i];
	}
	return r;
}

int run_builds(struct run_ctx *x, struct err *err)
{
	struct test_report *rep = x->report;
	CLEANUP(free_ptr) bool *have = mem_zalloc(rep->patched.n_steps * sizeof(*have));
	bool all = true;
	bool base_known;
	char id[65];
	int r = build_identity(x->config, x->kernel, rep->base.id, x->toolchain, id, err);

	if (r == 0)
		r = known(x, id, &rep->base_build, err);
	if (r < 0)
		return r;
	base_known = r == 1 && rep->base_build.status == BUILD_PASS;
	if (!base_known)
		build_done(&rep->base_build); /* one that failed may build now */
	if (!base_known)
		rep->base_build = build_of(x, id, rep->base.id);

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
	r = base_prepare(x, &rep->base_build, base_known, err);
	if (r < 0 || rep->base_build.status != BUILD_PASS || all)
		return r;
	return steps_build(x, have, err);
}
