/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_VERDICT_H
#define DMALAB_MODEL_VERDICT_H

#include <stddef.h>
#include <stdint.h>

#include "model/change.h"
#include "model/rate.h"

enum verdict_kind {
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_NONE, /* infrastructure: nothing can be said about the series */
};

const char *verdict_name(enum verdict_kind v); /* "pass", "fail", "none" */

/* The fixed vocabulary of reasons. */
enum reason_kind {
	REASON_APPLY_CONFLICT,
	REASON_BUILD_ERROR,
	REASON_BUILD_WARNING, /* information: does not fail a series by itself */
	REASON_UNBUILDABLE_PATCH,
	REASON_BOOT_HANG,
	REASON_NEW_CRASH,
	REASON_NEW_FAILURE,
	REASON_MISSING_TESTS,
	REASON_INFRA,
};

const char *reason_name(enum reason_kind k); /* "apply-conflict", … */

/* One reason. Strings are owned. */
struct reason {
	enum reason_kind kind;
	char *target;		   /* "" where it concerns no target */
	char *subject;		   /* patch, test, or title */
	char *detail;		   /* one or a few lines: the proof */
	char *where;		   /* log to look at: a job's or build's id; "" none */
	size_t line;		   /* in that log; 0 none */
	char *signature;	   /* of new-crash: the report's hash; "" else */
	char *excerpt;		   /* the lines that prove it, as they were printed; "" none */
	int patch;		   /* of the series, from 1, that brings it; 0: not known */
	struct rate base, patched; /* how often it showed, where that was repeated */
	double chance;		   /* that the rates differ by luck; 1 where not repeated */
};

struct reason_list {
	struct reason *v;
	size_t n;
	size_t cap;
};

struct reason *reason_add(struct reason_list *l, enum reason_kind kind); /* "" everywhere */
void reason_done(struct reason *r);
void reason_list_done(struct reason_list *l);

/* The verdict on a series: candidate against base. */
struct verdict {
	char *id; /* assigned by the store when NULL */
	enum verdict_kind kind;
	char *checkout_id; /* candidate; "" where it did not get that far */
	char *base_id;	   /* checkout of the base; "" likewise */
	struct reason_list reasons;
	struct change_list changes; /* of tests and reports, without what still passes */
	char *text;		    /* the report as it was printed; NULL or "" none */
	char *name;		    /* of the series, for lists */
	int64_t created;
	int64_t duration_ms;
};

void verdict_done(struct verdict *v);

#endif
