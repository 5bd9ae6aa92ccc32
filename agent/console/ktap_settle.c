// SPDX-License-Identifier: GPL-2.0-or-later
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "console/ktap.h"
#include "console/ktap_collect.h"
#include "model/oops.h"
#include "model/test.h"

/* Which suites and cases a boot was to run; as kernel/lib/kunit takes its glob apart. */
struct glob {
	char *suite, *test; /* test: NULL for all */
};

static void glob_done(struct glob *g)
{
	free(g->suite);
	free(g->test);
}

static struct glob glob_of(const char *filter)
{
	const char *dot = filter ? strchr(filter, '.') : NULL;

	if (!filter || !filter[0])
		return (struct glob){ mem_strdup("*"), NULL };
	if (!dot)
		return (struct glob){ mem_strdup(filter), NULL };
	return (struct glob){ mem_strndup(filter, (size_t)(dot - filter)), mem_strdup(dot + 1) };
}

static bool glob_suite(const struct glob *g, const struct suite *s)
{
	return fnmatch(g->suite, s->name, 0) == 0;
}

static bool glob_case(const struct glob *g, const char *name)
{
	return !g->test || fnmatch(g->test, name, 0) == 0;
}

/* "suite.case", or "suite" where the case is NULL. The caller frees. */
static char *path_of(const struct suite *s, const char *name)
{
	return name ? mem_printf("%s.%s", s->name, name) : mem_strdup(s->name);
}

static struct test *find(const struct test_list *tests, const struct suite *s, const char *name)
{
	char *path = path_of(s, name);
	struct test *t = test_list_find(tests, path);

	free(path);
	return t;
}

static bool was_running(const struct test *t)
{
	return t->status == TEST_ERROR && t->comment[0] == '\0';
}

/* A suite whose running case nobody named: it is the first without a result. */
static void name_running(const struct suite *s, const struct glob *g, struct test_list *tests)
{
	struct test *t = test_list_find(tests, s->name);

	if (!t || !was_running(t))
		return;
	for (size_t i = 0; i < s->n_cases; i++) {
		if (!glob_case(g, s->cases[i]) || find(tests, s, s->cases[i]))
			continue;
		free(t->path);
		t->path = path_of(s, s->cases[i]);
		return;
	}
}

static void add_missing(const struct suite *s, const char *name, const char *why,
			struct test_list *tests)
{
	char *comment;

	if (find(tests, s, name))
		return;
	comment = why ? mem_printf("not reached: %s", why) : NULL;
	test_list_add(tests, path_of(s, name), TEST_MISS, 0, comment);
}

void ktap_settle(const struct suite_list *expected, const char *filter, bool cut,
		 const struct oops *last, struct test_list *tests)
{
	const char *why = last ? last->title : "no answer";
	struct glob g = glob_of(filter);

	for (size_t i = 0; i < expected->n; i++)
		if (glob_suite(&g, &expected->v[i]))
			name_running(&expected->v[i], &g, tests);
	for (size_t i = 0; i < tests->n; i++)
		if (was_running(&tests->v[i])) {
			mem_set_copy(&tests->v[i].comment, cut ? why : "no result line");
		}
	for (size_t i = 0; i < expected->n; i++) {
		const struct suite *s = &expected->v[i];

		if (!glob_suite(&g, s))
			continue;
		if (s->n_cases == 0)
			add_missing(s, NULL, cut ? why : NULL, tests);
		for (size_t k = 0; k < s->n_cases; k++)
			if (glob_case(&g, s->cases[k]))
				add_missing(s, s->cases[k], cut ? why : NULL, tests);
	}
	glob_done(&g);
}

void ktap_merge(struct test_list *into, struct test_list *from)
{
	for (size_t i = 0; i < from->n; i++) {
		struct test *new = &from->v[i], *old = test_list_find(into, new->path);
		struct test was;

		if (!old) {
			test_list_add(into, new->path, new->status, new->line, new->comment);
			*new = (struct test){ 0 };
		} else if (collect_weight(new->status) > collect_weight(old->status)) {
			was = *old;
			*old = *new;
			*new = was;
		}
	}
	test_list_done(from);
}

static bool seen(const struct test_list *tests, const struct suite *s, const char *name)
{
	const struct test *t = find(tests, s, name);

	return t && t->status != TEST_MISS;
}

/* Whether anything of the suite was seen; *error: and one of it was running at the end. */
static bool suite_seen(const struct test_list *tests, const struct suite *s, bool *error)
{
	size_t n = strlen(s->name);
	bool any = false;

	*error = false;
	for (size_t i = 0; i < tests->n; i++) {
		const struct test *t = &tests->v[i];

		if (strncmp(t->path, s->name, n) != 0 || (t->path[n] && t->path[n] != '.'))
			continue;
		any |= t->status != TEST_MISS;
		*error |= t->status == TEST_ERROR;
	}
	return any;
}

static void add_filter(struct strv *filters, char *filter)
{
	if (strv_has(filters, filter))
		free(filter);
	else
		strv_take(filters, filter);
}

void ktap_next_filters(const struct suite_list *expected, const struct test_list *tests,
		       struct strv *filters)
{
	bool error;

	for (size_t i = 0; i < expected->n; i++) {
		const struct suite *s = &expected->v[i];

		if (!suite_seen(tests, s, &error)) {
			add_filter(filters, path_of(s, NULL));
			continue;
		}
		for (size_t k = 0; error && k < s->n_cases; k++)
			if (!seen(tests, s, s->cases[k]))
				add_filter(filters, path_of(s, s->cases[k]));
	}
}
