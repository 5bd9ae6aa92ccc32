// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/needs.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/hex.h"
#include "base/mem.h"
#include "model/mail.h"

enum { VALUE_MAX = 2048, OTHERS_MAX = 200, URL_MAX = 1000 };

static bool is_hex(const char *s, size_t min)
{
	size_t len = strspn(s, "0123456789abcdef");

	return len >= min && len <= 64 && s[len] == '\0';
}

static void other_add(struct mail_needs *n, const char *kind, const char *value)
{
	CLEANUP(free_ptr) char *text = mem_printf("%s:%s", kind, value);

	if (n->others.n < OTHERS_MAX && !strv_has(&n->others, text))
		strv_add(&n->others, text);
}

/* %2F and the like; in place. */
static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		int byte = s[0] == '%' ? hex_byte(s + 1) : -1;
		bool is_plain = byte >= ' ' && byte < 0x80;

		*to++ = is_plain ? (char)byte : *s;
		s += is_plain ? 2 : 0;
	}
	*to = '\0';
}

/* A Message-ID in angle brackets, bare, or as an archive's URL ("…/r/ID/"); or another URL. */
static void depends_on(struct mail_needs *n, char *value)
{
	char *p = value, *at;

	if (*p == '<')
		p++;
	p[strcspn(p, "> \t")] = '\0';
	if (strncasecmp(p, "http://", 7) != 0 && strncasecmp(p, "https://", 8) != 0) {
		if (strchr(p, '@'))
			other_add(n, "message-id", p);
		return;
	}
	at = strchr(p, '@');
	if (!at) {
		other_add(n, "url", p);
		return;
	}
	while (at > p && at[-1] != '/')
		at--;
	at[strcspn(at, "/?#")] = '\0';
	unescape(at);
	other_add(n, "message-id", at);
}

/* value is its own copy, without blanks at the ends. */
static void need_add(struct mail_needs *n, const char *name, char *value)
{
	if (strcmp(name, "base-commit") == 0) {
		if (is_hex(value, 40) && (!n->base_commit || !n->base_commit[0])) {
			mem_set_copy(&n->base_commit, value);
		}
	} else if (strcmp(name, "change-id") == 0) {
		if (value[0] && !strpbrk(value, " \t") && (!n->change_id || !n->change_id[0])) {
			mem_set_copy(&n->change_id, value);
		}
	} else if (strcmp(name, "prerequisite-patch-id") == 0) {
		if (is_hex(value, 40))
			other_add(n, "patch-id", value);
	} else if (strcmp(name, "prerequisite-change-id") == 0) {
		if (value[0] && !strpbrk(value, " \t"))
			other_add(n, "change-id", value);
	} else {
		depends_on(n, value);
	}
}

static void line_read(const char *line, size_t len, struct mail_needs *ret)
{
	static const char *const names[] = { "base-commit",
					     "change-id",
					     "prerequisite-patch-id",
					     "prerequisite-change-id",
					     "prerequisite-message-id",
					     "depends-on" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		size_t n = strlen(names[i]);
		CLEANUP(free_ptr) char *value = NULL;

		/* "Change-Id:" is another system's; the others have one meaning */
		if (len <= n || line[n] != ':' ||
		    (i == 1 ? strncmp(line, names[i], n) : strncasecmp(line, names[i], n)) != 0)
			continue;
		for (n++; n < len && isspace((unsigned char)line[n]); n++)
			;
		while (len > n && isspace((unsigned char)line[len - 1]))
			len--;
		if (len - n > VALUE_MAX)
			return;
		value = mem_strndup(line + n, len - n);
		need_add(ret, names[i], value);
		return;
	}
}

void needs_read(const char *text, size_t len, struct mail_needs *ret)
{
	const char *end = text + len;

	for (const char *p = text; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl : end) - p);

		if (n > 9 && strchr("bBcpPdD", *p) && *p)
			line_read(p, n, ret);
		p += n + 1;
	}
}

void needs_merge(const struct mail_needs *more, struct mail_needs *ret)
{
	if (more->base_commit && more->base_commit[0] &&
	    (!ret->base_commit || !ret->base_commit[0])) {
		mem_set_copy(&ret->base_commit, more->base_commit);
	}
	if (more->change_id && more->change_id[0] && (!ret->change_id || !ret->change_id[0])) {
		mem_set_copy(&ret->change_id, more->change_id);
	}
	for (size_t i = 0; i < more->others.n && ret->others.n < OTHERS_MAX; i++)
		if (!strv_has(&ret->others, more->others.v[i]))
			strv_add(&ret->others, more->others.v[i]);
}

static const char *skip_space(const char *p, const char *end)
{
	while (p < end && (isspace((unsigned char)*p) || *p == '\\'))
		p++;
	return p;
}

static const char *skip_word(const char *p, const char *end)
{
	while (p < end && !isspace((unsigned char)*p) && *p != '\\')
		p++;
	return p;
}

/* The line's beginning is the text, whatever its case. Returns what follows; NULL: not there. */
static const char *find_line(const char *p, const char *end, const char *with)
{
	size_t n = strlen(with);

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));

		if ((size_t)(end - p) >= n && strncasecmp(p, with, n) == 0)
			return p + n;
		p = nl ? nl + 1 : end;
	}
	return NULL;
}

char *pull_read(const char *text, size_t len)
{
	static const char where[] = "are available in the git repository at:";
	const char *end = text + len, *p, *url, *ref;
	CLEANUP(free_ptr) char *u = NULL;
	CLEANUP(free_ptr) char *r = NULL;

	p = find_line(text, end, "the following changes since commit");
	if (p)
		p = find_line(p, end, where);
	if (!p)
		return NULL;
	url = skip_space(p, end);
	p = skip_word(url, end);
	if (p - url > URL_MAX)
		return NULL;
	u = mem_strndup(url, (size_t)(p - url));
	if (!strstr(u, "://") && !strchr(u, '@'))
		return NULL;
	ref = skip_space(p, end);
	p = skip_word(ref, end);
	if (p == ref || p - ref > URL_MAX || memchr(ref, ':', (size_t)(p - ref)) ||
	    memmem(url, (size_t)(ref - url), "\n\n", 2))
		return mem_strdup(u);
	r = mem_strndup(ref, (size_t)(p - ref));
	return mem_printf("%s %s", u, r);
}
