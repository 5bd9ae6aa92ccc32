// SPDX-License-Identifier: GPL-2.0-or-later
#include "sandbox/reach.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/mem.h"

/* The file that tells our place from a folder of the host. */
static const char mark[] = ".dmalab-reach";

/* Whether a user that is in no group may search the folder or read the file. */
static bool open_to(const struct stat *st, int uid)
{
	mode_t want = S_ISDIR(st->st_mode) ? 1 : 4;

	if ((int)st->st_uid == uid)
		return st->st_mode & (want << 6);
	if ((int)st->st_gid == uid)
		return st->st_mode & (want << 3);
	return st->st_mode & want;
}

/* A sentence for the operator where bwrap would fail with fewer words. */
static int check_reach(const char *path, int uid, struct err *err)
{
	CLEANUP(free_ptr) char *p = mem_strdup(path);
	struct stat st;

	for (char *s = p + 1;; s++) {
		char c = *s;

		if (c && c != '/')
			continue;
		*s = '\0';
		if (stat(p, &st) < 0)
			return err_errno(err, errno, "sandbox: '%s'", p);
		if (!open_to(&st, uid))
			return err_set(err, EACCES,
				       "'%s' is closed to the build's user %d (chmod o+x, or "
				       "another folder in lab.yaml)",
				       p, uid);
		if (!c)
			return 0;
		*s = c;
	}
}

static bool is_empty(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;
	bool empty = d != NULL;

	while (empty && (e = readdir(d)))
		empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
	if (d)
		(void)closedir(d);
	return empty;
}

static const char *const places[] = { "/mnt", "/media", "/srv", "/opt", "/var/opt", "/boot" };

void reach_prepare(void)
{
	struct err ignored;

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		CLEANUP(free_ptr) char *file = mem_printf("%s/%s", places[i], mark);

		if (is_empty(places[i]) &&
		    mount("tmpfs", places[i], "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=0755") ==
			    0 &&
		    fs_write(file, "", 0, &ignored) == 0)
			return;
	}
}

/* Where reach_prepare() made room; NULL: nowhere, or our mounts are the host's. */
static const char *place(void)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		CLEANUP(free_ptr) char *file = mem_printf("%s/%s", places[i], mark);

		if (fs_exists(file))
			return places[i];
	}
	return NULL;
}

/* Something for a mount to lie on: a folder or an empty file, as `path` is. */
static int mount_point(const char *at, const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_errno(err, errno, "sandbox: '%s'", path);
	return S_ISDIR(st.st_mode) ? fs_mkdirs(at, err) : fs_write(at, "", 0, err);
}

int reach_path(const char *path, int uid, struct strv *from, struct err *err)
{
	CLEANUP(free_ptr) char *at = NULL;
	char hex[HASH_HEX_LEN];
	const char *where = place();
	int r = check_reach(path, uid, err);

	if (r == 0)
		strv_add(from, path);
	if (r != -EACCES || !where)
		return r;
	hash_data(path, strlen(path), hex);
	at = mem_printf("%s/%.16s", where, hex);
	(void)umount2(at, MNT_DETACH); /* what lay on that path before may be another mount now */
	r = mount_point(at, path, err);
	if (r == 0 && mount(path, at, NULL, MS_BIND | MS_REC, NULL) < 0)
		r = err_errno(err, errno, "sandbox: cannot mount '%s' once more", path);
	if (r == 0)
		strv_add(from, at);
	return r;
}
