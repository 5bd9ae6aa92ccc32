// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/health.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "pipeline/boot.h"
#include "pipeline/run.h"
#include "sandbox/sandbox.h"
#include "store/labs.h"
#include "store/store.h"

enum {
	POLL_MS = 100,
	AGAIN_S = 1800, /* between health boots of a target that is out */
	RECORD_S = 30 * 24 * 3600,
};

void health_list_done(struct health_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].target);
		free(l->v[i].reason);
		free(l->v[i].job_id);
	}
	free(l->v);
	*l = (struct health_list){ 0 };
}

/* The boots of one target. */
struct check {
	const struct target_config *target;
	char *kernel, *dtb;
	struct boot *boots;
	int started, over;
	struct health *health;
};

struct checks {
	struct run_ctx *x;
	const struct health_request *req;
	struct build build;
	struct check *v;
	size_t n;
};

static void checks_done(struct checks *k)
{
	for (size_t i = 0; i < k->n; i++) {
		for (int b = 0; b < k->v[i].started; b++)
			boot_drop(k->x, &k->v[i].boots[b]);
		free(k->v[i].boots);
		free(k->v[i].kernel);
		free(k->v[i].dtb);
	}
	free(k->v);
	build_done(&k->build);
}

static int check_open(struct checks *k, const struct target_config *t, struct health *h,
		      struct err *err)
{
	CLEANUP(free_ptr) char *kernel = target_image_artifact(t);
	CLEANUP(free_ptr) char *dtb = mem_printf("%s.dtb", t->name);
	struct check *c = &k->v[k->n++];

	*c = (struct check){
		.target = t,
		.kernel = store_artifact_path(k->x->store, &k->build, kernel),
		.dtb = t->dtb ? store_artifact_path(k->x->store, &k->build, dtb) : NULL,
		.boots = mem_zalloc((size_t)k->req->times * sizeof(*c->boots)),
		.health = h,
	};
	if (!c->kernel || (t->dtb && !c->dtb))
		return err_set(err, EIO, "build %.12s has no %s", k->build.id,
			       c->kernel ? dtb : kernel);
	return 0;
}

/* A device is well when the kernel went all its way there: its tests judge the kernel. */
static int take(struct checks *k, struct check *c, struct job *j, struct err *err)
{
	const bool is_server = config_lab(k->x->config, c->target->lab)->driver == LAB_LAVA_SERVER;
	const bool passed = j->outcome == JOB_DONE && j->boot == BOOT_FINISHED;
	int r = is_server ? 0 : store_job_put(k->x->store, j, err);

	if (r == 0)
		r = store_health_put(k->x->store, c->target->name, j->id, passed, clock_now(), err);
	if (r < 0)
		return r;
	c->over++;
	mem_set_copy(&c->health->job_id, j->id);
	if (passed) {
		c->health->passed++;
		return 0;
	}
	c->health->failed++;
	free(c->health->reason);
	c->health->reason = j->outcome == JOB_DONE
				    ? mem_printf("the known-good kernel %s",
						 j->boot == BOOT_SILENT	   ? "never spoke"
						 : j->boot == BOOT_CRASHED ? "crashed"
									   : "hung")
				    : mem_strdup(j->reason);
	return 0;
}

static int check_step(struct checks *k, struct check *c, struct err *err)
{
	const struct boot_order order = {
		.build = &k->build,
		.target = c->target,
		.kernel = c->kernel,
		.dtb = c->dtb,
		.filter = "",
		.purpose = SUBMISSION_HEALTH,
	};
	struct job j = { 0 };
	int r = 1;

	while (r == 1 && c->started < k->req->times) {
		r = boot_start(k->x, &order, &c->boots[c->started], err);
		c->started += r == 1;
	}
	for (int i = 0; r >= 0 && i < c->started; i++) {
		if (!c->boots[i].lab)
			continue;
		r = boot_poll(k->x, &c->boots[i], 0, &j, err);
		if (r == 1) {
			r = take(k, c, &j, err);
			job_done(&j);
		}
	}
	return r < 0 ? r : 0;
}

static int checks_run(struct checks *k, struct err *err)
{
	struct pollfd cancel = { .fd = k->x->cancel_fd, .events = POLLIN };
	bool over = false;
	int r = 0;

	while (r == 0 && !over) {
		int done = 0, passed = 0;

		over = true;
		for (size_t i = 0; r == 0 && i < k->n; i++) {
			r = check_step(k, &k->v[i], err);
			over = over && k->v[i].over == k->req->times;
			done += k->v[i].over;
			passed += k->v[i].health->passed;
		}
		run_tick(k->x, "%d of %zu boots, %d passed", done, k->n * (size_t)k->req->times,
			 passed);
		if (r == 0 && !over && poll(&cancel, 1, POLL_MS) > 0)
			r = err_set(err, ECANCELED, "interrupted");
	}
	return r;
}

/* All targets of one kernel. */
static int kernel_check(struct run_ctx *x, const struct health_request *req,
			const struct kernel_config *kernel, struct health_list *ret,
			struct err *err)
{
	CLEANUP(checks_done)
	struct checks k = { .x = x, .req = req, .v = mem_zalloc(x->n_targets * sizeof(*k.v)) };
	int r = run_take_tree(x, err);

