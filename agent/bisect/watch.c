// SPDX-License-Identifier: GPL-2.0-or-later
#include "bisect/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "bisect/bisect.h"
#include "bisect/room.h"
#include "git/git.h"
#include "model/config.h"
#include "sandbox/sandbox.h"
#include "stage/judge/changes.h"
#include "stage/judge/judge.h"
#include "store/bisections.h"
#include "store/known.h"
#include "store/store.h"

enum { SEARCHES_MAX = 4 }; /* for one commit: what breaks all at once has few causes */

/* What a commit came to, a target each. */
struct tested {
	struct build *builds; /* of the first target of each kernel */
	struct outcome *outcomes;
	size_t n;
};

struct watching {
	struct bisect s; /* its bisection is the one that is asked for just now */
	const struct watch_config *w;
	struct strv *notes;
	char *good; /* an ancestor of the newest commit: that, or where they parted */
	struct strv asked;
	struct known_list known; /* is no news, whichever commit brings it */
};

static void tested_done(struct tested *t)
{
	for (size_t i = 0; i < t->n; i++) {
		build_done(&t->builds[i]);
		outcome_done(&t->outcomes[i]);
	}
	free(t->builds);
	free(t->outcomes);
}

static void watching_done(struct watching *w)
{
	run_close(&w->s.x, NULL);
	test_report_done(&w->s.report);
	range_done(&w->s.range);
	bisection_done(&w->s.b);
	free(w->good);
	strv_done(&w->asked);
	known_list_done(&w->known);
}

/* --- one commit --- */

/* The first target that has the kernel of this one. */
static size_t kernel_of(const struct run_ctx *x, size_t target)
{
	size_t i = 0;

	while (strcmp(x->targets[i]->config, x->targets[target]->config) != 0)
		i++;
	return i;
}

static int build_at(struct watching *w, const char *commit, size_t target, struct build *ret,
		    struct err *err)
{
	struct run_ctx *x = &w->s.x;
	const char *fix = w->w->fix ? w->w->fix : x->config->fix;
	const struct step_what what = { commit, fix ? fix : "none", false };
	CLEANUP(checkout_done) struct checkout co = { 0 };
	CLEANUP(free_ptr) char *why = NULL;
	int64_t ms;
	int r = x->tree_lock < 0 ? run_take_tree(x, err) : 0;

	if (r == 0)
		r = step_checkout(x, &what, &why, &co, err);
	if (r == 0)
		return err_set(err, EINVAL, "%.12s: %s", commit, why);
	if (r == 1)
		r = store_checkout_put(x->store, &co, NULL, err);
	if (r == 0)
		r = run_take_kernel(x, config_kernel(x->config, x->targets[target]->config),
				    co.overlay, err);
	if (r == 0)
		r = step_build(x, &co, NULL, ret, &ms, err);
	if (r == 0 && ret->status == BUILD_FAIL && ret->limit)
		return err_set(err, EIO, "%.12s: its build met a limit of the lab's", commit);
	return r;
}

/* All targets of a kernel, at once. */
static int boots_at(struct watching *w, size_t kernel, struct tested *t, struct err *err)
{
	CLEANUP(boots_done) struct boots l = { 0 };
	struct run_ctx *x = &w->s.x;
	int r = 0;

	for (size_t i = kernel; r == 0 && i < x->n_targets; i++)
		if (kernel_of(x, i) == kernel)
			r = boots_add(x, &l, &t->builds[kernel], w->w->tree, x->targets[i], false,
				      &t->outcomes[i], err);
	run_leave_tree(x);
	if (r == 0)
		r = boots_run(x, &l, &w->s.report.suites, err);
	for (size_t i = kernel; r == 0 && i < x->n_targets; i++)
		if (kernel_of(x, i) == kernel && t->outcomes[i].infra)
			r = err_set(err, EIO, "%s: %s", x->targets[i]->name, t->outcomes[i].reason);
	return r;
}

