// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "pipeline/run.h"
#include "sandbox/sandbox.h"
#include "stage/judge/cells.h"
#include "store/store.h"

/* Each design of the fix on each target: built and booted like the base of a test. */

struct work {
	struct run_ctx x;
	const struct matrix_request *req;
	struct suite_list suites;
	struct strv designs;
	struct outcome *outcomes; /* of design d on target t: d * n_targets + t */
};

static void work_done(struct work *w)
{
	for (size_t i = 0; w->outcomes && i < w->designs.n * w->x.n_targets; i++)
		outcome_done(&w->outcomes[i]);
	free(w->outcomes);
	suite_list_done(&w->suites);
	strv_done(&w->designs);
	run_close(&w->x, NULL);
}

static struct outcome *outcome_at(struct work *w, size_t design, size_t target)
{
	return &w->outcomes[design * w->x.n_targets + target];
}

static int is_folder(const struct dirent *e)
{
	return e->d_type == DT_DIR && e->d_name[0] != '.';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* "none", then lab.yaml's designs in their order, or all folders by name where it says none. */
static int default_designs(struct work *w, struct err *err)
{
	const struct config *c = w->x.config;
	struct dirent **names = NULL;
	int n;

	strv_add(&w->designs, "none");
	for (size_t i = 0; i < c->n_designs; i++)
		strv_add(&w->designs, c->designs[i]);
	if (c->n_designs)
		return 0;
	n = scandir(c->patches, &names, is_folder, by_name);
	if (n < 0)
		return err_errno(err, errno, "cannot read folder '%s'", c->patches);
	for (int i = 0; i < n; i++) {
		strv_add(&w->designs, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return 0;
}

static int designs_pick(struct work *w, struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < w->req->n_designs; i++) {
		if (strv_has(&w->designs, w->req->designs[i]))
			return err_set(err, EINVAL, "design '%s' is named twice",
				       w->req->designs[i]);
		strv_add(&w->designs, w->req->designs[i]);
	}
	if (!w->designs.n)
		r = default_designs(w, err);
	for (size_t i = 0; r == 0 && i < w->designs.n; i++)
		r = run_check_design(&w->x, w->designs.v[i], err);
	return r;
}

static int inputs_read(struct work *w, struct err *err)
{
	static const char own[] = "matrix";
	const struct config *c = w->x.config;
	const struct target_choice choice = { w->req->targets, w->req->n_targets,
					      w->req->plan	    ? w->req->plan
					      : config_plan(c, own) ? own
								    : NULL };
	int r = run_pick_targets(&w->x, &choice, true, err);

	if (r == 0)
		r = designs_pick(w, err);
	return r < 0 ? r : run_read_suites(&w->x, &w->suites, err);
}

static int outcome_check(const struct outcome *o, const char *design, struct err *err)
{
	if (!o->infra)
		return 0;
	return err_set(err, EIO, "design %s on %s: %s", design, o->target,
		       o->reason && o->reason[0] ? o->reason : "the lab failed");
}

static int design_run(struct work *w, size_t design, const struct kernel_config *k, struct err *err)
{
	struct run_ctx *x = &w->x;
	const char *name = w->designs.v[design];
	const char *what = strcmp(name, "none") == 0 ? "unfixed" : name;
	CLEANUP(build_done) struct build b = { 0 };
	CLEANUP(boots_done) struct boots l = { 0 };
	int r = run_base_build(x, strcmp(name, "none") == 0 ? NULL : name, w->req->anew, &b, err);

	for (size_t t = 0; r == 0 && t < x->n_targets; t++)
		if (strcmp(x->targets[t]->config, k->name) == 0)
			r = boots_add(x, &l, &b, what, x->targets[t], w->req->anew,
				      outcome_at(w, design, t), err);
	if (r == 0)
		r = boots_run(x, &l, &w->suites, err);
	for (size_t t = 0; r == 0 && t < x->n_targets; t++)
		r = outcome_check(outcome_at(w, design, t), name, err);
	return r;
}

/* All designs with one kernel's configuration, then the next: a pair is switched little. */
static int designs_run(struct work *w, struct err *err)
{
	struct run_ctx *x = &w->x;
	CLEANUP(strv_done) struct strv done = { 0 };
	int r = 0;

	w->outcomes = mem_zalloc(w->designs.n * x->n_targets * sizeof(*w->outcomes));
	for (size_t t = 0; r == 0 && t < x->n_targets; t++) {
		const struct kernel_config *k = config_kernel(x->config, x->targets[t]->config);

		if (strv_has(&done, k->name))
			continue;
		strv_add(&done, k->name);
		r = run_take_kernel(x, k, true, err);
		for (size_t d = 0; r == 0 && d < w->designs.n; d++)
			r = design_run(w, d, k, err);
	}
	return r;
}

/* The line of the first "KTAP version 1" or "TAP version 14"; 0 where there is none. */
static size_t tests_from(const char *text)
{
	const char *at = strstr(text, "TAP version ");
	size_t line = 1;

	if (!at)
		return 0;
	for (const char *s = text; (s = memchr(s, '\n', (size_t)(at - s))); s++)
		line++;
	return line;
}

static void jobs_done(struct cell_job **jobs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		job_done(&(*jobs)[i].job);
	free(*jobs);
}

static int job_load(struct work *w, const char *id, struct cell_job *ret, struct err *err)
{
	CLEANUP(buf_done) struct buf console = { 0 };
	int r = store_job_get(w->x.store, id, &ret->job, err);

	if (r == 0)
		return err_set(err, EIO, "the store has no job '%s'", id);
	/* Lines matter only where something was said beside the tests. */
	if (r < 0 || !ret->job.oopses.n || !ret->job.log_sha256[0])
		return r < 0 ? r : 0;
	r = store_log_get(w->x.store, ret->job.log_sha256, &console, err);
	if (r == 0)
		ret->tests_from = tests_from(buf_text(&console));
	return r;
}

static int part_judge(struct work *w, size_t design, size_t target, struct cell_list *ret,
		      struct err *err)
{
	const struct outcome *o = outcome_at(w, design, target);
	struct cell_job *jobs = mem_zalloc((o->n_jobs + 1) * sizeof(*jobs));
	int r = 0;

	for (size_t i = 0; r == 0 && i < o->n_jobs; i++)
		r = job_load(w, o->jobs[i], &jobs[i], err);
	if (r == 0)
		judge_cells(w->designs.v[design], o, jobs, o->n_jobs, &w->suites, ret);
	jobs_done(&jobs, o->n_jobs);
	return r;
}

static int cells_judge(struct work *w, struct matrix *m, struct err *err)
{
	const struct run_ctx *x = &w->x;
	int r = 0;

	m->tree_version = mem_strdup(x->tree.version);
	m->designs = mem_zalloc(w->designs.n * sizeof(*m->designs));
	for (; m->n_designs < w->designs.n; m->n_designs++)
		m->designs[m->n_designs] = mem_strdup(w->designs.v[m->n_designs]);
	m->targets = mem_zalloc(x->n_targets * sizeof(*m->targets));
	for (; m->n_targets < x->n_targets; m->n_targets++)
		m->targets[m->n_targets] = mem_strdup(x->targets[m->n_targets]->name);
	m->parts = mem_zalloc(m->n_designs * m->n_targets * sizeof(*m->parts));
	for (size_t d = 0; r == 0 && d < m->n_designs; d++)
		for (size_t t = 0; r == 0 && t < m->n_targets; t++)
			r = part_judge(w, d, t, &m->parts[d * m->n_targets + t], err);
	if (r == 0)
		matrix_compare(m);
	return r;
}

int pipeline_matrix(const struct config *c, struct store *store, const struct matrix_request *req,
		    const struct progress *progress, struct matrix *ret, bool *input_error,
		    struct err *err)
{
	CLEANUP(work_done)
	struct work w = {
		.x = { .config = c,
		       .store = store,
		       .progress = progress,
		       .cancel_fd = req->cancel_fd,
		       .dir_lock = -1,
		       .tree_lock = -1 },
		.req = req,
	};
	CLEANUP(matrix_done) struct matrix m = { 0 };
	int r = run_open(&w.x, err);

	*input_error = false;
	if (r == 0) {
		r = inputs_read(&w, err);
		*input_error = r < 0 && r != -ECANCELED;
	}
	if (r == 0) {
		r = run_open_tree(&w.x, req->tree, NULL, err);
		*input_error = r == -ENOENT; /* a source package that is not installed */
	}
	if (r == 0)
		r = run_take_tree(&w.x, err);
	if (r == 0)
		r = sandbox_private_mounts(err);
	if (r == 0)
		r = designs_run(&w, err);
	if (r == 0)
		r = cells_judge(&w, &m, err);
	if (r == -EINVAL)
		*input_error = true; /* lab.yaml, a design that does not apply */
	if (r < 0)
		return r;
	*ret = m;
	m = (struct matrix){ 0 };
	return 0;
}
