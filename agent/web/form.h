/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_WEB_FORM_H
#define DMALAB_WEB_FORM_H

struct err;
struct strv;

enum { FORM_FIELDS_MAX = 24 };

/*
 * "a=b&c=%20": what a URL's query and a form's body are. Names and values, decoded, are appended:
 * name, value, name, value. -EINVAL: a '%' without two hex digits, a control character, a field
 * without a name, or more than FORM_FIELDS_MAX.
 */
int form_read(const char *text, struct strv *ret, struct err *err)
	__attribute__((warn_unused_result));
/* The first of that name; NULL: there is none. Borrowed. */
const char *form_field(const struct strv *fields, const char *name);

#endif