static int commit_test(struct watching *w, const char *commit, struct tested *ret, struct err *err)
{
	struct run_ctx *x = &w->s.x;
	int r = 0;

	ret->n = x->n_targets;
	ret->builds = mem_zalloc(ret->n * sizeof(*ret->builds));
	ret->outcomes = mem_zalloc(ret->n * sizeof(*ret->outcomes));
	for (size_t i = 0; r == 0 && i < x->n_targets; i++) {
		if (kernel_of(x, i) != i)
			continue;
		r = build_at(w, commit, i, &ret->builds[i], err);
		if (r == 0 && ret->builds[i].status == BUILD_PASS)
			r = boots_at(w, i, ret, err);
	}
	return r;
}

/* --- what is new is searched for --- */

/* As a row, which whoever looks for such finds. */
static int search_ask(struct watching *w, const struct target_config *t, enum bisection_kind kind,
		      const char *subject, const char *what, struct err *err)
{
	CLEANUP(free_ptr) char *key = mem_printf("%s %s", bisection_kind_name(kind), subject);
	struct bisect *s = &w->s;
	const struct bisect_request req = {
		.good = w->good,
		.bad = s->x.tree.base,
		.tree = w->w->tree,
		.kind = kind,
		.subject = subject,
		.target = t->name,
		.fix = w->w->fix,
		.first_parent = w->w->first_parent,
		.paths = &w->w->paths,
		.watch = w->w->name,
		.cancel_fd = s->x.cancel_fd,
	};
	int r;

	if (strv_has(&w->asked, key) || w->asked.n >= SEARCHES_MAX)
		return 0; /* on another target, too */
	strv_add(&w->asked, key);
	range_done(&s->range);
	bisection_done(&s->b);
	s->target = t;
	r = ask_take(s, &req, err);
	if (r == 0)
		strv_addf(w->notes, "%s: %.12s on %s: %s: bisection %lld of %zu commits",
			  w->w->name, s->x.tree.base, t->name, what, (long long)s->b.num,
			  s->b.n_range);
	return r;
}

static int reason_ask(struct watching *w, const struct target_config *t, const struct reason *r,
		      struct err *err)
{
	switch (r->kind) {
	case REASON_NEW_CRASH:
		return r->signature[0]
			       ? search_ask(w, t, BISECT_SIGNATURE, r->signature, r->subject, err)
			       : search_ask(w, t, BISECT_BOOT, "", r->subject, err);
	case REASON_BOOT_HANG:
		return search_ask(w, t, BISECT_BOOT, "", r->detail, err);
	case REASON_NEW_FAILURE: {
		CLEANUP(free_ptr) char *what = mem_printf("%s fails", r->subject);

		return search_ask(w, t, BISECT_TEST, r->subject, what, err);
	}
	case REASON_MISSING_TESTS:
		strv_addf(w->notes, "%s: %.12s on %s: tests are gone: %s: %s", w->w->name,
			  w->s.x.tree.base, t->name, r->subject, r->detail);
		return 0;
	case REASON_APPLY_CONFLICT:
	case REASON_BUILD_ERROR:
	case REASON_BUILD_WARNING:
	case REASON_UNBUILDABLE_PATCH:
	case REASON_INFRA:
		break;
	}
	return 0;
}

static int kernels_compare(struct watching *w, const struct tested *was, const struct tested *is,
			   size_t target, struct err *err)
{
	const size_t k = kernel_of(&w->s.x, target);
	const struct target_config *t = w->s.x.targets[target];
	CLEANUP(reason_list_done) struct reason_list reasons = { 0 };
	CLEANUP(change_list_done) struct change_list masked = { 0 };
	int r = 0;

	if (was->builds[k].status != BUILD_PASS)
		return 0;
	if (is->builds[k].status != BUILD_PASS)
		return search_ask(w, t, BISECT_BUILD, "",
				  is->builds[k].error.text ? is->builds[k].error.text
							   : "it does not build",
				  err);
	judge_boots(&was->outcomes[target], &is->outcomes[target], &reasons);
	judge_known(&w->known, clock_now(), &reasons, &masked);
	for (size_t i = 0; r == 0 && i < reasons.n; i++)
		r = reason_ask(w, t, &reasons.v[i], err);
	return r;
}

