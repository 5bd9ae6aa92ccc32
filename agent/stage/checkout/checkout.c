// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/checkout/checkout.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/series.h"
#include "stage/checkout/conflict.h"
#include "stage/checkout/worktree.h"

static int rev(const struct checkout_spec *spec, const char *name, char **ret, struct err *err)
{
	const struct git g = worktree_apply(spec);
	const char *const args[] = { "rev-parse", "--verify", "-q", name, NULL };
	struct buf b = { 0 };
	int r = git_out(&g, args, &b, err);

	if (r < 0)
		buf_done(&b);
	else
		*ret = buf_take(&b);
	return r;
}

/* Applies files[] with git am; 1 all applied, 0 git refused one (the worktree shows which). */
static int am(const struct checkout_spec *spec, const char *const *files, size_t n,
	      struct buf *words, struct err *err)
{
	static const char *const head[] = {
		"am", "-3", "--patch-format=mbox", "--no-scissors", "--no-gpg-sign", "--", NULL
	};
	const struct git g = worktree_apply(spec);
	CLEANUP(strv_done) struct strv args = { 0 };

	strv_all(&args, head);
	for (size_t i = 0; i < n; i++)
		strv_add(&args, files[i]);
	return git_words(&g, (const char *const *)args.v, words, err);
}

/* The commits from..HEAD, oldest first. */
static int steps_list(const struct checkout_spec *spec, const char *from, struct strv *ret,
		      struct err *err)
{
	const struct git g = worktree_apply(spec);
	CLEANUP(free_ptr) char *range = mem_printf("%s..HEAD", from);
	const char *const args[] = { "rev-list", "--reverse", range, NULL };
	CLEANUP(buf_done) struct buf out = { 0 };
	int r = git_out(&g, args, &out, err);
	char *rest = NULL;

	if (r < 0 || out.len == 0)
		return r;
	for (char *l = strtok_r(out.data, "\n", &rest); l; l = strtok_r(NULL, "\n", &rest))
		strv_add(ret, l);
	return 0;
}

/*
 * Applies patch by patch and notes the commit after each; for a series in which
 * a patch changes nothing (git am skips what is applied already).
 */
static int steps_one_by_one(const struct checkout_spec *spec, const char *from,
			    const struct strv *files, struct strv *ret, struct err *err)
{
	int r = worktree_empty_at(spec, from, err);

	for (size_t i = 0; r >= 0 && i < files->n; i++) {
		CLEANUP(buf_done) struct buf words = { 0 };
		const char *const one[] = { files->v[i] };
		char *commit = NULL;

		r = am(spec, one, 1, &words, err);
		if (r == 0)
			return err_set(err, EIO, "patch %zu applied before and does not now",
				       i + 1);
		if (r > 0)
			r = rev(spec, "HEAD", &commit, err);
		if (r == 0)
			strv_take(ret, commit);
	}
	return r < 0 ? r : 0;
}

/* Puts mails on top of `from`: 1 and *steps (one a mail), or 0 and *conflict. */
static int apply(const struct checkout_spec *spec, const char *from, const struct strv *files,
		 const struct series *series, struct strv *steps, struct conflict *conflict,
		 struct err *err)
{
	CLEANUP(buf_done) struct buf words = { 0 };
	int r = worktree_empty_at(spec, from, err);

	if (r == 0)
		r = am(spec, (const char *const *)files->v, files->n, &words, err);
	if (r < 0)
		return r;
	if (r == 0 && !conflict_said(buf_text(&words)))
		return conflict_trouble(buf_text(&words), err);
	if (r == 0) {
		r = conflict_find(spec, files, series, buf_text(&words), conflict, err);
		return r < 0 ? r : 0;
	}
	r = steps_list(spec, from, steps, err);
	if (r == 0 && steps->n != files->n) {
		strv_done(steps);
		r = steps_one_by_one(spec, from, files, steps, err);
	}
	return r < 0 ? r : 1;
}

int checkout_applies(const struct checkout_spec *spec, const struct series *series,
		     struct conflict *conflict, struct err *err)
{
	CLEANUP(free_ptr) char *index = mem_printf("%s/applies.index", spec->repo);
	CLEANUP(strv_done) struct strv args = { 0 };
	CLEANUP(strv_done) struct strv files = { 0 };
	CLEANUP(strv_done) struct strv steps = { 0 };
	CLEANUP(buf_done) struct buf words = { 0 };
	CLEANUP(free_ptr) char *lock = mem_printf("%s.lock", index);
	struct git g = worktree_repo(spec);
	int r = worktree_ready(spec, spec->apply_dir, err);

