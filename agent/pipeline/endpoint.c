// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "http/http.h"
#include "model/config.h"
#include "pipeline/follower.h"
#include "pipeline/helpers.h"
#include "stage/lab/publish.h"

/* Where a LAVA server's workers get the kernels that they boot. */

enum { STEP_MS = 10000, IDLE_S = 60 };

struct endpoint {
	const struct config *config;
	char *bell; /* a file; see follower_bell() */
};

/* LAVA posts where a job is over; all else wants a file. */
static void answer(void *arg, const struct http_request *req, struct http_answer *ret)
{
	const struct endpoint *e = arg;
	struct err ignored;

	if (strcmp(req->method, "POST") != 0 || strcmp(req->path, "/wake") != 0) {
		publish_answer((void *)e->config, req, ret);
		return;
	}
	ret->status = fs_write(e->bell, "", 0, &ignored) == 0 ? 204 : 503;
}

char *follower_bell(const struct config *c, const struct lab_config *lab)
{
	return mem_printf("%s/lab-%s.wake", c->work_dir, lab->name);
}

int files_run(const struct config *c, const struct lab_config *lab, int cancel_fd, struct err *err)
{
	/* Between ranges of one file workers write to slow disks. */
	const struct http_limits limits = { .idle_s = IDLE_S };
	CLEANUP(http_freep) struct http_server *server = NULL;
	CLEANUP(close_fd) int lock = helper_lock(c, "files", lab->name, err);
	CLEANUP(free_ptr) char *bell = follower_bell(c, lab);
	struct endpoint e = { c, bell };
	int r;

	if (lock == -EWOULDBLOCK)
		return 0;
	if (lock < 0)
		return lock;
	r = http_open(lab->listen, &limits, answer, &e, &server, err);
	while (r == 0)
		r = http_step(server, STEP_MS, cancel_fd, err);
	return r == -ECANCELED ? 0 : r;
}
