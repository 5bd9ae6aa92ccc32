// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *const names[] = {
	[TEST_PASS] = "PASS",	[TEST_FAIL] = "FAIL", [TEST_SKIP] = "SKIP",
	[TEST_ERROR] = "ERROR", [TEST_MISS] = "MISS",
};

const char *test_status_name(enum test_status s)
{
	return names[s];
}

int test_status_parse(const char *word, enum test_status *ret)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(word, names[i]) == 0) {
			*ret = (enum test_status)i;
			return 0;
		}
	return -1;
}

struct test *test_list_add(struct test_list *l, char *path, enum test_status status, size_t line,
			   char *comment)
{
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n] = (struct test){
		.path = path,
		.status = status,
		.line = line,
		.comment = comment ? comment : mem_strdup(""),
	};
	return &l->v[l->n++];
}

struct test *test_list_find(const struct test_list *l, const char *path)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i].path, path) == 0)
			return &l->v[i];
	return NULL;
}

void test_list_done(struct test_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].path);
		free(l->v[i].comment);
	}
	free(l->v);
	*l = (struct test_list){ 0 };
}

static const char *const expectations[] = {
	[EXPECT_WORKS] = "works",
	[EXPECT_REFUSED] = "refused",
	[EXPECT_CRASH] = "crash",
};

const char *expectation_name(enum expectation e)
{
	return expectations[e];
}

int expectation_parse(const char *word, enum expectation *ret)
{
	for (size_t i = 0; i < sizeof(expectations) / sizeof(*expectations); i++)
		if (strcmp(word, expectations[i]) == 0) {
			*ret = (enum expectation)i;
			return 0;
		}
	return -1;
}

enum expectation suite_expects(const struct suite *s, const char *name, const char *design)
{
	enum expectation what = EXPECT_WORKS;

	for (size_t i = 0; i < s->n_expects; i++) {
		const struct expect *e = &s->expects[i];

		if (strcmp(e->design, design) != 0)
			continue;
		if (e->name && strcmp(e->name, name) == 0)
			return e->what;
		if (!e->name)
			what = e->what;
	}
	return what;
}

static void suite_done(struct suite *s)
{
	free(s->name);
	for (size_t i = 0; i < s->n_cases; i++)
		free(s->cases[i]);
	free(s->cases);
	for (size_t i = 0; i < s->n_expects; i++) {
		free(s->expects[i].name);
		free(s->expects[i].design);
	}
	free(s->expects);
}

void suite_list_done(struct suite_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		suite_done(&l->v[i]);
	free(l->v);
	*l = (struct suite_list){ 0 };
}
