/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_SHOTS_H
#define DMALAB_PIPELINE_SHOTS_H

#include "model/outcome.h"
#include "pipeline/run.h"

/* Boots of a build on a target by a filter, each on its own, of this run and of earlier ones. */
struct shots {
	const struct build *build;
	const struct target_config *target;
	const char *what; /* "base", "patched", "patch 2" */
	char *filter;
	struct strv jobs;     /* ids, oldest first */
	struct outcome *ones; /* parallel: what each came to by itself */
	size_t cap;
	int wanted; /* boots that shots_run() is to do */
	int asked;  /* that it was to do so far */
	char *dead; /* why the lab could not any more; NULL it can */
};

/* Zero is none. Entries stay where they are. */
struct shots_list {
	struct shots **v;
	size_t n, cap;
};

/* The boots of this kind, with those that the store knows; *ret is the list's. */
int shots_of(struct run_ctx *x, struct shots_list *l, const struct build *b, const char *what,
	     const struct target_config *t, const char *filter, struct shots **ret, struct err *err)
	__attribute__((warn_unused_result));
/* Does what is wanted of all of them, several at once. */
int shots_run(struct run_ctx *x, struct shots_list *l, struct err *err)
	__attribute__((warn_unused_result));
void shots_list_done(struct shots_list *l);

#endif
