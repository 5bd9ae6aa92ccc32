/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_CHANGE_H
#define DMALAB_MODEL_CHANGE_H

#include <stddef.h>
#include <stdint.h>

#include "model/rate.h"
#include "model/test.h"

/* What a test, or a report of the kernel, does on a target without and with a series. */
enum change_class {
	CHANGE_FIXED,
	CHANGE_BROKEN,
	CHANGE_STILL_FAILING,
	CHANGE_STILL_PASSING,
	CHANGE_NEW,    /* a test that the base has not */
	CHANGE_GONE,   /* a test that the base passes and that is not there, or is skipped */
	CHANGE_FLAKY,  /* comes and goes, and no more often with the series than chance allows */
	CHANGE_UNKNOWN /* the lab failed, or the test is skipped on both sides */
};

/* "fixed", "broken", "still failing", … */
const char *change_name(enum change_class c);
/* Returns 0 and sets *ret, or -1 for a word that is none of them. */
int change_parse(const char *word, enum change_class *ret);

/* Strings are owned, "" where there is none. */
struct change {
	enum change_class class;
	char *target;
	char *subject;	 /* "suite.case", the title of a report, "boot" */
	char *signature; /* of a report: its hash; "" of a test */
	enum test_status base_status,
		patched_status;	   /* of a test; a report: FAIL where it showed */
	struct rate base, patched; /* how often it was bad, where it was repeated */
	double chance;		   /* that they differ by luck; 1 where it was not repeated */
	int64_t known;		   /* number of the known issue that masks it; 0 none */
	char *why;		   /* what people know of it, and until when it is masked; "" */
};

struct change_list {
	struct change *v;
	size_t n, cap;
};

struct change *change_add(struct change_list *l, enum change_class class, const char *target,
			  const char *subject);
void change_list_done(struct change_list *l);

#endif
