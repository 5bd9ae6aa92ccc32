// SPDX-License-Identifier: GPL-2.0-or-later
#include "sandbox/sandbox.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "sandbox/filter.h"
#include "sandbox/reach.h"

enum {
	INSIDE_UID = 1000, /* the same in every sandbox, whoever runs it */
	OPEN_FILES = 4096,
	TMP_MB = 256,
	INNER_MS = 2000, /* how long bwrap may take to its first child */
	END_MS = 10 * 1000,
	FILTER_FD = 3, /* run_spec.keep_fd: as which they are inherited */
	LOCK_FD = 4,
};

/*
 * True where we are root over other users too. Root of a user namespace of its
 * own (sandbox_private_mounts() of a plain user) is that user and nobody else.
 */
static bool can_drop_to(int uid)
{
	CLEANUP(close_file) FILE *f = NULL;
	unsigned inside, outside, count;

	if (geteuid() != 0 || uid <= 0)
		return false;
	f = fopen("/proc/self/uid_map", "re");
	if (!f)
		return true;
	while (fscanf(f, "%u %u %u", &inside, &outside, &count) == 3)
		if ((unsigned)uid >= inside && (unsigned)uid - inside < count)
			return true;
	return false;
}

/* /usr, and /bin and the like as the host has them: links into it, or folders. */
static void add_system(struct strv *a)
{
	static const char *const roots[] = {
		"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"
	};
	static const char *const etc[] = { "/etc/ld.so.cache", "/etc/alternatives" };
	struct stat st;
	char link[256];

	strv_all(a, (const char *const[]){ "--ro-bind", "/usr", "/usr", NULL });
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		ssize_t n;

		if (lstat(roots[i], &st) < 0)
			continue;
		n = readlink(roots[i], link, sizeof(link) - 1);
		if (n > 0) {
			link[n] = '\0';
			strv_all(a, (const char *const[]){ "--symlink", link, roots[i], NULL });
		} else {
			strv_all(a, (const char *const[]){ "--ro-bind", roots[i], roots[i], NULL });
		}
	}
	for (size_t i = 0; i < sizeof(etc) / sizeof(etc[0]); i++)
		strv_all(a, (const char *const[]){ "--ro-bind-try", etc[i], etc[i], NULL });
}

/*
 * Process limits are set inside: there they count this sandbox's processes, and
 * outside all of the user's. The file systems that bwrap makes are memory, so
 * none is left writable but /tmp, which has a size.
 */
static void add_limits(const struct sandbox *s, struct strv *a)
{
	strv_addf(a, "--nproc=%d", s->processes);
	strv_addf(a, "--as=%lld", (long long)s->memory_mb << 20);
	strv_addf(a, "--fsize=%lld", (long long)s->file_mb << 20);
	strv_addf(a, "--nofile=%d", OPEN_FILES);
	strv_add(a, "--core=0");
}

static void add_bwrap(const struct sandbox *s, const struct strv *from, struct strv *a)
{
	strv_all(a, (const char *const[]){ "bwrap", "--unshare-all", "--unshare-user",
					   "--disable-userns", "--cap-drop", "ALL",
					   "--die-with-parent", "--new-session", "--hostname",
					   "dmalab", "--uid", NULL });
	strv_addf(a, "%d", INSIDE_UID);
	strv_add(a, "--gid");
	strv_addf(a, "%d", INSIDE_UID);
	if (s->network)
		strv_add(a, "--share-net");
	add_system(a);
	strv_all(a, (const char *const[]){ "--proc", "/proc", "--dev", "/dev", "--remount-ro",
					   "/dev", "--size", NULL });
	strv_addf(a, "%lld", (long long)TMP_MB << 20);
	strv_all(a, (const char *const[]){ "--tmpfs", "/tmp", NULL });
	for (size_t i = 0; i < s->n_binds; i++) {
		strv_add(a, s->binds[i].writable ? "--bind" : "--ro-bind");
		strv_add(a, from->v[i]);
		strv_add(a, s->binds[i].to);
	}
	strv_all(a, (const char *const[]){ "--remount-ro", "/", "--chdir", s->dir ? s->dir : "/",
					   "--seccomp", NULL });
	strv_addf(a, "%d", FILTER_FD);
	/* Held by the sandbox's first process only: what runs inside could unlock it. */
	if (s->lock_fd >= 0) {
		strv_add(a, "--sync-fd");
		strv_addf(a, "%d", LOCK_FD);
	}
	strv_all(a, (const char *const[]){ "--", "prlimit", NULL });
	add_limits(s, a);
	strv_add(a, "--");
}

