// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/outcome.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "console/ktap.h"

/* Boots of all suites without a test in them; a hang takes all of its target's time. */
enum { BLIND_CRASHES = 3, BLIND_HANGS = 2 };

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
		mem_set_copy(&o->test_jobs[i], job);
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

/* What an outcome keeps of a report; the rest is the job's. */
static struct oops oops_copy(const struct oops *from)
{
	struct oops to = {
		.title = mem_strdup(from->title),
		.type = mem_strdup(from->type),
		.function = mem_strdup(from->function),
		.alt = strings_copy(from->alt, from->n_alt),
		.n_alt = from->n_alt,
		.frames = strings_copy(from->frames, from->n_frames),
		.n_frames = from->n_frames,
		.first_line = from->first_line,
		.last_line = from->last_line,
		.fatal = from->fatal,
		.corrupted = from->corrupted,
		.cpu = from->cpu,
		.pid = from->pid,
	};

	memcpy(to.hash, from->hash, sizeof(to.hash));
	return to;
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
		*to = oops_copy(from);
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

static bool is_of(const struct suite *s, const char *path)
{
	size_t n = strlen(s->name);

	return strncmp(path, s->name, n) == 0 && (path[n] == '\0' || path[n] == '.');
}

/*
 * init's suites run in every boot that gets past KUnit, whatever its filter: where they are seen
 * the boot was one of theirs too.
 */
static void init_settle(const struct suite_list *expected, bool cut, const struct oops *last,
			struct test_list *seen)
{
	for (size_t i = 0; i < expected->n; i++) {
		const struct suite *s = &expected->v[i];
		bool any = false;

		for (size_t k = 0; s->init && !any && k < seen->n; k++)
			any = is_of(s, seen->v[k].path);
		if (any)
			ktap_settle(expected, s->name, cut, last, seen);
	}
}

/* init cannot be asked for one of its cases: behind a crash in it the others stay missing. */
static bool is_init_case(const struct suite_list *expected, const char *filter)
{
	for (size_t i = 0; i < expected->n; i++)
		if (expected->v[i].init && is_of(&expected->v[i], filter) && strchr(filter, '.'))
			return true;
	return false;
}

static void next_filters(const struct suite_list *expected, const struct test_list *tests,
			 struct strv *filters)
{
	CLEANUP(strv_done) struct strv all = { 0 };

	ktap_next_filters(expected, tests, &all);
	for (size_t i = 0; i < all.n; i++)
		if (!is_init_case(expected, all.v[i]) && !strv_has(filters, all.v[i]))
			strv_add(filters, all.v[i]);
}

static bool seen_already(const struct outcome *o, const struct suite *s, const char *name)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s.%s", s->name, name);
	const struct test *t = test_list_find(&o->tests, path);

	return t && t->status != TEST_MISS;
}

bool outcome_wants(const struct outcome *o, const struct suite_list *expected, const char *filter)
{
	const char *dot = strchr(filter, '.');

	for (size_t i = 0; i < expected->n; i++) {
		const struct suite *s = &expected->v[i];

		if (!is_of(s, filter) || (!dot && s->n_cases == 0))
			continue;
		if (dot)
			return !seen_already(o, s, dot + 1);
		for (size_t k = 0; k < s->n_cases; k++)
			if (!seen_already(o, s, s->cases[k]))
				return true;
		return false;
	}
	return true;
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
	init_settle(expected, cut, fatal_oops(job), &seen);
	ktap_settle(expected, filter, cut, fatal_oops(job), &seen);
	list_copy(&o->tests, &before);
	ktap_merge(&o->tests, &seen);
	jobs_note(o, &before, job->id);
	oopses_add(o, job);
	job_add(o, job->id);
	/* A kernel that said nothing of tests will not say more when asked for fewer; but what
	 * ended it may come and go. */
	if (cut && said)
		next_filters(expected, &o->tests, filters);
	else if (cut && !filter[0] &&
		 o->n_jobs < (job->boot == BOOT_CRASHED ? BLIND_CRASHES : BLIND_HANGS))
		strv_add(filters, "");
	test_list_done(&before);
	test_list_done(&seen);
}

void outcome_infra(struct outcome *o, const struct job *job)
{
	o->infra = true;
	mem_set_copy(&o->reason, job->reason);
	job_add(o, job->id);
}
