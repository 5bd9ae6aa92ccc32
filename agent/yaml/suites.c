// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/test.h"
#include "yaml/config.h"
#include "yaml/fields.h"
#include "yaml/yaml.h"

enum { SIZE_LIMIT = 1 << 18 };

static int check_names(const struct yaml *y, const struct yaml_node *at, const char *suite,
		       const struct strv *cases, struct err *err)
{
	if (!fields_is_name(suite))
		return fields_error(y, at, "suites", err, "'%s' is no name of a suite", suite);
	for (size_t i = 0; i < cases->n; i++) {
		if (!fields_is_name(cases->v[i]))
			return fields_error(y, at, suite, err, "'%s' is no name of a case",
					    cases->v[i]);
		for (size_t k = 0; k < i; k++)
			if (strcmp(cases->v[k], cases->v[i]) == 0)
				return fields_error(y, at, suite, err, "case '%s' is there twice",
						    cases->v[i]);
	}
	return 0;
}

static int read_one(const struct yaml *y, const struct yaml_node *n, struct suite_list *list,
		    struct err *err)
{
	CLEANUP(free_ptr) char *name = NULL;
	CLEANUP(free_ptr) char *about = NULL;
	CLEANUP(strv_done) struct strv cases = { 0 };
	const struct field fields[] = {
		{ "name", FIELD_TEXT, &name, true, 0, 0 },
		{ "about", FIELD_TEXT, &about, false, 0, 0 },
		{ "cases", FIELD_TEXTS, &cases, true, 0, 0 },
	};
	struct suite *s;
	int r = fields_read(y, n, "suites", fields, sizeof(fields) / sizeof(*fields), err);

	if (r < 0)
		return r;
	r = check_names(y, n, name, &cases, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i].name, name) == 0)
			return fields_error(y, n, "suites", err, "suite '%s' is there twice", name);
	list->v = mem_grow(list->v, list->n, &list->cap, sizeof(*list->v));
	s = &list->v[list->n++];
	*s = (struct suite){ .name = name, .cases = cases.v, .n_cases = cases.n };
	name = NULL;
	cases = (struct strv){ 0 };
	return 0;
}

int suites_read(const char *path, struct suite_list *ret, struct err *err)
{
	CLEANUP(yaml_free) struct yaml *y = NULL;
	CLEANUP(suite_list_done) struct suite_list list = { 0 };
	const struct yaml_node *suites = NULL;
	int version = 0;
	const struct field fields[] = {
		{ "version", FIELD_NUMBER, &version, true, 0, 1 << 20 },
		{ "suites", FIELD_LIST, &suites, true, 0, 0 },
	};
	int r = yaml_read(path, SIZE_LIMIT, &y, err);

	if (r == 0)
		r = fields_read(y, yaml_root(y), "", fields, sizeof(fields) / sizeof(*fields), err);
	if (r == 0)
		r = fields_version(y, yaml_root(y), version, err);
	for (size_t i = 0; r == 0 && i < yaml_count(suites); i++)
		r = read_one(y, yaml_at(suites, i), &list, err);
	if (r < 0)
		return r;
	*ret = list;
	list = (struct suite_list){ 0 };
	return 0;
}
