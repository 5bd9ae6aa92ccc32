// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/ktap_line.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "console/line.h"

/* What is left to read of a line. */
struct text {
	const char *p, *end;
};

static bool take(struct text *t, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(t->end - t->p) < n || memcmp(t->p, word, n) != 0)
		return false;
	t->p += n;
	return true;
}

/* A number below ten million; more digits are no number. */
static bool take_number(struct text *t, size_t *ret)
{
	const char *at = t->p;
	size_t n = 0;

	while (at < t->end && *at >= '0' && *at <= '9') {
		if (n >= 1000000)
			return false;
		n = n * 10 + (size_t)(*at++ - '0');
	}
	if (at == t->p)
		return false;
	t->p = at;
	*ret = n;
	return true;
}

static void skip_blanks(struct text *t)
{
	while (t->p < t->end && (*t->p == ' ' || *t->p == '\t'))
		t->p++;
}

static bool word_is(const char *p, size_t n, const char *word)
{
	return n == strlen(word) && strncasecmp(p, word, n) == 0;
}

/*
 * The directives of Documentation/dev-tools/ktap.rst. SKIP is what it says,
 * whether "ok" or "not ok" stands before it. XFAIL is a failure that was
 * expected, and so is a TODO that failed: neither a pass nor a failure of the
 * code under test, hence SKIP; a TODO that passes is a pass. TIMEOUT and ERROR
 * mean that the test did not come to a result. Any other word is a comment.
 */
static bool directive(const char *word, size_t n, bool ok, enum test_status *status)
{
	if (word_is(word, n, "SKIP") || word_is(word, n, "SKIPPED") || word_is(word, n, "XFAIL"))
		*status = TEST_SKIP;
	else if (word_is(word, n, "TODO"))
		*status = ok ? TEST_PASS : TEST_SKIP;
	else if (word_is(word, n, "TIMEOUT") || word_is(word, n, "ERROR"))
		*status = TEST_ERROR;
	else
		return false;
	return true;
}

static void read_directive(struct text t, bool ok, struct ktap_line *ret)
{
	const char *word;
	size_t n;

	skip_blanks(&t);
	word = t.p;
	while (t.p < t.end && isalpha((unsigned char)*t.p))
		t.p++;
	n = (size_t)(t.p - word);
	if (!directive(word, n, ok, &ret->status))
		return;
	if (t.p < t.end && *t.p == ':')
		t.p++;
	skip_blanks(&t);
	if (word_is(word, n, "SKIP") || word_is(word, n, "SKIPPED"))
		word = t.p; /* the status says it */
	line_copy(ret->why, sizeof(ret->why), word, (size_t)(t.end - word));
}

/* "ok 1 name", "not ok 2 - name # SKIP why" */
static bool read_result(struct text t, struct ktap_line *ret)
{
	bool ok = !take(&t, "not ");
	const char *name, *hash;
	size_t number;

	if (!take(&t, "ok ") || !take_number(&t, &number))
		return false;
	if (t.p < t.end && *t.p != ' ')
		return false;
	skip_blanks(&t);
	if (t.end - t.p >= 2 && t.p[0] == '-' && t.p[1] == ' ')
		t.p += 2;
	else if (t.end - t.p == 1 && *t.p == '-')
		t.p++;
	ret->kind = KTAP_RESULT;
	ret->status = ok ? TEST_PASS : TEST_FAIL;
	name = t.p;
	for (hash = t.p; hash < t.end; hash++)
		if (*hash == '#' && (hash == t.p || hash[-1] == ' ' || hash[-1] == '\t'))
			break;
	line_copy(ret->name, sizeof(ret->name), name, (size_t)(hash - name));
	if (hash < t.end)
		read_directive((struct text){ hash + 1, t.end }, ok, ret);
	return true;
}

static bool read_plan(struct text t, struct ktap_line *ret)
{
	if (!take(&t, "1..") || !take_number(&t, &ret->count))
		return false;
	if (t.p < t.end && *t.p != ' ')
		return false;
	ret->kind = KTAP_PLAN;
	return true;
}

static bool read_version(struct text t, struct ktap_line *ret)
{
	size_t version;

	if ((!take(&t, "KTAP version ") && !take(&t, "TAP version ")) || !take_number(&t, &version))
		return false;
	ret->kind = KTAP_VERSION;
	return true;
}

/* "# Subtest: name", "# name: text", "# text" */
static void read_note(struct text t, struct ktap_line *ret)
{
	const char *at;

	if (take(&t, "Subtest: ")) {
		ret->kind = KTAP_SUBTEST;
		line_copy(ret->name, sizeof(ret->name), t.p, (size_t)(t.end - t.p));
		return;
	}
	ret->kind = KTAP_NOTE;
	line_copy(ret->why, sizeof(ret->why), t.p, (size_t)(t.end - t.p));
	for (at = t.p; at < t.end && (isalnum((unsigned char)*at) || *at == '_' || *at == '-');
	     at++)
		continue;
	if (at > t.p && at + 1 < t.end && at[0] == ':' && at[1] == ' ')
		line_copy(ret->name, sizeof(ret->name), t.p, (size_t)(at - t.p));
}

void ktap_line_read(const struct line *ln, struct ktap_line *ret)
{
	struct text t = { ln->text, ln->text + ln->len };

	ret->kind = KTAP_NONE;
	ret->indent = 0;
	ret->count = 0;
	ret->name[0] = ret->why[0] = '\0';
	ret->status = TEST_PASS;
	for (; t.p < t.end && (*t.p == ' ' || *t.p == '\t'); t.p++)
		ret->indent += *t.p == '\t' ? 8 : 1;
	while (t.p < t.end && (t.end[-1] == ' ' || t.end[-1] == '\t'))
		t.end--;
	if (t.p == t.end)
		return;
	switch (*t.p) {
	case '#':
		if (take(&t, "# "))
			read_note(t, ret);
		break;
	case '1':
		read_plan(t, ret);
		break;
	case 'K':
	case 'T':
		read_version(t, ret);
		break;
	case 'o':
	case 'n':
		read_result(t, ret);
		break;
	case 'B':
		if (take(&t, "Bail out!"))
			ret->kind = KTAP_BAIL;
		break;
	default:
		break;
	}
}
