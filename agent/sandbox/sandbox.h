/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_SANDBOX_SANDBOX_H
#define DMALAB_SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/run.h"

struct err;

/*
 * Shuts an untrusted tool in: the build uid (when we are root), bubblewrap with
 * /usr and the named folders only, no network, a PID namespace that dies with
 * us, no capabilities, no further user namespaces, a seccomp filter, resource
 * limits, a cgroup where one is writable.
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
	int out_fd;    /* stdout and stderr; -1 /dev/null */
	int cancel_fd; /* -1 none */
	int lock_fd;   /* inherited, so that a lock outlives us as long as the tool; -1 none */
};

struct sandbox_run {
	struct run run;
	char *cgroup; /* folder to remove at the end; NULL none */
	int filter_fd;
};

/* Starts argv (resolved inside) in the sandbox. */
int sandbox_start(const struct sandbox *s, const char *const *argv, struct sandbox_run *ret,
		  struct err *err) __attribute__((warn_unused_result));
/* As run_poll(): 1 ended, 0 runs on. At the end the cgroup is removed. */
int sandbox_poll(struct sandbox_run *run, int wait_ms, struct run_result *ret, struct err *err)
	__attribute__((warn_unused_result));
void sandbox_abandon(struct sandbox_run *run);

/* start and poll to the end. */
int sandbox_tool(const struct sandbox *s, const char *const *argv, struct run_result *ret,
		 struct err *err) __attribute__((warn_unused_result));

/*
 * Mounts that vanish with this process, even by SIGKILL: call private_mounts()
 * once, before the others. As root it leaves the host's mount namespace; else
 * it enters a user namespace where we appear as root. Needs a single thread.
 */
int sandbox_private_mounts(struct err *err) __attribute__((warn_unused_result));

/* Mounts a disk of fixed size (tmpfs) on an existing folder. */
int sandbox_disk(const char *dir, int size_mb, struct err *err) __attribute__((warn_unused_result));

/*
 * Lays `upper` over `lower` at `target` (overlayfs): writes go to upper only.
 * upper and work are made, owned as lower is, and lie on one file system.
 */
int sandbox_overlay(const char *lower, const char *upper, const char *work, const char *target,
		    struct err *err) __attribute__((warn_unused_result));

int sandbox_unmount(const char *target, struct err *err) __attribute__((warn_unused_result));

#endif
