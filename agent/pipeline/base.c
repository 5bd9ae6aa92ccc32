// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
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
#include "pipeline/run.h"
#include "stage/lab/lab.h"
#include "store/store.h"

/* The base's build in its pair of folders; what the builds of a series need of it too. */

enum { STATE_LIMIT = 256 };

int run_build_known(struct run_ctx *x, const char *id, struct build *ret, struct err *err)
{
	int r = store_build_get(x->store, id, ret, err);
	bool whole;

	if (r != 1 || ret->status != BUILD_PASS)
		return r;
	whole = ret->n_artifacts > 0; /* an older store has none of a patch within a series */
	for (size_t i = 0; whole && i < ret->n_artifacts; i++) {
		CLEANUP(free_ptr)
		char *path = store_artifact_path(x->store, ret, ret->artifacts[i].name);

		whole = path && fs_exists(path);
	}
	if (!whole)
		build_done(ret);
	return whole;
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

void run_once_only(struct build *b)
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
	mem_set_copy(&b->id, hex);
}

int run_make(struct run_ctx *x, const struct build_spec *spec, const char *what, const char *out,
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

struct build run_build_of(struct run_ctx *x, const char *id, const char *checkout_id)
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

int run_base_prepare(struct run_ctx *x, const struct checkout *base, struct build *b, bool is_known,
		     struct err *err)
{
	CLEANUP(free_ptr) char *before = state_read(x);
	CLEANUP(free_ptr) char *log = mem_printf("%s/base.log", x->dir);
	CLEANUP(free_ptr) char *out = mem_printf("%s/base", x->dir);
	CLEANUP(build_done) struct build again = run_build_of(x, b->id, base->id);
	struct build *into = is_known ? &again : b;
	const struct build_spec spec = {
		.config = x->config,
		.kernel = x->kernel,
		.src = x->src,
		.obj = x->obj,
		.trusted = true,
		.log = log,
		.cancel_fd = x->cancel_fd,
		.lock_fd = x->tree_lock,
	};
	int r;

	if (is_known && strcmp(before, b->id) == 0)
		return 0; /* nothing was switched since: the pair is as that build left it */
	run_step(x, "build: base %s%s, config %s", base->fix ? "with fix " : "without a fix",
		 base->fix ? base->fix : "", x->kernel->name);
	if (unlink(x->state) < 0 && errno != ENOENT)
		return err_errno(err, errno, "cannot remove '%s'", x->state);
	r = checkout_switch(&x->spec, x->src, base->commit, err);
	if (r < 0)
		return r;
	r = run_make(x, &spec, "build: base", is_known ? NULL : out, into, err);
	if (r == 0 && !is_known && into->status == BUILD_PASS)
		r = warnings_carry(x, before, into, err);
	run_once_only(into);
	if (r == 0 && !is_known)
		r = store_build_put(x->store, b, into->status == BUILD_PASS ? out : NULL, err);
	if (r == 0 && into->status == BUILD_PASS)
		r = fs_write(x->state, b->id, strlen(b->id), err);
	if (r == 0 && is_known && into->status != BUILD_PASS)
		r = err_set(err, EIO, "the base was built before and does not build now: %s",
			    into->error.text ? into->error.text : "see its log");
	return r;
}

int run_base_new(struct run_ctx *x, const struct checkout *base, struct build *ret, struct err *err)
{
	char id[65];
	int r = build_identity(x->config, x->kernel, base->id, x->toolchain, id, err);

	if (r == 0)
		*ret = run_build_of(x, id, base->id);
	return r;
}

int run_base_find(struct run_ctx *x, const struct checkout *base, struct build *ret,
		  struct err *err)
{
	char id[65];
	int r = build_identity(x->config, x->kernel, base->id, x->toolchain, id, err);

	if (r == 0)
		r = run_build_known(x, id, ret, err);
	if (r < 0 || (r == 1 && ret->status == BUILD_PASS))
		return r;
	build_done(ret); /* one that failed may build now */
	*ret = run_build_of(x, id, base->id);
	return 0;
}

int run_base_build(struct run_ctx *x, const char *fix, bool anew, struct build *ret,
		   struct err *err)
{
	CLEANUP(checkout_done) struct checkout base = { 0 };
	int r = checkout_base(&x->spec, true, fix, &base, err);

	if (r == 0)
		r = store_checkout_put(x->store, &base, NULL, err);
	if (r == 0)
		r = anew ? run_base_new(x, &base, ret, err) : run_base_find(x, &base, ret, err);
	if (r == 0)
		r = run_base_prepare(x, &base, ret, false, err);
	if (r >= 0 && ret->status != BUILD_PASS)
		return err_set(err, EIO, "%s%s does not build with config %s: %s%s%s",
			       fix ? "design " : "the unfixed kernel", fix ? fix : "",
			       x->kernel->name, ret->error.file ? ret->error.file : "",
			       ret->error.file && ret->error.file[0] ? ": " : "",
			       ret->error.text ? ret->error.text : "see its log");
	return r < 0 ? r : 0;
}
