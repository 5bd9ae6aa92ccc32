/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_REPORT_FIXTURE_H
#define DMALAB_TESTS_REPORT_FIXTURE_H

#include "unit.h"

#include <jansson.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "pipeline/pipeline.h"

/* Reports made by hand, one a kind of verdict. */

enum { STARTED = 1795404600 }; /* 2026-11-23T03:30:00+00:00 */

/* A name as git and the store make them: one character over and over. */
static inline char *id_of(char c, int len)
{
	char *id = mem_zalloc((size_t)len + 1);

	memset(id, c, (size_t)len);
	return id;
}

static inline struct checkout checkout_of(char c, const char *fix, bool series)
{
	return (struct checkout){ .id = id_of(c, 40),
				  .tree_name = mem_strdup("debian-6.1"),
				  .base = id_of('0', 40),
				  .commit = id_of('1', 40),
				  .fix = fix ? mem_strdup(fix) : NULL,
				  .overlay = true,
				  .patchset_hash = series ? id_of('9', 64) : mem_strdup(""),
				  .message_id = mem_strdup(series ? "cover@sample.invalid" : ""),
				  .name = mem_strdup(series ? "dma: tidy up" : "") };
}

static inline struct build build_of(char c, char checkout, enum build_status s)
{
	return (struct build){ .id = id_of(c, 64),
			       .checkout_id = id_of(checkout, 40),
			       .config_name = mem_strdup("arm"),
			       .toolchain = mem_strdup("arm-linux-gnueabihf-gcc 12.2.0"),
			       .architecture = mem_strdup("arm"),
			       .command = mem_strdup("make ARCH=arm"),
			       .status = s,
			       .started = STARTED,
			       .duration_ms = 1500 };
}

static inline struct outcome outcome_of(char build, const char *target, enum boot_state boot)
{
	struct outcome o = { .build_id = id_of(build, 64),
			     .target = mem_strdup(target),
			     .reason = mem_strdup(""),
			     .boot = boot,
			     .n_jobs = 1,
			     .jobs = mem_zalloc(sizeof(*o.jobs)) };

	o.jobs[0] = mem_printf("job-%c-%s", build, target);
	return o;
}

static inline void saw(struct outcome *o, const char *path, enum test_status s, const char *comment)
{
	size_t n = o->tests.n;

	test_list_add(&o->tests, mem_strdup(path), s, 7, mem_strdup(comment));
	o->test_jobs = realloc(o->test_jobs, (n + 1) * sizeof(*o->test_jobs));
	assert_non_null(o->test_jobs);
	o->test_jobs[n] = s == TEST_MISS ? NULL : mem_strdup(o->jobs[0]);
}

static inline void printed(struct outcome *o, const char *title, char hash)
{
	struct oops_list *l = &o->oopses;
	CLEANUP(free_ptr) char *hex = id_of(hash, 64);
	size_t cap = l->cap;

	o->oops_jobs = mem_grow(o->oops_jobs, l->n, &cap, sizeof(*o->oops_jobs));
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	o->oops_jobs[l->n] = mem_strdup(o->jobs[0]);
	l->v[l->n] = (struct oops){ .title = mem_strdup(title),
				    .type = mem_strdup("PAGING"),
				    .function = mem_strdup("dma_cache_maint_page"),
				    .first_line = 41 };
	memcpy(l->v[l->n++].hash, hex, 65);
}

static inline void because(struct test_report *r, enum reason_kind kind, const char *target,
			   const char *subject, const char *detail, const char *where, size_t line)
{
	struct reason *q = reason_add(&r->verdict.reasons, kind);

	free(q->target), free(q->subject), free(q->detail), free(q->where);
	q->target = mem_strdup(target);
	q->subject = mem_strdup(subject);
	q->detail = mem_strdup(detail);
	q->where = mem_strdup(where);
	q->line = line;
}

