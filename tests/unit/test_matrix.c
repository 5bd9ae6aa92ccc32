// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <jansson.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "model/matrix.h"
#include "model/outcome.h"
#include "report/matrix.h"
#include "stage/judge/cells.h"

#define TEXT(s) ((char[]){ s })

/* Two suites as kernel-tests/suites.yaml would name them, the first a control. */
static char *ordinary[] = { TEXT("page") };
static char *nopage[] = { TEXT("a"), TEXT("b"), TEXT("c") };
static struct expect promises[] = {
	{ .design = TEXT("none"), .what = EXPECT_CRASH },
	{ .name = TEXT("a"), .design = TEXT("none"), .what = EXPECT_WORKS },
	{ .design = TEXT("early"), .what = EXPECT_REFUSED },
};
static struct suite two[] = {
	{ .name = TEXT("control"), .cases = ordinary, .n_cases = 1, .control = true },
	{ .name = TEXT("nopage"),
	  .cases = nopage,
	  .n_cases = 3,
	  .expects = promises,
	  .n_expects = 3 },
};
static const struct suite_list suites = { .v = two, .n = 2 };

/* A build on a target: what its boots showed, and what was made of that. */
struct seen {
	struct outcome o;
	struct cell_job jobs[4];
	size_t n_jobs;
	struct cell_list cells;
};

static void seen_done(struct seen *s)
{
	outcome_done(&s->o);
	for (size_t i = 0; i < s->n_jobs; i++)
		job_done(&s->jobs[i].job);
	cell_list_done(&s->cells);
}

static struct job *boot(struct seen *s, const char *id)
{
	struct cell_job *j = &s->jobs[s->n_jobs++];

	*j = (struct cell_job){
		.job = { .id = mem_strdup(id), .reason = mem_strdup(""), .boot = BOOT_FINISHED },
		.tests_from = 10
	};
	return &j->job;
}

/* A result in a boot's console, which is the outcome's too. */
static void result(struct seen *s, struct job *j, const char *path, enum test_status status,
		   size_t line, const char *comment)
{
	struct outcome *o = &s->o;
	size_t cap = o->tests.n;

	test_list_add(&j->tests, mem_strdup(path), status, line, mem_strdup(comment));
	o->test_jobs = mem_grow(o->test_jobs, o->tests.n, &cap, sizeof(*o->test_jobs));
	o->test_jobs[o->tests.n] = mem_strdup(j->id);
	test_list_add(&o->tests, mem_strdup(path), status, line, mem_strdup(comment));
}

static void missing(struct seen *s, const char *path)
{
	size_t cap = s->o.tests.n;

	s->o.test_jobs = mem_grow(s->o.test_jobs, s->o.tests.n, &cap, sizeof(*s->o.test_jobs));
	s->o.test_jobs[s->o.tests.n] = NULL;
	test_list_add(&s->o.tests, mem_strdup(path), TEST_MISS, 0, NULL);
}

static void printed(struct job *j, const char *title, const char *hash, size_t line, bool fatal)
{
	struct oops_list *l = &j->oopses;
	struct oops *o;

	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	o = &l->v[l->n++];
	*o = (struct oops){ .title = mem_strdup(title),
			    .type = mem_strdup("BUG"),
			    .function = mem_strdup("f"),
			    .first_line = line,
			    .last_line = line + 1,
			    .fatal = fatal };
	snprintf(o->hash, sizeof(o->hash), "%s", hash);
}

/* "suite.case expected result title hash job|…" */
static void expect_cells(struct seen *s, const char *design, const char *want)
{
	CLEANUP(buf_done) struct buf have = { 0 };

	judge_cells(design, &s->o, s->jobs, s->n_jobs, &suites, &s->cells);
	for (size_t i = 0; i < s->cells.n; i++) {
		const struct cell *c = &s->cells.v[i];

		buf_printf(&have, "%s.%s %s %s %s/%s/%s|", c->suite, c->name,
			   expectation_name(c->expected), cell_result_name(c->result), c->title,
			   c->hash, c->job);
	}
	assert_string_equal(buf_text(&have), want);
}