static void add_drop(const struct sandbox *s, struct strv *a)
{
	strv_all(a, (const char *const[]){ "setpriv", "--no-new-privs", "--clear-groups", NULL });
	strv_addf(a, "--reuid=%d", s->uid);
	strv_addf(a, "--regid=%d", s->uid);
	strv_add(a, "--");
}

/* The first child of a process, or 0. */
static pid_t child_of(pid_t pid)
{
	CLEANUP(free_ptr) char *path = mem_printf("/proc/%d/task/%d/children", pid, pid);
	CLEANUP(close_file) FILE *f = fopen(path, "re");
	int child;

	return f && fscanf(f, "%d", &child) == 1 ? child : 0;
}

/*
 * Finds the first process of the sandbox's PID namespace, whose end is the end
 * of all in it. -1 where bwrap has ended before, which poll() will tell.
 */
static int open_inner(pid_t pid)
{
	int64_t until = clock_ms() + INNER_MS;

	do {
		pid_t child = child_of(pid);
		siginfo_t si = { 0 };

		if (child > 0)
			return pidfd_open(child, 0);
		if (waitid(P_PID, (id_t)pid, &si, WEXITED | WNOHANG | WNOWAIT) < 0 || si.si_pid)
			return -1;
		(void)nanosleep(&(struct timespec){ .tv_nsec = 300 * 1000 }, NULL);
	} while (clock_ms() < until);
	return -1;
}

/* bwrap's end kills what is inside, but does not wait for it: we do. */
static void wait_inner(struct sandbox_run *run)
{
	int64_t until = clock_ms() + END_MS;
	struct pollfd p = { .fd = run->inner_fd, .events = POLLIN };

	while (run->inner_fd >= 0 && clock_ms() < until)
		if (poll(&p, 1, END_MS) != -1 || errno != EINTR)
			break;
	close_fd(&run->inner_fd);
	run->inner_fd = -1;
}

int sandbox_start(const struct sandbox *s, const char *const *argv, struct sandbox_run *ret,
		  struct err *err)
{
	CLEANUP(strv_done) struct strv from = { 0 };
	CLEANUP(strv_done) struct strv a = { 0 };
	CLEANUP(close_fd) int filter = -1;
	struct sandbox_run run = { .inner_fd = -1 };
	bool drop = can_drop_to(s->uid);
	struct run_spec spec;
	int r, back;

	if (!drop && getuid() == 0 && s->uid <= 0)
		return err_set(err, EPERM, "sandbox: root needs a build user that is not root");
	for (size_t i = 0; i < s->n_binds; i++) {
		r = 0;
		if (drop)
			r = reach_path(s->binds[i].from, s->uid, &from, err);
		else
			strv_add(&from, s->binds[i].from);
		if (r < 0)
			return r;
	}
	if (drop)
		add_drop(s, &a);
	add_bwrap(s, &from, &a);
	strv_all(&a, argv);

	filter = filter_open(s->network, err);
	if (filter < 0)
		return filter;
	spec = run_spec_of((const char *const *)a.v, s->timeout_ms);
	spec.env = s->env;
	spec.out_fd = s->out_fd;
	spec.cancel_fd = s->cancel_fd;
	spec.keep_fd[0] = filter;
	spec.keep_fd[1] = s->lock_fd;

	cgroup_make(&run.group, s->memory_mb, s->processes);
	cgroup_enter(&run.group);
	r = run_start(&spec, &run.run, err);
	back = cgroup_leave(&run.group);
	if (r == 0 && back < 0)
		r = err_errno(err, -back, "cannot leave the control group of a sandbox");
	if (r < 0) {
		sandbox_abandon(&run);
		return r;
	}
	run.inner_fd = open_inner(run.run.pid);
	*ret = run;
	return 0;
}

int sandbox_poll(struct sandbox_run *run, int wait_ms, struct run_result *ret, struct err *err)
{
	int r = run_poll(&run->run, wait_ms, ret, err);

	if (r <= 0)
		return r;
	wait_inner(run);
	run->events = cgroup_end(&run->group);
	return 1;
}

void sandbox_abandon(struct sandbox_run *run)
{
	run_abandon(&run->run);
	if (run->inner_fd > 0)
		wait_inner(run);
	run->events = cgroup_end(&run->group);
}

int sandbox_tool(const struct sandbox *s, const char *const *argv, struct run_result *ret,
		 struct err *err)
{
	struct sandbox_run run;
	int r = sandbox_start(s, argv, &run, err);

	if (r < 0)
		return r;
	do
		r = sandbox_poll(&run, 1000, ret, err);
	while (r == 0);
	if (r < 0)
		sandbox_abandon(&run);
	return r < 0 ? r : 0;
}