static inline void series_of(struct test_report *r, const char *name, size_t n)
{
	r->series.name = mem_strdup(name);
	r->series.message_id = mem_strdup("cover@sample.invalid");
	r->series.n = n;
	r->series.patches = mem_zalloc(n * sizeof(*r->series.patches));
	for (size_t i = 0; i < n; i++) {
		CLEANUP(free_ptr) char *hex = id_of((char)('a' + i), 64);

		r->series.patches[i].number = (int)i + 1;
		memcpy(r->series.patches[i].hash, hex, 65);
	}
}

/* Two patches, built and booted on two machines, with nothing wrong about them. */
static inline struct test_report report_of(const char *fix)
{
	static const char *const targets[] = { "virt", "smdkc210" };
	struct test_report r = { .tree_version = mem_strdup("linux-source-6.1 6.1.192-2"),
				 .base = checkout_of('b', fix, false),
				 .patched = checkout_of('d', fix, true),
				 .base_build = build_of('2', 'b', BUILD_PASS),
				 .n_builds = 2,
				 .n_outcomes = 2 };

	r.verdict.id = mem_strdup("feedfacecafe0001");
	series_of(&r, "dma: tidy up", 2);
	r.builds = mem_zalloc(2 * sizeof(*r.builds));
	r.builds[0] = build_of('3', 'c', BUILD_PASS);
	r.builds[1] = build_of('4', 'd', BUILD_PASS);
	r.base_outcomes = mem_zalloc(2 * sizeof(*r.base_outcomes));
	r.outcomes = mem_zalloc(2 * sizeof(*r.outcomes));
	for (size_t i = 0; i < 2; i++) {
		r.base_outcomes[i] = outcome_of('2', targets[i], BOOT_FINISHED);
		r.outcomes[i] = outcome_of('4', targets[i], BOOT_FINISHED);
		saw(&r.base_outcomes[i], "list.add", TEST_PASS, "");
		saw(&r.outcomes[i], "list.add", TEST_PASS, "");
	}
	r.suites.v = mem_zalloc(sizeof(*r.suites.v));
	r.suites.n = 1;
	r.suites.v[0].name = mem_strdup("list");
	return r;
}

/* The base crashes and the series mends it. */
static inline struct test_report pass_with_fixes(void)
{
	struct test_report r = report_of(NULL);

	for (size_t i = 0; i < 2; i++) {
		r.base_outcomes[i].boot = BOOT_CRASHED;
		saw(&r.base_outcomes[i], "list.del", TEST_ERROR, "BUG: paging request");
		printed(&r.base_outcomes[i], "BUG: paging request", '7');
		saw(&r.outcomes[i], "list.del", TEST_PASS, "");
	}
	return r;
}

static inline struct test_report fail_with_reasons(void)
{
	struct test_report r = report_of("dma-only");

	r.verdict.kind = VERDICT_FAIL;
	r.outcomes[0].boot = BOOT_CRASHED;
	saw(&r.outcomes[0], "list.del", TEST_FAIL, "expected 1\nbut got 2");
	saw(&r.outcomes[0], "list.cut", TEST_SKIP, "");
	saw(&r.outcomes[0], "list.end", TEST_MISS, "");
	printed(&r.outcomes[0], "kernel BUG in list_cut", '8');
	because(&r, REASON_NEW_CRASH, "virt", "kernel BUG in list_cut", "in list_cut", "job-4-virt",
		41);
	because(&r, REASON_NEW_FAILURE, "virt", "list.del", "expected 1\nbut got 2", "job-4-virt",
		7);
	because(&r, REASON_BUILD_WARNING, "", "lib/list.c", "unused variable", "build-4", 0);
	return r;
}

static inline struct test_report conflict(void)
{
	struct test_report r = { .tree_version = mem_strdup("linux-source-6.1 6.1.192-2"),
				 .patched = checkout_of('d', NULL, true) };

	r.verdict.kind = VERDICT_FAIL;
	r.verdict.id = mem_strdup("feedfacecafe0002");
	series_of(&r, "dma: tidy up", 1);
	because(&r, REASON_APPLY_CONFLICT, "", "patch 1: dma: tidy up",
		"kernel/dma/direct.c: @@ -1,2 +1,2 @@\nerror: patch does not apply", "", 0);
	return r;
}