static void a_result_is_what_the_test_said(void **state)
{
	CLEANUP(seen_done) struct seen s = { 0 };
	struct job *j = boot(&s, "job-1");

	(void)state;
	result(&s, j, "control.page", TEST_PASS, 20, "");
	result(&s, j, "nopage.a", TEST_SKIP, 21, "refused: map: -22");
	result(&s, j, "nopage.b", TEST_SKIP, 22, "no IOMMU here");
	result(&s, j, "nopage.c", TEST_FAIL, 23, "ASSERTION FAILED");
	expect_cells(&s, "early",
		     "control.page works works //job-1|nopage.a refused refused //job-1|"
		     "nopage.b refused skip //job-1|nopage.c refused fail //job-1|boot. works "
		     "works //|");
	assert_string_equal(s.cells.v[3].comment, "ASSERTION FAILED");
	assert_true(cell_is_expected(&s.cells.v[1]));
	assert_true(cell_is_expected(&s.cells.v[2])); /* a skip says nothing */
	assert_false(cell_is_expected(&s.cells.v[3]));
}

static void a_case_that_was_never_seen_fails(void **state)
{
	CLEANUP(seen_done) struct seen s = { 0 };
	struct job *j = boot(&s, "job-1");

	(void)state;
	result(&s, j, "control.page", TEST_PASS, 20, "");
	missing(&s, "nopage.a");
	expect_cells(&s, "none",
		     "control.page works works //job-1|nopage.a works fail //|"
		     "nopage.b crash fail //|nopage.c crash fail //|boot. works works //|");
}

static void a_crash_has_the_fatal_report_of_its_own_boot(void **state)
{
	CLEANUP(seen_done) struct seen s = { 0 };
	struct job *j = boot(&s, "job-1");

	(void)state;
	j->boot = BOOT_CRASHED;
	result(&s, j, "nopage.a", TEST_PASS, 20, "");
	result(&s, j, "nopage.b", TEST_ERROR, 18, "BUG in f");
	printed(j, "WARNING in w", "warn", 25, false);
	printed(j, "BUG in f", "first", 26, true);
	j = boot(&s, "job-2");
	j->boot = BOOT_CRASHED;
	result(&s, j, "nopage.c", TEST_ERROR, 18, "BUG in g");
	printed(j, "BUG in g", "second", 30, true);
	j = boot(&s, "job-3"); /* without an answer */
	j->boot = BOOT_STARTED;
	result(&s, j, "control.page", TEST_ERROR, 18, "no answer");
	expect_cells(&s, "none",
		     "control.page works crash no answer//job-3|nopage.a works works //job-1|"
		     "nopage.b crash crash BUG in f/first/job-1|"
		     "nopage.c crash crash BUG in g/second/job-2|boot. works works //|");
	assert_true(cell_is_expected(&s.cells.v[2]));
	assert_false(cell_is_expected(&s.cells.v[0]));
}

static void a_suite_that_crashed_behind_its_cases_has_a_cell(void **state)
{
	CLEANUP(seen_done) struct seen s = { 0 };
	struct job *j = boot(&s, "job-1");

	(void)state;
	result(&s, j, "control.page", TEST_PASS, 20, "");
	result(&s, j, "control", TEST_ERROR, 21, "BUG in exit");
	printed(j, "BUG in exit", "exit", 22, true);
	judge_cells("none", &s.o, s.jobs, s.n_jobs, &suites, &s.cells);
	assert_string_equal(s.cells.v[1].suite, "control");
	assert_string_equal(s.cells.v[1].name, "");
	assert_int_equal(s.cells.v[1].result, CELL_CRASH);
	assert_string_equal(s.cells.v[1].hash, "exit");
}

