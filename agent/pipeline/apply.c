// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "pipeline/run.h"
#include "stage/judge/judge.h"
#include "store/store.h"

/* A series on its base, and what of ours lies under both. */

const char *run_fix_wanted(const struct run_ctx *x)
{
	const char *fix = x->req->fix ? x->req->fix : x->config->fix;

	return fix && strcmp(fix, "none") != 0 ? fix : NULL;
}

/* What of ours lies under base and series alike. Tried in this order. */
struct variant {
	bool overlay;
	bool fix;
};

static const struct variant variants[] = {
	{ true, true },
	{ true, false },
	{ false, true },
	{ false, false },
};

/* What the reader must know of a variant. */
static void variant_note(struct run_ctx *x, const struct variant *v)
{
	if (run_fix_wanted(x) && !v->fix)
		run_note(x, "the series conflicts with the lab's fix: tested without it");
	if (!v->overlay)
		run_note(x, "the series conflicts with the lab's tests: built and booted without "
			    "them, so only the kernel's own suites speak");
}

/* 1: base and patched are there; 0: *conflict with all that we can put under it. */
static int variant_try(struct run_ctx *x, const struct variant *v, struct conflict *conflict,
		       struct err *err)
{
	CLEANUP(checkout_done) struct checkout base = { 0 };
	struct test_report *rep = x->report;
	int r = checkout_base(&x->spec, v->overlay, v->fix ? run_fix_wanted(x) : NULL, &base, err);

	if (r == 0)
		r = checkout_series(&x->spec, &base, &rep->series, &rep->patched, conflict, err);
	if (r != 1)
		return r;
	rep->base = base;
	base = (struct checkout){ 0 };
	variant_note(x, v);
	return 1;
}

/* A checkout for a series that applies nowhere: there is no tree hash to name it by. */
static int conflict_store(struct run_ctx *x, const struct conflict *conflict, struct err *err)
{
	struct test_report *rep = x->report;
	char hex[HASH_HEX_LEN];
	struct hash h;

	hash_start(&h);
	hash_field(&h, x->tree.base);
	hash_field(&h, rep->series.hash);
	hash_hex(&h, hex);
	rep->patched = (struct checkout){
		.id = mem_strndup(hex, 40),
		.tree_name = mem_strdup(x->tree.name),
		.base = mem_strdup(x->tree.base),
		.commit = mem_strdup(x->tree.base),
		.patchset_hash = mem_strdup(rep->series.hash),
		.message_id = mem_strdup(rep->series.message_id),
		.name = mem_strdup(rep->series.name),
	};
	judge_conflict(conflict, &rep->verdict.reasons);
	return store_checkout_put(x->store, &rep->patched, conflict, err);
}

int run_apply(struct run_ctx *x, struct err *err)
{
	CLEANUP(conflict_done) struct conflict conflict = { 0 };
	struct test_report *rep = x->report;
	int r;

	run_step(x, "apply: %zu patch%s to %s", rep->series.n, rep->series.n == 1 ? "" : "es",
		 x->tree.version);
	r = checkout_applies(&x->spec, &rep->series, &conflict, err);
	if (r == 0)
		r = conflict_store(x, &conflict, err);
	if (r < 0 || conflict.number)
		return r;
	r = 0;
	for (size_t i = 0; r == 0 && i < sizeof(variants) / sizeof(*variants); i++) {
		if (variants[i].fix != (run_fix_wanted(x) != NULL) && !run_fix_wanted(x))
			continue; /* there is no fix to be left out */
		conflict_done(&conflict);
		r = variant_try(x, &variants[i], &conflict, err);
	}
	if (r == 1) {
		r = store_checkout_put(x->store, &rep->base, NULL, err);
		if (r == 0)
			r = store_checkout_put(x->store, &rep->patched, NULL, err);
		return r < 0 ? r : 1;
	}
	return r < 0 ? r : err_set(err, EIO, "git applies the series and then does not");
}
