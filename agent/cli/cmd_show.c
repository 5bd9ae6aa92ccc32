// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "report/verdict_json.h"
#include "store/store.h"

/* Everything is shown from one JSON document: as it is, or as lines for a person. */

static void set(json_t *o, const char *key, const char *value)
{
	CLEANUP(free_ptr) char *text = foreign_utf8(value);

	if (value)
		json_object_set_new(o, key, json_string(text));
}

static void set_time(json_t *o, const char *key, int64_t seconds)
{
	char iso[CLOCK_ISO_LEN];

	clock_iso(seconds, iso);
	set(o, key, iso);
}

/* Puts a list into o, behind what is there; borrowed from o. */
static json_t *list_add(json_t *o, const char *key, json_t *list)
{
	json_object_set_new(o, key, list);
	return list;
}

/* `text`: the report as it was printed, where a person asks and the store has it. */
static int verdict_show(struct store *s, const char *id, bool json, json_t *o, struct buf *text,
			struct err *err)
{
	CLEANUP(verdict_done) struct verdict v = { 0 };
	int r = store_verdict_get(s, id, &v, err);

	if (r < 0)
		return r;
	set(o, "verdict", verdict_name(v.kind));
	set(o, "series", v.name);
	set(o, "checkout", v.checkout_id);
	set(o, "base", v.base_id);
	set_time(o, "created", v.created);
	json_object_set_new(o, "seconds", json_real((double)v.duration_ms / 1000));
	json_object_set_new(o, "reasons", reasons_json(&v.reasons));
	if (json) {
		json_object_set_new(o, "changes", changes_json(&v.changes));
		set(o, "text", v.text ? v.text : "");
	} else if (v.text && v.text[0]) {
		char iso[CLOCK_ISO_LEN];

		clock_iso(v.created, iso);
		buf_printf(text, "%sstored:  %s, %s, after %.1f s\n", v.text, id, iso,
			   (double)v.duration_ms / 1000);
	}
	return 0;
}

static int checkout_show(struct store *s, const char *id, json_t *o, struct err *err)
{
	CLEANUP(checkout_done) struct checkout c = { 0 };
	CLEANUP(conflict_done) struct conflict conflict = { 0 };
	int r = store_checkout_get(s, id, &c, err);

	if (r < 0)
		return r;
	set(o, "tree", c.tree_name);
	set(o, "base", c.base);
	set(o, "commit", c.commit);
	set(o, "fix", c.fix ? c.fix : "none");
	set(o, "tests", c.overlay ? "yes" : "no");
	set(o, "series", c.name);
	set(o, "message_id", c.message_id);
	set(o, "patchset_hash", c.patchset_hash);
	r = store_conflict_get(s, id, &conflict, err);
	if (r == 1) {
		set(o, "conflict", conflict.subject);
		set(o, "file", conflict.file);
		set(o, "hunk", conflict.hunk);
		set(o, "detail", conflict.detail);
	}
	return r;
}

static int build_show(struct store *s, const char *id, json_t *o, struct buf *log, struct err *err)
{
	CLEANUP(build_done) struct build b = { 0 };
	json_t *artifacts;
	int r = store_build_get(s, id, &b, err);

	if (r < 0)
		return r;
	set(o, "status", build_status_name(b.status));
	set(o, "checkout", b.checkout_id);
	set(o, "config", b.config_name);
	set(o, "toolchain", b.toolchain);
	set(o, "command", b.command);
	set_time(o, "started", b.started);
	json_object_set_new(o, "seconds", json_real((double)b.duration_ms / 1000));
	set(o, "error", b.error.text);
	set(o, "error_file", b.error.file);
	set(o, "excerpt", b.error.excerpt);
	json_object_set_new(o, "warnings", json_integer((json_int_t)b.n_warnings));
	artifacts = list_add(o, "artifacts", json_object());
	for (size_t i = 0; i < b.n_artifacts; i++) {
		CLEANUP(free_ptr) char *path = store_artifact_path(s, &b, b.artifacts[i].name);

		set(artifacts, b.artifacts[i].name, path);
	}
	return log ? store_log_get(s, b.log_sha256, log, err) : 0;
}

