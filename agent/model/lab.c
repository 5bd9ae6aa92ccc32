// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/lab.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const states[] = {
	[LAVA_SUBMITTED] = "Submitted", [LAVA_SCHEDULING] = "Scheduling",
	[LAVA_SCHEDULED] = "Scheduled", [LAVA_RUNNING] = "Running",
	[LAVA_CANCELING] = "Canceling", [LAVA_FINISHED] = "Finished",
};

static const char *const healths[] = {
	[LAVA_UNKNOWN] = "Unknown",
	[LAVA_COMPLETE] = "Complete",
	[LAVA_INCOMPLETE] = "Incomplete",
	[LAVA_CANCELED] = "Canceled",
};

static const char *const ways[] = {
	[SUBMISSION_WANTED] = "wanted", [SUBMISSION_POSTED] = "posted",
	[SUBMISSION_QUEUED] = "queued", [SUBMISSION_RUNNING] = "running",
	[SUBMISSION_ENDED] = "ended",
};

static int find(const char *const *words, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i], word) == 0)
			return (int)i;
	return -1;
}

const char *lava_state_name(enum lava_state s)
{
	return states[s];
}

const char *lava_health_name(enum lava_health h)
{
	return healths[h];
}

const char *submission_state_name(enum submission_state s)
{
	return ways[s];
}

int lava_state_parse(const char *word, enum lava_state *ret)
{
	int i = find(states, COUNT(states), word);

	if (i < 0)
		return -1;
	*ret = (enum lava_state)i;
	return 0;
}

int lava_health_parse(const char *word, enum lava_health *ret)
{
	int i = find(healths, COUNT(healths), word);

	if (i < 0)
		return -1;
	*ret = (enum lava_health)i;
	return 0;
}

int submission_state_parse(const char *word, enum submission_state *ret)
{
	int i = find(ways, COUNT(ways), word);

	if (i < 0)
		return -1;
	*ret = (enum submission_state)i;
	return 0;
}

void lava_job_done(struct lava_job *j)
{
	free(j->description);
	free(j->device);
	*j = (struct lava_job){ 0 };
}

void lava_job_list_done(struct lava_job_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		lava_job_done(&l->v[i]);
	free(l->v);
	*l = (struct lava_job_list){ 0 };
}

void lab_device_done(struct lab_device *d)
{
	free(d->lab);
	free(d->name);
	free(d->type);
	free(d->health);
	free(d->state);
	free(d->worker);
	*d = (struct lab_device){ 0 };
}

void lab_device_list_done(struct lab_device_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		lab_device_done(&l->v[i]);
	free(l->v);
	*l = (struct lab_device_list){ 0 };
}

bool lab_device_is_usable(const struct lab_device *d)
{
	static const char *const unusable[] = { "Bad", "Maintenance", "Retired" };

	return d->online && find(unusable, COUNT(unusable), d->health) < 0;
}

void submission_done(struct submission *s)
{
	free(s->key);
	free(s->lab);
	free(s->target);
	free(s->build_id);
	free(s->filter);
	free(s->kernel);
	free(s->ramdisk);
	free(s->dtb);
	free(s->device);
	free(s->job_id);
	*s = (struct submission){ 0 };
}
