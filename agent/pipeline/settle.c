// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "pipeline/questions.h"
#include "stage/judge/changes.h"
#include "stage/judge/judge.h"
#include "stage/relevance/relevance.h"
#include "store/known.h"

/* What the first boots left in doubt is booted again. */

enum { FIXED_MAX = 8 }; /* differences for the better that are asked about */

struct settle {
	struct run_ctx *x;
	struct questions questions;
	struct known_list known;
	int64_t now;
};

static void settle_done(struct settle *s)
{
	questions_done(&s->questions);
	known_list_done(&s->known);
}

/* Of a target, or (NULL) at all. */
static bool has_failing(const struct reason_list *l, const char *target)
{
	for (size_t i = 0; i < l->n; i++)
		if (judge_fails(&l->v[i]) && (!target || strcmp(l->v[i].target, target) == 0))
			return true;
	return false;
}

static bool saw_tests(const struct outcome *o)
{
	for (size_t i = 0; i < o->tests.n; i++)
		if (o->tests.v[i].status != TEST_MISS)
			return true;
	return false;
}

/* Whose lab failed while another's did not. */
static void note_infra(struct run_ctx *x)
{
	const struct test_report *rep = x->report;
	CLEANUP(buf_done) struct buf well = { 0 };

	for (size_t i = 0; i < rep->n_outcomes; i++)
		if (!rep->outcomes[i].infra && !rep->base_outcomes[i].infra)
			buf_printf(&well, "%s%s", well.len ? ", " : "", x->targets[i]->name);
	for (size_t i = 0; well.len && i < rep->n_outcomes; i++)
		if (rep->outcomes[i].infra || rep->base_outcomes[i].infra)
			run_note(x, "the lab failed on %s: the verdict is that of %s alone",
				 x->targets[i]->name, buf_text(&well));
}

static int first_boots(struct settle *s, struct err *err)
{
	struct test_report *rep = s->x->report;
	int r = 0;

	for (size_t i = 0; r == 0 && i < rep->n_outcomes; i++) {
		const struct outcome *base = &rep->base_outcomes[i], *patched = &rep->outcomes[i];
		size_t passing = 0;

		judge_boots(base, patched, &rep->verdict.reasons);
		judge_changes(base, patched, &rep->verdict.changes, &passing);
		rep->passing += passing;
		r = questions_exclude(s->x, &s->questions, base, err);
		if (r == 0)
			r = questions_exclude(s->x, &s->questions, patched, err);
	}
	note_infra(s->x);
	judge_known(&s->known, s->now, &rep->verdict.reasons, &rep->verdict.changes);
	return r;
}

/* --- a pass is booted again --- */

static int may_repeat(struct settle *s, bool *ret, struct err *err)
{
	const struct confidence_config *c = &s->x->config->confidence;
	const struct test_report *rep = s->x->report;
	CLEANUP(strv_done) struct strv touched = { 0 };
	int r;

	*ret = false;
	if (rep->same_image || c->rate <= 0 || has_failing(&rep->verdict.reasons, NULL))
		return 0;
	*ret = c->paths.n == 0;
	if (*ret)
		return 0;
	r = checkout_changed(&s->x->spec, rep->base.commit, rep->patched.commit, &touched, err);
	for (size_t i = 0; r == 0 && i < c->paths.n; i++)
		for (size_t k = 0; k < touched.n; k++)
			*ret |= relevance_path(c->paths.v[i], touched.v[k]);
	return r;
}

/* A reason of one boot more; false: it is no new one. What a crash hides is not missing. */
static bool reason_keep(struct settle *s, struct reason *r, const struct outcome *one)
{
	struct reason_list *l = &s->x->report->verdict.reasons;
	struct reason *to;

	if (r->kind == REASON_MISSING_TESTS && one->boot != BOOT_FINISHED)
		return false;
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].kind == r->kind && strcmp(l->v[i].target, r->target) == 0 &&
		    strcmp(l->v[i].subject, r->subject) == 0)
			return false;
	to = reason_add(l, r->kind);
	reason_done(to);
	*to = *r;
	*r = (struct reason){ 0 };
	return true;
}

/* Looks at what boots showed that were not looked at yet. */
static void shots_judge(struct settle *s, const struct shots *shots, size_t target)
{
	struct questions *q = &s->questions;

	for (size_t i = 0; i < shots->jobs.n; i++) {
		struct reason_list reasons = { 0 };
		bool any = false;

		if (strv_has(&q->raised, shots->jobs.v[i]))
			continue;
		judge_boots(&s->x->report->base_outcomes[target], &shots->ones[i], &reasons);
		for (size_t k = 0; k < reasons.n; k++)
			any |= reason_keep(s, &reasons.v[k], &shots->ones[i]);
		if (any)
			strv_add(&q->raised, shots->jobs.v[i]);
		reason_list_done(&reasons);
	}
}

