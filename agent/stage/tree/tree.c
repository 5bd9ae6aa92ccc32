// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/tree/tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/run.h"
#include "git/git.h"
#include "model/config.h"

enum {
	TAR_TIMEOUT_MS = 600 * 1000,
	STAMP_LIMIT = 4096,
};

static const char debian_prefix[] = "debian:";

void tree_done(struct tree *t)
{
	free(t->name);
	free(t->repo);
	free(t->base);
	free(t->version);
	*t = (struct tree){ 0 };
}

static char *tree_dir(const struct config *c, const struct tree_config *tc)
{
	return mem_printf("%s/trees/%s", c->cache_dir, tc->name);
}

char *tree_repo(const struct config *c, const struct tree_config *tc)
{
	return mem_printf("%s/trees/%s/repo.git", c->cache_dir, tc->name);
}

/* The tarball of a Debian source package and a stamp that changes with it. */
static int tarball_find(const struct tree_config *tc, char **ret_path, char **ret_stamp,
			struct err *err)
{
	CLEANUP(free_ptr) char *path = NULL;
	const char *package;
	struct stat st;

	if (strncmp(tc->source, debian_prefix, sizeof(debian_prefix) - 1) != 0)
		return err_set(err, EINVAL, "source '%s' is not debian:PACKAGE", tc->source);
	package = tc->source + sizeof(debian_prefix) - 1;
	path = mem_printf("/usr/src/%s.tar.xz", package);
	if (stat(path, &st) < 0)
		return err_set(err, ENOENT, "%s is missing: apt-get install %s", path, package);
	*ret_stamp = mem_printf("%s %lld %lld.%09ld", package, (long long)st.st_size,
				(long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	*ret_path = path;
	path = NULL;
	return 0;
}

/* The stamp of what was imported last; "" where nothing was. */
static char *stamp_read(const char *dir)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/stamp", dir);
	struct buf b = { 0 };
	struct err ignored;

	if (fs_read(path, STAMP_LIMIT, &b, &ignored) < 0)
		buf_done(&b);
	buf_trim(&b);
	return buf_take(&b);
}

int tree_is_stale(const struct config *c, const struct tree_config *tc, struct err *err)
{
	CLEANUP(free_ptr) char *tarball = NULL;
	CLEANUP(free_ptr) char *want = NULL;
	CLEANUP(free_ptr) char *dir = tree_dir(c, tc);
	CLEANUP(free_ptr) char *have = stamp_read(dir);
	int r = tarball_find(tc, &tarball, &want, err);

	if (r == -ENOENT && have[0])
		return 0; /* the package went away; what was imported serves on */
	if (r < 0)
		return r;
	return strcmp(have, want) != 0;
}

static int unpack(const char *tarball, const char *to, int cancel_fd, int lock, struct err *err)
{
	const char *argv[] = { "tar", "-xJf", tarball, "--strip-components=1", "--no-same-owner",
			       "-C",  to,     NULL };
	struct run_spec spec = run_spec_of(argv, TAR_TIMEOUT_MS);
	struct run_result res;
	int r;

	spec.cancel_fd = cancel_fd;
	spec.keep_fd[0] = lock;
	r = run_tool(&spec, &res, err);
	if (r < 0)
		return r;
	if (res.end == RUN_CANCELED)
		return err_set(err, ECANCELED, "interrupted");
	if (res.end != RUN_EXITED || res.status != 0)
		return err_set(err, EIO, "cannot unpack '%s' (%s); is the disk full?", tarball,
			       run_end_text(&res, (char[32]){ 0 }));
	return 0;
}

/* "linux-source-6.1 6.1.192-2", as dpkg knows it; the name alone where it does not. */
static char *package_version(const struct tree_config *tc)
{
	const char *package = tc->source + sizeof(debian_prefix) - 1;
	const char *argv[] = { "dpkg-query", "-W", "-f", "${Package} ${Version}", package, NULL };
	struct run_spec spec = run_spec_of(argv, 30 * 1000);
	struct buf out = { 0 };
	struct run_result res;
	struct err ignored;

	if (run_capture(&spec, STAMP_LIMIT, &out, &res, &ignored) < 0 || res.end != RUN_EXITED ||
	    res.status != 0) {
		buf_done(&out);
		buf_str(&out, package);
	}
	buf_trim(&out);
	return buf_take(&out);
}

static bool same_tree(const struct git *g, const char *commit, const char *tree)
{
	CLEANUP(free_ptr) char *rev = mem_printf("%s^{tree}", commit);
	const char *const args[] = { "rev-parse", rev, NULL };
	CLEANUP(buf_done) struct buf have = { 0 };
	struct err ignored;

	return git_out(g, args, &have, &ignored) == 0 && strcmp(buf_text(&have), tree) == 0;
}

/* Locks of an import that was killed; the caller holds the tree. */
static void locks_remove(const char *repo)
{
	static const char *const names[] = { "import.index.lock", "HEAD.lock",
					     "refs/heads/base.lock", "config.lock" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		CLEANUP(free_ptr) char *path = mem_printf("%s/%s", repo, names[i]);

		(void)unlink(path);
	}
}

/*
 * Makes a commit of the files in `from` on top of the repository's HEAD and
 * moves HEAD to it. Blobs go straight into one pack: bigFileThreshold=1 makes
 * `git add` stream them, in place of 78,000 loose files.
 */
static int commit_folder(const char *repo, const char *from, const char *message, int cancel_fd,
			 int lock, struct err *err)
{
	CLEANUP(free_ptr) char *index = mem_printf("%s/import.index", repo);
	const struct git g = { .repo = repo,
			       .work_tree = from,
			       .index = index,
			       .log_fd = -1,
			       .cancel_fd = cancel_fd,
			       .lock_fd = lock };
	const char *const add[] = {
		"-c", "core.bigFileThreshold=1", "-c", "core.compression=1", "add", "-A", "-f", ".",
		NULL
	};
	const char *const write[] = { "write-tree", NULL };
	const char *const head[] = { "rev-parse", "--verify", "-q", "HEAD", NULL };
	CLEANUP(buf_done) struct buf tree = { 0 };
	CLEANUP(buf_done) struct buf parent = { 0 };
	CLEANUP(buf_done) struct buf commit = { 0 };
	struct err ignored;
	int r;

	locks_remove(repo);
	(void)unlink(index);
	r = git_must(&g, add, err);
	if (r == 0)
		r = git_out(&g, write, &tree, err);
	if (r < 0)
		return r;
	if (git_out(&g, head, &parent, &ignored) < 0)
		buf_done(&parent);
	if (parent.len > 0 && same_tree(&g, buf_text(&parent), buf_text(&tree)))
		return 0; /* an import that was killed before it put its stamp */
	{
		const char *const first[] = { "commit-tree", "-m", message, buf_text(&tree), NULL };
		const char *const next[] = {
			"commit-tree", "-m", message, "-p", buf_text(&parent), buf_text(&tree), NULL
		};

		r = git_out(&g, parent.len ? next : first, &commit, err);
	}
	if (r == 0) {
		const char *const move[] = { "update-ref", "HEAD", buf_text(&commit), NULL };

		r = git_must(&g, move, err);
	}
	(void)unlink(index);
	return r;
}

static int repo_init(const char *repo, struct err *err)
{
	const struct git g = { .repo = repo, .log_fd = -1, .cancel_fd = -1, .lock_fd = -1 };
	const char *const init[] = { "init", "-q", "--bare", "--initial-branch=base", NULL };
	int r = fs_mkdirs(repo, err);

	return r < 0 ? r : git_must(&g, init, err);
}

/* A killed import leaves a temporary folder and perhaps objects; the stamp comes last. */
static int import(const struct config *c, const struct tree_config *tc, const char *tarball,
		  const char *stamp, int cancel_fd, int lock, struct err *err)
{
	CLEANUP(free_ptr) char *dir = tree_dir(c, tc);
	CLEANUP(free_ptr) char *repo = tree_repo(c, tc);
	CLEANUP(free_ptr) char *files = mem_printf("%s/import.tmp", dir);
	CLEANUP(free_ptr) char *stamp_path = mem_printf("%s/stamp", dir);
	CLEANUP(free_ptr) char *version_path = mem_printf("%s/version", dir);
	CLEANUP(free_ptr) char *version = package_version(tc);
	struct err ignored;
	int r;

	r = fs_rmtree(files, err);
	if (r == 0)
		r = repo_init(repo, err);
	if (r == 0)
		r = fs_mkdirs(files, err);
	if (r == 0)
		r = unpack(tarball, files, cancel_fd, lock, err);
	if (r == 0)
		r = commit_folder(repo, files, version, cancel_fd, lock, err);
	if (r == 0)
		r = fs_write(version_path, version, strlen(version), err);
	if (r == 0)
		r = fs_write(stamp_path, stamp, strlen(stamp), err);
	if (fs_rmtree(files, &ignored) < 0 && r == 0)
		r = err_set(err, ignored.code, "%s", ignored.msg);
	return r;
}

static int tree_fill(const struct config *c, const struct tree_config *tc, struct tree *ret,
		     struct err *err)
{
	CLEANUP(tree_done)
	struct tree t = { .name = mem_strdup(tc->name), .repo = tree_repo(c, tc) };
	CLEANUP(free_ptr)
	char *version_path = mem_printf("%s/trees/%s/version", c->cache_dir, tc->name);
	const struct git g = { .repo = t.repo, .log_fd = -1, .cancel_fd = -1, .lock_fd = -1 };
	const char *const head[] = { "rev-parse", "--verify", "HEAD", NULL };
	struct buf base = { 0 };
	struct buf version = { 0 };
	int r = git_out(&g, head, &base, err);

