/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_WORK_H
#define DMALAB_PIPELINE_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "pipeline/pipeline.h"
#include "pipeline/tell.h"

enum {
	WORK_ATTEMPTS = 3,   /* of a task whose lab fails; then it has no verdict, or is failed */
	WORK_BACKOFF_S = 60, /* before the second; four times that before the third */
};

/*
 * Names of owners begin with it. Whoever claims by such a name holds the agent's lock
 * (work_lock()), and so may take over what others of that name have left.
 */
#define WORK_OWNER "agent:"

/* The agent's lock: one agent, or one `dmalab test MSGID`, works the queue. -EWOULDBLOCK: taken. */
int work_lock(const struct config *c, struct err *err) __attribute__((warn_unused_result));
/* "agent:PID:…", of this process alone. Caller frees. */
char *work_owner(void);

/* How what is found is put into words: the report's, which lies above. Each may be NULL. */
struct work_words {
	tell_fn tell;
	char *(*print)(const struct config *c, const struct test_report *r);
};

/*
 * Tests the series of a task that `owner` has claimed. 0: it has its verdict (*report), or none
 * and waits for the next attempt (*again). An error, but for -ECANCELED, is kept with the task:
 * it waits for the next attempt, or is failed. -ECANCELED hands it back as it was; but where
 * the agent is gone, its death is for the next agent to count.
 *
 * What `words` tell of the beginning is in the outbox before the test begins, and what they tell of
 * the verdict together with the verdict.
 */
int work_test(const struct config *c, struct store *store, int64_t task, const char *owner,
	      int cancel_fd, const struct progress *progress, const struct work_words *words,
	      struct test_report *report, bool *again, struct err *err)
	__attribute__((warn_unused_result));

/* No verdict comes of the series' test: whoever watches it is told why, but where there is an
 * earlier verdict, which stands. Part of the caller's together_begin(), with what ends the test. */
int work_gone(const struct config *c, struct store *store, int64_t series, const char *why,
	      const struct work_words *words, struct err *err) __attribute__((warn_unused_result));

/* What is to be done with a task whose child has died of something. */
int work_died(const struct config *c, struct store *store, int64_t task, const char *owner,
	      const char *how, const struct work_words *words, struct err *err)
	__attribute__((warn_unused_result));

#endif
