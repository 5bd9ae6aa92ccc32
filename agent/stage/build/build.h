/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_BUILD_BUILD_H
#define DMALAB_STAGE_BUILD_BUILD_H

#include <stdbool.h>
#include <stddef.h>

#include "model/build.h"
#include "sandbox/sandbox.h"

struct config;
struct err;
struct kernel_config;
struct room;

/*
 * Builds a kernel in the sandbox, where the source lies at /src and the object
 * folder at /obj whatever they are called outside (kbuild and ccache keep paths).
 * The source is read-only to the build. Three steps, in this order:
 * build_configure(), build_make_start() with build_make_poll() to its end, and
 * build_collect(). Where one of them finds that the source does not build it
 * says so in the struct build (status, error) and returns 0: a failing build is
 * a result. A negative errno means that the lab could not do its work.
 */
struct build_spec {
	const struct config *config; /* limits, folders, build uid */
	const struct kernel_config *kernel;
	const char *src, *obj; /* host paths */
	bool trusted;	       /* a base: writes ccache; a candidate only reads it */
	bool configure;	       /* the series touches Kconfig: configure anew */
	const char *log;       /* file to append to */
	int cancel_fd;
	int lock_fd; /* of the worktree, handed to the tools; -1 none */
};

/* The compiler: first line of CROSS_COMPILEgcc --version, and the linker's. Caller frees. */
int build_toolchain(const struct kernel_config *k, char **ret, struct err *err)
	__attribute__((warn_unused_result));

/*
 * build.id: over tree hash, the configuration's fragments (their bytes) and goals, toolchain. An
 * outcome is kept by build and target, so what its boots depend on is in it too: init's
 * sources, and each target's command line, device and job.
 */
int build_identity(const struct config *c, const struct kernel_config *k, const char *tree_hash,
		   const char *toolchain, char hex[65], struct err *err)
	__attribute__((warn_unused_result));

/*
 * Merges the fragments with the kernel's own scripts/kconfig/merge_config.sh over
 * allnoconfig, and holds the result against them: a requested option that the
 * kernel refused or does not know is build->error naming it (status FAIL).
 * Skipped where the object folder was configured from the same fragments
 * and spec->configure is false.
 */
int build_configure(const struct build_spec *spec, struct build *build, struct err *err)
	__attribute__((warn_unused_result));

struct build_make {
	struct sandbox_run run;
	struct room *room; /* of this stage; NULL: over */
	long offset;	   /* in the log, up to which objects are counted */
	size_t objects;	   /* compiled, assembled or linked so far */
};

int build_make_start(const struct build_spec *spec, struct build_make *ret, struct err *err)
	__attribute__((warn_unused_result));
/* 1: over, build's status, error, warnings and duration are set; 0: runs on, make->objects grows.
 */
int build_make_poll(const struct build_spec *spec, struct build_make *make, int wait_ms,
		    struct build *build, struct err *err) __attribute__((warn_unused_result));
void build_make_abandon(struct build_make *make);

/* A device tree for a target: base, with an overlay of ours laid on top. */
struct build_dtb {
	const char *name; /* of the artifact: "virt.dtb" */
	const char *base; /* a make goal (found in the object folder), or an absolute host path */
	const char *overlay; /* absolute path of a .dtso; NULL: base as it is */
};

/*
 * Takes what a build that passed left: zImage, the device trees (dtc and
 * fdtoverlay, in the sandbox too: their input is the candidate's), and what
 * targets of the kernel take in place of zImage (mkimage, likewise; a device
 * tree behind it is the one of `dtbs` that is named after the target), into
 * the folder `out` as plain files named as artifacts, with build->artifacts set and
 * build->image_hash where the kernel can be read.
 */
int build_collect(const struct build_spec *spec, const struct build_dtb *dtbs, size_t n_dtbs,
		  const char *out, struct build *build, struct err *err)
	__attribute__((warn_unused_result));

/*
 * Makes the initramfs (our init: all C files of kernel-tests/initramfs/, static, as newc
 * cpio.gz at `out`), unless one of the same sources and toolchain is there already.
 */
int build_initramfs(const struct config *c, const struct kernel_config *k, const char *toolchain,
		    const char *out, struct err *err) __attribute__((warn_unused_result));

#endif
