// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/header.h"

#include <ctype.h>
#include <curl/curl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"

enum { FIELD_MAX = 16 << 10 };

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A value without control characters in it, for they have no place in what we send or print. */
static char *clean(const char *value, size_t len)
{
	char *s = mem_strndup(value, len);

	for (char *p = s; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	return s;
}

static void put(char **field, char *value)
{
	free(*field);
	*field = value;
}

static void put_type(struct header *h, const char *value, size_t len)
{
	size_t n = 0;

	while (n < len && value[n] > ' ' && value[n] <= '~' && value[n] != ';')
		n++;
	put(&h->type, mem_strndup(value, n));
	for (char *p = h->type; *p; p++)
		*p = (char)tolower((unsigned char)*p);
}

static void put_link(struct header *h, const char *value, size_t len)
{
	CLEANUP(free_ptr) char *text = clean(value, len);

	if (!h->link_next)
		h->link_next = header_link_next(text);
}

void header_line(struct header *h, const char *line, size_t len)
{
	const char *end = line + len;
	const char *colon = memchr(line, ':', len);
	const char *value;
	size_t name, n;

	if (len >= 5 && memcmp(line, "HTTP/", 5) == 0) {
		header_done(h);
		return;
	}
	if (!colon)
		return;
	name = (size_t)(colon - line);
	for (value = colon + 1; value < end && blank(*value); value++)
		;
	while (end > value && blank(end[-1]))
		end--;
	n = (size_t)(end - value);
	if (n > FIELD_MAX)
		return;

#define IS(text) (name == sizeof(text) - 1 && strncasecmp(line, text, name) == 0)
	if (IS("Content-Type"))
		put_type(h, value, n);
	else if (IS("Link"))
		put_link(h, value, n);
	else if (IS("Location"))
		put(&h->location, clean(value, n));
	else if (IS("ETag"))
		put(&h->etag, clean(value, n));
	else if (IS("Last-Modified"))
		put(&h->last_modified, clean(value, n));
	else if (IS("Date"))
		put(&h->date, clean(value, n));
	else if (IS("Retry-After"))
		put(&h->retry_after, clean(value, n));
#undef IS
}

void header_done(struct header *h)
{
	free(h->type);
	free(h->link_next);
	free(h->location);
	free(h->etag);
	free(h->last_modified);
	free(h->date);
	free(h->retry_after);
	*h = (struct header){ 0 };
}

int header_retry_after(const struct header *h, int64_t now)
{
	const char *s = h->retry_after;
	int64_t until, date, left;

	if (!s || !*s)
		return 0;
	if (strspn(s, "0123456789") == strlen(s))
		return strlen(s) > 8 ? INT_MAX : atoi(s);
	until = curl_getdate(s, NULL);
	date = h->date ? curl_getdate(h->date, NULL) : -1;
	if (until < 0)
		return 0;
	left = until - (date >= 0 ? date : now);
	if (left <= 0)
		return 0;
	return left < INT_MAX ? (int)left : INT_MAX;
}

/* Whether the words of a rel parameter have "next". */
static bool says_next(const char *value, size_t len)
{
	for (size_t i = 0; i < len;) {
		size_t n = 0;

		while (i < len && blank(value[i]))
			i++;
		while (i + n < len && !blank(value[i + n]))
			n++;
		if (n == 4 && strncasecmp(value + i, "next", 4) == 0)
			return true;
		i += n;
	}
	return false;
}

/* Reads the parameters behind a URL up to the comma; returns where it stopped. */
static const char *parameters(const char *p, bool *next)
{
	bool seen = false; /* RFC 8288, 3.3: of several rel the first counts */

	*next = false;
	while (*p && *p != ',') {
		const char *name, *value;
		size_t name_len, value_len;

		p += strspn(p, "; \t");
		name = p;
		name_len = strcspn(p, "=;, \t");
		p += name_len;
		p += strspn(p, " \t");
		if (*p != '=') {
			if (*p && *p != ',' && *p != ';' && name_len == 0)
				p++;
			continue;
		}
		p++;
		p += strspn(p, " \t");
		if (*p == '"') {
			value = ++p;
			while (*p && *p != '"')
				p += *p == '\\' && p[1] ? 2 : 1;
			value_len = (size_t)(p - value);
			if (*p)
				p++;
		} else {
			value = p;
			value_len = strcspn(p, ";, \t");
			p += value_len;
		}
		if (!seen && name_len == 3 && strncasecmp(name, "rel", 3) == 0) {
			seen = true;
			*next = says_next(value, value_len);
		}
	}
	return p;
}

char *header_link_next(const char *value)
{
	const char *p = value;

	for (;;) {
		const char *url;
		size_t len;
		bool next;

		p += strspn(p, ", \t");
		if (*p != '<')
			return NULL;
		url = ++p;
		len = strcspn(p, ">");
		if (p[len] != '>')
			return NULL;
		p = parameters(p + len + 1, &next);
		if (next)
			return mem_strndup(url, len);
	}
}
