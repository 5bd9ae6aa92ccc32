/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_BUILD_ROOM_H
#define DMALAB_STAGE_BUILD_ROOM_H

#include "base/buf.h"
#include "sandbox/sandbox.h"
#include "stage/build/build.h"

enum { ROOM_BINDS = 8, ROOM_LOG_MAX = 64 << 20 };

/* What the steps of a build have in common: a sandbox, make's words, the log. */
struct room {
	const struct build_spec *spec;
	struct sandbox_bind binds[ROOM_BINDS];
	size_t n_binds;
	struct strv env;
	char *ccache;
	bool network;
	int log_fd;
	long log_start;	  /* where this step begins in the log */
	size_t log_lines; /* lines before it */
};

/* Folders made, log opened. room_close() takes a zero room and a closed one. */
int room_open(const struct build_spec *spec, struct room *ret, struct err *err)
	__attribute__((warn_unused_result));
void room_close(struct room *room);

/* One more folder or file inside; it outlives the room. */
void room_bind(struct room *room, const char *from, const char *to, bool writable);

/*
 * Lets what runs in the room from here on compile on the nodes of this machine's iceccd, where
 * lab.yaml wants that, the build is a base's and iceccd runs. It costs the room its loneliness:
 * icecc speaks to each node itself.
 */
void room_use_nodes(struct room *room);

/* The sandbox of the room, borrowed from it. */
struct sandbox room_sandbox(const struct room *room);

/* Runs a tool in it to the end; "cancelled" is -ECANCELED. */
int room_tool(const struct room *room, const char *const *argv, struct sandbox_run *run,
	      struct run_result *ret, struct err *err) __attribute__((warn_unused_result));

/* "make", its options and variables, as each step passes them. */
void room_make(const struct build_spec *spec, struct strv *argv);

/*
 * What a step's end means: build's status, error and warnings, from the log
 * since the step's start. A candidate that meets a limit within which its base
 * was built fails; a base that does is the lab's trouble.
 */
int room_outcome(const struct room *room, const struct sandbox_run *run,
		 const struct run_result *res, struct build *build, struct err *err)
	__attribute__((warn_unused_result));

#endif
