// SPDX-License-Identifier: GPL-2.0-or-later
#include "yaml/fields.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "yaml/yaml.h"

enum { VERSION = 1 };

int fields_error(const struct yaml *y, const struct yaml_node *n, const char *where,
		 struct err *err, const char *fmt, ...)
{
	char what[400];
	int line = n ? yaml_line(n) : 0;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	/* A key of a foreign file may hold anything; the message stays one line. */
	for (char *s = what; *s; s++)
		if ((unsigned char)*s < 0x20)
			*s = '?';
	if (line > 0)
		return err_set(err, EINVAL, "%s:%d: %s%s%s", yaml_name(y), line, where,
			       *where ? ": " : "", what);
	return err_set(err, EINVAL, "%s: %s%s%s", yaml_name(y), where, *where ? ": " : "", what);
}

bool fields_is_name(const char *text)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t len = strlen(text);

	return len > 0 && len <= 64 && text[0] != '.' && strspn(text, allowed) == len;
}

bool fields_is_listen(const char *text)
{
	const char *port = strrchr(text, ':');
	long number = port ? strtol(port + 1, NULL, 10) : 0;

	return port && strspn(port + 1, "0123456789") == strlen(port + 1) && number > 0 &&
	       number <= UINT16_MAX;
}

/* Not "null" or "~" either. */
int fields_text(const struct yaml *y, const struct yaml_node *n, const char *where, const char *key,
		const char **ret, struct err *err)
{
	size_t len = 0;
	const char *text = yaml_text(n, &len);

	if (!text)
		return fields_error(y, n, where, err, "'%s' must be text", key);
	if (len == 0 || strcmp(text, "~") == 0 || strcmp(text, "null") == 0)
		return fields_error(y, n, where, err, "'%s' is empty", key);
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return fields_error(y, n, where, err,
					    "'%s' has a line break or control character in it",
					    key);
	*ret = text;
	return 0;
}

static int take_number(const struct yaml *y, const struct yaml_node *n, const char *where,
		       const struct field *f, struct err *err)
{
	const char *text = yaml_text(n, NULL);
	char *end = NULL;
	long value;

	errno = 0;
	value = text ? strtol(text, &end, 10) : 0;
	if (!text || end == text || *end || strspn(text, "-0123456789") != strlen(text))
		return fields_error(y, n, where, err, "'%s' must be a whole number", f->key);
	if (errno == ERANGE || value < f->min || value > f->max)
		return fields_error(y, n, where, err, "'%s' is %s, not within %d to %d", f->key,
				    text, f->min, f->max);
	*(int *)f->to = (int)value;
	return 0;
}

static int take_share(const struct yaml *y, const struct yaml_node *n, const char *where,
		      const struct field *f, struct err *err)
{
	const char *text = yaml_text(n, NULL);
	size_t digits = text && strncmp(text, "0.", 2) == 0 ? strspn(text + 2, "0123456789") : 0;
	double value = digits && digits <= 9 && !text[2 + digits] ? strtod(text, NULL) : 0;

	if (value <= 0)
		return fields_error(y, n, where, err,
				    "'%s' must be a share between 0 and 1, as 0.05", f->key);
	*(double *)f->to = value;
	return 0;
}

