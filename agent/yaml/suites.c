// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
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

/* Reads {DESIGN: works|refused|crash}; `test` is the case that it is of, NULL: of the suite. */
static int read_expects(const struct yaml *y, const struct yaml_node *map, const char *test,
			struct suite *s, struct err *err)
{
	for (size_t i = 0; i < yaml_count(map); i++) {
		const struct yaml_node *key = yaml_key(map, i);
		const char *design = yaml_text(key, NULL);
		const char *word = yaml_text(yaml_at(map, i), NULL);
		enum expectation what;

		if (!design || !fields_is_name(design))
			return fields_error(y, key, s->name, err, "'%.80s' is no name of a design",
					    design ? design : "?");
		if (!word || expectation_parse(word, &what) < 0)
			return fields_error(y, key, s->name, err,
					    "'%s: %.80s' is none of works, refused, crash", design,
					    word ? word : "?");
		s->expects =
			mem_grow(s->expects, s->n_expects, &s->cap_expects, sizeof(*s->expects));
		s->expects[s->n_expects++] = (struct expect){
			.name = test ? mem_strdup(test) : NULL,
			.design = mem_strdup(design),
			.what = what,
		};
	}
	return 0;
}

/* A case is its name, or one key with what designs promise for it. */
static int read_case(const struct yaml *y, const struct yaml_node *n, struct suite *s,
		     struct err *err)
{
	const struct yaml_node *own = NULL;
	const char *name;
	int r;

	if (yaml_kind(n) == YAML_MAP) {
		own = yaml_at(n, 0);
		if (yaml_count(n) != 1 || yaml_kind(own) != YAML_MAP || yaml_count(own) == 0)
			return fields_error(y, n, s->name, err,
					    "a case is a name, or 'name: {design: expectation}'");
		n = yaml_key(n, 0);
	}
	r = fields_text(y, n, s->name, "cases", &name, err);
	if (r < 0)
		return r;
	if (!fields_is_name(name))
		return fields_error(y, n, s->name, err, "'%s' is no name of a case", name);
	for (size_t i = 0; i < s->n_cases; i++)
		if (strcmp(s->cases[i], name) == 0)
			return fields_error(y, n, s->name, err, "case '%s' is there twice", name);
	s->cases[s->n_cases++] = mem_strdup(name);
	return own ? read_expects(y, own, name, s, err) : 0;
}

static int read_from(const struct yaml *y, const struct yaml_node *n, const char *from,
		     struct suite *s, struct err *err)
{
	s->init = from && strcmp(from, "init") == 0;
	if (from && !s->init && strcmp(from, "kunit") != 0)
		return fields_error(y, yaml_get(n, "from"), s->name, err,
				    "from '%s' is neither 'kunit' nor 'init'", from);
	return 0;
}

static int read_one(const struct yaml *y, const struct yaml_node *n, struct suite_list *list,
		    struct err *err)
{
	CLEANUP(free_ptr) char *about = NULL;
	CLEANUP(free_ptr) char *from = NULL;
	CLEANUP(free_ptr) char *name = NULL;
	const struct yaml_node *cases = NULL, *expect = NULL;
	bool control = false;
	const struct field fields[] = {
		{ "name", FIELD_TEXT, &name, true, 0, 0 },
		{ "about", FIELD_TEXT, &about, false, 0, 0 },
		{ "control", FIELD_BOOL, &control, false, 0, 0 },
		{ "from", FIELD_TEXT, &from, false, 0, 0 },
		{ "expect", FIELD_MAP, &expect, false, 0, 0 },
		{ "cases", FIELD_LIST, &cases, true, 0, 0 },
	};
	struct suite *s;
	int r = fields_read(y, n, "suites", fields, sizeof(fields) / sizeof(*fields), err);

	if (r < 0)
		return r;
	if (!fields_is_name(name))
		return fields_error(y, n, "suites", err, "'%s' is no name of a suite", name);
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i].name, name) == 0)
			return fields_error(y, n, "suites", err, "suite '%s' is there twice", name);
	list->v = mem_grow(list->v, list->n, &list->cap, sizeof(*list->v));
	s = &list->v[list->n++]; /* so that a half-read one is freed with the others */
	*s = (struct suite){ .name = name, .control = control };
	name = NULL;
	s->cases = mem_zalloc(yaml_count(cases) * sizeof(*s->cases));
	r = read_from(y, n, from, s, err);
	if (r == 0 && expect)
		r = read_expects(y, expect, NULL, s, err);
	for (size_t i = 0; r == 0 && i < yaml_count(cases); i++)
		r = read_case(y, yaml_at(cases, i), s, err);
	return r;
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
