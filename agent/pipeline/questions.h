/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_QUESTIONS_H
#define DMALAB_PIPELINE_QUESTIONS_H

#include <stdbool.h>

#include "model/verdict.h"
#include "pipeline/shots.h"
#include "stage/judge/odds.h"

/* Of the two kernels: the one that was bad when the question was raised, and the other. */
enum side { SIDE_GOOD, SIDE_BAD, SIDES };

/* A question on one target. */
struct part {
	size_t target; /* of the run's */
	char *signature;
	struct shots *shots[SIDES];
};

/*
 * Whether it is the series that makes a difference which was seen once, or luck. What shows by
 * the same name on several targets is one question: boots of all of them count.
 */
struct question {
	enum reason_kind kind;
	char *subject;
	bool fixed; /* it is the base that was bad */
	struct part *parts;
	size_t n_parts, cap_parts;
	struct rate rate[SIDES];
	bool over;
	bool open; /* it is over without an answer */
	enum odds answer;
};

struct questions {
	struct question *v;
	size_t n, cap;
	struct shots_list shots;
	struct strv raised; /* boots that raised them: they do not count */
};

/* The question about this, asked on a target too; a new one where there is none. */
int question_raise(struct run_ctx *x, struct questions *l, const struct reason *what, bool fixed,
		   size_t target, struct err *err) __attribute__((warn_unused_result));
/*
 * The boots of an outcome that is compared raise questions, and do not count for them; but those
 * that came behind one without any test do.
 */
int questions_exclude(struct run_ctx *x, struct questions *l, const struct outcome *o,
		      struct err *err) __attribute__((warn_unused_result));
/* NULL: there is none. */
struct question *question_find(const struct questions *l, enum reason_kind kind,
			       const char *subject, bool fixed);
/* Why the lab could not boot what the question needed; NULL: it could. */
const char *question_dead(const struct question *q);
/* Boots until all are over. */
int questions_ask(struct run_ctx *x, struct questions *l, struct err *err)
	__attribute__((warn_unused_result));
void questions_done(struct questions *l);

#endif
