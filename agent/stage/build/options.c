// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/build/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "stage/build/option.h"

static void read_sorted(const char *text, struct option_list *ret)
{
	option_list_read(ret, text, strlen(text), 0);
	if (ret->n)
		qsort(ret->v, ret->n, sizeof(*ret->v), option_by_name);
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
	CLEANUP(option_list_done) struct option_list old = { 0 };
	CLEANUP(option_list_done) struct option_list new = { 0 };
	size_t i = 0, k = 0, n = 0;

	read_sorted(before, &old);
	read_sorted(now, &new);
	while (i < old.n || k < new.n) {
		int order = i == old.n ? 1 : k == new.n ? -1 : option_by_name(&old.v[i], &new.v[k]);
		const struct option *a = order <= 0 ? &old.v[i++] : NULL;
		const struct option *b = order >= 0 ? &new.v[k++] : NULL;

		if ((!a || !b || !same_value(a, b)) && n++ < OPTIONS_SHOWN)
			change_write(a, b, ret);
	}
	if (n > OPTIONS_SHOWN)
		buf_printf(ret, "and %zu more\n", n - OPTIONS_SHOWN);
}
