/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_BISECT_WATCH_H
#define DMALAB_BISECT_WATCH_H

struct config;
struct err;
struct progress;
struct store;
struct strv;
struct watch_config;

/*
 * Tests the newest commit of a watched tree, with tests and fix on it, on the targets of its plan,
 * unless that was done. What the commit that was tested before it did not show (a break of the
 * build, a report, a hang, a failing test) becomes a bisection, which store_bisection_begun() then
 * finds: its first steps are to repeat both ends. A commit counts as tested when all of this is in
 * the store. `notes`: lines that say what was seen. Errors: -EINVAL is lab.yaml's; others the
 * lab's trouble, and the same commit is tested later.
 */
int watch_run(const struct config *c, struct store *store, const struct watch_config *w,
	      int cancel_fd, const struct progress *progress, struct strv *notes, struct err *err)
	__attribute__((warn_unused_result));

#endif
