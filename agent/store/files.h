/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STORE_FILES_H
#define DMALAB_STORE_FILES_H

#include <stdbool.h>
#include <stddef.h>

struct err;

/* Folders of files that are named by a SHA-256: FOLDER/ab/abcdef…SUFFIX. */
struct files {
	char *folder;
	const char *suffix; /* ".zst"; "" for none */
};

void files_done(struct files *f);

/* Is it 64 lower-case hexadecimal digits? Nothing else may become a path. */
bool files_name_ok(const char *hex);

/* The caller frees; hex has passed files_name_ok(). */
char *files_path(const struct files *f, const char *hex);

/* Removes what killed writers left; only while no other process can be writing. */
int files_sweep(const struct files *f, struct err *err) __attribute__((warn_unused_result));

/* A file on its way in: it has its name once it is whole and on the disk. Zero is none. */
struct newfile {
	int fd;
	char *tmp; /* NULL once kept */
};

int newfile_open(const struct files *f, struct newfile *ret, struct err *err)
	__attribute__((warn_unused_result));
int newfile_write(struct newfile *n, const void *data, size_t len, struct err *err)
	__attribute__((warn_unused_result));
/* Syncs file and folders and gives it its name; a file of that name is replaced. */
int newfile_keep(struct newfile *n, const struct files *f, const char *hex, struct err *err)
	__attribute__((warn_unused_result));
void newfile_done(struct newfile *n); /* removes it unless kept */

/* fsync of a folder, so that a rename in it outlives a power cut. */
int folder_sync(const char *path, struct err *err) __attribute__((warn_unused_result));

#endif
