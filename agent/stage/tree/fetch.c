// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/run.h"
#include "git/git.h"
#include "stage/tree/tree_parts.h"

/* One `git fetch` that nobody waits for longer, and that brings no more, than lab.yaml says. */

enum {
	WATCH_MS = 50,
	WORDS_LIMIT = 1 << 20,
	WORDS_SHOWN = 300,
	KEEP_LIMIT = 256,
	LOCK_OLD_S = 60, /* git holds packed-refs.lock for milliseconds */
};

/* What index-pack writes to and, killed, leaves behind. Only fetches of a tree make packs. */
static bool is_temporary(int dir, const char *name)
{
	static const char ours[] = "fetch-pack ";
	size_t len = strlen(name);
	char text[sizeof(ours)] = "";
	CLEANUP(close_fd) int fd = -1;

	if (strncmp(name, "tmp_", 4) == 0)
		return true;
	if (len < 5 || strcmp(name + len - 5, ".keep") != 0)
		return false;
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return fd >= 0 && read(fd, text, sizeof(ours) - 1) == (ssize_t)sizeof(ours) - 1 &&
	       strcmp(text, ours) == 0;
}

/* Size of all packs and what is to become one; `clean` removes the latter. */
static int64_t packs_size(const char *repo, bool clean)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/objects/pack", repo);
	DIR *d = opendir(path);
	struct dirent *e;
	struct stat st;
	int64_t sum = 0;

	while (d && (e = readdir(d))) {
		if (clean && is_temporary(dirfd(d), e->d_name))
			(void)unlinkat(dirfd(d), e->d_name, 0);
		else if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			 S_ISREG(st.st_mode))
			sum += st.st_size;
	}
	if (d)
		(void)closedir(d);
	return sum;
}

/* Locks that only a fetch takes, which the caller's lock keeps to one at a time. */
static void locks_remove(const struct fetch *f)
{
	static const char *const names[] = { "shallow.lock", "HEAD.lock", "refs/heads/base.lock" };
	CLEANUP(free_ptr) char *to = mem_printf("%s/%s.lock", f->repo, f->to);
	CLEANUP(free_ptr) char *packed = mem_printf("%s/packed-refs.lock", f->repo);
	struct stat st;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		CLEANUP(free_ptr) char *path = mem_printf("%s/%s", f->repo, names[i]);

		(void)unlink(path);
	}
	(void)unlink(to);
	if (stat(packed, &st) == 0 && clock_now() - st.st_mtim.tv_sec > LOCK_OLD_S)
		(void)unlink(packed);
}

/* git's last words on one line; from the first "fatal:" or "error:" on, which says why. */
static char *words_read(int fd)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	const char *from;
	struct err ignored;

	if (lseek(fd, 0, SEEK_SET) < 0 || fs_read_fd(fd, "git", WORDS_LIMIT, &b, &ignored) < 0)
		return mem_strdup("");
	buf_trim(&b);
	for (size_t i = 0; i < b.len; i++)
		if ((unsigned char)b.data[i] < 0x20)
			b.data[i] = ' ';
	from = strstr(buf_text(&b), "fatal: ");
	if (!from || (strstr(buf_text(&b), "error: ") && strstr(buf_text(&b), "error: ") < from))
		from = strstr(buf_text(&b), "error: ");
	return mem_strndup(from ? from : buf_text(&b), WORDS_SHOWN);
}

/* The server was there and said no: git's fetch-pack.c and remote.c, in the C locale. */
static bool is_refusal(const char *words)
{
	static const char *const no[] = { "not our ref", "unadvertised object",
					  "couldn't find remote ref", "no such remote ref",
					  "Server does not allow request" };

	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		if (strstr(words, no[i]))
			return true;
	return false;
}

