// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "model/config.h"
#include "yaml/config_parts.h"
#include "yaml/fields.h"
#include "yaml/yaml.h"

/* `sources:`, `relevance:` and `agent:` of lab.yaml: what comes by itself. */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum { DAY = 24 * 3600, WEEK = 7 * DAY, WEEKS_4 = 4 * WEEK };

static const char *const types[] = {
	[SOURCE_PATCHWORK] = "patchwork",
	[SOURCE_PUBLIC_INBOX] = "public-inbox",
	[SOURCE_FOLDER] = "folder",
};

enum { OF_PATCHWORK = 1 << SOURCE_PATCHWORK, OF_INBOX = 1 << SOURCE_PUBLIC_INBOX };
enum { OF_FOLDER = 1 << SOURCE_FOLDER };

/* Whose keys they are, and who must have them. */
static const struct {
	const char *key;
	unsigned allowed, required;
} owners[] = {
	{ "url", OF_PATCHWORK | OF_INBOX, OF_PATCHWORK | OF_INBOX },
	{ "project", OF_PATCHWORK, OF_PATCHWORK },
	{ "path", OF_FOLDER, OF_FOLDER },
	{ "token_file", OF_PATCHWORK, 0 },
	{ "overlap", OF_PATCHWORK, 0 },
	{ "sweep", OF_PATCHWORK, 0 },
};

static int check_type(const struct yaml *y, const struct yaml_node *n, const char *where,
		      const char *word, enum source_type *ret, struct err *err)
{
	size_t i = 0;

	while (i < COUNT(types) && strcmp(types[i], word) != 0)
		i++;
	if (i == COUNT(types))
		return fields_error(y, yaml_get(n, "type"), where, err,
				    "type '%s' is none of patchwork, public-inbox, folder", word);
	*ret = (enum source_type)i;
	for (size_t k = 0; k < COUNT(owners); k++) {
		const struct yaml_node *value = yaml_get(n, owners[k].key);

		if (value && !(owners[k].allowed & 1u << i))
			return fields_error(y, value, where, err,
					    "'%s' is no key of a source of type %s", owners[k].key,
					    word);
		if (!value && (owners[k].required & 1u << i))
			return fields_error(y, n, where, err,
					    "key '%s' is missing, which type %s needs",
					    owners[k].key, word);
	}
	return 0;
}

/* A root below which the program asks: paths are added behind it. */
static int check_url(const struct yaml *y, const struct yaml_node *n, const char *where, char *url,
		     struct err *err)
{
	size_t len = strlen(url), scheme = 0;

	if (strncmp(url, "https://", 8) == 0)
		scheme = 8;
	else if (strncmp(url, "http://", 7) == 0)
		scheme = 7;
	if (!scheme || !url[scheme] || strchr("/:", url[scheme]) || strpbrk(url, " \"'<>\\?#"))
		return fields_error(y, yaml_get(n, "url"), where, err,
				    "url '%s' is not of the form https://HOST/PATH", url);
	if (strchr(url + scheme, '@'))
		return fields_error(y, yaml_get(n, "url"), where, err,
				    "the url has an '@': names and passwords are not sent");
	while (len > scheme && url[len - 1] == '/')
		url[--len] = '\0';
	return 0;
}

static int source_entry(const struct yaml *y, const struct yaml_node *n, const char *where,
			void *to, struct err *err)
{
	struct source_config *s = to;
	CLEANUP(free_ptr) char *type = NULL;
	const struct field fields[] = {
		{ "type", FIELD_TEXT, &type, true, 0, 0 },
		{ "url", FIELD_TEXT, &s->url, false, 0, 0 },
		{ "path", FIELD_TEXT, &s->path, false, 0, 0 },
		{ "project", FIELD_TEXT, &s->project, false, 0, 0 },
		{ "token_file", FIELD_TEXT, &s->token_file, false, 0, 0 },
		{ "every", FIELD_NUMBER, &s->every_s, false, 1, WEEK },
		{ "overlap", FIELD_NUMBER, &s->overlap_s, false, 0, WEEK },
		{ "sweep", FIELD_NUMBER, &s->sweep_s, false, 1, WEEKS_4 },
		{ "since_days", FIELD_NUMBER, &s->since_days, false, 0, 3650 },
	};
	int r;

	s->every_s = 60;
	s->overlap_s = 3600;
	s->sweep_s = DAY;
	r = fields_read(y, n, where, fields, COUNT(fields), err);
	if (r == 0)
		r = check_type(y, n, where, type, &s->type, err);
	if (r == 0 && s->url)
		r = check_url(y, n, where, s->url, err);
	if (r == 0 && s->project && !fields_is_name(s->project))
		r = fields_error(y, yaml_get(n, "project"), where, err,
				 "'%s' is no name of a project", s->project);
	return r;
}

static int rule_entry(const struct yaml *y, const struct yaml_node *n, const char *where, void *to,
		      struct err *err)
{
	struct rule_config *rule = to;
	const struct field fields[] = {
		{ "paths", FIELD_TEXTS, &rule->paths, false, 0, 0 },
		{ "words", FIELD_TEXTS, &rule->words, false, 0, 0 },
		{ "lists", FIELD_TEXTS, &rule->lists, false, 0, 0 },
		{ "sources", FIELD_TEXTS, &rule->sources, false, 0, 0 },
		{ "tree", FIELD_TEXT, &rule->tree, false, 0, 0 },
		{ "plan", FIELD_TEXT, &rule->plan, false, 0, 0 },
	};
	int r = fields_read(y, n, where, fields, COUNT(fields), err);

	if (r == 0 && !rule->paths.n && !rule->words.n && !rule->lists.n && !rule->sources.n)
		r = fields_error(y, n, where, err,
				 "names none of 'paths', 'words', 'lists' and 'sources'");
	return r;
}

int config_sources(const struct yaml *y, const struct yaml_node *map, struct config *c,
		   struct err *err)
{
	return config_entries(y, map, "sources", (void **)&c->sources, &c->n_sources,
			      sizeof(*c->sources), source_entry, err);
}

int config_rules(const struct yaml *y, const struct yaml_node *map, struct config *c,
		 struct err *err)
{
	return config_entries(y, map, "relevance", (void **)&c->rules, &c->n_rules,
			      sizeof(*c->rules), rule_entry, err);
}

int config_agent(const struct yaml *y, const struct yaml_node *map, struct config *c,
		 struct err *err)
{
	struct agent_config *a = &c->agent;
	const struct field fields[] = {
		{ "tests", FIELD_NUMBER, &a->tests, false, 1, 64 },
		{ "fetches", FIELD_NUMBER, &a->fetches, false, 1, 64 },
		{ "cover_wait", FIELD_NUMBER, &a->cover_wait_s, false, 0, DAY },
		{ "parts_wait", FIELD_NUMBER, &a->parts_wait_s, false, 0, WEEKS_4 },
		{ "keep_days", FIELD_NUMBER, &a->keep_days, false, 1, 36500 },
	};

	*a = (struct agent_config){
		.tests = 1,
		.fetches = 4,
		.cover_wait_s = 60,
		.parts_wait_s = DAY,
		.keep_days = 90,
	};
	return map ? fields_read(y, map, "agent", fields, COUNT(fields), err) : 0;
}
