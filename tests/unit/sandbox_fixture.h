/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_SANDBOX_FIXTURE_H
#define DMALAB_TESTS_SANDBOX_FIXTURE_H

/* A folder open to the build's user, with the attacks' program in it, in and out of a sandbox. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "sandbox/sandbox.h"

/* As root the tools run as this user, which need not exist. */
enum { BUILD_UID = 64123, PLAIN_UID = 64124 };

static char top[] = "/tmp/dmalab-sandbox-XXXXXX"; /* open to the build user */
static char *attack, *obj, *elsewhere;

static const char *const env[] = { "PATH=/usr/bin:/bin", "LC_ALL=C", NULL };

static inline void pause_ms(int ms)
{
	(void)nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L },
			NULL);
}

static char *in_top(const char *name)
{
	return mem_printf("%s/%s", top, name);
}

static inline void make_folder(const char *path)
{
	assert_int_equal(mkdir(path, 0755), 0);
	if (geteuid() == 0)
		assert_int_equal(chown(path, BUILD_UID, BUILD_UID), 0);
}

static inline int set_up(void **state)
{
	struct err err = { 0 };
	struct run_result res;
	const char *cc[] = { "cc", "-O1", "-o", NULL, "tests/fixtures/sandbox/attack.c", NULL };
	struct run_spec spec = run_spec_of(cc, 60000);

	(void)state;
	spec.out_fd = 2;
	if (!mkdtemp(top) || chmod(top, 0755) < 0)
		return -1;
	cc[3] = attack = in_top("attack");
	obj = in_top("obj");
	elsewhere = in_top("elsewhere");
	make_folder(obj);
	make_folder(elsewhere);
	if (run_tool(&spec, &res, &err) < 0 || res.end != RUN_EXITED || res.status)
		return -1;
	return 0;
}

static inline int tear_down(void **state)
{
	struct err err;

	(void)state;
	free(attack);
	free(obj);
	free(elsewhere);
	return fs_rmtree(top, &err);
}

static inline struct sandbox box(const struct sandbox_bind *binds, size_t n)
{
	return (struct sandbox){ .binds = binds,
				 .n_binds = n,
				 .env = env,
				 .dir = "/obj",
				 .uid = BUILD_UID,
				 .memory_mb = 512,
				 .processes = 64,
				 .file_mb = 128,
				 .timeout_ms = 20000,
				 .out_fd = -1,
				 .cancel_fd = -1,
				 .lock_fd = -1 };
}

/* Runs the attack in the sandbox with obj at /obj; its exit code, or -1. */
static inline int inside_of(struct sandbox *s, const char *a, const char *b, const char *c,
			    const char *d)
{
	const struct sandbox_bind binds[] = { { attack, "/attack", false }, { obj, "/obj", true } };
	const char *argv[] = { "/attack", a, b, c, d, NULL };
	struct run_result res;
	struct err err = { 0 };
	int r;

	s->binds = binds;
	s->n_binds = 2;
	r = sandbox_tool(s, argv, &res, &err);
	if (r < 0)
		print_error("sandbox: %s\n", err.msg);
	return r == 0 && res.end == RUN_EXITED ? res.status : -1;
}

static inline int inside(const char *a, const char *b, const char *c, const char *d)
{
	struct sandbox s = box(NULL, 0);

	return inside_of(&s, a, b, c, d);
}

/* Runs the same attack without a sandbox, as the user that builds. */
static inline int outside(const char *a, const char *b, const char *c, const char *d)
{
	char uid[32], gid[32];
	const char *argv[] = { "setpriv", uid, gid, "--clear-groups", attack, a, b, c, d, NULL };
	struct run_spec spec = run_spec_of(geteuid() == 0 ? argv : argv + 4, 20000);
	struct run_result res;
	struct err err = { 0 };

	snprintf(uid, sizeof(uid), "--reuid=%d", BUILD_UID);
	snprintf(gid, sizeof(gid), "--regid=%d", BUILD_UID);
	assert_int_equal(run_tool(&spec, &res, &err), 0);
	return res.end == RUN_EXITED ? res.status : -1;
}

/* Runs fn in a child, as a plain user where asked, for mounts end with their process. */
static inline int in_child(int uid, int (*fn)(const char *dir), const char *dir)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		if (uid && (setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0))
			_exit(99);
		/* As after an exec: /proc/self is ours again. */
		_exit(prctl(PR_SET_DUMPABLE, 1) < 0 ? 99 : fn(dir));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

#endif
