// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/questions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "stage/judge/sight.h"
#include "store/store.h"

/* How many boots are asked for at once: as many as will hardly be too many. */
enum {
	FIRST = 5,	/* at most, decide what is always bad on one side and never on the other */
	STEP = 2,	/* behind them, and ... */
	STEP_GOOD = 4,	/* where none was bad: it will be luck */
	HANG_GOOD = 26, /* at most, before a hang: each of those takes all of its target's time */
};

void questions_done(struct questions *l)
{
	for (size_t i = 0; i < l->n; i++) {
		for (size_t k = 0; k < l->v[i].n_parts; k++)
			free(l->v[i].parts[k].signature);
		free(l->v[i].parts);
		free(l->v[i].subject);
	}
	free(l->v);
	shots_list_done(&l->shots);
	strv_done(&l->raised);
	*l = (struct questions){ 0 };
}

struct question *question_find(const struct questions *l, enum reason_kind kind,
			       const char *subject, bool fixed)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].kind == kind && l->v[i].fixed == fixed &&
		    strcmp(l->v[i].subject, subject) == 0)
			return &l->v[i];
	return NULL;
}

static struct question *question_make(struct questions *l, const struct reason *what, bool fixed)
{
	struct question *q = question_find(l, what->kind, what->subject, fixed);

	if (q)
		return q;
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	q = &l->v[l->n++];
	*q = (struct question){
		.kind = what->kind,
		.subject = mem_strdup(what->subject),
		.fixed = fixed,
	};
	return q;
}

/* Which boot showed it says by which filter to boot. */
static int filter_of(struct run_ctx *x, const char *job, char **ret, struct err *err)
{
	CLEANUP(job_done) struct job j = { 0 };
	int r = job[0] ? store_job_get(x->store, job, &j, err) : 0;

	*ret = mem_strdup(r == 1 && j.filter ? j.filter : "");
	return r < 0 ? r : 0;
}

int questions_exclude(struct run_ctx *x, struct questions *l, const struct outcome *o,
		      struct err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < o->n_jobs; i++) {
		CLEANUP(free_ptr) char *filter = NULL;

		if (i > 0)
			r = filter_of(x, o->jobs[i], &filter, err);
		if (i == 0 || (filter && filter[0]))
			strv_add(&l->raised, o->jobs[i]);
	}
	return r;
}

int question_raise(struct run_ctx *x, struct questions *l, const struct reason *what, bool fixed,
		   size_t target, struct err *err)
{
	const struct test_report *rep = x->report;
	const struct build *tip = &rep->builds[rep->n_builds - 1];
	struct question *q = question_make(l, what, fixed);
	CLEANUP(free_ptr) char *filter = NULL;
	struct part p = { .target = target };
	int r;

	for (size_t i = 0; i < q->n_parts; i++)
		if (q->parts[i].target == target)
			return 0; /* two of one name: whichever of them shows counts */
	r = filter_of(x, what->where, &filter, err);
	if (r == 0)
		r = shots_of(x, &l->shots, &rep->base_build, "base", x->targets[target], filter,
			     &p.shots[fixed ? SIDE_BAD : SIDE_GOOD], err);
	if (r == 0)
		r = shots_of(x, &l->shots, tip, "patched", x->targets[target], filter,
			     &p.shots[fixed ? SIDE_GOOD : SIDE_BAD], err);
	if (r < 0)
		return r;
	p.signature = mem_strdup(what->signature);
	q->parts = mem_grow(q->parts, q->n_parts, &q->cap_parts, sizeof(*q->parts));
	q->parts[q->n_parts++] = p;
	return 0;
}

static struct rate part_count(const struct run_ctx *x, const struct questions *l,
			      const struct question *q, const struct part *p, enum side side)
{
	const struct outcome *base = &x->report->base_outcomes[p->target];
	const struct reason what = {
		.kind = q->kind,
		.subject = q->subject,
		.signature = p->signature,
	};
	const struct shots *s = p->shots[side];
	struct rate rate = { 0 };

	for (size_t i = 0; i < s->jobs.n; i++) {
		enum sight sight = judge_sight(&what, base, &s->ones[i]);

		if (sight == SIGHT_NOTHING || strv_has(&l->raised, s->jobs.v[i]))
			continue;
		rate.runs++;
		rate.bad += sight == SIGHT_BAD;
	}
	return rate;
}

static void question_count(const struct run_ctx *x, const struct questions *l, struct question *q)
{
	for (enum side side = SIDE_GOOD; side < SIDES; side++) {
		q->rate[side] = (struct rate){ 0 };
		for (size_t i = 0; i < q->n_parts; i++) {
			struct rate r = part_count(x, l, q, &q->parts[i], side);

			q->rate[side].runs += r.runs;
			q->rate[side].bad += r.bad;
		}
	}
}

