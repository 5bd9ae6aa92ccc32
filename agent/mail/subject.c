// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/subject.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "model/mail.h"

enum {
	NUMBER_DIGITS = 5, /* of n and m; more is no number of a patch */
	VERSION_DIGITS = 4,
	PREFIXES_MAX = 64,
};

static const char *skip_blanks(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

/* "re:", "fwd:" and their like at p: behind it, else p. */
static const char *skip_answer(const char *p)
{
	static const char *const words[] = { "re", "fwd", "fw", "aw" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		size_t len = strlen(words[i]);

		if (strncasecmp(p, words[i], len) == 0 && p[len] == ':')
			return skip_blanks(p + len + 1);
	}
	return p;
}

/* Decimal digits, at least one and at most `max`, up to `end`. Returns -1 for anything else. */
static int digits(const char *p, const char *end, int max)
{
	int n = 0;

	if (p == end || end - p > max)
		return -1;
	for (; p < end; p++) {
		if (!isdigit((unsigned char)*p))
			return -1;
		n = n * 10 + (*p - '0');
	}
	return n;
}

/* "3/5", also stuck to what goes before it: "PATCH3/5". */
static void read_number(const char *word, struct mail *ret)
{
	const char *slash = strrchr(word, '/'), *from = slash;
	int n, m;

	if (!slash || ret->total > 0)
		return;
	while (from > word && isdigit((unsigned char)from[-1]))
		from--;
	n = digits(from, slash, NUMBER_DIGITS);
	m = digits(slash + 1, slash + strlen(slash), NUMBER_DIGITS);
	if (n < 0 || m < 1)
		return;
	ret->number = n;
	ret->total = m;
}

/* "v2", "V2"; and for the revision stuck: "PATCHv2", "PATCH-v2", "RFCv2". */
static void read_version(const char *word, struct mail *ret)
{
	const char *end = word + strlen(word), *p = end;
	bool alone;
	int v;

	while (p > word && isdigit((unsigned char)p[-1]))
		p--;
	if (p == word || p == end || tolower((unsigned char)p[-1]) != 'v')
		return;
	alone = p - 1 == word;
	if (!alone && strncasecmp(word, "PATCH", 5) != 0 && strncasecmp(word, "RFC", 3) != 0)
		return;
	v = digits(p, end, VERSION_DIGITS);
	if (v > 0 && ret->revision == 0)
		ret->revision = v;
	if (v > 0 && ret->version == 0 && alone)
		ret->version = v;
}

static void prefix_add(const char *word, struct mail *ret)
{
	if (!word[0] || strcasecmp(word, "patch") == 0)
		return;
	if (strncasecmp(word, "resen", 5) == 0 || strcasecmp(word, "repost") == 0)
		ret->resend = true;
	read_number(word, ret);
	read_version(word, ret);
	if (ret->prefixes.n < PREFIXES_MAX)
		strv_add(&ret->prefixes, word);
}

/* The words between brackets; Mercurial's "3 of 5" is one of them. */
static void bracket_read(const char *text, size_t len, struct mail *ret)
{
	CLEANUP(free_ptr) char *copy = mem_strndup(text, len);
	char *rest = NULL, *of = NULL;

	if (strncmp(copy, "PATCH ", 6) == 0)
		of = strstr(copy, " of ");
	if (of) {
		char *from = of, *to = of + 4;

		while (from > copy && isdigit((unsigned char)from[-1]))
			from--;
		to += strspn(to, "0123456789");
		if (from < of && to > of + 4) { /* as "3/5" for what reads it */
			CLEANUP(free_ptr) char *word = mem_strndup(from, (size_t)(to - from));
			CLEANUP(free_ptr)
			char *slashed = mem_printf("%.*s/%s", (int)(of - from), from,
						   word + (of - from) + 4);

			read_number(slashed, ret);
			strv_add(&ret->prefixes, word);
			memset(from, ' ', (size_t)(to - from));
		}
	}
	for (char *w = strtok_r(copy, ", \t\r\n", &rest); w; w = strtok_r(NULL, ", \t\r\n", &rest))
		prefix_add(w, ret);
}

/* "(v2)" in the subject proper. */
static void version_in_text(const char *name, struct mail *ret)
{
	const char *p = name;

	while (ret->version == 0 && (p = strchr(p, '('))) {
		const char *end = strchr(++p, ')');
		int v;

		if (!end)
			return;
		v = tolower((unsigned char)*p) == 'v' ? digits(p + 1, end, VERSION_DIGITS) : -1;
		if (v > 0)
			ret->version = v;
	}
}

/* Goes over answers and brackets at the beginning; ret, where given, receives what they say. */
static const char *walk(const char *p, struct mail *ret)
{
	for (p = skip_blanks(p);;) {
		const char *next = skip_answer(p), *close;

		if (next == p && *p == ':')
			next = skip_blanks(p + 1);
		if (next == p && *p == '[' && (close = strchr(p, ']'))) {
			if (ret)
				bracket_read(p + 1, (size_t)(close - p - 1), ret);
			next = skip_blanks(close + 1);
		}
		if (next == p)
			return p;
		p = next;
	}
}

char *subject_bare(const char *subject)
{
	return mem_strdup(walk(subject, NULL));
}

bool subject_read(const char *subject, struct mail *ret)
{
	const char *start = skip_blanks(subject), *name;
	bool answer;

	/* "Re [PATCH] x" is an answer, too; "[PATCH] Re: x" is none. */
	answer = strncasecmp(start, "re", 2) == 0 &&
		 (start[2] == ':' || skip_blanks(start + 2)[0] == '[');
	name = walk(answer ? start + 2 : start, ret);
	version_in_text(name, ret);
	if (ret->version == 0)
		ret->version = 1;
	if (ret->revision == 0)
		ret->revision = ret->version;
	ret->name = mem_strdup(name);
	return answer;
}
