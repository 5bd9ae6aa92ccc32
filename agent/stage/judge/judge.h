/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_JUDGE_JUDGE_H
#define DMALAB_STAGE_JUDGE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/verdict.h"

struct build;
struct checkout;
struct conflict;
struct outcome;
struct series;
struct strv;

/*
 * What a series changes: pure functions from what was measured to reasons of the
 * fixed vocabulary. Only differences to the base count; what the base has
 * too is not the series' doing.
 */

/* The series does not apply to the bare base. */
void judge_conflict(const struct conflict *c, struct reason_list *reasons);

/*
 * steps[] are the builds after each patch, in order; the last is the tip. A tip
 * that does not build is build-error and names the first patch from which on
 * nothing builds; a patch that does not build while the tip does is
 * unbuildable-patch. Warnings that the base has not, in files that the series
 * touches, are build-warning. What the lab could not build is infra.
 */
void judge_builds(const struct series *series, const struct build *base, const struct build *steps,
		  size_t n_steps, const struct strv *touched, struct reason_list *reasons);

/* The boots of one target: crashes, hangs, failures and missing tests that the base has not. */
void judge_boots(const struct outcome *base, const struct outcome *patched,
		 struct reason_list *reasons);

/* It fails a series: anything but a warning and the lab's trouble. */
bool judge_fails(const struct reason *r);
/* It is of boots, and of what the series does there. */
bool judge_is_of_boot(const struct reason *r);

/*
 * A failing reason decides. Trouble of the lab on some of the n_targets leaves the others' word,
 * pass; on all of them, or with no target named (a build, the base), there is no verdict.
 */
enum verdict_kind judge_verdict(const struct reason_list *reasons, size_t n_targets);

/* How many tests of a target fail on the base and pass with the series. */
size_t judge_fixed(const struct outcome *base, const struct outcome *patched);

#endif