/* Spreads boots over the targets; false: there is none that may boot any more. */
static bool side_want(const struct run_ctx *x, struct question *q, enum side side, int more)
{
	int alive = 0, asked = 0;

	for (size_t i = 0; i < q->n_parts; i++) {
		alive += q->parts[i].shots[side]->dead == NULL;
		asked += q->parts[i].shots[side]->asked;
	}
	if (alive == 0 || asked >= x->config->confidence.repeats + FIRST ||
	    (asked >= FIRST && q->rate[side].runs == 0))
		return false; /* none, or they say nothing */
	for (size_t i = 0; i < q->n_parts; i++) {
		struct shots *s = q->parts[i].shots[side];
		int share;

		if (s->dead)
			continue;
		share = (more + alive - 1) / alive;
		s->wanted = s->wanted > share ? s->wanted : share;
		more -= share;
		alive--;
	}
	return true;
}

const char *question_dead(const struct question *q)
{
	for (size_t i = 0; i < q->n_parts; i++)
		for (enum side side = SIDE_GOOD; side < SIDES; side++)
			if (q->parts[i].shots[side]->dead)
				return q->parts[i].shots[side]->dead;
	return NULL;
}

/* How many bad ones in a row decide it, with so many good ones of the other kernel. */
static int first_of(const struct run_ctx *x, struct rate good)
{
	const struct confidence_config *c = &x->config->confidence;
	int n = 1;

	while (n < FIRST &&
	       odds_decide(good, (struct rate){ n, n }, c->blame, c->repeats) != ODDS_REAL)
		n++;
	return n;
}

/* A hang whose boots this machine does: a good boot takes a small part of its time. */
static bool is_slow(const struct run_ctx *x, const struct question *q)
{
	for (size_t i = 0; i < q->n_parts; i++) {
		const struct target_config *t = x->targets[q->parts[i].target];

		if (config_lab(x->config, t->lab)->driver == LAB_LAVA_SERVER)
			return false;
	}
	return q->kind == REASON_BOOT_HANG;
}

/* How many good ones decide it with the bad ones that there are; HANG_GOOD where that takes more.
 */
static int good_of(const struct run_ctx *x, struct rate bad, struct rate good)
{
	const struct confidence_config *c = &x->config->confidence;

	while (good.runs < HANG_GOOD && odds_decide(good, bad, c->blame, c->repeats) != ODDS_REAL)
		good.runs++;
	return good.runs;
}

/* What a question that is not over needs; false: it cannot be had. */
static bool question_want(const struct run_ctx *x, struct question *q)
{
	const struct rate bad = q->rate[SIDE_BAD];
	const bool hang = is_slow(x, q) && (bad.runs == 0 || bad.bad > 0);
	struct rate good = q->rate[SIDE_GOOD];
	int more = 0, to;

	if (hang && good.runs < HANG_GOOD) {
		int enough = good_of(x, bad, good);

		more = enough - good.runs;
		if (enough < HANG_GOOD)
			return side_want(x, q, SIDE_GOOD, more);
		good.runs = enough;
	} else if (q->answer == ODDS_MORE_BASE) {
		return side_want(x, q, SIDE_GOOD, bad.runs - good.runs);
	}
	to = first_of(x, good);
	if (bad.runs >= to)
		to = bad.runs + (bad.bad > 0 ? STEP : STEP_GOOD);
	if (bad.bad > 0 && !hang)
		more = to - good.runs;
	if (more > 0 && !side_want(x, q, SIDE_GOOD, more))
		return false;
	return side_want(x, q, SIDE_BAD, to - bad.runs);
}

int questions_ask(struct run_ctx *x, struct questions *l, struct err *err)
{
	const struct confidence_config *c = &x->config->confidence;
	bool more = true;
	int r = 0;

	while (r == 0 && more) {
		more = false;
		for (size_t i = 0; i < l->n; i++) {
			struct question *q = &l->v[i];

			if (q->over)
				continue;
			question_count(x, l, q);
			q->answer = odds_decide(q->rate[SIDE_GOOD], q->rate[SIDE_BAD], c->blame,
						c->repeats);
			q->over = q->answer == ODDS_REAL || q->answer == ODDS_LUCK;
			if (!q->over)
				q->over = q->open = !question_want(x, q);
			more |= !q->over;
		}
		if (more)
			r = shots_run(x, &l->shots, err);
	}
	return r;
}
