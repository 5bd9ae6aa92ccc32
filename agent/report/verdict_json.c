// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/set.h"
#include "report/verdict_json.h"

#include <jansson.h>

#include "model/verdict.h"

static json_t *rates_json(struct rate base, struct rate patched, double chance)
{
	return json_pack("{s:{s:i,s:i},s:{s:i,s:i},s:f}", "base", "bad", base.bad, "runs",
			 base.runs, "patched", "bad", patched.bad, "runs", patched.runs, "chance",
			 chance);
}

json_t *reasons_json(const struct reason_list *l)
{
	json_t *a = json_array();

	for (size_t i = 0; i < l->n; i++) {
		const struct reason *r = &l->v[i];
		json_t *o = json_object();

		json_object_set_new(o, "kind", text_json(reason_name(r->kind)));
		json_object_set_new(o, "target", text_json(r->target));
		json_object_set_new(o, "subject", text_json(r->subject));
		json_object_set_new(o, "detail", text_json(r->detail));
		json_object_set_new(o, "log", text_json(r->where));
		json_object_set_new(o, "line", json_integer((json_int_t)r->line));
		json_object_set_new(o, "signature", text_json(r->signature));
		json_object_set_new(o, "excerpt", text_json(r->excerpt));
		json_object_set_new(o, "patch", json_integer(r->patch));
		json_object_set_new(o, "rates", rates_json(r->base, r->patched, r->chance));
		json_array_append_new(a, o);
	}
	return a;
}

json_t *changes_json(const struct change_list *l)
{
	json_t *a = json_array();

	for (size_t i = 0; i < l->n; i++) {
		const struct change *c = &l->v[i];
		json_t *o = json_object();

		json_object_set_new(o, "class", text_json(change_name(c->class)));
		json_object_set_new(o, "target", text_json(c->target));
		json_object_set_new(o, "subject", text_json(c->subject));
		json_object_set_new(o, "signature", text_json(c->signature));
		json_object_set_new(o, "base", text_json(test_status_name(c->base_status)));
		json_object_set_new(o, "patched", text_json(test_status_name(c->patched_status)));
		json_object_set_new(o, "rates", rates_json(c->base, c->patched, c->chance));
		json_object_set_new(o, "known", json_integer((json_int_t)c->known));
		json_object_set_new(o, "why", text_json(c->why));
		json_array_append_new(a, o);
	}
	return a;
}
