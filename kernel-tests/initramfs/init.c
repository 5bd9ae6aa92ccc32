// SPDX-License-Identifier: GPL-2.0
/*
 * The only program of the boards' user space.  The KUnit suites have run by
 * the time it starts; it runs those of user space, says on the console that the
 * tests are done, and switches the board off.
 *
 *	arm-linux-gnueabihf-gcc -static -Os -o init *.c
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "init.h"

static const char done[] = "\n=== LAB TESTS DONE ===\n";

/* The console is there unless the initramfs lacks its node. */
static int open_console(void)
{
	int fd = open("/dev/console", O_WRONLY | O_NOCTTY);

	if (fd < 0) {
		mkdir("/dev", 0755);
		mknod("/dev/console", S_IFCHR | 0600, makedev(5, 1));
		fd = open("/dev/console", O_WRONLY | O_NOCTTY);
	}
	return fd;
}

/*
 * Kernel messages that come now would land in the middle of the marker, and
 * what powers off says nothing of interest.
 */
static void keep_kernel_quiet(void)
{
	int fd;

	mkdir("/proc", 0555);
	mount("proc", "/proc", "proc", 0, NULL);
	fd = open("/proc/sys/kernel/printk", O_WRONLY);
	if (fd < 0)
		return;
	if (write(fd, "1\n", 2) < 0)
		perror("printk");
	close(fd);
}

int main(void)
{
	int fd = open_console();

	/* Device nodes, where the kernel makes them. */
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	if (fd >= 0 && selftests)
		selftests(fd);
	keep_kernel_quiet();
	if (fd >= 0) {
		if (write(fd, done, strlen(done)) < 0)
			perror("console");
		tcdrain(fd);
	}
	sync();

	/* A board that cannot switch itself off stays idle. */
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}
