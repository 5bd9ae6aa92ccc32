// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>

#include "pipeline/pipeline.h"
#include "report/report.h"
#include "report/set.h"
#include "report/verdict_json.h"

static json_t *base_json(const struct test_report *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "tree", text_json(r->patched.tree_name));
	json_object_set_new(o, "version", text_json(r->tree_version));
	json_object_set_new(o, "commit", text_json(r->patched.base));
	json_object_set_new(o, "fix", text_json(r->base.fix ? r->base.fix : "none"));
	json_object_set_new(o, "tests", json_boolean(r->base.overlay));
	json_object_set_new(o, "checkout_id", text_json(r->base.id));
	return o;
}

static json_t *notices_json(const struct notice_list *l)
{
	json_t *a = json_array();

	for (size_t i = 0; i < l->n; i++) {
		const struct notice *n = &l->v[i];
		json_t *o = json_object();

		json_object_set_new(o, "tool", text_json(n->tool));
		json_object_set_new(o, "patch", json_integer(n->patch));
		json_object_set_new(o, "file", text_json(n->file));
		json_object_set_new(o, "line", json_integer(n->line));
		json_object_set_new(o, "text", text_json(n->text));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *since_json(const struct comparison *c)
{
	json_t *o = json_object();

	json_object_set_new(o, "version", json_integer(c->version));
	json_object_set_new(o, "id", text_json(c->verdict_id));
	json_object_set_new(o, "verdict", text_json(verdict_name(c->kind)));
	json_object_set_new(o, "fixed", reasons_json(&c->fixed));
	json_object_set_new(o, "remains", reasons_json(&c->remains));
	return o;
}

json_t *report_json(const struct test_report *r, const struct config *c)
{
	json_t *o = json_object();
	json_t *notes = json_array();

	json_object_set_new(o, "verdict", text_json(verdict_name(r->verdict.kind)));
	json_object_set_new(o, "id", text_json(r->verdict.id));
	json_object_set_new(o, "series", text_json(r->series.name));
	json_object_set_new(o, "reasons", reasons_json(&r->verdict.reasons));
	json_object_set_new(o, "changes", changes_json(&r->verdict.changes));
	json_object_set_new(o, "notices", notices_json(&r->notices));
	json_object_set_new(o, "passing", json_integer((json_int_t)r->passing));
	json_object_set_new(o, "same_image", json_boolean(r->same_image));
	if (r->since.version)
		json_object_set_new(o, "since", since_json(&r->since));
	json_object_set_new(o, "base", base_json(r));
	for (size_t i = 0; i < r->notes.n; i++)
		json_array_append_new(notes, text_json(r->notes.v[i]));
	json_object_set_new(o, "notes", notes);
	if (r->run_dir)
		json_object_set_new(o, "kept", text_json(r->run_dir));
	json_object_set_new(o, "kcidb", report_kcidb(r, c));
	return o;
}
