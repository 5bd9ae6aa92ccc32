// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/head.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"

/* A Content-Type with more parameters than this says nothing that is wanted. */
enum { PARAMETERS_MAX = 8 << 10, BOUNDARY_MAX = 1000 };

static bool starts(const char *p, const char *end, const char *with)
{
	size_t n = strlen(with);

	return (size_t)(end - p) >= n && memcmp(p, with, n) == 0;
}

static const char *line_end(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl ? nl + 1 : end;
}

const char *head_next(const char *p, const char *end, struct field *ret)
{
	const char *q = p, *next;

	*ret = (struct field){ .name = p, .value = p };
	if (starts(p, end, "From ") || starts(p, end, ">From ")) {
		next = line_end(p, end);
	} else {
		while (q<end && * q> 32 && *q < 127 && *q != ':')
			q++;
		if (q == end || *q != ':' || q == p)
			return NULL;
		ret->name_len = (size_t)(q - p);
		ret->value = q + 1;
		next = line_end(q, end);
	}
	while (next < end && (*next == ' ' || *next == '\t'))
		next = line_end(next, end);
	ret->value_len = (size_t)(next - ret->value);
	return next;
}

bool field_is(const struct field *f, const char *name)
{
	return f->name_len == strlen(name) && strncasecmp(f->name, name, f->name_len) == 0;
}

const char *head_end(const char *p, const char *end)
{
	struct field f;
	const char *next;

	while ((next = head_next(p, end, &f)))
		p = next;
	for (next = p; next < end && strchr(" \t\r", *next) && *next; next++)
		;
	return next < end && *next == '\n' ? next + 1 : p;
}

/* The value of name= in a header's text, at most max-1 bytes of it. Caller frees; NULL none. */
static char *parameter(const char *text, const char *name, size_t max)
{
	const char *p = strcasestr(text, name);
	size_t len;

	if (!p)
		return NULL;
	p += strlen(name);
	if (*p == '"')
		len = strcspn(++p, "\"");
	else
		len = strcspn(p, "; \t\r\n");
	return mem_strndup(p, len < max ? len : max - 1);
}

static bool parameter_is(const char *text, const char *name, const char *value)
{
	CLEANUP(free_ptr) char *v = parameter(text, name, 32);

	return v && strcasecmp(v, value) == 0;
}

static void content_type(struct part *part, const char *text)
{
	CLEANUP(free_ptr) char *charset = parameter(text, "charset=", sizeof(part->charset));
	char *boundary = parameter(text, "boundary=", BOUNDARY_MAX);
	size_t len;

	text += strspn(text, " \t\r\n");
	len = strcspn(text, "; \t\r\n");
	snprintf(part->type, sizeof(part->type), "%.*s", (int)(len < 63 ? len : 63), text);
	for (char *p = part->type; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (charset)
		snprintf(part->charset, sizeof(part->charset), "%s", charset);
	part->flowed = parameter_is(text, "format=", "flowed");
	part->delsp = parameter_is(text, "delsp=", "yes");
	if (boundary) {
		free(part->boundary);
		part->boundary = boundary;
	}
}

void part_field(struct part *part, const struct field *f)
{
	CLEANUP(free_ptr) char *text = NULL;

	if (!field_is(f, "Content-Type") && !field_is(f, "Content-Transfer-Encoding"))
		return;
	text = mem_strndup(f->value, f->value_len < PARAMETERS_MAX ? f->value_len : PARAMETERS_MAX);
	if (field_is(f, "Content-Type"))
		content_type(part, text);
	else if (strcasestr(text, "base64"))
		part->encoding = PART_BASE64;
	else if (strcasestr(text, "quoted-printable"))
		part->encoding = PART_QUOTED;
	else
		part->encoding = PART_PLAIN;
}

void part_done(struct part *part)
{
	free(part->boundary);
	*part = (struct part){ 0 };
}
