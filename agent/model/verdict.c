// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/verdict.h"

#include <stdlib.h>

#include "base/mem.h"

const char *verdict_name(enum verdict_kind v)
{
	static const char *const names[] = {
		[VERDICT_PASS] = "pass",
		[VERDICT_FAIL] = "fail",
		[VERDICT_NONE] = "none",
	};

	return names[v];
}

const char *reason_name(enum reason_kind k)
{
	static const char *const names[] = {
		[REASON_APPLY_CONFLICT] = "apply-conflict",
		[REASON_BUILD_ERROR] = "build-error",
		[REASON_BUILD_WARNING] = "build-warning",
		[REASON_UNBUILDABLE_PATCH] = "unbuildable-patch",
		[REASON_BOOT_HANG] = "boot-hang",
		[REASON_NEW_CRASH] = "new-crash",
		[REASON_NEW_FAILURE] = "new-failure",
		[REASON_MISSING_TESTS] = "missing-tests",
		[REASON_INFRA] = "infra",
	};

	return names[k];
}

struct reason *reason_add(struct reason_list *l, enum reason_kind kind)
{
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n] = (struct reason){
		.kind = kind,
		.target = mem_strdup(""),
		.subject = mem_strdup(""),
		.detail = mem_strdup(""),
		.where = mem_strdup(""),
		.signature = mem_strdup(""),
		.excerpt = mem_strdup(""),
		.chance = 1,
	};
	return &l->v[l->n++];
}

void reason_done(struct reason *r)
{
	free(r->target);
	free(r->subject);
	free(r->detail);
	free(r->where);
	free(r->signature);
	free(r->excerpt);
	*r = (struct reason){ 0 };
}

void reason_list_done(struct reason_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		reason_done(&l->v[i]);
	free(l->v);
	*l = (struct reason_list){ 0 };
}

void verdict_done(struct verdict *v)
{
	free(v->id);
	free(v->checkout_id);
	free(v->base_id);
	free(v->name);
	reason_list_done(&v->reasons);
	change_list_done(&v->changes);
	free(v->text);
	*v = (struct verdict){ 0 };
}
