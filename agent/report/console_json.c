// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/console_json.h"

#include <jansson.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/oops.h"
#include "model/test.h"
#include "report/foreign.h"

static json_t *text(const char *s)
{
	json_t *j = json_string(s);

	if (!j) { /* no UTF-8 */
		CLEANUP(free_ptr) char *plain = foreign_utf8(s);

		j = json_string(plain);
	}
	return j;
}

/* Of a list that is plain ASCII, which needs no look at each byte. */
static json_t *names(char *const *v, size_t n)
{
	json_t *a = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(a, json_string_nocheck(v[i]));
	return a;
}

/* Of paths, which may be anything; NULL where one is not known. */
static json_t *paths(char *const *v, size_t n)
{
	json_t *a = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(a, v[i] ? text(v[i]) : json_null());
	return a;
}

json_t *oops_json(const struct oops *o)
{
	json_t *j = json_object();

	json_object_set_new_nocheck(j, "title", text(o->title));
	json_object_set_new_nocheck(j, "type", text(o->type));
	json_object_set_new_nocheck(j, "function", text(o->function));
	json_object_set_new_nocheck(j, "alt", names(o->alt, o->n_alt));
	json_object_set_new_nocheck(j, "frames", names(o->frames, o->n_frames));
	if (o->places)
		json_object_set_new_nocheck(j, "places", paths(o->places, o->n_frames));
	json_object_set_new_nocheck(j, "hash", json_string(o->hash));
	json_object_set_new_nocheck(j, "first_line", json_integer((json_int_t)o->first_line));
	json_object_set_new_nocheck(j, "last_line", json_integer((json_int_t)o->last_line));
	json_object_set_new_nocheck(j, "corrupted", json_boolean(o->corrupted));
	if (o->reason)
		json_object_set_new_nocheck(j, "reason", text(o->reason));
	json_object_set_new_nocheck(j, "fatal", json_boolean(o->fatal));
	if (o->cpu >= 0)
		json_object_set_new_nocheck(j, "cpu", json_integer(o->cpu));
	if (o->pid >= 0)
		json_object_set_new_nocheck(j, "pid", json_integer(o->pid));
	if (o->comm)
		json_object_set_new_nocheck(j, "task", text(o->comm));
	if (o->taint)
		json_object_set_new_nocheck(j, "taint", text(o->taint));
	return j;
}

json_t *ktap_json(const struct test *t)
{
	json_t *j = json_object();

	json_object_set_new_nocheck(j, "path", text(t->path));
	json_object_set_new_nocheck(j, "status", json_string(test_status_name(t->status)));
	json_object_set_new_nocheck(j, "line", json_integer((json_int_t)t->line));
	json_object_set_new_nocheck(j, "comment", text(t->comment));
	return j;
}
