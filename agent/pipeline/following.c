// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/config.h"
#include "pipeline/follower_room.h"
#include "stage/lab/definition.h"
#include "store/labs.h"

/* What comes of a boot that a LAVA server has. */

enum {
	MISSING_MAX = 3,       /* lists in a row that do not have the job */
	MARGIN_S = 300,	       /* behind all of LAVA's own time-outs */
	LOOKS_MS = 120 * 1000, /* that LAVA may look for a job's files */
	NEXT = 2,	       /* jobs of a target that a device may take before the next look */
	IN_TURN = 8,	       /* of all that wait behind those */
};

/* How many jobs of each target may be taken before the next look; of an unknown one the last. */
static int *next_of_targets(const struct follower *f)
{
	const struct config *c = f->config;
	int *next = mem_zalloc((c->n_targets + 1) * sizeof(*next));

	next[c->n_targets] = NEXT;
	for (size_t i = 0; i < c->n_targets; i++) {
		const char *type = c->targets[i].device_type;

		next[i] = NEXT;
		for (size_t k = 0; type && k < f->devices.n; k++)
			if (strcmp(f->devices.v[k].type, type) == 0)
				next[i] += NEXT;
	}
	return next;
}

static int by_lava_id(const void *a, const void *b)
{
	const struct followed *const *x = a, *const *y = b;

	return ((*x)->s.lava_id > (*y)->s.lava_id) - ((*x)->s.lava_id < (*y)->s.lava_id);
}

/* Jobs that have their turn, behind the server's number f->looked. */
static void take_turns(struct follower *f, struct followed *const *there, size_t n)
{
	int took = 0;

	for (size_t i = 0; took < IN_TURN && i < n; i++) {
		if (there[i]->due || there[i]->s.lava_id <= f->looked)
			continue;
		there[i]->due = true;
		f->looked = there[i]->s.lava_id;
		took++;
	}
	if (took < IN_TURN)
		f->looked = 0; /* the first is next */
}

size_t follower_pick_due(struct follower *f, int64_t *ids)
{
	CLEANUP(free_ptr) struct followed **there = mem_zalloc((f->n + 1) * sizeof(*there));
	CLEANUP(free_ptr) int *next = next_of_targets(f);
	size_t n = 0, picked = 0;

	for (size_t i = 0; i < f->n; i++) {
		f->v[i].due = false;
		if (f->v[i].s.lava_id)
			there[n++] = &f->v[i];
	}
	/* As it takes them: one that was sent a second time is behind what was sent meanwhile. */
	qsort(there, n, sizeof(*there), by_lava_id);
	for (size_t i = 0; i < n; i++) {
		const struct submission *s = &there[i]->s;
		const struct target_config *t = config_target(f->config, s->target);
		size_t of = t ? (size_t)(t - f->config->targets) : f->config->n_targets;

		there[i]->due = s->state != SUBMISSION_QUEUED || s->cancel || next[of]-- > 0;
	}
	take_turns(f, there, n);
	for (size_t i = 0; i < n; i++)
		if (there[i]->due)
			ids[picked++] = there[i]->s.lava_id;
	return picked;
}

/* Where its log and console lie until they are stored. Caller frees. */
static char *folder_of(const struct follower *f, const struct followed *j)
{
	return mem_printf("%s/labs/%s/%lld", f->config->work_dir, f->lab->name,
			  (long long)j->s.num);
}

static struct job job_of(const struct follower *f, const struct followed *j)
{
	return (struct job){
		.id = mem_printf("%s.%lld", f->lab->name, (long long)j->s.num),
		.build_id = mem_strdup(j->s.build_id),
		.target = mem_strdup(j->s.target),
		.lab = mem_strdup(f->lab->name),
		.filter = mem_strdup(j->s.filter),
		.reason = mem_strdup(""),
		.started = j->s.started ? j->s.started : clock_now(),
	};
}

static int end(struct follower *f, struct followed *j, struct job *job, struct err *err)
{
	CLEANUP(free_ptr) char *dir = folder_of(f, j);
	struct err ignored;
	int r = store_submission_end(f->store, j->s.num, job, err);

	if (r < 0)
		return r;
	j->s.state = SUBMISSION_ENDED;
	lab_log_freep(&j->log);
	(void)!fs_rmtree(dir, &ignored);
	return 0;
}

int followed_give_up(struct follower *f, struct followed *j, enum job_outcome outcome,
		     const char *reason, struct err *err)
{
	CLEANUP(job_done) struct job job = job_of(f, j);

	job.outcome = outcome;
	mem_set_copy(&job.reason, reason);
	return end(f, j, &job, err);
}

