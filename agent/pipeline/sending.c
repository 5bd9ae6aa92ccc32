// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/config.h"
#include "pipeline/follower_room.h"
#include "stage/lab/definition.h"
#include "store/labs.h"

/*
 * How a boot gets to a LAVA server once and once only. A POST whose answer was lost may have been
 * taken: it is looked for by its key, and sent again only when the server still does not have it
 * after any answer could have come.
 */

enum { CLOCKS_S = 300 }; /* by which the server's clock may be behind ours */

bool follower_has_room(const struct follower *f, const struct followed *j)
{
	const struct target_config *t = config_target(f->config, j->s.target);
	int there = 0;

	for (size_t i = 0; i < f->n; i++)
		there +=
			f->v[i].s.state != SUBMISSION_WANTED && f->v[i].s.state != SUBMISSION_ENDED;
	if (there >= f->lab->slots)
		return false;
	if (!t)
		return true; /* to be told that lab.yaml has it no longer */
	if (follower_queue_is_long(f, t->device_type))
		return false;
	for (size_t i = 0; i < f->devices.n; i++)
		if (strcmp(f->devices.v[i].type, t->device_type) == 0 &&
		    lab_device_is_usable(&f->devices.v[i]))
			return true;
	return false;
}

static char *file_url(const struct follower *f, const char *name)
{
	return name[0] ? mem_printf("%s/%s", f->lab->files_url, name) : NULL;
}

static int define(const struct follower *f, const struct followed *j, struct buf *ret,
		  struct err *err)
{
	const struct target_config *t = config_target(f->config, j->s.target);
	CLEANUP(free_ptr) char *template = NULL;
	CLEANUP(free_ptr) char *kernel = file_url(f, j->s.kernel);
	CLEANUP(free_ptr) char *ramdisk = file_url(f, j->s.ramdisk);
	CLEANUP(free_ptr)
	char *dtb = t && !image_has_dtb(t->image) ? file_url(f, j->s.dtb) : NULL;
	CLEANUP(free_ptr)
	char *wake = f->lab->wake ? mem_printf("%s/wake", f->lab->files_url) : NULL;
	struct definition d;

	if (!t || !t->job || !t->device_type)
		return err_set(err, EINVAL, "lab.yaml has no target '%s' for lab %s any longer",
			       j->s.target, f->lab->name);
	template = mem_printf("%s/%s", f->config->jobs, t->job);
	d = (struct definition){
		.template = template,
		.name = j->s.key,
		.kernel = kernel,
		.ramdisk = ramdisk,
		.dtb = dtb,
		.image = t->image,
		.cmdline = t->cmdline,
		.filter = j->s.filter,
		.timeout_s = t->timeout_s,
		.device_type = t->device_type,
		.tags = &t->tags,
		.priority = f->lab->priority,
		.queue_s = f->lab->queue_s,
		.wake = wake,
	};
	return definition_make(&d, ret, err);
}

static int refused(struct follower *f, struct followed *j, struct err *err)
{
	CLEANUP(free_ptr) char *why = mem_strdup(err->msg);
	int r = followed_give_up(f, j, JOB_INVALID, why, err);

	return r < 0 ? r : 1;
}

static int moved(struct follower *f, struct followed *j, int64_t id, struct err *err)
{
	j->s.state = SUBMISSION_QUEUED;
	j->s.lava_id = id;
	return store_submission_moved(f->store, j->s.num, SUBMISSION_QUEUED, id, "", 0, err);
}

/* The server has it not, and will not. */
static int unposted(struct follower *f, struct followed *j, struct err *err)
{
	j->s.state = j->s.cancel ? SUBMISSION_ENDED : SUBMISSION_WANTED;
	return store_submission_unposted(f->store, j->s.num, err);
}

/* A server that failed may have done so over the job's tags. 1: it has not all of them, and *err
 * says so; 0: it has, or does not say. */
static int lacks_tag(struct follower *f, const struct followed *j, struct err *err)
{
	const struct target_config *t = config_target(f->config, j->s.target);

	for (size_t i = 0; t && i < t->tags.n; i++) {
		int r = lab_server_has_tag(f->server, t->tags.v[i], err);

		if (r < 0)
			return 0;
		if (r == 0) {
			err_set(err, EINVAL, "lab %s has no tag '%s', which target %s asks for",
				f->lab->name, t->tags.v[i], t->name);
			return 1;
		}
	}
	return 0;
}

int followed_send(struct follower *f, struct followed *j, struct err *err)
{
	CLEANUP(buf_done) struct buf text = { 0 };
	struct err kept;
	int64_t id = 0;
	int r = define(f, j, &text, err);

	if (r == -EINVAL || r == -ENOENT)
		return refused(f, j, err);
	if (r == 0 && f->lab->upload_url) {
		r = followed_upload(f, j, err);
		if (r < 0) /* whatever its server says: it may do better later */
			return follower_took(f, r == -ECANCELED ? r : -EAGAIN, err);
	}
	if (r == 0)
		r = store_submission_posting(f->store, j->s.num, clock_now(), err);
	if (r <= 0)
		return r < 0 ? r : 1; /* 0: canceled meanwhile */
	j->s.state = SUBMISSION_POSTED;
	j->s.posted = clock_now();
	r = lab_server_submit(f->server, buf_text(&text), &id, err);
	if (r == 0) {
		r = moved(f, j, id, err);
		f->poll_ms = 0;
		return r < 0 ? r : follower_took(f, 0, err);
	}
	kept = *err;
	if (r == -EINVAL || (r == -EAGAIN && lacks_tag(f, j, err)))
		return refused(f, j, err);
	if (r == -EACCES && unposted(f, j, err) < 0)
		return -err->code;
	*err = kept;
	return follower_took(f, r, err);
}

/* Where a doubt had it sent twice: the lowest number is kept, l->v[first]. */
static int doubles_cancel(struct follower *f, const struct lava_job_list *l, size_t first,
			  struct err *err)
{
	int r = 0;

	for (size_t i = first + 1; r == 0 && i < l->n; i++)
		if (l->v[i].state != LAVA_FINISHED)
			r = lab_server_cancel(f->server, l->v[i].id, err);
	return r;
}

/* A store that came back from a backup gives numbers, and so keys, a second time. */
static bool is_older(const struct lava_job *l, const struct followed *j)
{
	return l->submitted && l->submitted < j->s.created - CLOCKS_S;
}

int followed_find(struct follower *f, struct followed *j, struct err *err)
{
	CLEANUP(lava_job_list_done) struct lava_job_list l = { 0 };
	int64_t age = clock_now() - j->s.posted;
	size_t first = 0;
	int r = lab_server_find(f->server, j->s.key, &l, err);

	while (first < l.n && is_older(&l.v[first], j))
		first++;
	if (r == 0)
		r = doubles_cancel(f, &l, first, err);
	if (r < 0)
		return follower_took(f, r, err);
	if (first < l.n)
		r = moved(f, j, l.v[first].id, err);
	else if (age < 0 || age > DOUBT_S)
		r = unposted(f, j, err);
	return r < 0 ? r : follower_took(f, 0, err);
}
