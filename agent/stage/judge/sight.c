// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/judge/sight.h"

#include <stdbool.h>
#include <string.h>

#include "model/outcome.h"
#include "model/verdict.h"
#include "stage/judge/room.h"

/* It ends in a report that the base has not. */
static bool crashed_anew(const struct outcome *base, const struct outcome *one)
{
	for (size_t i = 0; i < one->oopses.n; i++)
		if (one->oopses.v[i].fatal && !judge_has_report(base, one->oopses.v[i].hash) &&
		    !judge_is_behind(base, one, i))
			return true;
	return false;
}

/* What went to its end without showing it is good; what ended otherwise did not get that far. */
static enum sight else_good(const struct outcome *one)
{
	return one->boot == BOOT_FINISHED ? SIGHT_GOOD : SIGHT_NOTHING;
}

static enum sight of_crash(const struct reason *r, const struct outcome *base,
			   const struct outcome *one)
{
	if (!r->signature[0]) /* a report that the base has elsewhere */
		return one->boot == BOOT_CRASHED ? SIGHT_BAD : else_good(one);
	if (judge_has_report(one, r->signature) || crashed_anew(base, one))
		return SIGHT_BAD;
	return else_good(one);
}

static enum sight of_failure(const struct reason *r, const struct outcome *base,
			     const struct outcome *one)
{
	const struct test *t = test_list_find(&one->tests, r->subject);

	if (!t) /* where the base has no such test, it cannot fail there */
		return test_list_find(&base->tests, r->subject) ? SIGHT_NOTHING : else_good(one);
	if (judge_is_bad(t->status))
		return SIGHT_BAD;
	return t->status == TEST_MISS ? SIGHT_NOTHING : SIGHT_GOOD;
}

static enum sight of_missing(const struct reason *r, const struct outcome *base,
			     const struct outcome *one)
{
	if (one->boot != BOOT_FINISHED)
		return SIGHT_NOTHING;
	for (size_t i = 0; i < one->tests.n; i++)
		if (judge_is_of(one->tests.v[i].path, r->subject) &&
		    judge_vanished(base, &one->tests.v[i]))
			return SIGHT_BAD;
	return SIGHT_GOOD;
}

enum sight judge_sight(const struct reason *r, const struct outcome *base,
		       const struct outcome *one)
{
	if (one->infra)
		return SIGHT_NOTHING;
	switch (r->kind) {
	case REASON_NEW_CRASH:
		return of_crash(r, base, one);
	case REASON_BOOT_HANG:
		return judge_hung(one) ? SIGHT_BAD : else_good(one);
	case REASON_NEW_FAILURE:
		return of_failure(r, base, one);
	case REASON_MISSING_TESTS:
		return of_missing(r, base, one);
	case REASON_APPLY_CONFLICT:
	case REASON_BUILD_ERROR:
	case REASON_BUILD_WARNING:
	case REASON_UNBUILDABLE_PATCH:
	case REASON_INFRA:
		break;
	}
	return SIGHT_NOTHING;
}
