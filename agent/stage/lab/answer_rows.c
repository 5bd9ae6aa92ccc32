// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "stage/lab/answer_room.h"
#include "yaml/yaml.h"

/* Devices, workers, what LAVA says of a job, its log. */

static bool has(const char *const *v, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i], text) == 0)
			return true;
	return false;
}

int answer_devices(const char *data, size_t len, const char *lab, const char *const *types,
		   size_t n_types, struct answer_page *page, struct lab_device_list *ret,
		   struct err *err)
{
	CLEANUP(json_done) json_t *j = NULL;
	const json_t *rows;
	int r = answer_page(data, len, &j, &rows, page, err);

	for (size_t i = 0; r == 0 && i < page->rows; i++) {
		const json_t *row = json_array_get(rows, i);
		const char *name = answer_text(row, "hostname"),
			   *health = answer_text(row, "health");
		const char *state = answer_text(row, "state"),
			   *worker = answer_text(row, "worker_host");

		if (!has(types, n_types, answer_text(row, "device_type")) ||
		    strcmp(health, "Retired") == 0)
			continue;
		if (!name[0] || !health[0] || !answer_is_name(name) || !answer_is_name(health) ||
		    !answer_is_name(state) || !answer_is_name(worker))
			return answer_wrong(err, "a device with no name or health, or an odd one");
		ret->v = mem_grow(ret->v, ret->n, &ret->cap, sizeof(*ret->v));
		ret->v[ret->n++] = (struct lab_device){
			.lab = mem_strdup(lab),
			.name = mem_strdup(name),
			.type = mem_strdup(answer_text(row, "device_type")),
			.health = mem_strdup(health),
			.state = mem_strdup(state),
			.worker = mem_strdup(worker),
		};
	}
	return r;
}

int answer_workers(const char *data, size_t len, struct answer_page *page, struct strv *ret,
		   struct err *err)
{
	CLEANUP(json_done) json_t *j = NULL;
	const json_t *rows;
	int r = answer_page(data, len, &j, &rows, page, err);

	for (size_t i = 0; r == 0 && i < page->rows; i++) {
		const json_t *row = json_array_get(rows, i);

		if (strcmp(answer_text(row, "state"), "Online") == 0 &&
		    strcmp(answer_text(row, "health"), "Active") == 0)
			strv_add(ret, answer_text(row, "hostname"));
	}
	return r;
}

int answer_count(const char *data, size_t len, int64_t *ret, struct err *err)
{
	CLEANUP(json_done) json_t *j = NULL;
	const json_t *rows;
	struct answer_page page = { 0 };
	int r = answer_page(data, len, &j, &rows, &page, err);

	*ret = page.count;
	return r;
}

static char *copy_of(const struct yaml *y, const char *key)
{
	const struct yaml_node *n = yaml_find(y, key);
	const char *text = n ? yaml_text(n, NULL) : NULL;

	return text ? mem_strdup(text) : NULL;
}

/* Suite "lava", case "job": what it says is YAML in a string. */
static void take_word(const json_t *row, const struct yaml *y, struct lava_word *ret)
{
	int runs = ret->runs;

	lava_word_done(ret);
	*ret = (struct lava_word){ .has = true, .runs = runs };
	if (strcmp(answer_text(row, "result"), "pass") == 0)
		return;
	ret->error_type = copy_of(y, "error_type");
	ret->error_msg = copy_of(y, "error_msg");
	if (!ret->error_type)
		ret->error_type = mem_strdup("Unknown");
	if (!ret->error_msg)
		ret->error_msg = mem_strdup("");
}

int answer_word(const char *data, size_t len, struct answer_page *page, int64_t *newest,
		struct lava_word *ret, struct err *err)
{
	CLEANUP(json_done) json_t *j = NULL;
	const json_t *rows;
	int r = answer_page(data, len, &j, &rows, page, err);

	for (size_t i = 0; r == 0 && i < page->rows; i++) {
		const json_t *row = json_array_get(rows, i);
		const char *name = answer_text(row, "name"), *meta = answer_text(row, "metadata");
		CLEANUP(yaml_free) struct yaml *y = NULL;
		CLEANUP(free_ptr) char *suite = NULL;
		bool job = strcmp(name, "job") == 0;

		if (!job && strcmp(name, "validate") != 0)
			continue;
		if (yaml_parse("metadata", meta, strlen(meta), &y, err) < 0)
			return answer_wrong(err, "a case whose metadata is no YAML");
		suite = copy_of(y, "definition");
		if (!suite || strcmp(suite, "lava") != 0)
			continue;
		if (!job) {
			ret->runs++;
		} else if (answer_id(row) > *newest) {
			*newest = answer_id(row);
			take_word(row, y, ret);
		}
	}
	return r;
}

int answer_log(const char *data, size_t len, int max, struct buf *ret)
{
	const char *end = data;
	int lines = 0;

	while (lines < max) {
		const char *next = memchr(end, '\n', len - (size_t)(end - data));

		if (!next)
			break;
		end = next + 1;
		lines++;
	}
	buf_add(ret, data, (size_t)(end - data));
	return lines;
}
