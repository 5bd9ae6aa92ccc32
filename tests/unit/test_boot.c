// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "console/boot.h"
#include "console/line.h"

#define LINUX "[    0.000000] Linux version 6.1.192+ (ci@ci)\r\n"
#define OOPS                                                                                       \
	"[    1.0] x\r\n[    1.088691] Unable to handle kernel paging request at virtual address " \
	"c\r\n"
#define PANIC "[    1.107061] Kernel panic - not syncing: "
#define DONE  BOOT_END_MARKER " 3 suites\r\n"

static const struct console {
	const char *text;
	enum boot_state state;
	int over;
} consoles[] = {
	{ "", BOOT_SILENT, 0 },
	{ "U-Boot 2024.01\r\nWARNING: Caches not enabled\r\n", BOOT_SILENT, 0 },
	{ "no Linux version here\n", BOOT_SILENT, 0 },
	{ LINUX, BOOT_STARTED, 0 },
	{ "Linux version 6.1", BOOT_STARTED, 0 },
	{ "<5>[    0.000000][    T0] Linux version 6.1\n", BOOT_STARTED, 0 },
	{ LINUX DONE, BOOT_FINISHED, 1 },
	{ LINUX BOOT_END_MARKER, BOOT_FINISHED, 0 },
	{ LINUX "[    3.000000] " BOOT_END_MARKER "\n", BOOT_FINISHED, 1 },
	{ LINUX "=== LAB T[    3.000000] random: crng init done\r\nESTS DONE\r\n", BOOT_FINISHED,
	  1 },
	{ LINUX "=== LAB TESTS\r\n", BOOT_STARTED, 0 },
	{ LINUX "echo " DONE, BOOT_STARTED, 0 },
	{ LINUX OOPS, BOOT_CRASHED, 0 },
	{ LINUX OOPS DONE, BOOT_FINISHED, 1 },
	{ LINUX PANIC "VFS: Unable to mount root fs\r\n", BOOT_CRASHED, 0 },
	{ LINUX PANIC "VFS: Unable to mount root fs\r\n[    1.2] x\r\n"
		      "[    1.200000] ---[ end Kernel panic - not syncing: VFS ]---\r\n",
	  BOOT_CRASHED, 1 },
	{ LINUX PANIC "VFS: Unable to mount root fs\r\n[    1.200000] ---[ end Kernel panic",
	  BOOT_CRASHED, 0 },
	{ LINUX PANIC "Attempted to kill init!\r\n[    1.200000] Rebooting in 1 seconds..\r\n",
	  BOOT_CRASHED, 1 },
	{ LINUX OOPS PANIC "Fatal exception\r\n", BOOT_CRASHED, 1 },
	{ LINUX OOPS PANIC "Fatal exception", BOOT_CRASHED, 0 },
	{ LINUX OOPS PANIC "Fatal exception\r\n[    3.400000] Reboot failed -- System halted\r\n",
	  BOOT_CRASHED, 1 },
	{ PANIC "Fatal exception\r\n", BOOT_CRASHED, 1 },
	{ LINUX "WARNING: CPU: 0 PID: 1 at a.c:1 f+0x1/0x2\n f from g+0x1/0x2\n", BOOT_STARTED, 0 },
	{ LINUX "[    9.000000] reboot: Power down\r\n", BOOT_STARTED, 1 },
};

static void every_console_has_its_state(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(consoles) / sizeof(*consoles); i++) {
		const struct console *c = &consoles[i];
		enum boot_state got = boot_state(c->text, strlen(c->text));
		int over = boot_is_over(c->text, strlen(c->text));

		if (got == c->state && over == c->over)
			continue;
		print_error("%s\n  is %s, over %d\n", c->text, boot_state_name(got), over);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void console_that_grows_is_over_with_the_end_markers_line(void **state)
{
	static const char text[] = LINUX "Run /init\r\n" DONE;
	size_t n = strlen(text);

	(void)state;
	for (size_t len = 0; len < n; len++)
		assert_int_equal(boot_is_over(text, len), 0);
	assert_int_equal(boot_is_over(text, n), 1);
}

/* The lines of a text as "number:text|…". */
static void lines_of(const char *text, size_t len, char ret[512])
{
	struct lines l;
	struct line ln;
	size_t n = 0;

	ret[0] = '\0';
	lines_start(&l, text, len);
	while (line_next(&l, &ln))
		n += (size_t)snprintf(ret + n, 512 - n, "%zu:%.*s|", ln.number, (int)ln.len,
				      ln.text);
}

static void lines_come_without_what_printk_puts_before_them(void **state)
{
	static const char *const pairs[][2] = {
		{ "a\r\nb\n\nc", "1:a|2:b|3:|4:c|" },
		{ "[    1.234567]     ok 1 x\n", "1:    ok 1 x|" },
		{ "<6>[    1.234567] a\n<14>b\n", "1:a|2:b|" },
		{ "[    1.234567][   T12] a\n[C1] b\n[  T3]  c\n", "1:a|2:b|3: c|" },
		{ "[<c0012345>] (f)\n[mem 0x0]\n[  1.2] x\n[T] y\n",
		  "1:[<c0012345>] (f)|2:[mem 0x0]|3:[  1.2] x|4:[T] y|" },
		{ "half[    1.000000] whole\n other\n", "1:whole|1:half other|" },
		{ "half[    1.000000] whole\n", "1:whole|1:half|" },
		{ "half[    1.000000] whole\n[    1.100000] b\n", "1:whole|1:half|2:b|" },
		{ "[    1.000000] half[    1.000001] whole\nrest\n", "1:whole|1:halfrest|" },
		{ "[    1.000000] half[    1.000001] whole\nno rest\n",
		  "1:whole|1:half|2:no rest|" },
		{ "a[    1.000000] b[    1.000001] c\nd\n", "1:b|1:c|1:ad|" },
	};
	char got[512];

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		lines_of(pairs[i][0], strlen(pairs[i][0]), got);
		assert_string_equal(got, pairs[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_console_has_its_state),
		cmocka_unit_test(console_that_grows_is_over_with_the_end_markers_line),
		cmocka_unit_test(lines_come_without_what_printk_puts_before_them),
	};

	return cmocka_run_group_tests_name("boot", tests, NULL, NULL);
}
