// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "pipeline/boot.h"
#include "pipeline/health.h"
#include "pipeline/outcome.h"
#include "pipeline/run.h"
#include "stage/build/build.h"
#include "store/labs.h"
#include "store/store.h"

/* Boots builds on targets until every suite has had its say, several at once. */

enum {
	POLL_MS = 20,
	REST_MS = 100,
	LOCAL_BACKOFF_MS = 500, /* after a lab's failure; four times that after the next */
	SERVER_BACKOFF_MS = 15000,
};

/* One build on one target: which boots are still to be done, and the one that runs. */
struct boot_plan {
	const struct build *build;
	const struct target_config *target;
	const struct suite_list *suites;
	const char *what; /* "base", "patched", a design */
	char *kernel, *dtb;
	struct strv filters; /* to be booted, "" for all suites */
	size_t next;	     /* in filters */
	int retries;
	struct boot boot;      /* that runs */
	int64_t not_before_ms; /* the next boot: its lab has just failed */
	bool over;
	struct outcome *outcome; /* NULL: of one boot, the store has its job then */
	char **trouble;		 /* of one boot */
};

static void plan_done(struct boot_plan *p)
{
	free(p->kernel);
	free(p->dtb);
	strv_done(&p->filters);
}

void boots_done(struct boots *l)
{
	for (size_t i = 0; i < l->n; i++)
		plan_done(&l->v[i]);
	free(l->v);
}

/* 1: the last of l is a new plan; 0: its target is not to be booted, *why is the caller's. */
static int plan_add(struct run_ctx *x, struct boots *l, const struct build *b, const char *what,
		    const struct target_config *t, const char *filter, char **why, struct err *err)
{
	CLEANUP(free_ptr) char *dtb_name = mem_printf("%s.dtb", t->name);
	CLEANUP(free_ptr) char *kernel_name = target_image_artifact(t);
	struct boot_plan *p;
	int r = health_may_boot(x->store, x->config, t, why, err);

	if (r <= 0)
		return r;
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	p = &l->v[l->n++];
	*p = (struct boot_plan){
		.build = b,
		.target = t,
		.what = what,
		.kernel = store_artifact_path(x->store, b, kernel_name),
		.dtb = t->dtb ? store_artifact_path(x->store, b, dtb_name) : NULL,
	};
	strv_add(&p->filters, filter);
	if (!p->kernel || (t->dtb && !p->dtb))
		return err_set(err, EIO, "build %.12s has no %s", b->id,
			       p->kernel ? dtb_name : kernel_name);
	return 1;
}

int boots_add(struct run_ctx *x, struct boots *l, const struct build *b, const char *what,
	      const struct target_config *t, bool anew, struct outcome *outcome, struct err *err)
{
	char *why = NULL;
	int r = anew ? 0 : store_outcome_get(x->store, b->id, t->name, outcome, err);

	if (r < 0)
		return r;
	if (r == 1) {
		run_note(x, "boots of the %s kernel on %s: known from an earlier run", what,
			 t->name);
		return 0;
	}
	*outcome = (struct outcome){
		.build_id = mem_strdup(b->id),
		.target = mem_strdup(t->name),
		.reason = mem_strdup(""),
	};
	r = plan_add(x, l, b, what, t, "", &why, err);
	if (r < 0)
		return r;
	if (r == 0) {
		free(outcome->reason);
		outcome->reason = why;
		outcome->infra = true;
		return 0;
	}
	l->v[l->n - 1].outcome = outcome;
	return 0;
}

int boots_add_one(struct run_ctx *x, struct boots *l, const struct build *b, const char *what,
		  const struct target_config *t, const char *filter, char **trouble,
		  struct err *err)
{
	int r = plan_add(x, l, b, what, t, filter, trouble, err);

	if (r == 1)
		l->v[l->n - 1].trouble = trouble;
	return r < 0 ? r : 0;
}

/* 1 started; 0: its lab has no slot free, or it is to be left alone for a while. */
static int plan_start(struct run_ctx *x, struct boot_plan *p, struct err *err)
{
	const struct boot_order order = {
		.build = p->build,
		.target = p->target,
		.kernel = p->kernel,
		.dtb = p->dtb,
		.filter = p->filters.v[p->next],
	};
	int r = clock_ms() < p->not_before_ms ? 0 : boot_start(x, &order, &p->boot, err);

	if (r == 1)
		run_step(x, "boot: %s kernel on %s%s%s", p->what, p->target->name,
			 order.filter[0] ? ", " : "", order.filter);
	return r;
}

