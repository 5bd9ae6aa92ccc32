/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_SANDBOX_CGROUP_H
#define DMALAB_SANDBOX_CGROUP_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * A control group below our own that bounds memory and processes of a tool and
 * of all that it starts: version 2, or version 1's memory and pids. Zero is
 * none, which is what one gets where no group is writable: every function takes it.
 */
struct cgroup {
	char *dirs[2]; /* v2: one folder; v1: memory, pids. NULL: not there */
	char *home[2]; /* the groups we came from */
	bool v2;
};

struct cgroup_events {
	bool out_of_memory; /* the kernel killed something of the group */
	bool out_of_processes;
};

/* Makes one with limits set. No error: without a group rlimits have to do. */
void cgroup_make(struct cgroup *g, int memory_mb, int processes);

/*
 * Brings ourselves in, and out again: what is started in between is in the group
 * from its first instruction. enter() gives the group up where it is refused;
 * leave() puts us back and returns 0 or a negative errno.
 */
void cgroup_enter(struct cgroup *g);
int cgroup_leave(struct cgroup *g) __attribute__((warn_unused_result));

/* Kills what is left in it, says what had happened, removes and forgets it. */
struct cgroup_events cgroup_end(struct cgroup *g);

#endif
