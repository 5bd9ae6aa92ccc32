// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/lab/definition.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "yaml/yaml.h"

enum {
	SIZE_LIMIT = 1 << 18,
	/*
	 * LAVA's boot action may take this much longer than its test: with a test
	 * time-out above the boot's, LAVA 2023.01 calls a hang a pass.
	 */
	BOOT_MORE_S = 10,
	/* Of a server's jobs: kernels come over a network, boards have boot loaders. */
	DEPLOY_S = 60,
	LOADER_S = 120,
	REST_S = 60,
};

/* The places of a template. */
struct places {
	char *deploy, *boot, *test; /* "actions/0/deploy" */
	char *files;		    /* what has kernel, ramdisk and dtb */
	bool board;		    /* no QEMU */
};

static void places_done(struct places *p)
{
	free(p->deploy);
	free(p->boot);
	free(p->test);
	free(p->files);
}

/* "actions/2/test" for the first action of that name; NULL: none. Caller frees. */
static char *action_path(const struct yaml *y, const char *name)
{
	const struct yaml_node *actions = yaml_find(y, "actions");

	for (size_t i = 0; i < yaml_count(actions); i++)
		if (yaml_get(yaml_at(actions, i), name))
			return mem_printf("actions/%zu/%s", i, name);
	return NULL;
}

/* Sets base/more to text, or to a number where text is NULL. */
static int set(struct yaml *y, const char *base, const char *more, const char *text, long number,
	       struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/%s", base, more);

	return text ? yaml_set(y, path, text, err) : yaml_set_number(y, path, number, err);
}

