// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/foreign.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "model/config.h"
#include "pipeline/pipeline.h"
#include "report/link.h"
#include "report/report.h"

/* KCIDB 5.3: ids are "origin:anything", there are no nulls, free data goes into misc. */

enum { EXCERPT_MAX = 16384 }; /* the schema's maxLength */

/* What all parts are made of and go to. */
struct document {
	const struct test_report *r;
	const struct config *config; /* NULL none */
	const char *origin;
	json_t *checkouts, *builds, *tests, *issues, *incidents;
};

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

static void set_id(const struct document *d, json_t *o, const char *key, const char *id)
{
	CLEANUP(free_ptr) char *full = mem_printf("%s:%s", d->origin, id);

	set(o, key, full);
}

static void set_time(json_t *o, const char *key, int64_t seconds)
{
	char iso[CLOCK_ISO_LEN];

	clock_iso(seconds, iso);
	set(o, key, iso);
}

static json_t *object(const struct document *d, const char *id)
{
	json_t *o = json_object();

	set_id(d, o, "id", id);
	set(o, "origin", d->origin);
	return o;
}

/* The schema wants an e-mail's form; what is none goes where anything may. */
static void set_message_id(json_t *o, json_t *misc, const char *id)
{
	set(id && strchr(id, '@') ? o : misc, "message_id", id);
}

/* Where the base is from; the schema wants https. */
static void set_repository(const struct document *d, const char *tree_name, json_t *o)
{
	const struct tree_config *t =
		d->config && tree_name ? config_tree(d->config, tree_name) : NULL;

	if (!t || strncmp(t->source, "git:https://", 12) != 0)
		return;
	set(o, "git_repository_url", t->source + 4);
	if (strcmp(t->ref, "HEAD") != 0)
		set(o, "git_repository_branch", t->ref);
}

/* The first n patches, where an archive has every one of them: a file has to have a URL. */
static void set_patches(const struct document *d, size_t n, json_t *o)
{
	const struct series *s = &d->r->series;
	json_t *files = json_array();

	for (size_t i = 0; i < n && i < s->n; i++) {
		CLEANUP(free_ptr)
		char *url = link_mail(d->config, s->patches[i].message_id, "raw");

		if (url)
			json_array_append_new(files, json_pack("{s:o,s:s}", "name",
							       json_sprintf("%04zu.patch", i + 1),
							       "url", url));
	}
	if (n > 0 && json_array_size(files) == n)
		json_object_set(o, "patchset_files", files);
	json_decref(files);
}

static const char *conflict(const struct test_report *r)
{
	for (size_t i = 0; i < r->verdict.reasons.n; i++)
		if (r->verdict.reasons.v[i].kind == REASON_APPLY_CONFLICT)
			return r->verdict.reasons.v[i].detail;
	return NULL;
}

/* A checkout with the first n patches of the series. */
static json_t *checkout(const struct document *d, const struct checkout *c, size_t n)
{
	const char *why = n > 0 ? conflict(d->r) : NULL;
	const struct verdict *v = &d->r->verdict;
	json_t *o = object(d, c->id);
	json_t *misc = json_object();

	set(o, "tree_name", c->tree_name);
	set_repository(d, c->tree_name, o);
	set(o, "git_commit_hash", c->base);
	json_object_set_new(o, "patchset_hash",
			    json_string(c->patchset_hash ? c->patchset_hash : ""));
	set_patches(d, n, o);
	set_message_id(o, misc, c->message_id);
	set(o, "comment", c->name);
	if (v->created > 0)
		set_time(o, "start_time", v->created - v->duration_ms / 1000);
	json_object_set_new(o, "valid", json_boolean(!why));
	set_excerpt(o, why);
	set(misc, "tree_hash", why ? "" : c->id);
	set(misc, "fix", c->fix ? c->fix : "none");
	json_object_set_new(misc, "tests", json_boolean(c->overlay));
	json_object_set_new(o, "misc", misc);
	return o;
}

static json_t *build(const struct document *d, const struct build *b)
{
	json_t *o = object(d, b->id);

	set_id(d, o, "checkout_id", b->checkout_id);
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

/* What the report shows of it as proof. */
static const char *proof(const struct document *d, const struct outcome *o, const char *path)
{
	const struct reason_list *l = &d->r->verdict.reasons;

	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].kind == REASON_NEW_FAILURE && strcmp(l->v[i].target, o->target) == 0 &&
		    strcmp(l->v[i].subject, path) == 0)
			return l->v[i].excerpt;
	return "";
}

static json_t *test(const struct document *d, const struct outcome *o, const char *path,
		    const char *status, const char *comment, const char *job)
{
	CLEANUP(free_ptr) char *id = test_id(o, path);
	json_t *t = object(d, id);
	json_t *misc = json_object();

	set_id(d, t, "build_id", o->build_id);
	set_path(t, misc, path);
	set(t, "status", status);
	json_object_set_new(t, "environment", environment(o->target));
	set(misc, "job", job);
	set(misc, "comment", comment);
	json_object_set_new(t, "misc", misc);
	return t;
}

