// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "pipeline/agent_room.h"

enum {
	FETCH_MS = 2 * 3600 * 1000,
	TEST_MS = 6 * 3600 * 1000,
	GRACE_MS = 8000, /* of the ten seconds that the agent has for its end */
};

static void child_free(struct child *c)
{
	sd_event_source_unref(c->ended);
	run_abandon(&c->run);
	free(c->name);
	free(c);
}

static void child_unlink(struct child *c)
{
	struct child **at = &c->agent->children;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	if (c->kind == CHILD_TEST)
		c->agent->n_tests--;
	else
		c->agent->n_fetches--;
}

/* Takes the child's end, if it has come, or keeps its deadline. */
static void child_look(struct child *c)
{
	struct run_result res;
	struct err err;
	int r = run_poll(&c->run, 0, &res, &err);

	if (r == 0)
		return;
	child_unlink(c);
	if (r < 0)
		agent_child_ended(c->agent, c, false, err.msg);
	else
		agent_child_ended(c->agent, c, res.end == RUN_EXITED && res.status == 0,
				  run_end_text(&res, (char[32]){ 0 }));
	child_free(c);
}

static int on_end(sd_event_source *s, int fd, uint32_t events, void *arg)
{
	(void)s;
	(void)fd;
	(void)events;
	child_look(arg);
	return 0;
}

/* What the child is told to do: "poll:NAME", "tree:NAME", "test:TASK". */
static char *errand(enum child_kind kind, const char *name, int64_t task)
{
	switch (kind) {
	case CHILD_POLL:
		return mem_printf("poll:%s", name);
	case CHILD_TREE:
		return mem_printf("tree:%s", name);
	case CHILD_TEST:
		break;
	}
	return mem_printf("test:%lld", (long long)task);
}

int child_start(struct agent *a, enum child_kind kind, const char *name, int64_t task,
		struct err *err)
{
	CLEANUP(free_ptr) char *what = errand(kind, name, task);
	CLEANUP(free_ptr) char *parent = mem_printf("%ld", (long)getpid());
	const char *argv[] = { "/proc/self/exe", "agent",  "--config", a->config.file,
			       "--child",	 what,	   "--parent", parent,
			       "--owner",	 a->owner, NULL };
	struct run_spec spec = run_spec_of(argv, kind == CHILD_TEST ? TEST_MS : FETCH_MS);
	struct child *c = mem_zalloc(sizeof(*c));
	int r;

	spec.out_fd = STDERR_FILENO; /* its words are lines of our log */
	spec.err_fd = STDERR_FILENO;
	spec.grace_ms = GRACE_MS;
	r = run_start(&spec, &c->run, err);
	if (r == 0) {
		r = sd_event_add_io(a->event, &c->ended, c->run.pidfd, EPOLLIN, on_end, c);
		if (r < 0)
			r = err_errno(err, -r, "cannot watch a child");
	}
	if (r < 0) {
		child_free(c);
		return r;
	}
	c->agent = a;
	c->kind = kind;
	c->name = mem_strdup(name);
	c->task = task;
	c->next = a->children;
	a->children = c;
	if (kind == CHILD_TEST)
		a->n_tests++;
	else
		a->n_fetches++;
	return 0;
}

void children_poll(struct agent *a)
{
	for (struct child *c = a->children, *next; c; c = next) {
		next = c->next;
		child_look(c);
	}
}

void children_stop(struct agent *a)
{
	for (struct child *c = a->children; c; c = c->next)
		run_stop(&c->run, RUN_CANCELED);
}

void children_free(struct agent *a)
{
	while (a->children) {
		struct child *c = a->children;

		a->children = c->next;
		child_free(c);
	}
}
