// SPDX-License-Identifier: GPL-2.0-or-later
#include "bisect/bisect.h"

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
#include "sandbox/sandbox.h"
#include "store/bisections.h"
#include "store/store.h"

/* The search: both ends, then commit by commit, then the culprit taken back. */

enum {
	FIRST_RUNS = 3, /* of the bad end: what always fails is known by them */
	FLAKY_RUNS = 2, /* at once, of what does not */
};

static int state_end(struct bisect *s, enum bisection_state state, struct err *err)
{
	s->b.state = state;
	s->b.ended = clock_now();
	return store_bisection_state(s->x.store, &s->b, err);
}

/* The end cannot be tested at all. */
static int end_fail(struct bisect *s, size_t seq, const char *which, struct err *err)
{
	mem_set(&s->b.why, mem_printf("the %s end, %.12s, cannot be tested: %s", which,
				      s->b.commits[seq].commit, s->b.commits[seq].why));
	return state_end(s, BISECT_FAILED, err);
}

static int most_runs(const struct bisect *s)
{
	return s->b.kind == BISECT_BUILD ? 1 : s->x.config->confidence.repeats;
}

static int runs_of(const struct bisection *b, size_t seq)
{
	return bisection_count(b, seq, BISECT_GOOD) + bisection_count(b, seq, BISECT_BAD);
}

/* Until it has failed, and often enough to see how often it does. */
static int bad_end_verify(struct bisect *s, struct err *err)
{
	const size_t seq = belief_bad_end(&s->b);
	const int first = s->b.kind == BISECT_BUILD ? 1 : FIRST_RUNS;
	int r = 0, n;

	while (r == 0 && s->b.commits[seq].build != BISECT_UNBUILDABLE &&
	       (n = runs_of(&s->b, seq)) < most_runs(s) &&
	       (n < first || !bisection_count(&s->b, seq, BISECT_BAD)))
		r = step_try(s, seq, n < first ? first - n : 1, err);
	if (r < 0)
		return r;
	if (s->b.commits[seq].build == BISECT_UNBUILDABLE)
		return end_fail(s, seq, "bad", err);
	if (bisection_count(&s->b, seq, BISECT_BAD))
		return 0;
	mem_set(&s->b.why, mem_printf("the bad end, %.12s, was good in %d runs",
				      s->b.commits[seq].commit, runs_of(&s->b, seq)));
	return state_end(s, BISECT_NEVER_BAD, err);
}

/* Runs a commit until that says whether it is as bad as the bad end: 1, -1; 0: it cannot be run. */
static int lean_find(struct bisect *s, size_t seq, int *ret, struct err *err)
{
	int r = 0;

	while (r == 0 && (*ret = belief_lean(&s->b, seq)) == 0 &&
	       s->b.commits[seq].build != BISECT_UNBUILDABLE)
		r = step_try(s, seq, 1, err);
	return r;
}

static int good_end_verify(struct bisect *s, struct err *err)
{
	const size_t seq = belief_good_end(&s->b);
	int lean = 0, r = lean_find(s, seq, &lean, err);

	if (r < 0 || lean < 0)
		return r;
	if (lean == 0)
		return end_fail(s, seq, "good", err);
	free(s->b.why);
	s->b.why =
		runs_of(&s->b, seq)
			? mem_printf("the good end, %.12s, is bad too: in %d of %d runs",
				     s->b.commits[seq].commit,
				     bisection_count(&s->b, seq, BISECT_BAD), runs_of(&s->b, seq))
			: mem_printf("the good end, %.12s, boots the same kernel as the bad end",
				     s->b.commits[seq].commit);
	return state_end(s, BISECT_WAS_BAD, err);
}

/* --- the search --- */

