// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/build/build.h"
#include "stage/build/collect.h"
#include "stage/build/goal.h"
#include "stage/build/objdir.h"
#include "stage/build/room.h"
#include "stage/build/same.h"

int collect_keep(const struct buf *bytes, const char *out, const char *name, struct build *build,
		 struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/%s", out, name);
	struct artifact a = { .name = NULL };
	int r = fs_write(path, bytes->data, bytes->len, err);

	if (r < 0)
		return r;
	hash_data(bytes->data, bytes->len, a.sha256);
	a.name = mem_strdup(name);
	build->artifacts = mem_grow(build->artifacts, build->n_artifacts, &build->cap_artifacts,
				    sizeof(*build->artifacts));
	build->artifacts[build->n_artifacts++] = a;
	return 0;
}

int collect_take(const struct build_spec *spec, const char *from, const char *out, const char *name,
		 struct build *build, struct err *err)
{
	CLEANUP(buf_done) struct buf bytes = { 0 };
	int r = objdir_read(spec->obj, from, ARTIFACT_MAX, &bytes, err);

	if (r == 0 && bytes.len)
		return collect_keep(&bytes, out, name, build, err);
	diagnostic_done(&build->error);
	build->status = BUILD_FAIL;
	build->error = (struct diagnostic){
		.file = mem_strdup(""),
		.text = mem_printf("error: make left no %s: %s", from,
				   r < 0 ? err->msg : "it is empty"),
		.excerpt = mem_strdup(""),
	};
	return 0;
}

int collect_step(const struct room *room, const char *const *argv, struct build *build,
		 struct err *err)
{
	struct sandbox_run run;
	struct run_result res;
	int64_t ms = build->duration_ms;
	int r = room_tool(room, argv, &run, &res, err);

	if (r == 0)
		r = room_outcome(room, &run, &res, build, err);
	build->duration_ms = ms;
	return r;
}

/* Where the tools see the base tree, or where make left it. */
static char *base_inside(const struct build_spec *spec, const char *base)
{
	CLEANUP(free_ptr) char *goal = NULL;

	if (*base == '/')
		return mem_strdup("/in/base.dtb");
	goal = goal_in_source(spec, base);
	return mem_printf("/obj/arch/%s/boot/dts/%s", spec->kernel->architecture, goal);
}

static int make_dtb(const struct build_spec *spec, const struct build_dtb *dtb, const char *out,
		    struct build *build, struct err *err)
{
	CLEANUP(free_ptr) char *base = base_inside(spec, dtb->base);
	const char *compile[] = { "dtc",
				  "-@",
				  "-q",
				  "-I",
				  "dts",
				  "-O",
				  "dtb",
				  "-o",
				  "/obj/.dmalab.dtbo",
				  "/in/overlay.dtso",
				  NULL };
	const char *lay[] = { "fdtoverlay",	   "-i", base, "-o", "/obj/.dmalab.dtb",
			      "/obj/.dmalab.dtbo", NULL };
	const char *copy[] = { "cp", base, "/obj/.dmalab.dtb", NULL };
	CLEANUP(room_close) struct room room = { 0 };
	int r = room_open(spec, &room, err);

	if (r < 0)
		return r;
	if (*dtb->base == '/')
		room_bind(&room, dtb->base, "/in/base.dtb", false);
	if (dtb->overlay) {
		room_bind(&room, dtb->overlay, "/in/overlay.dtso", false);
		r = collect_step(&room, compile, build, err);
	}
	if (r == 0 && build->status == BUILD_PASS)
		r = collect_step(&room, dtb->overlay ? lay : copy, build, err);
	if (r == 0 && build->status == BUILD_PASS)
		r = collect_take(spec, ".dmalab.dtb", out, dtb->name, build, err);
	return r;
}

int build_collect(const struct build_spec *spec, const struct build_dtb *dtbs, size_t n_dtbs,
		  const char *out, struct build *build, struct err *err)
{
	const struct kernel_config *k = spec->kernel;
	int r = fs_mkdirs(out, err);

	for (size_t i = 0; r == 0 && build->status == BUILD_PASS && i < k->n_goals; i++) {
		CLEANUP(free_ptr)
		char *from = mem_printf("arch/%s/boot/%s", k->architecture, k->goals[i]);

		if (!goal_is_dtb(k->goals[i]))
			r = collect_take(spec, from, out, k->goals[i], build, err);
	}
	for (size_t i = 0; r == 0 && build->status == BUILD_PASS && i < n_dtbs; i++)
		r = make_dtb(spec, &dtbs[i], out, build, err);
	if (r == 0 && build->status == BUILD_PASS)
		r = collect_images(spec, out, build, err);
	if (r == 0 && build->status == BUILD_PASS)
		same_hash(spec, dtbs, n_dtbs, build);
	return r < 0 ? err_prefix(err, "collect") : 0;
}
