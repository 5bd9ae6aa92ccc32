// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "bisect/belief.h"
#include "bisect/room.h"
#include "model/verdict.h"
#include "pipeline/shots.h"
#include "stage/judge/sight.h"
#include "store/bisections.h"
#include "store/store.h"

/* One commit of a bisection: base, tests and fix at it, built in the kept pair, and run. */

enum {
	TRIES_MAX = 3, /* of a build that the lab could not do, and of runs that told nothing */
	PROGRAM_MS = 3600 * 1000,
	PROGRAM_SKIPS = 125, /* as git bisect run has it */
};

/* What lies on the commit where not all of it can. */
struct variant {
	bool overlay, fix;
	const char *why;
};

int step_checkout(struct run_ctx *x, const struct step_what *what, char **why, struct checkout *ret,
		  struct err *err)
{
	static const struct variant variants[] = {
		{ true, true, "" },
		{ true, false, "without the fix" },
		{ false, false, "without fix and tests" },
	};
	const char *fix = strcmp(what->fix, "none") == 0 ? NULL : what->fix;

	x->spec.base = what->commit;
	for (size_t i = 0; i < sizeof(variants) / sizeof(*variants); i++) {
		const struct variant *v = &variants[i];
		struct err said = { 0 };
		int r;

		if ((v->fix && !fix && v->overlay) || (!v->overlay && what->needs_tests))
			continue;
		r = checkout_base(&x->spec, v->overlay, v->fix ? fix : NULL, ret, &said);
		if (r == 0) {
			mem_set_copy(why, v->fix || fix ? v->why
					  : v->overlay	? ""
							: "without tests");
			return 1;
		}
		if (r != -EINVAL)
			return err_set(err, -r, "%s", said.msg);
		mem_set_copy(why, said.msg);
	}
	return 0;
}

static int kernel_take(struct bisect *s, bool overlay, struct err *err)
{
	int r;

	if (s->taken && s->overlay == overlay)
		return 0;
	r = run_take_kernel(&s->x, config_kernel(s->x.config, s->target->config), overlay, err);
	s->taken = r == 0;
	s->overlay = overlay;
	return r;
}

int step_kernel(struct bisect *s, struct err *err)
{
	return s->taken ? 0 : kernel_take(s, true, err);
}

int step_build(struct run_ctx *x, const struct checkout *co, const struct checkout *base,
	       struct build *ret, int64_t *ms, struct err *err)
{
	int r = 0;

	for (int i = 0; r == 0 && i < TRIES_MAX; i++) {
		const int64_t began = clock_ms();
		bool known;

		build_done(ret);
		*ret = (struct build){ 0 };
		r = run_base_find(x, co, ret, err);
		known = r == 1;
		if (r == 0)
			r = base ? run_candidate_prepare(x, base, co, ret, err)
				 : run_base_prepare(x, co, ret, false, err);
		*ms = known ? ret->duration_ms : clock_ms() - began;
		if (r < 0 || ret->status != BUILD_ERROR)
			return r < 0 ? r : 0;
	}
	return r < 0 ? r
		     : err_set(err, EIO, "the lab could not build %.12s: %s", co->base,
			       ret->error.text ? ret->error.text : "see its log");
}

static void error_keep(struct bisection_commit *c, const struct build *b)
{
	CLEANUP(free_ptr)
	char *why = mem_printf("does not build%s%s: %s%s%s", c->why[0] ? " " : "", c->why,
			       b->error.file ? b->error.file : "",
			       b->error.file && b->error.file[0] ? ": " : "",
			       b->error.text ? b->error.text : "see its log");

	mem_set_copy(&c->why, why);
}

/*
 * What a build showed, as a row: of a search for a break it is a run, too. One that met a limit of
 * the lab's says nothing.
 */
static int build_keep(struct bisect *s, size_t seq, const struct build *b, struct err *err)
{
	struct bisection_commit *c = &s->b.commits[seq];
	const bool passed = b->status == BUILD_PASS;
	const bool is_run = s->b.kind == BISECT_BUILD && (passed || !b->limit);
	const size_t from = s->b.n_runs;

	mem_set_copy(&c->build_id, b->id);
	mem_set_copy(&c->image_hash, passed ? b->image_hash : "");
	c->build = passed || is_run ? BISECT_BUILT : BISECT_UNBUILDABLE;
	if (!passed)
		error_keep(c, b);
	if (!is_run)
		return store_bisection_commits(s->x.store, &s->b, seq, 1, err);
	bisection_run_add(&s->b, seq, passed ? BISECT_GOOD : BISECT_BAD, "", 0);
	return store_bisection_runs(s->x.store, &s->b, from, err);
}

/* What lies below a commit of a series: the older end, with as much of ours on it as on that. */
static int under_find(struct bisect *s, const struct checkout *co, struct checkout *ret,
		      struct err *err)
{
	int r;

