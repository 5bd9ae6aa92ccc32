// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "bisect/compiled.h"
#include "bisect/prior.h"
#include "bisect/room.h"
#include "model/config.h"
#include "stage/relevance/relevance.h"
#include "store/bisections.h"

/* Which commits are likely before one was run: from the object folder, lab.yaml and what fails. */

struct weights {
	const struct bisect *s;
	struct compiled compiled;
	struct strv subject; /* files that define what the failing test calls, or the function that
			      * the report names */
};

static void weights_done(struct weights *w)
{
	compiled_done(&w->compiled);
	strv_done(&w->subject);
}

static bool is_near(const void *arg, const char *path)
{
	const struct config *c = ((const struct weights *)arg)->s->x.config;

	for (size_t i = 0; i < c->n_rules; i++)
		for (size_t k = 0; k < c->rules[i].paths.n; k++)
			if (relevance_path(c->rules[i].paths.v[k], path))
				return true;
	return false;
}

static bool is_subject(const void *arg, const char *path)
{
	return strv_has(&((const struct weights *)arg)->subject, path);
}

static bool is_out(const void *arg, const char *path)
{
	const struct weights *w = arg;

	return compiled_leaves_out(&w->compiled, w->s->x.src, path);
}

static int subject_find(struct weights *w, struct err *err)
{
	const struct bisection *b = &w->s->b;
	CLEANUP(strv_done) struct strv names = { 0 };
	int r = 0;

	if (b->kind == BISECT_TEST) {
		CLEANUP(free_ptr)
		char *suite = mem_printf("\"%.*s\"", (int)strcspn(b->subject, "."), b->subject);

		compiled_calls(&w->compiled, w->s->x.src, suite, &names);
	} else if (b->kind == BISECT_SIGNATURE) {
		char *function = NULL;

		r = store_signature_function(w->s->x.store, b->subject, &function, err);
		if (r == 1 && function[0])
			strv_take(&names, function);
		else if (r == 1)
			free(function);
	}
	if (r >= 0)
		compiled_defining(&w->compiled, w->s->x.src, &names, &w->subject);
	return r < 0 ? r : 0;
}

/* An object folder that was left halfway says little. */
static bool is_whole(const struct run_ctx *x)
{
	return x->state && fs_exists(x->state);
}

int weights_set(struct bisect *s, struct err *err)
{
	CLEANUP(weights_done) struct weights w = { .s = s };
	struct prior prior = { .is_near = is_near, .is_subject = is_subject, .arg = &w };
	int r = step_kernel(s, err);

	for (size_t i = 1; i < s->b.n_commits; i++)
		if (i != s->b.n_range && s->b.commits[i].build != BISECT_UNKNOWN)
			return r; /* they are set, and what was believed with them stands */
	if (r == 0 && is_whole(&s->x)) {
		r = compiled_read(s->x.obj, &w.compiled, err);
		prior.is_out = is_out;
	}
	if (r == 0)
		r = subject_find(&w, err);
	if (r < 0)
		return r;
	prior.architecture = s->x.kernel->architecture;
	for (size_t i = 0; i < s->b.n_range; i++)
		s->b.commits[i + 1].weight = prior_weight(&prior, &s->range.v[i].files);
	return store_bisection_commits(s->x.store, &s->b, 1, s->b.n_range, err);
}
