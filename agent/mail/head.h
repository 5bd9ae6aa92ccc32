/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MAIL_HEAD_H
#define DMALAB_MAIL_HEAD_H

#include <stdbool.h>
#include <stddef.h>

/* One header field where it stands; the value still has its folds and encoded words. */
struct field {
	const char *name;
	size_t name_len;
	const char *value;
	size_t value_len;
};

/*
 * Reads the field at p. Returns what follows it; NULL where no header field begins: the header
 * has ended. An mbox's "From " line is a field without a name.
 */
const char *head_next(const char *p, const char *end, struct field *ret);

bool field_is(const struct field *f, const char *name);

/* Behind the header: past the empty line, or at the first line that is no header field. */
const char *head_end(const char *p, const char *end);

enum part_encoding { PART_PLAIN, PART_QUOTED, PART_BASE64 };

/* What the header of a mail or of one of its parts says of the text below. Zero is plain text. */
struct part {
	enum part_encoding encoding;
	char type[64];	  /* lower case, "" where the header does not say */
	char charset[48]; /* likewise */
	char *boundary;	  /* NULL: no parts below; owned */
	bool flowed;	  /* format=flowed */
	bool delsp;
};

/* Takes what the field says of the text, if it is one of those that do. */
void part_field(struct part *part, const struct field *f);
void part_done(struct part *part);

#endif