static int take_address(const struct yaml *y, const struct yaml_node *n, const char *where,
			const struct field *f, struct err *err)
{
	const char *text = yaml_text(n, NULL);
	bool hex = text && (strncmp(text, "0x", 2) == 0 || strncmp(text, "0X", 2) == 0);
	const char *digits = hex ? text + 2 : text;
	unsigned long long value;

	if (!text || !*digits ||
	    strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789") != strlen(digits))
		return fields_error(y, n, where, err, "'%s' must be an address such as 0x40008000",
				    f->key);
	errno = 0;
	value = strtoull(digits, NULL, hex ? 16 : 10);
	if (errno == ERANGE || value > UINT32_MAX)
		return fields_error(y, n, where, err, "'%s' is %s, more than 32 bits", f->key,
				    text);
	*(uint32_t *)f->to = (uint32_t)value;
	return 0;
}

static int take_bool(const struct yaml *y, const struct yaml_node *n, const char *where,
		     const struct field *f, struct err *err)
{
	const char *text = yaml_text(n, NULL);
	bool yes = text && strcmp(text, "true") == 0;

	if (!yes && (!text || strcmp(text, "false") != 0))
		return fields_error(y, n, where, err, "'%s' must be true or false", f->key);
	*(bool *)f->to = yes;
	return 0;
}

static int take_texts(const struct yaml *y, const struct yaml_node *key, const struct yaml_node *n,
		      const char *where, const struct field *f, struct err *err)
{
	size_t count = yaml_count(n);

	if (yaml_kind(n) != YAML_LIST || count == 0)
		return fields_error(y, key, where, err, "'%s' must be a list with something in it",
				    f->key);
	for (size_t i = 0; i < count; i++) {
		const char *text;
		int r = fields_text(y, yaml_at(n, i), where, f->key, &text, err);

		if (r < 0)
			return r;
		strv_add(f->to, text);
	}
	return 0;
}

static int take(const struct yaml *y, const struct yaml_node *key, const struct yaml_node *n,
		const char *where, const struct field *f, struct err *err)
{
	enum yaml_kind want = f->type == FIELD_MAP ? YAML_MAP : YAML_LIST;
	const char *text;
	int r;

	/* An empty value stands nowhere. */
	if (yaml_kind(n) == YAML_TEXT && yaml_line(n) == 0)
		return fields_error(y, key, where, err, "'%s' is empty", f->key);
	switch (f->type) {
	case FIELD_TEXT:
		r = fields_text(y, n, where, f->key, &text, err);
		if (r == 0)
			*(char **)f->to = mem_strdup(text);
		return r;
	case FIELD_NUMBER:
		return take_number(y, n, where, f, err);
	case FIELD_SHARE:
		return take_share(y, n, where, f, err);
	case FIELD_TEXTS:
		return take_texts(y, key, n, where, f, err);
	case FIELD_ADDRESS:
		return take_address(y, n, where, f, err);
	case FIELD_BOOL:
		return take_bool(y, n, where, f, err);
	case FIELD_MAP:
	case FIELD_LIST:
		break;
	}
	if (yaml_kind(n) != want || yaml_count(n) == 0)
		return fields_error(y, key, where, err, "'%s' must be a %s with something in it",
				    f->key, want == YAML_MAP ? "map" : "list");
	*(const struct yaml_node **)f->to = n;
	return 0;
}

static const struct field *field_of(const struct field *fields, size_t n, const char *key)
{
	for (size_t i = 0; key && i < n; i++)
		if (strcmp(fields[i].key, key) == 0)
			return &fields[i];
	return NULL;
}

int fields_read(const struct yaml *y, const struct yaml_node *map, const char *where,
		const struct field *fields, size_t n_fields, struct err *err)
{
	size_t n = yaml_count(map);

	if (yaml_kind(map) != YAML_MAP)
		return fields_error(y, map, where, err, "must be a map of keys and values");
	for (size_t i = 0; i < n; i++) {
		const struct yaml_node *key = yaml_key(map, i);
		const char *name = yaml_text(key, NULL);
		const struct field *f = field_of(fields, n_fields, name);
		int r;

		if (!f)
			return fields_error(y, key, where, err, "unknown key '%.80s'",
					    name ? name : "?");
		r = take(y, key, yaml_at(map, i), where, f, err);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < n_fields; i++)
		if (fields[i].required && !yaml_get(map, fields[i].key))
			return fields_error(y, map, where, err, "key '%s' is missing",
					    fields[i].key);
	return 0;
}

int fields_version(const struct yaml *y, const struct yaml_node *map, int version, struct err *err)
{
	if (version == VERSION)
		return 0;
	return fields_error(y, yaml_get(map, "version"), "", err,
			    "version %d is unknown; this program reads version %d", version,
			    VERSION);
}
