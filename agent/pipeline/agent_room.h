/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_PIPELINE_AGENT_ROOM_H
#define DMALAB_PIPELINE_AGENT_ROOM_H

/* What the agent's files share: agent.c and turns.c say when, children.c starts and ends. */

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "base/run.h"
#include "model/config.h"
#include "pipeline/agent.h"

struct store;

enum child_kind {
	CHILD_POLL,
	CHILD_TREE,
	CHILD_TEST,
	CHILD_HEALTH, /* boots a known-good kernel on a target */
	CHILD_LAB,    /* a LAVA server's follower; it stays */
	CHILD_FILES,  /* the endpoint of its workers; it stays */
	CHILD_SERVE,  /* the pages; it stays */
	CHILD_OUTBOX, /* sends what waits in the outbox; one at a time */
	CHILD_WATCH,  /* tests what is new in a watched tree */
	CHILD_BISECT, /* goes on with a bisection; one of these two at a time */
};

/* A process that does one thing for the agent. */
struct child {
	struct agent *agent;
	enum child_kind kind;
	char *name;   /* of the source, tree, target or lab; the series' name */
	int64_t task; /* of a test */
	struct run run;
	sd_event_source *ended; /* its pidfd */
	struct child *next;
};

/* Something that is done again and again. */
struct turn {
	enum child_kind kind;
	char *name;
	int every_s;
	int64_t due_ms; /* clock_ms() */
	int failures;	/* one after the other */
	bool running;
	bool waits; /* for what it watches to be fetched */
	bool done;  /* once at least */
};

struct agent {
	const struct agent_spec *spec;
	struct config config;
	struct store *store;
	sd_event *event;
	sd_event_source *tick;
	int lock;
	char *owner;
	struct turn *turns;
	size_t n_turns, cap_turns;
	struct child *children;
	int n_fetches, n_tests;
	int64_t look_ms;     /* when to look for tasks again */
	int64_t renew_ms;    /* when to renew leases */
	int64_t health_ms;   /* when to look after targets' health again */
	int64_t outbox_ms;   /* when to look whether something waits in the outbox */
	bool sending;	     /* its child runs */
	bool sending_failed; /* the last one did */
	int64_t bisect_ms;   /* when to look for a bisection */
	int bisect_failures; /* one after the other */
	int n_searches;
	bool idle; /* the last look found no task that may begin */
	bool stopping;
};

void agent_log(struct agent *a, enum agent_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* turns.c: lab.yaml's turns; what was there before keeps its time. */
void turns_make(struct agent *a);
void turns_free(struct turn *v, size_t n);
/* Starts what is due and may run. */
void turns_start(struct agent *a);
/* What follows for its turn from a child's end. */
void turn_ended(struct agent *a, const struct child *c, bool good);

/* Whether it stays until it is ended. */
bool child_stays(enum child_kind kind);
/* Starts a child: a turn's, or a test of a claimed task. */
int child_start(struct agent *a, enum child_kind kind, const char *name, int64_t task,
		struct err *err) __attribute__((warn_unused_result));
/* Looks after deadlines of children; those that have ended go through agent_child_ended(). */
void children_poll(struct agent *a);
void children_stop(struct agent *a);
/* Asks those of a kind that stay to end by themselves; their turn starts them again. */
void children_renew(struct agent *a, enum child_kind kind);
void children_free(struct agent *a);

/* agent.c: what follows from a child's end; `good`: it exited with 0. */
void agent_child_ended(struct agent *a, const struct child *c, bool good, const char *how);

#endif
