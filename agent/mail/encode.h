/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MAIL_ENCODE_H
#define DMALAB_MAIL_ENCODE_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct strv;

/* The way back of mail/decode.h, with GMime too: what a mail of ours is made of. Text is UTF-8.
 * Callers free. */

char *encode_text(const char *text);   /* an unstructured header's value: encoded words */
char *encode_phrase(const char *name); /* a name before an address: likewise, or quoted */
char *encode_date(int64_t seconds);    /* RFC 5322, in UTC */
void encode_quoted(const char *text, size_t len, struct buf *ret); /* quoted-printable */

/* Adds the addresses of a To or Cc, those of groups too, at most `max`. */
void decode_addresses(const char *value, size_t max, struct strv *ret);

#endif
