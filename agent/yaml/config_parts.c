// SPDX-License-Identifier: GPL-2.0-or-later
#include "yaml/config_parts.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/config.h"
#include "yaml/fields.h"
#include "yaml/yaml.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

int config_entries(const struct yaml *y, const struct yaml_node *map, const char *what, void **v,
		   size_t *n, size_t size, config_entry_fn *read, struct err *err)
{
	size_t count = yaml_count(map);

	*v = mem_zalloc(count * size);
	for (size_t i = 0; i < count; i++) {
		const struct yaml_node *key = yaml_key(map, i);
		const char *name = yaml_text(key, NULL);
		void *element = (char *)*v + i * size;
		CLEANUP(free_ptr) char *where = NULL;
		int r;

		if (!name || !fields_is_name(name))
			return fields_error(y, key, what, err, "'%.80s' is no name",
					    name ? name : "?");
		*(char **)element = mem_strdup(name);
		*n = i + 1; /* so that a half-read element is freed with the others */
		where = mem_printf("%s.%s", what, name);
		if (yaml_kind(yaml_at(map, i)) != YAML_MAP)
			return fields_error(y, key, where, err, "must be a map of keys and values");
		r = read(y, yaml_at(map, i), where, element, err);
		if (r < 0)
			return r;
	}
	return 0;
}

/* A list's strings become a plain array of the model. */
static void move_texts(struct strv *from, char ***v, size_t *n)
{
	*v = from->v;
	*n = from->n;
	*from = (struct strv){ 0 };
}

/* The strings end up in a path or on a command line: no option, no way out of a folder. */
static int check_files(const struct yaml *y, const struct yaml_node *list, const char *where,
		       const struct strv *names, struct err *err)
{
	for (size_t i = 0; i < names->n; i++)
		if (!fields_is_name(names->v[i]) || names->v[i][0] == '-')
			return fields_error(y, yaml_at(list, i), where, err, "'%s' is no file name",
					    names->v[i]);
	return 0;
}

static int kernel_entry(const struct yaml *y, const struct yaml_node *n, const char *where,
			void *to, struct err *err)
{
	struct kernel_config *k = to;
	CLEANUP(strv_done) struct strv fragments = { 0 };
	CLEANUP(strv_done) struct strv overlay = { 0 };
	CLEANUP(strv_done) struct strv goals = { 0 };
	const struct field fields[] = {
		{ "architecture", FIELD_TEXT, &k->architecture, true, 0, 0 },
		{ "cross_compile", FIELD_TEXT, &k->cross_compile, true, 0, 0 },
		{ "fragments", FIELD_TEXTS, &fragments, true, 0, 0 },
		{ "overlay_fragments", FIELD_TEXTS, &overlay, false, 0, 0 },
		{ "goals", FIELD_TEXTS, &goals, true, 0, 0 },
	};
	int r = fields_read(y, n, where, fields, COUNT(fields), err);

	if (r == 0)
		r = check_files(y, yaml_get(n, "fragments"), where, &fragments, err);
	if (r == 0)
		r = check_files(y, yaml_get(n, "overlay_fragments"), where, &overlay, err);
	if (r == 0)
		r = check_files(y, yaml_get(n, "goals"), where, &goals, err);
	if (r < 0)
		return r;
	if (!fields_is_name(k->architecture))
		return fields_error(y, yaml_get(n, "architecture"), where, err,
				    "'%s' is no architecture", k->architecture);
	move_texts(&fragments, &k->fragments, &k->n_fragments);
	move_texts(&overlay, &k->overlay_fragments, &k->n_overlay_fragments);
	move_texts(&goals, &k->goals, &k->n_goals);
	return 0;
}

/* What a lab needs to boot it may be left out where there is none. */
static int check_bootable(const struct yaml *y, const struct yaml_node *n, const char *where,
			  const struct target_config *t, struct err *err)
{
	const char *missing = !t->device && !t->device_type ? "device"
			      : !t->job			    ? "job"
			      : !t->cmdline		    ? "cmdline"
							    : NULL;

	if (t->lab && missing)
		return fields_error(y, n, where, err, "key '%s' is missing", missing);
	if (!t->cmdline)
		return 0;
	/* LAVA splits QEMU's command line at these; nothing could quote them. */
	if (strpbrk(t->cmdline, "\"\\{}"))
		return fields_error(y, yaml_get(n, "cmdline"), where, err,
				    "'cmdline' has one of \" \\ { } in it");
	if (strstr(t->cmdline, "kunit.filter_glob"))
		return fields_error(y, yaml_get(n, "cmdline"), where, err,
				    "'cmdline' sets kunit.filter_glob, which is ours to set");
	return 0;
}

static int check_image(const struct yaml *y, const struct yaml_node *n, const char *where,
		       const char *image, struct target_config *t, struct err *err)
{
	bool uimage, dtb;

	if (image && image_parse(image, &t->image) < 0)
		return fields_error(y, yaml_get(n, "image"), where, err,
				    "image '%s' is none of zImage, uImage, zImage+dtb, uImage+dtb",
				    image);
	uimage = t->image == IMAGE_UIMAGE || t->image == IMAGE_UIMAGE_DTB;
	dtb = image_has_dtb(t->image);
	if (uimage && !yaml_get(n, "load_address"))
		return fields_error(y, n, where, err,
				    "key 'load_address' is missing, which image %s needs", image);
	if (!uimage && yaml_get(n, "load_address"))
		return fields_error(y, yaml_get(n, "load_address"), where, err,
				    "'load_address' is for image uImage and uImage+dtb only");
	if (dtb && !t->dtb)
		return fields_error(y, n, where, err, "key 'dtb' is missing, which image %s needs",
				    image);
	return 0;
}