/* Of a tree that was written anew the last commit is no ancestor: where they parted is good, too,
 * or the search will say that it is not. 0: they share nothing that is here. */
static int good_find(struct watching *w, const char *last, struct err *err)
{
	const struct git g = {
		.repo = w->s.x.tree.repo, .log_fd = -1, .cancel_fd = w->s.x.cancel_fd, .lock_fd = -1
	};
	const char *const args[] = { "merge-base", last, w->s.x.tree.base, NULL };
	CLEANUP(buf_done) struct buf commit = { 0 };
	int r = git_words(&g, args, &commit, err);

	if (r < 0)
		return r;
	if (r == 0) {
		strv_addf(w->notes,
			  "%s: %.12s and %.12s have no history in common here (depth: 0 has all)",
			  w->w->name, last, w->s.x.tree.base);
		return 0;
	}
	buf_trim(&commit);
	w->good = buf_take(&commit);
	return strcmp(w->good, w->s.x.tree.base) != 0;
}

static int newest_test(struct watching *w, const char *last, struct err *err)
{
	CLEANUP(tested_done) struct tested was = { 0 };
	CLEANUP(tested_done) struct tested is = { 0 };
	const char *newest = w->s.x.tree.base;
	int r = last ? good_find(w, last, err) : 0;

	if (r == 1) /* where nothing has changed but the source, the store knows */
		r = commit_test(w, last, &was, err);
	if (r == 0)
		r = commit_test(w, newest, &is, err);
	for (size_t i = 0; r == 0 && was.n && i < w->s.x.n_targets; i++)
		r = kernels_compare(w, &was, &is, i, err);
	if (r == 0)
		r = store_watch_put(w->s.x.store, w->w->name, newest, err);
	if (r == 0)
		strv_addf(w->notes, "%s: %.12s is tested: %zu regression%s", w->w->name, newest,
			  w->asked.n, w->asked.n == 1 ? "" : "s");
	return r;
}

/* The commit that was tested last, if the repository still has it. */
static int last_find(struct watching *w, char **ret, struct err *err)
{
	CLEANUP(free_ptr) char *name = NULL;
	CLEANUP(free_ptr) char *subject = NULL;
	struct err why;
	int r = store_watch_get(w->s.x.store, w->w->name, &name, err);

	if (r == 1 && range_commit_find(w->s.x.tree.repo, name, ret, &subject, &why) < 0)
		strv_addf(w->notes, "%s: %s", w->w->name, why.msg);
	return r < 0 ? r : 0;
}

int watch_run(const struct config *c, struct store *store, const struct watch_config *wc,
	      int cancel_fd, const struct progress *progress, struct strv *notes, struct err *err)
{
	CLEANUP(watching_done)
	struct watching w = {
		.s = { .x = { .config = c,
			      .store = store,
			      .progress = progress,
			      .cancel_fd = cancel_fd,
			      .dir_lock = -1,
			      .tree_lock = -1 },
		       .lock = -1 },
		.w = wc,
		.notes = notes,
	};
	const struct target_choice choice = { NULL, 0, wc->plan };
	CLEANUP(free_ptr) char *last = NULL;
	struct run_ctx *x = &w.s.x;
	int r = run_open(x, err);

	x->report = &w.s.report;
	if (r == 0)
		r = run_pick_targets(x, &choice, true, err);
	if (r == 0)
		r = run_read_suites(x, &w.s.report.suites, err);
	if (r == 0)
		r = run_open_tree(x, wc->tree, NULL, err);
	if (r == 0)
		r = store_knowns(store, clock_now(), &w.known, err);
	if (r == 0)
		r = last_find(&w, &last, err);
	if (r < 0 || (last && strcmp(last, x->tree.base) == 0))
		return r;
	r = sandbox_private_mounts(err);
	return r < 0 ? r : newest_test(&w, last, err);
}
