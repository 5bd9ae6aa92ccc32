// SPDX-License-Identifier: GPL-2.0-or-later
/* libFuzzer's entry; with gcc, replay.c calls it with the corpus. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "console/boot.h"
#include "console/oops.h"
#include "console/oops_scan.h"
#include "model/oops.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct pieces {
	const char *text;
	struct oops_list out;
};

static void keep(void *ctx, struct oops *o)
{
	struct oops_list *l = &((struct pieces *)ctx)->out;

	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = *o;
}

static size_t count(void *ctx, uint64_t from, uint64_t to)
{
	return count_newlines(((struct pieces *)ctx)->text + from, (size_t)(to - from));
}

/* Feeds the text in pieces of `step` bytes, as a reader of a file does. */
static void parse_pieces(const char *text, size_t size, size_t step, bool again, struct pieces *ret)
{
	struct oops_scan *s = oops_scan_new(keep, again ? count : NULL, ret);
	size_t from = 0, to = 0;

	while (to < size) {
		to = size - to < step ? size : to + step;
		from += oops_scan_feed(s, text + from, to - from, to == size);
	}
	if (size == 0)
		(void)oops_scan_feed(s, text, 0, true);
	oops_scan_free(s);
}

static void check_same(const struct oops_list *a, const struct oops_list *b)
{
	if (a->n != b->n)
		abort();
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->v[i].title, b->v[i].title) != 0 ||
		    strcmp(a->v[i].hash, b->v[i].hash) != 0 ||
		    a->v[i].first_line != b->v[i].first_line ||
		    a->v[i].last_line != b->v[i].last_line)
			abort();
}

/* Whatever the console says: reports are titled, signed, in order and within it. */
static void check_reports(const struct oops_list *l, size_t lines)
{
	size_t before = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct oops *o = &l->v[i];

		if (!o->title[0] || strlen(o->hash) != 64 || (o->corrupted != (o->reason != NULL)))
			abort();
		if (o->first_line < 1 || o->first_line > o->last_line || o->last_line > lines)
			abort();
		if (o->first_line < before)
			abort();
		before = o->first_line;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pieces p = { .text = (const char *)data }, q = { .text = (const char *)data };
	size_t step = 64 + (size > 0 ? data[size - 1] * 13u : 0); /* smaller ones cost most time */
	struct oops_list l = { 0 };

	oops_parse((const char *)data, size, &l);
	check_reports(&l, count_newlines((const char *)data, size) + 1);
	parse_pieces((const char *)data, size, step, true, &p);
	parse_pieces((const char *)data, size, step, false, &q);
	check_same(&l, &p.out);
	check_same(&l, &q.out);
	oops_list_done(&p.out);
	oops_list_done(&q.out);
	oops_list_done(&l);
	(void)boot_state((const char *)data, size);
	(void)boot_is_over((const char *)data, size);
	return 0;
}
