// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/checkout/worktree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "stage/checkout/checkout.h"

enum { GITFILE_LIMIT = 8192, SNAPSHOT_KEPT_S = 14 * 24 * 3600 };

static const char snapshot_name[] = "dmalab-index-";

struct git worktree_repo(const struct checkout_spec *spec)
{
	return (struct git){ .repo = spec->repo,
			     .log_fd = -1,
			     .cancel_fd = spec->cancel_fd,
			     .lock_fd = spec->lock_fd };
}

char *worktree_gitdir(const char *dir)
{
	static const char prefix[] = "gitdir: ";
	CLEANUP(free_ptr) char *file = mem_printf("%s/.git", dir);
	CLEANUP(buf_done) struct buf b = { 0 };
	struct err ignored;

	if (fs_read(file, GITFILE_LIMIT, &b, &ignored) < 0)
		return NULL;
	buf_trim(&b);
	if (strncmp(buf_text(&b), prefix, sizeof(prefix) - 1) != 0)
		return NULL;
	return mem_strdup(buf_text(&b) + sizeof(prefix) - 1);
}

/* A worktree that git itself still takes for one. */
static bool usable(const char *dir)
{
	CLEANUP(free_ptr) char *gitdir = worktree_gitdir(dir);
	CLEANUP(free_ptr) char *head = gitdir ? mem_printf("%s/HEAD", gitdir) : NULL;
	CLEANUP(free_ptr) char *common = gitdir ? mem_printf("%s/commondir", gitdir) : NULL;

	return head && fs_exists(head) && fs_exists(common);
}

static int make(const struct checkout_spec *spec, const char *dir, struct err *err)
{
	const struct git g = worktree_repo(spec);
	const char *const prune[] = { "worktree", "prune", NULL };
	const char *const add[] = { "worktree", "add", "-f",	   "-q", "--no-checkout",
				    "--detach", dir,   spec->base, NULL };
	int r = fs_rmtree(dir, err);

	if (r == 0)
		r = git_must(&g, prune, err);
	return r < 0 ? r : git_must(&g, add, err);
}

/* The caller holds the tree, so a lock of git's is nobody's. */
static int locks_remove(const char *gitdir, struct err *err)
{
	DIR *d = opendir(gitdir);
	struct dirent *e;
	int r = 0;

	if (!d)
		return err_errno(err, errno, "cannot read '%s'", gitdir);
	while (r == 0 && (e = readdir(d))) {
		size_t len = strlen(e->d_name);

		if (len > 5 && strcmp(e->d_name + len - 5, ".lock") == 0 &&
		    unlinkat(dirfd(d), e->d_name, 0) < 0)
			r = err_errno(err, errno, "cannot remove '%s/%s'", gitdir, e->d_name);
	}
	(void)closedir(d);
	return r;
}

int worktree_ready(const struct checkout_spec *spec, const char *dir, struct err *err)
{
	static const char *const left[] = { "rebase-apply", "rebase-merge", "MERGE_HEAD",
					    "AUTO_MERGE", "CHERRY_PICK_HEAD" };
	CLEANUP(free_ptr) char *gitdir = NULL;
	int r = usable(dir) ? 0 : make(spec, dir, err);

	if (r < 0)
		return r;
	gitdir = worktree_gitdir(dir);
	if (!gitdir)
		return err_set(err, EIO, "'%s' is no git worktree", dir);
	for (size_t i = 0; r == 0 && i < sizeof(left) / sizeof(*left); i++) {
		CLEANUP(free_ptr) char *path = mem_printf("%s/%s", gitdir, left[i]);

		r = fs_rmtree(path, err);
	}
	return r < 0 ? r : locks_remove(gitdir, err);
}

static int remove_files(const char *dir, struct err *err)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int r = 0;

	if (!d)
		return err_errno(err, errno, "cannot read '%s'", dir);
	while (r == 0 && (e = readdir(d))) {
		CLEANUP(free_ptr) char *path = mem_printf("%s/%s", dir, e->d_name);

		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
		    strcmp(e->d_name, ".git") != 0)
			r = fs_rmtree(path, err);
	}
	(void)closedir(d);
	return r;
}

