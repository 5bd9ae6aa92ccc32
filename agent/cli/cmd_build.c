// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/foreign.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "pipeline/pipeline.h"

static int options(int argc, char **argv, struct build_request *req, struct strv *targets,
		   struct err *err)
{
	const struct option_to to[] = {
		{ .name = "out", .value = &req->out },	 { .name = "target", .list = targets },
		{ .name = "plan", .value = &req->plan }, { .name = "tree", .value = &req->tree },
		{ .name = "fix", .value = &req->fix },
	};
	int r = options_read(argc, argv, to, sizeof(to) / sizeof(*to), err);

	if (r < 0)
		return r;
	if (!req->out)
		return usage_error("build", err, "--out DIR is missing");
	if (req->plan && targets->n)
		return usage_error("build", err, "--plan and --target exclude each other");
	req->targets = (const char *const *)targets->v;
	req->n_targets = targets->n;
	return 0;
}

static void set(json_t *o, const char *key, const char *value)
{
	CLEANUP(free_ptr) char *clean = foreign_utf8(value);

	json_object_set_new(o, key, value ? json_string(clean) : json_null());
}

/* Each file once: targets share a kernel and an initramfs. */
static json_t *files_json(const struct built *b)
{
	CLEANUP(strv_done) struct strv files = { 0 };
	json_t *a = json_array();

	for (size_t i = 0; i < b->n_targets; i++) {
		const char *const of[] = { b->targets[i].kernel, b->targets[i].dtb,
					   b->targets[i].initramfs };

		for (size_t k = 0; k < 3; k++)
			if (of[k] && !strv_has(&files, of[k]))
				strv_add(&files, of[k]);
	}
	for (size_t i = 0; i < files.n; i++) {
		CLEANUP(free_ptr) char *clean = foreign_utf8(files.v[i]);

		json_array_append_new(a, json_string(clean));
	}
	return a;
}

static json_t *built_json(const struct built_list *l)
{
	json_t *o = json_object();
	json_t *builds = json_array();

	set(o, "tree", l->tree_version);
	set(o, "fix", l->fix);
	for (size_t i = 0; i < l->n; i++) {
		json_t *b = json_object();
		json_t *targets = json_array();

		set(b, "id", l->v[i].build_id);
		set(b, "config", l->v[i].config);
		json_object_set_new(b, "files", files_json(&l->v[i]));
		for (size_t k = 0; k < l->v[i].n_targets; k++) {
			const struct built_target *t = &l->v[i].targets[k];
			json_t *e = json_object();

			set(e, "target", t->name);
			set(e, "kernel", t->kernel);
			set(e, "dtb", t->dtb);
			set(e, "initramfs", t->initramfs);
			set(e, "cmdline", t->cmdline);
			json_array_append_new(targets, e);
		}
		json_object_set_new(b, "targets", targets);
		json_array_append_new(builds, b);
	}
	json_object_set_new(o, "builds", builds);
	return o;
}

static void line(const char *what, const char *foreign)
{
	CLEANUP(free_ptr) char *clean = foreign_line(foreign);

	if (foreign)
		printf("  %-10s %s\n", what, clean);
}

static void built_print(const struct built_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < l->v[i].n_targets; k++) {
			const struct built_target *t = &l->v[i].targets[k];

			printf("%s: config %s, build %.12s\n", t->name, l->v[i].config,
			       l->v[i].build_id);
			line("kernel", t->kernel);
			line("dtb", t->dtb);
			line("initramfs", t->initramfs);
			line("cmdline", t->cmdline);
		}
}

int cmd_build(struct session *s, int argc, char **argv, struct err *err)
{
	CLEANUP(built_list_done) struct built_list l = { 0 };
	CLEANUP(strv_done) struct strv targets = { 0 };
	CLEANUP(close_fd) int cancel = -1;
	struct build_request req = { .cancel_fd = -1 };
	struct progress_view view;
	struct progress progress;
	bool input_error;
	int r = options(argc, argv, &req, &targets, err);

	if (r < 0)
		return r;
	cancel = cancel_open(err);
	if (cancel < 0)
		return cancel;
	req.cancel_fd = cancel;
	progress = progress_open(&view);
	r = pipeline_build(s->config, s->store, &req, &progress, &l, &input_error, err);
	progress_close(&view);
	if (r < 0)
		return input_error || r == -ECANCELED ? r : lab_trouble(s, err);
	if (s->json)
		return json_print(built_json(&l), err);
	built_print(&l);
	return EXIT_PASS;
}
