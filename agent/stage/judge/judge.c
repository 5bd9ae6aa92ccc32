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

static void text_set(char **place, char *text)
{
	free(*place);
	*place = text;
}

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
	text_set(&r->subject, mem_printf("patch %d: %s", c->number, c->subject));
	text_set(&r->detail, buf_take(&b));
}

static char *diagnostic_text(const struct diagnostic *d)
{
	if (!d->text)
		return mem_strdup("the build failed without a word; see its log");
	if (!d->file || !d->file[0])
		return mem_printf("%s", d->text);
	return mem_printf("%s:%d: %s", d->file, d->line, d->text);
}

static void build_reason(struct reason_list *reasons, enum reason_kind kind, char *subject,
			 const struct build *b, const struct diagnostic *d)
{
	struct reason *r = reason_add(reasons, kind);

	text_set(&r->subject, subject);
	text_set(&r->detail, diagnostic_text(d));
	text_set(&r->where, mem_strdup(b->id));
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
				build_reason(reasons, REASON_BUILD_WARNING, patch_name(series, k),
					     &steps[k], w);
			free(detail);
		}
}

void judge_builds(const struct series *series, const struct build *base, const struct build *steps,
		  size_t n_steps, const struct strv *touched, struct reason_list *reasons)
{
	size_t broken_from = n_steps;

	for (size_t i = 0; i < n_steps; i++)
		if (steps[i].status == BUILD_ERROR) {
			build_reason(reasons, REASON_INFRA, patch_name(series, i), &steps[i],
				     &steps[i].error);
			return;
		}
	while (broken_from > 0 && steps[broken_from - 1].status == BUILD_FAIL)
		broken_from--;
	for (size_t i = 0; i < broken_from; i++)
		if (steps[i].status == BUILD_FAIL)
			build_reason(reasons, REASON_UNBUILDABLE_PATCH, patch_name(series, i),
				     &steps[i], &steps[i].error);
	if (broken_from < n_steps)
		build_reason(reasons, REASON_BUILD_ERROR, patch_name(series, broken_from),
			     &steps[broken_from], &steps[broken_from].error);
	else
		judge_warnings(series, base, steps, n_steps, touched, reasons);
}

enum verdict_kind judge_verdict(const struct reason_list *reasons)
{
	enum verdict_kind v = VERDICT_PASS;

	for (size_t i = 0; i < reasons->n; i++)
		switch (reasons->v[i].kind) {
		case REASON_BUILD_WARNING:
			break;
		case REASON_INFRA:
			v = VERDICT_NONE;
			break;
		case REASON_APPLY_CONFLICT:
		case REASON_BUILD_ERROR:
		case REASON_UNBUILDABLE_PATCH:
		case REASON_BOOT_HANG:
		case REASON_NEW_CRASH:
		case REASON_NEW_FAILURE:
		case REASON_MISSING_TESTS:
			return VERDICT_FAIL;
		}
	return v;
}
