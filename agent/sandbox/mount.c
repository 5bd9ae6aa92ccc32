// SPDX-License-Identifier: GPL-2.0-or-later
#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "sandbox/reach.h"

/* Small files take a page each, so more inodes than pages are of no use. */
enum { INODES_PER_MB = 256 };

static int proc_write(const char *path, const char *text, struct err *err)
{
	CLEANUP(close_fd) int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return err_errno(err, errno, "cannot write '%s'", path);
	return 0;
}

/* Makes us root of a user namespace whose root is the user we were. */
static int map_to_root(uid_t uid, gid_t gid, struct err *err)
{
	char text[64];
	int r;

	r = proc_write("/proc/self/setgroups", "deny", err);
	if (r < 0)
		return r;
	snprintf(text, sizeof(text), "0 %u 1", (unsigned)uid);
	r = proc_write("/proc/self/uid_map", text, err);
	if (r < 0)
		return r;
	snprintf(text, sizeof(text), "0 %u 1", (unsigned)gid);
	return proc_write("/proc/self/gid_map", text, err);
}

int sandbox_private_mounts(struct err *err)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int r;

	if (uid == 0) {
		if (unshare(CLONE_NEWNS) < 0)
			return err_errno(err, errno, "cannot leave the host's mounts");
	} else {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
			return err_errno(err, errno, "cannot make a user namespace");
		r = map_to_root(uid, gid, err);
		if (r < 0)
			return r;
	}
	/* What the host unmounts goes here too, so that we keep no disk busy. */
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		return err_errno(err, errno, "cannot make mounts private");
	if (uid == 0)
		reach_prepare();
	return 0;
}

/* In the initial user namespace all ids are mapped as they are. */
static bool in_user_namespace(void)
{
	CLEANUP(close_file) FILE *f = fopen("/proc/self/uid_map", "re");
	unsigned inside, outside, count;

	return f && fscanf(f, "%u %u %u", &inside, &outside, &count) == 3 && outside != 0;
}

int sandbox_disk(const char *dir, int size_mb, struct err *err)
{
	char options[96];

	snprintf(options, sizeof(options), "size=%dm,nr_inodes=%d,mode=0755", size_mb,
		 size_mb * INODES_PER_MB);
	if (mount("tmpfs", dir, "tmpfs", MS_NODEV | MS_NOSUID, options) < 0)
		return err_errno(err, errno, "cannot mount a disk of %d MB on '%s'", size_mb, dir);
	/* Linux before 6.6 has no such attributes on tmpfs, and overlayfs needs them there. */
	if (in_user_namespace() && setxattr(dir, "user.overlay.probe", "", 0, 0) < 0) {
		(void)umount2(dir, MNT_DETACH);
		return 1;
	}
	return 0;
}

/* Makes a folder owned and readable as `st` says, and opens it. */
static int folder_like(const char *dir, const struct stat *st, struct err *err)
{
	int fd, r;

	r = fs_mkdirs(dir, err);
	if (r < 0)
		return r;
	fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, errno, "cannot open '%s'", dir);
	/* EINVAL: an owner that a plain user's namespace does not know; then it stays ours. */
	if ((chown(dir, st->st_uid, st->st_gid) < 0 && errno != EINVAL) ||
	    chmod(dir, st->st_mode & 07777) < 0) {
		r = errno;
		(void)close(fd);
		return err_errno(err, r, "cannot give '%s' away", dir);
	}
	return fd;
}

int sandbox_overlay(const char *lower, const char *upper, const char *work, const char *target,
		    struct err *err)
{
	CLEANUP(close_fd) int lower_fd = open(lower, O_PATH | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(close_fd) int upper_fd = -1;
	CLEANUP(close_fd) int work_fd = -1;
	struct stat st;
	char options[256];

	if (lower_fd < 0 || fstat(lower_fd, &st) < 0)
		return err_errno(err, errno, "cannot open '%s'", lower);
	upper_fd = folder_like(upper, &st, err);
	if (upper_fd < 0)
		return upper_fd;
	work_fd = folder_like(work, &st, err);
	if (work_fd < 0)
		return work_fd;
	/* By descriptor, since a comma or a colon in a path would need quoting. */
	snprintf(options, sizeof(options),
		 "lowerdir=/proc/self/fd/%d,upperdir=/proc/self/fd/%d,workdir=/proc/self/fd/%d,"
		 "index=off,metacopy=off,%s",
		 lower_fd, upper_fd, work_fd,
		 in_user_namespace() ? "userxattr" /* implies the other */ : "redirect_dir=off");
	if (mount("overlay", target, "overlay", MS_NODEV | MS_NOSUID, options) < 0)
		return err_errno(err, errno, "cannot lay an overlay on '%s'", target);
	return 0;
}

int sandbox_unmount(const char *target, struct err *err)
{
	/* Detached, for what was killed a moment ago may hold it open still. */
	if (umount2(target, MNT_DETACH | UMOUNT_NOFOLLOW) < 0)
		return err_errno(err, errno, "cannot unmount '%s'", target);
	return 0;
}
