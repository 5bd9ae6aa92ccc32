// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/oops_part.h"

#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
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

/* How other lines begin by which a report goes on, with a bar behind each. */
static const char known[] =
	"Modules linked in|CPU: |CPU#|Hardware name|Pid: |pid: |pc : |lr : |sp : |"
	"pstate: |Flags: |Control: |Register r|Process |Stack:|Stack |Exception stack|"
	"Code: |Workqueue: |pgd = |[|Tainted: |irq event stamp|hardirqs last|"
	"softirqs last|preempt_count: |in_atomic(): |Internal error|RIP: |RSP: |R1|RAX: |"
	"RDX: |RBP: |RIP |EIP: |EAX: |ESI: |FS: |CS: |DS: |CR0: |CR2: |DR0: |DR3: |PGD |"
	"*pde|*pdpt|IP: |#PF: |Oops: |=====|-----|Dumping ftrace|rcu: |handlers:|"
	"Mem abort|Data abort|user pgtable|swapper pgtable|ESR_EL|Kernel Offset|"
	"Read of size|Write of size|The buggy|raw: |page:|flags: |Memory state|"
	"Disabling lock debugging|task: |NIP|LR |MSR: |GPR|REGS: |CFAR: |Instruction dump|"
	"SMP |Call Trace|KASAN: |BUG: KASAN|no locks held|stack backtrace|kernel BUG|"
	"Krnl |epc|status: |$ 0|Rebooting|Possible unsafe|*** DEADLOCK|watchdog|"
	"Kernel panic|";

/* Where each of them begins in known, by the byte it begins with; made at the first use. */
static struct {
	const char *at[256];
	uint8_t len[256], next[256]; /* entry + 1 of the same byte; 0 none */
	uint8_t head[128];
	size_t n;
} begins;

static void begins_make(void)
{
	for (const char *at = known, *bar; (bar = strchr(at, '|')) && begins.n < 255;
	     at = bar + 1) {
		uint8_t *head = &begins.head[at[0] & 127];

		begins.at[begins.n] = at;
		begins.len[begins.n] = (uint8_t)(bar - at);
		begins.next[begins.n++] = *head;
		*head = (uint8_t)begins.n;
	}
}

bool oops_part_goes_on(const struct line *ln)
{
	if (begins.n == 0)
		begins_make();
	for (size_t i = begins.head[ln->text[0] & 127]; i > 0; i = begins.next[i - 1])
		if (ln->len >= begins.len[i - 1] &&
		    memcmp(begins.at[i - 1], ln->text, begins.len[i - 1]) == 0)
			return true;
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
