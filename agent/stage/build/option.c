// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/build/option.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void option_list_done(struct option_list *o)
{
	free(o->v);
}

static bool parse(const char *s, size_t n, struct option *ret)
{
	static const char unset[] = " is not set", no[] = "n";
	const char *name = s;
	size_t k = 0, left;

	while (n && (s[n - 1] == '\r' || s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	if (n > 2 && !memcmp(s, "# ", 2))
		name += 2;
	left = n - (size_t)(name - s);
	while (k < left && name[k] != '=' && name[k] != ' ')
		k++;
	if (k < 8 || memcmp(name, "CONFIG_", 7))
		return false;
	*ret = (struct option){
		.name = name, .name_len = k, .line = s, .line_len = n, .value = no, .value_len = 1
	};
	left -= k;
	if (name != s) {
		ret->off = true;
		return left == sizeof(unset) - 1 && !memcmp(name + k, unset, left);
	}
	if (left < 2 || name[k] != '=')
		return false;
	ret->value = name + k + 1;
	ret->value_len = left - 1;
	ret->off = ret->value_len == 1 && ret->value[0] == 'n';
	return true;
}

void option_list_read(struct option_list *o, const char *text, size_t len, size_t file)
{
	const char *end = text + len;
	size_t number = 0;

	for (const char *s = text; s < end;) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		size_t n = (size_t)((nl ? nl : end) - s);
		struct option one;

		number++;
		if (parse(s, n, &one)) {
			one.file = file;
			one.number = number;
			o->v = mem_grow(o->v, o->n, &o->cap, sizeof(*o->v));
			o->v[o->n++] = one;
		}
		s += n + 1;
	}
}

int option_by_name(const void *a, const void *b)
{
	const struct option *x = a, *y = b;
	size_t n = x->name_len < y->name_len ? x->name_len : y->name_len;
	int r = memcmp(x->name, y->name, n);

	return r ? r : (x->name_len > y->name_len) - (x->name_len < y->name_len);
}
