// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/config.h"
#include "pipeline/follower_room.h"

/* How long a LAVA server's queue is. */

enum { QUEUE_MS = 30 * 1000 }; /* between looks */

void lab_queues_done(struct lab_queues *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i].type);
	free(l->v);
	*l = (struct lab_queues){ 0 };
}

/* Jobs of ours that wait there for a device of this type, as far as we know. */
static int ours(const struct follower *f, const char *type)
{
	int n = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct target_config *t = config_target(f->config, f->v[i].s.target);

		n += f->v[i].s.state == SUBMISSION_QUEUED && t && strcmp(t->device_type, type) == 0;
	}
	return n;
}

int follower_count_queues(struct follower *f, const char *const *types, size_t n, struct err *err)
{
	struct lab_queues l = { .v = mem_zalloc((n + 1) * sizeof(*l.v)) };
	int r = 0;

	if (clock_ms() < f->queues_ms)
		n = 0;
	for (; r == 0 && l.n < n; l.n++) {
		struct lab_queue *q = &l.v[l.n];

		q->type = mem_strdup(types[l.n]);
		r = lab_server_waiting(f->server, q->type, &q->jobs, err);
		if (r == -EINVAL) /* a type that the server does not have */
			r = 0;
		q->others = q->jobs - ours(f, q->type);
	}
	if (r == 0 && n) {
		lab_queues_done(&f->queues);
		f->queues = l;
		l = (struct lab_queues){ 0 };
		f->queues_ms = clock_ms() + QUEUE_MS;
	}
	lab_queues_done(&l);
	return r;
}

int follower_queued(const struct follower *f)
{
	int jobs = 0;

	for (size_t i = 0; i < f->queues.n; i++)
		jobs += f->queues.v[i].jobs;
	return jobs;
}

bool follower_queue_is_long(const struct follower *f, const char *type)
{
	for (size_t i = 0; i < f->queues.n; i++)
		if (strcmp(f->queues.v[i].type, type) == 0)
			return f->queues.v[i].others > f->lab->max_queue;
	return false;
}
