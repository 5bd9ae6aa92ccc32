// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/blocks.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "report/report.h"

bool block_has(const struct reason_list *l, size_t begin, size_t i)
{
	const struct reason *a = &l->v[begin], *b = &l->v[i];

	return a->kind == b->kind && a->patch == b->patch && strcmp(a->subject, b->subject) == 0 &&
	       (a->kind != REASON_BUILD_WARNING || strcmp(a->detail, b->detail) == 0);
}

bool block_begins(const struct reason_list *l, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (block_has(l, k, i))
			return false;
	return true;
}

char *block_targets(const struct reason_list *l, size_t begin)
{
	struct buf b = { 0 };

	for (size_t i = begin; i < l->n; i++)
		if (l->v[i].target[0] && block_has(l, begin, i))
			buf_printf(&b, "%s%s", b.len ? ", " : "", l->v[i].target);
	return buf_take(&b);
}

bool group_has(const struct change_list *l, size_t begin, size_t i)
{
	const struct change *a = &l->v[begin], *b = &l->v[i];

	return a->class == b->class && a->known == b->known &&
	       strcmp(a->subject, b->subject) == 0 && strcmp(a->signature, b->signature) == 0;
}

bool group_begins(const struct change_list *l, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (group_has(l, k, i))
			return false;
	return true;
}

bool reason_blames(enum reason_kind k)
{
	return k != REASON_BUILD_WARNING && k != REASON_INFRA;
}

bool reason_names_patch(enum reason_kind k)
{
	return k == REASON_APPLY_CONFLICT || k == REASON_BUILD_ERROR || k == REASON_BUILD_WARNING ||
	       k == REASON_UNBUILDABLE_PATCH;
}

char *block_title(const struct reason_list *l, size_t begin)
{
	const struct reason *r = &l->v[begin];
	CLEANUP(free_ptr) char *targets = block_targets(l, begin);
	CLEANUP(free_ptr) char *subject = foreign_line(r->subject);

	return mem_printf("%s%s%s: %s", reason_name(r->kind), targets[0] ? " on " : "", targets,
			  subject);
}

static size_t count(const struct reason_list *l, bool (*is)(enum reason_kind k))
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += is(l->v[i].kind) && block_begins(l, i);
	return n;
}

static bool is_warning(enum reason_kind k)
{
	return k == REASON_BUILD_WARNING;
}

static bool is_infra(enum reason_kind k)
{
	return k == REASON_INFRA;
}

static size_t first(const struct reason_list *l, bool (*is)(enum reason_kind k))
{
	size_t i = 0;

	while (i < l->n && !is(l->v[i].kind))
		i++;
	return i;
}

static char *fail_line(const struct reason_list *l)
{
	size_t n = count(l, reason_blames);
	CLEANUP(buf_done) struct buf b = { 0 };
	CLEANUP(free_ptr) char *title = NULL;
	size_t i = first(l, reason_blames);

	if (n == 0)
		return mem_strdup("the series breaks what works on the base");
	title = block_title(l, i);
	buf_str(&b, title);
	if (l->v[i].patch && !reason_names_patch(l->v[i].kind))
		buf_printf(&b, " (patch %d)", l->v[i].patch);
	if (n > 1)
		buf_printf(&b, ", and %zu more", n - 1);
	return buf_take(&b);
}

static char *pass_line(const struct verdict *v)
{
	size_t warnings = count(&v->reasons, is_warning), fixed = 0;
	struct buf b = { 0 };

	for (size_t i = 0; i < v->changes.n; i++)
		fixed += v->changes.v[i].class == CHANGE_FIXED && group_begins(&v->changes, i);
	buf_str(&b, "the series breaks nothing");
	if (fixed)
		buf_printf(&b, ", and fixes %zu failure%s of the base", fixed,
			   fixed == 1 ? "" : "s");
	if (warnings)
		buf_printf(&b, "; %zu new warning%s", warnings, warnings == 1 ? "" : "s");
	for (size_t i = 0; i < v->reasons.n; i++)
		if (is_infra(v->reasons.v[i].kind) && v->reasons.v[i].target[0])
			buf_printf(&b, "; no result from %s (lab)", v->reasons.v[i].target);
	return buf_take(&b);
}

static char *none_line(const struct reason_list *l)
{
	static const char said[] = "no verdict: the lab failed, not the series";
	size_t i = first(l, is_infra);
	CLEANUP(free_ptr) char *why = NULL;

	if (i == l->n || !l->v[i].detail[0])
		return mem_strdup(said);
	why = mem_strndup(l->v[i].detail, strcspn(l->v[i].detail, "\n"));
	{
		CLEANUP(free_ptr) char *clean = foreign_line(why);

		return mem_printf("%s (%s)", said, clean);
	}
}

char *report_headline(const struct verdict *v)
{
	switch (v->kind) {
	case VERDICT_PASS:
		return pass_line(v);
	case VERDICT_FAIL:
		return fail_line(&v->reasons);
	case VERDICT_NONE:
		break;
	}
	return none_line(&v->reasons);
}

bool report_is_provable(const struct verdict *v)
{
	for (size_t i = 0; i < v->reasons.n; i++) {
		const struct reason *r = &v->reasons.v[i];

		if (reason_blames(r->kind) && !r->detail[0] && !r->excerpt[0])
			return false;
	}
	return true;
}
