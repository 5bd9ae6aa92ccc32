// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
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
#include "stage/tree/tree.h"
#include "stage/tree/tree_parts.h"

/* A tree that is the tarball of a Debian source package. */

enum { TAR_TIMEOUT_MS = 600 * 1000 };

static const char debian_prefix[] = "debian:";

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

int debian_is_stale(const struct config *c, const struct tree_config *tc, struct err *err)
{
	CLEANUP(free_ptr) char *tarball = NULL;
	CLEANUP(free_ptr) char *want = NULL;
	CLEANUP(free_ptr) char *have = tree_file_read(c, tc, "stamp");
	int r = tarball_find(tc, &tarball, &want, err);

	if (r == -ENOENT && strncmp(have, "git:", 4) != 0 && have[0])
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

	if (run_capture(&spec, TREE_FILE_LIMIT, &out, &res, &ignored) < 0 ||
	    res.end != RUN_EXITED || res.status != 0) {
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

/* A killed import leaves a temporary folder and perhaps objects; the stamp comes last. */
static int import(const struct config *c, const struct tree_config *tc, const char *tarball,
		  const char *stamp, int cancel_fd, int lock, struct err *err)
{
	CLEANUP(free_ptr) char *repo = tree_repo(c, tc);
	CLEANUP(free_ptr) char *files = tree_file(c, tc, "import.tmp");
	CLEANUP(free_ptr) char *version = package_version(tc);
	struct err ignored;
	int r;

	r = fs_rmtree(files, err);
	if (r == 0)
		r = tree_repo_init(repo, err);
	if (r == 0)
		r = fs_mkdirs(files, err);
	if (r == 0)
		r = unpack(tarball, files, cancel_fd, lock, err);
	if (r == 0)
		r = commit_folder(repo, files, version, cancel_fd, lock, err);
	if (r == 0)
		r = tree_file_write(c, tc, "version", version, err);
	if (r == 0)
		r = tree_file_write(c, tc, "stamp", stamp, err);
	if (fs_rmtree(files, &ignored) < 0 && r == 0)
		r = err_set(err, ignored.code, "%s", ignored.msg);
	return r;
}

int debian_import(const struct config *c, const struct tree_config *tc, int cancel_fd, int lock,
		  struct err *err)
{
	CLEANUP(free_ptr) char *tarball = NULL;
	CLEANUP(free_ptr) char *stamp = NULL;
	int r = debian_is_stale(c, tc, err);

	if (r > 0)
		r = tarball_find(tc, &tarball, &stamp, err);
	if (r < 0 || !tarball)
		return r;
	r = import(c, tc, tarball, stamp, cancel_fd, lock, err);
	return r < 0 ? r : 1;
}
