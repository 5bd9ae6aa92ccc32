// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../fixtures/console/fixture.h"
#include "console/boot.h"
#include "console/oops.h"
#include "console/oops_class.h"
#include "console/oops_frame.h"
#include "console/oops_kind.h"
#include "console/oops_scan.h"
#include "model/oops.h"

static void describe_report(const struct oops *o, struct buf *ret)
{
	buf_printf(ret, "TITLE: %s\nTYPE: %s\n", o->title, o->type);
	for (size_t i = 0; i < o->n_alt; i++)
		buf_printf(ret, "ALT: %s\n", o->alt[i]);
	if (o->function[0])
		buf_printf(ret, "FUNCTION: %s\n", o->function);
	buf_printf(ret, "LINES: %zu-%zu\n", o->first_line, o->last_line);
	if (o->fatal)
		buf_str(ret, "FATAL: Y\n");
	if (o->corrupted)
		buf_str(ret, "CORRUPTED: Y\n");
	buf_printf(ret, "HASH: %.16s\n", o->hash);
	for (size_t i = 0; i < o->n_frames; i++)
		buf_printf(ret, "FRAME: %s\n", o->frames[i]);
}

static void describe(const char *text, size_t len, struct buf *ret)
{
	struct oops_list l = { 0 };

	oops_parse(text, len, &l);
	buf_printf(ret, "BOOT: %s\n", boot_state_name(boot_state(text, len)));
	if (boot_is_over(text, len))
		buf_str(ret, "OVER: Y\n");
	for (size_t i = 0; i < l.n; i++)
		describe_report(&l.v[i], ret);
	oops_list_done(&l);
}

static void every_fixture_gives_the_reports_it_says(void **state)
{
	(void)state;
	fixtures_hold(FIXTURES "oops/", describe);
}

/* The reports of a fixture. */
static void reports_of(const char *name, struct oops_list *ret)
{
	struct buf file = { 0 };
	char path[256];
	size_t at;

	snprintf(path, sizeof(path), FIXTURES "oops/%s", name);
	fixture_load(path, &file);
	at = fixture_console(&file);
	oops_parse(file.data + at, file.len - at, ret);
	buf_done(&file);
}

static void first_hash(const char *name, char hash[65])
{
	struct oops_list l = { 0 };

	reports_of(name, &l);
	assert_true(l.n > 0);
	memcpy(hash, l.v[0].hash, 65);
	oops_list_done(&l);
}

static void one_defect_has_one_hash_on_two_machines_and_under_kasan(void **state)
{
	char smdk[65], kasan[65], survived[65], other[65];

	(void)state;
	first_hash("arm-paging-smdk", smdk);
	first_hash("arm-paging-kasan-helper", kasan);
	first_hash("arm-paging-survived", survived);
	first_hash("arm-paging-virt-vb2", other);
	assert_int_equal(strlen(smdk), 64);
	assert_string_equal(smdk, kasan);
	assert_string_equal(smdk, survived);
	assert_string_not_equal(smdk, other);
}

static void crashes_on_two_machines_have_one_hash_each_and_no_other(void **state)
{
	static const char *const kinds[] = { "bug", "exec-null", "list-add", "null-pointer",
					     "refcount" };
	enum { N = sizeof(kinds) / sizeof(*kinds) };
	char virt[N][65], smdk[65], name[64];

	(void)state;
	for (size_t i = 0; i < N; i++) {
		snprintf(name, sizeof(name), "lkdtm-virt-%s", kinds[i]);
		first_hash(name, virt[i]);
		snprintf(name, sizeof(name), "lkdtm-smdk-%s", kinds[i]);
		first_hash(name, smdk);
		assert_string_equal(virt[i], smdk);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(virt[i], virt[k]);
	}
}

static const char with[] = "Unable to handle kernel paging request at virtual address %s\n"
			   "Internal error: Oops: 5 [#%d] SMP ARM\n"
			   "CPU: %d PID: %d Comm: foo Not tainted\n"
			   "PC is at %s+0x68/0x1bc\n"
			   " %s from %s+0x48/0x50\n"
			   "---[ end trace %s ]---\n";

static void hash_is_blind_to_addresses_pids_offsets_and_suffixes(void **state)
{
	struct oops_list l = { 0 };
	struct buf b = { 0 };

	(void)state;
	buf_printf(&b, with, "c9576000", 1, 0, 29, "f", "f", "g", "00");
	buf_printf(&b, with, "00f00003", 2, 1, 777, "f.isra.0", "f.isra.0", "g.part.3", "42");
	buf_printf(&b, with, "c9576000", 1, 0, 29, "f", "f", "h", "00");
	buf_printf(&b, with, "c9576000", 1, 0, 29, "e", "e", "g", "00");
	oops_parse(b.data, b.len, &l);
	assert_int_equal(l.n, 4);
	assert_string_equal(l.v[0].hash, l.v[1].hash);
	assert_string_not_equal(l.v[0].hash, l.v[2].hash);
	assert_string_not_equal(l.v[0].hash, l.v[3].hash);
	oops_list_done(&l);
	buf_done(&b);
}

