// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "console/line.h"
#include "console/oops_class.h"
#include "console/oops_report.h"

static void part_add(struct report *r, enum part_kind kind, bool origin)
{
	r->running = false;
	r->process = false;
	if (r->parts[r->n_parts - 1].first == r->n_steps) {
		r->parts[r->n_parts - 1].kind = kind; /* nothing stood in that one */
		r->parts[r->n_parts - 1].origin = origin;
		return;
	}
	if (r->n_parts == OOPS_PARTS)
		r->n_parts--; /* the rest is one part, of no interest */
	r->parts[r->n_parts].kind = r->n_parts == OOPS_PARTS - 1 ? PART_OTHER : kind;
	r->parts[r->n_parts].first = r->n_steps;
	r->parts[r->n_parts++].origin = origin;
}

/* Whether the last part holds registers only. */
static bool part_begins(const struct report *r)
{
	for (size_t i = r->parts[r->n_parts - 1].first; i < r->n_steps; i++)
		if (!(r->steps[i].flags & STEP_REGISTER))
			return false;
	return true;
}

/* Whether the last part has a step that is not marked "? ". */
static bool part_has_sure(const struct report *r)
{
	for (size_t i = r->n_steps; i > r->parts[r->n_parts - 1].first; i--)
		if (!(r->steps[i - 1].flags & (STEP_UNSURE | STEP_REGISTER)))
			return true;
	return false;
}

/* Where a name is kept; false where there is no room for it. */
static bool intern(struct report *r, const char *name, uint16_t *ret)
{
	size_t len = strlen(name);
	uint32_t hash = 2166136261u; /* FNV-1a */
	uint16_t *bucket;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)name[i]) * 16777619u;
	bucket = &r->bucket[hash % OOPS_BUCKETS];
	if (*bucket > 0 && strcmp(r->names + *bucket - 1, name) == 0) {
		*ret = (uint16_t)(*bucket - 1);
		return true;
	}
	if (r->names_len + len + 1 > OOPS_NAMES)
		return false;
	memcpy(r->names + r->names_len, name, len + 1);
	*ret = (uint16_t)r->names_len;
	*bucket = (uint16_t)(r->names_len + 1);
	r->names_len += len + 1;
	return true;
}

static void step_add(struct report *r, const struct symbol *s, unsigned flags)
{
	struct step *last = r->n_steps > 0 ? &r->steps[r->n_steps - 1] : NULL, *step;
	uint16_t name;

	if (!s->name[0] || r->n_steps == OOPS_FRAMES)
		return;
	if ((flags & STEP_UNSURE) && part_has_sure(r))
		return; /* what the unwinder only guesses counts where it knows nothing */
	if (!intern(r, s->name, &name))
		return;
	if (last && last->part == r->n_parts - 1 && last->name == name) {
		if (!(flags & STEP_UNSURE))
			last->flags &= (uint8_t)~STEP_UNSURE;
		if (r->running)
			last->flags |= STEP_ENTRY;
		return;
	}
	step = &r->steps[r->n_steps++];
	*step = (struct step){ .name = name,
			       .part = (uint8_t)(r->n_parts - 1),
			       .flags = (uint8_t)(flags | (r->running ? STEP_ENTRY : 0)),
			       .offset = s->offset,
			       .size = s->size };
}

/* Whether this function's frame is where an interrupt came in: what is below was running. */
static bool is_entry(const char *name)
{
	static const char *const entries[] = { "apic_timer_interrupt",
					       "smp_apic_timer_interrupt_entry",
					       "asm_sysvec_",
					       "irq_svc",
					       "el1_irq",
					       "el1h_64_irq",
					       "asm_common_interrupt",
					       "asm_exc_nmi",
					       "end_repeat_nmi",
					       "el1_interrupt",
					       "call_on_irq_stack",
					       "handle_irq_svc" };

	while (*name == '_')
		name++;
	for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++)
		if (entries[i][0] == name[0] && strncmp(name, entries[i], strlen(entries[i])) == 0)
			return true;
	return false;
}

static void take_frame(struct report *r, const struct frame *f)
{
	unsigned flags = f->sure ? 0 : STEP_UNSURE;

	if (f->kind == FRAME_USER) {
		part_add(r, PART_OTHER, false);
		return;
	}
	if (f->kind == FRAME_LR) {
		if (!r->lr[0])
			memcpy(r->lr, f->at.name, OOPS_NAME);
		return;
	}
	if (f->inlined) /* a log that a script has decoded is no other report */
		return;
	if (f->kind == FRAME_PC)
		flags |= STEP_REGISTER;
	step_add(r, &f->at, flags);
	if (f->kind == FRAME_CALL && is_entry(f->at.name))
		r->running = true;
	if (f->caller.name[0]) {
		step_add(r, &f->caller, 0);
		if (is_entry(f->caller.name))
			r->running = true;
	}
}

