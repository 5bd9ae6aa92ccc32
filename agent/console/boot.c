// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/boot.h"

#include <stdbool.h>
#include <string.h>

#include "console/line.h"
#include "console/oops.h"
#include "model/oops.h"

static bool any_fatal(const char *text, size_t len)
{
	struct oops_list l = { 0 };
	bool fatal = false;

	oops_parse(text, len, &l);
	for (size_t i = 0; i < l.n; i++)
		fatal |= l.v[i].fatal;
	oops_list_done(&l);
	return fatal;
}

enum boot_state boot_state(const char *text, size_t len)
{
	bool started = false;
	struct lines lines;
	struct line ln;

	lines_start(&lines, text, len);
	while (line_next(&lines, &ln)) {
		if (line_starts(&ln, BOOT_END_MARKER))
			return BOOT_FINISHED;
		started |= line_starts(&ln, "Linux version ");
	}
	if (any_fatal(text, len))
		return BOOT_CRASHED;
	return started ? BOOT_STARTED : BOOT_SILENT;
}

/*
 * The last line of a boot. Behind "Fatal exception" only other CPUs say that
 * they stop: the oops before it is whole. Any other panic shows its trace
 * first. With panic=-1 there is no "---[ end Kernel panic", and smdkc210 stays
 * at "Reboot failed".
 */
static bool ends_boot(const struct line *ln)
{
	static const char *const last[] = {
		BOOT_END_MARKER,	 "Kernel panic - not syncing: Fatal exception",
		"---[ end Kernel panic", "Rebooting in ",
		"Reboot failed -- ",	 "reboot: Power down",
		"reboot: System halted", "reboot: Restarting system",
	};

	for (size_t i = 0; i < sizeof(last) / sizeof(*last); i++)
		if (line_starts(ln, last[i]))
			return true;
	return false;
}

int boot_is_over(const char *text, size_t len)
{
	struct lines lines;
	struct line ln;

	lines_start(&lines, text, len);
	while (line_next(&lines, &ln))
		if (ln.whole && ends_boot(&ln))
			return 1;
	return 0;
}
