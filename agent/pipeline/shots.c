// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/shots.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "pipeline/outcome.h"
#include "store/known.h"
#include "store/store.h"

enum { OLD_SHOTS = 200 }; /* of earlier runs, that are looked at */

static void shots_done(struct shots *s)
{
	for (size_t i = 0; i < s->jobs.n; i++)
		outcome_done(&s->ones[i]);
	free(s->ones);
	strv_done(&s->jobs);
	free(s->filter);
	free(s->dead);
	free(s);
}

void shots_list_done(struct shots_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		shots_done(l->v[i]);
	free(l->v);
	*l = (struct shots_list){ 0 };
}

static int shot_add(struct run_ctx *x, struct shots *s, const char *id, struct err *err)
{
	CLEANUP(job_done) struct job j = { 0 };
	CLEANUP(strv_done) struct strv more = { 0 };
	struct outcome *one;
	int r = store_job_get(x->store, id, &j, err);

	if (r == 0)
		return err_set(err, EIO, "job '%s' is gone", id);
	if (r < 0)
		return r;
	s->ones = mem_grow(s->ones, s->jobs.n, &s->cap, sizeof(*s->ones));
	one = &s->ones[s->jobs.n];
	*one = (struct outcome){
		.build_id = mem_strdup(s->build->id),
		.target = mem_strdup(s->target->name),
		.reason = mem_strdup(""),
	};
	outcome_fold(one, &x->report->suites, s->filter, &j, &more);
	strv_add(&s->jobs, id);
	return 0;
}

/* Takes in what the store has and this has not yet. */
static int shots_load(struct run_ctx *x, struct shots *s, struct err *err)
{
	CLEANUP(strv_done) struct strv ids = { 0 };
	int r = store_jobs_of(x->store, s->build->id, s->target->name, s->filter, OLD_SHOTS, &ids,
			      err);

	for (size_t i = 0; r == 0 && i < ids.n; i++)
		if (!strv_has(&s->jobs, ids.v[i]))
			r = shot_add(x, s, ids.v[i], err);
	return r;
}

int shots_of(struct run_ctx *x, struct shots_list *l, const struct build *b, const char *what,
	     const struct target_config *t, const char *filter, struct shots **ret, struct err *err)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i]->target == t && strcmp(l->v[i]->build->id, b->id) == 0 &&
		    strcmp(l->v[i]->filter, filter) == 0) {
			*ret = l->v[i];
			return 0;
		}
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	*ret = l->v[l->n++] = mem_zalloc(sizeof(**ret));
	**ret = (struct shots){
		.build = b, .target = t, .what = what, .filter = mem_strdup(filter)
	};
	return shots_load(x, *ret, err);
}

/* A server does one boot of a kind at a time: it takes a second for the first (store/labs.h). */
static int at_once(const struct run_ctx *x, const struct shots *s)
{
	if (s->wanted <= 1)
		return s->wanted;
	return config_lab(x->config, s->target->lab)->driver == LAB_LAVA_SERVER ? 1 : s->wanted;
}

/* Boots what is wanted, as much of it as goes at once. */
static int round_run(struct run_ctx *x, struct shots_list *l, int n, struct err *err)
{
	CLEANUP(boots_done) struct boots boots = { 0 };
	char **troubles = mem_zalloc((size_t)(n + 1) * sizeof(*troubles));
	struct shots **of = mem_zalloc((size_t)(n + 1) * sizeof(*of));
	int r = 0, k = 0;

	for (size_t i = 0; r == 0 && i < l->n; i++) {
		struct shots *s = l->v[i];
		int now = at_once(x, s);

		s->wanted -= now;
		s->asked += now;
		for (; r == 0 && now > 0; now--, k++) {
			of[k] = s;
			r = boots_add_one(x, &boots, s->build, s->what, s->target, s->filter,
					  &troubles[k], err);
		}
	}
	if (r == 0)
		r = boots_run(x, &boots, &x->report->suites, err);
	for (int i = 0; i < k; i++) {
		if (troubles[i] && !of[i]->dead) {
			of[i]->dead = mem_strdup(troubles[i]);
			of[i]->wanted = 0;
		}
		free(troubles[i]);
	}
	free(troubles);
	free(of);
	return r;
}

int shots_run(struct run_ctx *x, struct shots_list *l, struct err *err)
{
	int r = 0;

	for (;;) {
		int n = 0;

		for (size_t i = 0; i < l->n; i++) {
			if (l->v[i]->dead)
				l->v[i]->wanted = 0;
			n += at_once(x, l->v[i]);
		}
		if (r < 0 || n == 0)
			break;
		r = round_run(x, l, n, err);
	}
	for (size_t i = 0; r == 0 && i < l->n; i++)
		r = shots_load(x, l->v[i], err);
	return r;
}
