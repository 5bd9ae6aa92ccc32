/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_BASE_RUN_H
#define DMALAB_BASE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct buf;
struct err;

/*
 * Runs one external tool: no shell, an argument vector, a deadline, its own
 * process group. The only fork/exec site of the program.
 *
 * argv is NULL-terminated and borrowed; env, where given, replaces the whole
 * environment. When the tool ends, what is left of its group is killed. When it
 * overruns its deadline or is cancelled, its leader gets SIGTERM, and after the
 * grace its group SIGKILL. What calls setsid() escapes a group: untrusted tools
 * run in a PID namespace besides.
 */
struct run_spec {
	const char *const *argv;
	const char *const *env; /* NULL: inherit */
	const char *dir;	/* NULL: stay */
	int stdin_fd;		/* -1: /dev/null; all descriptors stay the caller's */
	int out_fd;		/* -1: /dev/null */
	int err_fd;		/* -1: with stdout */
	int cancel_fd;		/* -1: none. Readable (a signalfd): stop the tool */
	int keep_fd[2];		/* -1: none. Inherited as 3 and 4: a lock, a seccomp filter */
	int timeout_ms;		/* 0 is refused: every tool has a deadline */
	int grace_ms;		/* between SIGTERM and SIGKILL; 0: SIGKILL at once */
};

/* argv and deadline set, all else at its default (no input, no output, 2 s grace). */
struct run_spec run_spec_of(const char *const *argv, int timeout_ms);

enum run_end {
	RUN_EXITED,   /* .status is the exit code */
	RUN_SIGNALED, /* .status is the signal */
	RUN_TIMEDOUT, /* ended by us; .status is 0 */
	RUN_CANCELED, /* ended by us since cancel_fd became readable, or by run_stop() */
};

struct run_result {
	enum run_end end;
	int status;
	int64_t ms; /* how long it ran */
};

/*
 * Returns 0 when the tool ran, whatever its verdict: a failing tool is a
 * result, not an error. Returns a negative errno when it could not be run
 * (-ENOENT: no such program); *ret is written only on success.
 */
int run_tool(const struct run_spec *spec, struct run_result *ret, struct err *err)
	__attribute__((warn_unused_result));

/* The same with stdout appended to *out, at most limit bytes of it (-EFBIG). */
int run_capture(const struct run_spec *spec, size_t limit, struct buf *out, struct run_result *ret,
		struct err *err) __attribute__((warn_unused_result));

/* "exit 2", "signal 9", "deadline", "cancelled"; for messages. Valid until the next call. */
const char *run_end_text(const struct run_result *res, char text[32]);

/* A tool that runs while the caller does something else. Zero is none. */
struct run {
	struct run_spec spec; /* argv and env need not outlive run_start() */
	pid_t pid;
	int pidfd;
	int64_t started;
	int64_t kill_at; /* 0 until SIGTERM was sent */
	enum run_end why;
};

int run_start(const struct run_spec *spec, struct run *ret, struct err *err)
	__attribute__((warn_unused_result));

/*
 * Waits up to wait_ms for the end, and keeps the deadline meanwhile. Returns 1
 * when the tool has ended (*ret is set, the run is over), 0 when it runs on.
 */
int run_poll(struct run *run, int wait_ms, struct run_result *ret, struct err *err)
	__attribute__((warn_unused_result));

/* Asks it to end (SIGTERM, then SIGKILL after the grace); keep polling for the end. */
void run_stop(struct run *run, enum run_end why);

/* Ends it at once and reaps it; for clean-up paths. A run that is over is fine. */
void run_abandon(struct run *run);

#endif
