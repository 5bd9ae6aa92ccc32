/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_PLANTED_FIXTURE_H
#define DMALAB_TESTS_PLANTED_FIXTURE_H

#include "report_fixture.h"

#include "model/config.h"

/* The planted set: what a lab meets, one report each. Their texts are tests/reports/NAME.txt. */

static inline void text_put(char **place, const char *text)
{
	free(*place);
	*place = mem_strdup(text);
}

/* A lab.yaml that knows an archive and has pages. */
static inline struct config planted_config(void)
{
	struct config c = { .n_sources = 1, .sources = mem_zalloc(sizeof(*c.sources)) };

	c.sources[0].type = SOURCE_PUBLIC_INBOX;
	c.sources[0].url = mem_strdup("https://lore.kernel.org/linux-media");
	c.report.url = mem_strdup("https://dmalab.example.org");
	return c;
}

/* Three patches on two machines, twelve tests each, all well. */
static inline struct test_report planted(const char *name, int version)
{
	static const char *const subjects[] = { "dma-mapping: keep the size",
						"media: vb2: map for the device",
						"media: vb2: drop the old way" };
	struct test_report r = report_of("dma-only-sgtable");

	series_done(&r.series);
	series_of(&r, name, 3);
	for (size_t i = 0; i < 3; i++)
		r.series.patches[i].subject = mem_strdup(subjects[i]);
	text_put(&r.series.message_id, "20261123.1-1-ann@kernel.example");
	r.version = version;
	r.verdict.duration_ms = 73400;
	for (size_t t = 0; t < 2; t++)
		for (int i = 1; i < 12; i++) {
			CLEANUP(free_ptr) char *path = mem_printf("vb2.case_%02d", i);

			saw(&r.base_outcomes[t], path, TEST_PASS, "");
			saw(&r.outcomes[t], path, TEST_PASS, "");
		}
	r.passing = 24;
	return r;
}

/* A test's status with the series, or on the base. */
static inline void did(struct outcome *o, const char *path, enum test_status s)
{
	struct test *t = test_list_find(&o->tests, path);

	assert_non_null(t);
	t->status = s;
}

static inline struct change *changed(struct test_report *r, enum change_class class,
				     const char *target, const char *subject)
{
	return change_add(&r->verdict.changes, class, target, subject);
}

/* The last reason that was added. */
static inline struct reason *reason_of(struct test_report *r)
{
	return &r->verdict.reasons.v[r->verdict.reasons.n - 1];
}

#define FAILED_EXCERPT                                                                             \
	"    # case_07: EXPECTATION FAILED at drivers/media/test/vb2_test.c:212\n"                 \
	"    Expected got == 4096, but\n"                                                          \
	"        got == 0 (0x0)\n"                                                                 \
	"    not ok 7 case_07\n"
#define CRASH_TITLE "BUG: unable to handle kernel paging request in vb2_dc_map"
#define CRASH_EXCERPT                                                                              \
	"8<--- cut here ---\n"                                                                     \
	"Unable to handle kernel paging request at virtual address feedf000\n"                     \
	"[feedf000] *pgd=00000000\n"                                                               \
	"Internal error: Oops: 5 [#1] SMP ARM\n"                                                   \
	"CPU: 0 PID: 41 Comm: kunit_try_catch Not tainted 6.1.192 #1\n"                            \
	"PC is at vb2_dc_map+0x54/0x1a0\n"                                                         \
	"LR is at vb2_dc_attach+0x20/0x90\n"

static inline struct test_report base_fails_too(void)
{
	struct test_report r = planted("media: vb2: tidy up", 1);

	for (size_t t = 0; t < 2; t++) {
		did(&r.base_outcomes[t], "vb2.case_07", TEST_FAIL);
		did(&r.outcomes[t], "vb2.case_07", TEST_FAIL);
		changed(&r, CHANGE_STILL_FAILING, r.outcomes[t].target, "vb2.case_07");
	}
	return r;
}

static inline struct test_report flaky_both(void)
{
	struct test_report r = planted("media: vb2: tidy up", 1);
	struct change *c = changed(&r, CHANGE_FLAKY, "virt", "vb2.case_07");

	did(&r.outcomes[0], "vb2.case_07", TEST_FAIL);
	c->base = (struct rate){ 6, 20 };
	c->patched = (struct rate){ 7, 20 };
	c->chance = 0.5;
	return r;
}

static inline struct test_report flaky_with_series(void)
{
	struct test_report r = planted("media: vb2: map lazily", 1);
	struct reason *q;

	r.verdict.kind = VERDICT_FAIL;
	did(&r.outcomes[0], "vb2.case_07", TEST_FAIL);
	because(&r, REASON_NEW_FAILURE, "virt", "vb2.case_07", "got == 0", "job-4-virt", 812);
	q = reason_of(&r);
	text_put(&q->excerpt, FAILED_EXCERPT);
	q->patch = 2;
	q->base = (struct rate){ 0, 24 };
	q->patched = (struct rate){ 8, 26 };
	q->chance = 1.0 / 462;
	return r;
}

