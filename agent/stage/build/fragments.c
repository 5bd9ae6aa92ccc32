// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/build/fragments.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "stage/build/option.h"

/* Within a name the last word comes last. */
static int by_name_and_place(const void *a, const void *b)
{
	const struct option *x = a, *y = b;
	int r = option_by_name(a, b);

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
static void keep_last(struct option_list *o)
{
	size_t n = 0;

	if (!o->n)
		return;
	qsort(o->v, o->n, sizeof(*o->v), by_name_and_place);
	for (size_t i = 0; i < o->n; i++)
		if (i + 1 == o->n || option_by_name(&o->v[i], &o->v[i + 1]))
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
	CLEANUP(option_list_done) struct option_list want = { 0 }, got = { 0 };
	CLEANUP(buf_done) struct buf all = { 0 };
	size_t refused = 0;

	for (size_t i = 0; i < n; i++)
		option_list_read(&want, f[i].text, f[i].len, i);
	keep_last(&want);
	option_list_read(&got, config, len, 0);
	keep_last(&got);
	if (got.n)
		qsort(got.v, got.n, sizeof(*got.v), option_by_name);

	for (size_t i = 0; i < want.n; i++) {
		const struct option *w = &want.v[i];
		const struct option *g =
			got.n ? bsearch(w, got.v, got.n, sizeof(*got.v), option_by_name) : NULL;
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