static inline struct test_report infra(void)
{
	struct test_report r = report_of("dma-only");

	r.verdict.kind = VERDICT_NONE;
	r.outcomes[1].infra = true;
	r.outcomes[1].boot = BOOT_SILENT;
	because(&r, REASON_INFRA, "smdkc210", "boot", "QEMU is missing", "job-4-smdkc210", 0);
	return r;
}

/* The base does not build: what should have come behind it was never begun. */
static inline struct test_report base_does_not_build(void)
{
	struct test_report r = report_of("dma-only");

	r.verdict.kind = VERDICT_NONE;
	r.base_build.status = BUILD_FAIL;
	for (size_t i = 0; i < 2; i++) {
		r.builds[i].started = 0;
		outcome_done(&r.base_outcomes[i]);
		outcome_done(&r.outcomes[i]);
	}
	r.n_outcomes = 0;
	because(&r, REASON_INFRA, "", "base build", "the base does not build", "build-2", 0);
	return r;
}

static inline struct test_report empty(void)
{
	return (struct test_report){ .verdict = { .kind = VERDICT_NONE } };
}

/* Escape sequences, C1 as UTF-8, a reversed direction, and bytes that are no UTF-8. */
#define EVIL                                                                                       \
	"\033[31mred\007\xc2\x9b"                                                                  \
	"2J \xe2\x80\xae"                                                                          \
	"tac \xff\xfe end"
#define EVIL_SHOWN "\\x1b[31mred\\x07\\xc2\\x9b2J \\xe2\\x80\\xaetac \\xff\\xfe end"
#define EVIL_UTF8                                                                                  \
	"\033[31mred\007\xc2\x9b"                                                                  \
	"2J \xe2\x80\xae"                                                                          \
	"tac \xef\xbf\xbd\xef\xbf\xbd end"

static inline struct test_report hostile(void)
{
	struct test_report r = report_of("dma-only");

	r.verdict.kind = VERDICT_FAIL;
	free(r.series.name);
	r.series.name = mem_strdup(EVIL "\nverdict: pass");
	free(r.patched.name);
	r.patched.name = mem_strdup(EVIL);
	free(r.patched.message_id);
	r.patched.message_id = mem_strdup("no address " EVIL);
	free(r.series.message_id);
	r.series.message_id = mem_strdup("no address " EVIL);
	r.builds[1].error.excerpt = mem_strdup(EVIL);
	saw(&r.outcomes[0], "list.d l/\xffz", TEST_FAIL, EVIL);
	printed(&r.base_outcomes[0], EVIL, '8');
	because(&r, REASON_NEW_FAILURE, "virt", "list.d l " EVIL, EVIL "\n" EVIL, "job-4-virt", 7);
	strv_add(&r.notes, EVIL);
	return r;
}

/* --- what every document must keep --- */

static inline bool in_list(const char *const *list, const char *word)
{
	for (; *list; list++)
		if (strcmp(*list, word) == 0)
			return true;
	return false;
}

/* No nulls anywhere, and every text is UTF-8. */
static inline void check_values(const json_t *v)
{
	const char *key;
	const json_t *e;
	size_t i;

	assert_non_null(v);
	assert_false(json_is_null(v));
	if (json_is_string(v))
		assert_int_equal(utf8_valid(json_string_value(v), json_string_length(v)),
				 json_string_length(v));
	json_object_foreach((json_t *)v, key, e)
	{
		check_values(e);
	}
	json_array_foreach(v, i, e)
	{
		check_values(e);
	}
}

static inline const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	if (!s)
		fail_msg("no text '%s'", key);
	return s;
}

static inline void json_done(json_t **doc)
{
	json_decref(*doc);
}

#endif
