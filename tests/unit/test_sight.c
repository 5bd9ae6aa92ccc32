// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include "base/cleanup.h"
#include "base/mem.h"
#include "model/outcome.h"
#include "model/verdict.h"
#include "stage/judge/sight.h"

static struct reason reason_of(enum reason_kind kind, const char *subject, const char *signature)
{
	return (struct reason){ .kind = kind,
				.subject = (char *)(uintptr_t)subject,
				.signature = (char *)(uintptr_t)signature };
}

static void saw(struct outcome *o, const char *path, enum test_status s)
{
	test_list_add(&o->tests, mem_strdup(path), s, 7, NULL);
}

static void printed(struct outcome *o, const char *hash, bool fatal)
{
	struct oops *p;

	o->oopses.v = mem_grow(o->oopses.v, o->oopses.n, &o->oopses.cap, sizeof(*o->oopses.v));
	p = &o->oopses.v[o->oopses.n++];
	*p = (struct oops){ .title = mem_strdup("t"), .fatal = fatal };
	snprintf(p->hash, sizeof(p->hash), "%s", hash);
}

/* A boot with at most one test and one report ("!hash": one that the kernel survived). */
static enum sight sight_of(const struct reason *r, enum boot_state boot, const char *path,
			   enum test_status s, const char *hash)
{
	CLEANUP(outcome_done) struct outcome base = { .boot = BOOT_FINISHED };
	CLEANUP(outcome_done) struct outcome one = { .boot = boot };

	saw(&base, "s.a", TEST_PASS);
	printed(&base, "known", true);
	if (path)
		saw(&one, path, s);
	if (hash)
		printed(&one, hash + (hash[0] == '!'), hash[0] != '!');
	return judge_sight(r, &base, &one);
}

static void a_crash_is_seen_by_its_signature_or_by_any_other_that_is_new(void **state)
{
	const struct reason r = reason_of(REASON_NEW_CRASH, "BUG in f", "h");
	const struct reason nameless = reason_of(REASON_NEW_CRASH, "kernel crash", "");

	(void)state;
	assert_int_equal(sight_of(&r, BOOT_CRASHED, NULL, 0, "h"), SIGHT_BAD);
	assert_int_equal(sight_of(&r, BOOT_FINISHED, NULL, 0, "!h"), SIGHT_BAD);
	assert_int_equal(sight_of(&r, BOOT_CRASHED, NULL, 0, "elsewhere"), SIGHT_BAD);
	assert_int_equal(sight_of(&r, BOOT_FINISHED, NULL, 0, "!elsewhere"), SIGHT_GOOD);
	assert_int_equal(sight_of(&r, BOOT_FINISHED, NULL, 0, NULL), SIGHT_GOOD);
	assert_int_equal(sight_of(&r, BOOT_CRASHED, NULL, 0, "known"), SIGHT_NOTHING);
	assert_int_equal(sight_of(&r, BOOT_STARTED, NULL, 0, NULL), SIGHT_NOTHING);
	assert_int_equal(sight_of(&nameless, BOOT_CRASHED, NULL, 0, "known"), SIGHT_BAD);
	assert_int_equal(sight_of(&nameless, BOOT_FINISHED, NULL, 0, NULL), SIGHT_GOOD);
}

static void a_hang_is_any_end_without_a_word(void **state)
{
	const struct reason r = reason_of(REASON_BOOT_HANG, "boot", "");

	(void)state;
	assert_int_equal(sight_of(&r, BOOT_STARTED, NULL, 0, NULL), SIGHT_BAD);
	assert_int_equal(sight_of(&r, BOOT_SILENT, NULL, 0, NULL), SIGHT_BAD);
	assert_int_equal(sight_of(&r, BOOT_FINISHED, NULL, 0, NULL), SIGHT_GOOD);
	assert_int_equal(sight_of(&r, BOOT_CRASHED, NULL, 0, "known"), SIGHT_NOTHING);
}

static void a_failure_is_seen_in_its_test_alone(void **state)
{
	const struct reason r = reason_of(REASON_NEW_FAILURE, "s.a", "");
	const struct reason theirs = reason_of(REASON_NEW_FAILURE, "theirs.a", "");

	(void)state;
	assert_int_equal(sight_of(&r, BOOT_FINISHED, "s.a", TEST_FAIL, NULL), SIGHT_BAD);
	assert_int_equal(sight_of(&r, BOOT_CRASHED, "s.a", TEST_ERROR, NULL), SIGHT_BAD);
	assert_int_equal(sight_of(&r, BOOT_FINISHED, "s.a", TEST_PASS, NULL), SIGHT_GOOD);
	assert_int_equal(sight_of(&r, BOOT_CRASHED, "s.a", TEST_PASS, "new"), SIGHT_GOOD);
	assert_int_equal(sight_of(&r, BOOT_FINISHED, "s.a", TEST_SKIP, NULL), SIGHT_GOOD);
	assert_int_equal(sight_of(&r, BOOT_CRASHED, "s.a", TEST_MISS, NULL), SIGHT_NOTHING);
	assert_int_equal(sight_of(&r, BOOT_FINISHED, "s.b", TEST_FAIL, NULL), SIGHT_NOTHING);
	/* a test that the base has not cannot fail there */
	assert_int_equal(sight_of(&theirs, BOOT_FINISHED, NULL, 0, NULL), SIGHT_GOOD);
	assert_int_equal(sight_of(&theirs, BOOT_CRASHED, NULL, 0, NULL), SIGHT_NOTHING);
}

static void a_suite_is_missed_only_by_a_boot_that_came_to_its_end(void **state)
{
	const struct reason r = reason_of(REASON_MISSING_TESTS, "s", "");

	(void)state;
	assert_int_equal(sight_of(&r, BOOT_FINISHED, "s.a", TEST_MISS, NULL), SIGHT_BAD);
	assert_int_equal(sight_of(&r, BOOT_FINISHED, "s.a", TEST_SKIP, NULL), SIGHT_BAD);
	assert_int_equal(sight_of(&r, BOOT_FINISHED, "s.a", TEST_PASS, NULL), SIGHT_GOOD);
	assert_int_equal(sight_of(&r, BOOT_FINISHED, "st.a", TEST_MISS, NULL), SIGHT_GOOD);
	assert_int_equal(sight_of(&r, BOOT_CRASHED, "s.a", TEST_MISS, NULL), SIGHT_NOTHING);
}

static void a_lab_that_failed_shows_nothing(void **state)
{
	const struct reason r = reason_of(REASON_BOOT_HANG, "boot", "");
	const struct outcome base = { 0 }, one = { .boot = BOOT_SILENT, .infra = true };

	(void)state;
	assert_int_equal(judge_sight(&r, &base, &one), SIGHT_NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_crash_is_seen_by_its_signature_or_by_any_other_that_is_new),
		cmocka_unit_test(a_hang_is_any_end_without_a_word),
		cmocka_unit_test(a_failure_is_seen_in_its_test_alone),
		cmocka_unit_test(a_suite_is_missed_only_by_a_boot_that_came_to_its_end),
		cmocka_unit_test(a_lab_that_failed_shows_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
