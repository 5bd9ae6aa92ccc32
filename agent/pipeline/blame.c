// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "pipeline/shots.h"
#include "stage/judge/patches.h"
#include "stage/judge/judge.h"
#include "stage/judge/sight.h"
#include "store/store.h"

/* Which patch of a series brings a failure: the kernels between are booted. */

enum {
	AT_ONCE = 2,  /* boots of a step where the tip is not always bad */
	TRIES_MAX = 4 /* that told nothing */
};

struct blame {
	struct run_ctx *x;
	struct shots_list shots;
	size_t *steps; /* those that boot, in order, each a kernel of its own; the last is the
			* tip's */
	size_t n;
	char **names; /* parallel: of the kernels */
};

static void blame_done(struct blame *b)
{
	shots_list_done(&b->shots);
	for (size_t i = 0; i < b->n; i++)
		free(b->names[i]);
	free(b->names);
	free(b->steps);
}

static bool same_kernel(const struct build *a, const struct build *b)
{
	return strcmp(a->id, b->id) == 0 ||
	       (a->image_hash[0] && strcmp(a->image_hash, b->image_hash) == 0);
}

/* A patch after which the kernel is the one before is not to blame. */
static void steps_choose(struct blame *b)
{
	const struct test_report *rep = b->x->report;
	const struct build *before = &rep->base_build;

	b->steps = mem_zalloc(rep->n_builds * sizeof(*b->steps));
	b->names = mem_zalloc(rep->n_builds * sizeof(*b->names));
	for (size_t i = 0; i < rep->n_builds; i++) {
		const struct build *s = &rep->builds[i];

		if (s->status != BUILD_PASS || s->n_artifacts == 0 || same_kernel(before, s))
			continue;
		before = s;
		b->steps[b->n] = i;
		b->names[b->n++] = mem_printf("patch %zu's", i + 1);
	}
}

/* What boots of a step showed of a reason. */
static struct rate step_count(const struct blame *b, const struct reason *r, size_t target,
			      const struct shots *s)
{
	struct rate rate = { 0 };

	for (size_t i = 0; i < s->jobs.n; i++) {
		enum sight sight =
			judge_sight(r, &b->x->report->base_outcomes[target], &s->ones[i]);

		rate.runs += sight != SIGHT_NOTHING;
		rate.bad += sight == SIGHT_BAD;
	}
	return rate;
}

/* Patches that did not build, or boot no kernel of their own, may be as much to blame. */
static bool is_alone(const struct blame *b, int step)
{
	const struct test_report *rep = b->x->report;
	size_t from = step > 0 ? b->steps[step - 1] + 1 : 0;

	for (size_t i = from; i < b->steps[step]; i++)
		if (rep->builds[i].status != BUILD_PASS || rep->builds[i].n_artifacts == 0)
			return false;
	return true;
}

/* Boots steps until the first bad one is known; *patch stays 0 where it cannot be. */
static int search(struct blame *b, const struct reason *r, size_t target, const char *filter,
		  int *patch, struct err *err)
{
	struct run_ctx *x = b->x;
	const double rate = r->patched.runs ? (double)r->patched.bad / r->patched.runs : 1;
	struct rate *rates = mem_zalloc(b->n * sizeof(*rates));
	int tries = 0, step, first = 0, ret = 0;

	while (ret == 0 && tries < TRIES_MAX &&
	       (step = judge_next_step(rates, b->n, rate, x->config->confidence.blame, &first)) >=
		       0) {
		int runs = rates[step].runs;
		struct shots *s;

		ret = shots_of(x, &b->shots, &x->report->builds[b->steps[step]], b->names[step],
			       x->targets[target], filter, &s, err);
		if (ret < 0)
			break;
		rates[step] = step_count(b, r, target, s);
		if (rates[step].runs > runs)
			continue; /* known from another reason, or an earlier run */
		s->wanted = rate < 1 ? AT_ONCE : 1;
		ret = shots_run(x, &b->shots, err);
		rates[step] = step_count(b, r, target, s);
		if (rates[step].runs == runs)
			tries = s->dead ? TRIES_MAX : tries + 1;
	}
	if (ret == 0 && first > 0 && is_alone(b, first - 1))
		*patch = (int)b->steps[first - 1] + 1;
	free(rates);
	return ret;
}

/* The reason before this one that says the same of another target. */
static const struct reason *told(const struct reason_list *l, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (l->v[k].kind == l->v[i].kind && l->v[k].patch &&
		    strcmp(l->v[k].subject, l->v[i].subject) == 0)
			return &l->v[k];
	return NULL;
}

static int reason_blame(struct blame *b, struct reason *r, struct err *err)
{
	struct run_ctx *x = b->x;
	CLEANUP(job_done) struct job j = { 0 };
	size_t target = 0;
	int found;

	while (target < x->n_targets && strcmp(x->targets[target]->name, r->target) != 0)
		target++;
	if (target == x->n_targets || r->base.bad > 0)
		return 0; /* one bad boot of a step would say nothing */
	found = r->where[0] ? store_job_get(x->store, r->where, &j, err) : 0;
	if (found < 0)
		return found;
	return search(b, r, target, found && j.filter ? j.filter : "", &r->patch, err);
}

int run_blame(struct run_ctx *x, struct err *err)
{
	CLEANUP(blame_done) struct blame b = { .x = x };
	struct reason_list *l = &x->report->verdict.reasons;
	int r = 0;

	if (x->report->n_builds < 2)
		return 0;
	steps_choose(&b);
	for (size_t i = 0; r == 0 && b.n > 0 && i < l->n; i++) {
		const struct reason *same = told(l, i);

		if (!judge_is_of_boot(&l->v[i]))
			continue;
		if (same)
			l->v[i].patch = same->patch;
		else
			r = reason_blame(&b, &l->v[i], err);
	}
	return r;
}
