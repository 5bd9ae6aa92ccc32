// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>

#include "base/cleanup.h"
#include "pipeline/pipeline.h"
#include "report/foreign.h"
#include "report/report.h"

static json_t *text(const char *s)
{
	CLEANUP(free_ptr) char *clean = foreign_utf8(s);

	return json_string(clean);
}

static json_t *reasons_json(const struct reason_list *l)
{
	json_t *a = json_array();

	for (size_t i = 0; i < l->n; i++) {
		const struct reason *r = &l->v[i];
		json_t *o = json_object();

		json_object_set_new(o, "kind", text(reason_name(r->kind)));
		json_object_set_new(o, "target", text(r->target));
		json_object_set_new(o, "subject", text(r->subject));
		json_object_set_new(o, "detail", text(r->detail));
		json_object_set_new(o, "log", text(r->where));
		json_object_set_new(o, "line", json_integer((json_int_t)r->line));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *base_json(const struct test_report *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "tree", text(r->patched.tree_name));
	json_object_set_new(o, "version", text(r->tree_version));
	json_object_set_new(o, "commit", text(r->patched.base));
	json_object_set_new(o, "fix", text(r->base.fix ? r->base.fix : "none"));
	json_object_set_new(o, "tests", json_boolean(r->base.overlay));
	json_object_set_new(o, "checkout_id", text(r->base.id));
	return o;
}

json_t *report_json(const struct test_report *r)
{
	json_t *o = json_object();
	json_t *notes = json_array();

	json_object_set_new(o, "verdict", text(verdict_name(r->verdict.kind)));
	json_object_set_new(o, "id", text(r->verdict.id));
	json_object_set_new(o, "series", text(r->series.name));
	json_object_set_new(o, "reasons", reasons_json(&r->verdict.reasons));
	json_object_set_new(o, "base", base_json(r));
	for (size_t i = 0; i < r->notes.n; i++)
		json_array_append_new(notes, text(r->notes.v[i]));
	json_object_set_new(o, "notes", notes);
	if (r->run_dir)
		json_object_set_new(o, "kept", text(r->run_dir));
	json_object_set_new(o, "kcidb", report_kcidb(r));
	return o;
}