static int job_show(struct store *s, const char *id, json_t *o, struct buf *log, struct err *err)
{
	CLEANUP(job_done) struct job j = { 0 };
	json_t *tests, *oopses;
	int r = store_job_get(s, id, &j, err);

	if (r < 0)
		return r;
	set(o, "target", j.target);
	set(o, "lab", j.lab);
	set(o, "build", j.build_id);
	set(o, "outcome", job_outcome_name(j.outcome));
	set(o, "reason", j.reason);
	set(o, "boot", boot_state_name(j.boot));
	set(o, "filter", j.filter);
	set_time(o, "started", j.started);
	json_object_set_new(o, "seconds", json_real((double)j.duration_ms / 1000));
	oopses = list_add(o, "oopses", json_array());
	for (size_t i = 0; i < j.oopses.n; i++) {
		const struct oops *q = &j.oopses.v[i];
		json_t *e = json_object();

		set(e, "title", q->title);
		set(e, "issue", q->hash);
		json_object_set_new(e, "first_line", json_integer((json_int_t)q->first_line));
		json_object_set_new(e, "last_line", json_integer((json_int_t)q->last_line));
		json_array_append_new(oopses, e);
	}
	tests = list_add(o, "tests", json_object());
	for (size_t i = 0; i < j.tests.n; i++)
		set(tests, j.tests.v[i].path, test_status_name(j.tests.v[i].status));
	return log ? store_log_get(s, j.log_sha256, log, err) : 0;
}

/* "key: value" lines; what lies deeper is indented. */
static void lines_print(const json_t *v, int depth)
{
	const char *key;
	json_t *e;
	size_t i;

	json_object_foreach((json_t *)v, key, e)
	{
		if (json_is_string(e) && json_string_length(e) == 0)
			continue;
		printf("%*s%s:", depth, "", key);
		if (json_is_string(e)) {
			CLEANUP(free_ptr) char *clean = foreign_text(json_string_value(e));
			const char *text = clean;

			if (!strchr(text, '\n')) {
				printf(" %s\n", text);
				continue;
			}
			for (putchar('\n'); *text; text += *text == '\n') {
				int len = (int)strcspn(text, "\n");

				printf("%*s%.*s\n", depth + 4, "", len, text);
				text += len;
			}
		} else if (json_is_integer(e)) {
			printf(" %lld\n", (long long)json_integer_value(e));
		} else if (json_is_real(e)) {
			printf(" %.1f\n", json_real_value(e));
		} else if (json_is_object(e)) {
			putchar('\n');
			lines_print(e, depth + 4);
		} else {
			json_t *item;

			printf(" %zu\n", json_array_size(e));
			json_array_foreach(e, i, item)
			{
				lines_print(item, depth + 4);
				putchar('\n');
			}
		}
	}
}

static int thing_show(struct session *s, const char *kind, const char *id, bool want_log,
		      struct err *err)
{
	CLEANUP(buf_done) struct buf log = { 0 };
	CLEANUP(buf_done) struct buf text = { 0 };
	struct buf *log_to = want_log ? &log : NULL;
	json_t *o = json_object();
	int r;

	set(o, "kind", kind);
	set(o, "id", id);
	if (strcmp(kind, "build") == 0)
		r = build_show(s->store, id, o, log_to, err);
	else if (strcmp(kind, "job") == 0)
		r = job_show(s->store, id, o, log_to, err);
	else if (want_log)
		r = usage_error("show", err, "a %s has no log; its builds and jobs have", kind);
	else if (strcmp(kind, "verdict") == 0)
		r = verdict_show(s->store, id, s->json, o, &text, err);
	else
		r = checkout_show(s->store, id, o, err);
	if (r >= 0 && want_log && s->json)
		set(o, "log", buf_text(&log));
	if (r >= 0 && want_log && !s->json && fwrite(buf_text(&log), 1, log.len, stdout) < log.len)
		r = err_set(err, EIO, "cannot write to standard output");
	if (r >= 0 && s->json)
		return json_print(o, err);
	if (r >= 0 && text.len) {
		CLEANUP(free_ptr) char *clean = foreign_text(buf_text(&text));

		fputs(clean, stdout);
	} else if (r >= 0 && !want_log) {
		lines_print(o, 0);
	}
	json_decref(o);
	return r < 0 ? r : 0;
}

int cmd_show(struct session *s, int argc, char **argv, struct err *err)
{
	CLEANUP(free_ptr) char *kind = NULL;
	CLEANUP(free_ptr) char *id = NULL;
	const char *prefix = NULL;
	bool log = false;
	int r;

	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--log") == 0)
			log = true;
		else if (argv[i][0] == '-' || prefix)
			return usage_error("show", err, "unexpected '%s'", argv[i]);
		else
			prefix = argv[i];
	if (!prefix)
		return usage_error("show", err, "an ID is missing");
	r = store_find(s->store, prefix, &kind, &id, err);
	if (r < 0)
		return r;
	if (r == 0)
		return err_set(err, ENOENT,
			       "nothing has the id '%s'; 'dmalab list' shows what there is",
			       prefix);
	return thing_show(s, kind, id, log, err);
}