	if (r == 0)
		r = worktree_index(spec, spec->base, index, err);
	if (r < 0)
		return r;
	(void)unlink(lock); /* a killed run's */
	g.index = index;
	strv_all(&args, (const char *const[]){ "apply", "--cached", "--", NULL });
	for (size_t i = 0; i < series->n; i++) {
		strv_add(&args, series->patches[i].file);
		strv_add(&files, series->patches[i].file);
	}
	r = git_words(&g, (const char *const *)args.v, &words, err);
	(void)unlink(index);
	if (r != 0)
		return r;
	/* an encoded mail, a patch that needs a merge, or one that does not apply */
	return apply(spec, spec->base, &files, series, &steps, conflict, err);
}

int checkout_series(const struct checkout_spec *spec, const struct checkout *on,
		    const struct series *series, struct checkout *ret, struct conflict *conflict,
		    struct err *err)
{
	CLEANUP(checkout_done) struct checkout c = { 0 };
	CLEANUP(strv_done) struct strv files = { 0 };
	CLEANUP(strv_done) struct strv steps = { 0 };
	CLEANUP(free_ptr) char *tree = NULL;
	CLEANUP(free_ptr) char *ref = NULL;
	int r;

	for (size_t i = 0; i < series->n; i++)
		strv_add(&files, series->patches[i].file);
	r = apply(spec, on->commit, &files, series, &steps, conflict, err);
	if (r <= 0)
		return r;

	c.commit = mem_strdup(steps.v[steps.n - 1]);
	tree = mem_printf("%s^{tree}", c.commit);
	r = rev(spec, tree, &c.id, err);
	if (r < 0)
		return r;
	ref = mem_printf("refs/dmalab/series/%s", c.id);
	r = worktree_ref_set(spec, ref, c.commit, err);
	if (r < 0)
		return r;
	c.tree_name = mem_strdup(spec->tree_name);
	c.base = mem_strdup(spec->base);
	c.fix = on->fix ? mem_strdup(on->fix) : NULL;
	c.overlay = on->overlay;
	c.patchset_hash = mem_strdup(series->hash);
	c.message_id = mem_strdup(series->message_id);
	c.name = mem_strdup(series->name);
	c.steps = steps.v;
	c.n_steps = steps.n;
	steps = (struct strv){ 0 };
	*ret = c;
	c = (struct checkout){ 0 };
	return 1;
}

int checkout_changed(const struct checkout_spec *spec, const char *from, const char *to,
		     struct strv *paths, struct err *err)
{
	const struct git g = worktree_repo(spec);
	const char *const args[] = { "diff-tree", "-r", "--name-only", "-z", "--no-renames",
				     from,	  to,	NULL };
	CLEANUP(buf_done) struct buf out = { 0 };
	int r = git_out(&g, args, &out, err);

	for (size_t at = 0; r == 0 && at < out.len; at += strlen(out.data + at) + 1)
		strv_add(paths, out.data + at);
	return r;
}

int checkout_switch(const struct checkout_spec *spec, const char *worktree, const char *commit,
		    struct err *err)
{
	const struct git g = { .work_tree = worktree,
			       .log_fd = -1,
			       .cancel_fd = spec->cancel_fd,
			       .lock_fd = spec->lock_fd };
	const char *const reset[] = { "reset", "--hard", "-q", commit, NULL };
	const char *const clean[] = { "clean", "-f", "-f", "-d", "-x", "-q", NULL };
	int r = worktree_ready(spec, worktree, err);

	if (r == 0)
		r = git_must(&g, reset, err);
	if (r == 0)
		r = git_must(&g, clean, err);
	return r < 0 ? err_prefix(err, "worktree '%s'", worktree) : 0;
}

int checkout_step(const struct checkout_spec *spec, const char *folder, const char *index,
		  const char *commit, struct err *err)
{
	const struct git g = { .repo = spec->repo,
			       .work_tree = folder,
			       .index = index,
			       .log_fd = -1,
			       .cancel_fd = spec->cancel_fd,
			       .lock_fd = spec->lock_fd };
	const char *const args[] = { "read-tree", "--reset", "-u", commit, NULL };

	return git_must(&g, args, err);
}

int checkout_index_path(const struct checkout_spec *spec, const char *worktree, char **ret,
			struct err *err)
{
	CLEANUP(free_ptr) char *gitdir = worktree_gitdir(worktree);

	(void)spec;
	if (!gitdir)
		return err_set(err, EIO, "'%s' is no git worktree", worktree);
	*ret = mem_printf("%s/index", gitdir);
	return 0;
}