/* Whether both kernels had their boots on a target. */
static bool is_well(const struct test_report *rep, size_t target)
{
	return !rep->outcomes[target].infra && !rep->base_outcomes[target].infra;
}

/* Spreads what is missing of the boots that the rate asks for. */
static void pass_want(const struct settle *s, struct shots **shots)
{
	const struct confidence_config *c = &s->x->config->confidence;
	int more = odds_runs(c->rate, c->missed), well = 0;

	for (size_t i = 0; i < s->x->n_targets; i++) {
		more -= (int)shots[i]->jobs.n;
		well += is_well(s->x->report, i);
	}
	for (size_t i = 0; more > 0 && i < s->x->n_targets; i++) {
		if (!is_well(s->x->report, i))
			continue;
		shots[i]->wanted = (more + well - 1) / well;
		more -= shots[i]->wanted;
		well--;
	}
}

/* What the boots of a pass showed, and how many there were. */
static void pass_judge(struct settle *s, struct shots **shots)
{
	struct run_ctx *x = s->x;
	size_t n = 0;

	for (size_t i = 0; i < x->n_targets; i++) {
		n += shots[i]->jobs.n;
		if (shots[i]->dead)
			run_note(x, "%s was not booted as often as it should: %s",
				 x->targets[i]->name, shots[i]->dead);
		if (is_well(x->report, i))
			shots_judge(s, shots[i], i);
	}
	run_note(x, "booted with the series %zu time%s", n, n == 1 ? "" : "s");
	judge_known(&s->known, s->now, &x->report->verdict.reasons, &x->report->verdict.changes);
}

/* Boots of all suites on the targets, until there are as many as the rate asks for. */
static int pass_repeat(struct settle *s, struct err *err)
{
	struct run_ctx *x = s->x;
	const struct build *tip = &x->report->builds[x->report->n_builds - 1];
	struct shots **shots = mem_zalloc((x->n_targets + 1) * sizeof(*shots));
	int r = 0;

	for (size_t i = 0; r == 0 && i < x->n_targets; i++)
		r = shots_of(x, &s->questions.shots, tip, "patched", x->targets[i], "", &shots[i],
			     err);
	if (r == 0) {
		pass_want(s, shots);
		r = shots_run(x, &s->questions.shots, err);
	}
	if (r == 0)
		pass_judge(s, shots);
	free(shots);
	return r;
}

/* --- what is asked, and what the answers mean --- */

static size_t target_find(const struct run_ctx *x, const char *name)
{
	size_t i = 0;

	while (i < x->n_targets && strcmp(x->targets[i]->name, name) != 0)
		i++;
	return i;
}

static int blames_raise(struct settle *s, struct err *err)
{
	const struct reason_list *l = &s->x->report->verdict.reasons;
	int r = 0;

	for (size_t i = 0; r == 0 && i < l->n; i++) {
		size_t target = target_find(s->x, l->v[i].target);

		if (judge_is_of_boot(&l->v[i]) && target < s->x->n_targets)
			r = question_raise(s->x, &s->questions, &l->v[i], false, target, err);
	}
	return r;
}

/* The job of the base that showed what a change mends; NULL: none did by itself. */
static char *fixed_job(const struct outcome *base, const struct change *c)
{
	for (size_t i = 0; c->signature[0] && i < base->oopses.n; i++)
		if (strcmp(base->oopses.v[i].hash, c->signature) == 0)
			return base->oops_jobs ? base->oops_jobs[i] : NULL;
	for (size_t i = 0; !c->signature[0] && i < base->tests.n; i++)
		if (strcmp(base->tests.v[i].path, c->subject) == 0)
			return base->test_jobs ? base->test_jobs[i] : NULL;
	return base->n_jobs && strcmp(c->subject, "boot") == 0 ? base->jobs[0] : NULL;
}

static enum reason_kind fixed_kind(const struct change *c)
{
	return c->signature[0]			 ? REASON_NEW_CRASH
	       : strcmp(c->subject, "boot") == 0 ? REASON_BOOT_HANG
						 : REASON_NEW_FAILURE;
}

/* A test that a crash ended is mended with the crash. */
static bool is_asked(const struct change *c)
{
	return c->class == CHANGE_FIXED && c->base_status == TEST_FAIL;
}

static int fixes_raise(struct settle *s, struct err *err)
{
	struct test_report *rep = s->x->report;
	const struct change_list *l = &rep->verdict.changes;
	int r = 0, n = 0;

	for (size_t i = 0; r == 0 && n < FIXED_MAX && i < l->n; i++) {
		const struct change *c = &l->v[i];
		size_t target = target_find(s->x, c->target);
		struct reason what = { .kind = fixed_kind(c),
				       .subject = c->subject,
				       .signature = c->signature };

		if (!is_asked(c) || target == s->x->n_targets)
			continue;
		what.where = fixed_job(&rep->base_outcomes[target], c);
		if (!what.where)
			continue;
		r = question_raise(s->x, &s->questions, &what, true, target, err);
		n++;
	}
	return r;
}

