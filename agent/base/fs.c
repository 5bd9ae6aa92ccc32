// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"

/* How soon a lock that was let go is seen. */
enum { LOCK_RETRY_MS = 100 };

int fs_read_fd(int fd, const char *name, size_t limit, struct buf *ret, struct err *err)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	char block[1 << 16];
	ssize_t n;

	while ((n = read(fd, block, sizeof(block))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, errno, "cannot read '%s'", name);
		if ((size_t)n > limit - b.len)
			return err_set(err, EFBIG, "'%s' is larger than %zu bytes", name, limit);
		buf_add(&b, block, (size_t)n);
	}
	buf_add(ret, b.data, b.len);
	return 0;
}

int fs_read(const char *path, size_t limit, struct buf *ret, struct err *err)
{
	CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_errno(err, errno, "cannot read '%s'", path);
	return fs_read_fd(fd, path, limit, ret, err);
}

static int write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

int fs_write(const char *path, const void *data, size_t len, struct err *err)
{
	CLEANUP(free_ptr) char *tmp = mem_printf("%s.tmp%ld", path, (long)getpid());
	CLEANUP(close_fd) int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int r;

	if (fd < 0)
		return err_errno(err, errno, "cannot write '%s'", tmp);
	r = write_all(fd, data, len);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (r == 0 && rename(tmp, path) < 0)
		r = -errno;
	if (r < 0) {
		(void)unlink(tmp);
		return err_errno(err, -r, "cannot write '%s'", path);
	}
	return 0;
}

int fs_unnamed(const void *data, size_t len, struct err *err)
{
	CLEANUP(close_fd) int fd = memfd_create("dmalab", MFD_CLOEXEC);
	int r = fd < 0 ? -errno : write_all(fd, data, len), ret = fd;

	if (r == 0 && lseek(fd, 0, SEEK_SET) < 0)
		r = -errno;
	if (r < 0)
		return err_errno(err, -r, "no room for %zu bytes", len);
	fd = -1;
	return ret;
}

int fs_copy(const char *from, const char *to, struct err *err)
{
	CLEANUP(close_fd) int in = open(from, O_RDONLY | O_CLOEXEC);
	CLEANUP(free_ptr) char *tmp = mem_printf("%s.tmp%ld", to, (long)getpid());
	CLEANUP(close_fd) int out = -1;
	char block[1 << 16];
	ssize_t n = 0;
	int r = 0;

	if (in < 0)
		return err_errno(err, errno, "cannot read '%s'", from);
	out = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (out < 0)
		return err_errno(err, errno, "cannot write '%s'", tmp);
	while (r == 0 && (n = read(in, block, sizeof(block))) > 0)
		r = write_all(out, block, (size_t)n);
	if (n < 0)
		r = -errno;
	if (r == 0 && (fsync(out) < 0 || rename(tmp, to) < 0))
		r = -errno;
	if (r < 0) {
		(void)unlink(tmp);
		return err_errno(err, -r, "cannot copy '%s' to '%s'", from, to);
	}
	return 0;
}

int fs_sync_folder(const char *path, struct err *err)
{
	CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		return err_errno(err, errno, "cannot sync folder '%s'", path);
	return 0;
}

int fs_mkdirs(const char *path, struct err *err)
{
	CLEANUP(free_ptr) char *p = mem_strdup(path);

	for (char *s = p + 1; *s; s++) {
		if (*s != '/')
			continue;
		*s = '\0';
		if (mkdir(p, 0755) < 0 && errno != EEXIST)
			return err_errno(err, errno, "cannot make folder '%s'", p);
		*s = '/';
	}
	if (mkdir(p, 0755) < 0 && errno != EEXIST)
		return err_errno(err, errno, "cannot make folder '%s'", p);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path) < 0 && errno != ENOENT ? errno : 0;
}

int fs_rmtree(const char *path, struct err *err)
{
	int r = nftw(path, remove_one, 32, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);

	if (r < 0)
		r = errno;
	if (r != 0 && r != ENOENT)
		return err_errno(err, r, "cannot remove '%s'", path);
	return 0;
}

bool fs_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

char *fs_which(const char *program)
{
	CLEANUP(free_ptr) char *dirs = NULL;
	const char *path = getenv("PATH");
	char *rest = NULL;

	if (strchr(program, '/'))
		return access(program, X_OK) == 0 ? mem_strdup(program) : NULL;
	dirs = mem_strdup(path ? path : "/usr/local/bin:/usr/bin:/bin");
	for (char *d = strtok_r(dirs, ":", &rest); d; d = strtok_r(NULL, ":", &rest)) {
		CLEANUP(free_ptr) char *full = mem_printf("%s/%s", d, program);

		if (access(full, X_OK) == 0)
			return mem_strdup(full);
	}
	return NULL;
}

int fs_lock(const char *path, bool wait, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	int r;

	if (fd < 0)
		return err_errno(err, errno, "cannot open '%s'", path);
	while ((r = flock(fd, LOCK_EX | (wait ? 0 : LOCK_NB))) < 0 && wait && errno == EINTR)
		;
	if (r < 0) {
		r = errno;
		(void)close(fd);
		return err_errno(err, r, "'%s' is held by another run", path);
	}
	return fd;
}

int fs_lock_wait(const char *path, int cancel_fd, struct err *err)
{
	struct pollfd p = { .fd = cancel_fd, .events = POLLIN };

	for (;;) {
		int fd = fs_lock(path, false, err);

		if (fd != -EWOULDBLOCK)
			return fd;
		if (poll(&p, 1, LOCK_RETRY_MS) > 0)
			return err_set(err, ECANCELED, "interrupted");
	}
}
