/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_SANDBOX_SANDBOX_H
#define DMALAB_SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/run.h"
#include "sandbox/cgroup.h"

struct err;

/*
 * Shuts an untrusted tool in: the build uid (when we are root), bubblewrap with
 * /usr and the named folders only, no network (unless it is asked for), a PID
 * namespace that dies with us, no capabilities, no further user namespaces, a
 * seccomp filter, resource limits, a cgroup where one is writable.
 */
struct sandbox_bind {
	const char *from; /* on the host */
	const char *to;	  /* inside */
	bool writable;
};

struct sandbox {
	const struct sandbox_bind *binds; /* besides /usr and what of /etc a compiler needs */
	size_t n_binds;
	const char *const *env; /* the whole environment inside, NULL-terminated */
	const char *dir;	/* working folder inside */
	int uid;		/* build uid and gid; used only by root */
	int memory_mb;		/* of all processes together (cgroup), of each (rlimit) */
	int processes;
	int file_mb; /* largest file */
	int timeout_ms;
	bool network;  /* the host's, by TCP and UDP and sockets of files: for our own code only */
	int out_fd;    /* stdout and stderr; -1 /dev/null */
	int cancel_fd; /* -1 none */
	int lock_fd;   /* held as long as anything runs inside, out of its reach; -1 none */
};

struct sandbox_run {
	struct run run;
	struct cgroup group;
	struct cgroup_events events; /* set at the end: limits that were met */
	int inner_fd;		     /* pidfd of the first process inside; -1 none */
};

/*
 * Starts argv (resolved inside) in the sandbox. Every bind's source must be
 * reachable by the build uid, or our mounts private. What cannot be set up inside is the tool's
 * exit 1 with bwrap's word in the output.
 */
int sandbox_start(const struct sandbox *s, const char *const *argv, struct sandbox_run *ret,
		  struct err *err) __attribute__((warn_unused_result));
/* As run_poll(): 1 ended, and with it every process inside; 0 runs on. */
int sandbox_poll(struct sandbox_run *run, int wait_ms, struct run_result *ret, struct err *err)
	__attribute__((warn_unused_result));
void sandbox_abandon(struct sandbox_run *run); /* zero and ended ones are fine */

/* start and poll to the end. */
int sandbox_tool(const struct sandbox *s, const char *const *argv, struct run_result *ret,
		 struct err *err) __attribute__((warn_unused_result));

/*
 * Mounts that vanish with this process, even by SIGKILL: call private_mounts()
 * once, before the others. As root it leaves the host's mount namespace; else
 * it enters a user namespace where we appear as root. Needs a single thread.
 */
int sandbox_private_mounts(struct err *err) __attribute__((warn_unused_result));

/*
 * Mounts a disk of fixed size (tmpfs) on an existing folder. Returns 0, or 1
 * where this kernel's tmpfs cannot bear an overlay of a plain user: then nothing
 * is mounted, and what lies in the folder is bounded by the size of a file only.
 */
int sandbox_disk(const char *dir, int size_mb, struct err *err) __attribute__((warn_unused_result));

/*
 * Lays `upper` over `lower` at `target` (overlayfs): writes go to upper only.
 * upper and work are made, owned as lower is, and lie on one file system.
 */
int sandbox_overlay(const char *lower, const char *upper, const char *work, const char *target,
		    struct err *err) __attribute__((warn_unused_result));

int sandbox_unmount(const char *target, struct err *err) __attribute__((warn_unused_result));

#endif