/*
 * The lab failed before it could say whether it is luck: no verdict, whatever other targets say,
 * since what was seen once may be the series' doing.
 */
static void answer_infra(struct reason *r, const char *dead)
{
	CLEANUP(free_ptr) char *seen = mem_strdup(r->subject);
	CLEANUP(free_ptr) char *target = mem_strdup(r->target);

	r->kind = REASON_INFRA;
	mem_set_copy(&r->target, "");
	mem_set_copy(&r->subject, "boot");
	mem_set(&r->detail, mem_printf("'%s' was seen on %s, and the lab could not repeat it: %s",
				       seen, target, dead));
}

static void blames_answer(struct settle *s)
{
	struct verdict *v = &s->x->report->verdict;

	for (size_t i = v->reasons.n; i > 0; i--) {
		struct reason *r = &v->reasons.v[i - 1];
		const struct question *q =
			judge_is_of_boot(r)
				? question_find(&s->questions, r->kind, r->subject, false)
				: NULL;

		if (!q)
			continue;
		r->base = q->rate[SIDE_GOOD];
		r->patched = q->rate[SIDE_BAD];
		r->chance = odds_chance(r->base, r->patched);
		if (q->open && question_dead(q)) {
			judge_open(r, &v->changes);
			answer_infra(r, question_dead(q));
			continue;
		}
		if (q->open)
			run_note(s->x, "'%s' on %s: what booting it again showed decides nothing",
				 r->subject, r->target);
		if (q->over && !q->open && q->answer == ODDS_LUCK)
			judge_flaky(&v->reasons, i - 1, &v->changes);
		else
			judge_blamed(r, &v->changes);
	}
}

/* The tests that a flaky crash of the base ended are not mended by its absence. */
static void fixes_of_crash(struct change_list *l, const char *target)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].class == CHANGE_FIXED && l->v[i].base_status == TEST_ERROR &&
		    strcmp(l->v[i].target, target) == 0)
			l->v[i].class = CHANGE_FLAKY;
}

static void fixes_answer(struct settle *s)
{
	struct change_list *l = &s->x->report->verdict.changes;

	for (size_t i = 0; i < l->n; i++) {
		struct change *c = &l->v[i];
		const struct question *q =
			is_asked(c) ? question_find(&s->questions, fixed_kind(c), c->subject, true)
				    : NULL;

		if (!q)
			continue;
		c->base = q->rate[SIDE_BAD];
		c->patched = q->rate[SIDE_GOOD];
		c->chance = odds_chance(c->patched, c->base);
		if (q->open)
			c->class = CHANGE_UNKNOWN;
		else if (q->answer == ODDS_LUCK)
			c->class = CHANGE_FLAKY;
		if (c->class != CHANGE_FIXED && q->kind != REASON_NEW_FAILURE)
			fixes_of_crash(l, c->target);
	}
}

/* What ended each boot of the series comes and goes, and what it hides was never seen. */
static void blind_judge(struct run_ctx *x)
{
	struct reason_list *l = &x->report->verdict.reasons;

	for (size_t i = 0; i < x->report->n_outcomes; i++) {
		const struct outcome *o = &x->report->outcomes[i];
		struct reason *r;

		if (o->infra || saw_tests(o) || !saw_tests(&x->report->base_outcomes[i]) ||
		    has_failing(l, o->target))
			continue;
		r = reason_add(l, REASON_INFRA);
		mem_set_copy(&r->target, o->target);
		mem_set_copy(&r->subject, "boot");
		mem_set(&r->detail,
			mem_printf("none of %zu boots came to a test; what ended them comes "
				   "and goes",
				   o->n_jobs));
		mem_set_copy(&r->where, o->n_jobs ? o->jobs[0] : "");
	}
}

int run_settle(struct run_ctx *x, struct err *err)
{
	CLEANUP(settle_done) struct settle s = { .x = x, .now = clock_now() };
	bool again = false;
	int r = store_knowns(x->store, s.now, &s.known, err);

	if (r == 0)
		r = first_boots(&s, err);
	if (r == 0)
		r = may_repeat(&s, &again, err);
	if (r == 0 && again)
		r = pass_repeat(&s, err);
	if (r == 0)
		r = blames_raise(&s, err);
	if (r == 0)
		r = fixes_raise(&s, err);
	if (r == 0)
		r = questions_ask(x, &s.questions, err);
	if (r < 0)
		return r;
	blames_answer(&s);
	fixes_answer(&s);
	blind_judge(x);
	return 0;
}