/* What is believed now: *ret, culprit and all odds. */
static void look(struct bisect *s, struct search_next *ret)
{
	CLEANUP(free_ptr) double *odds = mem_zalloc(s->b.n_range * sizeof(*odds));
	CLEANUP(free_ptr) size_t *order = mem_zalloc(s->b.n_range * sizeof(*order));
	CLEANUP(belief_done) struct belief belief;
	int builds = 0;
	size_t left;

	belief_make(&s->b, &s->range, &belief);
	*ret = search_next(&belief.search);
	search_odds(&belief.search, odds);
	for (size_t i = 0; i < s->b.n_range; i++)
		s->b.commits[i + 1].odds = odds[i];
	left = belief_left(&belief, odds, order);
	mem_set_copy(&s->b.culprit, s->b.commits[order[0] + 1].commit);
	s->b.odds = odds[order[0]];
	for (size_t i = 0; i < s->b.n_commits; i++)
		builds += s->b.commits[i].build_id[0] != '\0';
	run_step(&s->x, "bisect: %zu of %zu commits left, best %.0f %%; %d built, %zu runs", left,
		 s->b.n_range, 100 * s->b.odds, builds, s->b.n_runs);
	if (s->req->see) {
		const struct bisect_sight sight = {
			.b = &s->b,
			.left = left,
			.seconds = ret->seconds + belief.search.commits[0].build_s +
				   belief.search.run_s, /* of the revert */
		};

		s->req->see(s->req->see_arg, &sight);
	}
}

/* One step: 1 goes on, 0 *ret is what it came to. */
static int search_step(struct bisect *s, struct search_next *ret, struct err *err)
{
	const bool flaky = bisection_count(&s->b, belief_bad_end(&s->b), BISECT_GOOD) > 0;
	int r;

	look(s, ret);
	r = store_bisection_state(s->x.store, &s->b, err);
	if (r < 0 || ret->state != SEARCH_TRY)
		return r;
	r = step_try(s, ret->commit + 1, flaky ? FLAKY_RUNS : 1, err);
	return r < 0 ? r : 1;
}

/* --- the culprit taken back --- */

/* The newer end without the culprit becomes a commit behind the range: its number, 0: it does not
 * come off. */
static int revert_make(struct bisect *s, struct err *err)
{
	struct bisection *b = &s->b;
	CLEANUP(free_ptr) char *index = mem_printf("%s/revert.index", s->x.dir);
	CLEANUP(free_ptr) char *commit = NULL;
	CLEANUP(free_ptr) char *subject = NULL;
	int r = range_revert(s->x.tree.repo, b->commits[b->n_range].commit, b->culprit, index,
			     &commit, err);

	if (r <= 0)
		return r;
	for (size_t i = b->n_range + 1; i < b->n_commits; i++)
		if (strcmp(b->commits[i].commit, commit) == 0)
			return (int)i; /* a run that was killed made it */
	subject = mem_printf("%.12s without %.12s", b->commits[b->n_range].commit, b->culprit);
	bisection_commit_add(b, commit, subject);
	r = store_bisection_commits(s->x.store, b, b->n_commits - 1, 1, err);
	return r < 0 ? r : (int)b->n_commits - 1;
}

/* 1: the likeliest was so by its files more than by runs, which count alone from now on. */
static int weights_drop(struct bisect *s, struct err *err)
{
	bool any = false;
	int r;

	for (size_t i = 1; i <= s->b.n_range; i++) {
		any |= s->b.commits[i].weight < 1 || s->b.commits[i].weight > 1;
		s->b.commits[i].weight = 1;
	}
	r = any ? store_bisection_commits(s->x.store, &s->b, 1, s->b.n_range, err) : 0;
	return r < 0 ? r : any;
}

/* 1: the revert does not bear it out, and it is to be searched on. */
static int found_check(struct bisect *s, struct err *err)
{
	struct bisection *b = &s->b;
	int lean = 0, seq, r = 0;

	run_step(&s->x, "revert: %.12s on the newer end", b->culprit);
	seq = revert_make(s, err);
	if (seq > 0)
		r = lean_find(s, (size_t)seq, &lean, err);
	if (seq < 0 || r < 0)
		return seq < 0 ? seq : r;
	b->reverted = lean == 0		       ? REVERTED_UNABLE
		      : (lean < 0) != b->fixed ? REVERTED_YES
					       : REVERTED_NO;
	if (b->reverted != REVERTED_YES) {
		r = weights_drop(s, err);
		if (r != 0) {
			b->reverted = REVERTED_NOT;
			return r;
		}
	}
	free(b->why);
	if (b->reverted == REVERTED_YES)
		b->why = mem_strdup("");
	else if (seq == 0)
		b->why = mem_strdup("it does not revert on the newer end: not verified by that");
	else if (lean == 0)
		b->why = mem_printf("the newer end without it cannot be tested: %s",
				    b->commits[seq].why);
	else
		b->why = mem_printf("the newer end without %.12s is as with it: another commit "
				    "does the same",
				    b->culprit);
	return state_end(s, b->reverted == REVERTED_NO ? BISECT_RANGE : BISECT_FOUND, err);
}

