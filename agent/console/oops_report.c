// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/oops_report.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "console/line.h"
#include "console/oops_kind.h"
#include "model/oops.h"

/*
 * The signature's version and how many frames go into it. Outer frames (who
 * called the work) do not: the same defect may be reached by a test or a thread.
 */
#define SIGNATURE "oops-1"
enum { SIGNATURE_FRAMES = 5 };

static bool is(const struct report *r, unsigned flag)
{
	return (r->kind->flags & flag) != 0;
}

/* "… at path:12 f+0x1/0x2" of a WARNING, "… in f+0x1/0x2" of a sanitizer */
static void read_place(struct report *r, const char *text, const char *end)
{
	const char *plus = end, *name;

	if (memmem(text, (size_t)(end - text), "kernel/locking/lockdep.c", 24))
		r->locking = true;
	for (const char *at = text; at + 3 < end; at++)
		if (memcmp(at, "+0x", 3) == 0) {
			plus = at;
			break;
		}
	if (plus == end)
		return;
	for (name = plus; name > text && name[-1] != ' '; name--)
		continue;
	frame_symbol(name, (size_t)(plus - name), r->at);
}

void report_start(struct report *r, const struct oops_kind *kind, const struct line *ln,
		  const char *text)
{
	const char *end = ln->text + ln->len, *words = text + strlen(kind->starts);

	r->kind = kind;
	r->message[0] = r->access[0] = r->at[0] = r->pc[0] = r->lr[0] = '\0';
	r->n_frames = 0;
	r->frozen = r->below = r->ended = r->locking = false;
	r->oopsed = strcmp(kind->starts, "Internal error: ") == 0;
	r->panic = (kind->flags & OOPS_PANIC) != 0;
	r->first = r->last = ln->number;
	r->context = ln->context;
	if (words > end) /* old kernels' "INFO: " is shorter than "WARNING: " */
		words = end;
	if (strcmp(kind->title, "BUG: ") == 0)
		words = text + strlen("BUG: ");
	line_copy(r->words, sizeof(r->words), words, (size_t)(end - words));
	read_place(r, text, end);
}

static void push(struct report *r, const char *name)
{
	if (!name[0] || r->n_frames == OOPS_FRAMES)
		return;
	if (r->n_frames > 0 && strcmp(r->frames[r->n_frames - 1], name) == 0)
		return;
	if (is(r, OOPS_BELOW) && frame_is_entry(name) && (!r->below || r->n_frames == 0)) {
		r->below = true; /* so far it was the interrupt that reports */
		r->n_frames = 0;
		return;
	}
	memcpy(r->frames[r->n_frames++], name, OOPS_NAME);
}

bool report_frame(struct report *r, const struct line *ln)
{
	struct frame f;

	frame_read(ln, &f);
	if (f.kind == FRAME_NONE)
		return false;
	if (r->frozen)
		return true;
	if (f.kind == FRAME_PC && !r->pc[0])
		memcpy(r->pc, f.name, OOPS_NAME);
	else if (f.kind == FRAME_LR && !r->lr[0])
		memcpy(r->lr, f.name, OOPS_NAME);
	if (f.kind == FRAME_CALL && f.sure) {
		push(r, f.name);
		push(r, f.caller);
	}
	return true;
}

/* The frames of the finding: PC first, then the trace; what prints the report left out. */
static size_t frames_of(const struct report *r, const char *ret[OOPS_FRAMES + 2])
{
	bool below = is(r, OOPS_BELOW);
	size_t n = 0, from = 0;

	if (r->pc[0] && !below)
		ret[n++] = r->pc;
	if (n == 0)
		while (from < r->n_frames && frame_is_helper(r->frames[from]))
			from++;
	if (from == r->n_frames)
		from = 0;
	for (; from < r->n_frames; from++)
		if (n == 0 || strcmp(ret[n - 1], r->frames[from]) != 0)
			ret[n++] = r->frames[from];
	if (r->n_frames == 0 && r->lr[0])
		ret[n++] = r->lr;
	return n;
}

/* Index of the frame to blame, n where all are helpers or there is none. */
static size_t blamed(const char *const *frames, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!frame_is_helper(frames[i]))
			return i;
	return n;
}

/* A defect's words without what changes from run to run. */
static void add_words(struct buf *b, const char *words)
{
	static const char *const tails[] = { " on unknown-block", " on CPU", " exitcode=", " ...",
					     " in process ",	  " code: ", " in: " };
	size_t len = strlen(words), n;
	const char *at;

	for (size_t i = 0; i < sizeof(tails) / sizeof(*tails); i++) {
		at = strstr(words, tails[i]);
		if (at && (size_t)(at - words) < len)
			len = (size_t)(at - words);
	}
	for (size_t i = 0; i < len; i += n) {
		for (n = 0; i + n < len && isalnum((unsigned char)words[i + n]); n++)
			continue;
		if (n == 0)
			n = 1;
		if (n > 2 && words[i] == '0' && words[i + 1] == 'x')
			buf_str(b, "ADDR");
		else if (strspn(words + i, "0123456789") >= n)
			buf_str(b, "NUM");
		else
			buf_add(b, words + i, n);
	}
	buf_trim(b);
}

/* The words of "KASAN: slab-out-of-bounds in f+0x1/0x2" before " in ". */
static size_t sanitizer_word(const struct report *r)
{
	const char *in = strstr(r->words, " in ");

	return in ? (size_t)(in - r->words) : strlen(r->words);
}

