// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/lab/definition.h"

#include <errno.h>
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
};

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

static int check_strings(const struct definition *d, struct err *err)
{
	static const char glob[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-*?";

	for (const char *s = d->cmdline; *s; s++)
		if ((unsigned char)*s < 0x20 || strchr("\"\\{}\x7f", *s))
			return err_set(err, EINVAL, "kernel command line has '%s' in it",
				       (unsigned char)*s < 0x20 ? "a control character"
								: (char[]){ *s, '\0' });
	if (strspn(d->filter, glob) != strlen(d->filter))
		return err_set(err, EINVAL, "'%s' is no filter for KUnit suites", d->filter);
	return 0;
}

static int set_url(struct yaml *y, const char *images, const char *image, const char *path,
		   struct err *err)
{
	CLEANUP(free_ptr) char *more = mem_printf("%s/url", image);
	CLEANUP(free_ptr) char *url = mem_printf("file://%s", path);

	return set(y, images, more, url, 0, err);
}

/* QEMU's -append goes behind the kernel's own argument. */
static int set_cmdline(struct yaml *y, const char *images, const struct definition *d,
		       struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/kernel/image_arg", images);
	const struct yaml_node *n = yaml_find(y, path);
	const char *old = n ? yaml_text(n, NULL) : NULL;
	CLEANUP(free_ptr) char *arg = NULL;

	if (!old)
		return err_set(err, ENOENT, "%s: no '%s'", yaml_name(y), path);
	arg = mem_printf("%s -append \"%s%s%s\"", old, d->cmdline,
			 d->filter[0] ? " kunit.filter_glob=" : "", d->filter);
	return yaml_set(y, path, arg, err);
}

static int set_images(struct yaml *y, const char *deploy, const struct definition *d,
		      struct err *err)
{
	CLEANUP(free_ptr) char *images = mem_printf("%s/images", deploy);
	CLEANUP(free_ptr) char *dtb = mem_printf("%s/dtb", images);
	int r = set_url(y, images, "kernel", d->kernel, err);

	if (r == 0)
		r = set_url(y, images, "ramdisk", d->ramdisk, err);
	if (r == 0 && d->dtb)
		r = set_url(y, images, "dtb", d->dtb, err);
	else if (r == 0 && yaml_find(y, dtb))
		r = yaml_remove(y, dtb, err);
	return r < 0 ? r : set_cmdline(y, images, d, err);
}

static int set_timeouts(struct yaml *y, const char *boot, const char *test, int timeout_s,
			struct err *err)
{
	int r = set(y, "timeouts", "job/seconds", NULL, timeout_s + DEFINITION_JOB_MORE_S, err);

	if (r == 0)
		r = set(y, "timeouts", "action/seconds", NULL, timeout_s + BOOT_MORE_S, err);
	if (r == 0)
		r = set(y, boot, "timeout/seconds", NULL, timeout_s + BOOT_MORE_S, err);
	if (r == 0)
		r = set(y, test, "timeout/seconds", NULL, timeout_s, err);
	return r;
}

int definition_make(const struct definition *d, struct buf *ret, struct err *err)
{
	CLEANUP(yaml_free) struct yaml *y = NULL;
	CLEANUP(free_ptr) char *deploy = NULL;
	CLEANUP(free_ptr) char *boot = NULL;
	CLEANUP(free_ptr) char *test = NULL;
	int r = check_strings(d, err);

	if (r == 0)
		r = yaml_read(d->template, SIZE_LIMIT, &y, err);
	if (r < 0)
		return r;
	deploy = action_path(y, "deploy");
	boot = action_path(y, "boot");
	test = action_path(y, "test");
	if (!deploy || !boot || !test)
		return err_set(err, EINVAL, "%s: no '%s' among its actions", d->template,
			       !deploy ? "deploy"
			       : !boot ? "boot"
				       : "test");
	r = yaml_set(y, "job_name", d->name, err);
	if (r == 0)
		r = set_images(y, deploy, d, err);
	if (r == 0)
		r = set_timeouts(y, boot, test, d->timeout_s, err);
	return r < 0 ? r : yaml_emit(y, ret, err);
}
