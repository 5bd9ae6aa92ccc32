// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/tree/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "git/git.h"
#include "model/config.h"
#include "stage/tree/tree_parts.h"

void tree_done(struct tree *t)
{
	free(t->name);
	free(t->repo);
	free(t->base);
	free(t->version);
	free(t->trouble);
	*t = (struct tree){ 0 };
}

char *tree_file(const struct config *c, const struct tree_config *tc, const char *name)
{
	return mem_printf("%s/trees/%s/%s", c->cache_dir, tc->name, name);
}

char *tree_file_read(const struct config *c, const struct tree_config *tc, const char *name)
{
	CLEANUP(free_ptr) char *path = tree_file(c, tc, name);
	CLEANUP(buf_done) struct buf b = { 0 };
	struct err ignored;

	if (fs_read(path, TREE_FILE_LIMIT, &b, &ignored) < 0)
		buf_done(&b);
	buf_trim(&b);
	return mem_strdup(buf_text(&b));
}

int tree_file_write(const struct config *c, const struct tree_config *tc, const char *name,
		    const char *text, struct err *err)
{
	CLEANUP(free_ptr) char *path = tree_file(c, tc, name);

	return fs_write(path, text, strlen(text), err);
}

char *tree_repo(const struct config *c, const struct tree_config *tc)
{
	return tree_file(c, tc, "repo.git");
}

int tree_repo_init(const char *repo, struct err *err)
{
	const struct git g = { .repo = repo, .log_fd = -1, .cancel_fd = -1, .lock_fd = -1 };
	const char *const init[] = { "init", "-q", "--bare", "--initial-branch=base", NULL };
	CLEANUP(free_ptr) char *config = mem_printf("%s/config.lock", repo);
	CLEANUP(free_ptr) char *head = mem_printf("%s/HEAD.lock", repo);
	int r = fs_mkdirs(repo, err);

	(void)unlink(config); /* the caller holds the tree: they are nobody's */
	(void)unlink(head);
	return r < 0 ? r : git_must(&g, init, err);
}

char *tree_head(const char *repo)
{
	const struct git g = { .repo = repo, .log_fd = -1, .cancel_fd = -1, .lock_fd = -1 };
	const char *const head[] = { "rev-parse", "--verify", "-q", "HEAD^{commit}", NULL };
	struct buf commit = { 0 };
	struct err ignored;

	if (!fs_exists(repo) || git_out(&g, head, &commit, &ignored) < 0) {
		buf_done(&commit);
		return NULL;
	}
	return buf_take(&commit);
}

bool tree_is_fetched(const struct tree_config *tc)
{
	return strncmp(tc->source, "git:", strlen("git:")) == 0;
}

int tree_is_stale(const struct config *c, const struct tree_config *tc, struct err *err)
{
	return tree_is_fetched(tc) ? git_is_stale(c, tc) : debian_is_stale(c, tc, err);
}

static int lock_take(const struct config *c, const struct tree_config *tc, bool wait, int cancel_fd,
		     struct err *err)
{
	CLEANUP(free_ptr) char *dir = tree_file(c, tc, "");
	CLEANUP(free_ptr) char *lock = tree_file(c, tc, "lock");
	int r = fs_mkdirs(dir, err);

	if (r < 0)
		return r;
	return wait ? fs_lock_wait(lock, cancel_fd, err) : fs_lock(lock, false, err);
}

static int fill(const struct config *c, const struct tree_config *tc, struct tree *ret,
		struct err *err)
{
	CLEANUP(free_ptr) char *repo = tree_repo(c, tc);
	char *base = tree_head(repo);

	if (!base)
		return err_set(err, EIO, "'%s' has no commit", repo);
	*ret = (struct tree){
		.name = mem_strdup(tc->name),
		.repo = repo,
		.base = base,
		.version = tree_is_fetched(tc) ? git_version(c, tc, base)
					       : tree_file_read(c, tc, "version"),
		.trouble = tree_is_fetched(tc) ? git_trouble(c, tc) : NULL,
	};
	repo = NULL;
	return 0;
}

/* Of a repository that is there only its newest commits can be missing: nobody waits for them
 * while another run fetches, nor fails where the server does. */
