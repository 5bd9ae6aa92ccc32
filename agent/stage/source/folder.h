/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_SOURCE_FOLDER_H
#define DMALAB_STAGE_SOURCE_FOLDER_H

#include "stage/source/room.h"

/* "file:/var/mail/x". Caller frees. */
char *file_origin(const char *path);

/*
 * A maildir. A file is known by its name without flags. Its cursor has the names of what was taken
 * lately, and a time: what the file system says was put there (or renamed) before, is known. Of a
 * mail whose flags change later, that is a second time, which the store sees.
 */
int maildir_poll(struct feed *f, const char *cursor, struct err *err)
	__attribute__((warn_unused_result));

enum {
	MAILDIR_NAMES = 5000,	 /* in a cursor */
	MAILDIR_SLACK_S = 86400, /* how far behind the newest file names are kept */
};

#endif
