/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_JUDGE_SIGHT_H
#define DMALAB_STAGE_JUDGE_SIGHT_H

struct outcome;
struct reason;

/* What one boot says about a reason that another boot gave. Pure. */
enum sight {
	SIGHT_NOTHING, /* it did not get that far, or did not run it, or the lab failed */
	SIGHT_BAD,
	SIGHT_GOOD,
};

/*
 * `one` is what a single boot came to (base or patched); `base` is what is known of the base: a
 * boot that ends in a fatal report which the base has not is bad for any new-crash, since memory
 * that is broken crashes elsewhere each time.
 */
enum sight judge_sight(const struct reason *r, const struct outcome *base,
		       const struct outcome *one);

#endif
