// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/outcome.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "console/ktap.h"

/* The status that a test had before a boot was added; MISS where it was not there. */
static enum test_status status_before(const struct test_list *before, const char *path)
{
	const struct test *t = test_list_find(before, path);

	return t ? t->status : TEST_MISS;
}

static void list_copy(const struct test_list *from, struct test_list *to)
{
	for (size_t i = 0; i < from->n; i++)
		test_list_add(to, mem_strdup(from->v[i].path), from->v[i].status, from->v[i].line,
			      NULL);
}

/* Notes the job for every test that it showed first, or showed worse. */
static void jobs_note(struct outcome *o, const struct test_list *before, const char *job)
{
	o->test_jobs = realloc(o->test_jobs, (o->tests.n + 1) * sizeof(*o->test_jobs));
	if (!o->test_jobs)
		abort();
	for (size_t i = 0; i < o->tests.n; i++) {
		const struct test *t = &o->tests.v[i];

		if (i >= before->n)
			o->test_jobs[i] = NULL;
		if (t->status == TEST_MISS || status_before(before, t->path) == t->status)
			continue;
		free(o->test_jobs[i]);
		o->test_jobs[i] = mem_strdup(job);
	}
}

static bool has_oops(const struct outcome *o, const char *hash)
{
	for (size_t i = 0; i < o->oopses.n; i++)
		if (strcmp(o->oopses.v[i].hash, hash) == 0)
			return true;
	return false;
}

static char **strings_copy(char *const *v, size_t n)
{
	char **copy = mem_zalloc((n + 1) * sizeof(*copy));

	for (size_t i = 0; i < n; i++)
		copy[i] = mem_strdup(v[i]);
	return copy;
}

static void oopses_add(struct outcome *o, const struct job *job)
{
	for (size_t i = 0; i < job->oopses.n; i++) {
		const struct oops *from = &job->oopses.v[i];
		size_t cap = o->oopses.cap;
		struct oops *to;

		if (has_oops(o, from->hash))
			continue;
		o->oops_jobs = mem_grow(o->oops_jobs, o->oopses.n, &cap, sizeof(*o->oops_jobs));
		o->oopses.v =
			mem_grow(o->oopses.v, o->oopses.n, &o->oopses.cap, sizeof(*o->oopses.v));
		o->oops_jobs[o->oopses.n] = mem_strdup(job->id);
		to = &o->oopses.v[o->oopses.n++];
		*to = *from;
		to->title = mem_strdup(from->title);
		to->type = mem_strdup(from->type);
		to->function = mem_strdup(from->function);
		to->alt = strings_copy(from->alt, from->n_alt);
		to->frames = strings_copy(from->frames, from->n_frames);
	}
}

static void job_add(struct outcome *o, const char *id)
{
	o->jobs = realloc(o->jobs, (o->n_jobs + 1) * sizeof(*o->jobs));
	if (!o->jobs)
		abort();
	o->jobs[o->n_jobs++] = mem_strdup(id);
}

static const struct oops *fatal_oops(const struct job *job)
{
	for (size_t i = job->oopses.n; i > 0; i--)
		if (job->oopses.v[i - 1].fatal)
			return &job->oopses.v[i - 1];
	return NULL;
}

void outcome_fold(struct outcome *o, const struct suite_list *expected, const char *filter,
		  const struct job *job, struct strv *filters)
{
	struct test_list before = { 0 };
	struct test_list seen = { 0 };
	bool cut = job->boot != BOOT_FINISHED;
	bool said = job->tests.n > 0;

	for (size_t i = 0; i < job->tests.n; i++) {
		const struct test *t = &job->tests.v[i];

		test_list_add(&seen, mem_strdup(t->path), t->status, t->line,
			      mem_strdup(t->comment));
	}
	if (o->n_jobs == 0)
		o->boot = job->boot;
	ktap_settle(expected, filter, cut, fatal_oops(job), &seen);
	list_copy(&o->tests, &before);
	ktap_merge(&o->tests, &seen);
	jobs_note(o, &before, job->id);
	oopses_add(o, job);
	job_add(o, job->id);
	/* A kernel that said nothing of tests will not say more when asked for fewer. */
	if (cut && said)
		ktap_next_filters(expected, &o->tests, filters);
	test_list_done(&before);
	test_list_done(&seen);
}

void outcome_infra(struct outcome *o, const struct job *job)
{
	o->infra = true;
	free(o->reason);
	o->reason = mem_strdup(job->reason);
	job_add(o, job->id);
}