static void a_warning_makes_fail_of_the_case_whose_lines_it_lies_in(void **state)
{
	CLEANUP(seen_done) struct seen s = { 0 };
	struct job *j = boot(&s, "job-1");

	(void)state;
	result(&s, j, "control.page", TEST_PASS, 20, "");
	result(&s, j, "nopage.a", TEST_PASS, 30, "");
	printed(j, "WARNING in b", "in-b", 33, false);
	result(&s, j, "nopage.b", TEST_SKIP, 40, "refused: map: -22");
	result(&s, j, "nopage.c", TEST_PASS, 50, "");
	printed(j, "WARNING at the end", "end", 60, false);
	expect_cells(&s, "fixed",
		     "control.page works works //job-1|nopage.a works works //job-1|"
		     "nopage.b works fail WARNING in b/in-b/job-1|nopage.c works works //job-1|"
		     "boot. works fail WARNING at the end/end/job-1|");
}

static void the_first_case_has_its_warnings_too(void **state)
{
	CLEANUP(seen_done) struct seen s = { 0 };
	struct job *j = boot(&s, "job-1");

	(void)state;
	result(&s, j, "control.page", TEST_PASS, 20, "");
	j = boot(&s, "job-2"); /* by a filter: nopage.a only */
	printed(j, "WARNING in a", "in-a", 11, false);
	result(&s, j, "nopage.a", TEST_PASS, 20, "");
	j = boot(&s, "job-3");
	printed(j, "WARNING at boot", "boot", 5, false); /* before tests begin in line 10 */
	result(&s, j, "nopage.b", TEST_PASS, 20, "");
	judge_cells("fixed", &s.o, s.jobs, s.n_jobs, &suites, &s.cells);
	assert_int_equal(s.cells.v[1].result, CELL_FAIL);
	assert_string_equal(s.cells.v[1].job, "job-2");
	assert_int_equal(s.cells.v[2].result, CELL_WORKS);
	assert_string_equal(s.cells.v[4].suite, "boot"); /* whose the warning of job-3 is */
	assert_string_equal(s.cells.v[4].hash, "boot");
}

static void a_boot_that_was_cut_warns_in_the_case_that_ran(void **state)
{
	CLEANUP(seen_done) struct seen s = { 0 };
	struct job *j = boot(&s, "job-1");

	(void)state;
	j->boot = BOOT_CRASHED;
	result(&s, j, "control.page", TEST_PASS, 20, "");
	result(&s, j, "nopage.a", TEST_ERROR, 18, "BUG in f");
	printed(j, "WARNING in a", "in-a", 30, false);
	printed(j, "BUG in f", "f", 40, true);
	judge_cells("none", &s.o, s.jobs, s.n_jobs, &suites, &s.cells);
	assert_int_equal(s.cells.v[1].result, CELL_CRASH);
	assert_string_equal(s.cells.v[1].hash, "f");
	assert_int_equal(s.cells.v[4].result, CELL_WORKS);
}

static void a_boot_that_came_to_no_test_crashed(void **state)
{
	CLEANUP(seen_done) struct seen early = { 0 }, mute = { 0 };
	struct job *j = boot(&early, "job-1");

	(void)state;
	j->boot = BOOT_CRASHED;
	printed(j, "BUG in init", "init", 5, true);
	judge_cells("none", &early.o, early.jobs, early.n_jobs, &suites, &early.cells);
	assert_int_equal(early.cells.v[4].result, CELL_CRASH);
	assert_string_equal(early.cells.v[4].hash, "init");
	boot(&mute, "job-2")->boot = BOOT_SILENT;
	judge_cells("none", &mute.o, mute.jobs, mute.n_jobs, &suites, &mute.cells);
	assert_int_equal(mute.cells.v[4].result, CELL_CRASH);
	assert_string_equal(mute.cells.v[4].title, "no answer");
}

