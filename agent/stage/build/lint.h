/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_BUILD_LINT_H
#define DMALAB_STAGE_BUILD_LINT_H

#include <stdbool.h>

#include "base/buf.h"
#include "model/notice.h"
#include "model/series.h"
#include "stage/build/build.h"
#include "stage/build/diagnostics.h"

/*
 * What is said of a source and makes no build worse. All of it runs in the sandbox, for two
 * minutes at most. 0 with *trouble set (the caller frees it) is a checker that failed.
 */

/*
 * The object of a source file, where the build in spec->obj has made it as a part of the kernel
 * and make can make it alone; NULL: it has not. Caller frees.
 */
char *lint_object(const struct build_spec *spec, const char *source);

/*
 * Compiles these objects again at W=1, with sparse where that is installed. `base`: for the source
 * that they were not built from. spec->obj is no build any more afterwards.
 */
int lint_make(const struct build_spec *spec, const struct strv *objects, bool base,
	      struct diagnostics *ret, char **trouble, struct err *err)
	__attribute__((warn_unused_result));

/* Whose word a warning of lint_make() is: "gcc", "sparse", "kernel-doc" (which W=1 asks too). */
const char *lint_tool(const struct diagnostic *w);

/* The mails of a series before scripts/checkpatch.pl of the source at spec->src. */
int lint_mails(const struct build_spec *spec, const struct series *series, struct notice_list *ret,
	       char **trouble, struct err *err) __attribute__((warn_unused_result));

#endif
