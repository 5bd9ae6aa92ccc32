// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/judge/changes.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "model/outcome.h"
#include "stage/judge/judge.h"
#include "stage/judge/room.h"

static enum change_class class_of(enum test_status base, enum test_status patched)
{
	if (judge_is_bad(patched))
		return judge_is_bad(base) ? CHANGE_STILL_FAILING : CHANGE_BROKEN;
	if (patched == TEST_PASS)
		return base == TEST_PASS    ? CHANGE_STILL_PASSING
		       : judge_is_bad(base) ? CHANGE_FIXED
					    : CHANGE_NEW;
	return base == TEST_PASS ? CHANGE_GONE : CHANGE_UNKNOWN;
}

static void test_compare(const struct outcome *patched, const char *path, enum test_status was,
			 enum test_status is, struct change_list *ret, size_t *passing)
{
	enum change_class class = class_of(was, is);
	struct change *c;

	if (class == CHANGE_STILL_PASSING) {
		++*passing;
		return;
	}
	c = change_add(ret, class, patched->target, path);
	c->base_status = was;
	c->patched_status = is;
}

static void tests_compare(const struct outcome *base, const struct outcome *patched,
			  struct change_list *ret, size_t *passing)
{
	for (size_t i = 0; i < patched->tests.n; i++) {
		const struct test *t = &patched->tests.v[i];
		const struct test *was = test_list_find(&base->tests, t->path);

		test_compare(patched, t->path, was ? was->status : TEST_MISS, t->status, ret,
			     passing);
		if (!was && judge_is_bad(t->status))
			ret->v[ret->n - 1].class = CHANGE_NEW;
	}
	for (size_t i = 0; i < base->tests.n; i++)
		if (!test_list_find(&patched->tests, base->tests.v[i].path))
			test_compare(patched, base->tests.v[i].path, base->tests.v[i].status,
				     TEST_MISS, ret, passing);
}

static struct change *report_add(const struct outcome *patched, const char *title, const char *hash,
				 bool was, bool is, struct change_list *ret)
{
	const enum test_status base_status = was ? TEST_FAIL : TEST_PASS;
	const enum test_status patched_status = is ? TEST_FAIL : TEST_PASS;
	struct change *c =
		change_add(ret, class_of(base_status, patched_status), patched->target, title);

	mem_set_copy(&c->signature, hash);
	c->base_status = base_status;
	c->patched_status = patched_status;
	return c;
}

static void reports_compare(const struct outcome *base, const struct outcome *patched,
			    struct change_list *ret)
{
	for (size_t i = 0; i < patched->oopses.n; i++) {
		const struct oops *o = &patched->oopses.v[i];

		report_add(patched, o->title, o->hash, judge_has_report(base, o->hash), true, ret);
		if (judge_is_behind(base, patched, i))
			ret->v[ret->n - 1].class = CHANGE_UNKNOWN;
	}
	for (size_t i = 0; i < base->oopses.n; i++) {
		const struct oops *o = &base->oopses.v[i];

		if (!judge_has_report(patched, o->hash))
			report_add(patched, o->title, o->hash, true, false, ret);
	}
}

static struct change *find(const struct change_list *l, const char *target, const char *subject,
			   const char *signature)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i].target, target) == 0 && strcmp(l->v[i].subject, subject) == 0 &&
		    (!signature[0] || strcmp(l->v[i].signature, signature) == 0))
			return &l->v[i];
	return NULL;
}

/* Hangs, and what else is a reason and neither test nor report. */
static void boot_compare(const struct outcome *base, const struct outcome *patched,
			 struct change_list *ret)
{
	struct reason_list reasons = { 0 };

	judge_boots(base, patched, &reasons);
	for (size_t i = 0; i < reasons.n; i++) {
		const struct reason *r = &reasons.v[i];

		if ((r->kind == REASON_BOOT_HANG || r->kind == REASON_NEW_CRASH) &&
		    !find(ret, r->target, r->subject, r->signature))
			report_add(patched, r->subject, "", false, true, ret);
	}
	reason_list_done(&reasons);
	if (judge_hung(base))
		report_add(patched, "boot", "", true, judge_hung(patched), ret);
}

void judge_changes(const struct outcome *base, const struct outcome *patched,
		   struct change_list *ret, size_t *passing)
{
	*passing = 0;
	if (base->infra || patched->infra) {
		change_add(ret, CHANGE_UNKNOWN, patched->target, "boot");
		return;
	}
	tests_compare(base, patched, ret, passing);
	reports_compare(base, patched, ret);
	boot_compare(base, patched, ret);
}

static void rates_set(struct change *c, const struct reason *r)
{
	c->base = r->base;
	c->patched = r->patched;
	c->chance = r->chance;
}

static bool ends_boots(const struct reason *r)
{
	return r->kind == REASON_NEW_CRASH || r->kind == REASON_BOOT_HANG;
}

/* What else on the target ended a boot, and may have ended the tests that ran then. */
static bool other_ends(const struct reason_list *reasons, size_t i)
{
	for (size_t k = 0; k < reasons->n; k++)
		if (k != i && ends_boots(&reasons->v[k]) &&
		    strcmp(reasons->v[k].target, reasons->v[i].target) == 0)
			return true;
	return false;
}

