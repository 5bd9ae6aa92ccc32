// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/source/mirror.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "git/git.h"
#include "stage/source/manifest.h"

enum {
	FIRST_DEPTH = 1000, /* some hours of the busiest list */
	DEEPER = 4,
	MAX_DEPTH = 100000000,
	OLDEST = 20,   /* commits by which the age of a mirror's end is told */
	LOOK_MS = 500, /* between looks at what a fetch has brought */
	WORDS_MAX = 1 << 20,
	WORDS_SHOWN = 300,
};

static struct git git_of(const struct mirror *m)
{
	return (struct git){
		.repo = m->dir, .log_fd = -1, .cancel_fd = m->cancel_fd, .lock_fd = m->lock_fd
	};
}

/* What lies in its packs, half-finished ones included: where a fetch of any size goes. */
static int64_t pack_bytes(const struct mirror *m)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/objects/pack", m->dir);
	DIR *dir = opendir(path);
	const struct dirent *d;
	struct stat st;
	int64_t sum = 0;

	while (dir && (d = readdir(dir)))
		if (fstatat(dirfd(dir), d->d_name, &st, 0) == 0 && S_ISREG(st.st_mode))
			sum += st.st_size;
	if (dir)
		closedir(dir);
	return sum;
}

/* What a failed fetch means, by its words: git has one exit code for all. */
static int fetch_failed(const struct mirror *m, int words_fd, struct err *err)
{
	CLEANUP(buf_done) struct buf words = { 0 };
	struct err ignored;
	const char *text;
	int code = EAGAIN;

	if (lseek(words_fd, 0, SEEK_SET) < 0 ||
	    fs_read_fd(words_fd, "git's words", WORDS_MAX, &words, &ignored) < 0)
		buf_str(&words, "it says too much");
	buf_trim(&words);
	for (size_t i = 0; i < words.len; i++)
		if ((unsigned char)words.data[i] < ' ')
			words.data[i] = ' ';
	text = buf_text(&words);
	if (strstr(text, "couldn't find remote ref HEAD"))
		return 0;
	if (strstr(text, "not found") || strstr(text, "does not appear to be a git repository"))
		code = ENOENT;
	else if (strstr(text, "error: 403") || strstr(text, "Authentication failed") ||
		 strstr(text, "could not read Username"))
		code = EACCES;
	if (words.len > WORDS_SHOWN)
		text += words.len - WORDS_SHOWN;
	return err_set(err, code, "cannot fetch %s: %s", m->url, text);
}

static int fetch_wait(const struct mirror *m, struct run *run, struct run_result *res,
		      struct err *err)
{
	int64_t before = pack_bytes(m);
	bool too_much = false;
	int r;

	while ((r = run_poll(run, LOOK_MS, res, err)) == 0)
		if (!too_much && pack_bytes(m) - before > m->limit_bytes) {
			too_much = true;
			run_stop(run, RUN_TIMEDOUT);
		}
	if (r < 0) {
		run_abandon(run);
		return r;
	}
	if (too_much)
		return err_set(err, EFBIG, "%s brings more than %lld MB", m->url,
			       (long long)(m->limit_bytes >> 20));
	if (res->end == RUN_CANCELED)
		return err_set(err, ECANCELED, "interrupted");
	if (res->end == RUN_TIMEDOUT)
		return err_set(err, EFBIG, "fetching %s takes longer than %d s", m->url,
			       m->limit_ms / 1000);
	return 0;
}

static int fetch(const struct mirror *m, const char *depth, struct err *err)
{
	const char *args[] = { "-c",
			       "http.lowSpeedLimit=1000",
			       "-c",
			       "http.lowSpeedTime=60",
			       "-c",
			       "core.bigFileThreshold=16m",
			       "fetch",
			       "--quiet",
			       "--no-tags",
			       "--force",
			       "--no-write-fetch-head",
			       "--no-auto-maintenance",
			       m->url,
			       "+HEAD:refs/heads/master",
			       depth,
			       NULL };
	CLEANUP(close_fd) int words = memfd_create("git", MFD_CLOEXEC);
	struct git g = git_of(m);
	struct run_result res;
	struct run run;
	int r;

	if (words < 0)
		return err_errno(err, errno, "cannot make room for git's words");
	g.log_fd = words;
	g.network = true;
	r = git_start(&g, args, -1, words, m->limit_ms, &run, err);
	if (r == 0)
		r = fetch_wait(m, &run, &res, err);
	if (r < 0)
		return r;
	return res.end == RUN_EXITED && res.status == 0 ? 1 : fetch_failed(m, words, err);
}

static int mirror_make(const struct mirror *m, struct err *err)
{
	CLEANUP(free_ptr) char *head = mem_printf("%s/HEAD", m->dir);
	const char *init[] = { "init", "--quiet", "--bare", "--template=", m->dir, NULL };
	struct git g = git_of(m);

	if (fs_exists(head))
		return 0;
	g.repo = NULL;
	return git_must(&g, init, err);
}

