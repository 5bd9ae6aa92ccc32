// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/judge/judge.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "model/build.h"
#include "model/checkout.h"
#include "model/series.h"
#include "stage/judge/room.h"

static char *patch_name(const struct series *s, size_t i)
{
	return mem_printf("[%d/%zu] %s", s->patches[i].number, s->n, s->patches[i].subject);
}

void judge_conflict(const struct conflict *c, struct reason_list *reasons)
{
	struct reason *r = reason_add(reasons, REASON_APPLY_CONFLICT);
	struct buf b = { 0 };

	if (c->file[0])
		buf_printf(&b, "%s%s%s\n", c->file, c->hunk[0] ? ": " : "", c->hunk);
	buf_str(&b, c->detail);
	buf_trim(&b);
	mem_set(&r->subject, mem_printf("patch %d: %s", c->number, c->subject));
	r->patch = c->number;
	mem_set(&r->detail, buf_take(&b));
}

static char *diagnostic_text(const struct diagnostic *d)
{
	if (!d->text)
		return mem_strdup("the build failed without a word; see its log");
	if (!d->file || !d->file[0])
		return mem_printf("%s", d->text);
	return mem_printf("%s:%d: %s", d->file, d->line, d->text);
}

/* Of the build after patch i. */
static void build_reason(struct reason_list *reasons, enum reason_kind kind,
			 const struct series *series, size_t i, const struct build *b,
			 const struct diagnostic *d)
{
	struct reason *r = reason_add(reasons, kind);

	mem_set(&r->subject, patch_name(series, i));
	r->patch = (int)i + 1;
	mem_set(&r->detail, diagnostic_text(d));
	mem_set_copy(&r->where, b->id);
	r->line = d->log_line;
}

/* The base has this warning too; its line may have moved. */
static int base_warns(const struct build *base, const struct diagnostic *w)
{
	for (size_t i = 0; i < base->n_warnings; i++)
		if (strcmp(base->warnings[i].text, w->text) == 0 &&
		    strcmp(base->warnings[i].file, w->file) == 0)
			return 1;
	return 0;
}

static bool told(const struct reason_list *reasons, const char *detail)
{
	for (size_t i = 0; i < reasons->n; i++)
		if (reasons->v[i].kind == REASON_BUILD_WARNING &&
		    strcmp(reasons->v[i].detail, detail) == 0)
			return true;
	return false;
}

/*
 * Warnings of every step: make does not compile a file again that the next patch leaves alone,
 * so that the tip's own log need not have them.
 */
static void judge_warnings(const struct series *series, const struct build *base,
			   const struct build *steps, size_t n_steps, const struct strv *touched,
			   struct reason_list *reasons)
{
	for (size_t k = 0; k < n_steps; k++)
		for (size_t i = 0; i < steps[k].n_warnings; i++) {
			const struct diagnostic *w = &steps[k].warnings[i];
			char *detail = diagnostic_text(w);

			if (strv_has(touched, w->file) && !base_warns(base, w) &&
			    !told(reasons, detail))
				build_reason(reasons, REASON_BUILD_WARNING, series, k, &steps[k],
					     w);
			free(detail);
		}
}

void judge_builds(const struct series *series, const struct build *base, const struct build *steps,
		  size_t n_steps, const struct strv *touched, struct reason_list *reasons)
{
	size_t broken_from = n_steps;

	for (size_t i = 0; i < n_steps; i++)
		if (steps[i].status == BUILD_ERROR) {
			build_reason(reasons, REASON_INFRA, series, i, &steps[i], &steps[i].error);
			return;
		}
	while (broken_from > 0 && steps[broken_from - 1].status == BUILD_FAIL)
		broken_from--;
	for (size_t i = 0; i < broken_from; i++)
		if (steps[i].status == BUILD_FAIL)
			build_reason(reasons, REASON_UNBUILDABLE_PATCH, series, i, &steps[i],
				     &steps[i].error);
	if (broken_from < n_steps)
		build_reason(reasons, REASON_BUILD_ERROR, series, broken_from, &steps[broken_from],
			     &steps[broken_from].error);
	else
		judge_warnings(series, base, steps, n_steps, touched, reasons);
}

bool judge_fails(const struct reason *r)
{
	return r->kind != REASON_BUILD_WARNING && r->kind != REASON_INFRA;
}

bool judge_is_of_boot(const struct reason *r)
{
	return r->kind == REASON_BOOT_HANG || r->kind == REASON_NEW_CRASH ||
	       r->kind == REASON_NEW_FAILURE || r->kind == REASON_MISSING_TESTS;
}

/* Reason i is the first of the lab's on its target. */
static bool first_of_target(const struct reason_list *l, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (l->v[k].kind == REASON_INFRA && strcmp(l->v[k].target, l->v[i].target) == 0)
			return false;
	return true;
}

enum verdict_kind judge_verdict(const struct reason_list *reasons, size_t n_targets)
{
	bool nothing = false;
	size_t sick = 0;

	for (size_t i = 0; i < reasons->n; i++) {
		const struct reason *r = &reasons->v[i];

		if (judge_fails(r))
			return VERDICT_FAIL;
		if (r->kind != REASON_INFRA)
			continue;
		nothing |= r->target[0] == '\0';
		sick += first_of_target(reasons, i);
	}
	return nothing || (sick > 0 && sick >= n_targets) ? VERDICT_NONE : VERDICT_PASS;
}
