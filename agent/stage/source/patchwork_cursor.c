// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "stage/source/patchwork.h"

static const char *const mark_names[PW_EVENTS] = {
	[PW_COMPLETED] = "series-completed",
	[PW_CREATED] = "series-created",
	[PW_COVER] = "cover-created",
};

void pw_cursor_read(const char *text, struct pw_cursor *ret)
{
	CLEANUP(json_done) json_t *j = json_loads(text, 0, NULL);
	const json_t *marks = json_object_get(j, "marks");

	*ret = (struct pw_cursor){ 0 };
	if (!json_text(j, "project")[0])
		return;
	ret->project = mem_strdup(json_text(j, "project"));
	ret->floor = json_number(j, "floor");
	ret->newer_floor = json_number(j, "newer_floor");
	ret->floor_time = json_number(j, "floor_time");
	ret->sweep = json_number(j, "sweep");
	for (int i = 0; i < PW_EVENTS; i++)
		(void)pw_date(json_text(marks, mark_names[i]), ret->mark[i]);
}

char *pw_cursor_write(const struct pw_cursor *c)
{
	CLEANUP(json_done) json_t *j = json_object();
	json_t *marks = json_object();

	for (int i = 0; i < PW_EVENTS; i++)
		json_object_set_new(marks, mark_names[i], json_string(c->mark[i]));
	json_object_set_new(j, "project", json_string(c->project));
	json_object_set_new(j, "floor", json_integer(c->floor));
	json_object_set_new(j, "newer_floor", json_integer(c->newer_floor));
	json_object_set_new(j, "floor_time", json_integer(c->floor_time));
	json_object_set_new(j, "sweep", json_integer(c->sweep));
	json_object_set_new(j, "marks", marks);
	return json_dumps(j, JSON_COMPACT | JSON_SORT_KEYS);
}

void pw_cursor_done(struct pw_cursor *c)
{
	free(c->project);
	*c = (struct pw_cursor){ 0 };
}
