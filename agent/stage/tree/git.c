// SPDX-License-Identifier: GPL-2.0-or-later
#include "git/git.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/tree/tree.h"
#include "stage/tree/tree_parts.h"

/*
 * A tree that is a repository elsewhere. Besides the files of every tree there is "tried":
 * its time is that of the last fetch, however it ended; its text what was wrong, if anything.
 */

static const char upstream[] = "refs/dmalab/upstream";

enum { PACKS = 16 };

static const char *url_of(const struct tree_config *tc)
{
	return tc->source + strlen("git:");
}

/* What the stamp says when this URL and ref were fetched. */
static char *stamp_of(const struct tree_config *tc)
{
	return mem_printf("%s %s", tc->source, tc->ref);
}

bool git_is_usable(const struct config *c, const struct tree_config *tc)
{
	CLEANUP(free_ptr) char *want = stamp_of(tc);
	CLEANUP(free_ptr) char *have = tree_file_read(c, tc, "stamp");
	CLEANUP(free_ptr) char *repo = tree_repo(c, tc);
	CLEANUP(free_ptr) char *head = NULL;

	if (strcmp(have, want) != 0)
		return false;
	head = tree_head(repo);
	return head != NULL;
}

bool git_is_stale(const struct config *c, const struct tree_config *tc)
{
	CLEANUP(free_ptr) char *tried = tree_file(c, tc, "tried");
	struct stat st;
	int64_t age;

	if (!git_is_usable(c, tc) || stat(tried, &st) < 0)
		return true;
	age = clock_now() - st.st_mtim.tv_sec;
	return age < 0 || age >= tc->every_s; /* a clock that was set back says nothing */
}

char *git_trouble(const struct config *c, const struct tree_config *tc)
{
	CLEANUP(free_ptr) char *text = tree_file_read(c, tc, "tried");

	return text[0] ? mem_strdup(text) : NULL;
}

char *git_version(const struct config *c, const struct tree_config *tc, const char *commit)
{
	CLEANUP(free_ptr) char *text = tree_file_read(c, tc, "version");
	size_t len = strlen(commit);

	/* The file is of the last fetch, whose commit may not be this one any more. */
	if (strncmp(text, commit, len) == 0 && text[len] == ' ')
		return mem_strdup(text + len + 1);
	return mem_printf("%s %s %.12s", tc->name, tc->ref, commit);
}

static int version_write(const struct config *c, const struct tree_config *tc, const struct git *g,
			 const char *commit, struct err *err)
{
	const char *const args[] = { "describe", "--always", "--abbrev=12", commit, NULL };
	CLEANUP(buf_done) struct buf name = { 0 };
	CLEANUP(free_ptr) char *text = NULL;
	struct err ignored;

	if (git_out(g, args, &name, &ignored) < 0) {
		buf_done(&name);
		buf_printf(&name, "%.12s", commit);
	}
	text = mem_printf("%s %s %s %s", commit, tc->name, tc->ref, buf_text(&name));
	return tree_file_write(c, tc, "version", text, err);
}

/* A pack a fetch would be thousands in a year. Nothing that is in one gets lost. */
static void packs_merge(const struct git *g)
{
	static const char *const args[] = { "repack", "-d", "-q", "--geometric=2", NULL };
	CLEANUP(free_ptr) char *path = mem_printf("%s/objects/pack", g->repo);
	DIR *d = opendir(path);
	struct err ignored;
	struct dirent *e;
	int n = 0;

	while (d && (e = readdir(d))) {
		size_t len = strlen(e->d_name);

		n += len > 5 && strcmp(e->d_name + len - 5, ".pack") == 0;
	}
	if (d)
		(void)closedir(d);
	if (n > PACKS)
		(void)!git_must(g, args, &ignored);
}

/* HEAD becomes what was fetched. 1: another commit than before. */
static int head_move(const struct config *c, const struct tree_config *tc, const struct git *g,
		     struct err *err)
{
	CLEANUP(free_ptr) char *name = mem_printf("%s^{commit}", upstream);
	CLEANUP(free_ptr) char *before = tree_head(g->repo);
	CLEANUP(free_ptr) char *want = stamp_of(tc);
	CLEANUP(buf_done) struct buf commit = { 0 };
	const char *const peel[] = { "rev-parse", "--verify", "-q", name, NULL };
	struct err git_err;
	int r = git_out(g, peel, &commit, &git_err);

	if (r < 0)
		return err_set(err, EINVAL, "'%s' of '%s' is no commit", tc->ref, url_of(tc));
	r = version_write(c, tc, g, buf_text(&commit), err);
	if (r == 0) {
		const char *const move[] = { "update-ref", "HEAD", buf_text(&commit), NULL };

		r = git_must(g, move, err);
	}
	if (r == 0)
		r = tree_file_write(c, tc, "stamp", want, err);
	if (r < 0)
		return r;
	return !before || strcmp(before, buf_text(&commit)) != 0;
}

static int update(const struct config *c, const struct tree_config *tc, int cancel_fd, int lock,
		  struct err *err)
{
	CLEANUP(free_ptr) char *repo = tree_repo(c, tc);
	const struct git g = {
		.repo = repo, .log_fd = -1, .cancel_fd = cancel_fd, .lock_fd = lock
	};
	const struct fetch f = {
		.repo = repo,
		.url = url_of(tc),
		.from = tc->ref,
		.to = upstream,
		.depth = tc->depth,
		.timeout_s = tc->fetch_s,
		.limit_mb = tc->limit_mb,
		.cancel_fd = cancel_fd,
		.lock = lock,
	};
	int r = tree_repo_init(repo, err);

	if (r == 0)
		r = fetch_run(&f, err);
	if (r == 0)
		return err_set(err, EINVAL, "'%s' has no '%s'", f.url, tc->ref);
	if (r > 0)
		r = head_move(c, tc, &g, err);
	if (r >= 0)
		packs_merge(&g);
	return r;
}

int git_update(const struct config *c, const struct tree_config *tc, int cancel_fd, int lock,
	       struct err *err)
{
	struct err note;
	int r = update(c, tc, cancel_fd, lock, err);
	int w = r == -ECANCELED ? 0 : tree_file_write(c, tc, "tried", r < 0 ? err->msg : "", &note);

	if (r >= 0 && w < 0)
		return err_set(err, note.code, "%s", note.msg);
	return r;
}
