/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_TASK_H
#define DMALAB_MODEL_TASK_H

#include <stddef.h>
#include <stdint.h>

enum task_state {
	TASK_WAITING,
	TASK_RUNNING,
	TASK_DONE,    /* has its verdict */
	TASK_DROPPED, /* superseded, or by hand: .why */
	TASK_FAILED,  /* tried too often, or cannot be done: .why */
};

const char *task_state_name(enum task_state s); /* "waiting", ... */
int task_state_parse(const char *word, enum task_state *ret);

/* Priorities; any number between will do. */
enum { TASK_BY_SOURCE = 0, TASK_AGAIN = 50, TASK_BY_HAND = 100 };

/* A series that is to be tested. Strings are owned, "" where there is none. */
struct task {
	int64_t num;
	int64_t series;	  /* series_row.num */
	char *key;	  /* what is tested: equal keys are one task */
	char *name;	  /* of the series */
	char *message_id; /* likewise */
	char *source;	  /* that brought it first */
	char *tree, *plan;
	int priority;
	enum task_state state;
	int attempts;	    /* that were begun */
	int64_t created;    /* seconds since 1970 */
	int64_t not_before; /* likewise; 0 at once */
	int64_t started, ended;
	char *verdict_id;
	char *why;
};

struct task_list {
	struct task *v;
	size_t n, cap;
};

void task_done(struct task *t);
void task_list_done(struct task_list *l);

#endif
