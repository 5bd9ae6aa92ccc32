// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/console_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "console/oops_scan.h"

enum { BUFFER = 2 * OOPS_SCAN_PIECE };

int console_open(const char *name, struct err *err)
{
	struct stat st;
	int fd = strcmp(name, "-") == 0 ? dup(STDIN_FILENO) : open(name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_errno(err, errno, "cannot open %s", name);
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		(void)close(fd);
		return err_errno(err, EISDIR, "cannot read %s", name);
	}
	return fd;
}

int console_check(int n, char **names, struct err *err)
{
	for (int i = 0; i < n; i++) {
		int fd = console_open(names[i], err);

		if (fd < 0)
			return fd;
		(void)close(fd);
	}
	return 0;
}

/* Fills the buffer; less at the end. Returns its length or a negative errno. */
static ssize_t fill(int fd, char *data, size_t len)
{
	size_t n = 0;

	while (n < len) {
		ssize_t got = read(fd, data + n, len - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

int console_read(int fd, const char *name, console_feed_fn *feed, void *ctx, struct err *err)
{
	CLEANUP(free_ptr) char *data = mem_zalloc(BUFFER);
	size_t have = 0, used;
	ssize_t got = 1;

	while (got > 0) {
		size_t want = OOPS_SCAN_PIECE;

		if (want > BUFFER - have)
			want = BUFFER - have;
		got = fill(fd, data + have, want);
		if (got < 0)
			return err_errno(err, (int)-got, "cannot read %s", name);
		have += (size_t)got;
		used = feed(ctx, data, have, got == 0);
		have -= used;
		memmove(data, data + used, have);
	}
	return 0;
}