/* "CPU: 0 PID: 29 Comm: foo Tainted: G W 6.1.0", "Pid: 737, comm: modprobe Not tainted" */
static void take_cpu(struct report *r, const struct line *ln)
{
	const char *end = ln->text + ln->len, *at, *to;
	char number[16];

	if (r->comm[0])
		return;
	at = line_find(ln, "CPU: ");
	if (at) {
		line_copy(number, sizeof(number), at + 5, (size_t)(end - at - 5));
		r->cpu = atoi(number);
	}
	at = line_find(ln, "PID: ");
	at = at ? at : line_find(ln, "Pid: ");
	if (at) {
		line_copy(number, sizeof(number), at + 5, (size_t)(end - at - 5));
		r->pid = atol(number);
	}
	at = line_find(ln, "omm: ");
	if (!at)
		return;
	at += 5;
	to = memmem(at, (size_t)(end - at), " Not tainted", 12);
	to = to ? to : memmem(at, (size_t)(end - at), " Tainted: ", 10);
	to = to ? to : memchr(at, ' ', (size_t)(end - at));
	line_copy(r->comm, sizeof(r->comm), at, (size_t)((to ? to : end) - at));
	at = line_find(ln, "Tainted: ");
	if (!at)
		return;
	at += 9;
	for (to = at; to < end && (isupper((unsigned char)*to) || *to == ' ' || *to == '['); to++)
		if (*to == '[')
			for (; to + 1 < end && *to != ']'; to++)
				continue;
	line_copy(r->taint, sizeof(r->taint), at, (size_t)(to - at));
}

/* "… at: [<addr>] f+0x1/0x2": who takes the lock of which the report speaks. */
static void take_lock(struct report *r, const struct line *ln)
{
	const char *at = line_find(ln, "at: "), *end = ln->text + ln->len;
	struct symbol s;

	if (!at && ln->text[0] != '[' && ln->text[0] != '<')
		return;
	if (!frame_find(at ? at : ln->text, end, &s))
		return;
	if (!r->at[0])
		memcpy(r->at, s.name, OOPS_NAME);
	else if (!r->second[0])
		memcpy(r->second, s.name, OOPS_NAME);
	r->locks = !r->second[0];
}

static void take_words(struct report *r, const struct line *ln)
{
	static const char last[] = "last function: ";
	const char *at;

	if (line_starts(ln, "CPU: ") || line_starts(ln, "Pid: ")) {
		if (r->parts[r->n_parts - 1].kind == PART_OTHER &&
		    strcmp(r->kind->type, "BUG") == 0)
			part_add(r, PART_OWN, false); /* slub's dump_stack(), behind older traces */
		take_cpu(r, ln);
	} else if (line_starts(ln, "Read of size ") || line_starts(ln, "Read at addr ")) {
		memcpy(r->access, "Read", 5);
	} else if (line_starts(ln, "Write of size ") || line_starts(ln, "Write at addr ")) {
		memcpy(r->access, "Write", 6);
	} else if (line_starts(ln, "DMA-API: ") && !r->message[0]) {
		line_copy(r->message, sizeof(r->message), ln->text, ln->len);
	} else if (r->kind->place == PLACE_LAST) {
		at = line_find(ln, last);
		if (at)
			frame_symbol(at + strlen(last),
				     (size_t)(ln->text + ln->len - at) - strlen(last), r->at);
	}
}

/* "</IRQ>", "<EOI>": the interrupt's own frames end here. */
static bool ends_interrupt(const struct line *ln)
{
	return ln->len < 200 && memchr(ln->text, '<', ln->len) &&
	       (line_find(ln, "<EOI>") || line_find(ln, "</IRQ>") || line_find(ln, "</NMI>") ||
		line_find(ln, "<EOE>"));
}

/* Starts another part where the line says so. */
static bool take_part(struct report *r, const struct line *ln)
{
	bool tasks = r->kind->place == PLACE_STALL || r->kind->place == PLACE_HUNG;
	const struct oops_part *part = oops_part_of(ln, tasks);

	if (!part)
		return false;
	/* "Uninit was created at:", "Call Trace:" are one, as registers and their trace are */
	if (!part->weak || !part_begins(r))
		part_add(r, part->kind, strncmp(part->starts, "Uninit was created", 18) == 0);
	return true;
}