static inline struct test_report fixed(void)
{
	struct test_report r = planted("media: vb2: map what has no page", 1);
	static const char *const both[] = { "vb2.case_07", CRASH_TITLE };

	free(r.base.fix);
	r.base.fix = NULL;
	for (size_t t = 0; t < 2; t++) {
		r.base_outcomes[t].boot = BOOT_CRASHED;
		did(&r.base_outcomes[t], "vb2.case_07", TEST_ERROR);
		for (size_t i = 0; i < 2; i++) {
			struct change *c = changed(&r, CHANGE_FIXED, r.outcomes[t].target, both[i]);

			c->base = (struct rate){ 4, 4 };
			c->patched = (struct rate){ 0, 4 };
			text_put(&c->signature, i ? "8888" : "");
		}
	}
	return r;
}

static inline struct test_report one_target(void)
{
	struct test_report r = planted("media: vb2: map early", 1);
	struct reason *q;

	r.verdict.kind = VERDICT_FAIL;
	did(&r.outcomes[1], "vb2.case_07", TEST_FAIL);
	because(&r, REASON_NEW_FAILURE, "smdkc210", "vb2.case_07", "got == 0", "job-4-smdkc210",
		812);
	q = reason_of(&r);
	text_put(&q->excerpt, FAILED_EXCERPT);
	q->patch = 1;
	q->base = (struct rate){ 0, 6 };
	q->patched = (struct rate){ 5, 5 };
	q->chance = 1.0 / 462;
	return r;
}

static inline struct test_report crash_hides_ten(void)
{
	struct test_report r = planted("media: vb2: map early", 1);

	r.verdict.kind = VERDICT_FAIL;
	for (size_t t = 0; t < 2; t++) {
		struct reason *q;

		r.outcomes[t].boot = BOOT_CRASHED;
		did(&r.outcomes[t], "vb2.case_01", TEST_ERROR);
		for (int i = 2; i < 12; i++) {
			CLEANUP(free_ptr) char *path = mem_printf("vb2.case_%02d", i);

			did(&r.outcomes[t], path, TEST_MISS);
		}
		printed(&r.outcomes[t], CRASH_TITLE, '8');
		because(&r, REASON_NEW_CRASH, r.outcomes[t].target, CRASH_TITLE,
			"in vb2_dc_map: vb2_dc_map <- vb2_dc_attach", r.outcomes[t].jobs[0], 641);
		q = reason_of(&r);
		text_put(&q->excerpt, CRASH_EXCERPT);
		q->patch = 3;
		q->base = (struct rate){ 0, 6 };
		q->patched = (struct rate){ 5, 5 };
		q->chance = 1.0 / 462;
	}
	return r;
}

static inline struct test_report warning_only(void)
{
	struct test_report r = planted("media: vb2: tidy up", 1);

	because(&r, REASON_BUILD_WARNING, "", "[2/3] media: vb2: map for the device",
		"drivers/media/common/videobuf2/videobuf2-dma-contig.c:97: warning: unused "
		"variable 'n' [-Wunused-variable]",
		"4444444444444444444444444444444444444444444444444444444444444444", 118);
	for (int i = 1; i < 12; i++)
		notice_add(&r.notices, "checkpatch", 1 + i % 3, "drivers/media/v4l2-core/vb2.c",
			   10 * i, "WARNING: line length of 101 exceeds 100 columns");
	notice_add(&r.notices, "sparse", 0, "drivers/media/v4l2-core/vb2.c", 7,
		   "warning: symbol 'vb2_map' was not declared. Should it be static?");
	return r;
}

static inline struct test_report unbuildable_middle(void)
{
	struct test_report r = planted("media: vb2: in three steps", 1);
	struct reason *q;

	r.verdict.kind = VERDICT_FAIL;
	because(&r, REASON_UNBUILDABLE_PATCH, "", "[2/3] media: vb2: map for the device",
		"drivers/media/v4l2-core/vb2.c:97: error: implicit declaration of function "
		"'vb2_map_all'",
		"3333333333333333333333333333333333333333333333333333333333333333", 118);
	q = reason_of(&r);
	q->patch = 2;
	text_put(&q->excerpt,
		 "drivers/media/v4l2-core/vb2.c: In function 'vb2_attach':\n"
		 "drivers/media/v4l2-core/vb2.c:97:9: error: implicit declaration of function "
		 "'vb2_map_all'; did you mean 'vb2_mmap'?\n"
		 "   97 |  return vb2_map_all(q);\n"
		 "      |         ^~~~~~~~~~~\n");
	return r;
}

