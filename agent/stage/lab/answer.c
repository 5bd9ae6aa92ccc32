// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "stage/lab/answer_room.h"

enum { NAME_MAX_LEN = 200 };

int answer_wrong(struct err *err, const char *what)
{
	return err_set(err, EBADMSG, "LAVA's answer has %s", what);
}

static int read_json(const char *data, size_t len, json_t **ret, struct err *err)
{
	json_error_t why;

	*ret = json_loadb(data, len, 0, &why);
	if (!*ret)
		return err_set(err, EBADMSG, "LAVA's answer is no JSON: line %d: %s", why.line,
			       why.text);
	return 0;
}

int answer_page(const char *data, size_t len, json_t **ret, const json_t **rows,
		struct answer_page *page, struct err *err)
{
	const json_t *count;
	int r = read_json(data, len, ret, err);

	if (r < 0)
		return r;
	count = json_object_get(*ret, "count");
	*rows = json_object_get(*ret, "results");
	if (!json_is_array(*rows) || !json_is_integer(count) || json_integer_value(count) < 0)
		return answer_wrong(err, "no count or no results");
	*page = (struct answer_page){ .rows = json_array_size(*rows),
				      .count = json_integer_value(count) };
	return 0;
}

const char *answer_text(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text ? text : "";
}

bool answer_is_name(const char *text)
{
	for (const char *s = text; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f || s - text >= NAME_MAX_LEN)
			return false;
	return true;
}

int64_t answer_id(const json_t *row)
{
	const json_t *id = json_object_get(row, "id");

	return json_is_integer(id) && json_integer_value(id) > 0 ? json_integer_value(id) : -1;
}

/* Seconds east of Greenwich; -1: none. */
static bool zone_of(const char *text, long *ret)
{
	int hours, minutes, n = 0;

	*ret = 0;
	if (strcmp(text, "Z") == 0)
		return true;
	if (sscanf(text + (*text != '\0'), "%2d:%2d%n", &hours, &minutes, &n) != 2 ||
	    (size_t)n + 1 != strlen(text) || n != 5 || !strchr("+-", text[0]) || hours < 0 ||
	    minutes < 0)
		return false;
	*ret = (text[0] == '-' ? -1 : 1) * (hours * 3600L + minutes * 60L);
	return true;
}

int64_t answer_time(const char *text)
{
	struct tm tm = { 0 };
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	int64_t seconds;
	long zone;

	if (!rest)
		return -1;
	if (*rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	seconds = timegm(&tm);
	return zone_of(rest, &zone) && seconds >= zone ? seconds - zone : -1;
}

/* null is 0. */
static int time_of(const json_t *row, const char *key, int64_t *ret, struct err *err)
{
	const json_t *v = json_object_get(row, key);

	*ret = json_is_null(v) ? 0 : answer_time(answer_text(row, key));
	return *ret < 0 ? answer_wrong(err, "a job with no time") : 0;
}

int answer_submitted(const char *data, size_t len, int64_t *id, struct err *err)
{
	CLEANUP(json_done) json_t *j = NULL;
	const json_t *ids, *first;
	int r = read_json(data, len, &j, err);

	if (r < 0)
		return r;
	ids = json_object_get(j, "job_ids");
	first = json_array_get(ids, 0);
	if (json_array_size(ids) != 1 || !json_is_integer(first) || json_integer_value(first) <= 0)
		return answer_wrong(err, "not the number of one job");
	*id = json_integer_value(first);
	return 0;
}

static bool is_wanted(const json_t *row, int64_t id, const struct job_want *w)
{
	if ((w->submitter && strcmp(answer_text(row, "submitter"), w->submitter) != 0) ||
	    (w->description && strcmp(answer_text(row, "description"), w->description) != 0) ||
	    (w->type && strcmp(answer_text(row, "requested_device_type"), w->type) != 0))
		return false;
	for (size_t i = 0; i < w->n_ids; i++)
		if (w->ids[i] == id)
			return true;
	return !w->ids;
}

static int read_job(const json_t *row, int64_t id, struct lava_job *ret, struct err *err)
{
	const char *device = answer_text(row, "actual_device");
	int r;

	*ret = (struct lava_job){ .id = id };
	if (lava_state_parse(answer_text(row, "state"), &ret->state) < 0 ||
	    lava_health_parse(answer_text(row, "health"), &ret->health) < 0)
		return answer_wrong(err, "a job with an unknown state or health");
	if (!answer_is_name(device))
		return answer_wrong(err, "a device with an odd name");
	r = time_of(row, "submit_time", &ret->submitted, err);
	if (r == 0)
		r = time_of(row, "start_time", &ret->started, err);
	if (r == 0)
		r = time_of(row, "end_time", &ret->ended, err);
	if (r < 0)
		return r;
	ret->description = mem_strdup(answer_text(row, "description"));
	ret->device = mem_strdup(device);
	return 0;
}

int answer_jobs(const char *data, size_t len, const struct job_want *want, struct answer_page *page,
		struct lava_job_list *ret, struct err *err)
{
	CLEANUP(json_done) json_t *j = NULL;
	const json_t *rows;
	int r = answer_page(data, len, &j, &rows, page, err);

	for (size_t i = 0; r == 0 && i < page->rows; i++) {
		const json_t *row = json_array_get(rows, i);
		int64_t id = answer_id(row);
		struct lava_job job;

		if (id < 0)
			return answer_wrong(err, "a job without a number");
		if (!is_wanted(row, id, want)) {
			page->others++;
			continue;
		}
		r = read_job(row, id, &job, err);
		if (r < 0)
			return r;
		ret->v = mem_grow(ret->v, ret->n, &ret->cap, sizeof(*ret->v));
		ret->v[ret->n++] = job;
	}
	return r;
}
