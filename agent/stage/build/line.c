// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/build/line.h"

#include <ctype.h>
#include <string.h>

/* No diagnostic starts further right; what is longer is looked at no more closely. */
enum { HEAD_MAX = 1024, NUMBER_MAX = 100 * 1000 * 1000 };

bool span_has(struct span a, const char *word)
{
	return memmem(a.s, a.n, word, strlen(word));
}

bool span_starts(struct span a, const char *word)
{
	size_t n = strlen(word);

	return a.n >= n && !memcmp(a.s, word, n);
}

bool span_ends(struct span a, const char *word)
{
	size_t n = strlen(word);

	return a.n >= n && !memcmp(a.s + a.n - n, word, n);
}

static struct span from(struct span a, size_t at)
{
	return (struct span){ a.s + at, a.n - at };
}

static struct span skip_spaces(struct span a)
{
	while (a.n && (*a.s == ' ' || *a.s == '\t'))
		a = from(a, 1);
	return a;
}

static struct span base_name(struct span a)
{
	const char *slash = a.n ? memrchr(a.s, '/', a.n) : NULL;

	return slash ? from(a, (size_t)(slash - a.s) + 1) : a;
}

/* Digits from `at`; returns how many, and the number. */
static size_t digits(struct span a, size_t at, int *ret)
{
	size_t i = at;
	int v = 0;

	for (; i < a.n && isdigit((unsigned char)a.s[i]); i++)
		v = v < NUMBER_MAX ? v * 10 + (a.s[i] - '0') : v;
	*ret = v;
	return i - at;
}

/*
 * "FILE:LINE: rest", "FILE:LINE:COLUMN: rest" (gcc), and dtc's
 * "FILE:LINE.COLUMN-COLUMN: rest" with ranges, where a space may end the place.
 */
static bool read_place(struct span a, struct span *file, int *number, struct span *rest)
{
	size_t head = a.n < HEAD_MAX ? a.n : HEAD_MAX;

	for (size_t i = 1; i + 1 < head; i++) {
		size_t at = i + 1, k;
		int v, unused;

		if (a.s[i] == ' ' || a.s[i] == '\t')
			return false;
		if (a.s[i] != ':' || !(k = digits(a, at, &v)))
			continue;
		at += k;
		while (at < a.n && (a.s[at] == '.' || a.s[at] == '-') &&
		       (k = digits(a, at + 1, &unused)))
			at += 1 + k;
		if (at < a.n && a.s[at] == ':' && (k = digits(a, at + 1, &unused)))
			at += 1 + k;
		if (at < a.n && a.s[at] != ':' && a.s[at] != ' ')
			continue;
		*file = (struct span){ a.s, i };
		*number = v;
		*rest = skip_spaces(from(a, at < a.n ? at + 1 : at));
		return true;
	}
	return false;
}

static bool is_error_word(struct span a)
{
	static const char *const words[] = { "error: ",
					     "fatal error: ",
					     "Error: ",
					     "ERROR: ",
					     "ERROR (",
					     "FATAL ERROR: ",
					     "internal compiler error: ",
					     "sorry, unimplemented: ",
					     "syntax error",
					     "undefined reference to ",
					     "multiple definition of ",
					     "*** " };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_starts(a, words[i]))
			return true;
	return false;
}

static bool is_warning_word(struct span a)
{
	return span_starts(a, "warning: ") || span_starts(a, "Warning: ") ||
	       span_starts(a, "Warning (") || span_starts(a, "WARNING: ");
}

static enum line_kind kind_of_text(struct span text)
{
	if (is_error_word(text))
		return LINE_ERROR;
	if (is_warning_word(text))
		return LINE_WARNING;
	return LINE_OTHER;
}

/* "  CC      file", "  CC [M]  file": two spaces, capitals, spaces. */
static bool is_progress(struct span a)
{
	size_t i = 2;

	if (!span_starts(a, "  ") || a.n < 5 || !isupper((unsigned char)a.s[2]))
		return false;
	while (i < a.n &&
	       (isupper((unsigned char)a.s[i]) || isdigit((unsigned char)a.s[i]) || a.s[i] == '_'))
		i++;
	return i >= 4 && i + 1 < a.n && a.s[i] == ' ' && (a.s[i + 1] == ' ' || a.s[i + 1] == '[');
}

/* gcc's picture of the source: " 12 |  text" and "    |  ^~~~". */
static bool is_picture(struct span a)
{
	struct span b = skip_spaces(a);
	int v;

	if (b.n == a.n)
		return false;
	b = skip_spaces(from(b, digits(b, 0, &v)));
	return b.n && *b.s == '|';
}

static bool is_lead(struct span a)
{
	struct span b = skip_spaces(a);

	if (span_starts(a, "In file included from ") || (b.n < a.n && span_starts(b, "from ")))
		return true;
	return span_ends(a, ":") &&
	       (span_has(a, ": In function ") || span_has(a, ": in function ") ||
		span_ends(a, ": At top level:") || span_ends(a, "Assembler messages:"));
}