	if (r == 0)
		r = run_take_kernel(x, kernel, true, err);
	if (r == 0)
		r = run_base_build(x, x->config->fix, false, &k.build, err);
	if (r == 0)
		r = build_initramfs(x->config, x->kernel, x->toolchain, x->initramfs, err);
	run_leave_tree(x); /* others build while this boots */
	for (size_t i = 0; r == 0 && i < x->n_targets; i++)
		if (strcmp(x->targets[i]->config, kernel->name) == 0)
			r = check_open(&k, x->targets[i], &ret->v[i], err);
	if (r == 0)
		run_step(x, "boot: the known-good kernel on %zu target%s", k.n,
			 k.n == 1 ? "" : "s");
	return r < 0 ? r : checks_run(&k, err);
}

static int check_all(struct run_ctx *x, const struct health_request *req, struct health_list *ret,
		     struct err *err)
{
	CLEANUP(strv_done) struct strv done = { 0 };
	int r = 0;

	ret->v = mem_zalloc(x->n_targets * sizeof(*ret->v));
	for (; ret->n < x->n_targets; ret->n++)
		ret->v[ret->n] = (struct health){ .target = mem_strdup(x->targets[ret->n]->name),
						  .reason = mem_strdup(""),
						  .job_id = mem_strdup("") };
	for (size_t i = 0; r == 0 && i < x->n_targets; i++) {
		const char *name = x->targets[i]->config;

		if (strv_has(&done, name))
			continue;
		strv_add(&done, name);
		r = kernel_check(x, req, config_kernel(x->config, name), ret, err);
	}
	return r;
}

int pipeline_health(const struct config *c, struct store *store, const struct health_request *req,
		    const struct progress *progress, struct health_list *ret, bool *input_error,
		    struct err *err)
{
	const struct target_choice choice = { req->targets, req->n_targets, NULL };
	struct run_ctx x = { .config = c,
			     .store = store,
			     .progress = progress,
			     .cancel_fd = req->cancel_fd,
			     .dir_lock = -1,
			     .tree_lock = -1 };
	CLEANUP(health_list_done) struct health_list l = { 0 };
	int r = run_open(&x, err);

	*input_error = false;
	if (r == 0) {
		r = run_pick_targets(&x, &choice, true, err);
		*input_error = r < 0;
	}
	if (r == 0)
		r = run_open_tree(&x, NULL, NULL, err);
	if (r == 0)
		r = sandbox_private_mounts(err);
	if (r == 0)
		r = check_all(&x, req, &l, err);
	run_close(&x, NULL);
	if (r < 0)
		return r;
	*ret = l;
	l = (struct health_list){ 0 };
	return 0;
}

bool health_is_out(const struct lab_config *lab, const struct target_record *r)
{
	return lab->driver == LAB_LAVA_RUN && r->health_time && !r->health_passed;
}

int health_may_boot(struct store *store, const struct config *c, const struct target_config *t,
		    char **why, struct err *err)
{
	CLEANUP(target_record_done) struct target_record rec = { 0 };
	int r = store_target_record(store, t->name, clock_now() - RECORD_S, &rec, err);
	char iso[CLOCK_ISO_LEN];

	if (r < 0 || !health_is_out(config_lab(c, t->lab), &rec))
		return r < 0 ? r : 1;
	clock_iso(rec.health_time, iso);
	*why = mem_printf("target %s is out: its health boot of %s failed ('dmalab lab' says more)",
			  t->name, iso);
	return 0;
}

/* Of a target that never had one: it is in use for so long. Boots: all that are known. */
static int first_due(struct store *store, const struct lab_config *lab,
		     const struct target_config *t, int boots, struct err *err)
{
	CLEANUP(target_record_done) struct target_record recent = { 0 };
	int r = store_target_record(store, t->name, clock_now() - lab->health_s, &recent, err);

	if (r < 0)
		return r == -1 ? -EIO : r;
	return boots > recent.done ? 0 : lab->health_s;
}

int health_due(struct store *store, const struct config *c, const struct target_config *t,
	       struct err *err)
{
	CLEANUP(target_record_done) struct target_record rec = { 0 };
	const struct lab_config *lab = t->lab ? config_lab(c, t->lab) : NULL;
	int64_t now = clock_now(), next;
	int r;

	if (!lab || lab->driver != LAB_LAVA_RUN)
		return -1;
	r = store_target_record(store, t->name, now - RECORD_S, &rec, err);
	if (r < 0)
		return r == -1 ? -EIO : r;
	if (health_is_out(lab, &rec))
		next = rec.health_time + AGAIN_S;
	else if (rec.in_a_row >= HEALTH_TROUBLE)
		next = now;
	else if (lab->health_s && rec.health_time)
		next = rec.health_time + lab->health_s;
	else if (lab->health_s && rec.done)
		return first_due(store, lab, t, rec.done, err);
	else
		return -1;
	return next <= now ? 0 : next - now > INT32_MAX ? -1 : (int)(next - now);
}
