/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STORE_GC_H
#define DMALAB_STORE_GC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct store;

/* What was freed, or would be. */
struct gc_report {
	size_t mails;	     /* whose bytes went; what was understood of them stays */
	int64_t mail_bytes;  /* packed; the database's file keeps them for new rows */
	size_t builds, jobs; /* that lost their artifacts, their console */
	size_t files;	     /* that no row names */
	int64_t file_bytes;
};

/*
 * Frees what nobody has needed for keep_s: the bytes of mails whose series was never to be tested;
 * artifacts of builds that no verdict of that time is about, no job booted and no submission is to
 * boot, but for the newest base of each configuration, tree and fix; consoles of jobs without an
 * incident; and the files that no row names. What a verdict is about that is still to be told
 * stays, too. Rows stay, but for submissions and messages that ended; the last mail that was sent
 * about a series stays, since it says what is no news.
 * Goes in small steps, so that a killed run leaves a whole store, and others work meanwhile.
 * dry: only says what it would do, and keeps others from writing so long.
 */
int store_gc(struct store *s, int64_t keep_s, int64_t now, bool dry, struct gc_report *ret,
	     struct err *err) __attribute__((warn_unused_result));

#endif
