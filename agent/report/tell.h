/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_REPORT_TELL_H
#define DMALAB_REPORT_TELL_H

struct err;
struct json_t;
struct message_list;
struct tell_facts;
struct verdict;

/*
 * What is told to whom about a verdict (a tell_fn): a mail where it is news and lab.yaml names
 * somebody, a check for each patch on each Patchwork server of lab.yaml, a KCIDB document.
 * Message-IDs are made of the verdict's own, so that the same mail is the same for ever. A mail
 * that blames and has nothing to show for it is held.
 *
 * News is the first verdict of a kind that lab.yaml's `on` has, and then what differs from what was
 * told last, about this version or an older one. That the lab failed is told only where `on` has
 * it: it takes back nothing.
 */
int report_messages(const struct tell_facts *f, struct message_list *ret, struct err *err)
	__attribute__((warn_unused_result));

/*
 * What b4's external check asks for: an array of {tool, status, summary, url, details}; status is
 * pass, warn or fail. v NULL: there is no verdict (yet), and `why` says so; url NULL: there is
 * none. A new reference.
 */
struct json_t *report_b4(const struct verdict *v, const char *url, const char *why);

/* Lines for regzbot (https://linux-regtracking.leemhuis.info/regzbot/) about a regression of a tree
 * itself between two commits. Caller frees. */
char *report_regzbot(const char *good, const char *bad, const char *title);

#endif
