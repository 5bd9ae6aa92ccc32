// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/build/collect.h"
#include "stage/build/objdir.h"

/* mkimage writes it into the header: the time that the kernel says it was built at. */
static const char fixed_time[] = "SOURCE_DATE_EPOCH=1767225600";

/* zImage, and right behind it the device tree where the target wants it there. */
static int join(const struct target_config *t, const char *out, struct buf *ret, struct err *err)
{
	CLEANUP(free_ptr) char *kernel = mem_printf("%s/zImage", out);
	CLEANUP(free_ptr) char *dtb = mem_printf("%s/%s.dtb", out, t->name);
	int r = fs_read(kernel, ARTIFACT_MAX, ret, err);

	if (r == 0 && image_has_dtb(t->image))
		r = fs_read(dtb, ARTIFACT_MAX, ret, err);
	return r;
}

/* Puts U-Boot's header in front (doc/mkimage.1 of U-Boot). */
static int wrap(const struct build_spec *spec, const struct target_config *t,
		const struct buf *kernel, const char *out, const char *name, struct build *build,
		struct err *err)
{
	CLEANUP(free_ptr) char *address = mem_printf("0x%08x", (unsigned)t->load_address);
	const char *argv[] = { "mkimage",
			       "-A",
			       spec->kernel->architecture,
			       "-O",
			       "linux",
			       "-T",
			       "kernel",
			       "-C",
			       "none",
			       "-a",
			       address,
			       "-e",
			       address,
			       "-n",
			       t->name,
			       "-d",
			       "/obj/.dmalab.kernel",
			       "/obj/.dmalab.uImage",
			       NULL };
	CLEANUP(room_close) struct room room = { 0 };
	int r = objdir_write(spec->obj, ".dmalab.kernel", kernel->data, kernel->len, err);

	if (r == 0)
		r = room_open(spec, &room, err);
	if (r < 0)
		return r;
	strv_add(&room.env, fixed_time);
	r = collect_step(&room, argv, build, err);
	if (r == 0 && build->status == BUILD_PASS)
		r = collect_take(spec, ".dmalab.uImage", out, name, build, err);
	return r;
}

static int make_image(const struct build_spec *spec, const struct target_config *t, const char *out,
		      struct build *build, struct err *err)
{
	CLEANUP(free_ptr) char *name = target_image_artifact(t);
	CLEANUP(buf_done) struct buf kernel = { 0 };
	int r = join(t, out, &kernel, err);

	if (r < 0)
		return err_prefix(err, "%s", t->name);
	if (t->image == IMAGE_ZIMAGE_DTB)
		return collect_keep(&kernel, out, name, build, err);
	return wrap(spec, t, &kernel, out, name, build, err);
}

int collect_images(const struct build_spec *spec, const char *out, struct build *build,
		   struct err *err)
{
	const struct config *c = spec->config;
	int r = 0;

	for (size_t i = 0; r == 0 && build->status == BUILD_PASS && i < c->n_targets; i++) {
		const struct target_config *t = &c->targets[i];

		if (t->config && !strcmp(t->config, spec->kernel->name) && t->image != IMAGE_ZIMAGE)
			r = make_image(spec, t, out, build, err);
	}
	return r;
}
