/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_LINE_H
#define DMALAB_CONSOLE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * A console as lines, without what others put before them (line_prefix.c) and
 * without terminal colours and NUL bytes. Any bytes; linear time; what is
 * longer than LINE_LIMIT is cut there.
 *
 * A kernel line that begins in the middle of another (a process was writing)
 * is a line of its own, and the other one is put together again where the next
 * line plainly goes on with it. Such a line comes after the one that tore it.
 */
enum { LINE_LIMIT = 4096, LINE_TORN_LIMIT = 512 };

struct line {
	const char *text; /* not terminated; valid until the next line_next() */
	size_t len;	  /* without CR LF */
	size_t number;	  /* in the console, from 1 */
	const char *stamp;
	size_t stamp_len; /* 0: no time stamp */
	uint32_t context; /* of "[T12]" or "[C1]"; 0 where there is none */
	bool whole;	  /* its end has come */
	bool kernel;	  /* something before it says that printk() made it */
	bool plain;	  /* the caller knows that no report begins in it */
	bool syslog;	  /* a log daemon wrote it: "Jan 11 22:31:37 host kernel: " */
};

/* Whether the context is a CPU's ("[C1]") and not a task's. */
static inline bool line_context_is_cpu(uint32_t context)
{
	return (context & 3) == 2;
}

struct lines {
	const char *at, *end;
	size_t number;	  /* of the last line */
	bool more;	  /* further text follows what is here: see lines_continue() */
	const char *rest; /* what is left of a torn line */
	size_t rest_len;
	bool rest_whole;
	bool held; /* torn holds the first half of a line */
	struct line half;
	char torn[LINE_TORN_LIMIT];
	char clean[LINE_LIMIT]; /* a line that had to be rewritten */
};

void lines_start(struct lines *l, const char *text, size_t len);
bool line_next(struct lines *l, struct line *ret);

/*
 * For a console in pieces: with l->more set, line_next() returns false at the
 * end of a piece of whole lines and keeps a half that it holds; the next piece
 * goes on with it. Nothing that line_next() returned before stays valid.
 */
void lines_continue(struct lines *l, const char *text, size_t len);
/* Whether nothing of the lines before is left to be returned. */
bool lines_idle(const struct lines *l);

/* Here, so that the length of a literal is known: it is asked a dozen times a line. */
static inline bool line_starts(const struct line *ln, const char *with)
{
	size_t n = strlen(with);

	return ln->len >= n && memcmp(ln->text, with, n) == 0;
}
/* The same for a text of a table, most of which differ from the line at once. */
static inline bool line_begins(const struct line *ln, const char *with)
{
	size_t n = 0;

	while (with[n] && n < ln->len && ln->text[n] == with[n])
		n++;
	return !with[n];
}

/* Where `what` is in the line, or NULL; quickest where its first byte is rare. */
const char *line_find(const struct line *ln, const char *what);

/* Copies text as printable ASCII ('?' for the rest) without blanks at its ends; cuts at cap. */
void line_copy(char *dst, size_t cap, const char *text, size_t len);

/*
 * Takes off what stands before the kernel's words and sets stamp, context,
 * kernel and syslog. `room` (LINE_LIMIT bytes) takes the line where it must be
 * rewritten. Called by line_next().
 */
void line_strip(struct line *ln, char *room);
/* Length of "[    1.234567]" at p, or 0; *stamp is what is inside. */
size_t line_stamp_at(const char *p, const char *end, const char **stamp, size_t *stamp_len);

#endif
