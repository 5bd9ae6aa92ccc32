// SPDX-License-Identifier: GPL-2.0-or-later
#include "http/field.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const char *skip_blanks(const char *s)
{
	return s + strspn(s, " \t");
}

bool field_has_etag(const char *if_none_match, const char *etag)
{
	const char *s = if_none_match;
	size_t len = strlen(etag);

	if (!s)
		return false;
	s = skip_blanks(s);
	if (*s == '*')
		return *skip_blanks(s + 1) == '\0';
	while (*s) {
		const char *begin;

		if (strncmp(s, "W/", 2) == 0)
			s += 2;
		if (*s++ != '"')
			return false;
		begin = s;
		s += strcspn(s, "\"");
		if (*s != '"')
			return false;
		if ((size_t)(s - begin) == len && memcmp(begin, etag, len) == 0)
			return true;
		s = skip_blanks(s + 1);
		if (*s && *s != ',')
			return false;
		s += strspn(s, ", \t");
	}
	return false;
}

/* What stands behind a coding: nothing, or a weight that is not 0. */
static bool is_wanted(const char *s, const char *end)
{
	s = skip_blanks(s);
	if (s == end)
		return true;
	if (*s != ';')
		return false;
	s = skip_blanks(s + 1);
	if (strncasecmp(s, "q=", 2) != 0)
		return false;
	s += 2;
	if (*s == '1')
		return true;
	return s[0] == '0' && s[1] == '.' && strspn(s + 2, "0123456789") > strspn(s + 2, "0");
}

bool field_takes_gzip(const char *accept_encoding)
{
	const char *s = accept_encoding;
	bool by_star = false;

	while (s && *s) {
		const char *end;
		size_t len;

		s += strspn(s, ", \t");
		end = s + strcspn(s, ",");
		len = strcspn(s, " \t,;");
		if (len == 4 && strncasecmp(s, "gzip", len) == 0)
			return is_wanted(s + len, end);
		if (len == 1 && *s == '*')
			by_star = is_wanted(s + len, end);
		s = end;
	}
	return by_star;
}
