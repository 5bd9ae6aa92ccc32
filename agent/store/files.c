// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"

#define TMP_PREFIX "new.tmp"

void files_done(struct files *f)
{
	free(f->folder);
	*f = (struct files){ 0 };
}

bool files_name_ok(const char *hex)
{
	return strspn(hex, "0123456789abcdef") == 64 && hex[64] == '\0';
}

char *files_path(const struct files *f, const char *hex)
{
	return mem_printf("%s/%.2s/%s%s", f->folder, hex, hex, f->suffix);
}

static void close_folder(DIR **d)
{
	if (*d)
		(void)closedir(*d);
}

int files_sweep(const struct files *f, struct err *err)
{
	CLEANUP(close_folder) DIR *d = opendir(f->folder);
	struct dirent *e;

	if (!d)
		return err_errno(err, errno, "cannot read folder '%s'", f->folder);
	while ((e = readdir(d)))
		if (strncmp(e->d_name, TMP_PREFIX, strlen(TMP_PREFIX)) == 0 &&
		    unlinkat(dirfd(d), e->d_name, 0) < 0 && errno != ENOENT)
			return err_errno(err, errno, "cannot remove '%s/%s'", f->folder, e->d_name);
	return 0;
}

int newfile_open(const struct files *f, struct newfile *ret, struct err *err)
{
	static unsigned int count;
	struct newfile n = { .fd = -1 };

	do { /* another PID namespace can have a process of our number */
		mem_set(&n.tmp,
			mem_printf("%s/" TMP_PREFIX "%ld-%u", f->folder, (long)getpid(), count++));
		n.fd = open(n.tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	} while (n.fd < 0 && errno == EEXIST);
	if (n.fd < 0) {
		int r = err_errno(err, errno, "cannot write '%s'", n.tmp);

		free(n.tmp);
		return r;
	}
	*ret = n;
	return 0;
}

int newfile_write(struct newfile *n, const void *data, size_t len, struct err *err)
{
	for (const char *p = data; len > 0;) {
		ssize_t k = write(n->fd, p, len);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_errno(err, errno, "cannot write '%s'", n->tmp);
		p += k;
		len -= (size_t)k;
	}
	return 0;
}

int folder_sync(const char *path, struct err *err)
{
	CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		return err_errno(err, errno, "cannot sync folder '%s'", path);
	return 0;
}

int newfile_keep(struct newfile *n, const struct files *f, const char *hex, struct err *err)
{
	CLEANUP(free_ptr) char *path = files_path(f, hex);
	CLEANUP(free_ptr) char *folder = mem_printf("%s/%.2s", f->folder, hex);
	int r;

	if (mkdir(folder, 0755) < 0 && errno != EEXIST)
		return err_errno(err, errno, "cannot make folder '%s'", folder);
	r = folder_sync(f->folder, err); /* it may be new, by us or a run that was killed */
	if (r < 0)
		return r;
	if (fsync(n->fd) < 0 || rename(n->tmp, path) < 0)
		return err_errno(err, errno, "cannot write '%s'", path);
	free(n->tmp);
	n->tmp = NULL;
	return folder_sync(folder, err);
}

void newfile_done(struct newfile *n)
{
	if (!n->tmp && n->fd == 0) /* zero: none */
		return;
	if (n->tmp)
		(void)unlink(n->tmp);
	free(n->tmp);
	close_fd(&n->fd);
	*n = (struct newfile){ 0 };
}
