/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_LAB_SERVER_H
#define DMALAB_STAGE_LAB_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/lab.h"

struct buf;
struct err;
struct lab_config;
struct net;

/*
 * A LAVA server by its REST interface, version 0.2. Every function asks once and waits for the
 * answer; what may pass (-EAGAIN) is the caller's to ask again. Errors:
 *   -EAGAIN   no connection, time-out, 5xx, HTML in place of JSON: it may pass
 *   -EACCES   403 (LAVA knows no 401): the token, or what it may do
 *   -EINVAL   400: what we sent is wrong
 *   -ENOENT   404
 *   -EBADMSG  JSON that is not what LAVA says
 *   -EFBIG    the answer is longer than the net allows
 *   -ECANCELED the net's cancel_fd
 * Source: LAVA 2023.01, lava_rest_app; where practice differs from it, what was measured.
 */
struct lab_server;

/* `net` is borrowed. The token is read from lab->token_file: -EACCES where others may read that. */
int lab_server_open(const struct lab_config *lab, struct net *net, struct lab_server **ret,
		    struct err *err) __attribute__((warn_unused_result));
void lab_server_freep(struct lab_server **s);

/* POST of a job definition. -EAGAIN: LAVA may have it all the same: lab_server_find() first. */
int lab_server_submit(struct lab_server *s, const char *definition, int64_t *id, struct err *err)
	__attribute__((warn_unused_result));
/* Our jobs whose description is exactly `key`, lowest id first. LAVA ignores filters that it does
 * not know and then returns every job, so each row is looked at again. */
int lab_server_find(struct lab_server *s, const char *key, struct lava_job_list *ret,
		    struct err *err) __attribute__((warn_unused_result));
/* The jobs of these ids, in batches; one that the server does not have is missing from *ret. */
int lab_server_jobs(struct lab_server *s, const int64_t *ids, size_t n, struct lava_job_list *ret,
		    struct err *err) __attribute__((warn_unused_result));
/* Appends the log's lines from number *line (from 0) on, as LAVA keeps them (YAML), at most one
 * answer's worth; *line is the next one then. 1: the answer was full, there may be more; 0: those
 * were all that there are by now. */
int lab_server_log(struct lab_server *s, int64_t id, int64_t *line, struct buf *ret,
		   struct err *err) __attribute__((warn_unused_result));
/* GET, as LAVA has it. A job that is over is no error. */
int lab_server_cancel(struct lab_server *s, int64_t id, struct err *err)
	__attribute__((warn_unused_result));
/* All devices of the given types that are not retired. */
int lab_server_devices(struct lab_server *s, const char *const *types, size_t n_types,
		       struct lab_device_list *ret, struct err *err)
	__attribute__((warn_unused_result));

/* How many jobs of anybody wait there for a device of this type. -EINVAL: it knows no such type. */
int lab_server_waiting(struct lab_server *s, const char *type, int *ret, struct err *err)
	__attribute__((warn_unused_result));

/* Whether it has such a tag: 1, or 0. A job with a tag that LAVA does not know is answered by a 500
 * without a word (2023.01: models.py, _get_tag_list() throws what nobody catches). */
int lab_server_has_tag(struct lab_server *s, const char *tag, struct err *err)
	__attribute__((warn_unused_result));

/* LAVA's word on a job that is over: suite "lava", case "job". */
struct lava_word {
	bool has;	  /* there is such a case: none where lava-run was killed */
	char *error_type; /* NULL: it passed */
	char *error_msg;  /* likewise */
	int runs; /* how often LAVA began: 2 where its worker lost the job and got it again */
};

void lava_word_done(struct lava_word *w);
int lab_server_word(struct lab_server *s, int64_t id, struct lava_word *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
