// SPDX-License-Identifier: GPL-2.0-or-later
/* What people paste: Message-IDs, URLs of archives and of Patchwork. Pure functions. */
#include "stage/source/what.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/hex.h"
#include "base/mem.h"
#include "stage/source/source.h"

enum { WHAT_MAX = 8192 };

static bool is_url(const char *what)
{
	return strncasecmp(what, "http://", 7) == 0 || strncasecmp(what, "https://", 8) == 0;
}

/* A segment with its %XX undone; what would be a NUL or a newline stays as it is. */
static char *unescape(const char *text, size_t len)
{
	char *s = mem_zalloc(len + 1), *to = s;

	for (size_t i = 0; i < len; i++) {
		int byte = text[i] == '%' && i + 2 < len ? hex_byte(text + i + 1) : -1;

		if (byte >= ' ') {
			*to++ = (char)byte;
			i += 2;
		} else {
			*to++ = text[i];
		}
	}
	return s;
}

void url_segments(const char *url, struct strv *ret)
{
	const char *p = strstr(url, "://"), *end;

	p = p ? p + 3 : url;
	p += strcspn(p, "/?#");
	end = p + strcspn(p, "?#");
	while (p < end) {
		size_t n;

		p += *p == '/';
		n = strcspn(p, "/?#");
		if (n > 0)
			strv_take(ret, unescape(p, n));
		p += n;
	}
}

static bool is_one_of(const char *text, const char *const *words)
{
	while (*words && strcmp(text, *words) != 0)
		words++;
	return *words;
}

/* The first words of Patchwork's paths: what is behind is no list of an archive. */
static const char *const patchwork_words[] = { "api",	"series", "patch",  "patches", "project",
					       "cover", "covers", "bundle", "user",    NULL };

static char *url_msgid(const char *url)
{
	CLEANUP(strv_done) struct strv s = { 0 };
	bool patchwork;
	size_t at = 0;

	url_segments(url, &s);
	while (at < s.n && !strchr(s.v[at], '@'))
		at++;
	patchwork = s.n > 0 && is_one_of(s.v[0], patchwork_words);
	if (at == s.n) /* lists have seen ids without an "@": what stands behind the list's name */
		return !patchwork && s.n >= 2 ? mem_strdup(s.v[1]) : NULL;
	while (at > 1 && !patchwork) { /* a "/" that somebody did not escape */
		char *joined = mem_printf("%s/%s", s.v[at - 1], s.v[at]);

		free(s.v[at - 1]);
		s.v[--at] = joined;
	}
	return mem_strdup(s.v[at]);
}

char *source_msgid(const char *what)
{
	CLEANUP(free_ptr) char *text = NULL;
	char *id = NULL;
	size_t len;

	what += strspn(what, " \t\r\n");
	len = strlen(what);
	while (len > 0 && strchr(" \t\r\n", what[len - 1]))
		len--;
	text = mem_strndup(what, len);
	if (len > WHAT_MAX)
		return NULL;
	if (is_url(text))
		id = url_msgid(text);
	else if (len > 2 && text[0] == '<' && text[len - 1] == '>')
		id = mem_strndup(text + 1, len - 2);
	else if (strchr(text, '@') && !strchr(text, '\n'))
		id = mem_strdup(text);
	len = id ? strlen(id) : 0;
	if (len > 2 && id[0] == '<' && id[len - 1] == '>') { /* as some write it in a URL */
		memmove(id, id + 1, len - 2);
		id[len - 2] = '\0';
	}
	return id;
}

/* A number of up to 18 digits that is all of the text; -1: it is none. */
static int64_t number_of(const char *text, size_t len)
{
	int64_t n = 0;

	if (len < 1 || len > 18)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		n = n * 10 + (text[i] - '0');
	}
	return n;
}

/* "…?series=12&…" */
static int64_t query_series(const char *url)
{
	const char *p = strchr(url, '?');

	while (p && *++p) {
		if (strncmp(p, "series=", 7) == 0)
			return number_of(p + 7, strcspn(p + 7, "&#"));
		p = strchr(p, '&');
	}
	return -1;
}

void pw_what_read(const char *url, struct pw_what *ret)
{
	static const char *const series[] = { "series", NULL };
	static const char *const patch[] = { "patch", "patches", NULL };
	static const char *const cover[] = { "cover", "covers", NULL };
	CLEANUP(strv_done) struct strv s = { 0 };

	*ret = (struct pw_what){ .id = query_series(url) };
	if (ret->id >= 0) {
		ret->kind = PW_SERIES;
		return;
	}
	url_segments(url, &s);
	for (size_t i = 0; i + 1 < s.n && ret->kind == PW_NOTHING; i++) {
		int64_t id = number_of(s.v[i + 1], strlen(s.v[i + 1]));

		if (is_one_of(s.v[i], series) && id >= 0)
			ret->kind = PW_SERIES;
		else if (is_one_of(s.v[i], patch))
			ret->kind = PW_PATCH;
		else if (is_one_of(s.v[i], cover))
			ret->kind = PW_COVER_LETTER;
		ret->id = id;
	}
	if (ret->kind == PW_NOTHING)
		ret->id = -1;
	else if (ret->id < 0)
		ret->msgid = source_msgid(url);
	if (ret->kind != PW_NOTHING && ret->id < 0 && !ret->msgid)
		ret->kind = PW_NOTHING;
}