/* Takes in what the log has by now. 1 done, 0: leave the server alone. */
static int log_read(struct follower *f, struct followed *j, struct err *err)
{
	CLEANUP(free_ptr) char *dir = folder_of(f, j);
	size_t limit = (size_t)f->config->limits.console_mb << 20;
	int more = 1, r = 0;

	if (!j->log) {
		j->line = 0;
		r = fs_mkdirs(dir, err);
		if (r == 0)
			r = lab_log_open(dir, limit, &j->log, err);
	}
	while (r == 0 && more) {
		CLEANUP(buf_done) struct buf piece = { 0 };

		more = lab_server_log(f->server, j->s.lava_id, &j->line, &piece, err);
		if (more < 0)
			return follower_took(f, more, err);
		r = lab_log_add(j->log, buf_text(&piece), piece.len, err);
	}
	return r < 0 ? r : follower_took(f, 0, err);
}

static int take_back(struct follower *f, struct followed *j, struct err *err)
{
	int64_t now = clock_now();

	if (now - j->canceled < CANCEL_AGAIN_S)
		return 1;
	j->canceled = now;
	return follower_took(f, lab_server_cancel(f->server, j->s.lava_id, err), err);
}

/* LAVA has not kept its own time-outs. */
static int too_late(struct follower *f, struct followed *j, struct err *err)
{
	j->late = true;
	return take_back(f, j, err);
}

/* What LAVA ended has its log, its word, and then its end in the store. */
static int finish(struct follower *f, struct followed *j, const struct lava_job *listed,
		  struct err *err)
{
	CLEANUP(lava_word_done) struct lava_word word = { 0 };
	CLEANUP(job_done) struct job job = { 0 };
	int r = log_read(f, j, err);

	if (r <= 0)
		return r;
	r = lab_server_word(f->server, j->s.lava_id, &word, err);
	if (r < 0)
		return follower_took(f, r, err);
	job = job_of(f, j);
	r = lab_log_finish(j->log,
			   &(struct lab_end){ .lab = f->lab->name,
					      .listed = listed,
					      .word = &word,
					      .queue_s = f->lab->queue_s,
					      .canceled_by_us = j->s.cancel || j->canceled,
					      .late = j->late,
					      .unfetched = j->unfetched },
			   &job, err);
	if (r == 0)
		r = end(f, j, &job, err);
	return r < 0 ? r : 1;
}

/* LAVA asks 15 times for each file that it cannot reach, ten minutes long, and no time-out of its
 * own ends that for good (2023.01: job.py, requests_retry()); the device is held as long. */
static int files_looked_for(struct follower *f, struct followed *j, struct err *err)
{
	if (!lab_log_validates(j->log)) {
		j->looks_ms = 0;
		return 1;
	}
	if (!j->looks_ms)
		j->looks_ms = clock_ms();
	if (clock_ms() - j->looks_ms <= LOOKS_MS)
		return 1;
	j->unfetched = true;
	return too_late(f, j, err);
}

static int running(struct follower *f, struct followed *j, const struct lava_job *listed,
		   struct err *err)
{
	const struct target_config *t = config_target(f->config, j->s.target);
	int r = 0;

	if (j->s.state != SUBMISSION_RUNNING) {
		r = store_submission_moved(f->store, j->s.num, SUBMISSION_RUNNING, j->s.lava_id,
					   listed->device, listed->started, err);
		j->s.state = SUBMISSION_RUNNING;
		j->s.started = listed->started;
	}
	if (r < 0)
		return r;
	if (j->s.cancel)
		return take_back(f, j, err);
	if (t && listed->started &&
	    clock_now() - listed->started > definition_server_s(t->timeout_s) + MARGIN_S)
		return too_late(f, j, err);
	r = log_read(f, j, err);
	return r > 0 ? files_looked_for(f, j, err) : r;
}

static int missing(struct follower *f, struct followed *j, struct err *err)
{
	CLEANUP(free_ptr) char *why = NULL;
	int r;

	if (++j->missing < MISSING_MAX)
		return 1;
	why = mem_printf("lab %s no longer knows its job %lld", f->lab->name,
			 (long long)j->s.lava_id);
	r = followed_give_up(f, j, JOB_INFRA, why, err);
	return r < 0 ? r : 1;
}

int followed_look(struct follower *f, struct followed *j, const struct lava_job *listed,
		  struct err *err)
{
	if (!listed)
		return missing(f, j, err);
	j->missing = 0;
	switch (listed->state) {
	case LAVA_SUBMITTED:
	case LAVA_SCHEDULING:
	case LAVA_SCHEDULED:
		/* LAVA's own time-out of the queue lies before ours. */
		if (j->s.cancel)
			return take_back(f, j, err);
		if (clock_now() - j->s.posted > f->lab->queue_s + MARGIN_S)
			return too_late(f, j, err);
		return 1;
	case LAVA_RUNNING:
		return running(f, j, listed, err);
	case LAVA_CANCELING:
		return 1;
	case LAVA_FINISHED:
		break;
	}
	return finish(f, j, listed, err);
}
