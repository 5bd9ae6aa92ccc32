/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_BISECT_ROOM_H
#define DMALAB_BISECT_ROOM_H

/* What the files of this room share; nobody else includes it. */

#include "bisect/range.h"
#include "model/bisection.h"
#include "pipeline/run.h"

struct bisect_request;

/* A bisection at work. */
struct bisect {
	struct run_ctx x;
	struct test_report report; /* of which the boots want the suites */
	struct bisection b;
	struct range range;
	const struct target_config *target;
	const struct bisect_request *req;
	bool taken;   /* the kernel's pair ... */
	bool overlay; /* ... with the fragments of the tests */
	int lock;     /* nobody else bisects with this store */
};

/*
 * step.c: one commit is built where it was not, and run up to `n` times more (runs that the store
 * knows from elsewhere count first). What came of it is in the rows. A commit that cannot be
 * built, or whose runs tell nothing, becomes "unbuildable".
 */
int step_try(struct bisect *s, size_t seq, int n, struct err *err)
	__attribute__((warn_unused_result));
/* Knows the kernel's pair of folders from then on, with the tests or without. */
int step_kernel(struct bisect *s, struct err *err) __attribute__((warn_unused_result));

/* weights.c: how likely each commit is before one between the ends was run; both ends are built. */
int weights_set(struct bisect *s, struct err *err) __attribute__((warn_unused_result));

/* A commit that is to be tested. */
struct step_what {
	const char *commit;
	const char *fix;  /* a design, or "none" */
	bool needs_tests; /* it says nothing without them */
};

/*
 * The commit with as much of tests and fix on it as applies: 1, and *why what does not ("" all
 * does); 0: not even the least, and why. The tree is taken.
 */
int step_checkout(struct run_ctx *x, const struct step_what *what, char **why, struct checkout *ret,
		  struct err *err) __attribute__((warn_unused_result));
/*
 * The build of it, from the store or made in the pair that is taken, and how long that took; where
 * it is a series', on `base` in a copy of the pair (NULL: it is ours to trust). Tries again what
 * the lab could not do; -EIO in the end.
 */
int step_build(struct run_ctx *x, const struct checkout *co, const struct checkout *base,
	       struct build *ret, int64_t *ms, struct err *err) __attribute__((warn_unused_result));

/*
 * ask.c: the bisection of the request with its range, in s->b and s->range: an earlier one's rows
 * (but for s->b, which is theirs already where the request resumes), or a new one.
 */
int ask_take(struct bisect *s, const struct bisect_request *req, struct err *err)
	__attribute__((warn_unused_result));
/* The rows of an earlier one into s->b. */
int ask_earlier(struct bisect *s, int64_t num, struct err *err) __attribute__((warn_unused_result));
int ask_range(const struct bisection *b, const char *repo, int cancel_fd, struct range *ret,
	      struct err *err) __attribute__((warn_unused_result));

#endif
