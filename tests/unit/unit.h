/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_UNIT_H
#define DMALAB_TESTS_UNIT_H

/* What every unit test includes first: cmocka wants these headers before its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/err.h"
#include "base/run.h"

/* A fresh folder of the test's own; goes with folder_done(). */
static inline char *folder_make(void)
{
	char *dir = strdup("/tmp/dmalab-unit-XXXXXX");

	assert_non_null(dir);
	assert_non_null(mkdtemp(dir));
	return dir;
}

/* Runs a fixed script in a folder; it must succeed. */
static inline void sh(const char *dir, const char *script)
{
	const char *argv[] = { "sh", "-ec", script, NULL };
	struct run_spec spec = run_spec_of(argv, 60000);
	struct run_result res;
	struct err err = { 0 };

	spec.dir = dir;
	assert_int_equal(run_tool(&spec, &res, &err), 0);
	assert_int_equal(res.end, RUN_EXITED);
	if (res.status != 0)
		fail_msg("script failed: %s", script);
}

static inline void folder_done(char *dir)
{
	sh(dir, "chmod -R u+rwX . ; find . -mindepth 1 -delete");
	rmdir(dir);
	free(dir);
}

#endif
