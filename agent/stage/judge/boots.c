// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "model/outcome.h"
#include "stage/judge/judge.h"
#include "stage/judge/room.h"

/* The boots of a target against those of the base. */

enum { FRAMES_SHOWN = 4, CASES_SHOWN = 8 };

static struct reason *boot_reason(struct reason_list *reasons, enum reason_kind kind,
				  const struct outcome *o, const char *subject, const char *job)
{
	struct reason *r = reason_add(reasons, kind);

	mem_set_copy(&r->target, o->target);
	mem_set_copy(&r->subject, subject);
	mem_set_copy(&r->where, job ? job : o->n_jobs ? o->jobs[0] : "");
	return r;
}

bool judge_has_report(const struct outcome *o, const char *hash)
{
	for (size_t i = 0; i < o->oopses.n; i++)
		if (strcmp(o->oopses.v[i].hash, hash) == 0)
			return true;
	return false;
}

bool judge_is_behind(const struct outcome *base, const struct outcome *patched, size_t i)
{
	const char *job = patched->oops_jobs ? patched->oops_jobs[i] : NULL;

	for (size_t k = 0; job && patched->oopses.v[i].fatal && k < patched->tests.n; k++) {
		const struct test *t = &patched->tests.v[k], *was;

		if (t->status != TEST_ERROR || !patched->test_jobs || !patched->test_jobs[k] ||
		    strcmp(patched->test_jobs[k], job) != 0)
			continue;
		was = test_list_find(&base->tests, t->path);
		return was && was->status == TEST_ERROR;
	}
	return false;
}

static char *oops_detail(const struct oops *o)
{
	struct buf b = { 0 };

	buf_printf(&b, "in %s", o->function[0] ? o->function : "an unknown function");
	for (size_t i = 0; i < o->n_frames && i < FRAMES_SHOWN; i++)
		buf_printf(&b, "%s%s", i ? " <- " : ": ", o->frames[i]);
	return buf_take(&b);
}

/* Reports that the base has not. Returns how many. */
static size_t judge_crashes(const struct outcome *base, const struct outcome *patched,
			    struct reason_list *reasons)
{
	size_t n = 0;

	for (size_t i = 0; i < patched->oopses.n; i++) {
		const struct oops *o = &patched->oopses.v[i];
		const char *job = patched->oops_jobs ? patched->oops_jobs[i] : NULL;
		struct reason *r;

		if (judge_has_report(base, o->hash) || judge_is_behind(base, patched, i))
			continue;
		r = boot_reason(reasons, REASON_NEW_CRASH, patched, o->title, job);
		mem_set(&r->detail, oops_detail(o));
		mem_set_copy(&r->signature, o->hash);
		r->line = o->first_line;
		n++;
	}
	return n;
}

bool judge_hung(const struct outcome *o)
{
	return o->boot == BOOT_STARTED || o->boot == BOOT_SILENT;
}

static bool saw_tests(const struct outcome *o)
{
	for (size_t i = 0; i < o->tests.n; i++)
		if (o->tests.v[i].status != TEST_MISS)
			return true;
	return false;
}

static const struct test *running_test(const struct outcome *o)
{
	for (size_t i = 0; i < o->tests.n; i++)
		if (o->tests.v[i].status == TEST_ERROR)
			return &o->tests.v[i];
	return NULL;
}

static size_t judge_hang(const struct outcome *base, const struct outcome *patched,
			 struct reason_list *reasons)
{
	const struct test *t = running_test(patched);
	struct reason *r;

	if (!judge_hung(patched) || judge_hung(base))
		return 0;
	if (t) {
		r = boot_reason(reasons, REASON_BOOT_HANG, patched, t->path, NULL);
		mem_set_copy(&r->detail, "no answer any more in this test");
		return 1;
	}
	r = boot_reason(reasons, REASON_BOOT_HANG, patched, "boot", NULL);
	mem_set(&r->detail,
		mem_strdup(patched->boot == BOOT_SILENT ? "the kernel never spoke on its console"
			   : saw_tests(patched)		? "no answer any more behind the tests"
						: "no answer any more before the first test"));
	return 1;
}

static bool passes(enum test_status s)
{
	return s == TEST_PASS;
}

static size_t suite_len(const char *path)
{
	return strcspn(path, ".");
}

static bool same_suite(const char *a, const char *b)
{
	size_t n = suite_len(a);

	return n == suite_len(b) && strncmp(a, b, n) == 0;
}