static int target_entry(const struct yaml *y, const struct yaml_node *n, const char *where,
			void *to, struct err *err)
{
	struct target_config *t = to;
	CLEANUP(free_ptr) char *image = NULL;
	const struct field fields[] = {
		{ "config", FIELD_TEXT, &t->config, true, 0, 0 },
		{ "lab", FIELD_TEXT, &t->lab, false, 0, 0 },
		{ "device", FIELD_TEXT, &t->device, false, 0, 0 },
		{ "device_type", FIELD_TEXT, &t->device_type, false, 0, 0 },
		{ "tags", FIELD_TEXTS, &t->tags, false, 0, 0 },
		{ "approve", FIELD_BOOL, &t->approve, false, 0, 0 },
		{ "job", FIELD_TEXT, &t->job, false, 0, 0 },
		{ "dtb", FIELD_TEXT, &t->dtb, false, 0, 0 },
		{ "overlay", FIELD_TEXT, &t->overlay, false, 0, 0 },
		{ "cmdline", FIELD_TEXT, &t->cmdline, false, 0, 0 },
		{ "image", FIELD_TEXT, &image, false, 0, 0 },
		{ "load_address", FIELD_ADDRESS, &t->load_address, false, 0, 0 },
		{ "timeout_s", FIELD_NUMBER, &t->timeout_s, false, 5, 3600 },
	};
	int r;

	t->timeout_s = 30;
	r = fields_read(y, n, where, fields, COUNT(fields), err);
	if (r == 0)
		r = check_bootable(y, n, where, t, err);
	return r < 0 ? r : check_image(y, n, where, image, t, err);
}

static int plan_entry(const struct yaml *y, const struct yaml_node *n, const char *where, void *to,
		      struct err *err)
{
	struct plan_config *p = to;
	CLEANUP(strv_done) struct strv targets = { 0 };
	const struct field fields[] = {
		{ "targets", FIELD_TEXTS, &targets, true, 0, 0 },
	};
	int r = fields_read(y, n, where, fields, COUNT(fields), err);

	if (r == 0)
		move_texts(&targets, &p->targets, &p->n_targets);
	return r;
}

int config_kernels(const struct yaml *y, const struct yaml_node *map, struct config *c,
		   struct err *err)
{
	return config_entries(y, map, "configs", (void **)&c->configs, &c->n_configs,
			      sizeof(*c->configs), kernel_entry, err);
}

int config_targets(const struct yaml *y, const struct yaml_node *map, struct config *c,
		   struct err *err)
{
	return config_entries(y, map, "targets", (void **)&c->targets, &c->n_targets,
			      sizeof(*c->targets), target_entry, err);
}

int config_plans(const struct yaml *y, const struct yaml_node *map, struct config *c,
		 struct err *err)
{
	return config_entries(y, map, "plans", (void **)&c->plans, &c->n_plans, sizeof(*c->plans),
			      plan_entry, err);
}

int config_limits(const struct yaml *y, const struct yaml_node *map, struct config *c,
		  struct err *err)
{
	struct limits_config *l = &c->limits;
	const struct field fields[] = {
		{ "jobs", FIELD_NUMBER, &l->jobs, false, 0, 1024 },
		{ "build_s", FIELD_NUMBER, &l->build_s, false, 10, 86400 },
		{ "build_memory_mb", FIELD_NUMBER, &l->build_memory_mb, false, 256, 1 << 20 },
		{ "build_processes", FIELD_NUMBER, &l->build_processes, false, 16, 1 << 16 },
		{ "build_disk_mb", FIELD_NUMBER, &l->build_disk_mb, false, 64, 1 << 20 },
		{ "series_mb", FIELD_NUMBER, &l->series_mb, false, 1, 256 },
		{ "series_patches", FIELD_NUMBER, &l->series_patches, false, 1, 10000 },
		{ "console_mb", FIELD_NUMBER, &l->console_mb, false, 1, 64 },
		{ "retries", FIELD_NUMBER, &l->retries, false, 0, 10 },
		{ "answer_mb", FIELD_NUMBER, &l->answer_mb, false, 1, 1024 },
		{ "answer_s", FIELD_NUMBER, &l->answer_s, false, 1, 3600 },
	};
	int r = 0;

	*l = (struct limits_config){
		.build_s = 1800,
		.build_memory_mb = 4096,
		.build_processes = 512,
		.build_disk_mb = 2048,
		.series_mb = 16,
		.series_patches = 200,
		.console_mb = 8,
		.retries = 2,
		.answer_mb = 64,
		.answer_s = 60,
	};
	if (map)
		r = fields_read(y, map, "limits", fields, COUNT(fields), err);
	if (l->jobs == 0) {
		long n = sysconf(_SC_NPROCESSORS_ONLN);

		l->jobs = n > 0 ? (int)n : 1;
	}
	return r;
}
