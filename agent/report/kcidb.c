// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "pipeline/pipeline.h"
#include "report/foreign.h"
#include "report/report.h"
#include "yaml/utf8.h"

/* KCIDB 5.3: ids are "origin:anything", there are no nulls, free data goes into misc. */

#define ORIGIN "dmalab"

enum { EXCERPT_MAX = 16384 }; /* the schema's maxLength */

static void set(json_t *o, const char *key, const char *value)
{
	CLEANUP(free_ptr) char *clean = foreign_utf8(value);

	if (clean[0])
		json_object_set_new(o, key, json_string(clean));
}

static void set_excerpt(json_t *o, const char *text)
{
	static const char more[] = "\n[cut]";
	CLEANUP(free_ptr) char *clean = foreign_utf8(text);
	CLEANUP(free_ptr) char *cut = NULL;
	size_t len = EXCERPT_MAX - sizeof(more);

	if (strlen(clean) > EXCERPT_MAX) {
		len = utf8_valid(clean, len); /* not in the middle of a character */
		cut = mem_printf("%.*s%s", (int)len, clean, more);
	}
	set(o, "log_excerpt", cut ? cut : clean);
}

static void set_id(json_t *o, const char *key, const char *id)
{
	CLEANUP(free_ptr) char *full = mem_printf(ORIGIN ":%s", id);

	set(o, key, full);
}

static void set_time(json_t *o, const char *key, int64_t seconds)
{
	char iso[CLOCK_ISO_LEN];

	clock_iso(seconds, iso);
	set(o, key, iso);
}

static json_t *object(const char *id)
{
	json_t *o = json_object();

	set_id(o, "id", id);
	set(o, "origin", ORIGIN);
	return o;
}

/* The schema wants an e-mail's form; what is none goes where anything may. */
static void set_message_id(json_t *o, json_t *misc, const char *id)
{
	set(id && strchr(id, '@') ? o : misc, "message_id", id);
}

static json_t *checkout(const struct checkout *c, bool valid)
{
	json_t *o = object(c->id);
	json_t *misc = json_object();

	set(o, "tree_name", c->tree_name);
	set(o, "git_commit_hash", c->base);
	json_object_set_new(o, "patchset_hash",
			    json_string(c->patchset_hash ? c->patchset_hash : ""));
	set_message_id(o, misc, c->message_id);
	set(o, "comment", c->name);
	json_object_set_new(o, "valid", json_boolean(valid));
	set(misc, "tree_hash", valid ? c->id : "");
	set(misc, "fix", c->fix ? c->fix : "none");
	json_object_set_new(misc, "tests", json_boolean(c->overlay));
	json_object_set_new(o, "misc", misc);
	return o;
}

static json_t *build(const struct build *b)
{
	json_t *o = object(b->id);

	set_id(o, "checkout_id", b->checkout_id);
	set_time(o, "start_time", b->started);
	json_object_set_new(o, "duration", json_real((double)b->duration_ms / 1000));
	set(o, "architecture", b->architecture);
	set(o, "compiler", b->toolchain);
	set(o, "command", b->command);
	set(o, "config_name", b->config_name);
	set(o, "status", build_status_name(b->status));
	set_excerpt(o, b->error.excerpt);
	return o;
}

static json_t *environment(const char *target)
{
	json_t *o = json_object();

	set(o, "comment", target);
	return o;
}

static char *test_id(const struct outcome *o, const char *path)
{
	return mem_printf("%.24s-%s-%s", o->build_id, o->target, path);
}

