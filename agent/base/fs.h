/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_BASE_FS_H
#define DMALAB_BASE_FS_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct err;

/* Appends a whole file; -EFBIG when it is longer than limit bytes, -EISDIR for a folder. */
int fs_read(const char *path, size_t limit, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));
/* The same from a descriptor, from its present position; `name` is for the message. */
int fs_read_fd(int fd, const char *name, size_t limit, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));

/* Writes by a temporary file and rename, synced: the old or the new content, never half. */
int fs_write(const char *path, const void *data, size_t len, struct err *err)
	__attribute__((warn_unused_result));

/* A file in memory that has no name, with this in it, to be read from its beginning. Returns the
 * descriptor. */
int fs_unnamed(const void *data, size_t len, struct err *err) __attribute__((warn_unused_result));

/* Copies a file's bytes, by the same temporary file and rename. */
int fs_copy(const char *from, const char *to, struct err *err) __attribute__((warn_unused_result));

/* What was renamed into a folder is there after a power cut. */
int fs_sync_folder(const char *path, struct err *err) __attribute__((warn_unused_result));

/* mkdir -p; what exists is fine. */
int fs_mkdirs(const char *path, struct err *err) __attribute__((warn_unused_result));

/* rm -rf without following links or leaving the file system; what is missing is fine. */
int fs_rmtree(const char *path, struct err *err) __attribute__((warn_unused_result));

bool fs_exists(const char *path);

/* Finds a program as execvp would; the caller frees. NULL: not in $PATH. */
char *fs_which(const char *program);

/*
 * Opens (creates) and locks a file for this process and the tools that inherit
 * the descriptor. Returns the descriptor, or -EWOULDBLOCK with *err set when
 * somebody holds it and wait is false; closing it unlocks.
 */
int fs_lock(const char *path, bool wait, struct err *err) __attribute__((warn_unused_result));

/* The same, waiting until `cancel_fd` (-1: none) becomes readable: -ECANCELED. */
int fs_lock_wait(const char *path, int cancel_fd, struct err *err)
	__attribute__((warn_unused_result));

#endif
