// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/ktap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "console/ktap_collect.h"
#include "console/ktap_line.h"
#include "console/ktap_reader.h"
#include "console/line.h"

enum { DEPTH = 8, FAILURE_LINES = 5 };

/*
 * A list of results at one indentation. Block 0 of a console holds suites,
 * block 1 the cases of one, deeper ones the parameters of a case, which count
 * by their case's own line only.
 */
struct block {
	unsigned indent;
	char name[KTAP_NAME];	 /* of its "# Subtest: "; "" none */
	char running[KTAP_NAME]; /* case that spoke since the last result; "" unknown */
	bool planned, failed;	 /* failed: one of its results is no PASS and no SKIP */
	size_t plan, seen;
	size_t line; /* its last one */
};

/* What stands before a result that is not ok. */
struct reason {
	char failure[KTAP_WHY]; /* of the first EXPECTATION or ASSERTION, with its lines */
	char note[KTAP_WHY];	/* the last "# …" */
	char stamp[24];		/* time stamp of the failure's first line */
	unsigned indent;
	int open; /* how many lines more belong to the failure */
};

struct ktap_reader {
	struct block stack[DEPTH];
	size_t depth;
	struct collect tests;
	struct test_list nameless; /* cases of a suite that says its name at its end */
	struct collect waiting;	   /* fills nameless */
	struct reason why;
	bool complete;
	bool alone; /* nobody else knows which tests there should be: plans say it */
};

static struct block *top(struct ktap_reader *p)
{
	return &p->stack[p->depth - 1];
}

/* The depth at which results are cases: 1 where the outermost block is itself a suite. */
static size_t case_depth(const struct ktap_reader *p)
{
	return p->stack[0].name[0] ? 1 : 2;
}

static void reason_clear(struct reason *r)
{
	r->failure[0] = r->note[0] = '\0';
	r->open = 0;
}

/* Adds "suite.case", or keeps the case until its suite's name is known. */
static void add_case(struct ktap_reader *p, const char *suite, const char *name,
		     enum test_status status, size_t line, const char *comment)
{
	char path[2 * KTAP_NAME + 1];

	if (!suite[0]) {
		collect_add(&p->waiting, name, status, line, comment);
		return;
	}
	snprintf(path, sizeof(path), "%s.%s", suite, name);
	collect_add(&p->tests, path, status, line, comment);
}

/* Gives the nameless suite's cases their suite; "" leaves them without. */
static void name_cases(struct ktap_reader *p, const char *suite)
{
	struct test_list l = p->nameless;

	p->complete = p->complete && !p->waiting.full;
	collect_clear(&p->waiting);
	p->nameless = (struct test_list){ 0 };
	for (size_t i = 0; i < l.n; i++)
		if (suite[0])
			add_case(p, suite, l.v[i].path, l.v[i].status, l.v[i].line, l.v[i].comment);
		else
			collect_add(&p->tests, l.v[i].path, l.v[i].status, l.v[i].line,
				    l.v[i].comment);
	test_list_done(&l);
}

/* Of a suite that was cut off, the rest of its plan: what ran, and what never came. */
static void cut_plan(struct ktap_reader *p, const struct block *b)
{
	char number[24];

	for (size_t i = b->seen + 1; i <= b->plan && !p->tests.full; i++) {
		bool ran = i == b->seen + 1;

		snprintf(number, sizeof(number), "%zu", i);
		add_case(p, b->name, ran && b->running[0] ? b->running : number,
			 ran ? TEST_ERROR : TEST_MISS, ran ? b->line : 0, "");
	}
}

/*
 * What was running in a suite that was cut off is an ERROR without comment: of
 * the case where it is known, of the suite where not (ktap_settle() finds out).
 */
static void cut_suite(struct ktap_reader *p, const struct block *b)
{
	if (p->alone && b->name[0] && b->planned && b->plan > b->seen)
		cut_plan(p, b);
	else if (b->name[0] && b->running[0])
		add_case(p, b->name, b->running, TEST_ERROR, b->line, "");
	else if (b->name[0])
		collect_add(&p->tests, b->name, TEST_ERROR, b->line, "");
	name_cases(p, b->name);
}

/* A block ended without a result for it: the console was cut, or the kernel started anew. */
static void drop(struct ktap_reader *p)
{
	struct block b = *top(p);

	p->depth--;
	p->complete = false;
	if (p->depth == case_depth(p) && b.name[0]) {
		memcpy(top(p)->running, b.name, sizeof(b.name));
		top(p)->line = b.line;
	}
	if (p->depth == 1 && !p->stack[0].name[0])
		cut_suite(p, &b);
}

