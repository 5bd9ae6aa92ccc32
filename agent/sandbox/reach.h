/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_SANDBOX_REACH_H
#define DMALAB_SANDBOX_REACH_H

struct err;
struct strv;

/*
 * Makes room for second mounts: a small tmpfs over a folder that is empty on the host, so that
 * nothing is hidden. Called when our mounts have become private; without it paths are reached
 * as they are.
 */
void reach_prepare(void);

/*
 * Appends to *from by which path the build uid reaches `path`: the path itself or, where a folder
 * above it is closed to others and there is room, a second mount of it
 * in a place that only we see. -EACCES, with a sentence that names the closed folder,
 * where neither is possible.
 */
int reach_path(const char *path, int uid, struct strv *from, struct err *err)
	__attribute__((warn_unused_result));

#endif
