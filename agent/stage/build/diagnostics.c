// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/build/diagnostics.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "stage/build/line.h"

enum {
	WARNINGS_MAX = 500,
	EXCERPT_LINES = 40, /* to each side */
	EXCERPT_MAX = 8192,
	LINE_MAX_KEPT = 500,
	TAIL_MAX = 60, /* of a complaint, behind its words */
	SKIP_MAX = 3,  /* lines of other jobs within one diagnostic */
};

/* A line of the log, and how to go on from it. */
struct cursor {
	const char *log, *end;
	const char *s; /* the line; == end behind the last */
	size_t n;
	size_t number; /* from 1 */
};

static struct cursor first(const char *log, size_t len)
{
	struct cursor c = { .log = log, .end = log + len, .s = log, .number = 1 };
	const char *nl = len ? memchr(log, '\n', len) : NULL;

	c.n = (size_t)((nl ? nl : c.end) - log);
	return c;
}

static bool at_end(const struct cursor *c)
{
	return c->s >= c->end;
}

static void next(struct cursor *c)
{
	const char *nl;

	c->s += c->n < (size_t)(c->end - c->s) ? c->n + 1 : c->n;
	nl = at_end(c) ? NULL : memchr(c->s, '\n', (size_t)(c->end - c->s));
	c->n = (size_t)((nl ? nl : c->end) - c->s);
	c->number++;
}

static bool back(struct cursor *c)
{
	const char *nl;

	if (c->s == c->log)
		return false;
	nl = c->s - 1 > c->log ? memrchr(c->log, '\n', (size_t)(c->s - 1 - c->log)) : NULL;
	c->n = (size_t)(c->s - 1 - (nl ? nl + 1 : c->log));
	c->s = nl ? nl + 1 : c->log;
	c->number--;
	return true;
}

static struct line read_at(const struct cursor *c)
{
	return line_read(c->s, c->n);
}

static void add_line(struct buf *b, const struct cursor *c)
{
	size_t n = c->n < LINE_MAX_KEPT ? c->n : LINE_MAX_KEPT;

	while (n && (c->s[n - 1] == '\r' || c->s[n - 1] == ' '))
		n--;
	if (b->len + n + 1 > EXCERPT_MAX)
		return;
	buf_add(b, c->s, n);
	buf_add(b, "\n", 1);
}

/* The first line of the diagnostic at `at`: up over what leads to it. */
static struct cursor start_of(struct cursor at)
{
	struct cursor top = at;

	for (int i = 0, skipped = 0; i < EXCERPT_LINES && skipped <= SKIP_MAX && back(&at); i++) {
		enum line_kind kind = read_at(&at).kind;

		if (kind == LINE_LEAD) {
			top = at;
			skipped = 0;
		} else if (kind == LINE_PROGRESS) {
			skipped++;
		} else {
			break;
		}
	}
	return top;
}

/* Its lines as printed, without those of other jobs that stand between them. */
static char *excerpt(struct cursor at)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	CLEANUP(buf_done) struct buf pending = { 0 };
	size_t number = at.number;
	int skipped = 0;

	for (struct cursor c = start_of(at); c.number < number; next(&c))
		if (read_at(&c).kind == LINE_LEAD)
			add_line(&b, &c);
	add_line(&b, &at);
	next(&at);
	for (int i = 0; i < EXCERPT_LINES && skipped <= SKIP_MAX && !at_end(&at); i++, next(&at)) {
		enum line_kind kind = read_at(&at).kind;

		if (kind == LINE_TRAIL) {
			buf_add(&b, buf_text(&pending), pending.len);
			buf_done(&pending);
			add_line(&b, &at);
			skipped = 0;
		} else if (kind == LINE_LEAD) {
			add_line(&pending, &at); /* leads to a note of ours or to the next one */
		} else if (kind == LINE_PROGRESS) {
			skipped++;
		} else {
			break;
		}
	}
	return buf_take(&b);
}

static char *source_name(struct span file)
{
	struct span a = file;

	while (span_starts(a, "./"))
		a = (struct span){ a.s + 2, a.n - 2 };
	if (span_starts(a, "/src/"))
		a = (struct span){ a.s + 5, a.n - 5 };
	return mem_strndup(a.n ? a.s : "", a.n);
}

/*
 * ld names a source without its folder, but on the line before the object:
 * "ld: kernel/dma/direct.o: in function `f':", "direct.c:(.text+0x4): undefined …".
 */
static char *object_folder(struct cursor at)
{
	struct span a, object;
	const char *end, *slash;

	if (!back(&at) || read_at(&at).kind != LINE_LEAD)
		return NULL;
	a = (struct span){ at.s, at.n };
	end = memmem(a.s, a.n, ": in function ", 14);
	object.s = memmem(a.s, a.n, "ld: ", 4);
	if (!end || !object.s || object.s + 4 > end)
		return NULL;
	object.s += 4;
	object.n = (size_t)(end - object.s);
	slash = object.n ? memrchr(object.s, '/', object.n) : NULL;
	return slash ? mem_strndup(object.s, (size_t)(slash - object.s) + 1) : NULL;
}

/* Puts "error: " or "warning: " where the tool had a word of its own for it. */
static char *plain_text(struct span text, const char *word)
{
	static const char *const own[] = { "Error: ", "ERROR: ", "*** ", "Warning: ", "WARNING: " };
	size_t n = text.n < LINE_MAX_KEPT ? text.n : LINE_MAX_KEPT;

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (span_starts(text, own[i])) {
			size_t k = strlen(own[i]);

			return mem_printf("%s: %.*s", word, (int)(n - (k < n ? k : n)), text.s + k);
		}
	if (span_starts(text, word) || span_starts(text, "fatal error: ") ||
	    span_starts(text, "internal compiler error: "))
		return mem_strndup(text.s, n);
	return mem_printf("%s: %.*s", word, (int)n, text.s);
}

