// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/build/options.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"

/* Borrowed from the file's text. */
struct option {
	const char *name, *value;
	size_t name_len, value_len;
};

struct options {
	struct option *v;
	size_t n, cap;
};

static void options_done(struct options *o)
{
	free(o->v);
}

/* "CONFIG_A=y", "# CONFIG_B is not set"; every other line says nothing. */
static void line_take(const char *line, size_t len, struct options *ret)
{
	static const char off[] = " is not set", not_set[] = "n";
	const char *equals = memchr(line, '=', len);
	struct option o = { 0 };

	if (len > 9 && strncmp(line, "CONFIG_", 7) == 0 && equals) {
		o = (struct option){ line, equals + 1, (size_t)(equals - line), 0 };
		o.value_len = len - o.name_len - 1;
	} else if (len > sizeof(off) + 9 && strncmp(line, "# CONFIG_", 9) == 0 &&
		   strncmp(line + len - (sizeof(off) - 1), off, sizeof(off) - 1) == 0) {
		o = (struct option){ line + 2, not_set, len - 2 - (sizeof(off) - 1), 1 };
	} else {
		return;
	}
	ret->v = mem_grow(ret->v, ret->n, &ret->cap, sizeof(*ret->v));
	ret->v[ret->n++] = o;
}

static int by_name(const void *a, const void *b)
{
	const struct option *x = a, *y = b;
	size_t n = x->name_len < y->name_len ? x->name_len : y->name_len;
	int r = memcmp(x->name, y->name, n);

	return r ? r : (x->name_len > y->name_len) - (x->name_len < y->name_len);
}

static void options_read(const char *text, struct options *ret)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		line_take(text, len, ret);
		text += len + (text[len] == '\n');
	}
	if (ret->n)
		qsort(ret->v, ret->n, sizeof(*ret->v), by_name);
}

static bool same_value(const struct option *a, const struct option *b)
{
	return a->value_len == b->value_len && memcmp(a->value, b->value, a->value_len) == 0;
}

/* `a` before, `b` now; either may be NULL, not both. */
static void change_write(const struct option *a, const struct option *b, struct buf *ret)
{
	const struct option *any = b ? b : a;

	buf_printf(ret, "%.*s", (int)any->name_len, any->name);
	if (b)
		buf_printf(ret, "=%.*s, ", (int)b->value_len, b->value);
	else
		buf_str(ret, " is gone, ");
	if (a)
		buf_printf(ret, "was %.*s\n", (int)a->value_len, a->value);
	else
		buf_str(ret, "was not there\n");
}

void options_compare(const char *before, const char *now, struct buf *ret)
{
	CLEANUP(options_done) struct options old = { 0 };
	CLEANUP(options_done) struct options new = { 0 };
	size_t i = 0, k = 0, n = 0;

	options_read(before, &old);
	options_read(now, &new);
	while (i < old.n || k < new.n) {
		int order = i == old.n ? 1 : k == new.n ? -1 : by_name(&old.v[i], &new.v[k]);
		const struct option *a = order <= 0 ? &old.v[i++] : NULL;
		const struct option *b = order >= 0 ? &new.v[k++] : NULL;

		if ((!a || !b || !same_value(a, b)) && n++ < OPTIONS_SHOWN)
			change_write(a, b, ret);
	}
	if (n > OPTIONS_SHOWN)
		buf_printf(ret, "and %zu more\n", n - OPTIONS_SHOWN);
}
