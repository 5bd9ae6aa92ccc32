// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/ktap_collect.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

int collect_weight(enum test_status s)
{
	static const int weight[] = {
		[TEST_MISS] = 0, [TEST_PASS] = 1,  [TEST_SKIP] = 2,
		[TEST_FAIL] = 3, [TEST_ERROR] = 4,
	};

	return weight[s];
}

void collect_start(struct collect *c, struct test_list *out)
{
	*c = (struct collect){ .out = out, .first = out->n };
}

void collect_done(struct collect *c)
{
	free(c->slot);
	c->slot = NULL;
}

/* FNV-1a */
static uint32_t hash_of(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

void collect_clear(struct collect *c)
{
	for (size_t i = c->first; c->slot && i < c->out->n; i++) {
		uint32_t at = hash_of(c->out->v[i].path) % KTAP_SLOTS;

		while (c->slot[at] != i + 1)
			at = (at + 1) % KTAP_SLOTS;
		c->slot[at] = 0;
	}
	c->full = false;
}

/* The slot that holds path, or the free one where it belongs. */
static uint32_t *slot_of(const struct collect *c, const char *path)
{
	uint32_t at = hash_of(path) % KTAP_SLOTS;

	while (c->slot[at] && strcmp(c->out->v[c->slot[at] - 1].path, path) != 0)
		at = (at + 1) % KTAP_SLOTS;
	return &c->slot[at];
}

void collect_add(struct collect *c, const char *path, enum test_status status, size_t line,
		 const char *comment)
{
	uint32_t *slot;
	struct test *t;

	if (!c->slot)
		c->slot = mem_zalloc(KTAP_SLOTS * sizeof(*c->slot));
	slot = slot_of(c, path);
	if (*slot == 0) {
		if (c->out->n - c->first >= KTAP_TESTS_MAX) {
			c->full = true;
			return;
		}
		test_list_add(c->out, mem_strdup(path), status, line, mem_strdup(comment));
		*slot = (uint32_t)c->out->n;
		return;
	}
	t = &c->out->v[*slot - 1];
	if (collect_weight(status) <= collect_weight(t->status))
		return;
	free(t->comment);
	t->status = status;
	t->line = line;
	t->comment = mem_strdup(comment);
}
