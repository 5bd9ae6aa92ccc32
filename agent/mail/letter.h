/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MAIL_LETTER_H
#define DMALAB_MAIL_LETTER_H

#include <stdint.h>

#include "base/buf.h"

struct err;

/* A mail of ours. All borrowed; UTF-8, whatever bytes it has. */
struct letter {
	const char *from;	       /* "Name <address>" */
	const struct strv *to;	       /* "Name <address>" or addresses */
	const struct strv *cc;	       /* NULL none */
	const char *subject;	       /* one line */
	const char *message_id;	       /* without angle brackets */
	const char *in_reply_to;       /* likewise; NULL none */
	const struct strv *references; /* likewise, oldest first; NULL none */
	int64_t date;		       /* seconds since 1970 */
	const char *text;	       /* its body: plain text */
};

/*
 * As it goes to sendmail or SMTP (RFC 5322): headers folded and encoded, text as UTF-8, 7bit where
 * it is that, else quoted-printable; Auto-Submitted: auto-generated (RFC 3834). A line break in
 * a header's value is -EINVAL, as is an address that is none. Lines end in "\n".
 */
int letter_write(const struct letter *l, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));

/* "a@b" of "Name <a@b>" or of itself; NULL: it is no address. Caller frees. */
char *letter_address(const char *person);

/* Addresses of a raw mail's To and Cc, each once, lower case where the same; at most 100. */
int letter_receivers(const char *raw, size_t len, struct strv *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
