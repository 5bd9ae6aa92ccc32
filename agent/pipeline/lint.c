// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "pipeline/run.h"
#include "stage/build/lint.h"
#include "store/store.h"

enum { OBJECTS_MAX = 64, NOTICES_MAX = 50 };

/* What each patch touches; the owner of a warning is the last patch that touches its file. */
struct touched {
	struct strv *of; /* one a patch */
	size_t n;
};

static void touched_done(struct touched *t)
{
	for (size_t i = 0; i < t->n; i++)
		strv_done(&t->of[i]);
	free(t->of);
}

static int touched_find(struct run_ctx *x, struct touched *ret, struct err *err)
{
	const struct checkout *tip = &x->report->patched;
	const char *before = x->report->base.commit;
	int r = 0;

	ret->of = mem_zalloc((tip->n_steps + 1) * sizeof(*ret->of));
	for (; r == 0 && ret->n < tip->n_steps; before = tip->steps[ret->n++])
		r = checkout_changed(&x->spec, before, tip->steps[ret->n], &ret->of[ret->n], err);
	return r;
}

/* The index of the patch, or n for none. */
static size_t owner_of(const struct touched *t, const char *file)
{
	for (size_t i = t->n; i > 0; i--)
		if (strv_has(&t->of[i - 1], file))
			return i - 1;
	return t->n;
}

/* A note says what failed; only the end of the run is an error. */
static int trouble_note(struct run_ctx *x, int r, const char *what, const char *trouble,
			struct err *err)
{
	if (r == -ECANCELED)
		return r;
	if (r < 0 || trouble)
		run_note(x, "%s: %s", what, r < 0 ? err->msg : trouble);
	return 0;
}

static bool says(const struct diagnostics *d, const struct diagnostic *w)
{
	for (size_t i = 0; i < d->n_warnings; i++)
		if (strcmp(d->warnings[i].file, w->file) == 0 &&
		    strcmp(d->warnings[i].text, w->text) == 0)
			return true;
	return false;
}

static bool is_known(const struct build *b, const struct diagnostic *w)
{
	const struct diagnostics d = { .warnings = b->warnings, .n_warnings = b->n_warnings };

	return says(&d, w);
}

/* The warning becomes the build's. */
static void build_warns(struct build *b, struct diagnostic *w)
{
	b->warnings = mem_grow(b->warnings, b->n_warnings, &b->cap_warnings, sizeof(*b->warnings));
	b->warnings[b->n_warnings] = *w;
	b->warnings[b->n_warnings++].log_line = 0; /* lint's log is not the build's */
	*w = (struct diagnostic){ 0 };
}

/* gcc's to the patches' builds, others' to the notices. */
static int keep(struct run_ctx *x, const struct touched *t, struct diagnostics *tip,
		const struct diagnostics *base, struct err *err)
{
	struct test_report *rep = x->report;
	CLEANUP(free_ptr) bool *changed = mem_zalloc((t->n + 1) * sizeof(*changed));
	int r = 0;

	for (size_t i = 0; i < tip->n_warnings; i++) {
		struct diagnostic *w = &tip->warnings[i];
		const char *tool = lint_tool(w);
		size_t k = owner_of(t, w->file);

		if (k == t->n || says(base, w))
			continue;
		if (strcmp(tool, "gcc") != 0) {
			notice_add(&rep->notices, tool, rep->series.patches[k].number, w->file,
				   w->line, w->text);
			continue;
		}
		if (rep->builds[k].status != BUILD_PASS)
			k = t->n - 1;
		if (is_known(&rep->builds[k], w))
			continue;
		build_warns(&rep->builds[k], w);
		changed[k] = true;
	}
	for (size_t k = 0; r == 0 && k < t->n; k++)
		if (changed[k])
			r = store_build_put(x->store, &rep->builds[k], NULL, err);
	return r;
}

/* Whether there is a warning to ask the base about. */
static bool says_more(const struct run_ctx *x, const struct touched *t, const struct diagnostics *d)
{
	for (size_t i = 0; i < d->n_warnings; i++) {
		size_t k = owner_of(t, d->warnings[i].file);

		if (k < t->n && !is_known(&x->report->builds[k], &d->warnings[i]))
			return true;
	}
	return false;
}

static void objects_find(const struct touched *t, const struct build_spec *spec, struct strv *ret)
{
	for (size_t k = 0; k < t->n; k++)
		for (size_t i = 0; i < t->of[k].n && ret->n < OBJECTS_MAX; i++) {
			CLEANUP(free_ptr) char *object = lint_object(spec, t->of[k].v[i]);

			if (object && !strv_has(ret, object))
				strv_add(ret, object);
		}
}

/* The base is asked only where the series is warned of: most are not. */
static int objects_check(struct run_ctx *x, const struct touched *t, struct build_spec *spec,
			 struct err *err)
{
	CLEANUP(diagnostics_done) struct diagnostics tip = { 0 };
	CLEANUP(diagnostics_done) struct diagnostics base = { 0 };
	CLEANUP(strv_done) struct strv objects = { 0 };
	CLEANUP(free_ptr) char *trouble = NULL;
	int r;

	objects_find(t, spec, &objects);
	if (!objects.n)
		return 0;
	run_step(x, "lint: %zu file%s at W=1", objects.n, objects.n == 1 ? "" : "s");
	r = lint_make(spec, &objects, false, &tip, &trouble, err);
	if (r == 0 && !trouble && says_more(x, t, &tip)) {
		spec->src = x->src; /* the pair that is kept, at the base */
		r = lint_make(spec, &objects, true, &base, &trouble, err);
	}
	if (r == 0 && !trouble)
		r = keep(x, t, &tip, &base, err);
	return trouble_note(x, r, "lint: W=1", trouble, err);
}

/* By the base's script: a series does not judge itself. */
static int mails_check(struct run_ctx *x, struct build_spec *spec, struct err *err)
{
	CLEANUP(free_ptr) char *trouble = NULL;
	int r;

	spec->src = x->src;
	r = lint_mails(spec, &x->report->series, &x->report->notices, &trouble, err);
	return trouble_note(x, r, "lint: checkpatch", trouble, err);
}

static void notices_cap(struct run_ctx *x)
{
	struct notice_list *l = &x->report->notices;

	if (l->n <= NOTICES_MAX)
		return;
	run_note(x, "lint: %zu more notices are left out", l->n - NOTICES_MAX);
	while (l->n > NOTICES_MAX) {
		struct notice *last = &l->v[--l->n];

		free(last->tool);
		free(last->file);
		free(last->text);
	}
}

int run_lint(struct run_ctx *x, const char *src, const char *obj, struct err *err)
{
	CLEANUP(touched_done) struct touched t = { 0 };
	CLEANUP(free_ptr) char *log = mem_printf("%s/lint.log", x->dir);
	struct build_spec spec = {
		.config = x->config,
		.kernel = x->kernel,
		.src = src,
		.obj = obj,
		.log = log,
		.cancel_fd = x->cancel_fd,
		.lock_fd = x->tree_lock,
	};
	int r = touched_find(x, &t, err);

	if (r == 0)
		r = objects_check(x, &t, &spec, err);
	if (r == 0)
		r = mails_check(x, &spec, err);
	if (r == 0)
		notices_cap(x);
	return r;
}
