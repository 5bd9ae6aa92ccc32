/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_JUDGE_ROOM_H
#define DMALAB_STAGE_JUDGE_ROOM_H

#include <stdbool.h>
#include <stddef.h>

#include "model/test.h"

struct outcome;

/* What the judges ask of an outcome. */

/* By the signature. */
bool judge_has_report(const struct outcome *o, const char *hash);
/* The base crashes in the very case that report i ends: it never came to where the report is. */
bool judge_is_behind(const struct outcome *base, const struct outcome *patched, size_t i);
/* It neither finished nor crashed. */
bool judge_hung(const struct outcome *o);
/* The base passes it, and this is neither a pass nor a failure of it. */
bool judge_vanished(const struct outcome *base, const struct test *t);
/* "suite.case" is of a suite. */
bool judge_is_of(const char *path, const char *suite);

static inline bool judge_is_bad(enum test_status s)
{
	return s == TEST_FAIL || s == TEST_ERROR;
}

#endif