bool judge_is_of(const char *path, const char *suite)
{
	return suite_len(path) == strlen(suite) && strncmp(path, suite, suite_len(path)) == 0;
}

bool judge_vanished(const struct outcome *base, const struct test *t)
{
	const struct test *was = test_list_find(&base->tests, t->path);

	return was && passes(was->status) && (t->status == TEST_MISS || t->status == TEST_SKIP);
}

/* One reason a suite: the cases that vanished from it. */
static void judge_missing(const struct outcome *base, const struct outcome *patched,
			  struct reason_list *reasons)
{
	for (size_t i = 0; i < patched->tests.n; i++) {
		const struct test *first = &patched->tests.v[i];
		struct buf cases = { 0 };
		size_t n = 0, all = 0;
		struct reason *r;
		bool told = false;
		char *suite;

		if (!judge_vanished(base, first))
			continue;
		for (size_t k = 0; k < i && !told; k++)
			told = same_suite(patched->tests.v[k].path, first->path) &&
			       judge_vanished(base, &patched->tests.v[k]);
		if (told)
			continue;
		for (size_t k = 0; k < patched->tests.n; k++) {
			const struct test *t = &patched->tests.v[k];

			if (!same_suite(t->path, first->path))
				continue;
			all++;
			if (!judge_vanished(base, t))
				continue;
			if (n++ < CASES_SHOWN)
				buf_printf(&cases, "%s%s%s", n > 1 ? ", " : "",
					   t->path + suite_len(t->path) +
						   (t->path[suite_len(t->path)] == '.'),
					   t->status == TEST_SKIP ? " (skipped)" : "");
		}
		suite = mem_strndup(first->path, suite_len(first->path));
		r = boot_reason(reasons, REASON_MISSING_TESTS, patched, suite, NULL);
		mem_set(&r->detail, mem_printf("%zu of %zu gone: %s%s", n, all, buf_text(&cases),
					       n > CASES_SHOWN ? ", …" : ""));
		buf_done(&cases);
		free(suite);
	}
}

static void judge_failures(const struct outcome *base, const struct outcome *patched,
			   bool crash_told, struct reason_list *reasons)
{
	for (size_t i = 0; i < patched->tests.n; i++) {
		const struct test *t = &patched->tests.v[i];
		const struct test *was = test_list_find(&base->tests, t->path);
		struct reason *r;

		if (!judge_is_bad(t->status))
			continue;
		if (was && !passes(was->status) && was->status != TEST_SKIP &&
		    was->status != TEST_MISS)
			continue; /* the base fails it too */
		if (t->status == TEST_ERROR && crash_told)
			continue; /* its crash or hang is the reason */
		r = boot_reason(reasons, REASON_NEW_FAILURE, patched, t->path,
				patched->test_jobs ? patched->test_jobs[i] : NULL);
		mem_set_copy(&r->detail, t->comment);
		r->line = t->line;
	}
}

void judge_boots(const struct outcome *base, const struct outcome *patched,
		 struct reason_list *reasons)
{
	const struct outcome *sick = patched->infra ? patched : base;
	size_t told;

	if (patched->infra && !base->infra) /* what the lab showed before it failed stands */
		judge_crashes(base, patched, reasons);
	if (sick->infra) {
		struct reason *r = boot_reason(reasons, REASON_INFRA, sick,
					       sick == base ? "base" : "boot", NULL);

		mem_set_copy(&r->detail, sick->reason ? sick->reason : "");
		return;
	}
	told = judge_crashes(base, patched, reasons);
	told += judge_hang(base, patched, reasons);
	if (!told && patched->boot == BOOT_CRASHED && base->boot == BOOT_FINISHED) {
		struct reason *r =
			boot_reason(reasons, REASON_NEW_CRASH, patched, "kernel crash", NULL);

		mem_set(&r->detail,
			mem_strdup("a crash that the base has elsewhere ends the boot"));
		told++;
	}
	judge_failures(base, patched, told > 0, reasons);
	if (!told || saw_tests(patched))
		judge_missing(base, patched, reasons);
}

size_t judge_fixed(const struct outcome *base, const struct outcome *patched)
{
	size_t n = 0;

	for (size_t i = 0; i < patched->tests.n; i++) {
		const struct test *was = test_list_find(&base->tests, patched->tests.v[i].path);

		if (passes(patched->tests.v[i].status) && was && judge_is_bad(was->status))
			n++;
	}
	return n;
}