static void a_warning_that_a_control_shows_too_counts_nowhere(void **state)
{
	CLEANUP(seen_done) struct seen s = { 0 };
	struct job *j = boot(&s, "job-1");

	(void)state;
	printed(j, "WARNING: EEXIST", "one", 15, false);
	result(&s, j, "control.page", TEST_PASS, 20, "");
	result(&s, j, "nopage.a", TEST_PASS, 30, "");
	j = boot(&s, "job-2");
	printed(j, "WARNING: EEXIST", "two", 15, false); /* another signature, the same title */
	printed(j, "WARNING: other", "three", 17, false);
	result(&s, j, "nopage.b", TEST_PASS, 20, "");
	printed(j, "WARNING: EEXIST", "two", 25, false);
	result(&s, j, "nopage.c", TEST_PASS, 30, "");
	expect_cells(&s, "fixed",
		     "control.page works works //job-1|nopage.a works works //job-1|"
		     "nopage.b works fail WARNING: other/three/job-2|nopage.c works works //job-2|"
		     "boot. works works //|");
}

/* Designs none, good and bad on targets one, two and three. */
static void matrix_make(struct matrix *m)
{
	static const struct {
		size_t part;
		const char *name, *title;
		enum expectation expected;
		enum cell_result result;
	} cells[] = {
		{ 0, "a", "", EXPECT_WORKS, CELL_WORKS },
		{ 0, "b", "BUG in \033[31mf", EXPECT_CRASH, CELL_CRASH },
		{ 1, "a", "", EXPECT_WORKS, CELL_WORKS },
		{ 1, "b", "BUG in g", EXPECT_CRASH, CELL_CRASH },
		{ 2, "a", "", EXPECT_WORKS, CELL_WORKS },
		{ 2, "b", "BUG in g", EXPECT_CRASH, CELL_CRASH },
		{ 3, "a", "", EXPECT_WORKS, CELL_WORKS },
		{ 3, "b", "", EXPECT_WORKS, CELL_WORKS },
		{ 4, "a", "", EXPECT_WORKS, CELL_WORKS },
		{ 4, "b", "", EXPECT_WORKS, CELL_SKIP },
		{ 5, "a", "", EXPECT_WORKS, CELL_WORKS },
		{ 5, "b", "", EXPECT_WORKS, CELL_SKIP },
		{ 6, "a", "", EXPECT_REFUSED, CELL_REFUSED },
		{ 6, "b", "WARNING in f | g", EXPECT_WORKS, CELL_FAIL },
		{ 7, "a", "", EXPECT_REFUSED, CELL_REFUSED },
		{ 7, "b", "", EXPECT_WORKS, CELL_WORKS },
		{ 8, "a", "", EXPECT_REFUSED, CELL_REFUSED },
		{ 8, "b", "", EXPECT_WORKS, CELL_WORKS },
		{ 0, "c", "BUG in g", EXPECT_CRASH, CELL_CRASH }, /* only the titles differ */
		{ 1, "c", "BUG in h", EXPECT_CRASH, CELL_CRASH },
		{ 2, "c", "BUG in h", EXPECT_CRASH, CELL_CRASH },
	};
	static const char *const designs[] = { "none", "good", "bad" };
	static const char *const targets[] = { "one", "two", "three" };

	m->n_designs = m->n_targets = 3;
	m->designs = mem_zalloc(3 * sizeof(*m->designs));
	m->targets = mem_zalloc(3 * sizeof(*m->targets));
	m->parts = mem_zalloc(9 * sizeof(*m->parts));
	m->tree_version = mem_strdup("linux 6.1");
	for (size_t i = 0; i < 3; i++) {
		m->designs[i] = mem_strdup(designs[i]);
		m->targets[i] = mem_strdup(targets[i]);
	}
	for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++) {
		struct cell *c = cell_list_add(&m->parts[cells[i].part], "suite", cells[i].name);

		c->expected = cells[i].expected;
		c->result = cells[i].result;
		free(c->title);
		c->title = mem_strdup(cells[i].title);
	}
	matrix_compare(m);
}

