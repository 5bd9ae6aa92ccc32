// SPDX-License-Identifier: GPL-2.0-or-later
#include <signal.h>
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
	STAY_MS = 24 * 3600 * 1000, /* then a fresh one takes over */
	GRACE_MS = 8000,	    /* of the ten seconds that the agent has for its end */
};

static void child_free(struct child *c)
{
	sd_event_source_unref(c->ended);
	run_abandon(&c->run);
	free(c->name);
	free(c);
}

bool child_stays(enum child_kind kind)
{
	return kind == CHILD_LAB || kind == CHILD_FILES || kind == CHILD_SERVE;
}

/* Where it is counted; NULL: nowhere. */
static int *counter_of(struct agent *a, enum child_kind kind)
{
	if (child_stays(kind) || kind == CHILD_OUTBOX)
		return NULL;
	if (kind == CHILD_WATCH || kind == CHILD_BISECT)
		return &a->n_searches;
	return kind == CHILD_TEST || kind == CHILD_HEALTH ? &a->n_tests : &a->n_fetches;
}

static void count(struct agent *a, enum child_kind kind, int more)
{
	int *n = counter_of(a, kind);

	if (n)
		*n += more;
}

static void child_unlink(struct child *c)
{
	struct child **at = &c->agent->children;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	count(c->agent, c->kind, -1);
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

/* What the child is told to do: "poll:NAME", … "test:TASK", "outbox", "serve". */
static char *errand(enum child_kind kind, const char *name, int64_t task)
{
	static const char *const words[] = {
		[CHILD_POLL] = "poll",	   [CHILD_TREE] = "tree",     [CHILD_TEST] = "test",
		[CHILD_HEALTH] = "health", [CHILD_LAB] = "lab",	      [CHILD_FILES] = "files",
		[CHILD_WATCH] = "watch",   [CHILD_BISECT] = "bisect",
	};

	if (kind == CHILD_OUTBOX || kind == CHILD_SERVE)
		return mem_strdup(kind == CHILD_OUTBOX ? "outbox" : "serve");
	if (kind == CHILD_TEST)
		return mem_printf("%s:%lld", words[kind], (long long)task);
	return mem_printf("%s:%s", words[kind], name);
}

static int deadline_of(enum child_kind kind)
{
	if (child_stays(kind))
		return STAY_MS;
	return kind == CHILD_POLL || kind == CHILD_TREE || kind == CHILD_OUTBOX ? FETCH_MS
										: TEST_MS;
}

int child_start(struct agent *a, enum child_kind kind, const char *name, int64_t task,
		struct err *err)
{
	CLEANUP(free_ptr) char *what = errand(kind, name, task);
	CLEANUP(free_ptr) char *parent = mem_printf("%ld", (long)getpid());
	const char *argv[] = { "/proc/self/exe", "agent",  "--config", a->config.file,
			       "--child",	 what,	   "--parent", parent,
			       "--owner",	 a->owner, NULL };
	struct run_spec spec = run_spec_of(argv, deadline_of(kind));
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
	count(a, kind, 1);
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

void children_renew(struct agent *a, enum child_kind kind)
{
	for (struct child *c = a->children; c; c = c->next)
		if (c->kind == kind)
			(void)kill(c->run.pid, SIGTERM);
}

void children_free(struct agent *a)
{
	while (a->children) {
		struct child *c = a->children;

		a->children = c->next;
		child_free(c);
	}
}