/* "  backtrace:", "  backtrace (crc 1a2b3c4d):" */
static bool is_leak_trace(const struct line *ln)
{
	static const char word[] = "backtrace";
	size_t at = 0;

	while (at < ln->len && ln->text[at] == ' ')
		at++;
	return ln->len - at >= strlen(word) && memcmp(ln->text + at, word, strlen(word)) == 0;
}

static bool is_end(const struct line *ln)
{
	return line_starts(ln, "---[ end ") || line_starts(ln, "Rebooting in ");
}

/* A line without the name that kmemleak puts before each of its own. */
static void take_speaker(struct line *ln)
{
	static const char speaker[] = "kmemleak: ";
	size_t n = strlen(speaker);

	if (line_starts(ln, speaker)) {
		ln->text += n;
		ln->len -= n;
	}
}

enum report_line report_line(struct report *r, const struct line *in)
{
	struct line own = *in, *ln = &own;
	struct frame f;

	take_speaker(ln);
	if (ln->len < 2)
		return LINE_PART;
	if (is_end(ln)) {
		r->ended = true;
		return LINE_END;
	}
	if (r->locks)
		take_lock(r, ln);
	if (oops_part_is_dump(ln))
		return LINE_PART;
	if (frame_begins(ln->text[0])) {
		bool entry = ln->text[0] == ' ' && ends_interrupt(ln);

		if (entry)
			r->running = true;
		frame_read(ln, &f);
		if (f.kind != FRAME_NONE) {
			take_frame(r, &f);
			return f.kind == FRAME_CALL ? LINE_TRACE : LINE_PART;
		}
		if (entry)
			return LINE_PART;
	}
	if (ln->text[0] == ' ') {
		if (is_leak_trace(ln))
			part_add(r, PART_OWN, false); /* kmemleak's */
		else if (r->kind->place == PLACE_LAST)
			take_words(r, ln);
		return LINE_PART;
	}
	if (line_starts(ln, "Exception stack"))
		return LINE_PART;
	if (take_part(r, ln))
		return LINE_PART;
	take_words(r, ln);
	return oops_part_goes_on(ln) ? LINE_PART : LINE_FOREIGN;
}

/* What the first line itself says of the place: "… at path:12 f+0x1/0x2", "… in f / g". */
static void read_place(struct report *r, const char *text, const char *end)
{
	const char *in = memmem(text, (size_t)(end - text), " in ", 4), *slash;
	struct symbol s;

	if (frame_find(text, end, &s)) {
		memcpy(r->at, s.name, OOPS_NAME);
	} else if (in && (r->kind->flags & OOPS_SANITIZER)) {
		frame_symbol(in + 4, (size_t)(end - in - 4), r->at);
		slash = memmem(in, (size_t)(end - in), " / ", 3);
		if (slash)
			frame_symbol(slash + 3, (size_t)(end - slash - 3), r->second);
	}
}

void report_start(struct report *r, const struct oops_kind *kind, const struct line *ln,
		  const char *text)
{
	const char *end = ln->text + ln->len, *words = text + strlen(kind->starts);
	const struct oops_kind *other = NULL;

	memset(r, 0, offsetof(struct report, names));
	r->names_len = r->n_steps = 0;
	memset(r->bucket, 0, sizeof(r->bucket));
	r->parts[0].kind = PART_OWN;
	r->parts[0].first = 0;
	r->parts[0].origin = false;
	r->n_parts = 1;
	r->running = r->process = r->panic = r->ended = r->intruded = false;
	r->kind = kind;
	if (strcmp(kind->title, "WARNING") == 0 || strcmp(kind->title, "kernel BUG") == 0)
		other = oops_kind_by_place(text, end);
	if (other)
		r->kind = other;
	r->oopsed = strncmp(kind->starts, "Internal error", 14) == 0 ||
		    strncmp(kind->starts, "Oops", 4) == 0;
	r->panic = (kind->flags & OOPS_PANIC) != 0;
	r->locks = kind->place == PLACE_LOCK;
	r->info = text + 6 <= end && memcmp(text, "INFO: ", 6) == 0;
	r->first = r->last = ln->number;
	r->context = ln->context;
	r->cpu = -1;
	r->pid = -1;
	r->comm[0] = r->taint[0] = '\0';
	if (r->info && strncmp(kind->starts, "WARNING: ", 9) == 0)
		words -= strlen("WARNING: ") - strlen("INFO: ");
	if (words > end)
		words = end;
	line_copy(r->words, sizeof(r->words), words, (size_t)(end - words));
	if (kind->place == PLACE_HEAD || (kind->flags & OOPS_SANITIZER))
		read_place(r, text, end);
}
