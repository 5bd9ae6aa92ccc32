// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "git/git.h"
#include "pipeline/run.h"
#include "yaml/config.h"

/* What was asked for, looked up in lab.yaml and in its folders. */

/* All that can be booted. */
static void default_targets(struct run_ctx *x)
{
	const struct config *c = x->config;

	x->targets = mem_zalloc(c->n_targets * sizeof(*x->targets));
	for (size_t i = 0; i < c->n_targets; i++)
		if (c->targets[i].lab)
			x->targets[x->n_targets++] = &c->targets[i];
}

int run_pick_targets(struct run_ctx *x, const struct target_choice *choice, bool boot,
		     struct err *err)
{
	const struct config *c = x->config;
	const char *const *names = choice->names;
	size_t n = choice->n_names;

	if (n == 0 && (choice->plan || c->n_plans)) {
		const struct plan_config *p =
			choice->plan ? config_plan(c, choice->plan) : &c->plans[0];

		if (!p)
			return err_set(err, EINVAL, "no plan '%s' in %s", choice->plan, c->file);
		names = (const char *const *)p->targets;
		n = p->n_targets;
	}
	if (n == 0) {
		default_targets(x);
		return x->n_targets ? 0
				    : err_set(err, EINVAL, "no target of %s has a lab", c->file);
	}
	x->targets = mem_zalloc(n * sizeof(*x->targets));
	for (size_t i = 0; i < n; i++) {
		const struct target_config *t = config_target(c, names[i]);

		if (!t)
			return err_set(err, EINVAL, "no target '%s' in %s", names[i], c->file);
		if (boot && !t->lab)
			return err_set(err, EINVAL,
				       "target '%s' has no lab: it can be built, not booted",
				       t->name);
		for (size_t k = 0; k < x->n_targets; k++)
			if (x->targets[k] == t)
				return err_set(err, EINVAL, "target '%s' is named twice", t->name);
		x->targets[x->n_targets++] = t;
	}
	return 0;
}

int run_check_design(const struct run_ctx *x, const char *name, struct err *err)
{
	CLEANUP(free_ptr) char *dir = mem_printf("%s/%s", x->config->patches, name);

	if (strcmp(name, "none") == 0)
		return 0;
	if (name[0] && !strchr(name, '/') && name[0] != '.' && fs_exists(dir))
		return 0;
	return err_set(err, EINVAL, "no fix '%s' in %s", name, x->config->patches);
}

int run_read_suites(const struct run_ctx *x, struct suite_list *ret, struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/suites.yaml", x->config->kernel_tests);

	return suites_read(path, ret, err);
}

/* --base: any name of a commit that the tree's repository knows. */
static int base_pick(struct run_ctx *x, const char *base, struct err *err)
{
	CLEANUP(free_ptr) char *name = NULL;
	const struct git g = { .repo = x->tree.repo, .log_fd = -1, .cancel_fd = -1, .lock_fd = -1 };
	struct buf commit = { 0 };
	struct err git_err;
	int r;

	if (!base)
		return 0;
	name = mem_printf("%s^{commit}", base);
	{
		const char *const args[] = { "rev-parse",	 "--verify", "-q",
					     "--end-of-options", name,	     NULL };

		r = git_out(&g, args, &commit, &git_err);
	}
	if (r < 0) {
		buf_done(&commit);
		return err_set(err, EINVAL, "no commit '%s' in tree %s (%s)", base, x->tree.name,
			       x->tree.repo);
	}
	free(x->tree.base);
	x->tree.base = buf_take(&commit);
	return 0;
}

int run_open_tree(struct run_ctx *x, const char *name, const char *base, struct err *err)
{
	const struct tree_config *tc = name ? config_tree(x->config, name) : &x->config->trees[0];
	int r;

	if (!tc)
		return err_set(err, EINVAL, "no tree '%s' in %s", name, x->config->file);
	r = tree_is_stale(x->config, tc, err);
	if (r > 0)
		run_step(x,
			 tree_is_fetched(tc) ? "tree: fetching %s"
					     : "tree: importing %s (about a minute)",
			 tc->source);
	if (r >= 0)
		r = tree_open(x->config, tc, x->cancel_fd, &x->tree, err);
	if (r >= 0 && x->tree.trouble)
		run_note(x, "tree %s is as it was: %s", tc->name, x->tree.trouble);
	return r < 0 ? r : base_pick(x, base, err);
}

/* Whether the tree's own history has the commit: a server hands out any object, forks' too. */
static int is_history(const struct run_ctx *x, const char *commit, struct err *err)
{
	const struct git g = { .repo = x->tree.repo, .log_fd = -1, .cancel_fd = -1, .lock_fd = -1 };
	const char *const args[] = { "merge-base", "--is-ancestor", commit, x->tree.base, NULL };

	return git_ok(&g, args, err);
}

int run_use_base_commit(struct run_ctx *x, const char *name, const char *commit, struct err *err)
{
	const struct tree_config *tc = name ? config_tree(x->config, name) : &x->config->trees[0];
	struct err why = { 0 };
	int r = tree_need(x->config, tc, commit, x->cancel_fd, &why);

	if (r == -ECANCELED)
		return err_set(err, ECANCELED, "%s", why.msg);
	if (r == 1)
		r = is_history(x, commit, err);
	if (r == 1)
		return base_pick(x, commit, err);
	run_note(x, "the series' base-commit %.12s is not in tree %s: put on %.12s", commit,
		 x->tree.name, x->tree.base);
	return 0;
}
