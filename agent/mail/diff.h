/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MAIL_DIFF_H
#define DMALAB_MAIL_DIFF_H

#include <stdbool.h>
#include <stddef.h>

struct strv;

/*
 * Whether text from a mail's patch part means to change a file: a hunk below ---/+++, or a line of
 * git's extended header below "diff --git". Adds the paths to *paths, each once, sorted. *cut: a
 * hunk has not all its lines, or there is a file without any.
 */
bool diff_read(const char *diff, size_t len, struct strv *paths, bool *cut);

/*
 * `git patch-id --stable` of git 2.39 over the same text: the first id that it would print.
 * Returns false where git finds no diff; hex is "" then.
 */
bool diff_patch_id(const char *diff, size_t len, char hex[41]);

#endif
