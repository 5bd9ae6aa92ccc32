// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/task.h"

#include <stdlib.h>
#include <string.h>

static const char *const state_names[] = { "waiting", "running", "done", "dropped", "failed" };

const char *task_state_name(enum task_state s)
{
	return state_names[s];
}

int task_state_parse(const char *word, enum task_state *ret)
{
	for (size_t i = 0; i < sizeof(state_names) / sizeof(*state_names); i++)
		if (strcmp(word, state_names[i]) == 0) {
			*ret = (enum task_state)i;
			return 0;
		}
	return -1;
}

void task_done(struct task *t)
{
	free(t->key);
	free(t->name);
	free(t->message_id);
	free(t->source);
	free(t->tree);
	free(t->plan);
	free(t->verdict_id);
	free(t->why);
	*t = (struct task){ 0 };
}

void task_list_done(struct task_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		task_done(&l->v[i]);
	free(l->v);
	*l = (struct task_list){ 0 };
}