	t.base = buf_take(&base);
	if (r == 0)
		r = fs_read(version_path, STAMP_LIMIT, &version, err);
	t.version = buf_take(&version);
	if (r < 0)
		return r;
	*ret = t;
	t = (struct tree){ 0 };
	return 0;
}

int tree_open(const struct config *c, const struct tree_config *tc, int cancel_fd, struct tree *ret,
	      struct err *err)
{
	CLEANUP(free_ptr) char *tarball = NULL;
	CLEANUP(free_ptr) char *stamp = NULL;
	CLEANUP(free_ptr) char *dir = tree_dir(c, tc);
	CLEANUP(free_ptr) char *lock_path = mem_printf("%s/lock", dir);
	CLEANUP(close_fd) int lock = -1;
	int r = fs_mkdirs(dir, err);

	if (r < 0)
		return r;
	lock = fs_lock_wait(lock_path, cancel_fd, err);
	if (lock < 0)
		return lock;
	r = tree_is_stale(c, tc, err);
	if (r > 0)
		r = tarball_find(tc, &tarball, &stamp, err);
	if (r == 0 && tarball)
		r = import(c, tc, tarball, stamp, cancel_fd, lock, err);
	if (r == 0)
		r = tree_fill(c, tc, ret, err);
	return r < 0 ? err_prefix(err, "tree %s", tc->name) : 0;
}