/* The outermost block ends by its plan alone. */
static void end_top(struct ktap_reader *p)
{
	const struct block *b = &p->stack[0];
	size_t missing = p->depth > 1 ? 2 : 1; /* the suite that was cut has its own line */
	char number[24];

	while (p->depth > 1)
		drop(p);
	if (p->depth == 1 && p->alone && b->planned && !b->name[0])
		for (size_t i = b->seen + missing; i <= b->plan && !p->tests.full; i++) {
			snprintf(number, sizeof(number), "%zu", i);
			collect_add(&p->tests, number, TEST_MISS, 0, "");
		}
	if (p->depth == 1 && (b->planned ? b->seen != b->plan : b->seen == 0)) {
		p->complete = false;
		if (b->name[0])
			cut_suite(p, b);
	}
	p->depth = 0;
}

static void push(struct ktap_reader *p, unsigned indent, const char *name, size_t line)
{
	if (p->depth == DEPTH) {
		p->complete = false;
		return;
	}
	p->stack[p->depth++] = (struct block){ .indent = indent, .line = line };
	snprintf(top(p)->name, sizeof(top(p)->name), "%s", name);
	reason_clear(&p->why);
}

static void drop_deeper(struct ktap_reader *p, unsigned indent)
{
	while (p->depth > 1 && top(p)->indent > indent)
		drop(p);
}

static bool block_is_new(const struct block *b)
{
	return !b->planned && b->seen == 0;
}

static void on_version(struct ktap_reader *p, const struct ktap_line *k, size_t line)
{
	if (k->indent == 0) {
		end_top(p);
		push(p, 0, "", line);
		return;
	}
	if (p->depth == 0)
		push(p, 0, "", line);
	drop_deeper(p, k->indent);
	if (p->depth > 1 && top(p)->indent == k->indent) {
		if (block_is_new(top(p)))
			return; /* its "# Subtest" came first */
		drop(p);
	}
	push(p, k->indent, "", line);
}

static void on_subtest(struct ktap_reader *p, const struct ktap_line *k, size_t line)
{
	if (p->depth == 0)
		push(p, 0, "", line);
	drop_deeper(p, k->indent);
	if (top(p)->indent == k->indent && block_is_new(top(p)) && !top(p)->name[0]) {
		memcpy(top(p)->name, k->name, sizeof(k->name));
		top(p)->line = line;
		return;
	}
	if (p->depth > 1 && top(p)->indent == k->indent)
		drop(p);
	if (k->indent > top(p)->indent)
		push(p, k->indent, k->name, line);
}

static void on_plan(struct ktap_reader *p, const struct ktap_line *k, size_t line)
{
	if (p->depth == 0)
		return;
	drop_deeper(p, k->indent);
	if (top(p)->indent != k->indent)
		return;
	if (top(p)->planned && top(p)->plan != k->count)
		p->complete = false;
	top(p)->planned = true;
	top(p)->plan = k->count;
	top(p)->line = line;
}

/* The comment of a result: what its directive says, else what stood before a failure. */
static const char *comment_of(const struct ktap_reader *p, const struct ktap_line *k)
{
	if (k->why[0] || k->status == TEST_PASS)
		return k->why;
	return p->why.failure[0] ? p->why.failure : p->why.note;
}

/* A suite's own line, with the block of its cases that it ends (NULL: it has none). */
static void on_suite(struct ktap_reader *p, const struct ktap_line *k, const struct block *cases,
		     size_t line)
{
	bool bad = k->status != TEST_PASS && k->status != TEST_SKIP;

	if (!cases || cases->seen == 0 || (bad && !cases->failed))
		collect_add(&p->tests, k->name, k->status, line, comment_of(p, k));
	if (cases)
		name_cases(p, cases->name[0] ? cases->name : k->name);
}

