/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_BUILD_COLLECT_H
#define DMALAB_STAGE_BUILD_COLLECT_H

#include "model/build.h"
#include "stage/build/build.h"
#include "stage/build/room.h"

struct buf;

/* What the steps after make have in common. */

enum { ARTIFACT_MAX = 256 << 20 };

/* Puts the bytes into out/name and among the artifacts. */
int collect_keep(const struct buf *bytes, const char *out, const char *name, struct build *build,
		 struct err *err) __attribute__((warn_unused_result));

/*
 * A file of the object folder that a step said it made. Where it is not there, or is no
 * plain file, the source has meddled with the rules: the build fails and 0 is returned.
 */
int collect_take(const struct build_spec *spec, const char *from, const char *out, const char *name,
		 struct build *build, struct err *err) __attribute__((warn_unused_result));

/* Runs one tool of ours on the candidate's bytes; its failure is the build's. */
int collect_step(const struct room *room, const char *const *argv, struct build *build,
		 struct err *err) __attribute__((warn_unused_result));

/*
 * Makes for each target of the kernel the image that its boot loader takes (enum
 * kernel_image), from zImage and NAME.dtb in `out`. A target that takes zImage needs none.
 */
int collect_images(const struct build_spec *spec, const char *out, struct build *build,
		   struct err *err) __attribute__((warn_unused_result));

#endif