static void what_worked_unfixed_and_does_not_now_is_a_regression(void **state)
{
	CLEANUP(matrix_done) struct matrix m = { 0 };

	(void)state;
	matrix_make(&m);
	assert_false(cell_find(matrix_part(&m, 0, 0), "suite", "a")->regression);
	assert_false(cell_find(matrix_part(&m, 1, 0), "suite", "a")->regression);
	assert_true(cell_find(matrix_part(&m, 2, 0), "suite", "a")->regression);
	assert_false(cell_find(matrix_part(&m, 2, 0), "suite", "b")->regression); /* crashed */
}

static void a_skip_is_no_regression_and_without_none_nothing_is(void **state)
{
	CLEANUP(matrix_done) struct matrix m = { 0 };
	struct cell *c;

	(void)state;
	matrix_make(&m);
	c = &m.parts[6].v[0];
	c->result = CELL_SKIP;
	matrix_compare(&m);
	assert_false(c->regression);
	c->result = CELL_REFUSED;
	c->regression = false;
	free(m.designs[0]);
	m.designs[0] = mem_strdup("other");
	matrix_compare(&m);
	assert_false(c->regression);
}

/* What the matrix is as text, or as Markdown. */
static void expect_text(int (*print)(const struct matrix *, FILE *, struct err *), const char *want)
{
	CLEANUP(matrix_done) struct matrix m = { 0 };
	struct err err = { 0 };
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	matrix_make(&m);
	assert_int_equal(print(&m, f, &err), 0);
	assert_int_equal(fclose(f), 0);
	assert_string_equal(text, want);
	free(text);
}

static void text_has_a_row_for_targets_that_agree(void **state)
{
	(void)state;
	expect_text(matrix_text, "case                 none      good      bad\n"
				 "suite.a              works     works     refused!\n"
				 "suite.b [one]        crash 1   works     fail 2\n"
				 "suite.b [two three]  crash 3   -         works\n"
				 "suite.c [one]        crash 3\n"
				 "suite.c [two three]  crash 4\n"
				 "\n"
				 "   1  BUG in \\x1b[31mf\n"
				 "   2  WARNING in f | g\n"
				 "   3  BUG in g\n"
				 "   4  BUG in h\n"
				 "\n"
				 "cases on all targets  none  good  bad\n"
				 "works                 3     4     2\n"
				 "refused               0     0     3\n"
				 "fail                  0     0     1\n"
				 "crash                 6     0     0\n"
				 "skip                  0     2     0\n"
				 "regressions (!)       0     0     3\n"
				 "not as expected       0     0     1\n"
				 "\n"
				 "Which cells are not as expected: --json, those with as_expected "
				 "false.\n");
}

static void markdown_is_the_same_as_tables(void **state)
{
	(void)state;
	expect_text(matrix_markdown, "| case | none | good | bad |\n"
				     "|---|---|---|---|\n"
				     "| suite.a | works | works | refused! |\n"
				     "| suite.b [one] | crash 1 | works | fail 2 |\n"
				     "| suite.b [two three] | crash 3 | - | works |\n"
				     "| suite.c [one] | crash 3 |  |  |\n"
				     "| suite.c [two three] | crash 4 |  |  |\n"
				     "\n"
				     "1. `BUG in \\x1b[31mf`\n"
				     "2. `WARNING in f | g`\n"
				     "3. `BUG in g`\n"
				     "4. `BUG in h`\n"
				     "\n"
				     "| cases on all targets | none | good | bad |\n"
				     "|---|---|---|---|\n"
				     "| works | 3 | 4 | 2 |\n"
				     "| refused | 0 | 0 | 3 |\n"
				     "| fail | 0 | 0 | 1 |\n"
				     "| crash | 6 | 0 | 0 |\n"
				     "| skip | 0 | 2 | 0 |\n"
				     "| regressions (!) | 0 | 0 | 3 |\n"
				     "| not as expected | 0 | 0 | 1 |\n");
}

