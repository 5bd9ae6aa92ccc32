/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_MANUAL_H
#define DMALAB_PIPELINE_MANUAL_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct known;
struct series_row;
struct store;

/*
 * What people tell the lab, by a command or by a form of its pages. -EINVAL: that is not how it is
 * said; -ENOENT: the store has no such thing.
 */

/* By its number, or the Message-ID or URL of any of its mails. */
int manual_series(struct store *s, const char *what, struct series_row *ret, struct err *err)
	__attribute__((warn_unused_result));

/* Has it tested once more; *task is what does it. */
int manual_retest(struct store *s, const struct series_row *series, int64_t *task, struct err *err)
	__attribute__((warn_unused_result));
/* Lets it run on targets that ask for a maintainer's word, and has what was left out for want of it
 * done; *task 0: it was never tested. */
int manual_approve(struct store *s, const struct series_row *series, const char *by, int64_t *task,
		   struct err *err) __attribute__((warn_unused_result));

/* A failure that no series is blamed for. */
struct mask {
	const char *what;  /* a signature's first digits, "suite.case" or "suite.*" */
	const char *until; /* the last day, "YYYY-MM-DD" */
	const char *why;
	const char *by;
	bool force; /* also of a test that no boot has run */
};
/* Whether it would be a signature's; else a test's. */
bool mask_is_signature(const struct mask *m);
/* *ret is the caller's. */
int manual_mask(struct store *s, const struct mask *m, struct known *ret, struct err *err)
	__attribute__((warn_unused_result));
/* Takes back the mask of this number. */
int manual_unmask(struct store *s, const char *known, struct err *err)
	__attribute__((warn_unused_result));

#endif
