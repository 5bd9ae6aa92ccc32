// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/oops_extent.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "console/line.h"
#include "console/oops_kind.h"
#include "console/oops_report.h"
#include "console/oops_sorted.h"
#include "model/oops.h"

enum {
	SLOTS = 4,	     /* reports that are open at once, of different contexts */
	REPORT_LINES = 1000, /* one report does not have more lines than that */
	FOREIGN_TEXT = 120,  /* lines that are no part of a report before its trace, */
	FOREIGN_SHORT = 24,  /* the same where little text stands before the trace, */
	FOREIGN_BEHIND = 10, /* and behind the trace */
	CUT_REACH = 8,	     /* how far a report's first line is behind "cut here" */
	MESSAGE_REACH = 12,  /* how far a WARNING's message is behind its first line */
	FOLLOW_REACH = 60,   /* how far a panic is behind the report that caused it */
	BEGIN_REACH = 200,   /* how far into a log a report may be that began before it */
};

struct open {
	struct report r;
	bool open;
	bool traced;   /* a line of a trace was seen */
	bool all_cpus; /* other CPUs' traces belong to it */
	bool doubtful; /* without a trace it is none of a kernel's */
	bool message;  /* a line that says more of the kind may come */
	bool syslog;
	bool stamped; /* what is not is another program's */
	size_t foreign;
};

struct extent {
	struct sorted *out;
	struct open slot[SLOTS];
	bool panicked; /* until the next boot, all is the panic's aftermath */
	char panic_stamp[24];
	bool begun; /* a first line was seen, or a boot: what is torn off is not the begin */
	size_t cut; /* line of the last "cut here"; 0 none */
	uint32_t cut_context;
	bool ruled; /* the line above is a ruler: "======" */
	struct {
		bool any, fatal;
		size_t last;
		uint32_t context;
	} before; /* the report that was closed last */
};

struct extent *extent_new(oops_sink_fn *sink, void *ctx)
{
	struct extent *e = mem_zalloc(sizeof(*e));

	e->out = sorted_new(sink, ctx);
	return e;
}

void extent_free(struct extent *e)
{
	if (!e)
		return;
	sorted_free(e->out);
	free(e);
}

bool extent_open(const struct extent *e)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (e->slot[i].open)
			return true;
	return false;
}

bool extent_at_begin(const struct extent *e, size_t line)
{
	return !e->begun && line < BEGIN_REACH;
}

static bool is(const struct open *o, unsigned flag)
{
	return (o->r.kind->flags & flag) != 0;
}

/* The first line of what is still open; SIZE_MAX where nothing is. */
static size_t first_open(const struct extent *e)
{
	size_t first = SIZE_MAX;

	for (size_t i = 0; i < SLOTS; i++)
		if (e->slot[i].open && e->slot[i].r.first < first)
			first = e->slot[i].r.first;
	return first;
}

static void close_report(struct extent *e, struct open *o)
{
	struct oops found;

	if (!o->open)
		return;
	o->open = false;
	if (is(o, OOPS_CONFIRM) && !o->r.oopsed) /* a process' fault */
		return;
	if (o->doubtful && !o->traced)
		return;
	if (o->r.panic)
		e->panicked = true;
	e->before.any = true;
	e->before.fatal = is(o, OOPS_FATAL) || o->r.oopsed;
	e->before.last = o->r.last;
	e->before.context = o->r.context;
	report_finish(&o->r, &found);
	sorted_add(e->out, &found, o->syslog);
	sorted_flush(e->out, first_open(e));
}

static void close_all(struct extent *e)
{
	for (size_t i = 0; i < SLOTS; i++)
		close_report(e, &e->slot[i]);
}

/* The report of a line's context, NULL where none is open for it. */
static struct open *slot_of(struct extent *e, const struct line *ln)
{
	struct open *cpus = NULL;

	for (size_t i = 0; i < SLOTS; i++) {
		struct open *o = &e->slot[i];

		if (!o->open)
			continue;
		if (o->r.context == ln->context)
			return o;
		if (o->all_cpus && line_context_is_cpu(ln->context))
			cpus = o;
	}
	return cpus;
}

static struct open *slot_free(struct extent *e)
{
	struct open *oldest = &e->slot[0];

	for (size_t i = 0; i < SLOTS; i++) {
		if (!e->slot[i].open)
			return &e->slot[i];
		if (e->slot[i].r.last < oldest->r.last)
			oldest = &e->slot[i];
	}
	close_report(e, oldest);
	return oldest;
}

static void open_report(struct extent *e, const struct oops_kind *kind, const struct line *ln,
			const char *text)
{
	struct open *o = slot_of(e, ln);

	if (o && o->r.context == ln->context) {
		o->r.intruded = !o->traced && !is(o, OOPS_NOTRACE);
		close_report(e, o);
	}
	o = slot_free(e);
	report_start(&o->r, kind, ln, text);
	if (e->cut > 0 && e->cut_context == ln->context && ln->number - e->cut <= CUT_REACH)
		o->r.first = e->cut;
	else if (e->ruled && ln->number > 1)
		o->r.first = ln->number - 1;
	o->open = true;
	o->traced = o->all_cpus = false;
	o->doubtful = (kind->flags & OOPS_LOOSE) && !ln->kernel && ln->number > 1;
	o->message =
		strcmp(o->r.kind->title, "WARNING") == 0 || strcmp(kind->title, "rust panic") == 0;
	o->syslog = ln->syslog;
	o->stamped = ln->kernel;
	o->foreign = 0;
	e->cut = 0;
	e->begun = true;
}