/* A lab that failed is given time: more with each failure, and a server's more than ours. */
static void plan_wait(struct boot_plan *p, bool is_server)
{
	int64_t ms = is_server ? SERVER_BACKOFF_MS : LOCAL_BACKOFF_MS;

	for (int i = 1; i < p->retries; i++)
		ms *= 4;
	p->not_before_ms = clock_ms() + ms;
}

/* What a boot that is over means for the plan. */
static int plan_take(struct run_ctx *x, struct boot_plan *p, struct job *j, struct err *err)
{
	const bool is_server = config_lab(x->config, p->target->lab)->driver == LAB_LAVA_SERVER;
	const char *filter = p->filters.v[p->next];
	int r;

	if (j->outcome == JOB_CANCELED)
		return err_set(err, ECANCELED, "interrupted");
	if (!is_server) { /* its follower has stored what a server did */
		r = store_job_put(x->store, j, err);
		if (r < 0)
			return r;
	}
	if (j->outcome == JOB_INFRA && p->retries < x->config->limits.retries) {
		p->retries++;
		plan_wait(p, is_server);
		run_step(x, "boot: %s: %s; once more", p->target->name, j->reason);
		return 0; /* the same filter again */
	}
	if (!p->outcome || j->outcome != JOB_DONE) {
		if (p->outcome)
			outcome_infra(p->outcome, j);
		else if (j->outcome != JOB_DONE)
			*p->trouble = mem_strdup(j->reason);
		p->over = true;
		return 0;
	}
	p->retries = 0; /* the lab is well again */
	outcome_fold(p->outcome, p->suites, filter, j, &p->filters);
	do
		p->next++;
	while (p->next < p->filters.n &&
	       !outcome_wants(p->outcome, p->suites, p->filters.v[p->next]));
	p->over = p->next == p->filters.n;
	return p->over ? store_outcome_put(x->store, p->outcome, err) : 0;
}

static int plan_poll(struct run_ctx *x, struct boot_plan *p, struct err *err)
{
	CLEANUP(job_done) struct job j = { 0 };
	int r = boot_poll(x, &p->boot, POLL_MS, &j, err);

	return r > 0 ? plan_take(x, p, &j, err) : r;
}

/* Starts what labs have room for; returns how many are not over. */
static int plans_start(struct run_ctx *x, struct boots *l, struct err *err)
{
	int left = 0;

	for (size_t i = 0; i < l->n; i++) {
		struct boot_plan *p = &l->v[i];
		int r = !p->over && !p->boot.lab ? plan_start(x, p, err) : 0;

		if (r < 0)
			return r;
		left += !p->over;
	}
	return left;
}

/* Others have all the slots, or servers have all the boots. */
static int rest(struct run_ctx *x, struct err *err)
{
	struct pollfd cancel = { .fd = x->cancel_fd, .events = POLLIN };

	return poll(&cancel, 1, REST_MS) > 0 ? err_set(err, ECANCELED, "interrupted") : 0;
}

static int plans_run(struct run_ctx *x, struct boots *l, struct err *err)
{
	int r = plans_start(x, l, err);

	while (r > 0) {
		bool here = false; /* and waited for */

		for (size_t i = 0; r >= 0 && i < l->n; i++) {
			if (!l->v[i].boot.lab)
				continue;
			here |= !l->v[i].boot.submission;
			r = plan_poll(x, &l->v[i], err);
		}
		if (r >= 0 && !here)
			r = rest(x, err);
		if (r >= 0)
			r = plans_start(x, l, err);
	}
	return r;
}

int boots_run(struct run_ctx *x, struct boots *l, const struct suite_list *suites, struct err *err)
{
	int r = 0;

	if (l->n > 0)
		r = build_initramfs(x->config, x->kernel, x->toolchain, x->initramfs, err);
	for (size_t i = 0; i < l->n; i++)
		l->v[i].suites = suites;
	if (r == 0)
		r = plans_run(x, l, err);
	for (size_t i = 0; i < l->n; i++)
		boot_drop(x, &l->v[i].boot);
	if (r == -ESTALE) /* superseded: what it began since then is not wanted either */
		(void)!store_submissions_cancel_task(x->store, x->req ? x->req->task : 0,
						     &(struct err){ 0 });
	return r;
}
