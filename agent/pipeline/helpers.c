// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/helpers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "pipeline/run.h"

enum {
	AGAIN_MS = 3000, /* between looks whether one is there */
	LIFE_MS = 24 * 3600 * 1000,
	END_MS = 8000, /* for a follower's last words to its server */
};

struct helper {
	const char *what; /* "lab", "files" */
	const char *lab;  /* lab.yaml's */
	struct run run;
	int64_t again_ms;
};

static struct helper *helper_of(struct helpers *h, const char *what, const char *lab)
{
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->v[i].what, what) == 0 && strcmp(h->v[i].lab, lab) == 0)
			return &h->v[i];
	h->v = mem_grow(h->v, h->n, &h->cap, sizeof(*h->v));
	h->v[h->n] = (struct helper){ .what = what, .lab = lab };
	return &h->v[h->n++];
}

static int start(struct run_ctx *x, struct helper *h, struct err *err)
{
	CLEANUP(free_ptr) char *errand = mem_printf("%s:%s", h->what, h->lab);
	CLEANUP(free_ptr) char *parent = mem_printf("%ld", (long)getpid());
	const char *argv[] = { "/proc/self/exe", "agent",   "--config",
			       x->config->file,	 "--child", errand,
			       "--parent",	 parent,    NULL };
	struct run_spec spec = run_spec_of(argv, LIFE_MS);

	spec.err_fd = STDERR_FILENO;
	spec.grace_ms = END_MS;
	return run_start(&spec, &h->run, err);
}

int helper_lock(const struct config *c, const char *what, const char *lab, struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/%s-%s.lock", c->work_dir, what, lab);

	return fs_lock(path, false, err);
}

static int keep(struct run_ctx *x, struct helper *h, struct err *err)
{
	struct run_result res;
	int lock;
	int r = h->run.pid ? run_poll(&h->run, 0, &res, err) : 1;

	if (r <= 0 || clock_ms() < h->again_ms)
		return r < 0 ? r : 0;
	h->again_ms = clock_ms() + AGAIN_MS;
	lock = helper_lock(x->config, h->what, h->lab, err);
	if (lock == -EWOULDBLOCK)
		return 0; /* the agent's, or another run's */
	if (lock < 0)
		return lock;
	close_fd(&lock); /* the new process takes it */
	return start(x, h, err);
}

int helpers_need(struct run_ctx *x, const struct lab_config *lab, struct err *err)
{
	int r = keep(x, helper_of(&x->helpers, "lab", lab->name), err);

	return r == 0 && lab->listen ? keep(x, helper_of(&x->helpers, "files", lab->name), err) : r;
}

int helpers_keep(struct run_ctx *x, struct err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < x->helpers.n; i++)
		r = keep(x, &x->helpers.v[i], err);
	return r;
}

void helpers_end(struct helpers *h)
{
	struct run_result res;
	struct err ignored;

	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].run.pid)
			run_stop(&h->v[i].run, RUN_CANCELED);
	for (size_t i = 0; i < h->n; i++) {
		while (h->v[i].run.pid && run_poll(&h->v[i].run, END_MS, &res, &ignored) == 0)
			;
		run_abandon(&h->v[i].run);
	}
	free(h->v);
	*h = (struct helpers){ 0 };
}
