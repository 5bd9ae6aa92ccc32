/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_HEALTH_H
#define DMALAB_PIPELINE_HEALTH_H

#include <stdbool.h>
#include <stddef.h>

#include "pipeline/pipeline.h"

struct target_record;

/*
 * Whether a target can be trusted: a kernel that is known to be good (the base with tests and fix)
 * is booted on it. On a LAVA server its own health checks decide about devices; there this proves
 * that our job for them works.
 */

struct health_request {
	const char *const *targets; /* names */
	size_t n_targets;
	int times; /* boots a target */
	int cancel_fd;
};

/* What came of a target's boots. */
struct health {
	char *target;
	int passed, failed;
	char *reason; /* of the last that failed; "" none */
	char *job_id; /* the last */
};

struct health_list {
	struct health *v;
	size_t n, cap;
};

void health_list_done(struct health_list *l);

/* Boots, and stores what came of each (store_health_put()). */
int pipeline_health(const struct config *c, struct store *store, const struct health_request *req,
		    const struct progress *progress, struct health_list *ret, bool *input_error,
		    struct err *err) __attribute__((warn_unused_result));

/*
 * Whether a target is out since its last health boot failed. Never one of a LAVA server: that
 * judges its devices itself, and ours may have failed for any reason.
 */
bool health_is_out(const struct lab_config *lab, const struct target_record *r);
/* Whether boots may go to a target: 1; 0 it is out, and *why says so (the caller frees). */
int health_may_boot(struct store *store, const struct config *c, const struct target_config *t,
		    char **why, struct err *err) __attribute__((warn_unused_result));
/*
 * Seconds until a target of lava-run wants a health boot: 0 now, since its lab failed
 * HEALTH_TROUBLE times in a row or the last one is long ago; -1 never.
 */
int health_due(struct store *store, const struct config *c, const struct target_config *t,
	       struct err *err);

enum { HEALTH_TROUBLE = 3 };

#endif