/* Whether the change is part of what the reason tells. */
static bool is_of_reason(const struct change *c, const struct reason *r, bool alone)
{
	const bool broken = c->class == CHANGE_BROKEN || c->class == CHANGE_NEW;

	if (strcmp(c->target, r->target) != 0)
		return false;
	if (r->kind == REASON_MISSING_TESTS)
		return c->class == CHANGE_GONE && judge_is_of(c->subject, r->subject);
	if (ends_boots(r) && broken && c->patched_status == TEST_ERROR)
		return alone || strcmp(c->subject, r->subject) == 0;
	return strcmp(c->subject, r->subject) == 0 &&
	       (!r->signature[0] || strcmp(c->signature, r->signature) == 0);
}

static void reason_take(struct reason_list *l, size_t i)
{
	reason_done(&l->v[i]);
	memmove(&l->v[i], &l->v[i + 1], (l->n - i - 1) * sizeof(*l->v));
	l->n--;
}

/* The next change from *at on that the reason tells; NULL: no more. */
static struct change *next_of(const struct change_list *l, const struct reason *r, bool alone,
			      size_t *at)
{
	while (*at < l->n) {
		struct change *c = &l->v[(*at)++];

		if (is_of_reason(c, r, alone))
			return c;
	}
	return NULL;
}

/* A change for a reason that has none: what showed in a later boot only. */
static void change_need(const struct reason *r, bool alone, struct change_list *changes)
{
	size_t at = 0;
	struct change *c;

	if (next_of(changes, r, alone, &at))
		return;
	c = change_add(changes, r->kind == REASON_MISSING_TESTS ? CHANGE_GONE : CHANGE_BROKEN,
		       r->target, r->subject);
	mem_set_copy(&c->signature, r->signature);
}

void judge_blamed(const struct reason *r, struct change_list *changes)
{
	size_t at = 0;

	change_need(r, false, changes);
	for (struct change *c; (c = next_of(changes, r, false, &at));)
		rates_set(c, r);
}

void judge_open(const struct reason *r, struct change_list *changes)
{
	size_t at = 0;

	judge_blamed(r, changes);
	for (struct change *c; (c = next_of(changes, r, false, &at));)
		c->class = CHANGE_UNKNOWN;
}

static bool always(struct rate r)
{
	return r.runs > 0 && r.bad == r.runs;
}

void judge_flaky(struct reason_list *reasons, size_t i, struct change_list *changes)
{
	const struct reason *r = &reasons->v[i];
	const bool alone = !other_ends(reasons, i);
	size_t at = 0;

	change_need(r, alone, changes);
	for (struct change *c; (c = next_of(changes, r, alone, &at));) {
		c->class =
			always(r->base) && always(r->patched) ? CHANGE_STILL_FAILING : CHANGE_FLAKY;
		rates_set(c, r);
	}
	reason_take(reasons, i);
}

/* "suite.*" is all of a suite, and the suite's own line. */
static bool is_test(const char *what, const char *path)
{
	size_t n = strlen(what);

	if (n > 2 && strcmp(what + n - 2, ".*") == 0)
		return strncmp(what, path, n - 2) == 0 && (path[n - 2] == '.' || !path[n - 2]);
	return strcmp(what, path) == 0;
}

/* The known issue that a subject or a signature is; NULL none. */
static const struct known *known_find(const struct known_list *l, int64_t now, const char *subject,
				      const char *signature)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct known *k = &l->v[i];

		if (k->until > now &&
		    (k->is_signature ? signature[0] && strcmp(k->what, signature) == 0
				     : !signature[0] && is_test(k->what, subject)))
			return k;
	}
	return NULL;
}

static void change_known(struct change *c, const struct known *k)
{
	char until[CLOCK_ISO_LEN];

	clock_iso(k->until, until);
	c->known = k->num;
	mem_set(&c->why, mem_printf("%s (until %.10s)", k->why, until));
}

/* The changes that a reason tells are known as it is. */
static void reason_known(const struct reason_list *reasons, size_t i, const struct known *k,
			 struct change_list *changes)
{
	const struct reason *r = &reasons->v[i];
	const bool alone = !other_ends(reasons, i);
	size_t at = 0;

	change_need(r, alone, changes);
	for (struct change *c; (c = next_of(changes, r, alone, &at));)
		change_known(c, k);
}

void judge_known(const struct known_list *known, int64_t now, struct reason_list *reasons,
		 struct change_list *changes)
{
	for (size_t i = 0; i < changes->n; i++) {
		struct change *c = &changes->v[i];
		const struct known *k = known_find(known, now, c->subject, c->signature);

		if (k)
			change_known(c, k);
	}
	for (size_t i = reasons->n; i > 0; i--) {
		const struct reason *r = &reasons->v[i - 1];
		const struct known *k = judge_is_of_boot(r)
						? known_find(known, now, r->subject, r->signature)
						: NULL;

		if (!k)
			continue;
		reason_known(reasons, i - 1, k, changes);
		reason_take(reasons, i - 1);
	}
}
