/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_LAB_PUBLISH_H
#define DMALAB_STAGE_LAB_PUBLISH_H

#include <stdint.h>

struct config;
struct err;
struct http_answer;
struct http_request;
struct strv;

/*
 * Files that a LAVA server's workers fetch. They lie in WORK/published under names that nobody can
 * guess: an HMAC of their content under a secret of this lab (WORK/published.key, mode 600). The
 * same content has the same name for ever, so nothing is published twice and a link survives a
 * restart.
 */

/*
 * Makes `path` to be had (a hard link, or a copy where there can be none), durably. *name: the
 * file's name below the endpoint, with `suffix` (".zImage": a dot, then letters, digits and dots)
 * behind it. Caller frees. What is linked must not be written in place afterwards.
 */
int publish_file(const struct config *c, const char *path, const char *suffix, char **name,
		 struct err *err) __attribute__((warn_unused_result));
/* The folder of published files. Caller frees. */
char *publish_dir(const struct config *c);
/* Removes what was last published before `before` (seconds since 1970) and is named by none of
 * `keep`. Returns how many. */
int publish_sweep(const struct config *c, int64_t before, const struct strv *keep, struct err *err)
	__attribute__((warn_unused_result));

/* An http_answer_fn whose arg is the struct config: "/NAME" of a published file, and nothing else.
 */
void publish_answer(void *arg, const struct http_request *req, struct http_answer *ret);

#endif
