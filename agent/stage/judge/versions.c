// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "stage/judge/changes.h"
#include "stage/judge/judge.h"

/* One verdict against another. */

void comparison_done(struct comparison *c)
{
	free(c->verdict_id);
	reason_list_done(&c->fixed);
	reason_list_done(&c->remains);
	*c = (struct comparison){ 0 };
}

static void reason_copy(struct reason_list *to, const struct reason *from)
{
	struct reason *r = reason_add(to, from->kind);

	mem_set_copy(&r->target, from->target);
	mem_set_copy(&r->subject, from->subject);
	mem_set_copy(&r->detail, from->detail);
	mem_set_copy(&r->where, from->where);
	mem_set_copy(&r->signature, from->signature);
	mem_set_copy(&r->excerpt, from->excerpt);
	r->line = from->line;
	r->patch = from->patch;
	r->base = from->base;
	r->patched = from->patched;
	r->chance = from->chance;
}

static const struct reason *find(const struct reason_list *l, const struct reason *r)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].kind == r->kind && strcmp(l->v[i].target, r->target) == 0 &&
		    strcmp(l->v[i].subject, r->subject) == 0)
			return &l->v[i];
	return NULL;
}

void judge_versions(const struct verdict *before, const struct verdict *now, struct comparison *ret)
{
	comparison_done(ret);
	ret->verdict_id = mem_strdup(before->id ? before->id : "");
	ret->kind = before->kind;
	for (size_t i = 0; i < before->reasons.n; i++) {
		const struct reason *was = &before->reasons.v[i];
		const struct reason *is = find(&now->reasons, was);

		if (!judge_fails(was))
			continue;
		if (is)
			reason_copy(&ret->remains, is);
		else if (now->kind != VERDICT_NONE) /* else nobody knows */
			reason_copy(&ret->fixed, was);
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *judge_state(const struct verdict *v)
{
	struct strv lines = { 0 };
	struct buf b = { 0 };

	for (size_t i = 0; i < v->reasons.n; i++) {
		const struct reason *r = &v->reasons.v[i];

		if (judge_fails(r))
			strv_addf(&lines, "%s %s %s", reason_name(r->kind), r->target, r->subject);
	}
	if (lines.n)
		qsort(lines.v, lines.n, sizeof(*lines.v), by_text);
	buf_printf(&b, "%s\n", verdict_name(v->kind));
	for (size_t i = 0; i < lines.n; i++)
		buf_printf(&b, "%s\n", lines.v[i]);
	strv_done(&lines);
	return buf_take(&b);
}