static inline struct test_report no_op(void)
{
	struct test_report r = planted("media: vb2: say why", 1);

	for (size_t t = 0; t < 2; t++) {
		outcome_done(&r.base_outcomes[t]);
		outcome_done(&r.outcomes[t]);
	}
	r.n_outcomes = 0;
	r.passing = 0;
	r.same_image = true;
	return r;
}

static inline struct test_report infra_one_target(void)
{
	struct test_report r = planted("media: vb2: tidy up", 1);

	r.outcomes[0].infra = true;
	r.outcomes[0].boot = BOOT_SILENT;
	text_put(&r.outcomes[0].reason, "LAVA: Infrastructure: no QEMU on this worker");
	because(&r, REASON_INFRA, "virt", "boot", "LAVA: Infrastructure: no QEMU on this worker",
		"job-4-virt", 0);
	return r;
}

static inline struct test_report v2_repairs_v1(void)
{
	struct test_report r = planted("media: vb2: map early", 2);
	static const char *const targets[] = { "virt", "smdkc210" };

	r.since.version = 1;
	r.since.verdict_id = mem_strdup("feedfacecafe0000");
	r.since.kind = VERDICT_FAIL;
	for (size_t t = 0; t < 2; t++) {
		struct reason *q = reason_add(&r.since.fixed, REASON_NEW_CRASH);

		text_put(&q->target, targets[t]);
		text_put(&q->subject, CRASH_TITLE);
	}
	return r;
}

/* One of two things is mended, and the other is known. */
static inline struct test_report v2_half_repairs_v1(void)
{
	struct test_report r = one_target();
	struct reason *q = reason_add(&r.since.fixed, REASON_NEW_CRASH);
	struct change *c = changed(&r, CHANGE_BROKEN, "virt", "vb2.case_09");

	text_put(&q->target, "virt");
	text_put(&q->subject, CRASH_TITLE);
	q = reason_add(&r.since.remains, REASON_NEW_FAILURE);
	text_put(&q->target, "smdkc210");
	text_put(&q->subject, "vb2.case_07");
	r.version = 2;
	r.since.version = 1;
	r.since.verdict_id = mem_strdup("feedfacecafe0000");
	r.since.kind = VERDICT_FAIL;
	c->known = 3;
	text_put(&c->why, "https://example.org/bug/7");
	return r;
}

/* Everything breaks, and v1 was no better. */
static inline struct test_report all_breaks(void)
{
	struct test_report r = planted("media: vb2: begin anew", 2);

	r.verdict.kind = VERDICT_FAIL;
	r.since.version = 1;
	r.since.verdict_id = mem_strdup("feedfacecafe0000");
	r.since.kind = VERDICT_FAIL;
	for (int i = 1; i < 12; i++) {
		CLEANUP(free_ptr) char *path = mem_printf("vb2.case_%02d", i);

		for (size_t t = 0; t < 2; t++) {
			did(&r.outcomes[t], path, TEST_FAIL);
			because(&r, REASON_NEW_FAILURE, r.outcomes[t].target, path, "got == 0",
				r.outcomes[t].jobs[0], (size_t)(100 * i));
			text_put(&reason_of(&r)->excerpt, FAILED_EXCERPT);
			text_put(&reason_add(&r.since.remains, REASON_NEW_FAILURE)->subject, path);
		}
	}
	for (int i = 1; i < 20; i++) {
		CLEANUP(free_ptr)
		char *warning = mem_printf("drivers/media/v4l2-core/vb2.c:%d: warning: it", i);

		because(&r, REASON_BUILD_WARNING, "", "[2/3] media: vb2: map for the device",
			warning, "build-4", 118);
	}
	return r;
}

static inline struct test_report all_well(void)
{
	return planted("media: vb2: tidy up", 1);
}

static inline struct test_report does_not_apply(void)
{
	return conflict();
}

struct planted_case {
	const char *name;
	struct test_report (*make)(void);
};

static const struct planted_case planted_cases[] = {
	{ "all-well", all_well },
	{ "base-fails-too", base_fails_too },
	{ "flaky-both", flaky_both },
	{ "flaky-with-series", flaky_with_series },
	{ "fixed", fixed },
	{ "one-target", one_target },
	{ "crash-hides-ten", crash_hides_ten },
	{ "warning-only", warning_only },
	{ "unbuildable-middle", unbuildable_middle },
	{ "no-op", no_op },
	{ "infra-one-target", infra_one_target },
	{ "v2-repairs-v1", v2_repairs_v1 },
	{ "v2-half-repairs-v1", v2_half_repairs_v1 },
	{ "does-not-apply", does_not_apply },
	{ "all-breaks", all_breaks },
};

enum { PLANTED = sizeof(planted_cases) / sizeof(*planted_cases) };

#endif
