/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_RELEVANCE_RELEVANCE_H
#define DMALAB_STAGE_RELEVANCE_RELEVANCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct config;
struct mail;
struct rule_config;

/* What of a rule a series has, for people: "path kernel/dma/mapping.c (kernel/dma/)". */
struct rule_match {
	const struct rule_config *rule; /* borrowed */
	bool matches;			/* each kind that the rule names has a hit */
	struct strv hits;
	struct strv misses; /* kinds without one: "no path of: kernel/dma/, drivers/dma-buf/" */
};

/* One a rule, in lab.yaml's order. */
struct relevance {
	struct rule_match *v;
	size_t n;
	const struct rule_config
		*rule; /* the first that matches; NULL none, or there are no rules */
	bool relevant; /* a rule matches, or there are none */
};

void relevance_done(struct relevance *r);

/*
 * Looks at the mails of a series (cover and patches: subject, message, paths, lists) and at the
 * sources that brought it. Pure.
 */
void relevance_of(const struct config *c, const struct mail *const *mails, size_t n,
		  const struct strv *sources, struct relevance *ret);

/* Whether a glob of lab.yaml means the path: '*' any characters, '?' one, "dir/" all below. */
bool relevance_path(const char *glob, const char *path);
/*
 * Whether the word (or words) stands in the text, whatever the case, and where it begins or ends
 * with a letter, digit or '_' next to no other of them. ASCII. A blank is any white space.
 */
bool relevance_word(const char *word, const char *text);

#endif