static struct diagnostic diagnostic_of(const struct cursor *at, const struct line *l)
{
	struct diagnostic d = {
		.file = source_name(l->file),
		.line = l->number,
		.text = plain_text(l->text, l->kind == LINE_WARNING ? "warning" : "error"),
		.excerpt = excerpt(*at),
		.log_line = at->number,
	};

	if (l->file.n && !l->number && !strchr(d.file, '/')) {
		char *folder = object_folder(*at);

		if (folder) {
			char *whole = mem_printf("%s%s", folder, d.file);

			free(d.file);
			d.file = whole;
		}
		free(folder);
	}
	return d;
}

static uint64_t key_of(const struct line *l)
{
	uint64_t h = 14695981039346656037u + (uint64_t)l->number;

	for (size_t i = 0; i < l->file.n; i++)
		h = (h ^ (unsigned char)l->file.s[i]) * 1099511628211u;
	for (size_t i = 0; i < l->text.n && i < LINE_MAX_KEPT; i++)
		h = (h ^ (unsigned char)l->text.s[i]) * 1099511628211u;
	return h;
}

/* A header's warning comes once for each file that includes it; one is kept. */
static void add_warning(struct diagnostics *d, uint64_t *keys, const struct cursor *at,
			const struct line *l)
{
	uint64_t key = key_of(l);

	if (d->n_warnings >= WARNINGS_MAX)
		return;
	for (size_t i = 0; i < d->n_warnings; i++)
		if (keys[i] == key)
			return;
	d->warnings = mem_grow(d->warnings, d->n_warnings, &d->cap_warnings, sizeof(*d->warnings));
	keys[d->n_warnings] = key;
	d->warnings[d->n_warnings++] = diagnostic_of(at, l);
}

/* Where only make complains, what was printed before it says why ("sh: 1: x: not found"). */
static struct diagnostic reason_before(struct cursor at)
{
	struct line l = read_at(&at);
	struct cursor c = at;
	struct diagnostic d;

	for (int i = 0; i < SKIP_MAX && back(&c); i++) {
		struct line b = read_at(&c);

		if (b.kind == LINE_OTHER) {
			at = c;
			l = b;
			break;
		}
	}
	d = diagnostic_of(&at, &l);
	if (!d.file)
		d.file = mem_strdup("");
	return d;
}

/* A tool's complaint ends its line; the same words in a picture of source do not count. */
static bool complains(const char *log, size_t len, const char *word)
{
	size_t k = strlen(word);
	const char *end = log + len;

	for (const char *p = log; (p = memmem(p, (size_t)(end - p), word, k)); p += k) {
		size_t before = (size_t)(p - log), behind = (size_t)(end - (p + k));
		const char *start;

		before = before < LINE_MAX_KEPT ? before : LINE_MAX_KEPT;
		start = memrchr(p - before, '\n', before);
		before = start ? (size_t)(p - start) : before;
		if ((behind < TAIL_MAX || memchr(p + k, '\n', TAIL_MAX)) &&
		    !memmem(p - before, before, " | ", 3))
			return true;
	}
	return false;
}

static void read_limits(const char *log, size_t len, struct diagnostics *d)
{
	if (!len)
		return;
	d->no_space = complains(log, len, "No space left on device");
	d->no_processes = complains(log, len, "Resource temporarily unavailable") ||
			  complains(log, len, "Cannot fork");
	d->no_memory = complains(log, len, "Cannot allocate memory") ||
		       complains(log, len, "out of memory") ||
		       complains(log, len, "memory exhausted");
	d->file_too_large = complains(log, len, "File too large") ||
			    complains(log, len, "File size limit exceeded");
}

void diagnostics_read(const char *log, size_t len, struct diagnostics *ret)
{
	uint64_t keys[WARNINGS_MAX];
	struct cursor c = first(log, len), followup = { 0 };
	struct span whole = { log, len };

	*ret = (struct diagnostics){ 0 };
	ret->setup_failed = span_starts(whole, "bwrap: ") || span_starts(whole, "setpriv: ") ||
			    span_starts(whole, "prlimit: ");
	for (; !at_end(&c); next(&c)) {
		struct line l = read_at(&c);

		if (l.kind == LINE_WARNING)
			add_warning(ret, keys, &c, &l);
		else if (l.kind == LINE_ERROR && !ret->error.text)
			ret->error = diagnostic_of(&c, &l);
		else if (l.kind == LINE_FOLLOWUP && !followup.s)
			followup = c;
	}
	if (!ret->error.text && followup.s)
		ret->error = reason_before(followup);
	read_limits(log, len, ret);
}

void diagnostics_done(struct diagnostics *d)
{
	diagnostic_done(&d->error);
	for (size_t i = 0; i < d->n_warnings; i++)
		diagnostic_done(&d->warnings[i]);
	free(d->warnings);
	*d = (struct diagnostics){ 0 };
}

bool diagnostics_is_object(const char *line, size_t len)
{
	static const char *const verbs[] = { "CC ",	"AS ",	   "LD ", "AR ",
					     "HOSTCC ", "HOSTLD ", "DTC " };
	struct span a = { line, len };

	if (!span_starts(a, "  "))
		return false;
	a = (struct span){ a.s + 2, a.n - 2 };
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (span_starts(a, verbs[i]))
			return true;
	return false;
}
