// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <nettle/sha1.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/diff.h"

/*
 * The id is a sum over files of SHA-1s of their diff without white space and line numbers
 * (git-patch-id(1)); what it does with odd input was taken from git's behaviour.
 */
enum { OID_MAX = 64 };

struct id {
	struct sha1_ctx sha;
	uint8_t sum[SHA1_DIGEST_SIZE];
	size_t hashed;	   /* bytes, of all files */
	int before, after; /* lines of the hunk that are still to come; -1: in a file's header */
	bool binary;
	char oid[2][OID_MAX + 1]; /* of an "index" line, for a binary file */
	uint8_t out[4096];	  /* waits for the hash */
	size_t n_out;
};

static bool starts(const char *line, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && memcmp(line, with, n) == 0;
}

static void flush(struct id *id)
{
	sha1_update(&id->sha, id->n_out, id->out);
	id->n_out = 0;
}

static void file_end(struct id *id)
{
	uint8_t digest[SHA1_DIGEST_SIZE];
	unsigned carry = 0;

	flush(id);
	sha1_digest(&id->sha, sizeof(digest), digest); /* which also starts the next */
	for (size_t i = 0; i < sizeof(digest); i++) {
		carry += (unsigned)id->sum[i] + digest[i];
		id->sum[i] = (uint8_t)carry;
		carry >>= 8;
	}
}

/* The line without white space; a NUL ends it, as it does in git. */
static void line_hash(struct id *id, const char *line, size_t len)
{
	const char *end = line + strnlen(line, len);

	while (line < end) {
		size_t room = sizeof(id->out) - id->n_out, left = (size_t)(end - line);
		const char *stop = line + (left < room ? left : room);
		uint8_t *from = id->out + id->n_out, *to = from;

		for (; line < stop; line++) { /* without a branch: blanks cannot be foreseen */
			char c = *line;

			*to = (uint8_t)c;
			to += c != ' ' && c != '\t' && c != '\n' && c != '\r';
		}
		id->n_out += (size_t)(to - from);
		id->hashed += (size_t)(to - from);
		if (id->n_out == sizeof(id->out))
			flush(id);
	}
}

/* "index 0123..4567 100644" */
static void index_line(struct id *id, const char *line, size_t len)
{
	const char *p = line + 6, *end = line + len;
	const char *dots = memmem(p, (size_t)(end - p), "..", 2), *stop;

	if (!dots)
		return;
	stop = memchr(dots, ' ', (size_t)(end - dots));
	if (!stop)
		stop = end - 1; /* the newline */
	snprintf(id->oid[0], sizeof(id->oid[0]), "%.*s", (int)(dots - p), p);
	if (stop >= dots + 2)
		snprintf(id->oid[1], sizeof(id->oid[1]), "%.*s", (int)(stop - dots - 2), dots + 2);
}

/* 40 hex digits, as in "From 0123…" of the next mail: the text of this one has ended. */
static bool next_commit(const char *line, size_t len)
{
	static const char *const before[] = { "commit ", "From " };
	size_t at = 0;

	for (size_t i = 0; i < 2 && at == 0; i++)
		if (starts(line, len, before[i]))
			at = strlen(before[i]);
	if (len < at + 40)
		return false;
	for (size_t i = at; i < at + 40; i++)
		if (!isxdigit((unsigned char)line[i]))
			return false;
	return true;
}

static int number(const char *p)
{
	long n = strtol(p, NULL, 10);

	return n > 100000000 ? 100000000 : (int)n;
}

/* Counts of "@@ -1,3 +1,4 @@", of what is there to be read. */
static void hunk_line(struct id *id, const char *line, size_t len)
{
	char text[128];
	const char *q, *r;
	size_t n;

	snprintf(text, sizeof(text), "%.*s", (int)(len < 127 ? len : 127), line);
	q = text + 4;
	n = strspn(q, "0123456789");
	if (q[n] == ',') {
		q += n + 1;
		n = strspn(q, "0123456789");
		if (n == 0 || q[n] != ' ' || q[n + 1] != '+')
			return;
		id->before = number(q);
	} else {
		if (n == 0 || q[n] != ' ' || q[n + 1] != '+')
			return;
		id->before = 1;
	}
	r = q + n + 2;
	n = strspn(r, "0123456789");
	if (r[n] == ',') {
		r += n + 1;
		n = strspn(r, "0123456789");
		if (n > 0)
			id->after = number(r);
	} else if (n > 0) {
		id->after = 1;
	}
}

/* Takes a line between "diff" and the first hunk. 1: done with it, -1: the diff ends here. */
static int header_line(struct id *id, const char *line, size_t len)
{
	if (starts(line, len, "GIT binary patch") || starts(line, len, "Binary files")) {
		id->binary = true;
		id->before = 0;
		flush(id);
		for (int i = 0; i < 2; i++)
			sha1_update(&id->sha, strlen(id->oid[i]), (uint8_t *)id->oid[i]);
		file_end(id);
		return 1;
	}
	if (starts(line, len, "index ")) {
		index_line(id, line, len);
		return 1;
	}
	if (starts(line, len, "--- "))
		id->before = id->after = 1;
	else if (!isalpha((unsigned char)line[0]))
		return -1;
	return 0;
}

/* One line; false: the diff ends before it. */
static bool take(struct id *id, const char *line, size_t len)
{
	if (id->before == -1) {
		int r = header_line(id, line, len);

		if (r != 0)
			return r > 0;
	}
	if (id->binary) {
		if (starts(line, len, "diff ")) {
			id->binary = false;
			id->before = -1;
		}
		return true;
	}
	if (id->before == 0 && id->after == 0) {
		if (starts(line, len, "@@ -")) {
			hunk_line(id, line, len);
			return true;
		}
		if (!starts(line, len, "diff "))
			return false;
		file_end(id);
		id->before = id->after = -1;
	}
	if (line[0] == '-' || line[0] == ' ')
		id->before--;
	if (line[0] == '+' || line[0] == ' ')
		id->after--;
	line_hash(id, line, len);
	return true;
}

bool diff_patch_id(const char *diff, size_t len, char hex[41])
{
	static const char digits[] = "0123456789abcdef";
	struct id id = { .before = -1, .after = -1 };
	const char *end = diff + len;

	hex[0] = '\0';
	sha1_init(&id.sha);
	for (const char *p = diff; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl + 1 : end) - p);
		const char *line = p;

		p += n;
		if (starts(line, n, "\\ ") && n > 12)
			continue;
		if (next_commit(line, n)) {
			if (id.hashed > 0)
				break;
			continue;
		}
		if (id.hashed == 0 && !starts(line, n, "diff "))
			continue;
		if (!take(&id, line, n))
			break;
	}
	if (id.hashed == 0)
		return false;
	file_end(&id);
	for (size_t i = 0; i < sizeof(id.sum); i++) {
		*hex++ = digits[id.sum[i] >> 4];
		*hex++ = digits[id.sum[i] & 15];
	}
	*hex = '\0';
	return true;
}