static int check_strings(const struct definition *d, bool board, struct err *err)
{
	static const char glob[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-*?";
	const char *banned = board ? "\"\\{}\x7f'$;`" : "\"\\{}\x7f";

	for (const char *s = d->cmdline; *s; s++)
		if ((unsigned char)*s < 0x20 || strchr(banned, *s))
			return err_set(err, EINVAL, "kernel command line has '%s' in it",
				       (unsigned char)*s < 0x20 ? "a control character"
								: (char[]){ *s, '\0' });
	if (strspn(d->filter, glob) != strlen(d->filter))
		return err_set(err, EINVAL, "'%s' is no filter for KUnit suites", d->filter);
	return 0;
}

static int find_places(const struct yaml *y, struct places *p, struct err *err)
{
	CLEANUP(free_ptr) char *images = NULL;

	p->deploy = action_path(y, "deploy");
	p->boot = action_path(y, "boot");
	p->test = action_path(y, "test");
	if (!p->deploy || !p->boot || !p->test)
		return err_set(err, EINVAL, "%s: no '%s' among its actions", yaml_name(y),
			       !p->deploy ? "deploy"
			       : !p->boot ? "boot"
					  : "test");
	images = mem_printf("%s/images", p->deploy);
	p->board = !yaml_find(y, images);
	p->files = mem_strdup(p->board ? p->deploy : images);
	return 0;
}

static int set_url(struct yaml *y, const struct places *p, const char *file, const char *where,
		   struct err *err)
{
	CLEANUP(free_ptr) char *more = mem_printf("%s/url", file);
	CLEANUP(free_ptr) char *url = mem_printf("%s%s", where[0] == '/' ? "file://" : "", where);

	return set(y, p->files, more, url, 0, err);
}

/* QEMU's -append goes behind the kernel's own argument. */
static int set_append(struct yaml *y, const struct places *p, const char *line, struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/kernel/image_arg", p->files);
	const struct yaml_node *n = yaml_find(y, path);
	const char *old = n ? yaml_text(n, NULL) : NULL;
	CLEANUP(free_ptr) char *arg = NULL;

	if (!old)
		return err_set(err, ENOENT, "%s: no '%s'", yaml_name(y), path);
	arg = mem_printf("%s -append \"%s\"", old, line);
	return yaml_set(y, path, arg, err);
}

/* barebox has commands of its own, the first of which is the command line; others take LAVA's. */
static int set_cmdline(struct yaml *y, const struct places *p, const struct definition *d,
		       struct err *err)
{
	CLEANUP(free_ptr)
	char *line = mem_printf("%s%s%s", d->cmdline, d->filter[0] ? " kunit.filter_glob=" : "",
				d->filter);
	CLEANUP(free_ptr) char *first = mem_printf("%s/commands/0", p->boot);
	CLEANUP(free_ptr) char *command = NULL;

	if (!p->board)
		return set_append(y, p, line, err);
	if (!yaml_find(y, first))
		return yaml_set(y, "context/extra_kernel_args", line, err);
	command = mem_printf("global linux.bootargs.dmalab=\"%s\"", line);
	return yaml_set(y, first, command, err);
}

static int set_kernel_type(struct yaml *y, const struct places *p, const struct definition *d,
			   struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/kernel/type", p->files);
	bool uimage = d->image == IMAGE_UIMAGE || d->image == IMAGE_UIMAGE_DTB;

	if (!p->board || !yaml_find(y, path))
		return 0;
	return yaml_set(y, path, uimage ? "uimage" : "zimage", err);
}

static int set_files(struct yaml *y, const struct places *p, const struct definition *d,
		     struct err *err)
{
	CLEANUP(free_ptr) char *dtb = mem_printf("%s/dtb", p->files);
	int r = set_url(y, p, "kernel", d->kernel, err);

	if (r == 0)
		r = set_url(y, p, "ramdisk", d->ramdisk, err);
	if (r == 0 && d->dtb)
		r = set_url(y, p, "dtb", d->dtb, err);
	else if (r == 0 && yaml_find(y, dtb))
		r = yaml_remove(y, dtb, err);
	if (r == 0)
		r = set_kernel_type(y, p, d, err);
	return r < 0 ? r : set_cmdline(y, p, d, err);
}

int definition_server_s(int timeout_s)
{
	return DEPLOY_S + LOADER_S + BOOT_MORE_S + timeout_s + timeout_s + REST_S;
}

static int set_timeouts(struct yaml *y, const struct places *p, const struct definition *d,
			struct err *err)
{
	bool server = d->device_type;
	int boot_s = d->timeout_s + BOOT_MORE_S + (server && p->board ? LOADER_S : 0);
	int job_s = server ? DEPLOY_S + boot_s + d->timeout_s + REST_S
			   : d->timeout_s + DEFINITION_JOB_MORE_S;
	int r = set(y, "timeouts", "job/seconds", NULL, job_s, err);

	if (r == 0)
		r = set(y, "timeouts", "action/seconds", NULL, boot_s, err);
	if (r == 0 && server)
		r = set(y, p->deploy, "timeout/seconds", NULL, DEPLOY_S, err);
	if (r == 0)
		r = set(y, p->boot, "timeout/seconds", NULL, boot_s, err);
	if (r == 0)
		r = set(y, p->test, "timeout/seconds", NULL, d->timeout_s, err);
	return r;
}

static int set_tags(struct yaml *y, const struct strv *tags, struct err *err)
{
	int r = 0;

	if (!tags || !tags->n)
		return 0;
	r = yaml_set_empty(y, "tags", YAML_LIST, err);
	for (size_t i = 0; r == 0 && i < tags->n; i++)
		r = yaml_append(y, "tags", tags->v[i], err);
	return r;
}

static int set_priority(struct yaml *y, const char *priority, struct err *err)
{
	char *end;
	long number = strtol(priority, &end, 10);

	return *end ? yaml_set(y, "priority", priority, err)
		    : yaml_set_number(y, "priority", number, err);
}

static int set_wake(struct yaml *y, const char *url, struct err *err)
{
	if (url)
		return yaml_set(y, "notify/callbacks/0/url", url, err);
	return yaml_find(y, "notify") ? yaml_remove(y, "notify", err) : 0;
}

/* What only a server reads. */
static int set_queue(struct yaml *y, const struct definition *d, struct err *err)
{
	int r = d->device_type ? yaml_set(y, "device_type", d->device_type, err) : 0;

	if (r == 0)
		r = set_tags(y, d->tags, err);
	if (r == 0 && d->priority)
		r = set_priority(y, d->priority, err);
	if (r == 0 && d->queue_s && !yaml_find(y, "timeouts/queue"))
		r = yaml_set_empty(y, "timeouts/queue", YAML_MAP, err);
	if (r == 0 && d->queue_s)
		r = yaml_set_number(y, "timeouts/queue/seconds", d->queue_s, err);
	return r < 0 ? r : set_wake(y, d->wake, err);
}

int definition_make(const struct definition *d, struct buf *ret, struct err *err)
{
	CLEANUP(yaml_free) struct yaml *y = NULL;
	CLEANUP(places_done) struct places p = { 0 };
	int r = yaml_read(d->template, SIZE_LIMIT, &y, err);

	if (r == 0)
		r = find_places(y, &p, err);
	if (r == 0)
		r = check_strings(d, p.board, err);
	if (r == 0)
		r = yaml_set(y, "job_name", d->name, err);
	if (r == 0)
		r = set_files(y, &p, d, err);
	if (r == 0)
		r = set_timeouts(y, &p, d, err);
	if (r == 0)
		r = set_queue(y, d, err);
	return r < 0 ? r : yaml_emit(y, ret, err);
}
