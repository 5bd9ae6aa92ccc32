/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_INGEST_H
#define DMALAB_PIPELINE_INGEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct config;
struct err;
struct relevance;
struct series_row;
struct source_config;
struct store;

/*
 * From a source to tasks: mails are stored with the source's cursor, then sorted into series with
 * what they may belong to, then a decision is made about every series that changed.
 */

/* What came of it. */
struct ingest_counts {
	size_t mails;	   /* that the source brought */
	size_t fresh;	   /* of these, mails that were not there */
	size_t series;	   /* new or changed */
	size_t tasks;	   /* added */
	struct strv notes; /* what was passed over, and why; strv_done() is the caller's */
};

/* Asks a source for what is new and sorts it. What was taken before an error is kept and sorted. */
int ingest_poll(const struct config *c, struct store *store, const struct source_config *source,
		int cancel_fd, struct ingest_counts *ret, struct err *err)
	__attribute__((warn_unused_result));

/*
 * Brings what a Message-ID or a URL names, from the store or else from a source, and says which
 * series it is. *task, where it is not NULL: the series is tested whatever the rules say, by this
 * task. -ENOENT: nobody has it; -EINVAL: it names no series, or one that is not whole.
 */
int ingest_fetch(const struct config *c, struct store *store, const char *what, int cancel_fd,
		 struct series_row *ret, int64_t *task, struct err *err)
	__attribute__((warn_unused_result));

/* Stores mails of a folder or an mbox as if `source` had brought them, and sorts them. */
int ingest_file(const struct config *c, struct store *store, const char *source, const char *path,
		struct ingest_counts *ret, struct err *err) __attribute__((warn_unused_result));

/* Sorts what is unsorted; also what a killed run has left. */
int ingest_sort(const struct config *c, struct store *store, int cancel_fd,
		struct ingest_counts *ret, struct err *err) __attribute__((warn_unused_result));

/* What the rules of lab.yaml say of a stored series now. */
int ingest_why(const struct config *c, struct store *store, const struct series_row *s,
	       struct relevance *ret, struct err *err) __attribute__((warn_unused_result));

/* Writes the mails that a series is tested by as an mbox. -ENOENT: gc took a mail of it. */
int ingest_mbox(struct store *store, const struct series_row *s, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
