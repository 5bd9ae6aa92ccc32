/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_FOLLOWER_H
#define DMALAB_PIPELINE_FOLLOWER_H

struct config;
struct err;
struct lab_config;
struct store;

struct follower_spec {
	int cancel_fd;				   /* readable: end */
	void (*note)(void *arg, const char *text); /* what the operator must know */
	void *arg;
};

/*
 * Carries out the submissions of a lab until cancel_fd: sends, looks for what may have been sent,
 * follows, takes back, and stores what came of each. One process a lab (it holds the lab's lock; 0
 * at once where another one does). Killed at any moment, the next one goes on where the rows say. A
 * server that does not answer is asked less and less often; what waits there is waited for.
 */
int follower_run(const struct config *c, struct store *store, const struct lab_config *lab,
		 const struct follower_spec *spec, struct err *err)
	__attribute__((warn_unused_result));

/* Serves published files to a lab's workers until cancel_fd. Likewise one process a lab. */
int files_run(const struct config *c, const struct lab_config *lab, int cancel_fd, struct err *err)
	__attribute__((warn_unused_result));

/*
 * The file that is written anew when LAVA says that a job is over (lab.yaml: wake). LAVA says so a
 * moment before its own answers do. Caller frees.
 */
char *follower_bell(const struct config *c, const struct lab_config *lab);

#endif
