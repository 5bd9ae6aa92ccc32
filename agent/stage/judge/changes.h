/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_JUDGE_CHANGES_H
#define DMALAB_STAGE_JUDGE_CHANGES_H

#include <stddef.h>
#include <stdint.h>

#include "model/change.h"
#include "model/known.h"
#include "model/verdict.h"

struct outcome;

/*
 * The classes of a target's tests and reports, but for what still passes: from what both kernels
 * showed first. What was repeated since is run_settle()'s to say. *passing: how many still pass.
 */
void judge_changes(const struct outcome *base, const struct outcome *patched,
		   struct change_list *ret, size_t *passing);

/* Reason i is not the series': it is taken out, and its change on its target is flaky, with its
 * rates (still failing, where both were bad in every run); added where there is none. */
void judge_flaky(struct reason_list *reasons, size_t i, struct change_list *changes);

/* A reason that was repeated is the series' doing: its changes get its rates; a broken one is added
 * where there is none. */
void judge_blamed(const struct reason *r, struct change_list *changes);

/* What a reason tells was not found out: its changes are unknown. */
void judge_open(const struct reason *r, struct change_list *changes);

/* Takes what is known at `now` out of reasons: its changes carry the known issue's number and
 * why. */
void judge_known(const struct known_list *known, int64_t now, struct reason_list *reasons,
		 struct change_list *changes);

/* A version against the one before: which of its failing reasons are gone, and which are still
 * there (by kind, target and subject). */
struct comparison {
	int version; /* of the one before, for the caller to say; 0: there is none, or it has no
		      * verdict */
	char *verdict_id;
	enum verdict_kind kind; /* of its verdict */
	struct reason_list fixed, remains;
};

void judge_versions(const struct verdict *before, const struct verdict *now,
		    struct comparison *ret);
void comparison_done(struct comparison *c);

/* What a reader would call news: verdict and failing reasons, sorted, a line each. Caller frees. */
char *judge_state(const struct verdict *v);

#endif
