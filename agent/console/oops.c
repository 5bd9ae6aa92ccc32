// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/oops.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "console/line.h"
#include "console/oops_kind.h"
#include "console/oops_report.h"
#include "model/oops.h"

enum {
	REPORTS_MAX = 4096, /* a console with more repeats itself */
	REPORT_LINES = 600, /* nor does one report have more lines than that */
	FOREIGN_TEXT = 100, /* lines that are no part of a report before its trace, */
	FOREIGN_SHORT = 16, /* the same where little text stands before the trace, */
	FOREIGN_BEHIND = 6, /* and behind the trace */
	CUT_REACH = 4,	    /* how far a report's first line is behind "cut here" */
	MESSAGE_REACH = 3,  /* how far a WARNING's message is behind its first line */
	FOLLOW_REACH = 60,  /* how far a panic is behind the report that caused it */
};

struct scan {
	struct oops_list *out;
	size_t first;		   /* index in out of this console's first report */
	struct report *r;	   /* the open one */
	bool open, traced, ending; /* ending: no line comes any more */
	size_t foreign;
	bool kernel;   /* a kernel is speaking, not a boot loader */
	bool panicked; /* until the next boot, all is the panic's aftermath */
	size_t cut;    /* line of the last "cut here"; 0 none */
};

static bool is(const struct scan *s, unsigned flag)
{
	return (s->r->kind->flags & flag) != 0;
}

static bool same_reach(size_t line, size_t before, size_t reach)
{
	return before > 0 && line - before <= reach;
}

static void close_report(struct scan *s)
{
	if (!s->open)
		return;
	s->open = false;
	if (s->r->panic)
		s->panicked = true;
	if (is(s, OOPS_CONFIRM) && !s->r->oopsed && !(s->ending && s->foreign == 0))
		return; /* a process' fault */
	if (s->out->n - s->first >= REPORTS_MAX)
		return;
	s->out->v = mem_grow(s->out->v, s->out->n, &s->out->cap, sizeof(*s->out->v));
	report_finish(s->r, &s->out->v[s->out->n++]);
}

static struct oops *last_of(const struct scan *s)
{
	return s->out->n > s->first ? &s->out->v[s->out->n - 1] : NULL;
}

static void open_report(struct scan *s, const struct oops_kind *kind, const struct line *ln,
			const char *text)
{
	close_report(s);
	report_start(s->r, kind, ln, text);
	if (same_reach(ln->number, s->cut, CUT_REACH))
		s->r->first = s->cut;
	s->open = true;
	s->traced = false;
	s->foreign = 0;
	s->cut = 0;
}

/* Whether a panic's words say that something before it is the cause. */
static bool panic_follows(const struct scan *s, const struct line *ln, const char *text)
{
	static const char *const of_fatal[] = { "Attempted to kill ", "Aiee, killing " };
	static const char *const of_any[] = { "panic_on_warn set", "softlockup: hung",
					      "hung_task: ", "RCU Stall" };
	const struct oops *last = last_of(s);
	struct line words = *ln;

	if (!last)
		return false;
	words.text = text + strlen("Kernel panic - not syncing: ");
	words.len = (size_t)(ln->text + ln->len - words.text);
	if (line_starts(&words, "Fatal exception"))
		return last->fatal;
	if (ln->number - last->last_line > FOLLOW_REACH)
		return false;
	for (size_t i = 0; i < sizeof(of_fatal) / sizeof(*of_fatal); i++)
		if (line_starts(&words, of_fatal[i]))
			return last->fatal;
	for (size_t i = 0; i < sizeof(of_any) / sizeof(*of_any); i++)
		if (line_find(&words, of_any[i]))
			return true;
	return false;
}

/* "Kernel panic": of the open report, of the last one, or one of its own. */
static void on_panic(struct scan *s, const struct oops_kind *kind, const struct line *ln,
		     const char *text)
{
	struct oops *last;

	if (s->open && !is(s, OOPS_PANIC)) {
		s->r->panic = true;
		s->r->last = ln->number;
		return;
	}
	if (s->open)
		return;
	if (!panic_follows(s, ln, text)) {
		open_report(s, kind, ln, text);
		return;
	}
	last = last_of(s);
	last->fatal = true;
	last->last_line = ln->number;
	s->panicked = true;
}

