/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_TELL_H
#define DMALAB_PIPELINE_TELL_H

#include <stdint.h>

#include "model/message.h"
#include "model/verdict.h"
#include "store/ingest.h"

struct config;
struct err;
struct store;
struct test_report;

/*
 * Whom a verdict on a series of the store is told, and what they were told before. What is
 * written is not decided here: that is the report's, which lies above (tell_fn).
 */
struct tell_facts {
	const struct config *config;
	const struct test_report *report; /* NULL: the test begins, or */
	const char *gone;		  /* why no verdict comes of it; NULL: one may */
	struct series_row series;
	struct mail_row_list mails; /* cover first */
	struct strv cc;		    /* whom the first of them went to, addresses */
	struct verdict told;	    /* the last that was mailed about it, or about an older version;
				     * .id NULL: none */
	int64_t now;
};

/* Makes messages, or none: a pure function of its facts. */
typedef int (*tell_fn)(const struct tell_facts *f, struct message_list *ret, struct err *err);

/* Reads the facts. `series` 0: nobody's; nothing is told. 1 *ret (the caller's: tell_facts_done()),
 * 0 nothing to tell. */
int tell_facts_read(const struct config *c, struct store *s, int64_t series,
		    const struct test_report *report, struct tell_facts *ret, struct err *err)
	__attribute__((warn_unused_result));
void tell_facts_done(struct tell_facts *f);

#endif
