// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "http/http.h"
#include "model/config.h"
#include "pipeline/follower.h"
#include "pipeline/helpers.h"
#include "stage/lab/publish.h"

/* Where a LAVA server's workers get the kernels that they boot. */

enum { STEP_MS = 10000, IDLE_S = 60 };

int files_run(const struct config *c, const struct lab_config *lab, int cancel_fd, struct err *err)
{
	/* Between ranges of one file workers write to slow disks. */
	const struct http_limits limits = { .idle_s = IDLE_S };
	CLEANUP(http_freep) struct http_server *server = NULL;
	CLEANUP(close_fd) int lock = helper_lock(c, "files", lab->name, err);
	int r;

	if (lock == -EWOULDBLOCK)
		return 0;
	if (lock < 0)
		return lock;
	r = http_open(lab->listen, &limits, publish_answer, (void *)c, &server, err);
	while (r == 0)
		r = http_step(server, STEP_MS, cancel_fd, err);
	return r == -ECANCELED ? 0 : r;
}
