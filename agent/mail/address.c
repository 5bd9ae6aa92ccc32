// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/address.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "model/mail.h"

enum {
	NAME_MIN = 1,
	NAME_MAX = 60,
	REFS_MAX = 64, /* a thread is not deeper for us; the nearest count */
};

/* Drops quotes and backslashes; comments keep their brackets. */
static char *unquote(const char *in)
{
	CLEANUP(buf_done) struct buf out = { 0 };
	bool quoted = false;
	int depth = 0;

	for (; *in; in++) {
		bool nested = quoted || depth > 0;

		if (*in == '\\' && nested) {
			if (!*++in)
				break;
			buf_add(&out, in, 1);
			continue;
		}
		if (*in == '"' && depth == 0) {
			quoted = !quoted;
			continue;
		}
		if (!quoted && *in == '(')
			depth++;
		else if (!quoted && *in == ')' && depth > 0)
			depth--;
		buf_add(&out, in, 1);
	}
	return buf_take(&out);
}

/* White space made single blanks, none at the ends; in place. */
static char *squeeze(char *text)
{
	char *to = text;

	for (const char *p = text; *p; p++)
		if (!isspace((unsigned char)*p))
			*to++ = *p;
		else if (to > text && to[-1] != ' ')
			*to++ = ' ';
	while (to > text && to[-1] == ' ')
		to--;
	*to = '\0';
	return text;
}

static void person_set(const char *name, const char *email, struct person *ret)
{
	size_t len = strlen(name);

	if (len < NAME_MIN || len > NAME_MAX || strpbrk(name, "@<>"))
		name = email;
	ret->name = mem_strdup(name);
	ret->email = mem_strdup(email);
}

/* "Somebody <no at-sign>" */
static bool read_without_at(const char *from, struct person *ret)
{
	const char *open = strchr(from, '<');
	const char *close = open ? strchr(open, '>') : NULL;
	CLEANUP(free_ptr) char *name = NULL;
	CLEANUP(free_ptr) char *email = NULL;

	if (!close || close == open + 1) {
		person_set("", "", ret);
		return false;
	}
	name = mem_strndup(from, (size_t)(open - from));
	email = mem_strndup(open + 1, (size_t)(close - open - 1));
	person_set(squeeze(name), email, ret);
	return true;
}

bool address_read(const char *from, struct person *ret)
{
	CLEANUP(free_ptr) char *f = unquote(from);
	CLEANUP(free_ptr) char *email = NULL;
	char *at = strchr(f, '@');
	size_t len;
	char *name;

	if (!at)
		return read_without_at(from, ret);
	while (at > f && !isspace((unsigned char)at[-1])) {
		if (at[-1] == '<') {
			at[-1] = ' ';
			break;
		}
		at--;
	}
	len = strcspn(at, " \n\t\r\v\f>");
	email = mem_strndup(at, len);
	memmove(at, at + len + (at[len] != '\0'), strlen(at + len + (at[len] != '\0')) + 1);
	name = squeeze(f);
	len = strlen(name);
	if (len >= 2 && name[0] == '(' && name[len - 1] == ')') {
		name[len - 1] = '\0';
		name++;
	}
	person_set(name, email, ret);
	return true;
}

char *msgid_read(const char *value)
{
	const char *open, *close;
	size_t len;

	value += strspn(value, " \t\r\n");
	len = strlen(value);
	while (len > 0 && strchr(" \t\r\n", value[len - 1]))
		len--;
	open = memchr(value, '<', len);
	close = open ? memrchr(value, '>', len) : NULL;
	if (!close || close < open)
		return mem_strndup(value, len);
	return mem_strndup(open + 1, (size_t)(close - open - 1));
}

static void ref_add(const char *id, size_t len, struct strv *ret)
{
	CLEANUP(free_ptr) char *text = mem_strndup(id, len);

	if (len > 0 && ret->n < REFS_MAX && !strv_has(ret, text))
		strv_add(ret, text);
}

void msgids_read(const char *value, bool backwards, struct strv *ret)
{
	size_t from[REFS_MAX], to[REFS_MAX], n = 0, first = 0;

	for (const char *p = value; (p = strchr(p, '<'));) {
		const char *end = strchr(++p, '>');

		if (!end)
			break;
		/* a ring: of too many, the last ones stay */
		from[n % REFS_MAX] = (size_t)(p - value);
		to[n % REFS_MAX] = (size_t)(end - value);
		n++;
		p = end + 1;
	}
	if (n > REFS_MAX)
		first = n - REFS_MAX;
	for (size_t i = first; i < n; i++) {
		size_t at = (backwards ? n - 1 - (i - first) : i) % REFS_MAX;

		ref_add(value + from[at], to[at] - from[at], ret);
	}
	if (n == 0 && !strpbrk(value, " \t") && strchr(value, '@'))
		ref_add(value, strlen(value), ret); /* an id without its brackets */
}