static void a_case_that_no_kernel_ran_has_no_row(void **state)
{
	CLEANUP(matrix_done) struct matrix m = { 0 };
	struct err err = { 0 };
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	(void)state;
	assert_non_null(f);
	matrix_make(&m);
	for (size_t i = 0; i < m.n_designs * m.n_targets; i++)
		cell_list_add(&m.parts[i], "suite", "d")->result = CELL_SKIP;
	for (size_t i = 1; i < m.n_designs * m.n_targets; i++) /* on target one by none only */
		cell_list_add(&m.parts[i], "suite", "e")->result = CELL_SKIP;
	cell_list_add(&m.parts[0], "suite", "e")->result = CELL_WORKS;
	assert_int_equal(matrix_text(&m, f, &err), 0);
	assert_int_equal(fclose(f), 0);
	assert_null(strstr(text, "suite.d"));
	assert_non_null(strstr(text, "suite.e [one]        works     -         -\n"));
	assert_null(strstr(text, "suite.e [two"));
	assert_non_null(strstr(text, "skip                  5     8     6\n"));
	free(text);
}

static void json_has_every_cell_by_the_contract(void **state)
{
	CLEANUP(matrix_done) struct matrix m = { 0 };
	json_t *doc, *cells, *c;

	(void)state;
	matrix_make(&m);
	doc = matrix_json(&m);
	cells = json_object_get(doc, "cells");
	assert_int_equal(json_array_size(cells), 21);
	c = json_array_get(cells, 16); /* bad, one, b */
	assert_string_equal(json_string_value(json_object_get(c, "design")), "bad");
	assert_string_equal(json_string_value(json_object_get(c, "target")), "one");
	assert_string_equal(json_string_value(json_object_get(c, "suite")), "suite");
	assert_string_equal(json_string_value(json_object_get(c, "case")), "b");
	assert_string_equal(json_string_value(json_object_get(c, "expected")), "works");
	assert_string_equal(json_string_value(json_object_get(c, "result")), "fail");
	assert_string_equal(json_string_value(json_object_get(c, "hash")), "");
	assert_string_equal(json_string_value(json_object_get(c, "title")), "WARNING in f | g");
	assert_true(json_is_false(json_object_get(c, "regression")));
	assert_true(json_is_false(json_object_get(c, "as_expected")));
	c = json_array_get(cells, 15); /* bad, one, a */
	assert_true(json_is_true(json_object_get(c, "regression")));
	assert_true(json_is_true(json_object_get(c, "as_expected"))); /* it is what it promises */
	json_decref(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_result_is_what_the_test_said),
		cmocka_unit_test(a_case_that_was_never_seen_fails),
		cmocka_unit_test(a_crash_has_the_fatal_report_of_its_own_boot),
		cmocka_unit_test(a_suite_that_crashed_behind_its_cases_has_a_cell),
		cmocka_unit_test(a_warning_makes_fail_of_the_case_whose_lines_it_lies_in),
		cmocka_unit_test(the_first_case_has_its_warnings_too),
		cmocka_unit_test(a_boot_that_was_cut_warns_in_the_case_that_ran),
		cmocka_unit_test(a_boot_that_came_to_no_test_crashed),
		cmocka_unit_test(a_warning_that_a_control_shows_too_counts_nowhere),
		cmocka_unit_test(what_worked_unfixed_and_does_not_now_is_a_regression),
		cmocka_unit_test(a_skip_is_no_regression_and_without_none_nothing_is),
		cmocka_unit_test(text_has_a_row_for_targets_that_agree),
		cmocka_unit_test(markdown_is_the_same_as_tables),
		cmocka_unit_test(a_case_that_no_kernel_ran_has_no_row),
		cmocka_unit_test(json_has_every_cell_by_the_contract),
	};

	return cmocka_run_group_tests_name("matrix", tests, NULL, NULL);
}
