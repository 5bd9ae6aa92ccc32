// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/config.h"
#include "yaml/config_parts.h"
#include "yaml/fields.h"
#include "yaml/yaml.h"

/* `labs:` of lab.yaml: where targets are booted. */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const drivers[] = {
	[LAB_LAVA_RUN] = "lava-run",
	[LAB_LAVA_SERVER] = "lava-server",
};

/* Whose keys they are; a server's may be required. */
static const struct {
	const char *key;
	enum lab_driver driver;
	bool required;
} owners[] = {
	{ "health", LAB_LAVA_RUN, false },	{ "url", LAB_LAVA_SERVER, true },
	{ "user", LAB_LAVA_SERVER, true },	{ "token_file", LAB_LAVA_SERVER, true },
	{ "priority", LAB_LAVA_SERVER, false }, { "queue_s", LAB_LAVA_SERVER, false },
	{ "poll", LAB_LAVA_SERVER, false },	{ "listen", LAB_LAVA_SERVER, false },
	{ "files_url", LAB_LAVA_SERVER, true }, { "upload_url", LAB_LAVA_SERVER, false },
	{ "wake", LAB_LAVA_SERVER, false },
};

static int check_driver(const struct yaml *y, const struct yaml_node *n, const char *where,
			const char *word, enum lab_driver *ret, struct err *err)
{
	size_t i = 0;

	while (i < COUNT(drivers) && strcmp(drivers[i], word) != 0)
		i++;
	if (i == COUNT(drivers))
		return fields_error(y, yaml_get(n, "driver"), where, err,
				    "unknown driver '%s'; there are lava-run and lava-server",
				    word);
	*ret = (enum lab_driver)i;
	for (size_t k = 0; k < COUNT(owners); k++) {
		const struct yaml_node *value = yaml_get(n, owners[k].key);
		bool own = owners[k].driver == *ret;

		if (value && !own)
			return fields_error(y, value, where, err,
					    "'%s' is no key of a lab with driver %s", owners[k].key,
					    word);
		if (!value && own && owners[k].required)
			return fields_error(y, n, where, err,
					    "key '%s' is missing, which driver %s needs",
					    owners[k].key, word);
	}
	return 0;
}

/* Without the slashes at its end. */
static int check_url(const struct yaml *y, const struct yaml_node *n, const char *where,
		     const char *key, char *url, struct err *err)
{
	if (!url)
		return 0;
	if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
		return fields_error(y, yaml_get(n, key), where, err, "%s '%s' is not http or https",
				    key, url);
	for (size_t len = strlen(url); len > 0 && url[len - 1] == '/'; len--)
		url[len - 1] = '\0';
	return 0;
}

static int check_priority(const struct yaml *y, const struct yaml_node *n, const char *where,
			  const struct lab_config *l, struct err *err)
{
	static const char *const words[] = { "low", "medium", "high" };
	char *end;
	long number = strtol(l->priority, &end, 10);

	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(l->priority, words[i]) == 0)
			return 0;
	if (*end || number < 0 || number > 100)
		return fields_error(y, yaml_get(n, "priority"), where, err,
				    "priority '%s' is none of low, medium, high, 0 to 100",
				    l->priority);
	return 0;
}

static int check_listen(const struct yaml *y, const struct yaml_node *n, const char *where,
			const char *listen, struct err *err)
{
	if (listen && !fields_is_listen(listen))
		return fields_error(y, yaml_get(n, "listen"), where, err,
				    "listen '%s' is no ADDRESS:PORT", listen);
	return 0;
}

static int check_server(const struct yaml *y, const struct yaml_node *n, const char *where,
			struct lab_config *l, struct err *err)
{
	int r = check_url(y, n, where, "url", l->url, err);

	if (r == 0)
		r = check_url(y, n, where, "files_url", l->files_url, err);
	if (r == 0)
		r = check_url(y, n, where, "upload_url", l->upload_url, err);
	if (r == 0)
		r = check_listen(y, n, where, l->listen, err);
	if (r < 0)
		return r;
	if (!l->listen == !l->upload_url)
		return fields_error(y, n, where, err,
				    "one of 'listen' and 'upload_url' is needed: how workers get "
				    "the kernels");
	if (l->wake && !l->listen)
		return fields_error(y, yaml_get(n, "wake"), where, err,
				    "'wake' needs 'listen': LAVA calls there");
	if (!l->priority)
		l->priority = mem_strdup("low");
	return check_priority(y, n, where, l, err);
}

static int lab_entry(const struct yaml *y, const struct yaml_node *n, const char *where, void *to,
		     struct err *err)
{
	struct lab_config *l = to;
	CLEANUP(free_ptr) char *driver = NULL;
	const struct field fields[] = {
		{ "driver", FIELD_TEXT, &driver, true, 0, 0 },
		{ "slots", FIELD_NUMBER, &l->slots, false, 1, 1000 },
		{ "health", FIELD_NUMBER, &l->health_s, false, 0, 30 * 24 * 3600 },
		{ "url", FIELD_TEXT, &l->url, false, 0, 0 },
		{ "user", FIELD_TEXT, &l->user, false, 0, 0 },
		{ "token_file", FIELD_TEXT, &l->token_file, false, 0, 0 },
		{ "priority", FIELD_TEXT, &l->priority, false, 0, 0 },
		{ "queue_s", FIELD_NUMBER, &l->queue_s, false, 10, 30 * 24 * 3600 },
		{ "max_queue", FIELD_NUMBER, &l->max_queue, false, 0, 100000 },
		{ "poll", FIELD_NUMBER, &l->poll_s, false, 1, 3600 },
		{ "listen", FIELD_TEXT, &l->listen, false, 0, 0 },
		{ "files_url", FIELD_TEXT, &l->files_url, false, 0, 0 },
		{ "upload_url", FIELD_TEXT, &l->upload_url, false, 0, 0 },
		{ "wake", FIELD_BOOL, &l->wake, false, 0, 0 },
	};
	int r;

	l->slots = 2;
	l->health_s = 24 * 3600;
	l->queue_s = 3600;
	l->max_queue = 100;
	l->poll_s = 5;
	r = fields_read(y, n, where, fields, COUNT(fields), err);
	if (r == 0)
		r = check_driver(y, n, where, driver, &l->driver, err);
	if (r == 0 && l->driver == LAB_LAVA_SERVER)
		r = check_server(y, n, where, l, err);
	return r;
}

int config_labs(const struct yaml *y, const struct yaml_node *map, struct config *c,
		struct err *err)
{
	return config_entries(y, map, "labs", (void **)&c->labs, &c->n_labs, sizeof(*c->labs),
			      lab_entry, err);
}