	s->x.spec.base = s->b.commits[0].commit;
	r = checkout_base(&s->x.spec, co->overlay, co->fix, ret, err);
	return r < 0 ? r : store_checkout_put(s->x.store, ret, NULL, err);
}

static int build_at(struct bisect *s, size_t seq, struct err *err)
{
	const bool is_series = s->b.series[0] && seq > 0; /* the older end is of the tree */
	CLEANUP(checkout_done) struct checkout co = { 0 };
	CLEANUP(checkout_done) struct checkout under = { 0 };
	CLEANUP(build_done) struct build b = { 0 };
	struct bisection_commit *c = &s->b.commits[seq];
	const struct step_what what = { c->commit, s->b.fix, s->b.kind == BISECT_TEST };
	int r = s->x.tree_lock < 0 ? run_take_tree(&s->x, err) : 0;

	if (r == 0)
		r = step_checkout(&s->x, &what, &c->why, &co, err);
	if (r < 0)
		return r;
	if (r == 0) {
		c->build = BISECT_UNBUILDABLE;
		return store_bisection_commits(s->x.store, &s->b, seq, 1, err);
	}
	r = store_checkout_put(s->x.store, &co, NULL, err);
	if (r == 0)
		r = kernel_take(s, co.overlay, err);
	if (r == 0)
		r = is_series ? under_find(s, &co, &under, err) : 0;
	if (r == 0)
		r = step_build(&s->x, &co, is_series ? &under : NULL, &b, &c->build_ms, err);
	return r < 0 ? r : build_keep(s, seq, &b, err);
}

/* --- boots --- */

static enum bisection_verdict of_sight(enum sight sight)
{
	return sight == SIGHT_BAD ? BISECT_BAD : sight == SIGHT_GOOD ? BISECT_GOOD : BISECT_INFRA;
}

static enum bisection_verdict boot_judge(const struct bisection *b, const struct outcome *one)
{
	struct test has = { .path = b->subject };
	const struct outcome base = { .tests = { .v = &has, .n = 1 } };
	const struct reason failure = { .kind = REASON_NEW_FAILURE, .subject = b->subject };
	const struct reason report = { .kind = REASON_NEW_CRASH, .signature = b->subject };

	switch (b->kind) {
	case BISECT_TEST:
		return of_sight(judge_sight(&failure, &base, one));
	case BISECT_SIGNATURE: /* that one and no other: another hides it */
		return of_sight(judge_sight(&report, one, one));
	case BISECT_BOOT:
		return one->infra		    ? BISECT_INFRA
		       : one->boot == BOOT_FINISHED ? BISECT_GOOD
						    : BISECT_BAD;
	case BISECT_BUILD:
	case BISECT_RUN:
		break;
	}
	return BISECT_INFRA;
}

static bool has_job(const struct bisection *b, const char *job)
{
	for (size_t i = 0; i < b->n_runs; i++)
		if (strcmp(b->runs[i].job_id, job) == 0)
			return true;
	return false;
}

/* The boots that the rows do not have yet become runs. */
static int shots_keep(struct bisect *s, size_t seq, const struct shots *shots, int64_t ms,
		      struct err *err)
{
	const size_t from = s->b.n_runs;

	for (size_t i = 0; i < shots->jobs.n; i++)
		if (!has_job(&s->b, shots->jobs.v[i]))
			bisection_run_add(&s->b, seq, boot_judge(&s->b, &shots->ones[i]),
					  shots->jobs.v[i], ms);
	return s->b.n_runs == from ? 0 : store_bisection_runs(s->x.store, &s->b, from, err);
}

static int boots_at(struct bisect *s, size_t seq, const struct build *b, int n, struct err *err)
{
	CLEANUP(shots_list_done) struct shots_list l = { 0 };
	const size_t before = s->b.n_runs;
	const int64_t began = clock_ms();
	struct shots *shots;
	int r = shots_of(&s->x, &l, b, "the commit's", s->target, s->b.filter, &shots, err);

	if (r == 0)
		r = shots_keep(s, seq, shots, 0, err);
	if (r < 0 || s->b.n_runs > before)
		return r; /* of a run that was killed, or of another that asked the same */
	run_leave_tree(&s->x);
	shots->wanted = n;
	r = shots_run(&s->x, &l, err);
	if (r == 0)
		r = shots_keep(s, seq, shots, (clock_ms() - began) / n, err);
	if (r == 0 && s->b.n_runs == before)
		r = err_set(err, EIO, "%.12s on %s: %s", s->b.commits[seq].commit, s->target->name,
			    shots->dead ? shots->dead : "the boot is not in the store");
	return r;
}

/* --- a program --- */