/* Whether the first line of a report is but one more line of the open one. */
static bool belongs(const struct scan *s, const struct oops_kind *kind)
{
	if (!s->open || s->traced || !is(s, OOPS_START))
		return false;
	if (strcmp(kind->starts, "Internal error: ") == 0)
		return true;
	if (strcmp(s->r->kind->title, "BUG: corrupted list") == 0)
		return strcmp(kind->starts, "kernel BUG at ") == 0 ||
		       strcmp(kind->starts, "WARNING: CPU: ") == 0;
	return strcmp(s->r->kind->title, "Alignment trap") == 0 &&
	       strcmp(kind->starts, "Unhandled fault: ") == 0;
}

static void on_start(struct scan *s, const struct oops_kind *kind, const struct line *ln,
		     const char *text)
{
	if ((kind->flags & OOPS_LOOSE) && !s->kernel)
		return;
	if (kind->flags & OOPS_PANIC) {
		on_panic(s, kind, ln, text);
	} else if (belongs(s, kind)) {
		s->r->oopsed |= (kind->flags & OOPS_FATAL) && !(kind->flags & OOPS_CONFIRM);
		s->r->last = ln->number;
	} else {
		open_report(s, kind, ln, text);
	}
}

/* Lines by which a report goes on though they name no function. */
static bool is_part(const struct line *ln)
{
	static const char *const known[] = {
		"Modules linked in",
		"CPU: ",
		"Hardware name",
		"pc : ",
		"lr : ",
		"sp : ",
		"Flags: ",
		"Control: ",
		"Register r",
		"Process ",
		"Stack: ",
		"Exception stack(",
		"Code: ",
		"Call trace:",
		"Call Trace:",
		"Backtrace:",
		"Workqueue: ",
		"pgd = ",
		"[",
		"Tainted: ",
		"irq event stamp",
		"hardirqs last",
		"softirqs last",
		"stack backtrace:",
		"preempt_count: ",
		"in_atomic(): ",
		"NMI backtrace",
		"task:",
		"Internal error",
		"RIP: ",
		"RSP: ",
		"R1",
		"=====",
		"Dumping ftrace",
		"rcu: ",
		"handlers:",
	};
	size_t hex = 0;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (line_starts(ln, known[i]))
			return true;
	if (ln->len > 2 && ln->text[0] == 'r' && ln->text[1] >= '0' && ln->text[1] <= '9')
		return true; /* "r10: …" */
	while (hex < 8 && hex < ln->len && strchr("0123456789abcdef", ln->text[hex]) &&
	       ln->text[hex])
		hex++;
	return hex >= 4 && hex < ln->len && ln->text[hex] == ':'; /* "9e20: 00000000 …" */
}

/* Where another trace begins, or the report's own at last. */
static void on_section(struct scan *s, const struct line *ln)
{
	static const char *const others[] = { "Allocated by", "Freed by", "DMA-API: Mapped at",
					      "Last potentially", "Second to last" };
	struct report *r = s->r;

	if (line_starts(ln, "stack backtrace:"))
		r->n_frames = 0; /* lockdep shows where the locks were taken before */
	if (r->below && r->n_frames > 0 &&
	    (line_starts(ln, "Call ") || line_starts(ln, "Backtrace:") ||
	     line_starts(ln, "NMI backtrace")))
		r->frozen = true;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (line_starts(ln, others[i]))
			r->frozen = true;
	if (line_starts(ln, "Read of size "))
		memcpy(r->access, "Read", 5);
	else if (line_starts(ln, "Write of size "))
		memcpy(r->access, "Write", 6);
}

/* The line behind which nothing of the report comes. */
static bool is_end(const struct line *ln)
{
	return line_starts(ln, "---[ end ") || line_starts(ln, "Rebooting in ");
}

