/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MAIL_MBOX_H
#define DMALAB_MAIL_MBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct err;

/*
 * Mails of a file one by one: an mbox, a single mail, a maildir's cur/ and new/, or "-" for
 * standard input. At most one mail and a block are in memory. Mails of an mbox begin where
 * git-mailsplit(1) sees it: at a "From " line with a time and a year. In an mbox of the mboxrd
 * kind (as public-inbox writes it) ">From " is undone.
 */
struct mbox {
	int fd;
	const char *name; /* borrowed */
	size_t limit;	  /* bytes of a mail that are kept */
	char *block;	  /* what a read brings */
	struct buf data;
	size_t at; /* where the next mail begins in it */
	bool eof, bare, mboxrd, started;
	struct strv files; /* of a maildir, from .file on still to come */
	size_t file;
};

int mbox_open(struct mbox *m, const char *path, size_t limit, struct err *err)
	__attribute__((warn_unused_result));

/*
 * 1: *raw and *len are a mail, until the next call; 0: there is no more; negative: trouble.
 * A mail longer than the limit is cut there, one byte above it so that it can be told.
 */
int mbox_next(struct mbox *m, char **raw, size_t *len, struct err *err)
	__attribute__((warn_unused_result));

void mbox_close(struct mbox *m);

#endif
