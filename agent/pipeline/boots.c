// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "pipeline/outcome.h"
#include "pipeline/run.h"
#include "stage/build/build.h"
#include "stage/lab/lab.h"
#include "store/store.h"

/* Boots builds on targets until every suite has had its say, several at once. */

enum { POLL_MS = 20 };

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
	struct lab_job running;
	char *dir; /* of the running job; NULL: none runs */
	bool over;
	struct outcome *outcome;
};

static void plan_done(struct boot_plan *p)
{
	if (p->dir)
		lab_abandon(&p->running);
	free(p->dir);
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

int boots_add(struct run_ctx *x, struct boots *l, const struct build *b, const char *what,
	      const struct target_config *t, bool anew, struct outcome *outcome, struct err *err)
{
	CLEANUP(free_ptr) char *dtb_name = mem_printf("%s.dtb", t->name);
	CLEANUP(free_ptr) char *kernel_name = target_image_artifact(t);
	struct boot_plan *p;
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
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	p = &l->v[l->n++];
	*p = (struct boot_plan){
		.build = b,
		.target = t,
		.what = what,
		.kernel = store_artifact_path(x->store, b, kernel_name),
		.dtb = t->dtb ? store_artifact_path(x->store, b, dtb_name) : NULL,
		.outcome = outcome,
	};
	strv_add(&p->filters, "");
	if (!p->kernel || (t->dtb && !p->dtb))
		return err_set(err, EIO, "build %.12s has no %s", b->id,
			       p->kernel ? dtb_name : kernel_name);
	return 0;
}

static int plan_start(struct run_ctx *x, struct boot_plan *p, struct err *err)
{
	const char *filter = p->filters.v[p->next];
	struct lab_order order = {
		.target = p->target,
		.build_id = p->build->id,
		.kernel = p->kernel,
		.ramdisk = x->initramfs,
		.dtb = p->dtb,
		.filter = filter,
		.cancel_fd = x->cancel_fd,
	};
	int r = store_job_number(x->store, &order.number, err);

	if (r < 0)
		return r;
	p->dir = mem_printf("%s/job-%lld", x->dir, (long long)order.number);
	order.dir = p->dir;
	run_step(x, "boot: %s kernel on %s%s%s", p->what, p->target->name, filter[0] ? ", " : "",
		 filter);
	r = fs_mkdirs(p->dir, err);
	if (r == 0)
		r = lab_start(x->config, config_lab(x->config, p->target->lab), &order, &p->running,
			      err);
	if (r < 0) {
		free(p->dir);
		p->dir = NULL;
	}
	return r;
}

/* What a boot that is over means for the plan. */
static int plan_take(struct run_ctx *x, struct boot_plan *p, struct job *j, struct err *err)
{
	const char *filter = p->filters.v[p->next];
	int r;

	if (j->outcome == JOB_CANCELED)
		return err_set(err, ECANCELED, "interrupted");
	r = store_job_put(x->store, j, err);
	if (r < 0)
		return r;
	if (j->outcome == JOB_INFRA && p->retries < x->config->limits.retries) {
		p->retries++;
		run_step(x, "boot: %s: %s; once more", p->target->name, j->reason);
		return 0; /* the same filter again */
	}
	if (j->outcome != JOB_DONE) {
		outcome_infra(p->outcome, j);
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
	int r = lab_poll(&p->running, POLL_MS, &j, err);

	if (r == 0)
		return 0;
	if (r > 0)
		r = plan_take(x, p, &j, err);
	free(p->dir); /* the folder goes with the run's */
	p->dir = NULL;
	return r;
}

/* Starts what a lab has room for; returns how many run. */
static int plans_start(struct run_ctx *x, struct boots *l, struct err *err)
{
	int running = 0;

	for (size_t i = 0; i < l->n; i++) {
		struct boot_plan *p = &l->v[i];
		const struct lab_config *lab = config_lab(x->config, p->target->lab);
		int busy = 0;
		int r;

		for (size_t k = 0; k < l->n; k++)
			busy += l->v[k].dir && strcmp(l->v[k].target->lab, lab->name) == 0;
		if (!p->over && !p->dir && busy < lab->slots) {
			r = plan_start(x, p, err);
			if (r < 0)
				return r;
		}
		running += p->dir != NULL;
	}
	return running;
}

static int plans_run(struct run_ctx *x, struct boots *l, struct err *err)
{
	int r = plans_start(x, l, err);

	while (r > 0) {
		for (size_t i = 0; r >= 0 && i < l->n; i++)
			if (l->v[i].dir)
				r = plan_poll(x, &l->v[i], err);
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
	return r < 0 ? r : plans_run(x, l, err);
}