/* Results of tests mean that the kernel went on. */
static bool is_result(const struct line *ln)
{
	size_t at = 0;

	while (at < ln->len && ln->text[at] == ' ')
		at++;
	return at % 4 == 0 && ((ln->len - at > 5 && memcmp(ln->text + at, "ok ", 3) == 0) ||
			       (ln->len - at > 8 && memcmp(ln->text + at, "not ok ", 7) == 0));
}

static size_t patience(const struct scan *s)
{
	if (s->traced)
		return FOREIGN_BEHIND;
	return is(s, OOPS_LONG) ? FOREIGN_TEXT : FOREIGN_SHORT;
}

/* A line while a report is open. */
static void on_body(struct scan *s, const struct line *ln)
{
	struct report *r = s->r;

	if (r->context != ln->context && ln->context != 0 && r->context != 0) {
		if (ln->number - r->first > REPORT_LINES)
			close_report(s);
		return; /* another CPU's or thread's */
	}
	on_section(s, ln);
	if (is_end(ln)) {
		r->last = ln->number;
		r->ended = true;
		close_report(s);
		return;
	}
	if (line_starts(ln, "CPU") && line_find(ln, ": stopping")) {
		close_report(s);
		return;
	}
	if (report_frame(r, ln)) {
		s->traced |= r->n_frames > 0;
		s->foreign = 0;
		r->last = ln->number;
	} else if (is_part(ln)) {
		r->last = ln->number;
	} else {
		s->foreign++;
	}
	if (s->foreign > patience(s) || is_result(ln) || ln->number - r->first > REPORT_LINES)
		close_report(s);
}

/* Behind a panic: only its own end matters, and the next boot. */
static void on_aftermath(struct scan *s, const struct line *ln)
{
	struct oops *last = last_of(s);

	if (last && line_starts(ln, "---[ end Kernel panic"))
		last->last_line = ln->number;
}

static bool is_cut(const struct line *ln)
{
	if (ln->len < strlen("8<--- cut here ---"))
		return false;
	return line_find(ln, "[ cut here ]") || line_find(ln, "8<--- cut here ---") ||
	       line_starts(ln, "==================");
}

/* What a WARNING says of itself behind its first line; false for other lines. */
static bool on_message(struct scan *s, const struct line *ln)
{
	const struct oops_kind *kind;

	if (!s->open || s->traced || strcmp(s->r->kind->title, "WARNING") != 0 ||
	    !same_reach(ln->number, s->r->first, MESSAGE_REACH + CUT_REACH))
		return false;
	kind = oops_kind_of_warning(ln);
	if (kind)
		s->r->kind = kind;
	else if (line_starts(ln, "DMA-API: "))
		line_copy(s->r->message, sizeof(s->r->message), ln->text, ln->len);
	else
		return false;
	s->r->last = ln->number;
	return true;
}

static void on_line(struct scan *s, const struct line *ln)
{
	const struct oops_kind *kind;
	const char *text;

	if (line_starts(ln, "Linux version ") || line_starts(ln, "Booting Linux on physical CPU")) {
		close_report(s);
		s->kernel = true;
		s->panicked = false;
		return;
	}
	if (s->panicked) {
		on_aftermath(s, ln);
		return;
	}
	if (is_cut(ln)) {
		s->cut = ln->number;
		return;
	}
	if (on_message(s, ln))
		return;
	kind = oops_kind_of(ln, &text);
	if (kind)
		on_start(s, kind, ln, text);
	else if (s->open)
		on_body(s, ln);
}

void oops_parse(const char *text, size_t len, struct oops_list *ret)
{
	struct scan s = { .out = ret, .first = ret->n };
	struct lines lines;
	struct line ln;

	s.r = mem_zalloc(sizeof(*s.r));
	/* a console without its beginning is all kernel */
	s.kernel = len == 0 || !memmem(text, len, "Linux version ", 14);
	lines_start(&lines, text, len);
	while (line_next(&lines, &ln))
		on_line(&s, &ln);
	s.ending = true;
	close_report(&s);
	free(s.r);
}
