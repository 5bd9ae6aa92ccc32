// SPDX-License-Identifier: GPL-2.0-or-later
#include "git/git.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"

enum {
	GIT_TIMEOUT_MS = 600 * 1000,
	GIT_OUT_LIMIT = 64 << 20,
	GIT_WORDS_SHOWN = 300,
};

static const char *const environment[] = {
	"PATH=/usr/local/bin:/usr/bin:/bin",
	"HOME=/nonexistent",
	"LC_ALL=C",
	"GIT_CONFIG_NOSYSTEM=1",
	"GIT_CONFIG_GLOBAL=/dev/null",
	"GIT_ATTR_NOSYSTEM=1",
	"GIT_TERMINAL_PROMPT=0",
	"GIT_AUTHOR_NAME=" GIT_LAB_NAME,
	"GIT_AUTHOR_EMAIL=" GIT_LAB_EMAIL,
	"GIT_COMMITTER_NAME=" GIT_LAB_NAME,
	"GIT_COMMITTER_EMAIL=" GIT_LAB_EMAIL,
	"GIT_COMMITTER_DATE=@1000000000 +0000",
	NULL,
};

/* What git's libcurl reads of the operator's environment. */
static const char *const proxies[] = { "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
				       "ALL_PROXY",  "no_proxy",    "NO_PROXY" };

/* What holds for every call: no hooks, no helpers, no surprise by the repository's owner. */
static const char *const settings[] = {
	"-c", "core.hooksPath=/dev/null", "-c", "safe.directory=*",
	"-c", "core.fsmonitor=false",	  "-c", "gc.auto=0",
	"-c", "commit.gpgSign=false",	  "-c", "advice.detachedHead=false",
	"-c", "core.protectNTFS=false",	  NULL,
};

/*
 * git then takes a file that is not there for one that is not checked out, without looking at
 * 78,000 names for it: git-read-tree(1), "Sparse checkout".
 */
static const char *const sparse_settings[] = {
	"-c", "core.sparseCheckout=true",
	"-c", "core.sparseCheckoutCone=false",
	"-c", "sparse.expectFilesOutsideOfPatterns=true",
	NULL,
};

static int start(const struct git *g, const char *const *args, int in, int out, int error,
		 int timeout_ms, struct run *ret, struct err *err)
{
	CLEANUP(strv_done) struct strv argv = { 0 };
	CLEANUP(strv_done) struct strv env = { 0 };
	struct run_spec spec;

	strv_add(&argv, "git");
	strv_all(&argv, settings);
	if (g->sparse)
		strv_all(&argv, sparse_settings);
	if (g->repo)
		strv_addf(&argv, "--git-dir=%s", g->repo);
	if (g->repo && g->work_tree)
		strv_addf(&argv, "--work-tree=%s", g->work_tree);
	strv_all(&argv, args);
	strv_all(&env, environment);
	/* git am takes date and author from the mail; everything else is ours */
	if (strcmp(args[0], "am") != 0)
		strv_add(&env, "GIT_AUTHOR_DATE=@1000000000 +0000");
	if (g->index)
		strv_addf(&env, "GIT_INDEX_FILE=%s", g->index);
	for (size_t i = 0; g->network && i < sizeof(proxies) / sizeof(*proxies); i++)
		if (getenv(proxies[i]))
			strv_addf(&env, "%s=%s", proxies[i], getenv(proxies[i]));

	spec = run_spec_of((const char *const *)argv.v, timeout_ms);
	spec.env = (const char *const *)env.v;
	spec.dir = g->work_tree;
	spec.stdin_fd = in;
	spec.out_fd = out;
	spec.err_fd = error;
	spec.cancel_fd = g->cancel_fd;
	spec.keep_fd[0] = g->lock_fd;
	return run_start(&spec, ret, err);
}

int git_start(const struct git *g, const char *const *args, int stdin_fd, int out_fd,
	      int timeout_ms, struct run *ret, struct err *err)
{
	return start(g, args, stdin_fd, out_fd, g->log_fd, timeout_ms, ret, err);
}