static bool sanitizer(const struct report *r)
{
	return is(r, OOPS_WHERE) && is(r, OOPS_TEXT) && strncmp(r->kind->title, "BUG", 3) != 0;
}

/* The title without its function. The caller frees. */
static char *title_base(const struct report *r)
{
	struct buf b = { 0 };

	if (strncmp(r->words, "stack-protector: Kernel stack is corrupted", 42) == 0)
		return mem_strdup("kernel panic: stack is corrupted");
	if (r->locking && strcmp(r->kind->title, "WARNING") == 0)
		return mem_strdup("WARNING: locking bug");
	buf_str(&b, r->kind->title);
	if (sanitizer(r)) {
		buf_add(&b, r->words, sanitizer_word(r));
		if (r->access[0] && !strstr(r->words, "invalid-free") &&
		    !strstr(r->words, "double-free"))
			buf_printf(&b, " %s", r->access);
	} else if (is(r, OOPS_TEXT)) {
		add_words(&b, r->words);
	}
	return buf_take(&b);
}

static char *type_of(const struct report *r)
{
	const char *w = r->words, *kind = r->kind->type;
	const char *rw =
		strcmp(r->access, "Write") == 0 || strstr(w, " write in") ? "WRITE" : "READ";

	if (r->locking && strcmp(kind, "WARNING") == 0)
		return mem_strdup("LOCKDEP");
	if (strcmp(kind, "UBSAN") == 0)
		return mem_strdup(strncmp(w, "array-index", 11) == 0 ? "MEMORY_SAFETY_UBSAN"
								     : kind);
	if (strcmp(kind, "KASAN") != 0 && strcmp(kind, "KFENCE") != 0)
		return mem_strdup(kind);
	if (strstr(w, "invalid-free") || strstr(w, "double-free") || strstr(w, "invalid free"))
		return mem_printf("%s-INVALID-FREE", kind);
	if (strstr(w, "memory corruption"))
		return mem_printf("%s-MEMORY-CORRUPTION", kind);
	if (strstr(w, "use-after-free"))
		return mem_printf("%s-USE-AFTER-FREE-%s", kind, rw);
	if (strstr(w, "null-ptr-deref"))
		return mem_printf("%s-NULL-POINTER-DEREFERENCE-%s", kind, rw);
	return mem_printf("%s-%s", kind, rw);
}

static void sign(const struct oops *o, const char *base, const char *const *frames, size_t n)
{
	struct hash h;
	size_t used = 0;

	hash_start(&h);
	hash_field(&h, SIGNATURE);
	hash_field(&h, o->type);
	for (size_t i = 0; i < n && used < SIGNATURE_FRAMES; i++) {
		if (used > 0 && frame_is_outer(frames[i]))
			break;
		hash_field(&h, frames[i]);
		used++;
	}
	if (used == 0)
		hash_field(&h, base);
	hash_hex(&h, (char *)o->hash);
}

/* Other titles for the same defect, in syzbot's words; what DMA debugging said. */
static void add_alternatives(const struct report *r, struct oops *o)
{
	struct strv alt = { 0 };
	struct buf b = { 0 };

	if (o->function[0] && (strstr(o->type, "INVALID-FREE")))
		strv_addf(&alt, "invalid-free in %s", o->function);
	else if (o->function[0] && is(r, OOPS_ACCESS))
		strv_addf(&alt, "bad-access in %s", o->function);
	else if (o->function[0] && is(r, OOPS_BELOW))
		strv_addf(&alt, "stall in %s", o->function);
	else if (o->function[0] && strcmp(r->kind->title, "INFO: task hung") == 0)
		strv_addf(&alt, "hang in %s", o->function);
	if (r->message[0] && o->function[0]) { /* "DMA-API: DRIVER DEVICE: what" */
		const char *what = strstr(r->message + strlen("DMA-API: "), ": ");

		buf_str(&b, "DMA-API: ");
		add_words(&b, what ? what + 2 : r->message + strlen("DMA-API: "));
		buf_printf(&b, " in %s", o->function);
		strv_take(&alt, buf_take(&b));
	}
	o->alt = alt.v;
	o->n_alt = alt.n;
}

void report_finish(const struct report *r, struct oops *ret)
{
	const char *frames[OOPS_FRAMES + 2];
	size_t n = frames_of(r, frames), at = blamed(frames, n);
	const char *place = at < n ? frames[at] : "";
	char *base = title_base(r);
	struct strv all = { 0 };

	if (r->at[0] && !frame_is_helper(r->at))
		place = r->at;
	*ret = (struct oops){ .first_line = r->first, .last_line = r->last };
	ret->function = mem_strdup(place);
	ret->type = type_of(r);
	if (place[0] &&
	    (is(r, OOPS_WHERE) || strcmp(base, "kernel panic: stack is corrupted") == 0))
		ret->title = mem_printf("%s in %s", base, place);
	else
		ret->title = mem_strdup(base);
	for (size_t i = 0; i < n; i++)
		strv_add(&all, frames[i]);
	ret->frames = all.v;
	ret->n_frames = all.n;
	add_alternatives(r, ret);
	ret->fatal = is(r, OOPS_FATAL) || r->panic || r->oopsed;
	ret->corrupted =
		(is(r, OOPS_WHERE) && !place[0]) || (is(r, OOPS_ENDED) && !r->ended && !r->panic);
	/* from the function that is blamed: what is above it says nothing of the defect */
	for (size_t i = at = at < n ? at : 0; place[0] && i < n; i++)
		if (strcmp(frames[i], place) == 0) {
			at = i;
			break;
		}
	sign(ret, base, frames + at, n - at);
	free(base);
}
