// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/config.h"
#include "yaml/config_parts.h"
#include "yaml/fields.h"
#include "yaml/yaml.h"

/* Where a value stands in lab.yaml: "targets/virt" and its key. */
struct place {
	const struct yaml *y;
	const char *section, *name, *key;
};

static int wrong(const struct place *p, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int wrong(const struct place *p, struct err *err, const char *fmt, ...)
{
	const struct yaml_node *n = yaml_get(yaml_root(p->y), p->section);
	CLEANUP(free_ptr)
	char *where = mem_printf("%s%s%s", p->name ? p->section : "", p->name ? "." : "",
				 p->name ? p->name : "");
	char what[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (p->name)
		n = yaml_get(n, p->name);
	if (p->key && yaml_get(n, p->key))
		n = yaml_get(n, p->key);
	return fields_error(p->y, n, where, err, "%s", what);
}

static bool is_kind(const char *path, mode_t kind)
{
	struct stat st;

	return stat(path, &st) == 0 && (st.st_mode & S_IFMT) == kind;
}

/* folder/name is a file. */
static int check_file(const struct place *p, const char *folder, const char *name, struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/%s", folder, name);

	if (!fields_is_name(name))
		return wrong(p, err, "%s '%s' is no file name", p->key, name);
	if (!is_kind(path, S_IFREG))
		return wrong(p, err, "%s '%s' is missing", p->key, path);
	return 0;
}

static int check_folder(const struct yaml *y, const char *key, const char *path, struct err *err)
{
	const struct place p = { y, key, NULL, NULL };

	if (!is_kind(path, S_IFDIR))
		return wrong(&p, err, "%s: folder '%s' is missing", key, path);
	return 0;
}

/* What is missing breaks what needs it only: its text waits until somebody does. */
static void check_kernel(const struct yaml *y, const struct config *c, struct kernel_config *k)
{
	CLEANUP(free_ptr) char *folder = mem_printf("%s/configs", c->kernel_tests);
	const struct place p = { y, "configs", k->name, "fragments" };
	const struct place o = { y, "configs", k->name, "overlay_fragments" };
	struct err err;
	int r = 0;

	for (size_t i = 0; r == 0 && i < k->n_fragments; i++)
		r = check_file(&p, folder, k->fragments[i], &err);
	for (size_t i = 0; r == 0 && i < k->n_overlay_fragments; i++)
		r = check_file(&o, folder, k->overlay_fragments[i], &err);
	if (r < 0)
		k->missing = mem_strdup(err.msg);
}

static bool has_goal(const struct kernel_config *k, const char *goal)
{
	for (size_t i = 0; i < k->n_goals; i++)
		if (strcmp(k->goals[i], goal) == 0)
			return true;
	return false;
}

static void check_target_files(const struct yaml *y, const struct config *c,
			       struct target_config *t)
{
	CLEANUP(free_ptr) char *devices = mem_printf("%s/devices", c->jobs);
	CLEANUP(free_ptr) char *overlays = mem_printf("%s/dts", c->kernel_tests);
	struct place p = { y, "targets", t->name, "device" };
	struct err err;
	int r = t->device ? check_file(&p, devices, t->device, &err) : 0;

	p.key = "job";
	if (r == 0 && t->job)
		r = check_file(&p, c->jobs, t->job, &err);
	p.key = "overlay";
	if (r == 0 && t->overlay)
		r = check_file(&p, overlays, t->overlay, &err);
	if (r < 0)
		t->missing = mem_strdup(err.msg);
}

/* lava-run has devices in files; a server knows its own by their type. */
static int check_driver(const struct place *p, const struct config *c,
			const struct target_config *t, struct err *err)
{
	const struct lab_config *lab = t->lab ? config_lab(c, t->lab) : NULL;

	if (lab && lab->driver == LAB_LAVA_RUN && !t->device)
		return wrong(p, err, "lab '%s' has driver lava-run, which needs a 'device'",
			     t->lab);
	if (lab && lab->driver == LAB_LAVA_SERVER && !t->device_type)
		return wrong(p, err, "lab '%s' has driver lava-server, which needs a 'device_type'",
			     t->lab);
	return 0;
}

static int check_target(const struct yaml *y, const struct config *c, struct target_config *t,
			struct err *err)
{
	const struct kernel_config *k = config_kernel(c, t->config);
	struct place p = { y, "targets", t->name, "config" };
	int r;

	if (!k)
		return wrong(&p, err, "%s '%s' is not one of configs", p.key, t->config);
	p.key = "lab";
	if (t->lab && !config_lab(c, t->lab))
		return wrong(&p, err, "%s '%s' is not one of labs", p.key, t->lab);
	r = check_driver(&p, c, t, err);
	if (r < 0)
		return r;
	p.key = "dtb";
	if (t->dtb && strcmp(t->dtb, "qemu") == 0 && !t->device)
		return wrong(&p, err, "dtb 'qemu' needs a device, whose QEMU makes it");
	if (t->dtb && strcmp(t->dtb, "qemu") != 0 && !has_goal(k, t->dtb))
		return wrong(&p, err, "dtb '%s' is neither 'qemu' nor a goal of config '%s'",
			     t->dtb, k->name);
	check_target_files(y, c, t);
	return 0;
}

static int check_plan(const struct yaml *y, const struct config *c, const struct plan_config *plan,
		      struct err *err)
{
	const struct place p = { y, "plans", plan->name, "targets" };

	for (size_t i = 0; i < plan->n_targets; i++) {
		const char *name = plan->targets[i];
		const struct target_config *t = config_target(c, name);

		if (!t)
			return wrong(&p, err, "'%s' is not one of targets", name);
		for (size_t k = 0; k < i; k++)
			if (strcmp(plan->targets[k], name) == 0)
				return wrong(&p, err, "target '%s' is there twice", name);
	}
	return 0;
}

static int check_rule(const struct yaml *y, const struct config *c, const struct rule_config *rule,
		      struct err *err)
{
	struct place p = { y, "relevance", rule->name, "sources" };

	for (size_t i = 0; i < rule->sources.n; i++)
		if (!config_source(c, rule->sources.v[i]))
			return wrong(&p, err, "'%s' is not one of sources", rule->sources.v[i]);
	p.key = "tree";
	if (rule->tree && !config_tree(c, rule->tree))
		return wrong(&p, err, "%s '%s' is not one of trees", p.key, rule->tree);
	p.key = "plan";
	if (rule->plan && !config_plan(c, rule->plan))
		return wrong(&p, err, "%s '%s' is not one of plans", p.key, rule->plan);
	return 0;
}

static int check_watch(const struct yaml *y, const struct config *c, const struct watch_config *w,
		       struct err *err)
{
	struct place p = { y, "watch", w->name, "tree" };
	CLEANUP(free_ptr) char *fix = mem_printf("%s/%s", c->patches, w->fix ? w->fix : "");

	if (!config_tree(c, w->tree))
		return wrong(&p, err, "%s '%s' is not one of trees", p.key, w->tree);
	p.key = "plan";
	if (w->plan && !config_plan(c, w->plan))
		return wrong(&p, err, "%s '%s' is not one of plans", p.key, w->plan);
	p.key = "fix";
	if (w->fix && strcmp(w->fix, "none") != 0 &&
	    (!fields_is_name(w->fix) || !is_kind(fix, S_IFDIR)))
		return wrong(&p, err, "%s '%s' is no folder in '%s'", p.key, w->fix, c->patches);
	return 0;
}

static int check_designs(const struct yaml *y, const struct config *c, struct err *err)
{
	const struct place p = { y, "designs", NULL, NULL };

	for (size_t i = 0; i < c->n_designs; i++) {
		if (!fields_is_name(c->designs[i]) || strcmp(c->designs[i], "none") == 0)
			return wrong(&p, err, "designs: '%s' is no name of a design",
				     c->designs[i]);
		for (size_t k = 0; k < i; k++)
			if (strcmp(c->designs[k], c->designs[i]) == 0)
				return wrong(&p, err, "designs: '%s' is there twice",
					     c->designs[i]);
	}
	return 0;
}

static int check_fix(const struct yaml *y, const struct config *c, struct err *err)
{
	const struct place p = { y, "fix", NULL, NULL };
	CLEANUP(free_ptr) char *path = NULL;

	if (!c->fix)
		return 0;
	path = mem_printf("%s/%s", c->patches, c->fix);
	if (!fields_is_name(c->fix) || !is_kind(path, S_IFDIR))
		return wrong(&p, err, "fix '%s' is no folder in '%s'", c->fix, c->patches);
	return 0;
}

int config_check(const struct yaml *y, struct config *c, struct err *err)
{
	int r = check_folder(y, "kernel_tests", c->kernel_tests, err);

	if (r == 0)
		r = check_folder(y, "patches", c->patches, err);
	if (r == 0)
		r = check_folder(y, "jobs", c->jobs, err);
	if (r == 0)
		r = check_fix(y, c, err);
	if (r == 0)
		r = check_designs(y, c, err);
	for (size_t i = 0; r == 0 && i < c->n_configs; i++)
		check_kernel(y, c, &c->configs[i]);
	for (size_t i = 0; r == 0 && i < c->n_targets; i++)
		r = check_target(y, c, &c->targets[i], err);
	for (size_t i = 0; r == 0 && i < c->n_plans; i++)
		r = check_plan(y, c, &c->plans[i], err);
	for (size_t i = 0; r == 0 && i < c->n_rules; i++)
		r = check_rule(y, c, &c->rules[i], err);
	for (size_t i = 0; r == 0 && i < c->n_watches; i++)
		r = check_watch(y, c, &c->watches[i], err);
	return r;
}