/* The schema's paths are of letters, digits, "_", "-" and "."; any other byte becomes "_". */
static void set_path(json_t *t, json_t *misc, const char *path)
{
	static const char good[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
	CLEANUP(free_ptr) char *clean = mem_strdup(path);
	bool changed = false;

	for (char *p = clean + strspn(clean, good); *p; p += strspn(p, good)) {
		*p = '_';
		changed = true;
	}
	set(t, "path", clean);
	if (changed)
		set(misc, "path", path);
}

static json_t *test(const struct outcome *o, const char *path, const char *status,
		    const char *comment, const char *job)
{
	CLEANUP(free_ptr) char *id = test_id(o, path);
	json_t *t = object(id);
	json_t *misc = json_object();

	set_id(t, "build_id", o->build_id);
	set_path(t, misc, path);
	set(t, "status", status);
	json_object_set_new(t, "environment", environment(o->target));
	set(misc, "job", job);
	set(misc, "comment", comment);
	json_object_set_new(t, "misc", misc);
	return t;
}

static void boot_test(json_t *tests, const struct outcome *o)
{
	const char *status = o->infra ? "ERROR" : o->boot == BOOT_FINISHED ? "PASS" : "FAIL";

	json_array_append_new(tests, test(o, "boot", status, boot_state_name(o->boot),
					  o->n_jobs ? o->jobs[0] : ""));
}

static bool has_id(json_t *array, const char *id)
{
	CLEANUP(free_ptr) char *full = mem_printf(ORIGIN ":%s", id);
	json_t *o;
	size_t i;

	json_array_foreach(array, i, o)
	{
		const char *have = json_string_value(json_object_get(o, "id"));

		if (have && strcmp(have, full) == 0)
			return true;
	}
	return false;
}

static void issue(json_t *issues, const struct oops *oops)
{
	json_t *o, *misc;

	if (has_id(issues, oops->hash))
		return;
	o = object(oops->hash);
	misc = json_object();
	json_object_set_new(o, "version", json_integer(1));
	set(o, "comment", oops->title);
	json_object_set_new(o, "categories", json_pack("[s]", "runtime.oops"));
	set(misc, "type", oops->type);
	set(misc, "function", oops->function);
	json_object_set_new(o, "misc", misc);
	json_array_append_new(issues, o);
}

static void incident(json_t *incidents, const struct outcome *o, const struct oops *oops)
{
	CLEANUP(free_ptr)
	char *id = mem_printf("%.24s-%s-%.24s", o->build_id, o->target, oops->hash);
	CLEANUP(free_ptr) char *boot = test_id(o, "boot");
	json_t *i = object(id);

	set_id(i, "issue_id", oops->hash);
	json_object_set_new(i, "issue_version", json_integer(1));
	set_id(i, "build_id", o->build_id);
	set_id(i, "test_id", boot);
	json_object_set_new(i, "present", json_true());
	json_array_append_new(incidents, i);
}

static void outcome(json_t *doc, const struct outcome *o)
{
	json_t *tests = json_object_get(doc, "tests");

	if (!o->target)
		return;
	boot_test(tests, o);
	for (size_t i = 0; !o->infra && i < o->tests.n; i++) {
		const struct test *t = &o->tests.v[i];
		CLEANUP(free_ptr) char *path = mem_printf("kunit.%s", t->path);

		json_array_append_new(tests,
				      test(o, path, test_status_name(t->status), t->comment,
					   o->test_jobs && o->test_jobs[i] ? o->test_jobs[i] : ""));
	}
	for (size_t i = 0; i < o->oopses.n; i++) {
		issue(json_object_get(doc, "issues"), &o->oopses.v[i]);
		incident(json_object_get(doc, "incidents"), o, &o->oopses.v[i]);
	}
}

static bool conflicts(const struct test_report *r)
{
	for (size_t i = 0; i < r->verdict.reasons.n; i++)
		if (r->verdict.reasons.v[i].kind == REASON_APPLY_CONFLICT)
			return true;
	return false;
}

/* The first n patches of the series as patchset_hash. */
static char *patches_hash(const struct series *s, size_t n)
{
	char *hex = mem_zalloc(HASH_HEX_LEN);
	struct hash h;

	hash_start(&h);
	for (size_t i = 0; i < n && i < s->n; i++) {
		hash_bytes(&h, s->patches[i].hash, strlen(s->patches[i].hash));
		hash_bytes(&h, "\n", 1);
	}
	hash_hex(&h, hex);
	return hex;
}

/* What was to be built and never was, since something before it failed. */
static bool was_built(const struct build *b)
{
	return b->id && b->started > 0;
}

/* Each build once, the checkouts in the middle of a series too. */
static void builds(json_t *doc, const struct test_report *r)
{
	json_t *list = json_object_get(doc, "builds");
	json_t *checkouts = json_object_get(doc, "checkouts");

	if (was_built(&r->base_build))
		json_array_append_new(list, build(&r->base_build));
	for (size_t i = 0; i < r->n_builds; i++) {
		const struct build *b = &r->builds[i];

		if (!was_built(b) || has_id(list, b->id))
			continue;
		if (!has_id(checkouts, b->checkout_id)) {
			CLEANUP(free_ptr) char *hash = patches_hash(&r->series, i + 1);
			struct checkout step = r->patched;

			step.id = b->checkout_id;
			step.patchset_hash = hash;
			json_array_append_new(checkouts, checkout(&step, true));
		}
		json_array_append_new(list, build(b));
	}
}

json_t *report_kcidb(const struct test_report *r)
{
	json_t *doc = json_pack("{s:{s:i,s:i},s:[],s:[],s:[],s:[],s:[]}", "version", "major", 5,
				"minor", 3, "checkouts", "builds", "tests", "issues", "incidents");
	json_t *checkouts = json_object_get(doc, "checkouts");

	if (r->base.id)
		json_array_append_new(checkouts, checkout(&r->base, true));
	if (r->patched.id && !has_id(checkouts, r->patched.id))
		json_array_append_new(checkouts, checkout(&r->patched, !conflicts(r)));
	builds(doc, r);
	for (size_t i = 0; i < r->n_outcomes; i++) {
		outcome(doc, &r->base_outcomes[i]);
		outcome(doc, &r->outcomes[i]);
	}
	return doc;
}
