// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/run.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"

extern char **environ;

/* Where keep_fd[] is parked before it is laid on 3 and 4, so that neither overwrites the other. */
enum { PARK = 200 };

struct run_spec run_spec_of(const char *const *argv, int timeout_ms)
{
	return (struct run_spec){
		.argv = argv,
		.stdin_fd = -1,
		.out_fd = -1,
		.err_fd = -1,
		.cancel_fd = -1,
		.keep_fd = { -1, -1 },
		.timeout_ms = timeout_ms,
		.grace_ms = 2000,
	};
}

/* Fills the file actions; returns 0 or a positive errno, as posix_spawn does. */
static int actions_fill(posix_spawn_file_actions_t *fa, const struct run_spec *s, int null_fd)
{
	int in = s->stdin_fd >= 0 ? s->stdin_fd : null_fd;
	int out = s->out_fd >= 0 ? s->out_fd : null_fd;
	int error = s->err_fd >= 0 ? s->err_fd : out;
	int first_free = 3;
	int r;

	for (int i = 0; i < 2; i++)
		if (s->keep_fd[i] >= 0 &&
		    (r = posix_spawn_file_actions_adddup2(fa, s->keep_fd[i], PARK + i)))
			return r;
	if ((r = posix_spawn_file_actions_adddup2(fa, in, PARK + 2)) ||
	    (r = posix_spawn_file_actions_adddup2(fa, out, PARK + 3)) ||
	    (r = posix_spawn_file_actions_adddup2(fa, error, PARK + 4)))
		return r;
	for (int i = 0; i < 3; i++)
		if ((r = posix_spawn_file_actions_adddup2(fa, PARK + 2 + i, i)))
			return r;
	for (int i = 0; i < 2; i++)
		if (s->keep_fd[i] >= 0) {
			if ((r = posix_spawn_file_actions_adddup2(fa, PARK + i, 3 + i)))
				return r;
			first_free = 4 + i;
		}
	if ((r = posix_spawn_file_actions_addclosefrom_np(fa, first_free)))
		return r;
	return s->dir ? posix_spawn_file_actions_addchdir_np(fa, s->dir) : 0;
}

static int spawn(const struct run_spec *s, pid_t *ret_pid)
{
	CLEANUP(close_fd) int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t attr;
	sigset_t all, none;
	int r;

	if (null_fd < 0)
		return errno;
	if ((r = posix_spawn_file_actions_init(&fa)))
		return r;
	if ((r = posix_spawnattr_init(&attr)))
		goto out_actions;

	sigfillset(&all);
	sigemptyset(&none);
	if ((r = posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
							 POSIX_SPAWN_SETSIGMASK)) ||
	    (r = posix_spawnattr_setpgroup(&attr, 0)) ||
	    (r = posix_spawnattr_setsigdefault(&attr, &all)) ||
	    (r = posix_spawnattr_setsigmask(&attr, &none)) || (r = actions_fill(&fa, s, null_fd)))
		goto out_attr;

	r = posix_spawnp(ret_pid, s->argv[0], &fa, &attr, (char *const *)s->argv,
			 s->env ? (char *const *)s->env : environ);
out_attr:
	posix_spawnattr_destroy(&attr);
out_actions:
	posix_spawn_file_actions_destroy(&fa);
	return r;
}

