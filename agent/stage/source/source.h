/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_SOURCE_SOURCE_H
#define DMALAB_STAGE_SOURCE_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct config;
struct err;
struct source_config;

/* A mail as it came. */
struct arrival {
	char *raw; /* its bytes; owned */
	size_t len;
	char *origin; /* where people find it: a lore or Patchwork URL, a file; owned */
};

/*
 * What a source brings at a time: at most SOURCE_BATCH mails. Zero is nothing.
 * Once it is taken, the source stands at `cursor`, and knows `keys` (of events and series that
 * were handled) for SOURCE_KEY_DAYS.
 */
struct source_batch {
	struct arrival *v;
	size_t n, cap;
	char *cursor; /* opaque text; NULL: as it was */
	struct strv keys;
	struct strv notes; /* for the log: what was passed over, and why */
};

enum { SOURCE_BATCH = 500, SOURCE_KEY_DAYS = 30 };

/* Appends a copy. */
void source_batch_add(struct source_batch *b, const char *raw, size_t len, const char *origin);
void source_batch_done(struct source_batch *b);

/* Whoever runs a source. take() is durable when it returns, mails, cursor and keys in one
 * transaction. */
struct source_host {
	void *arg;
	int (*known)(void *arg, const char *key, struct err *err); /* 1: among the keys; 0 not */
	int (*take)(void *arg, const struct source_batch *b, struct err *err);
};

struct source_spec {
	const struct config *config; /* limits, cache_dir: mirrors lie in CACHE/inboxes/NAME/ */
	const struct source_config *source;
	int cancel_fd;
	int64_t now; /* seconds since 1970: for since_days */
};

/*
 * Brings what is new since `cursor` ("" the first time), batch by batch. Killed at any point and
 * run again from the last cursor that was taken, it brings everything, some of it twice. Errors as
 * of net_ask(); -EINVAL also for a project or inbox that is not there.
 */
int source_poll(const struct source_spec *s, const char *cursor, const struct source_host *host,
		struct err *err) __attribute__((warn_unused_result));

/*
 * The thread or series that `what` names, from whichever of lab.yaml's sources has it, as one batch
 * (which may be longer): a Message-ID with or without angle brackets, a lore URL (…/LIST/MSGID/
 * with or without more behind it), a Patchwork URL (…/series/ID/, …/patch/…, …/cover/…). A URL of a
 * host that no source has is refused: -EINVAL names those that lab.yaml has. -ENOENT: nobody has
 * it. Sets *source to the source that had it (borrowed from the configuration).
 */
int source_fetch(const struct config *c, const char *what, int cancel_fd, struct source_batch *ret,
		 const struct source_config **source, struct err *err)
	__attribute__((warn_unused_result));

/* The Message-ID that `what` names, without angle brackets and %XX; NULL: it names none. Caller
 * frees. */
char *source_msgid(const char *what);

#endif
