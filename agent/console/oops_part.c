// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/oops_part.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "console/line.h"

/* Where a trace begins, and whose it is. */
static const struct oops_part parts[] = {
	{ "Call Trace:", PART_OWN, true },
	{ "Call trace:", PART_OWN, true },
	{ "Backtrace:", PART_OWN, true },
	{ "stack backtrace:", PART_OWN, false },
	{ "NMI backtrace for cpu", PART_CPU, false },
	{ "Sending NMI ", PART_CPU, false },
	{ "task:", PART_TASK, false },
	{ "Allocated", PART_OTHER, false },
	{ "allocated by task", PART_OTHER, false },
	{ "Freed", PART_OTHER, false },
	{ "freed by task", PART_OTHER, false },
	{ "Uninit was created at", PART_OTHER, false },
	{ "Uninit was ", PART_OTHER, false },
	{ "Local variable ", PART_OTHER, false },
	{ "Last potentially related", PART_OTHER, false },
	{ "Second to last potentially", PART_OTHER, false },
	{ "Last call_rcu()", PART_OTHER, false },
	{ "DMA-API: Mapped at", PART_OTHER, false },
	{ "page last ", PART_OTHER, false },
	{ "page_owner ", PART_OTHER, false },
	{ "The buggy address ", PART_OTHER, false },
	{ "INFO: Allocated in ", PART_OTHER, false },
	{ "INFO: Freed in ", PART_OTHER, false },
	{ "-> #", PART_OTHER, false },
	{ "the existing dependency chain", PART_OTHER, false },
	{ "other info that might help", PART_OTHER, false },
	{ "the dependencies between", PART_OTHER, false },
	{ "Showing all locks held", PART_OTHER, false },
	{ "RIP: 0033:", PART_OTHER, false },
};

/* "{IN-HARDIRQ-W} state was registered at:", "... which became HARDIRQ-irq-safe at:" */
static bool is_history(const struct line *ln)
{
	if (ln->text[0] != '{' && ln->text[0] != '.')
		return false;
	return line_find(ln, "state was registered at:") || line_find(ln, "} state was") ||
	       (line_find(ln, "which became ") && line_find(ln, " at:"));
}

/* A process that "R  running task", as sched_show_task() prints it; 5.9 and later "task:". */
static bool is_task(const struct line *ln)
{
	return line_find(ln, " running task ") ||
	       (ln->len > 20 && (line_find(ln, " D ") || line_find(ln, " S ")) &&
		line_find(ln, " 0x0"));
}

const struct oops_part *oops_part_of(const struct line *ln, bool tasks)
{
	static const struct oops_part history = { "", PART_OTHER, false };
	static const struct oops_part task = { "", PART_TASK, false };

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (parts[i].starts[0] == ln->text[0] && line_begins(ln, parts[i].starts))
			return &parts[i];
	if (is_history(ln))
		return &history;
	return tasks && is_task(ln) ? &task : NULL;
}

/* How other lines begin by which a report goes on: what is behind `first`, a bar behind each. */
static const char *known_of(char first)
{
	switch (first) {
	case '#':
		return "PF: |";
	case '$':
		return " 0|";
	case '*':
		return "pde|pdpt|** DEADLOCK|";
	case '-':
		return "----|";
	case '=':
		return "====|";
	case 'B':
		return "UG: KASAN|";
	case 'C':
		return "PU: |PU#|ontrol: |ode: |S: |R0: |R2: |FAR: |all Trace|";
	case 'D':
		return "S: |R0: |R3: |umping ftrace|ata abort|isabling lock debugging|";
	case 'E':
		return "xception stack|IP: |AX: |SI: |SR_EL|";
	case 'F':
		return "lags: |S: |";
	case 'G':
		return "PR|";
	case 'H':
		return "ardware name|";
	case 'I':
		return "nternal error|P: |nstruction dump|";
	case 'K':
		return "ernel Offset|ASAN: |rnl |ernel panic|";
	case 'L':
		return "R |";
	case 'M':
		return "odules linked in|em abort|emory state|SR: |";
	case 'N':
		return "IP|";
	case 'O':
		return "ops: |";
	case 'P':
		return "id: |rocess |GD |ossible unsafe|";
	case 'R':
		return "egister r|IP: |SP: |1|AX: |DX: |BP: |IP |ead of size|EGS: |ebooting|";
	case 'S':
		return "tack:|tack |MP |";
	case 'T':
		return "ainted: |he buggy|";
	case 'W':
		return "orkqueue: |rite of size|";
	case '[':
		return "|";
	case 'e':
		return "pc|";
	case 'f':
		return "lags: |";
	case 'h':
		return "ardirqs last|andlers:|";
	case 'i':
		return "rq event stamp|n_atomic(): |";
	case 'k':
		return "ernel BUG|";
	case 'l':
		return "r : |";
	case 'n':
		return "o locks held|";
	case 'p':
		return "id: |c : |state: |gd = |reempt_count: |age:|";
	case 'r':
		return "cu: |aw: |";
	case 's':
		return "p : |oftirqs last|wapper pgtable|tack backtrace|tatus: |";
	case 't':
		return "ask: |";
	case 'u':
		return "ser pgtable|";
	case 'w':
		return "atchdog|";
	default:
		return "";
	}
}

bool oops_part_goes_on(const struct line *ln)
{
	for (const char *at = known_of(ln->text[0]), *bar; *at; at = bar + 1) {
		size_t n;

		bar = strchr(at, '|');
		n = (size_t)(bar - at);
		if (ln->len > n && memcmp(at, ln->text + 1, n) == 0)
			return true;
	}
	return false;
}

/* "r10: …", "x29: …", "9e20: 00000000 …" */
bool oops_part_is_dump(const struct line *ln)
{
	size_t n = 0;

	if (ln->len > 2 && strchr("rx", ln->text[0]) && isdigit((unsigned char)ln->text[1]))
		return true;
	while (n < 16 && n < ln->len && isxdigit((unsigned char)ln->text[n]))
		n++;
	return n >= 4 && n < ln->len && (ln->text[n] == ':' || (n == 16 && ln->text[n] == ' '));
}
