// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "pipeline/agent_room.h"

/* What the agent does again and again: when it is due, and how often what fails is tried. */

enum {
	BACKOFF_MAX_S = 900, /* between tries of a source that fails */
	STAY_AGAIN_S = 2,    /* before what should have stayed is started again */
	IMPORTED_S = 3600,   /* between looks at a tree that nobody fetches */
};

static struct turn *turn_find(struct agent *a, enum child_kind kind, const char *name)
{
	for (size_t i = 0; i < a->n_turns; i++)
		if (a->turns[i].kind == kind && strcmp(a->turns[i].name, name) == 0)
			return &a->turns[i];
	return NULL;
}

void turns_free(struct turn *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i].name);
	free(v);
}

/* Adds a turn, which goes on from where one of that name was before. */
static void turn_add(struct agent *a, enum child_kind kind, const char *name, int every_s,
		     const struct agent *before)
{
	struct turn *was = turn_find((struct agent *)before, kind, name);
	struct turn *t;

	a->turns = mem_grow(a->turns, a->n_turns, &a->cap_turns, sizeof(*a->turns));
	t = &a->turns[a->n_turns++];
	*t = was ? *was : (struct turn){ .kind = kind, .due_ms = clock_ms() };
	t->name = mem_strdup(name);
	t->every_s = every_s;
	t->waits = kind == CHILD_WATCH && (!was || was->waits) &&
		   turn_find(a, CHILD_TREE, config_watch(&a->config, name)->tree);
}

/* What is done again and again, by lab.yaml; what was there before keeps its time. */
void turns_make(struct agent *a)
{
	struct agent before = { .turns = a->turns, .n_turns = a->n_turns };
	const struct config *c = &a->config;

	a->turns = NULL;
	a->n_turns = a->cap_turns = 0;
	for (size_t i = 0; i < c->n_sources; i++)
		turn_add(a, CHILD_POLL, c->sources[i].name, c->sources[i].every_s, &before);
	for (size_t i = 0; i < c->n_trees; i++)
		if (strncmp(c->trees[i].source, "git:", 4) == 0)
			turn_add(a, CHILD_TREE, c->trees[i].name, c->trees[i].every_s, &before);
	for (size_t i = 0; i < c->n_labs; i++) {
		const struct lab_config *l = &c->labs[i];

		if (l->driver != LAB_LAVA_SERVER)
			continue;
		turn_add(a, CHILD_LAB, l->name, STAY_AGAIN_S, &before);
		if (l->listen)
			turn_add(a, CHILD_FILES, l->name, STAY_AGAIN_S, &before);
	}
	if (c->serve.listen)
		turn_add(a, CHILD_SERVE, "pages", STAY_AGAIN_S, &before);
	for (size_t i = 0; i < c->n_watches; i++)
		turn_add(a, CHILD_WATCH, c->watches[i].name, IMPORTED_S, &before);
	turns_free(before.turns, before.n_turns);
}

/* A failing source is asked less and less often, but never given up. */
static int64_t turn_wait_ms(const struct turn *t)
{
	int64_t s = t->every_s;

	for (int i = 0; i < t->failures && s < BACKOFF_MAX_S; i++)
		s *= 2;
	return (t->failures && s > BACKOFF_MAX_S && t->every_s < BACKOFF_MAX_S ? BACKOFF_MAX_S
									       : s) *
	       1000;
}

/* What a fetch may have brought is looked at. */
static void watch_wake(struct agent *a, const char *name)
{
	struct turn *t = turn_find(a, CHILD_WATCH, name);

	if (!t || t->running)
		return; /* it goes by its own time then */
	t->waits = false;
	if (!t->failures)
		t->due_ms = clock_ms();
}

void turn_ended(struct agent *a, const struct child *c, bool good)
{
	struct turn *t = turn_find(a, c->kind, c->name);

	if (!t)
		return; /* lab.yaml has it no longer */
	t->running = false;
	t->done = true;
	t->failures = good ? 0 : t->failures + 1;
	t->due_ms = clock_ms() + turn_wait_ms(t);
	for (size_t i = 0; c->kind == CHILD_TREE && i < a->config.n_watches; i++)
		if (strcmp(a->config.watches[i].tree, c->name) == 0)
			watch_wake(a, a->config.watches[i].name);
}

/* Whether one more of its kind may run. */
static bool turn_may(const struct agent *a, const struct turn *t)
{
	if (child_stays(t->kind))
		return true;
	if (a->spec->once && t->done)
		return false;
	return t->kind == CHILD_WATCH ? a->n_searches < 1 : a->n_fetches < a->config.agent.fetches;
}

void turns_start(struct agent *a)
{
	struct err err;

	for (size_t i = 0; i < a->n_turns; i++) {
		struct turn *t = &a->turns[i];

		if (t->running || t->waits || t->due_ms > clock_ms() || !turn_may(a, t))
			continue;
		if (child_start(a, t->kind, t->name, 0, &err) == 0) {
			t->running = true;
			continue;
		}
		agent_log(a, AGENT_ERROR, "%s: %s", t->name, err.msg);
		t->failures++;
		t->due_ms = clock_ms() + turn_wait_ms(t);
	}
}