/* LAVA's words for a job of ours that it could not run: the test was never begun. */
static bool never_begun(const char *reason)
{
	static const char *const words[] = { "Job:", "Configuration:", "Bug:" };

	reason += strncmp(reason, "LAVA: ", 6) == 0 ? 6 : 0;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strncmp(reason, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

static const char *boot_status(const struct outcome *o)
{
	if (o->infra)
		return never_begun(o->reason ? o->reason : "") ? "MISS" : "ERROR";
	return o->boot == BOOT_FINISHED ? "PASS" : "FAIL";
}

static void boot_test(const struct document *d, const struct outcome *o)
{
	json_array_append_new(d->tests, test(d, o, "boot", boot_status(o),
					     o->infra ? o->reason : boot_state_name(o->boot),
					     o->n_jobs ? o->jobs[0] : ""));
}

static bool has_id(const struct document *d, json_t *array, const char *id)
{
	CLEANUP(free_ptr) char *full = mem_printf("%s:%s", d->origin, id);
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

static void issue(const struct document *d, const struct oops *oops)
{
	json_t *o, *misc;

	if (has_id(d, d->issues, oops->hash))
		return;
	o = object(d, oops->hash);
	misc = json_object();
	json_object_set_new(o, "version", json_integer(1));
	set(o, "comment", oops->title);
	json_object_set_new(o, "categories", json_pack("[s]", "runtime.oops"));
	set(misc, "type", oops->type);
	set(misc, "function", oops->function);
	json_object_set_new(o, "misc", misc);
	json_array_append_new(d->issues, o);
}

static void incident(const struct document *d, const struct outcome *o, const struct oops *oops)
{
	CLEANUP(free_ptr)
	char *id = mem_printf("%.24s-%s-%.24s", o->build_id, o->target, oops->hash);
	CLEANUP(free_ptr) char *boot = test_id(o, "boot");
	json_t *i = object(d, id);

	set_id(d, i, "issue_id", oops->hash);
	json_object_set_new(i, "issue_version", json_integer(1));
	set_id(d, i, "build_id", o->build_id);
	set_id(d, i, "test_id", boot);
	json_object_set_new(i, "present", json_true());
	json_array_append_new(d->incidents, i);
}

static void outcome(const struct document *d, const struct outcome *o, bool patched)
{
	if (!o->target)
		return;
	boot_test(d, o);
	for (size_t i = 0; !o->infra && i < o->tests.n; i++) {
		const struct test *t = &o->tests.v[i];
		CLEANUP(free_ptr) char *path = mem_printf("kunit.%s", t->path);
		json_t *j = test(d, o, path, test_status_name(t->status), t->comment,
				 o->test_jobs && o->test_jobs[i] ? o->test_jobs[i] : "");

		set_excerpt(j, patched ? proof(d, o, t->path) : "");
		json_array_append_new(d->tests, j);
	}
	for (size_t i = 0; i < o->oopses.n; i++) {
		issue(d, &o->oopses.v[i]);
		incident(d, o, &o->oopses.v[i]);
	}
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
static void builds(const struct document *d)
{
	const struct test_report *r = d->r;

	if (was_built(&r->base_build))
		json_array_append_new(d->builds, build(d, &r->base_build));
	for (size_t i = 0; i < r->n_builds; i++) {
		const struct build *b = &r->builds[i];

		if (!was_built(b) || has_id(d, d->builds, b->id))
			continue;
		if (!has_id(d, d->checkouts, b->checkout_id)) {
			CLEANUP(free_ptr) char *hash = patches_hash(&r->series, i + 1);
			struct checkout step = r->patched;

			step.id = b->checkout_id;
			step.patchset_hash = hash;
			json_array_append_new(d->checkouts, checkout(d, &step, i + 1));
		}
		json_array_append_new(d->builds, build(d, b));
	}
}

json_t *report_kcidb(const struct test_report *r, const struct config *c)
{
	json_t *doc = json_pack("{s:{s:i,s:i},s:[],s:[],s:[],s:[],s:[]}", "version", "major", 5,
				"minor", 3, "checkouts", "builds", "tests", "issues", "incidents");
	const struct document d = {
		.r = r,
		.config = c,
		.origin = c && c->report.kcidb_origin ? c->report.kcidb_origin : "dmalab",
		.checkouts = json_object_get(doc, "checkouts"),
		.builds = json_object_get(doc, "builds"),
		.tests = json_object_get(doc, "tests"),
		.issues = json_object_get(doc, "issues"),
		.incidents = json_object_get(doc, "incidents"),
	};

	if (r->base.id)
		json_array_append_new(d.checkouts, checkout(&d, &r->base, 0));
	if (r->patched.id && !has_id(&d, d.checkouts, r->patched.id))
		json_array_append_new(d.checkouts, checkout(&d, &r->patched, r->series.n));
	builds(&d);
	for (size_t i = 0; i < r->n_outcomes; i++) {
		outcome(&d, &r->base_outcomes[i], false);
		outcome(&d, &r->outcomes[i], true);
	}
	return doc;
}
