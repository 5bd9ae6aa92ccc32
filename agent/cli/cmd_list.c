// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/table.h"
#include "store/store.h"

enum { LIST_DEFAULT = 20, LIST_MAX = 100000, ID_SHOWN = 12 };

struct list_args {
	const char *kind; /* NULL: verdicts */
	int limit;
};

static int kind_parse(const char *word, struct list_args *a)
{
	static const char *const words[][2] = { { "verdicts", NULL },
						{ "checkouts", "checkout" },
						{ "builds", "build" },
						{ "jobs", "job" } };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(word, words[i][0]) == 0) {
			a->kind = words[i][1];
			return 0;
		}
	return -1;
}

static int args_parse(int argc, char **argv, struct list_args *a, struct err *err)
{
	for (int i = 1; i < argc; i++) {
		const char *value = NULL;
		char *end;

		if (strcmp(argv[i], "--limit") == 0 && i + 1 < argc)
			value = argv[++i];
		else if (strncmp(argv[i], "--limit=", 8) == 0)
			value = argv[i] + 8;
		else if (kind_parse(argv[i], a) == 0)
			continue;
		else
			return usage_error("list", err, "unexpected '%s'", argv[i]);
		a->limit = (int)strtol(value, &end, 10);
		if (*end || a->limit < 1 || a->limit > LIST_MAX)
			return usage_error("list", err, "'%s' is no number from 1 to %d", value,
					   LIST_MAX);
	}
	return 0;
}

static int list_json(const struct listed_list *l, struct err *err)
{
	json_t *a = json_array();

	for (size_t i = 0; i < l->n; i++) {
		const struct listed *e = &l->v[i];
		char iso[CLOCK_ISO_LEN];

		CLEANUP(free_ptr) char *what = foreign_utf8(e->what);

		clock_iso(e->created, iso);
		json_array_append_new(a, json_pack("{s:s,s:s,s:s?,s:s?,s:s}", "kind", e->kind, "id",
						   e->id, "what", what, "state", e->state,
						   "created", iso));
	}
	return json_print(a, err);
}

static void row_fill(const void *arg, size_t row, char **cells)
{
	const struct listed *e = &((const struct listed_list *)arg)->v[row];
	char iso[CLOCK_ISO_LEN];

	clock_iso(e->created, iso);
	cells[0] = mem_strdup(iso);
	cells[1] = mem_strndup(e->id, ID_SHOWN);
	cells[2] = mem_strdup(e->state ? e->state : "");
	cells[3] = foreign_line(e->what);
}

static int list_table(const struct listed_list *l, struct err *err)
{
	static const char *const heads[] = { "TIME", "ID", "STATE", "WHAT" };
	const struct table t = { heads, 4, 1, l->n, row_fill, l };

	return table_print(&t, err);
}

int cmd_list(struct session *s, int argc, char **argv, struct err *err)
{
	CLEANUP(listed_list_done) struct listed_list l = { 0 };
	struct list_args a = { .limit = LIST_DEFAULT };
	int r = args_parse(argc, argv, &a, err);

	if (r == 0)
		r = store_list(s->store, a.kind, a.limit, &l, err);
	if (r < 0)
		return r;
	if (s->json)
		return list_json(&l, err);
	return l.n ? list_table(&l, err) : 0;
}
