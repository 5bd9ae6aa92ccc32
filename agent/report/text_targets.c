// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "pipeline/pipeline.h"
#include "report/blocks.h"
#include "report/text.h"

enum { SINCE_SHOWN = 3 };

/* What the tests of a target did. */
struct tally {
	size_t suites, by[TEST_MISS + 1];
};

static bool same_suite(const char *a, const char *b)
{
	size_t n = strcspn(a, ".");

	return n == strcspn(b, ".") && strncmp(a, b, n) == 0;
}

static struct tally tally(const struct outcome *o)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < o->tests.n; i++) {
		size_t k = 0;

		while (k < i && !same_suite(o->tests.v[k].path, o->tests.v[i].path))
			k++;
		t.suites += k == i;
		t.by[o->tests.v[i].status]++;
	}
	return t;
}

static void count(struct buf *b, size_t n, const char *word)
{
	if (n)
		buf_printf(b, "%s%zu %s", b->len ? ", " : "", n, word);
}

static char *words(const struct outcome *o)
{
	struct tally t = tally(o);
	size_t pass = t.by[TEST_PASS];
	struct buf b = { 0 };

	if (o->boot != BOOT_FINISHED)
		buf_str(&b, boot_state_name(o->boot));
	if (b.len == 0 && pass && !t.by[TEST_FAIL] && !t.by[TEST_ERROR] && !t.by[TEST_MISS]) {
		buf_printf(&b, "%zu suite%s, %zu test%s", t.suites, t.suites == 1 ? "" : "s", pass,
			   pass == 1 ? " passes" : "s pass");
	} else {
		count(&b, t.by[TEST_ERROR], "cut off");
		count(&b, t.by[TEST_FAIL], "fail");
		count(&b, t.by[TEST_MISS], "missing");
		count(&b, pass, "pass");
	}
	count(&b, t.by[TEST_SKIP], "skipped");
	if (b.len == 0)
		buf_str(&b, "no tests");
	return buf_take(&b);
}

/* A target's line: the base is named where it did otherwise. */
static char *target_line(const struct outcome *base, const struct outcome *patched)
{
	const struct outcome *sick = patched->infra ? patched : base;
	CLEANUP(free_ptr) char *was = NULL;
	CLEANUP(free_ptr) char *is = NULL;

	if (sick->infra)
		return mem_printf("no result (lab%s)", sick == base ? ", base" : "");
	was = words(base);
	if (!patched->target)
		return mem_printf("not booted (the base: %s)", was);
	is = words(patched);
	if (strcmp(was, is) == 0)
		return mem_strdup(is);
	return mem_printf("%s (the base: %s)", is, was);
}

void text_targets(const struct test_report *r, struct buf *b)
{
	const char *label = "tested:";
	size_t width = 0;

	if (r->same_image) {
		buf_str(b, "tested:  built; not booted, since the series changes nothing of the "
			   "kernel "
			   "that boots\n");
		return;
	}
	for (size_t i = 0; i < r->n_outcomes; i++)
		if (r->base_outcomes[i].target && strlen(r->base_outcomes[i].target) > width)
			width = strlen(r->base_outcomes[i].target);
	for (size_t i = 0; i < r->n_outcomes; i++) {
		const char *name = r->base_outcomes[i].target;
		CLEANUP(free_ptr) char *line = NULL;

		if (!name)
			continue;
		line = target_line(&r->base_outcomes[i], &r->outcomes[i]);
		buf_printf(b, "%-8s %s:%*s %s\n", label, name, (int)(width - strlen(name)), "",
			   line);
		label = "";
	}
}

static void since_list(const struct reason_list *l, const char *what, struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		CLEANUP(free_ptr) char *title = NULL;

		if (!block_begins(l, i) || n++ >= SINCE_SHOWN)
			continue;
		title = block_title(l, i);
		buf_printf(b, "         %s: %s\n", what, title);
	}
	if (n > SINCE_SHOWN)
		buf_printf(b, "         %s: … and %zu more\n", what, n - SINCE_SHOWN);
}

void text_since(const struct test_report *r, struct buf *b)
{
	const struct comparison *c = &r->since;

	if (!c->version)
		return;
	buf_printf(b, "since:   v%d: %s%s\n", c->version, verdict_name(c->kind),
		   c->kind == r->verdict.kind && !c->fixed.n && !c->remains.n ? " too" : "");
	since_list(&c->fixed, "gone", b);
	since_list(&c->remains, "still there", b);
}
