// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/build/objdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"

enum { DEPTH_MAX = 64, LIST_MAX = 256 };

static const char mark[] = ".dmalab-building";

static int open_folder(const char *obj, struct err *err)
{
	int fd = open(obj, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? err_errno(err, errno, "cannot open '%s'", obj) : fd;
}

static int open_below(const char *obj, const char *name, struct err *err)
{
	CLEANUP(close_fd) int dir = open_folder(obj, err);
	struct open_how how = { .flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
					   RESOLVE_NO_MAGICLINKS };
	int fd;

	if (dir < 0)
		return dir;
	fd = (int)syscall(SYS_openat2, dir, name, &how, sizeof(how));
	return fd < 0 ? err_errno(err, errno, "cannot read '%s/%s'", obj, name) : fd;
}

int objdir_open(const char *obj, const char *name, size_t limit, struct err *err)
{
	CLEANUP(close_fd) int fd = open_below(obj, name, err);
	struct stat st;
	int ret;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return err_set(err, EINVAL, "'%s/%s' is no plain file", obj, name);
	if ((uintmax_t)st.st_size > limit)
		return err_set(err, EFBIG, "'%s/%s' is larger than %zu bytes", obj, name, limit);
	ret = fd;
	fd = -1;
	return ret;
}

int objdir_read(const char *obj, const char *name, size_t limit, struct buf *ret, struct err *err)
{
	CLEANUP(close_fd) int fd = objdir_open(obj, name, limit, err);

	return fd < 0 ? fd : fs_read_fd(fd, name, limit, ret, err);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int objdir_list(const char *obj, const char *folder, const char *ending, struct strv *ret,
		struct err *err)
{
	int fd = open_below(obj, folder, err);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	size_t n = strlen(ending);
	struct dirent *e;
	int r = 0;

	if (fd < 0)
		return fd;
	if (!d) {
		close_fd(&fd);
		return err_set(err, ENOTDIR, "'%s/%s' is no folder", obj, folder);
	}
	while (r == 0 && (e = readdir(d))) {
		size_t len = strlen(e->d_name);

		if (len < n || strcmp(e->d_name + len - n, ending) != 0)
			continue;
		if (ret->n == LIST_MAX)
			r = err_set(err, E2BIG, "'%s/%s' has too many files", obj, folder);
		else
			strv_add(ret, e->d_name);
	}
	closedir(d);
	if (ret->n)
		qsort(ret->v, ret->n, sizeof(*ret->v), by_text);
	return r;
}

int objdir_remove(const char *obj, const char *name, struct err *err)
{
	CLEANUP(close_fd) int dir = open_folder(obj, err);

	if (dir < 0)
		return dir;
	if (unlinkat(dir, name, 0) < 0 && errno != ENOENT && unlinkat(dir, name, AT_REMOVEDIR) < 0)
		return err_errno(err, errno, "cannot remove '%s/%s'", obj, name);
	return 0;
}

int objdir_write(const char *obj, const char *name, const void *data, size_t len, struct err *err)
{
	CLEANUP(close_fd) int dir = open_folder(obj, err);
	CLEANUP(close_fd) int fd = -1;
	int r;

	if (dir < 0)
		return dir;
	r = objdir_remove(obj, name, err);
	if (r < 0)
		return r;
	fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, data, len) != (ssize_t)len)
		return err_errno(err, errno, "cannot write '%s/%s'", obj, name);
	return 0;
}

int objdir_make(const char *obj, int uid, struct err *err)
{
	struct stat st;
	int r = fs_mkdirs(obj, err);

	if (r < 0)
		return r;
	if (geteuid() != 0 || uid <= 0)
		return 0;
	if (stat(obj, &st) < 0)
		return err_errno(err, errno, "cannot look at '%s'", obj);
	/* EINVAL: root of a plain user's namespace, where that user builds. */
	if ((int)st.st_uid != uid && chown(obj, (uid_t)uid, (gid_t)uid) < 0 && errno != EINVAL)
		return err_errno(err, errno, "cannot give '%s' to the build's user", obj);
	return 0;
}

static int sweep(int dir, const struct timespec *since, int depth, struct err *err);

static int sweep_one(int dir, const char *name, const struct timespec *since, int depth,
		     struct err *err)
{
	CLEANUP(close_fd) int fd = -1;
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_errno(err, errno, "cannot look at '%s'", name);
	if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX) {
		fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		return fd < 0 ? err_errno(err, errno, "cannot open '%s'", name)
			      : sweep(fd, since, depth + 1, err);
	}
	if (!S_ISREG(st.st_mode) || st.st_mtim.tv_sec < since->tv_sec ||
	    (st.st_mtim.tv_sec == since->tv_sec && st.st_mtim.tv_nsec < since->tv_nsec))
		return 0;
	return unlinkat(dir, name, 0) < 0 ? err_errno(err, errno, "cannot remove '%s'", name) : 0;
}

/* Removes the plain files below that are not older than `since`. */
static int sweep(int dir, const struct timespec *since, int depth, struct err *err)
{
	int own = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = own < 0 ? NULL : fdopendir(own);
	struct dirent *e;
	int r = 0;

	if (!d) {
		close_fd(&own);
		return err_errno(err, errno, "cannot list an object folder");
	}
	while (r == 0 && (e = readdir(d)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..") &&
		    (depth > 0 || strcmp(e->d_name, mark)))
			r = sweep_one(dir, e->d_name, since, depth, err);
	closedir(d);
	return r;
}

int objdir_begin(const char *obj, struct err *err)
{
	CLEANUP(close_fd) int dir = open_folder(obj, err);
	struct stat st;
	int r;

	if (dir < 0)
		return dir;
	if (fstatat(dir, mark, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		r = sweep(dir, &st.st_mtim, 0, err);
		if (r < 0)
			return err_prefix(err, "clean up after a killed build");
	}
	return objdir_write(obj, mark, "", 0, err);
}

int objdir_end(const char *obj, struct err *err)
{
	return objdir_remove(obj, mark, err);
}
