// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/run.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"

__attribute__((format(printf, 3, 0))) static void tell(void (*to)(void *, const char *), void *arg,
						       const char *fmt, va_list ap)
{
	CLEANUP(free_ptr) char *text = mem_vprintf(fmt, ap);

	if (to)
		to(arg, text);
}

void run_step(const struct run_ctx *x, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(x->progress->step, x->progress->arg, fmt, ap);
	va_end(ap);
}

void run_tick(const struct run_ctx *x, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(x->progress->tick, x->progress->arg, fmt, ap);
	va_end(ap);
}

void run_note(struct run_ctx *x, const char *fmt, ...)
{
	CLEANUP(free_ptr) char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	if (x->notes && !strv_has(x->notes, text))
		strv_add(x->notes, text);
}

/* Removes the folders of runs whose lock nobody holds any more. */
static int sweep(const char *runs, struct err *err)
{
	DIR *d = opendir(runs);
	struct dirent *e;
	int r = 0;

	if (!d)
		return err_errno(err, errno, "cannot read '%s'", runs);
	while (r == 0 && (e = readdir(d))) {
		CLEANUP(free_ptr) char *dir = mem_printf("%s/%s", runs, e->d_name);
		CLEANUP(free_ptr) char *path = mem_printf("%s/lock", dir);
		CLEANUP(free_ptr) char *keep = mem_printf("%s/keep", dir);
		CLEANUP(close_fd) int lock = -1;
		struct err ignored;

		if (strncmp(e->d_name, "run-", 4) != 0 || fs_exists(keep))
			continue;
		lock = fs_lock(path, false, &ignored);
		if (lock >= 0 || ignored.code == ENOENT)
			r = fs_rmtree(dir, err);
	}
	(void)closedir(d);
	return r;
}

int run_open(struct run_ctx *x, struct err *err)
{
	CLEANUP(free_ptr) char *runs = mem_printf("%s/runs", x->config->work_dir);
	CLEANUP(free_ptr) char *gate = mem_printf("%s/gate", runs);
	CLEANUP(free_ptr) char *path = NULL;
	CLEANUP(close_fd) int gate_fd = -1;
	int r = fs_mkdirs(runs, err);

	if (r < 0)
		return r;
	gate_fd = fs_lock_wait(gate, x->cancel_fd, err); /* between mkdir and lock nobody sweeps */
	if (gate_fd < 0)
		return gate_fd;
	r = sweep(runs, err);
	if (r < 0)
		return r;
	x->dir = mem_printf("%s/run-%lld-%ld", runs, (long long)clock_now(), (long)getpid());
	path = mem_printf("%s/lock", x->dir);
	r = fs_mkdirs(x->dir, err);
	if (r < 0)
		return r;
	x->dir_lock = fs_lock(path, false, err);
	return x->dir_lock < 0 ? x->dir_lock : 0;
}

/* What a person wants to look at stays; a mark keeps the sweep away. */
static void keep_dir(struct run_ctx *x, char **kept)
{
	CLEANUP(free_ptr) char *mark = mem_printf("%s/keep", x->dir);
	struct err ignored;

	if (fs_write(mark, "", 0, &ignored) == 0)
		*kept = mem_strdup(x->dir);
}

static void kernel_leave(struct run_ctx *x)
{
	free(x->built.fragments); /* the names are lab.yaml's */
	x->built.fragments = NULL;
	free(x->src);
	free(x->obj);
	free(x->state);
	free(x->initramfs);
	free(x->toolchain);
	x->src = x->obj = x->state = x->initramfs = x->toolchain = NULL;
}

void run_close(struct run_ctx *x, char **kept)
{
	struct err ignored;

	if (x->dir && kept)
		keep_dir(x, kept);
	else if (x->dir && fs_rmtree(x->dir, &ignored) < 0)
		run_note(x, "%s", ignored.msg);
	helpers_end(&x->helpers);
	submission_marks_done(&x->open);
	close_fd(&x->dir_lock);
	close_fd(&x->tree_lock);
	tree_done(&x->tree);
	kernel_leave(x);
	free(x->targets);
	free(x->dir);
	free(x->apply_dir);
}

void run_leave_tree(struct run_ctx *x)
{
	close_fd(&x->tree_lock);
	x->tree_lock = -1;
	x->spec.lock_fd = -1;
}

/* A kernel is built for all its targets: what one of them names must be there too. */
static int check_missing(const struct run_ctx *x, const struct kernel_config *k, struct err *err)
{
	const struct config *c = x->config;

	if (k->missing)
		return err_set(err, EINVAL, "%s", k->missing);
	for (size_t i = 0; i < c->n_targets; i++)
		if (c->targets[i].missing && strcmp(c->targets[i].config, k->name) == 0)
			return err_set(err, EINVAL, "%s", c->targets[i].missing);
	return 0;
}

static void configure(struct run_ctx *x, const struct kernel_config *k, bool overlay)
{
	size_t n = overlay ? k->n_overlay_fragments : 0;

	x->built = *k;
	x->built.n_fragments = k->n_fragments + n;
	x->built.fragments = mem_zalloc(x->built.n_fragments * sizeof(*x->built.fragments));
	for (size_t i = 0; i < k->n_fragments; i++)
		x->built.fragments[i] = k->fragments[i];
	for (size_t i = 0; i < n; i++)
		x->built.fragments[k->n_fragments + i] = k->overlay_fragments[i];
	x->kernel = &x->built;
}

int run_take_kernel(struct run_ctx *x, const struct kernel_config *k, bool overlay, struct err *err)
{
	CLEANUP(free_ptr)
	char *pair = mem_printf("%s/trees/%s/%s", x->config->cache_dir, x->tree.name, k->name);
	int r = check_missing(x, k, err);

	if (r == 0)
		r = fs_mkdirs(pair, err);
	if (r < 0)
		return r;
	kernel_leave(x);
	configure(x, k, overlay);
	x->src = mem_printf("%s/src", pair);
	x->obj = mem_printf("%s/obj", pair);
	x->state = mem_printf("%s/state", pair);
	x->initramfs = mem_printf("%s/initramfs.cpio.gz", pair);
	return build_toolchain(x->kernel, &x->toolchain, err);
}

int run_take_tree(struct run_ctx *x, struct err *err)
{
	CLEANUP(free_ptr) char *dir = mem_printf("%s/trees/%s", x->config->cache_dir, x->tree.name);
	CLEANUP(free_ptr) char *lock = mem_printf("%s/worktrees.lock", dir);
	int r = fs_mkdirs(dir, err);

	if (r < 0)
		return r;
	x->tree_lock = fs_lock(lock, false, err);
	if (x->tree_lock == -EWOULDBLOCK) {
		run_step(x, "waiting for another run that has tree %s", x->tree.name);
		x->tree_lock = fs_lock_wait(lock, x->cancel_fd, err);
	}
	if (x->tree_lock < 0)
		return x->tree_lock;
	mem_set(&x->apply_dir, mem_printf("%s/apply", dir));
	x->spec = (struct checkout_spec){
		.repo = x->tree.repo,
		.tree_name = x->tree.name,
		.base = x->tree.base,
		.apply_dir = x->apply_dir,
		.kernel_tests = x->config->kernel_tests,
		.patches = x->config->patches,
		.cancel_fd = x->cancel_fd,
		.lock_fd = x->tree_lock,
	};
	return 0;
}
