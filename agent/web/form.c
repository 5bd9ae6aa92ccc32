// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/form.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/hex.h"
#include "base/mem.h"

/* A name or value; the caller's. NULL: it is none. */
static char *decode(const char *text, size_t len)
{
	CLEANUP(free_ptr) char *word = mem_strndup(text, len);
	char *ret = word;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		int c = word[i] == '+' ? ' ' : (unsigned char)word[i];

		if (c == '%') {
			c = i + 2 < len ? hex_byte(word + i + 1) : -1;
			i += 2;
		}
		if (c < 0x20 || c == 0x7f)
			return NULL;
		word[n++] = (char)c;
	}
	word[n] = '\0';
	word = NULL;
	return ret;
}

static int field_read(const char *pair, size_t len, struct strv *fields, struct err *err)
{
	CLEANUP(free_ptr) char *name = NULL, *value = NULL;
	const char *equal = memchr(pair, '=', len);
	size_t n = equal ? (size_t)(equal - pair) : len;

	name = decode(pair, n);
	value = equal ? decode(equal + 1, len - n - 1) : mem_strdup("");
	if (!name || !value || !name[0])
		return err_set(err, EINVAL, "'%.*s' is no field of a form",
			       (int)(len < 80 ? len : 80), pair);
	if (fields->n == (size_t)2 * FORM_FIELDS_MAX)
		return err_set(err, EINVAL, "more than %d fields", FORM_FIELDS_MAX);
	strv_take(fields, name);
	strv_take(fields, value);
	name = value = NULL;
	return 0;
}

int form_read(const char *text, struct strv *ret, struct err *err)
{
	CLEANUP(strv_done) struct strv fields = { 0 };
	int r = 0;

	while (r == 0 && *text) {
		size_t len = strcspn(text, "&");

		if (len > 0)
			r = field_read(text, len, &fields, err);
		text += len + (text[len] == '&');
	}
	for (size_t i = 0; r == 0 && i < fields.n; i++)
		strv_add(ret, fields.v[i]);
	return r;
}

const char *form_field(const struct strv *fields, const char *name)
{
	for (size_t i = 0; i + 1 < fields->n; i += 2)
		if (strcmp(fields->v[i], name) == 0)
			return fields->v[i + 1];
	return NULL;
}