struct git worktree_apply(const struct checkout_spec *spec)
{
	return (struct git){ .work_tree = spec->apply_dir,
			     .sparse = true,
			     .log_fd = -1,
			     .cancel_fd = spec->cancel_fd,
			     .lock_fd = spec->lock_fd };
}

/* Kept indexes that no run has asked for in a while. */
static void snapshots_prune(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	struct stat st;

	while (d && (e = readdir(d))) {
		if (strncmp(e->d_name, snapshot_name, sizeof(snapshot_name) - 1) == 0 &&
		    fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    clock_now() - st.st_mtim.tv_sec > SNAPSHOT_KEPT_S)
			(void)unlinkat(dirfd(d), e->d_name, 0);
	}
	if (d)
		(void)closedir(d);
}

static int file_sync(const char *path, struct err *err)
{
	CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		return err_errno(err, errno, "cannot write '%s'", path);
	return 0;
}

static int snapshot_make(const struct checkout_spec *spec, const char *gitdir, const char *commit,
			 const char *path, struct err *err)
{
	CLEANUP(free_ptr) char *tmp = mem_printf("%s.tmp", path);
	CLEANUP(free_ptr) char *patterns = mem_printf("%s/info/sparse-checkout", gitdir);
	CLEANUP(free_ptr) char *info = mem_printf("%s/info", gitdir);
	struct git g = worktree_apply(spec);
	const char *const read[] = { "read-tree", "-m", "-u", commit, NULL };
	int r = fs_mkdirs(info, err);

	g.index = tmp;
	snapshots_prune(gitdir);
	(void)unlink(tmp);
	if (r == 0)
		r = fs_write(patterns, "/none\n", 6, err);
	if (r == 0)
		r = git_must(&g, read, err);
	if (r == 0)
		r = file_sync(tmp, err);
	if (r == 0 && rename(tmp, path) < 0)
		r = err_errno(err, errno, "cannot rename '%s'", tmp);
	return r;
}

int worktree_index(const struct checkout_spec *spec, const char *commit, const char *path,
		   struct err *err)
{
	CLEANUP(free_ptr) char *gitdir = worktree_gitdir(spec->apply_dir);
	CLEANUP(free_ptr)
	char *kept = gitdir ? mem_printf("%s/%s%s", gitdir, snapshot_name, commit) : NULL;
	int r = 0;

	if (!kept)
		return err_set(err, EIO, "'%s' is no git worktree", spec->apply_dir);
	if (!fs_exists(kept))
		r = snapshot_make(spec, gitdir, commit, kept, err);
	if (r < 0)
		return r;
	(void)utimensat(AT_FDCWD, kept, NULL, 0); /* asked for now */
	if ((unlink(path) < 0 && errno != ENOENT) || link(kept, path) < 0)
		return err_errno(err, errno, "cannot link '%s' to '%s'", kept, path);
	return 0;
}

int worktree_empty_at(const struct checkout_spec *spec, const char *commit, struct err *err)
{
	const struct git g = worktree_apply(spec);
	const char *const head[] = { "update-ref", "--no-deref", "HEAD", commit, NULL };
	CLEANUP(free_ptr) char *gitdir = NULL;
	CLEANUP(free_ptr) char *index = NULL;
	int r = worktree_ready(spec, spec->apply_dir, err);

	if (r == 0)
		r = remove_files(spec->apply_dir, err);
	if (r == 0)
		r = git_must(&g, head, err);
	if (r < 0)
		return r;
	gitdir = worktree_gitdir(spec->apply_dir);
	index = mem_printf("%s/index", gitdir ? gitdir : spec->apply_dir);
	return worktree_index(spec, commit, index, err);
}

int worktree_ref_set(const struct checkout_spec *spec, const char *ref, const char *commit,
		     struct err *err)
{
	CLEANUP(free_ptr) char *lock = mem_printf("%s/%s.lock", spec->repo, ref);
	const struct git g = worktree_repo(spec);
	const char *const set[] = { "update-ref", ref, commit, NULL };

	(void)unlink(lock); /* the caller holds the tree: it is nobody's */
	return git_must(&g, set, err);
}
