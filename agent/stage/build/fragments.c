// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/build/fragments.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"

/* "CONFIG_X=value" or "# CONFIG_X is not set", in some file. */
struct option {
	const char *name; /* points into the text */
	size_t name_len;
	const char *line;
	size_t line_len;
	bool off; /* "is not set", or "=n" */
	size_t file, number;
};

struct options {
	struct option *v;
	size_t n, cap;
};

static void options_done(struct options *o)
{
	free(o->v);
}

static bool parse_option(const char *s, size_t n, struct option *ret)
{
	static const char unset[] = " is not set";
	const char *name = s;
	size_t k = 0, left;

	while (n && (s[n - 1] == '\r' || s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	if (n > 2 && !memcmp(s, "# ", 2))
		name += 2;
	left = n - (size_t)(name - s);
	if (left < 8 || memcmp(name, "CONFIG_", 7))
		return false;
	while (k < left && name[k] != '=' && name[k] != ' ')
		k++;
	*ret = (struct option){ .name = name, .name_len = k, .line = s, .line_len = n };
	left -= k;
	if (name != s) {
		ret->off = true;
		return left == sizeof(unset) - 1 && !memcmp(name + k, unset, left);
	}
	ret->off = left == 2 && !memcmp(name + k, "=n", 2);
	return left > 1 && name[k] == '=';
}

static void options_read(struct options *o, const char *text, size_t len, size_t file)
{
	const char *end = text + len;
	size_t number = 0;

	for (const char *s = text; s < end;) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		size_t n = (size_t)((nl ? nl : end) - s);
		struct option one;

		number++;
		if (parse_option(s, n, &one)) {
			one.file = file;
			one.number = number;
			o->v = mem_grow(o->v, o->n, &o->cap, sizeof(*o->v));
			o->v[o->n++] = one;
		}
		s += n + 1;
	}
}

static int by_name(const void *a, const void *b)
{
	const struct option *x = a, *y = b;
	size_t n = x->name_len < y->name_len ? x->name_len : y->name_len;
	int r = memcmp(x->name, y->name, n);

	return r ? r : (x->name_len > y->name_len) - (x->name_len < y->name_len);
}

/* Within a name the last word comes last. */
static int by_name_and_place(const void *a, const void *b)
{
	const struct option *x = a, *y = b;
	int r = by_name(a, b);

	if (r)
		return r;
	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static int by_place(const void *a, const void *b)
{
	const struct option *x = a, *y = b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

/* Of each name the last request stays, in the order of the fragments. */
static void keep_last(struct options *o)
{
	size_t n = 0;

	if (!o->n)
		return;
	qsort(o->v, o->n, sizeof(*o->v), by_name_and_place);
	for (size_t i = 0; i < o->n; i++)
		if (i + 1 == o->n || by_name(&o->v[i], &o->v[i + 1]))
			o->v[n++] = o->v[i];
	o->n = n;
	qsort(o->v, o->n, sizeof(*o->v), by_place);
}

static bool same(const struct option *want, const struct option *got)
{
	if (want->off || !got)
		return want->off && (!got || got->off);
	return want->line_len == got->line_len && !memcmp(want->line, got->line, got->line_len);
}

static void describe(struct buf *b, const struct option *want, const struct option *got)
{
	buf_add(b, want->line, want->line_len);
	buf_str(b, " is refused: ");
	if (got) {
		buf_str(b, "the configuration has ");
		buf_add(b, got->line, got->line_len);
	} else {
		buf_str(b, "this kernel does not know it, or what it depends on is missing");
	}
}

size_t fragments_check(const struct fragment *f, size_t n, const char *config, size_t len,
		       struct diagnostic *ret)
{
	CLEANUP(options_done) struct options want = { 0 }, got = { 0 };
	CLEANUP(buf_done) struct buf all = { 0 };
	size_t refused = 0;

	for (size_t i = 0; i < n; i++)
		options_read(&want, f[i].text, f[i].len, i);
	keep_last(&want);
	options_read(&got, config, len, 0);
	keep_last(&got);
	if (got.n)
		qsort(got.v, got.n, sizeof(*got.v), by_name);

	for (size_t i = 0; i < want.n; i++) {
		const struct option *w = &want.v[i];
		const struct option *g =
			got.n ? bsearch(w, got.v, got.n, sizeof(*got.v), by_name) : NULL;
		CLEANUP(buf_done) struct buf text = { 0 };

		if (same(w, g))
			continue;
		describe(&text, w, g);
		buf_printf(&all, "%s:%zu: %s\n", f[w->file].name, w->number, buf_text(&text));
		if (refused++)
			continue;
		*ret = (struct diagnostic){ .file = mem_strdup(f[w->file].name),
					    .line = (int)w->number,
					    .text = mem_printf("error: %s", buf_text(&text)) };
	}
	if (refused)
		ret->excerpt = buf_take(&all);
	return refused;
}
