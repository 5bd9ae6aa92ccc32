// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/judge/cells.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "model/matrix.h"
#include "model/outcome.h"
#include "model/test.h"

/* What one build showed on one target. */
struct view {
	const struct outcome *o;
	const struct cell_job *jobs;
	size_t n_jobs;
	struct strv excused; /* titles that a control shows */
};

/* The line behind which a report is this test's: that of the result before it. */
static size_t line_before(const struct cell_job *j, const struct test *t)
{
	size_t before = j->tests_from;

	for (size_t i = 0; i < j->job.tests.n; i++) {
		size_t line = j->job.tests.v[i].line;

		if (line < t->line && line > before)
			before = line;
	}
	return before;
}

/* A report that the kernel survived in the lines of a test, from `*at` on; NULL: none. */
static const struct oops *survived(const struct cell_job *j, const struct test *t, size_t *at)
{
	size_t before = line_before(j, t);

	while (*at < j->job.oopses.n) {
		const struct oops *o = &j->job.oopses.v[(*at)++];

		if (!o->fatal && o->first_line > before && o->first_line <= t->line)
			return o;
	}
	return NULL;
}

static bool has_result(const struct test *t)
{
	return t && t->line > 0 && t->status != TEST_MISS;
}

/* What cases on ordinary memory warn of. */
static void excuse(struct view *v, const struct suite_list *suites)
{
	for (size_t s = 0; s < suites->n; s++)
		for (size_t c = 0; suites->v[s].control && c < suites->v[s].n_cases; c++) {
			CLEANUP(free_ptr)
			char *path = mem_printf("%s.%s", suites->v[s].name, suites->v[s].cases[c]);

			for (size_t i = 0; i < v->n_jobs; i++) {
				const struct test *t = test_list_find(&v->jobs[i].job.tests, path);
				const struct oops *o;
				size_t at = 0;

				while (has_result(t) && (o = survived(&v->jobs[i], t, &at)))
					strv_add(&v->excused, o->title);
			}
		}
}

/* A warning of the case in any boot that shows it makes fail of it. */
static void judge_warnings(const struct view *v, const char *path, struct cell *cell)
{
	for (size_t i = 0; i < v->n_jobs; i++) {
		const struct test *t = test_list_find(&v->jobs[i].job.tests, path);
		const struct oops *o;
		size_t at = 0;

		while (has_result(t) && (o = survived(&v->jobs[i], t, &at))) {
			if (strv_has(&v->excused, o->title))
				continue;
			cell->result = CELL_FAIL;
			mem_set_copy(&cell->title, o->title);
			mem_set_copy(&cell->hash, o->hash);
			mem_set_copy(&cell->job, v->jobs[i].job.id);
			return;
		}
	}
}

/* The last of a boot's reports that the kernel did not survive. */
static const struct oops *fatal_of(const struct view *v, const char *job)
{
	for (size_t i = 0; i < v->n_jobs; i++) {
		const struct oops_list *l = &v->jobs[i].job.oopses;

		if (!job || strcmp(v->jobs[i].job.id, job) != 0)
			continue;
		for (size_t k = l->n; k > 0; k--)
			if (l->v[k - 1].fatal)
				return &l->v[k - 1];
	}
	return NULL;
}

static void judge_test(const struct view *v, const struct test *t, const char *job,
		       struct cell *cell)
{
	const struct oops *o;

	mem_set_copy(&cell->comment, t->comment);
	mem_set_copy(&cell->job, job);
	switch (t->status) {
	case TEST_PASS:
		cell->result = CELL_WORKS;
		break;
	case TEST_SKIP:
		cell->result = strncmp(t->comment, "refused", 7) == 0 ? CELL_REFUSED : CELL_SKIP;
		break;
	case TEST_ERROR:
		cell->result = CELL_CRASH;
		o = fatal_of(v, job);
		mem_set_copy(&cell->title, o ? o->title : t->comment);
		mem_set_copy(&cell->hash, o ? o->hash : "");
		return;
	case TEST_FAIL:
	case TEST_MISS:
		cell->result = CELL_FAIL;
		break;
	}
	judge_warnings(v, t->path, cell);
}

static const char *job_of(const struct outcome *o, const struct test *t)
{
	return o->test_jobs ? o->test_jobs[t - o->tests.v] : NULL;
}

static void judge_suite(const struct view *v, const struct suite *s, const char *design,
			struct cell_list *ret)
{
	const struct test *whole = test_list_find(&v->o->tests, s->name);
	struct cell *cell;

	for (size_t i = 0; i < s->n_cases; i++) {
		CLEANUP(free_ptr) char *path = mem_printf("%s.%s", s->name, s->cases[i]);
		const struct test *t = test_list_find(&v->o->tests, path);

		cell = cell_list_add(ret, s->name, s->cases[i]);
		cell->expected = suite_expects(s, s->cases[i], design);
		cell->result = CELL_FAIL; /* declared since, and never seen */
		if (t)
			judge_test(v, t, job_of(v->o, t), cell);
	}
	if (!whole)
		return;
	cell = cell_list_add(ret, s->name, "");
	judge_test(v, whole, job_of(v->o, whole), cell);
}

/* The last line of a boot that is a test's. */
static size_t last_line(const struct cell_job *j)
{
	size_t last = 0;

	for (size_t i = 0; i < j->job.tests.n; i++)
		if (j->job.tests.v[i].line > last)
			last = j->job.tests.v[i].line;
	return last;
}

/* Before the tests, or behind the last of them: what a boot that was cut says there is that test's.
 */
static bool is_of_no_case(const struct cell_job *j, const struct oops *o)
{
	if (o->fatal)
		return false;
	return o->first_line <= j->tests_from ||
	       (j->job.boot == BOOT_FINISHED && o->first_line > last_line(j));
}

static void boot_is(struct cell *cell, enum cell_result result, const struct cell_job *j,
		    const char *title, const char *hash)
{
	cell->result = result;
	mem_set_copy(&cell->title, title);
	mem_set_copy(&cell->hash, hash);
	mem_set_copy(&cell->job, j->job.id);
}

/* The cell of what is no case's: a boot that came to no test, a warning beside them. */
static void judge_boot(const struct view *v, struct cell_list *ret)
{
	struct cell *cell = cell_list_add(ret, "boot", "");
	size_t n_tests = 0;

	for (size_t i = 0; i < v->n_jobs; i++)
		n_tests += v->jobs[i].job.tests.n;
	if (v->n_jobs > 0 && n_tests == 0) {
		const struct oops *o = fatal_of(v, v->jobs[0].job.id);

		boot_is(cell, CELL_CRASH, &v->jobs[0], o ? o->title : "no answer",
			o ? o->hash : "");
		return;
	}
	for (size_t i = 0; i < v->n_jobs; i++)
		for (size_t k = 0; k < v->jobs[i].job.oopses.n; k++) {
			const struct oops *o = &v->jobs[i].job.oopses.v[k];

			if (!is_of_no_case(&v->jobs[i], o) || strv_has(&v->excused, o->title))
				continue;
			boot_is(cell, CELL_FAIL, &v->jobs[i], o->title, o->hash);
			return;
		}
}

void judge_cells(const char *design, const struct outcome *o, const struct cell_job *jobs,
		 size_t n_jobs, const struct suite_list *suites, struct cell_list *ret)
{
	struct view v = { .o = o, .jobs = jobs, .n_jobs = n_jobs };

	excuse(&v, suites);
	for (size_t i = 0; i < suites->n; i++)
		judge_suite(&v, &suites->v[i], design, ret);
	judge_boot(&v, ret);
	strv_done(&v.excused);
}