static void on_result(struct ktap_reader *p, struct ktap_line *k, size_t line)
{
	struct block inner;
	bool ended = false;

	if (p->depth == 0)
		return;
	while (p->depth > 1 && top(p)->indent > k->indent) {
		if (p->depth == 2 || p->stack[p->depth - 2].indent <= k->indent) {
			inner = *top(p); /* this line is its result */
			ended = true;
			p->depth--;
		} else {
			drop(p);
		}
	}
	if (top(p)->indent < k->indent) {
		push(p, k->indent, "", line);
		if (top(p)->indent != k->indent)
			return;
	}
	if (!k->name[0])
		snprintf(k->name, sizeof(k->name), "%zu", top(p)->seen + 1);
	if (ended && inner.planned && inner.seen != inner.plan)
		p->complete = false;
	if (p->depth == case_depth(p))
		add_case(p, top(p)->name, k->name, k->status, line, comment_of(p, k));
	else if (p->depth == 1)
		on_suite(p, k, ended ? &inner : NULL, line);
	top(p)->seen++;
	top(p)->failed |= k->status == TEST_FAIL || k->status == TEST_ERROR;
	top(p)->running[0] = '\0';
	top(p)->line = line;
	reason_clear(&p->why);
}

static void on_note(struct ktap_reader *p, const struct ktap_line *k, const struct line *ln)
{
	struct reason *r = &p->why;
	struct block *b;

	if (p->depth == 0)
		return;
	b = top(p);
	memcpy(r->note, k->why, sizeof(r->note));
	r->open = 0;
	if (!r->failure[0] && (strstr(k->why, " FAILED at ") || strstr(k->why, "failed to init"))) {
		memcpy(r->failure, k->why, sizeof(r->failure));
		line_copy(r->stamp, sizeof(r->stamp), ln->stamp, ln->stamp_len);
		r->indent = k->indent;
		r->open = FAILURE_LINES - 1;
	}
	if (!k->name[0] || k->indent != b->indent || !b->name[0] || strcmp(k->name, b->name) == 0)
		return;
	if (strcmp(k->name, "module") == 0 || strcmp(k->name, "Totals") == 0)
		return;
	memcpy(b->running, k->name, sizeof(b->running));
	b->line = ln->number;
}

/* A line that is no KTAP: one of KUnit's behind a failed expectation, or nothing of ours. */
static void on_other(struct ktap_reader *p, const struct ktap_line *k, const struct line *ln)
{
	struct reason *r = &p->why;
	size_t n = strlen(r->failure);
	char stamp[sizeof(r->stamp)];

	if (r->open == 0)
		return;
	line_copy(stamp, sizeof(stamp), ln->stamp, ln->stamp_len);
	if (ln->stamp_len > 0 ? strcmp(stamp, r->stamp) != 0
			      : k->indent == 0 || k->indent < r->indent)
		return; /* KUnit prints them all in one printk, hence with one time stamp */
	r->open--;
	if (ln->len == 0 || n + 2 > sizeof(r->failure))
		return;
	r->failure[n++] = '\n';
	line_copy(r->failure + n, sizeof(r->failure) - n, ln->text, ln->len);
}

void ktap_reader_line(struct ktap_reader *p, const struct line *ln)
{
	struct ktap_line k;

	ktap_line_read(ln, &k);
	switch (k.kind) {
	case KTAP_VERSION:
		on_version(p, &k, ln->number);
		break;
	case KTAP_SUBTEST:
		on_subtest(p, &k, ln->number);
		break;
	case KTAP_PLAN:
		on_plan(p, &k, ln->number);
		break;
	case KTAP_RESULT:
		on_result(p, &k, ln->number);
		break;
	case KTAP_NOTE:
		on_note(p, &k, ln);
		break;
	case KTAP_BAIL:
		if (p->depth > 0)
			p->complete = false;
		break;
	case KTAP_NONE:
		on_other(p, &k, ln);
		break;
	}
}

struct ktap_reader *ktap_reader_new(bool alone, struct test_list *ret)
{
	struct ktap_reader *p = mem_zalloc(sizeof(*p));

	p->complete = true;
	p->alone = alone;
	collect_start(&p->tests, ret);
	collect_start(&p->waiting, &p->nameless);
	return p;
}

bool ktap_reader_end(struct ktap_reader *p)
{
	bool complete;

	end_top(p);
	complete = p->complete && !p->tests.full;
	collect_done(&p->tests);
	collect_done(&p->waiting);
	test_list_done(&p->nameless);
	free(p);
	return complete;
}

bool ktap_parse(const char *text, size_t len, struct test_list *ret)
{
	struct ktap_reader *p = ktap_reader_new(false, ret);
	struct lines lines;
	struct line ln;

	lines_start(&lines, text, len);
	while (line_next(&lines, &ln))
		ktap_reader_line(p, &ln);
	return ktap_reader_end(p);
}
