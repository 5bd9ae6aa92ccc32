/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_CONSOLE_KTAP_COLLECT_H
#define DMALAB_CONSOLE_KTAP_COLLECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/test.h"

/* What a console may hold; more is junk and makes it incomplete. */
enum { KTAP_TESTS_MAX = 10000, KTAP_SLOTS = 4 * 8192 };

/* Appends tests to a list, one entry a path: of several the worst is kept. */
struct collect {
	struct test_list *out;
	size_t first;	/* in out: what was there before is left alone */
	uint32_t *slot; /* open addressing: index in out + 1; made with the first test */
	bool full;	/* something was dropped */
};

void collect_start(struct collect *c, struct test_list *out);
void collect_add(struct collect *c, const char *path, enum test_status status, size_t line,
		 const char *comment);
void collect_done(struct collect *c);
/* Forgets what the list holds, which the caller is about to empty. */
void collect_clear(struct collect *c);

/* How much a status counts where one test has two: ERROR, FAIL, SKIP, PASS, MISS. */
int collect_weight(enum test_status s);

#endif
