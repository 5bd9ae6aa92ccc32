/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_CHECKOUT_CONFLICT_H
#define DMALAB_STAGE_CHECKOUT_CONFLICT_H

#include <stdbool.h>

struct checkout_spec;
struct conflict;
struct err;
struct series;
struct strv;

/*
 * Finds what of files[] git am refused, from the state in which it left the
 * apply worktree and its words, with the file and hunk that do not fit.
 * series may be NULL (a fix of ours): then numbers are those of files[].
 */
int conflict_find(const struct checkout_spec *spec, const struct strv *files,
		  const struct series *series, const char *words, struct conflict *ret,
		  struct err *err) __attribute__((warn_unused_result));

/* Whether git am says that a patch does not fit; it may fail for other reasons. */
bool conflict_said(const char *words);

/*
 * The error for a git am that failed otherwise: -EINVAL where the mail is of no use to git (a
 * date, a name, a charset), -EIO where git could not do its work.
 */
int conflict_trouble(const char *words, struct err *err);

/*
 * Reads `git apply`'s words: *file and *line (0 unknown) of the first hunk that
 * does not fit. *file is owned by the caller, "" where the words name none.
 */
void conflict_words(const char *words, char **file, int *line);

/* The header of the hunk of `file` that starts at `line`, from a raw mail; "" none. Caller frees.
 */
char *conflict_hunk(const char *mail, const char *file, int line);

#endif
