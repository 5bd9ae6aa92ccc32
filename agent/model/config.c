// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *const images[] = {
	[IMAGE_ZIMAGE] = "zImage",
	[IMAGE_UIMAGE] = "uImage",
	[IMAGE_ZIMAGE_DTB] = "zImage+dtb",
	[IMAGE_UIMAGE_DTB] = "uImage+dtb",
};

static void strings_done(char **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i]);
	free(v);
}

static void kernel_done(struct kernel_config *k)
{
	free(k->name);
	free(k->architecture);
	free(k->cross_compile);
	strings_done(k->fragments, k->n_fragments);
	strings_done(k->overlay_fragments, k->n_overlay_fragments);
	strings_done(k->goals, k->n_goals);
	free(k->missing);
}

static void target_done(struct target_config *t)
{
	free(t->name);
	free(t->config);
	free(t->lab);
	free(t->device);
	free(t->device_type);
	strv_done(&t->tags);
	free(t->job);
	free(t->dtb);
	free(t->overlay);
	free(t->cmdline);
	free(t->missing);
}

static void source_done(struct source_config *s)
{
	free(s->name);
	free(s->url);
	free(s->path);
	free(s->project);
	free(s->token_file);
}

static void rule_done(struct rule_config *r)
{
	free(r->name);
	strv_done(&r->paths);
	strv_done(&r->words);
	strv_done(&r->lists);
	strv_done(&r->sources);
	free(r->tree);
	free(r->plan);
}

static void watch_done(struct watch_config *w)
{
	free(w->name);
	free(w->tree);
	free(w->plan);
	free(w->fix);
	strv_done(&w->paths);
}

static void lab_done(struct lab_config *l)
{
	free(l->name);
	free(l->url);
	free(l->user);
	free(l->token_file);
	free(l->priority);
	free(l->listen);
	free(l->files_url);
	free(l->upload_url);
}

static void report_done(struct report_config *r)
{
	free(r->url);
	free(r->from);
	strv_done(&r->operator);
	free(r->sendmail);
	free(r->smtp);
	free(r->smtp_user);
	free(r->smtp_password_file);
	strv_done(&r->checks);
	free(r->context);
	free(r->kcidb_url);
	free(r->kcidb_token_file);
	free(r->kcidb_dir);
	free(r->kcidb_origin);
}

static void serve_done(struct serve_config *s)
{
	free(s->listen);
	free(s->token_file);
}

void config_done(struct config *c)
{
	free(c->file);
	free(c->work_dir);
	free(c->cache_dir);
	free(c->kernel_tests);
	free(c->patches);
	free(c->jobs);
	free(c->fix);
	for (size_t i = 0; i < c->n_trees; i++) {
		free(c->trees[i].name);
		free(c->trees[i].source);
		free(c->trees[i].ref);
	}
	free(c->trees);
	for (size_t i = 0; i < c->n_configs; i++)
		kernel_done(&c->configs[i]);
	free(c->configs);
	for (size_t i = 0; i < c->n_targets; i++)
		target_done(&c->targets[i]);
	free(c->targets);
	for (size_t i = 0; i < c->n_labs; i++)
		lab_done(&c->labs[i]);
	free(c->labs);
	for (size_t i = 0; i < c->n_plans; i++) {
		free(c->plans[i].name);
		strings_done(c->plans[i].targets, c->plans[i].n_targets);
	}
	free(c->plans);
	strings_done(c->designs, c->n_designs);
	for (size_t i = 0; i < c->n_sources; i++)
		source_done(&c->sources[i]);
	free(c->sources);
	for (size_t i = 0; i < c->n_rules; i++)
		rule_done(&c->rules[i]);
	free(c->rules);
	for (size_t i = 0; i < c->n_watches; i++)
		watch_done(&c->watches[i]);
	free(c->watches);
	free(c->compile.ccache);
	strv_done(&c->confidence.paths);
	report_done(&c->report);
	serve_done(&c->serve);
	*c = (struct config){ 0 };
}

const struct tree_config *config_tree(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->n_trees; i++)
		if (strcmp(c->trees[i].name, name) == 0)
			return &c->trees[i];
	return NULL;
}

const struct kernel_config *config_kernel(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->n_configs; i++)
		if (strcmp(c->configs[i].name, name) == 0)
			return &c->configs[i];
	return NULL;
}

const struct target_config *config_target(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->n_targets; i++)
		if (strcmp(c->targets[i].name, name) == 0)
			return &c->targets[i];
	return NULL;
}

const struct lab_config *config_lab(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->n_labs; i++)
		if (strcmp(c->labs[i].name, name) == 0)
			return &c->labs[i];
	return NULL;
}

const struct plan_config *config_plan(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->n_plans; i++)
		if (strcmp(c->plans[i].name, name) == 0)
			return &c->plans[i];
	return NULL;
}

const struct source_config *config_source(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->n_sources; i++)
		if (strcmp(c->sources[i].name, name) == 0)
			return &c->sources[i];
	return NULL;
}

const struct watch_config *config_watch(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->n_watches; i++)
		if (strcmp(c->watches[i].name, name) == 0)
			return &c->watches[i];
	return NULL;
}

bool image_has_dtb(enum kernel_image image)
{
	return image == IMAGE_ZIMAGE_DTB || image == IMAGE_UIMAGE_DTB;
}

const char *image_name(enum kernel_image image)
{
	return images[image];
}

int image_parse(const char *word, enum kernel_image *ret)
{
	for (size_t i = 0; i < sizeof(images) / sizeof(*images); i++)
		if (strcmp(word, images[i]) == 0) {
			*ret = (enum kernel_image)i;
			return 0;
		}
	return -1;
}

char *target_image_artifact(const struct target_config *t)
{
	switch (t->image) {
	case IMAGE_ZIMAGE:
		break;
	case IMAGE_ZIMAGE_DTB:
		return mem_printf("%s.zImage", t->name);
	case IMAGE_UIMAGE:
	case IMAGE_UIMAGE_DTB:
		return mem_printf("%s.uImage", t->name);
	}
	return mem_strdup("zImage");
}
