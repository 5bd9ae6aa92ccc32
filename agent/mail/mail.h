/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MAIL_MAIL_H
#define DMALAB_MAIL_MAIL_H

#include <stddef.h>

#include "model/mail.h"

/* What one mail may have. More is kept as MAIL_OTHER with its header and the reason. */
enum {
	MAIL_BYTES_MAX = 16 << 20,
	MAIL_HEADER_MAX = 512 << 10,
	MAIL_FIELDS_MAX = 5000,
	MAIL_SUBJECT_MAX = 4096, /* what is behind is cut, as of the next */
	MAIL_MSGID_MAX = 4096,
};

enum mail_flags {
	MAIL_SCISSORS = 1 << 0, /* drop what goes before a scissors line, as `git am -c` does */
};

/*
 * Reads one mail of a list: any bytes are valid. An mbox's "From " line may go before it. What
 * cannot be understood is said in ret->reason, and what can be, is there all the same.
 * Takes time linear in len, and memory a few times as much at the most.
 */
void mail_parse(const char *raw, size_t len, int flags, struct mail *ret);

#endif
