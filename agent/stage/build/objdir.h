/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_BUILD_OBJDIR_H
#define DMALAB_STAGE_BUILD_OBJDIR_H

#include <stddef.h>

struct buf;
struct err;
struct strv;

/*
 * Files in an object folder, which an untrusted build has written: nothing here
 * follows a link that it may have left, blocks on a pipe, or reads without end.
 * Names are relative to the folder. Nothing may run in the sandbox meanwhile.
 */

/* Opens a plain file of at most limit bytes; -ENOENT when it is not there. */
int objdir_open(const char *obj, const char *name, size_t limit, struct err *err)
	__attribute__((warn_unused_result));
int objdir_read(const char *obj, const char *name, size_t limit, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));
/* The names in a folder below that end so, sorted; -E2BIG where they are more than 256. */
int objdir_list(const char *obj, const char *folder, const char *ending, struct strv *ret,
		struct err *err) __attribute__((warn_unused_result));
/* Replaces what is there, whatever it is. The name lies in the folder itself. */
int objdir_write(const char *obj, const char *name, const void *data, size_t len, struct err *err)
	__attribute__((warn_unused_result));
int objdir_remove(const char *obj, const char *name, struct err *err)
	__attribute__((warn_unused_result));

/* Makes it, with its parents, owned by uid where we are root. */
int objdir_make(const char *obj, int uid, struct err *err) __attribute__((warn_unused_result));

/*
 * A build that is killed leaves objects half written, with times that make
 * takes for finished. So a mark stands while make runs; where it stands already
 * whatever is not older than it is removed first, to be made anew.
 */
int objdir_begin(const char *obj, struct err *err) __attribute__((warn_unused_result));
int objdir_end(const char *obj, struct err *err) __attribute__((warn_unused_result));

#endif