static void reports_are_appended_behind_what_the_list_holds(void **state)
{
	struct oops_list l = { 0 };

	(void)state;
	reports_of("panic-no-root", &l);
	reports_of("arm-kernel-bug", &l);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].type, "DoS");
	assert_string_equal(l.v[1].title, "kernel BUG in foo_map");
	oops_list_done(&l);
}

static void panic_of_one_console_is_not_given_to_the_one_before(void **state)
{
	static const char panic[] = "Kernel panic - not syncing: Fatal exception\n";
	struct oops_list l = { 0 };

	(void)state;
	reports_of("arm-kernel-bug", &l);
	oops_parse(panic, strlen(panic), &l);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[1].title, "kernel panic: Fatal exception");
	oops_list_done(&l);
}

static void symbols_lose_offsets_and_compilers_suffixes(void **state)
{
	static const char *const pairs[][2] = {
		{ "foo+0x1/0x2", "foo" },
		{ "foo.isra.0+0x1/0x2", "foo" },
		{ "foo.constprop.3", "foo" },
		{ "foo.part.1.cold", "foo" },
		{ "__se_foo.llvm.1234", "__se_foo" },
		{ "0xc04ffb28", "" },
		{ "", "" },
		{ "foo)", "foo" },
	};
	char name[OOPS_NAME];

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		frame_symbol(pairs[i][0], strlen(pairs[i][0]), name);
		assert_string_equal(name, pairs[i][1]);
	}
}

static bool never_blamed(const char *name)
{
	return (class_of(name) & CLASS_NEVER) != 0;
}

static void classes_go_by_whole_names_and_words_and_not_by_parts_of_words(void **state)
{
	(void)state;
	assert_true(never_blamed("memcpy"));
	assert_true(never_blamed("__memcpy"));
	assert_true(never_blamed("_raw_spin_lock_irqsave"));
	assert_true(never_blamed("__dabt_svc"));
	assert_true(never_blamed("kfree"));
	assert_false(never_blamed("kmalloc_oob_right"));
	assert_true(never_blamed("kmalloc_track_caller"));
	assert_false(never_blamed("kfree_test"));
	assert_false(never_blamed("dma_cache_maint_page"));
	assert_false(never_blamed("sget_userns"));
	assert_false(never_blamed("shrink_slab"));
	assert_true(class_of("sk_alloc") & CLASS_MAKE);
	assert_false(class_of("sk_allocated") & CLASS_MAKE);
	assert_true(class_of("kunit_try_run_case") & CLASS_OUTER);
	assert_true(class_of("__x64_sys_ioctl") & CLASS_DISPATCH);
	assert_false(class_of("__x64_sys_mount") & CLASS_DISPATCH);
	assert_int_equal(class_of(""), 0);
	assert_int_equal(class_of("_"), 0);
}

static void classes_go_by_the_source_file_where_a_build_knows_it(void **state)
{
	(void)state;
	assert_int_equal(class_of_file("kernel/locking/mutex.c"), CLASS_LOCK);
	assert_int_equal(class_of_file("arch/arm/kernel/traps.c"), CLASS_ENTRY);
	assert_int_equal(class_of_file("arch/arm/lib/memcpy.S"), CLASS_TOOL);
	assert_int_equal(class_of_file("drivers/base/dd.c"), 0);
	assert_int_equal(class_of_file("mm/filemap.c"), 0);
}

/* Parses the text again and again up to FIXTURE_BIG bytes; returns how many reports. */
static size_t parse_big(const char *text)
{
	struct oops_list l = { 0 };
	struct buf b = { 0 };
	long start;
	size_t n;

	fixture_repeat(&b, text, FIXTURE_BIG);
	start = cpu_ms();
	oops_parse(b.data, b.len, &l);
	boot_is_over(b.data, b.len);
	assert_true(cpu_ms() - start < FIXTURE_MS);
	n = l.n;
	oops_list_done(&l);
	buf_done(&b);
	return n;
}

static void dense_input_takes_linear_time_and_bounded_memory(void **state)
{
	(void)state;
	assert_int_equal(parse_big("------------[ cut here ]------------\n"), 0);
	assert_int_equal(parse_big("WARNING: CPU: 0 PID: 1 at a.c:1 f+0x1/0x2\n"), 4096);
	assert_int_equal(parse_big("BUG: KASAN: bad in f\n f from g+0x1/0x2\n"), 4096);
	assert_int_equal(parse_big("Kernel panic - not syncing: \n"), 1);
	assert_int_equal(parse_big("\n"), 0);
	assert_int_equal(parse_big("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["), 0);
	assert_int_equal(parse_big("[    1.000000] x"), 0);
	assert_int_equal(parse_big(" f from g+0x1/0x2 "), 0);
	assert_int_equal(parse_big("Unable to handle kernel paging request "), 1);
}