/* "make: …" and "make[3]: …"; what follows. */
static bool read_make(struct span a, struct span *rest)
{
	size_t i = 4;
	int v;

	if (!span_starts(a, "make"))
		return false;
	if (i < a.n && a.s[i] == '[')
		i += 2 + digits(a, i + 1, &v);
	if (i + 1 >= a.n || a.s[i] != ':')
		return false;
	*rest = skip_spaces(from(a, i + 1));
	return true;
}

static struct line from_make(struct span rest)
{
	struct line l = { .kind = LINE_PROGRESS, .text = rest };

	if (span_ends(rest, "Resource temporarily unavailable") ||
	    span_ends(rest, "Cannot allocate memory") ||
	    span_ends(rest, "No such file or directory") || span_ends(rest, "Permission denied")) {
		l.kind = LINE_ERROR; /* a command that could not be started */
	} else if (span_starts(rest, "*** ")) {
		l.text = from(rest, 4);
		if (span_has(rest, "] Error ") || span_ends(rest, "] Killed") ||
		    span_ends(rest, "] Terminated"))
			l.kind = LINE_FOLLOWUP;
		else if (!span_starts(l.text, "Waiting for ") && !span_starts(l.text, "Deleting "))
			l.kind = LINE_ERROR;
	}
	return l;
}

/* ld's "FILE:(.text+0x4): undefined reference to `x'", perhaps behind its own name. */
static bool read_ld(struct span a, struct line *l)
{
	struct span rest = a;
	const char *colon, *place;

	for (size_t i = 0; i + 4 < a.n && a.s[i] != ' '; i++)
		if (!memcmp(a.s + i, "ld: ", 4) && (i == 0 || strchr("-/", a.s[i - 1]))) {
			rest = from(a, i + 4);
			l->kind = LINE_OTHER;
			break;
		}
	place = memmem(rest.s, rest.n < HEAD_MAX ? rest.n : HEAD_MAX, ":(", 2);
	if (place) {
		struct span tail = from(rest, (size_t)(place - rest.s));

		colon = memmem(tail.s, tail.n, "): ", 3);
		if (!colon)
			return false;
		l->file = (struct span){ rest.s, (size_t)(place - rest.s) };
		l->text = from(tail, (size_t)(colon + 3 - tail.s));
		l->kind = kind_of_text(l->text);
		return l->kind != LINE_OTHER;
	}
	if (rest.n == a.n)
		return false;
	l->text = rest;
	l->kind = kind_of_text(rest);
	if (l->kind == LINE_OTHER &&
	    (span_starts(rest, "cannot ") || span_has(rest, "undefined reference to") ||
	     span_has(rest, "multiple definition of") || span_has(rest, "undefined symbol") ||
	     span_has(rest, "file not recognized") || span_has(rest, "overflowed by ")))
		l->kind = LINE_ERROR;
	return l->kind != LINE_OTHER;
}

/* "cc1: fatal error: …", "arm-linux-gnueabihf-gcc: error: …": one word and a colon. */
static bool read_tool(struct span a, struct line *l)
{
	size_t head = a.n < HEAD_MAX ? a.n : HEAD_MAX;

	for (size_t i = 0; i + 2 < head && a.s[i] != ' '; i++)
		if (a.s[i] == ':' && a.s[i + 1] == ' ') {
			l->text = from(a, i + 2);
			l->kind = kind_of_text(l->text);
			return l->kind != LINE_OTHER;
		}
	return false;
}

/* What a Kconfig file is blamed for has no word in common but its name. */
static struct line from_place(struct span file, int number, struct span text)
{
	struct line l = {
		.kind = kind_of_text(text), .file = file, .number = number, .text = text
	};

	if (l.kind != LINE_OTHER)
		return l;
	if (span_starts(text, "note: ") || span_starts(text, "symbol "))
		l.kind = LINE_TRAIL;
	else if (span_starts(base_name(file), "Kconfig"))
		l.kind = LINE_ERROR;
	return l;
}

struct line line_read(const char *s, size_t n)
{
	struct span a = { s, n }, file, rest;
	struct line l = { .kind = LINE_OTHER };
	int number;

	while (a.n && isspace((unsigned char)a.s[a.n - 1]))
		a.n--;
	l.text = a;
	if (!a.n || is_progress(a))
		return (struct line){ .kind = LINE_PROGRESS, .text = a };
	if (is_picture(a))
		return (struct line){ .kind = LINE_TRAIL, .text = a };
	if (is_lead(a))
		return (struct line){ .kind = LINE_LEAD, .text = a };
	if (read_make(a, &rest))
		return from_make(rest);
	if (span_starts(a, "Error: ") && read_place(from(a, 7), &file, &number, &rest))
		return (struct line){ LINE_ERROR, file, number, rest }; /* dtc's syntax errors */
	if (read_place(a, &file, &number, &rest))
		return from_place(file, number, rest);
	if (is_error_word(a) || is_warning_word(a)) {
		l.kind = kind_of_text(a);
		return l;
	}
	if (*a.s == ' ' || *a.s == '\t')
		return (struct line){ .kind = LINE_TRAIL, .text = a };
	if (read_ld(a, &l) || read_tool(a, &l))
		return l;
	return (struct line){ .kind = LINE_OTHER, .text = a };
}
