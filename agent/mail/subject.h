/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MAIL_SUBJECT_H
#define DMALAB_MAIL_SUBJECT_H

#include <stdbool.h>

struct mail;

/*
 * Reads "Re: [PATCH RFC v2 3/5] dma: x" into prefixes, number, total, version, revision, resend and
 * name (which git am would give the commit). Returns whether it is a reply's subject.
 */
bool subject_read(const char *subject, struct mail *ret);

/* The subject without Re: and brackets. Caller frees. */
char *subject_bare(const char *subject);

#endif