static void bytes_of_any_kind_and_no_bytes_are_no_report(void **state)
{
	static const char zeros[512];
	struct oops_list l = { 0 };
	char all[256];

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	oops_parse(NULL, 0, &l);
	oops_parse("", 0, &l);
	oops_parse(all, sizeof(all), &l);
	oops_parse(zeros, sizeof(zeros), &l);
	assert_int_equal(l.n, 0);
	oops_list_done(&l);
}

static void titles_are_plain_text_whatever_the_console_holds(void **state)
{
	static const char text[] = "Kernel panic - not syncing: \x1b[1m\xff\xc3 <b>\x01 end\n";
	struct oops_list l = { 0 };

	(void)state;
	oops_parse(text, strlen(text), &l);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].title, "kernel panic: ?? <b>? end");
	oops_list_done(&l);
}

static void titles_carry_no_numbers_that_change_from_run_to_run(void **state)
{
	static const char text[] = "Kernel panic - not syncing: cpu1 late by 12 ms at 0xc01d\n";
	struct oops_list l = { 0 };

	(void)state;
	oops_parse(text, strlen(text), &l);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].title, "kernel panic: cpu1 late by NUM ms at ADDR");
	oops_list_done(&l);
}

/* What few kernels say, or only old ones; the rest has fixtures. */
static void rare_first_lines_have_titles_too(void **state)
{
	static const struct {
		const char *line, *title;
	} rare[] = {
		{ "Kernel stack overflow.", "kernel stack overflow in foo_map" },
		{ "Kernel BUG at c0312344 [verbose debug info unavailable]",
		  "kernel BUG in foo_map" },
		{ "CPU 1: Machine Check Exception: 0000000000000004", "machine check in foo_map" },
		{ "Watchdog CPU:3 Hard LOCKUP", "BUG: hard lockup in foo_attach" },
		{ "INFO: rcu_sched_state stall on CPU 0 (t=2100 jiffies)",
		  "INFO: rcu detected stall in foo_attach" },
		{ "WARNING: nested lock was not taken",
		  "WARNING: nested lock was not taken in foo_map" },
		{ "[ BUG: nested lock was not taken ]",
		  "BUG: nested lock was not taken in foo_map" },
		{ "[ BUG: foo/77 still has locks held! ]", "BUG: still has locks held in foo_map" },
		{ "BUG: non-zero nr_ptes on freeing mm: 1", "BUG: non-zero nr_ptes on freeing mm" },
		{ "BUG: non-zero nr_pmds on freeing mm: 1", "BUG: non-zero nr_pmds on freeing mm" },
		{ "BUG:", "BUG: corrupted" },
		{ "WARNING:", "WARNING: corrupted" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rare) / sizeof(*rare); i++) {
		struct oops_list l = { 0 };
		struct buf b = { 0 };

		buf_printf(&b, "Linux version 4.4\n[    1.000000] %s\n", rare[i].line);
		buf_str(&b, "[    1.000000]  foo_map from foo_attach+0x48/0x50\n"
			    "[    1.000000]  foo_attach from kthread+0xdc/0x10c\n"
			    "[    1.000000] ---[ end trace 00 ]---\n");
		oops_parse(b.data, b.len, &l);
		if (l.n != 1 || strcmp(l.v[0].title, rare[i].title) != 0)
			fail_msg("%s: %s", rare[i].line, l.n ? l.v[0].title : "no report");
		oops_list_done(&l);
		buf_done(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rare_first_lines_have_titles_too),
		cmocka_unit_test(every_fixture_gives_the_reports_it_says),
		cmocka_unit_test(one_defect_has_one_hash_on_two_machines_and_under_kasan),
		cmocka_unit_test(crashes_on_two_machines_have_one_hash_each_and_no_other),
		cmocka_unit_test(hash_is_blind_to_addresses_pids_offsets_and_suffixes),
		cmocka_unit_test(reports_are_appended_behind_what_the_list_holds),
		cmocka_unit_test(panic_of_one_console_is_not_given_to_the_one_before),
		cmocka_unit_test(symbols_lose_offsets_and_compilers_suffixes),
		cmocka_unit_test(classes_go_by_whole_names_and_words_and_not_by_parts_of_words),
		cmocka_unit_test(classes_go_by_the_source_file_where_a_build_knows_it),
		cmocka_unit_test(dense_input_takes_linear_time_and_bounded_memory),
		cmocka_unit_test(bytes_of_any_kind_and_no_bytes_are_no_report),
		cmocka_unit_test(titles_are_plain_text_whatever_the_console_holds),
		cmocka_unit_test(titles_carry_no_numbers_that_change_from_run_to_run),
	};

	return cmocka_run_group_tests_name("oops", tests, NULL, NULL);
}