/* Whether a panic's words say that something before it is the cause. */
static bool panic_follows(const struct extent *e, const struct line *ln)
{
	static const char *const of_fatal[] = { "Attempted to kill ", "Aiee, killing ",
						"syncing: bad mode" };
	static const char *const of_any[] = { "panic_on_warn set", "softlockup: hung",
					      "hung_task: ",	   "RCU Stall",
					      "Hard LOCKUP",	   "hard LOCKUP",
					      "kernel: panic_on_" };

	if (!e->before.any)
		return false;
	if (line_find(ln, "syncing: Fatal exception") || line_find(ln, "syncing: Fatal machine") ||
	    line_find(ln, "syncing: Oops: Fatal exception"))
		return e->before.fatal;
	if (ln->number - e->before.last > FOLLOW_REACH)
		return false;
	for (size_t i = 0; i < sizeof(of_fatal) / sizeof(*of_fatal); i++)
		if (line_find(ln, of_fatal[i]))
			return e->before.fatal;
	for (size_t i = 0; i < sizeof(of_any) / sizeof(*of_any); i++)
		if (line_find(ln, of_any[i]))
			return true;
	return false;
}

/* The report that was closed last ends with this line. */
static void extend(struct extent *e, const struct line *ln)
{
	sorted_extend(e->out, e->before.last, ln->number);
	e->before.last = ln->number;
}

/* "Kernel panic": of the open report, of the last one, or one of its own. */
static void on_panic(struct extent *e, const struct oops_kind *kind, const struct line *ln,
		     const char *text)
{
	struct open *o = slot_of(e, ln);

	line_copy(e->panic_stamp, sizeof(e->panic_stamp), ln->stamp, ln->stamp_len);
	if (o && !is(o, OOPS_PANIC) && (o->r.context == ln->context)) {
		o->r.panic = true;
		o->r.last = ln->number;
		if (o->traced) /* its own trace says nothing new */
			close_report(e, o);
	} else if (!o || o->r.context != ln->context) {
		if (panic_follows(e, ln)) {
			extend(e, ln);
			e->panicked = true;
		} else {
			open_report(e, kind, ln, text);
		}
	}
}

/* Whether the first line of a report is but one more line of the open one. */
static bool belongs(const struct open *o, const struct oops_kind *kind)
{
	const char *title = o->r.kind->title;

	if (!o->traced && strcmp(title, "BUG: corrupted list") == 0 &&
	    strcmp(kind->title, title) == 0)
		return true;
	if (kind->flags & OOPS_GOESON)
		return !o->traced || strcmp(kind->starts, "Internal error: ") != 0;
	if (!o->traced && is(o, OOPS_LONG) && !is(o, OOPS_NOTRACE) &&
	    !(kind->flags & OOPS_NOTRACE) && strcmp(title, kind->title) != 0)
		return true; /* it came to printing its trace never, or by way of that */
	if (o->traced || !is(o, OOPS_START))
		return strcmp(title, "WARNING") == 0 && !o->traced &&
		       strncmp(kind->title, "BUG: corrupted list", 19) == 0;
	if (strcmp(title, "rust panic") == 0 || strcmp(title, "BUG: bad usercopy") == 0)
		return strcmp(kind->starts, "kernel BUG at ") == 0;
	if (strcmp(title, "BUG: corrupted list") == 0)
		return strcmp(kind->starts, "kernel BUG at ") == 0 ||
		       strncmp(kind->starts, "WARNING: ", 9) == 0;
	return strcmp(title, "Alignment trap") == 0 &&
	       strcmp(kind->starts, "Unhandled fault: ") == 0;
}

