/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_BISECT_COMPILED_H
#define DMALAB_BISECT_COMPILED_H

#include <stdbool.h>

#include "base/buf.h"

struct err;

/*
 * The sources that a kernel is made of, as kbuild wrote it down in the .cmd files of its object
 * folder: what was compiled, and all that this included. Zero knows nothing; the caller's:
 * compiled_done().
 */
struct compiled {
	struct strv paths; /* sorted, each once */
};

int compiled_read(const char *obj, struct compiled *ret, struct err *err)
	__attribute__((warn_unused_result));
void compiled_done(struct compiled *c);

/*
 * Whether a file of this source folder goes into no kernel of this configuration: it is there and
 * of a kind that is compiled or included, and nothing did. What says what is compiled (Kconfig,
 * Makefile), and what is not there any more, may matter.
 */
bool compiled_leaves_out(const struct compiled *c, const char *src, const char *path);

/* The names that are called in compiled files that have these words in them: sorted, each once. */
void compiled_calls(const struct compiled *c, const char *src, const char *words, struct strv *ret);

/* The compiled .c files that define one of these functions (sorted names). */
void compiled_defining(const struct compiled *c, const char *src, const struct strv *names,
		       struct strv *ret);

#endif
