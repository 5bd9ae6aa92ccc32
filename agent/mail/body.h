/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MAIL_BODY_H
#define DMALAB_MAIL_BODY_H

#include <stddef.h>

struct info;
struct part;

enum {
	BODY_DEPTH = 16,    /* parts within parts */
	BODY_PARTS = 10000, /* one beside the other */
};

/*
 * Gives the text of a mail's body to *info, line by line: parts in their order, encodings and
 * format=flowed undone, CRLF as LF. Pictures, signatures and the HTML beside a text are passed
 * over. Takes *head, what the mail's header says. Each byte is looked at once. Returns NULL, or
 * why a part of it was not read.
 */
const char *body_read(const char *data, size_t len, struct part *head, struct info *info);

#endif