/* Artifacts by their names. */
static int folder_make(struct bisect *s, const struct build *b, const char *dir, struct err *err)
{
	CLEANUP(free_ptr) char *initramfs = mem_printf("%s/initramfs.cpio.gz", dir);
	struct run_ctx *x = &s->x;
	int r = fs_rmtree(dir, err);

	if (r == 0)
		r = fs_mkdirs(dir, err);
	for (size_t i = 0; r == 0 && i < b->n_artifacts; i++) {
		CLEANUP(free_ptr)
		char *from = store_artifact_path(x->store, b, b->artifacts[i].name);
		CLEANUP(free_ptr) char *to = mem_printf("%s/%s", dir, b->artifacts[i].name);

		r = from ? fs_copy(from, to, err) : 0;
	}
	if (r == 0)
		r = build_initramfs(x->config, x->kernel, x->toolchain, x->initramfs, err);
	return r < 0 ? r : fs_copy(x->initramfs, initramfs, err);
}

static int program_at(struct bisect *s, size_t seq, const struct build *b, struct err *err)
{
	CLEANUP(free_ptr) char *dir = mem_printf("%s/artifacts", s->x.dir);
	const char *const argv[] = { s->b.subject, dir, NULL };
	struct run_spec spec = run_spec_of(argv, PROGRAM_MS);
	struct bisection_commit *c = &s->b.commits[seq];
	const size_t from = s->b.n_runs;
	struct run_result res;
	int r = folder_make(s, b, dir, err);

	if (r < 0)
		return r;
	run_leave_tree(&s->x);
	run_step(&s->x, "run: %s", s->b.subject);
	spec.cancel_fd = s->x.cancel_fd;
	r = run_tool(&spec, &res, err);
	if (r < 0)
		return err_prefix(err, "--run");
	if (res.end == RUN_CANCELED)
		return err_set(err, ECANCELED, "interrupted");
	if (res.end == RUN_EXITED && res.status == PROGRAM_SKIPS) {
		c->build = BISECT_UNBUILDABLE;
		mem_set_copy(&c->why, "the program skips it");
		return store_bisection_commits(s->x.store, &s->b, seq, 1, err);
	}
	bisection_run_add(&s->b, seq,
			  res.end != RUN_EXITED ? BISECT_INFRA
			  : res.status == 0	? BISECT_GOOD
						: BISECT_BAD,
			  "", res.ms);
	return store_bisection_runs(s->x.store, &s->b, from, err);
}

/* --- */

/* A commit whose runs come to nothing, nearly all of them, is as one that cannot be built. */
static int silent_check(struct bisect *s, size_t seq, struct err *err)
{
	struct bisection_commit *c = &s->b.commits[seq];
	const int told =
		bisection_count(&s->b, seq, BISECT_GOOD) + bisection_count(&s->b, seq, BISECT_BAD);

	if (c->build == BISECT_UNBUILDABLE ||
	    bisection_count(&s->b, seq, BISECT_INFRA) < TRIES_MAX * (1 + told))
		return 0;
	c->build = BISECT_UNBUILDABLE;
	mem_set_copy(&c->why, "its runs did not come as far as what is looked for");
	return store_bisection_commits(s->x.store, &s->b, seq, 1, err);
}

/* Another commit with this one's kernel was run: that counts, as belief.h has it. */
static bool is_known(const struct bisection *b, size_t seq)
{
	for (size_t i = 0; i < b->n_commits; i++)
		if (belief_same(b, seq, i) &&
		    (bisection_count(b, i, BISECT_GOOD) || bisection_count(b, i, BISECT_BAD)))
			return true;
	return false;
}

int step_try(struct bisect *s, size_t seq, int n, struct err *err)
{
	CLEANUP(build_done) struct build b = { 0 };
	struct bisection_commit *c = &s->b.commits[seq];
	int r = 0;

	if (c->build == BISECT_BUILT && s->b.kind != BISECT_BUILD) {
		r = run_build_known(&s->x, c->build_id, &b, err);
		if (r == 0)
			c->build = BISECT_UNKNOWN; /* its artifacts are gone */
	}
	if (r >= 0 && c->build == BISECT_UNKNOWN) {
		run_step(&s->x, "commit %.12s %s", c->commit, c->subject);
		r = build_at(s, seq, err);
		if (r < 0 || is_known(&s->b, seq))
			return r;
		if (c->build == BISECT_BUILT && s->b.kind != BISECT_BUILD)
			r = run_build_known(&s->x, c->build_id, &b, err);
	}
	if (r < 0 || c->build != BISECT_BUILT || s->b.kind == BISECT_BUILD)
		return r < 0 ? r : 0;
	if (r == 0)
		return err_set(err, EIO, "build %.12s is not in the store", c->build_id);
	r = step_kernel(s, err);
	if (r == 0)
		r = s->b.kind == BISECT_RUN ? program_at(s, seq, &b, err)
					    : boots_at(s, seq, &b, n, err);
	return r < 0 ? r : silent_check(s, seq, err);
}
