// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/boot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "pipeline/helpers.h"
#include "pipeline/run.h"
#include "stage/lab/publish.h"
#include "store/labs.h"
#include "store/store.h"

enum { LOOK_MS = 250 }; /* between looks at submissions */

/* The lock of a free slot of a lab, which all processes share. 1 and *ret; 0: none is free. */
static int slot_take(struct run_ctx *x, const struct lab_config *lab, int *ret, struct err *err)
{
	CLEANUP(free_ptr) char *dir = mem_printf("%s/slots", x->config->work_dir);
	int r = fs_mkdirs(dir, err);

	for (int i = 0; r == 0 && i < lab->slots; i++) {
		CLEANUP(free_ptr) char *path = mem_printf("%s/%s.%d", dir, lab->name, i);
		int fd = fs_lock(path, false, err);

		if (fd >= 0) {
			*ret = fd;
			return 1;
		}
		if (fd != -EWOULDBLOCK)
			r = fd;
	}
	return r;
}

static int local_start(struct run_ctx *x, const struct boot_order *o, struct boot *b,
		       struct err *err)
{
	struct lab_order order = {
		.target = o->target,
		.build_id = o->build->id,
		.kernel = o->kernel,
		.ramdisk = x->initramfs,
		.dtb = o->dtb,
		.filter = o->filter,
		.cancel_fd = x->cancel_fd,
	};
	int r = slot_take(x, b->lab, &b->slot, err);

	if (r <= 0)
		return r;
	r = store_job_number(x->store, &order.number, err);
	if (r < 0)
		return r;
	b->dir = mem_printf("%s/job-%lld", x->dir, (long long)order.number);
	order.dir = b->dir;
	r = fs_mkdirs(b->dir, err);
	if (r == 0)
		r = lab_start(x->config, b->lab, &order, &b->local, err);
	return r < 0 ? r : 1;
}

static int publish(struct run_ctx *x, const struct boot_order *o, struct submission *s,
		   struct err *err)
{
	int r = publish_file(x->config, o->kernel, ".kernel", &s->kernel, err);

	if (r == 0)
		r = publish_file(x->config, x->initramfs, ".cpio.gz", &s->ramdisk, err);
	if (r == 0 && o->dtb)
		return publish_file(x->config, o->dtb, ".dtb", &s->dtb, err);
	s->dtb = mem_strdup("");
	return r;
}

static int remote_start(struct run_ctx *x, const struct boot_order *o, struct boot *b,
			struct err *err)
{
	CLEANUP(submission_done)
	struct submission s = {
		.lab = mem_strdup(b->lab->name),
		.target = mem_strdup(o->target->name),
		.build_id = mem_strdup(o->build->id),
		.filter = mem_strdup(o->filter),
		.purpose = o->purpose,
		.task = x->req ? x->req->task : 0,
	};
	int r = publish(x, o, &s, err);

	if (r == 0)
		r = store_submission_want(x->store, &s, &b->submission, err);
	if (r < 0)
		return r;
	r = helpers_need(x, b->lab, err);
	return r < 0 ? r : 1;
}

int boot_start(struct run_ctx *x, const struct boot_order *order, struct boot *ret, struct err *err)
{
	struct boot b = { .lab = config_lab(x->config, order->target->lab),
			  .slot = -1,
			  .look = x->open_look };
	int r = b.lab->driver == LAB_LAVA_SERVER ? remote_start(x, order, &b, err)
						 : local_start(x, order, &b, err);

	if (r <= 0) {
		boot_drop(x, &b);
		return r;
	}
	*ret = b;
	return 1;
}

static int not_wanted(const struct submission *s, struct err *err)
{
	return err_set(err, ESTALE, "superseded while it waited for %s", s->target);
}

/* What the follower made of a submission that has ended. */
static int remote_take(struct run_ctx *x, const struct submission *s, struct job *ret,
		       struct err *err)
{
	int r;

	if (s->cancel && !s->job_id[0])
		return not_wanted(s, err);
	r = store_job_get(x->store, s->job_id, ret, err);
	if (r == 0)
		return err_set(err, EIO, "job '%s' is gone", s->job_id);
	if (r == 1 && ret->outcome == JOB_CANCELED && s->cancel) {
		job_done(ret);
		return not_wanted(s, err);
	}
	return r;
}

/* Which submissions are open: one question for all boots of the run that wait. */
static int look(struct run_ctx *x, struct err *err)
{
	int r;

	if (clock_ms() < x->open_ms)
		return 0;
	x->open_ms = clock_ms() + LOOK_MS;
	x->open_look++;
	r = store_submissions_open(x->store, NULL, &x->open, err);
	return r < 0 ? r : helpers_keep(x, err);
}

static int by_num(const void *a, const void *b)
{
	const struct submission_mark *x = a, *y = b;

	return (x->num > y->num) - (x->num < y->num);
}

static int remote_poll(struct run_ctx *x, struct boot *b, struct job *ret, struct err *err)
{
	CLEANUP(submission_done) struct submission s = { 0 };
	const struct submission_mark key = { .num = b->submission };
	int r = look(x, err);

	if (r < 0 || b->look == x->open_look)
		return r;
	b->look = x->open_look;
	if (x->open.n && bsearch(&key, x->open.v, x->open.n, sizeof(key), by_num))
		return 0;
	r = store_submission_get(x->store, b->submission, &s, err);
	if (r == 0)
		return err_set(err, EIO, "submission %lld is gone", (long long)b->submission);
	if (r < 0)
		return r;
	return s.state == SUBMISSION_ENDED ? remote_take(x, &s, ret, err) : 0;
}

int boot_poll(struct run_ctx *x, struct boot *b, int wait_ms, struct job *ret, struct err *err)
{
	int r = b->submission ? remote_poll(x, b, ret, err)
			      : lab_poll(&b->local, wait_ms, ret, err);

	if (r == 0)
		return 0;
	if (r > 0)
		b->submission = 0; /* nothing to be taken back */
	boot_drop(x, b);
	return r;
}

void boot_drop(struct run_ctx *x, struct boot *b)
{
	struct err ignored;

	if (!b->lab)
		return;
	lab_abandon(&b->local);
	/* where this fails, what comes of it is stored for nobody */
	if (b->submission && !(x->req && x->req->task))
		(void)!store_submission_cancel(x->store, b->submission, &ignored);
	close_fd(&b->slot);
	free(b->dir); /* the folder goes with the run's */
	*b = (struct boot){ 0 };
}
