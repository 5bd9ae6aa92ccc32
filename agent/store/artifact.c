// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/artifact.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "store/files.h"

enum { BLOCK = 1 << 17 };

static const off_t ARTIFACT_MAX = (off_t)1 << 30; /* a sparse file costs a build nothing */

/* O_NONBLOCK: a FIFO in the build's folder must not hold us. */
static int open_beneath(const char *folder, const char *name, struct err *err)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	CLEANUP(close_fd) int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	int fd, code = 0;

	if (dir < 0)
		return err_errno(err, errno, "cannot read folder '%s'", folder);
	fd = (int)syscall(SYS_openat2, dir, name, &how, sizeof(how));
	if (fd < 0)
		return err_errno(err, errno, "artifact '%s' in '%s'", name, folder);
	if (fstat(fd, &st) < 0)
		code = errno;
	else if (!S_ISREG(st.st_mode))
		code = EINVAL;
	else if (st.st_size > ARTIFACT_MAX)
		code = EFBIG;
	if (code == 0)
		return fd;
	(void)close(fd);
	return err_errno(err, code, "artifact '%s' in '%s'", name, folder);
}

/* Hashes all of `in`, and copies it where `out` is not NULL. */
static int copy(int in, const char *name, struct newfile *out, char *hex, int64_t *size,
		struct err *err)
{
	CLEANUP(free_ptr) char *block = mem_zalloc(BLOCK);
	int64_t total = 0;
	struct hash h;
	ssize_t n;

	hash_start(&h);
	while ((n = read(in, block, BLOCK)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, errno, "cannot read '%s'", name);
		hash_bytes(&h, block, (size_t)n);
		total += n;
		if (out) {
			int r = newfile_write(out, block, (size_t)n, err);

			if (r < 0)
				return r;
		}
	}
	hash_hex(&h, hex);
	*size = total;
	return 0;
}

int artifact_put(const struct files *f, const char *folder, const char *name, char *hex,
		 int64_t *size, struct err *err)
{
	CLEANUP(close_fd) int in = open_beneath(folder, name, err);
	CLEANUP(newfile_done) struct newfile out = { 0 };
	char seen[HASH_HEX_LEN];
	int r;

	if (in < 0)
		return -err->code;
	r = newfile_open(f, &out, err);
	if (r == 0)
		r = copy(in, name, &out, seen, size, err);
	if (r == 0)
		r = newfile_keep(&out, f, seen, err);
	if (r == 0)
		memcpy(hex, seen, sizeof(seen));
	return r;
}

int artifact_check(const struct files *f, const char *hex, int64_t *size, struct err *err)
{
	CLEANUP(free_ptr) char *path = files_path(f, hex);
	CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char seen[HASH_HEX_LEN];
	int r;

	if (fd < 0)
		return err_errno(err, errno, "artifact '%s'", path);
	r = copy(fd, path, NULL, seen, size, err);
	if (r == 0 && strcmp(seen, hex) != 0)
		return err_set(err, EBADMSG,
			       "artifact '%s' is damaged: it is not the file that was stored",
			       path);
	return r;
}