static int search_run(struct bisect *s, struct err *err)
{
	struct search_next next;
	int r = bad_end_verify(s, err);

	if (r == 0 && s->b.state == BISECT_RUNNING)
		r = good_end_verify(s, err);
	if (r < 0 || s->b.state != BISECT_RUNNING)
		return r;
	r = weights_set(s, err);
	if (r < 0)
		return r;
	do {
		while ((r = search_step(s, &next, err)) == 1)
			;
		if (r == 0 && next.state == SEARCH_FOUND)
			r = found_check(s, err);
	} while (r == 1);
	if (r < 0 || s->b.state != BISECT_RUNNING)
		return r;
	mem_set_copy(&s->b.why, "what is left cannot be told apart by what can be run");
	return state_end(s, BISECT_RANGE, err);
}

static int target_pick(struct bisect *s, const char *name, bool boots, struct err *err)
{
	const struct target_choice choice = { &name, name ? 1 : 0, NULL };
	int r = run_pick_targets(&s->x, &choice, boots, err);

	if (r == 0)
		s->target = s->x.targets[0];
	return r;
}

/* All that a person may have to mend. */
static int inputs_read(struct bisect *s, const struct bisect_request *req, struct err *err)
{
	struct run_ctx *x = &s->x;
	int r = req->resume ? ask_earlier(s, req->resume, err) : 0;
	const enum bisection_kind kind = req->resume ? s->b.kind : req->kind;

	if (r == 0)
		r = target_pick(s, req->resume ? s->b.target : req->target,
				kind != BISECT_BUILD && kind != BISECT_RUN, err);
	if (r == 0 && req->fix)
		r = run_check_design(x, req->fix, err);
	if (r == 0)
		r = run_read_suites(x, &s->report.suites, err);
	if (r == 0)
		r = run_open_tree(x, req->resume ? s->b.tree : req->tree, NULL, err);
	return r < 0 ? r : ask_take(s, req, err);
}

static void bisect_done(struct bisect *s)
{
	run_close(&s->x, NULL);
	test_report_done(&s->report);
	range_done(&s->range);
	bisection_done(&s->b);
	close_fd(&s->lock);
}

static int lock_take(struct bisect *s, struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/bisect.lock", s->x.config->work_dir);

	s->lock = fs_lock(path, false, err);
	if (s->lock == -EWOULDBLOCK)
		return err_set(err, EBUSY, "another bisection is under way here");
	return s->lock < 0 ? s->lock : 0;
}

int bisect_run(const struct config *c, struct store *store, const struct bisect_request *req,
	       const struct progress *progress, struct bisection *ret, bool *input_error,
	       struct err *err)
{
	CLEANUP(bisect_done)
	struct bisect s = {
		.x = { .config = c,
		       .store = store,
		       .progress = progress,
		       .cancel_fd = req->cancel_fd,
		       .dir_lock = -1,
		       .tree_lock = -1 },
		.req = req,
		.lock = -1,
	};
	int r = run_open(&s.x, err);

	s.x.report = &s.report;
	*input_error = false;
	if (r == 0)
		r = lock_take(&s, err);
	if (r == 0) {
		r = inputs_read(&s, req, err);
		*input_error = r == -EINVAL || r == -ENOENT;
	}
	if (r == 0 && s.b.state == BISECT_RUNNING) {
		r = sandbox_private_mounts(err);
		if (r == 0)
			r = search_run(&s, err);
	}
	if (r < 0)
		return r;
	*ret = s.b;
	s.b = (struct bisection){ 0 };
	return 0;
}
