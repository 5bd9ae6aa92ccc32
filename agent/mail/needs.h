/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MAIL_NEEDS_H
#define DMALAB_MAIL_NEEDS_H

#include <stddef.h>

struct mail_needs;

/*
 * Adds what lines of the text say a series needs under it: base-commit and prerequisite-patch-id
 * (git-format-patch(1)), change-id and prerequisite-change-id, prerequisite-message-id (b4), and
 * Depends-on with a Message-ID or a URL. What is there already stays.
 */
void needs_read(const char *text, size_t len, struct mail_needs *ret);

/* Adds what *more has to *ret. */
void needs_merge(const struct mail_needs *more, struct mail_needs *ret);

/* "URL REF" of a pull request's text (git-request-pull(1)); NULL: it is none. Caller frees. */
char *pull_read(const char *text, size_t len);

#endif