int run_start(const struct run_spec *spec, struct run *ret, struct err *err)
{
	pid_t pid = -1;
	int fd, r;

	if (!spec->argv || !spec->argv[0] || spec->timeout_ms <= 0)
		return err_set(err, EINVAL, "run: no program or no deadline");
	r = spawn(spec, &pid);
	if (r)
		return err_set(err, r, "cannot start '%s': %s", spec->argv[0],
			       r == ENOENT ? "no such program" : "spawn failed");

	assert(pid > 1); /* kill(-pid) must never mean "everyone" */
	fd = pidfd_open(pid, 0);
	if (fd < 0) {
		r = errno;
		(void)kill(-pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
		return err_errno(err, r, "cannot watch '%s'", spec->argv[0]);
	}
	*ret = (struct run){ .spec = *spec, .pid = pid, .pidfd = fd, .started = clock_ms() };
	ret->spec.argv = NULL; /* the caller may free it now */
	ret->spec.env = NULL;
	return 0;
}

void run_stop(struct run *run, enum run_end why)
{
	if (run->pid <= 0 || run->kill_at)
		return;
	run->why = why;
	run->kill_at = clock_ms() + run->spec.grace_ms;
	if (run->spec.grace_ms > 0)
		(void)kill(run->pid, SIGTERM);
	else
		(void)kill(-run->pid, SIGKILL);
}

/* The leader is unreaped, so the group id is still ours to signal. */
static int reap(struct run *run, struct run_result *ret, struct err *err)
{
	siginfo_t si = { 0 };

	(void)kill(-run->pid, SIGKILL);
	while (waitid(P_PID, (id_t)run->pid, &si, WEXITED) < 0)
		if (errno != EINTR)
			return err_errno(err, errno, "cannot wait for a tool");
	close_fd(&run->pidfd);
	*ret = (struct run_result){ .ms = clock_ms() - run->started };
	if (run->kill_at)
		ret->end = run->why;
	else
		ret->end = si.si_code == CLD_EXITED ? RUN_EXITED : RUN_SIGNALED;
	ret->status = run->kill_at ? 0 : si.si_status;
	run->pid = 0;
	return 0;
}

/* Milliseconds to the next thing to do about the tool; never negative. */
static int next_due(const struct run *run, int wait_ms)
{
	int64_t due = run->kill_at ? run->kill_at : run->started + run->spec.timeout_ms;
	int64_t left = due - clock_ms();

	if (left < 0)
		left = 0;
	return left < wait_ms ? (int)left : wait_ms;
}

int run_poll(struct run *run, int wait_ms, struct run_result *ret, struct err *err)
{
	int64_t until = clock_ms() + wait_ms;

	for (;;) {
		int64_t left = until - clock_ms();
		struct pollfd p[2] = {
			{ .fd = run->pidfd, .events = POLLIN },
			{ .fd = run->kill_at ? -1 : run->spec.cancel_fd, .events = POLLIN },
		};
		int r = poll(p, 2, next_due(run, left > 0 ? (int)left : 0));

		if (r < 0 && errno != EINTR)
			return err_errno(err, errno, "cannot watch a tool");
		if (r > 0 && p[0].revents) {
			r = reap(run, ret, err);
			return r < 0 ? r : 1;
		}
		if (r > 0 && p[1].revents)
			run_stop(run, RUN_CANCELED);
		if (run->kill_at && clock_ms() >= run->kill_at) {
			(void)kill(-run->pid, SIGKILL);
			run->kill_at = clock_ms() + 1000;
		} else if (!run->kill_at && clock_ms() - run->started >= run->spec.timeout_ms) {
			run_stop(run, RUN_TIMEDOUT);
		}
		if (clock_ms() >= until)
			return 0;
	}
}

void run_abandon(struct run *run)
{
	struct run_result res;
	struct err err;

	if (run->pid <= 0)
		return;
	(void)kill(-run->pid, SIGKILL);
	if (reap(run, &res, &err) < 0)
		run->pid = 0;
}

int run_tool(const struct run_spec *spec, struct run_result *ret, struct err *err)
{
	struct run run = { 0 };
	int r = run_start(spec, &run, err);

	if (r < 0)
		return r;
	do
		r = run_poll(&run, 1000, ret, err);
	while (r == 0);
	if (r < 0)
		run_abandon(&run);
	return r < 0 ? r : 0;
}

int run_capture(const struct run_spec *spec, size_t limit, struct buf *out, struct run_result *ret,
		struct err *err)
{
	CLEANUP(close_fd) int fd = memfd_create("out", MFD_CLOEXEC);
	struct run_spec s = *spec;
	int r;

	if (fd < 0)
		return err_errno(err, errno, "cannot make room for output");
	s.out_fd = fd;
	if (s.err_fd < 0)
		s.err_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	r = run_tool(&s, ret, err);
	if (s.err_fd != spec->err_fd)
		close_fd(&s.err_fd);
	if (r < 0)
		return r;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_errno(err, errno, "cannot read output");
	return fs_read_fd(fd, "output of a tool", limit, out, err);
}

const char *run_end_text(const struct run_result *res, char text[32])
{
	switch (res->end) {
	case RUN_EXITED:
		snprintf(text, 32, "exit %d", res->status);
		break;
	case RUN_SIGNALED:
		snprintf(text, 32, "signal %d", res->status);
		break;
	case RUN_TIMEDOUT:
		return "deadline";
	case RUN_CANCELED:
		return "cancelled";
	}
	return text;
}
