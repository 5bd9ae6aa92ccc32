/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_GIT_GIT_H
#define DMALAB_GIT_GIT_H

#include <stdbool.h>

#include "base/run.h"

struct buf;
struct err;

/*
 * git, with the operator's configuration, hooks, identity and clock shut out:
 * the same input gives the same commit. Zero-terminated arguments without "git".
 */
struct git {
	const char *repo;      /* --git-dir; NULL where dir is a worktree of its own */
	const char *work_tree; /* --work-tree, also the working folder; NULL: none */
	const char *index;     /* GIT_INDEX_FILE; NULL: the repository's */
	bool network;  /* it asks a server, by the proxy that http_proxy and its kind name */
	bool sparse;   /* the worktree holds no files but those that git itself puts there */
	int log_fd;    /* receives git's words; -1 nobody */
	int cancel_fd; /* -1 none */
	int lock_fd;   /* a lock that git shares while it runs; -1 none */
};

/* The identity of every commit that the lab makes. */
#define GIT_LAB_NAME  "dmalab"
#define GIT_LAB_EMAIL "dmalab@localhost.invalid"

/* Runs git, whatever it says: *ret. -ECANCELED when cancelled, -EIO when killed. */
int git_run(const struct git *g, const char *const *args, struct run_result *ret, struct err *err)
	__attribute__((warn_unused_result));

/* 1: git exited 0; 0: git exited otherwise; negative: git gave no answer. */
int git_ok(const struct git *g, const char *const *args, struct err *err)
	__attribute__((warn_unused_result));

/* git must exit 0; its last words are in the error otherwise. */
int git_must(const struct git *g, const char *const *args, struct err *err)
	__attribute__((warn_unused_result));

/* The same with its stdout, white space at the end cut, appended to *out. */
int git_out(const struct git *g, const char *const *args, struct buf *out, struct err *err)
	__attribute__((warn_unused_result));

/* git's exit is the answer (1 for 0, 0 for other), stdout and stderr are appended to *words. */
int git_words(const struct git *g, const char *const *args, struct buf *words, struct err *err)
	__attribute__((warn_unused_result));

/* As git_words(), with a file as standard input. */
int git_words_from(const struct git *g, const char *const *args, int stdin_fd, struct buf *words,
		   struct err *err) __attribute__((warn_unused_result));

/* As git_must(), with a file as standard input. */
int git_must_from(const struct git *g, const char *const *args, int stdin_fd, struct err *err)
	__attribute__((warn_unused_result));

/* Starts a git that runs on: what it says of trouble goes to log_fd. The run is the caller's. */
int git_start(const struct git *g, const char *const *args, int stdin_fd, int out_fd,
	      int timeout_ms, struct run *ret, struct err *err) __attribute__((warn_unused_result));

#endif
