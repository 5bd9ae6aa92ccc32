/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MAIL_DECODE_H
#define DMALAB_MAIL_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/* With encode.h the only users of GMime: encodings, charsets, dates, encoded words. All input is
 * valid. */

void decode_start(void); /* before anything of GMime is called; again does nothing */

/* A header's value as UTF-8 on one line: encoded words decoded, white space made single blanks. */
char *decode_header(const char *value, size_t len);

/* An RFC 5322 date, or one of the usual wrong ones. false: unreadable, nothing is written. */
bool decode_date(const char *value, size_t len, char iso[32], int64_t *time);

/*
 * Makes text from `at` on UTF-8. Where the charset is unknown or does not hold, it is what it most
 * likely is: UTF-8, else Windows-1252. Returns false in that case.
 */
bool decode_charset(struct buf *text, size_t at, const char *charset);

/* A transfer encoding, fed piece by piece. */
struct decoder {
	bool quoted; /* quoted-printable, not base64 */
	int state;
	uint32_t save;
};

/* Appends what a piece decodes to. */
void decode_step(struct decoder *d, const char *data, size_t len, struct buf *ret);

#endif