/* Packs what many small fetches left, when it is much; git knows when. */
static int mirror_pack(const struct mirror *m, struct err *err)
{
	const char *gc[] = { "-c", "gc.auto=6700", "-c",      "gc.autoDetach=false",
			     "gc", "--auto",	   "--quiet", NULL };
	struct git g = git_of(m);
	int r = git_ok(&g, gc, err);

	return r == -ECANCELED ? r : 0; /* what fails here is no harm to what was fetched */
}

int mirror_fetch(const struct mirror *m, int depth, struct err *err)
{
	CLEANUP(free_ptr)
	char *option = depth == MIRROR_ALL ? NULL : mem_printf("--depth=%d", depth);
	int r = mirror_make(m, err);

	if (r == 0)
		r = fetch(m, option, err);
	if (r == 1 && mirror_pack(m, err) < 0)
		return -err->code;
	return r;
}

bool mirror_is_shallow(const struct mirror *m)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/shallow", m->dir);

	return fs_exists(path);
}

/*
 * Whether the mirror's oldest commits are all older than a time. Times are not in order, since
 * some mails come late: so one alone says nothing (nor does git's --shallow-since). If they are
 * not, *depth becomes what is likely to be deep enough.
 */
static int reaches(const struct mirror *m, int64_t since, int64_t *depth, struct err *err)
{
	const char *args[] = { "rev-list", "--no-commit-header", "--format=%ct",
			       "refs/heads/master", NULL };
	CLEANUP(buf_done) struct buf times = { 0 };
	struct git g = git_of(m);
	int r = git_out(&g, args, &times, err);
	int64_t newest, oldest = INT64_MAX, have = 1, wanted;
	bool all = true;

	if (r < 0)
		return r;
	newest = strtoll(buf_text(&times), NULL, 10);
	for (size_t i = 0; i < times.len; i++)
		have += times.data[i] == '\n';
	for (size_t i = 0, at = times.len; i < OLDEST && at > 0; i++) {
		int64_t t;

		while (at > 0 && times.data[at - 1] != '\n')
			at--;
		t = strtoll(times.data + at, NULL, 10);
		all = all && t < since;
		oldest = t < oldest ? t : oldest;
		at -= at > 0;
	}
	wanted = newest > oldest && newest - since < INT32_MAX
			 ? have * ((newest - since) / (newest - oldest) + 1)
			 : MAX_DEPTH;
	*depth = wanted > have * DEEPER ? wanted : have * DEEPER;
	return all;
}

/* A mirror that is there is brought up to date first: perhaps it is deep enough. */
int mirror_fetch_since(const struct mirror *m, int64_t since, struct err *err)
{
	int64_t depth = FIRST_DEPTH;
	char tip[41];
	int r = mirror_make(m, err);

	if (r == 0)
		r = mirror_tip(m, tip, err);
	if (r < 0)
		return r;
	r = mirror_fetch(m, r > 0 ? MIRROR_ALL : FIRST_DEPTH, err);
	while (r > 0 && mirror_is_shallow(m)) {
		r = reaches(m, since, &depth, err);
		if (r != 0)
			return r;
		r = mirror_fetch(m, (int)(depth < MAX_DEPTH ? depth : MAX_DEPTH), err);
	}
	return r;
}

int mirror_tip(const struct mirror *m, char commit[41], struct err *err)
{
	const char *args[] = { "rev-parse", "--verify", "--quiet", "refs/heads/master^{commit}",
			       NULL };
	CLEANUP(buf_done) struct buf words = { 0 };
	struct git g = git_of(m);
	int r = git_words(&g, args, &words, err);

	buf_trim(&words);
	if (r <= 0 || !is_commit(buf_text(&words)))
		return r < 0 ? r : 0;
	memcpy(commit, words.data, 41);
	return 1;
}

void mirror_tidy(const struct mirror *m)
{
	static const char *const locks[] = {
		"shallow.lock", "config.lock",		 "HEAD.lock", "gc.pid", "packed-refs.lock",
		"gc.pid.lock",	"refs/heads/master.lock"
	};

	for (size_t i = 0; i < sizeof(locks) / sizeof(*locks); i++) {
		CLEANUP(free_ptr) char *path = mem_printf("%s/%s", m->dir, locks[i]);

		(void)unlink(path);
	}
}

int mirror_base(const struct mirror *m, const char *at, const char *tip, char base[41],
		struct err *err)
{
	const char *is_ancestor[] = { "merge-base", "--is-ancestor", at, tip, NULL };
	const char *common[] = { "merge-base", at, tip, NULL };
	CLEANUP(buf_done) struct buf words = { 0 };
	struct git g = git_of(m);
	int r = git_ok(&g, is_ancestor, err);

	if (r == 1)
		memcpy(base, at, 41);
	if (r != 0)
		return r;
	r = git_words(&g, common, &words, err);
	buf_trim(&words);
	if (r <= 0 || !is_commit(buf_text(&words)))
		return r < 0 ? r : 0;
	memcpy(base, words.data, 41);
	return 1;
}