static int run(const struct git *g, const char *const *args, int in, int out, int error,
	       struct run_result *ret, struct err *err)
{
	struct run run = { 0 };
	int r = start(g, args, in, out, error, GIT_TIMEOUT_MS, &run, err);

	if (r < 0)
		return r;
	do
		r = run_poll(&run, 1000, ret, err);
	while (r == 0);
	if (r < 0)
		run_abandon(&run);
	if (r < 0)
		return r;
	if (ret->end == RUN_CANCELED)
		return err_set(err, ECANCELED, "interrupted");
	if (ret->end != RUN_EXITED)
		return err_set(err, EIO, "'git %s' was ended (%s)", args[0],
			       run_end_text(ret, (char[32]){ 0 }));
	return 0;
}

int git_run(const struct git *g, const char *const *args, struct run_result *ret, struct err *err)
{
	return run(g, args, -1, g->log_fd, -1, ret, err);
}

int git_ok(const struct git *g, const char *const *args, struct err *err)
{
	struct run_result res;
	int r = git_run(g, args, &res, err);

	return r < 0 ? r : res.status == 0;
}

static int memory_file(struct err *err)
{
	int fd = memfd_create("git", MFD_CLOEXEC);

	return fd < 0 ? err_errno(err, errno, "cannot make room for git's words") : fd;
}

static int memory_read(int fd, struct buf *ret, struct err *err)
{
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_errno(err, errno, "cannot read git's words");
	return fs_read_fd(fd, "git's words", GIT_OUT_LIMIT, ret, err);
}

int git_words_from(const struct git *g, const char *const *args, int stdin_fd, struct buf *words,
		   struct err *err)
{
	CLEANUP(close_fd) int fd = memory_file(err);
	struct run_result res;
	int r;

	if (fd < 0)
		return fd;
	r = run(g, args, stdin_fd, fd, -1, &res, err);
	if (r == 0)
		r = memory_read(fd, words, err);
	return r < 0 ? r : res.status == 0;
}

int git_words(const struct git *g, const char *const *args, struct buf *words, struct err *err)
{
	return git_words_from(g, args, -1, words, err);
}

/* err for a git that exited with another code than 0; its last words included. */
static int failed(const char *verb, int status, int words_fd, struct err *err)
{
	CLEANUP(buf_done) struct buf words = { 0 };
	struct err ignored;
	const char *text;

	if (memory_read(words_fd, &words, &ignored) < 0)
		buf_done(&words);
	buf_trim(&words);
	for (size_t i = 0; i < words.len; i++)
		if (words.data[i] == '\n')
			words.data[i] = ' ';
	text = buf_text(&words);
	if (words.len > GIT_WORDS_SHOWN)
		text += words.len - GIT_WORDS_SHOWN;
	return err_set(err, EIO, "'git %s' failed (exit %d): %s", verb, status, text);
}

int git_out(const struct git *g, const char *const *args, struct buf *out, struct err *err)
{
	CLEANUP(buf_done) struct buf text = { 0 };
	CLEANUP(close_fd) int fd = memory_file(err);
	CLEANUP(close_fd) int error = memory_file(err);
	struct run_result res;
	int r;

	if (fd < 0 || error < 0)
		return -err->code;
	r = run(g, args, -1, fd, error, &res, err);
	if (r < 0)
		return r;
	if (res.status != 0)
		return failed(args[0], res.status, error, err);
	r = memory_read(fd, &text, err);
	buf_trim(&text);
	if (r == 0)
		buf_add(out, text.data, text.len);
	return r;
}

int git_must_from(const struct git *g, const char *const *args, int stdin_fd, struct err *err)
{
	CLEANUP(close_fd) int fd = memory_file(err);
	struct run_result res;
	int r;

	if (fd < 0)
		return fd;
	r = run(g, args, stdin_fd, fd, -1, &res, err);
	if (r < 0)
		return r;
	return res.status == 0 ? 0 : failed(args[0], res.status, fd, err);
}

int git_must(const struct git *g, const char *const *args, struct err *err)
{
	return git_must_from(g, args, -1, err);
}