static void on_start(struct extent *e, const struct oops_kind *kind, const struct line *ln,
		     const char *text)
{
	struct open *o = slot_of(e, ln);

	if ((kind->flags & OOPS_LOOSE) && (e->ruled || (o && !o->traced)))
		return; /* a notice in a frame, a remark within a report */
	if (kind->flags & OOPS_PANIC) {
		on_panic(e, kind, ln, text);
	} else if (o && o->r.context == ln->context && belongs(o, kind)) {
		o->r.oopsed |= (kind->flags & OOPS_FATAL) && !(kind->flags & OOPS_CONFIRM);
		o->r.last = ln->number;
		o->foreign = 0;
	} else {
		open_report(e, kind, ln, text);
	}
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

static size_t patience(const struct open *o)
{
	if (is(o, OOPS_LONG) && (!o->traced || o->r.kind->place == PLACE_STALL))
		return FOREIGN_TEXT;
	return o->traced ? FOREIGN_BEHIND : FOREIGN_SHORT;
}

/* What a WARNING says of itself behind its first line. */
static void on_message(struct open *o, const struct line *ln)
{
	const struct oops_kind *kind;

	if (o->traced || ln->number - o->r.first > MESSAGE_REACH) {
		o->message = false;
		return;
	}
	if (strcmp(o->r.kind->title, "rust panic") == 0) {
		line_copy(o->r.message, sizeof(o->r.message), ln->text, ln->len);
		o->message = false;
		return;
	}
	kind = oops_kind_by_message(ln);
	if (kind)
		o->r.kind = kind;
}

/* A line while the report of its context is open. */
static void on_body(struct extent *e, struct open *o, const struct line *ln)
{
	enum report_line what;

	if (o->message)
		on_message(o, ln);
	if (line_starts(ln, "Sending NMI ") || line_starts(ln, "NMI backtrace for cpu"))
		o->all_cpus = true;
	if (line_starts(ln, "CPU") && ln->len < 24 && line_find(ln, ": stopping")) {
		close_report(e, o);
		return;
	}
	what = report_line(&o->r, ln);
	switch (what) {
	case LINE_TRACE:
		o->traced = true;
		/* fall through */
	case LINE_END:
		o->foreign = 0;
		/* fall through */
	case LINE_PART:
		if (ln->len > 0)
			o->r.last = ln->number;
		break;
	case LINE_FOREIGN:
		o->foreign += ln->kernel || !o->stamped;
		break;
	}
	if (what == LINE_END || o->foreign > patience(o) || is_result(ln) ||
	    ln->number - o->r.first > REPORT_LINES)
		close_report(e, o);
}

/* A line of a context that has no report: others that have waited long enough end. */
static void on_others(struct extent *e, const struct line *ln)
{
	for (size_t i = 0; i < SLOTS; i++) {
		struct open *o = &e->slot[i];

		if (o->open && ln->number - o->r.last > REPORT_LINES)
			close_report(e, o);
	}
}

/* Whether a line is of a boot that came after the panic: time began anew. */
static bool is_after_boot(const struct extent *e, const struct line *ln)
{
	char stamp[sizeof(e->panic_stamp)];

	if (ln->stamp_len == 0 || !e->panic_stamp[0])
		return false;
	line_copy(stamp, sizeof(stamp), ln->stamp, ln->stamp_len);
	return strtod(stamp, NULL) + 1 < strtod(e->panic_stamp, NULL);
}

/* Behind a panic: only its own end matters, and a report of the next boot. */
static void on_aftermath(struct extent *e, const struct line *ln)
{
	const char *text;

	if (line_starts(ln, "---[ end Kernel panic"))
		extend(e, ln);
	else if (!ln->plain && oops_kind_of(ln, &text) && is_after_boot(e, ln))
		e->panicked = false;
}

static bool is_cut(const struct line *ln)
{
	const char *at = ln->len >= 17 ? line_find(ln, "cut here ") : NULL;

	return at && (line_find(ln, "[ cut here ]") || line_find(ln, "8<--- cut here ---"));
}

static bool is_ruler(const struct line *ln)
{
	return line_starts(ln, "======") || line_starts(ln, "******");
}

static bool is_mark(struct extent *e, const struct line *ln)
{
	if (oops_is_boot(ln)) {
		close_all(e);
		e->panicked = false;
		e->before.any = false;
		e->begun = true;
		return true;
	}
	if (line_find(ln, "kernel oopses to Abrt")) { /* they were reported, and are no news */
		close_all(e);
		sorted_forget(e->out);
		return true;
	}
	if (is_cut(ln)) {
		e->cut = ln->number;
		e->cut_context = ln->context;
		return !slot_of(e, ln);
	}
	return false;
}

void extent_before(struct extent *e, const struct line *ln)
{
	struct line plain = *ln;
	char room[LINE_LIMIT];

	line_strip(&plain, room);
	e->ruled = is_ruler(&plain);
}

static void take_line(struct extent *e, const struct line *ln)
{
	const struct oops_kind *kind = NULL;
	const char *text = ln->text;
	struct open *o;

	if (e->panicked)
		on_aftermath(e, ln);
	if ((!ln->plain && is_mark(e, ln)) || e->panicked)
		return;
	if (!ln->plain)
		kind = oops_kind_of(ln, &text);
	o = slot_of(e, ln);
	if (!kind && !e->begun && !o && ln->number < BEGIN_REACH)
		kind = oops_kind_headless(ln);
	if (kind)
		on_start(e, kind, ln, text);
	if (kind && kind->starts[0] == '\0' && !kind->holds)
		o = slot_of(e, ln); /* the first line of what has no beginning names the place */
	else if (kind)
		o = NULL;
	if (o)
		on_body(e, o, ln);
	on_others(e, ln);
}

void extent_line(struct extent *e, const struct line *ln)
{
	take_line(e, ln);
	e->ruled = is_ruler(ln);
}

void extent_end(struct extent *e)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (e->slot[i].open && is(&e->slot[i], OOPS_CONFIRM) && e->slot[i].foreign == 0)
			e->slot[i].r.oopsed = true; /* cut off before the kernel could say so */
	close_all(e);
	sorted_end(e->out);
}