static int start(const struct fetch *f, int words, struct run *ret, struct err *err)
{
	const struct git g = { .repo = f->repo,
			       .network = true,
			       .log_fd = words,
			       .cancel_fd = f->cancel_fd,
			       .lock_fd = f->lock };
	/* Packs, not loose files; only these ways to a server; none that says nothing. */
	static const char *const settings[] = {
		"-c", "fetch.unpackLimit=1",	     "-c", "protocol.allow=never",
		"-c", "protocol.https.allow=always", "-c", "protocol.http.allow=always",
		"-c", "protocol.git.allow=always",   "-c", "protocol.file.allow=always",
		"-c", "http.lowSpeedLimit=1000",     "-c", "http.lowSpeedTime=120",
		"-c", "credential.helper=",	     NULL,
	};
	static const char *const fetch[] = {
		"fetch",
		"--quiet",
		"--no-tags",
		"--no-recurse-submodules",
		"--no-write-fetch-head",
		"--no-auto-maintenance",
		"--update-shallow",
		NULL,
	};
	CLEANUP(free_ptr) char *shallow = mem_printf("%s/shallow", f->repo);
	CLEANUP(strv_done) struct strv args = { 0 };

	strv_all(&args, settings);
	strv_all(&args, fetch);
	if (f->depth)
		strv_addf(&args, "--depth=%d", f->depth);
	else if (fs_exists(shallow))
		strv_add(&args, "--unshallow");
	strv_add(&args, "--");
	strv_add(&args, f->url);
	strv_addf(&args, "+%s:%s", f->from, f->to);
	return git_start(&g, (const char *const *)args.v, -1, -1, f->timeout_s * 1000, ret, err);
}

/* Also what the server has it say, which lies in memory. */
static bool is_within(const struct fetch *f, int64_t before, int words)
{
	struct stat st;

	return packs_size(f->repo, false) - before <= (int64_t)f->limit_mb << 20 &&
	       fstat(words, &st) == 0 && st.st_size <= WORDS_LIMIT;
}

/* Keeps to the limit while git runs. 1: it ended; 0: ended by us, since it brought too much. */
static int watch(const struct fetch *f, struct run *run, int64_t before, int words,
		 struct run_result *res, struct err *err)
{
	bool within = true;
	int r;

	while ((r = run_poll(run, WATCH_MS, res, err)) == 0) {
		if (!within || is_within(f, before, words))
			continue;
		within = false;
		run_stop(run, RUN_CANCELED);
	}
	if (r < 0)
		run_abandon(run);
	return r < 0 ? r : within;
}

static int ending(const struct fetch *f, const struct run_result *res, bool within, int words_fd,
		  struct err *err)
{
	CLEANUP(free_ptr) char *words = NULL;

	if (res->end == RUN_EXITED && res->status == 0)
		return 1;
	if (!within)
		return err_set(err, EFBIG, "'%s' brings more than %d MB (limit_mb)", f->url,
			       f->limit_mb);
	if (res->end == RUN_CANCELED)
		return err_set(err, ECANCELED, "interrupted");
	if (res->end == RUN_TIMEDOUT)
		return err_set(err, ETIMEDOUT, "'%s' was not fetched within %d s (fetch_s)", f->url,
			       f->timeout_s);
	words = words_read(words_fd);
	if (res->end == RUN_EXITED && is_refusal(words))
		return 0;
	return err_set(err, EAGAIN, "cannot fetch '%s' (%s): %s", f->url,
		       run_end_text(res, (char[32]){ 0 }), words[0] ? words : "git says nothing");
}

int fetch_run(const struct fetch *f, struct err *err)
{
	CLEANUP(close_fd) int words = memfd_create("git", MFD_CLOEXEC);
	struct run_result res = { 0 };
	struct run run = { 0 };
	int64_t before;
	int r;

	if (words < 0)
		return err_errno(err, errno, "cannot make room for git's words");
	locks_remove(f);
	before = packs_size(f->repo, true);
	r = start(f, words, &run, err);
	if (r == 0)
		r = watch(f, &run, before, words, &res, err);
	if (r >= 0)
		r = ending(f, &res, r, words, err);
	if (r <= 0) {
		locks_remove(f);
		(void)packs_size(f->repo, true);
	}
	return r;
}
