// SPDX-License-Identifier: GPL-2.0
/* What the kernel has said since it started. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "selftests.h"

/* A record is "priority,number,time,flags;text\n", and more that is not ours. */
void kmsg_read(void (*message)(const char *text))
{
	char record[2048], *text;
	int fd;

	mknod("/dev/kmsg", S_IFCHR | 0600, makedev(1, 11));
	fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	if (fd < 0)
		return;
	for (;;) {
		ssize_t n = read(fd, record, sizeof(record) - 1);

		/* EPIPE: what was next has been overwritten. */
		if (n < 0 && errno != EPIPE)
			break;
		record[n < 0 ? 0 : n] = '\0';
		text = strchr(record, ';');
		if (text) {
			text[1 + strcspn(text + 1, "\n")] = '\0';
			message(text + 1);
		}
	}
	close(fd);
}
