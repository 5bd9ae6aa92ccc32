// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "pipeline/run.h"
#include "sandbox/sandbox.h"
#include "store/store.h"

/* The kernels of the lab as files, for booting by hand. */

static void built_target_done(struct built_target *t)
{
	free(t->name);
	free(t->kernel);
	free(t->dtb);
	free(t->initramfs);
	free(t->cmdline);
}

static void built_done(struct built *b)
{
	for (size_t i = 0; i < b->n_targets; i++)
		built_target_done(&b->targets[i]);
	free(b->targets);
	free(b->build_id);
	free(b->config);
}

void built_list_done(struct built_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		built_done(&l->v[i]);
	free(l->v);
	free(l->tree_version);
	free(l->fix);
	*l = (struct built_list){ 0 };
}

static const char *fix_wanted(const struct run_ctx *x, const struct build_request *req)
{
	const char *fix = req->fix ? req->fix : x->config->fix;

	return fix && strcmp(fix, "none") != 0 ? fix : NULL;
}

static int inputs_read(struct run_ctx *x, const struct build_request *req, struct err *err)
{
	const struct target_choice choice = { req->targets, req->n_targets, req->plan };
	int r = run_pick_targets(x, &choice, false, err);

	if (r == 0 && fix_wanted(x, req))
		r = run_check_design(x, fix_wanted(x, req), err);
	return r;
}

/* Copies an artifact into the folder; *ret is its path there. */
static int artifact_copy(const struct run_ctx *x, const struct build *b, const char *name,
			 const char *dir, char **ret, struct err *err)
{
	CLEANUP(free_ptr) char *from = store_artifact_path(x->store, b, name);
	CLEANUP(free_ptr) char *to = mem_printf("%s/%s", dir, name);
	int r;

	if (!from)
		return err_set(err, EIO, "build %.12s has no %s", b->id, name);
	r = fs_copy(from, to, err);
	if (r < 0)
		return r;
	*ret = to;
	to = NULL;
	return 0;
}

static int target_files(const struct run_ctx *x, const struct build *b,
			const struct target_config *t, const char *dir, const char *initramfs,
			struct built *built, struct err *err)
{
	CLEANUP(free_ptr) char *kernel = target_image_artifact(t);
	CLEANUP(free_ptr) char *dtb = mem_printf("%s.dtb", t->name);
	struct built_target *f;
	int r;

	built->targets = mem_grow(built->targets, built->n_targets, &built->cap_targets,
				  sizeof(*built->targets));
	f = &built->targets[built->n_targets++];
	*f = (struct built_target){
		.name = mem_strdup(t->name),
		.initramfs = mem_strdup(initramfs),
		.cmdline = t->cmdline ? mem_strdup(t->cmdline) : NULL,
	};
	r = artifact_copy(x, b, kernel, dir, &f->kernel, err);
	if (r == 0 && t->dtb)
		r = artifact_copy(x, b, dtb, dir, &f->dtb, err);
	return r;
}

/* One kernel: from the store or built, its files into OUT/CONFIG/. */
static int kernel_files(struct run_ctx *x, const struct build_request *req,
			const struct kernel_config *k, struct built *ret, struct err *err)
{
	CLEANUP(build_done) struct build b = { 0 };
	CLEANUP(free_ptr) char *dir = mem_printf("%s/%s", req->out, k->name);
	CLEANUP(free_ptr) char *initramfs = mem_printf("%s/initramfs.cpio.gz", dir);
	int r = run_take_kernel(x, k, true, err);

	if (r == 0)
		r = run_base_build(x, fix_wanted(x, req), false, &b, err);
	if (r == 0)
		r = build_initramfs(x->config, x->kernel, x->toolchain, x->initramfs, err);
	if (r == 0)
		r = fs_mkdirs(dir, err);
	if (r == 0)
		r = fs_copy(x->initramfs, initramfs, err);
	if (r < 0)
		return r;
	ret->build_id = mem_strdup(b.id);
	ret->config = mem_strdup(k->name);
	for (size_t i = 0; r == 0 && i < x->n_targets; i++)
		if (strcmp(x->targets[i]->config, k->name) == 0)
			r = target_files(x, &b, x->targets[i], dir, initramfs, ret, err);
	return r;
}

static bool has_config(const struct built_list *l, const char *config)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i].config, config) == 0)
			return true;
	return false;
}

static int kernels_files(struct run_ctx *x, const struct build_request *req, struct built_list *l,
			 struct err *err)
{
	const char *fix = fix_wanted(x, req);
	int r = 0;

	l->tree_version = mem_strdup(x->tree.version);
	l->fix = mem_strdup(fix ? fix : "none");
	for (size_t i = 0; r == 0 && i < x->n_targets; i++) {
		const struct kernel_config *k = config_kernel(x->config, x->targets[i]->config);
		struct built b = { 0 };

		if (has_config(l, k->name))
			continue;
		r = kernel_files(x, req, k, &b, err);
		if (r < 0) {
			built_done(&b);
			break;
		}
		l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
		l->v[l->n++] = b;
	}
	return r;
}

int pipeline_build(const struct config *c, struct store *store, const struct build_request *req,
		   const struct progress *progress, struct built_list *ret, bool *input_error,
		   struct err *err)
{
	struct run_ctx x = { .config = c,
			     .store = store,
			     .progress = progress,
			     .cancel_fd = req->cancel_fd,
			     .dir_lock = -1,
			     .tree_lock = -1 };
	CLEANUP(built_list_done) struct built_list l = { 0 };
	int r = run_open(&x, err);

	*input_error = false;
	if (r == 0) {
		r = inputs_read(&x, req, err);
		if (r == 0)
			r = fs_mkdirs(req->out, err);
		*input_error = r < 0 && r != -ECANCELED;
	}
	if (r == 0) {
		r = run_open_tree(&x, req->tree, NULL, err);
		*input_error = r == -ENOENT; /* a source package that is not installed */
	}
	if (r == 0)
		r = run_take_tree(&x, err);
	if (r == 0)
		r = sandbox_private_mounts(err);
	if (r == 0)
		r = kernels_files(&x, req, &l, err);
	if (r == -EINVAL)
		*input_error = true; /* lab.yaml, a fix that does not apply */
	run_close(&x, NULL);
	if (r < 0)
		return r;
	*ret = l;
	l = (struct built_list){ 0 };
	return 0;
}