static int open_fetched(const struct config *c, const struct tree_config *tc, int cancel_fd,
			struct err *err)
{
	bool usable = git_is_usable(c, tc);
	CLEANUP(close_fd) int lock = lock_take(c, tc, !usable, cancel_fd, err);
	int r;

	if (lock == -EWOULDBLOCK || (lock >= 0 && !git_is_stale(c, tc)))
		return 0;
	if (lock < 0)
		return lock;
	r = git_update(c, tc, cancel_fd, lock, err);
	return r < 0 && (!usable || r == -ECANCELED) ? r : 0;
}

static int open_imported(const struct config *c, const struct tree_config *tc, int cancel_fd,
			 struct err *err)
{
	CLEANUP(close_fd) int lock = lock_take(c, tc, true, cancel_fd, err);

	return lock < 0 ? lock : debian_import(c, tc, cancel_fd, lock, err);
}

int tree_open(const struct config *c, const struct tree_config *tc, int cancel_fd, struct tree *ret,
	      struct err *err)
{
	int r = tree_is_fetched(tc) ? open_fetched(c, tc, cancel_fd, err)
				    : open_imported(c, tc, cancel_fd, err);

	if (r >= 0)
		r = fill(c, tc, ret, err);
	return r < 0 ? err_prefix(err, "tree %s", tc->name) : 0;
}

int tree_fetch(const struct config *c, const struct tree_config *tc, int cancel_fd, struct err *err)
{
	CLEANUP(close_fd) int lock = lock_take(c, tc, true, cancel_fd, err);
	int r = lock;

	if (lock >= 0)
		r = tree_is_fetched(tc) ? git_update(c, tc, cancel_fd, lock, err)
					: debian_import(c, tc, cancel_fd, lock, err);
	return r < 0 ? err_prefix(err, "tree %s", tc->name) : r;
}

/* 1: the commit is there; 0: it is not, or the name is another thing's. */
static int commit_is_there(const char *repo, const char *commit, int cancel_fd, struct err *err)
{
	CLEANUP(free_ptr) char *name = mem_printf("%s^{commit}", commit);
	const struct git g = { .repo = repo, .log_fd = -1, .cancel_fd = cancel_fd, .lock_fd = -1 };
	const char *const args[] = { "cat-file", "-e", name, NULL };

	return fs_exists(repo) ? git_ok(&g, args, err) : 0;
}

/* What was fetched by a commit's name is a file or a folder. */
static int ref_remove(const char *repo, const char *ref, int lock, struct err *err)
{
	const struct git g = { .repo = repo, .log_fd = -1, .cancel_fd = -1, .lock_fd = lock };
	const char *const args[] = { "update-ref", "-d", ref, NULL };

	return git_must(&g, args, err);
}

static int need(const struct config *c, const struct tree_config *tc, const char *commit,
		int cancel_fd, struct err *err)
{
	CLEANUP(free_ptr) char *repo = tree_repo(c, tc);
	CLEANUP(free_ptr) char *ref = mem_printf("refs/dmalab/needed/%s", commit);
	CLEANUP(close_fd) int lock = -1;
	struct fetch f = {
		.repo = repo,
		.url = tc->source + strlen("git:"),
		.from = commit,
		.to = ref,
		.depth = tc->depth,
		.timeout_s = tc->fetch_s,
		.limit_mb = tc->limit_mb,
		.cancel_fd = cancel_fd,
	};
	int r = commit_is_there(repo, commit, cancel_fd, err);

	if (r != 0 || !tree_is_fetched(tc))
		return r;
	lock = lock_take(c, tc, true, cancel_fd, err);
	f.lock = lock;
	r = lock < 0 ? lock : tree_repo_init(repo, err);
	if (r == 0)
		r = fetch_run(&f, err);
	if (r <= 0)
		return r;
	r = commit_is_there(repo, commit, cancel_fd, err);
	if (r == 0)
		r = ref_remove(repo, ref, lock, err);
	return r;
}

int tree_need(const struct config *c, const struct tree_config *tc, const char *commit,
	      int cancel_fd, struct err *err)
{
	int r;

	if (strlen(commit) != 40 || strspn(commit, "0123456789abcdef") != 40)
		return err_set(err, EINVAL, "'%.80s' is no commit's 40 hex digits", commit);
	r = need(c, tc, commit, cancel_fd, err);
	return r < 0 ? err_prefix(err, "tree %s", tc->name) : r;
}
