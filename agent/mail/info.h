/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MAIL_INFO_H
#define DMALAB_MAIL_INFO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* The headers that a body may repeat, before the commit's message. */
enum info_header { INFO_FROM, INFO_SUBJECT, INFO_DATE, INFO_HEADERS };

/*
 * What `git mailinfo` makes of a mail's text, line by line: headers at its beginning, the commit's
 * message up to "---" or a diff, then the patch. Zero is the beginning. The rules are those of
 * git-mailinfo(1) and git-am(1), and of what git 2.39 was seen to do.
 */
struct info {
	bool scissors;	   /* whether what goes before a scissors line is dropped */
	bool past_headers; /* of the body */
	bool in_patch;
	bool had_scissors;		 /* a scissors line was there, dropped or not */
	bool bad_charset;		 /* the text is not in the charset it claims */
	struct buf header[INFO_HEADERS]; /* decoded; empty: the body has none */
	struct buf unfinished;		 /* header line that may go on */
	struct buf message;
	size_t part;	  /* where in the message the present part begins */
	char charset[48]; /* of the present part */
	struct buf patch;
	size_t room; /* how much text may come: where the patch begins, it gets that */
};

void info_part(struct info *i, const char *charset); /* a part of the mail begins */
/* A line of it, with its newline if it has one. */
void info_line(struct info *i, const char *line, size_t len);
void info_end(struct info *i);
void info_done(struct info *i);

#endif
