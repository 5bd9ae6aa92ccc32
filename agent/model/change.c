// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/change.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *const names[] = {
	[CHANGE_FIXED] = "fixed",
	[CHANGE_BROKEN] = "broken",
	[CHANGE_STILL_FAILING] = "still failing",
	[CHANGE_STILL_PASSING] = "still passing",
	[CHANGE_NEW] = "new",
	[CHANGE_GONE] = "gone",
	[CHANGE_FLAKY] = "flaky",
	[CHANGE_UNKNOWN] = "unknown",
};

const char *change_name(enum change_class c)
{
	return names[c];
}

int change_parse(const char *word, enum change_class *ret)
{
	for (enum change_class c = CHANGE_FIXED; c <= CHANGE_UNKNOWN; c++)
		if (strcmp(word, names[c]) == 0) {
			*ret = c;
			return 0;
		}
	return -1;
}

struct change *change_add(struct change_list *l, enum change_class class, const char *target,
			  const char *subject)
{
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n] = (struct change){
		.class = class,
		.target = mem_strdup(target),
		.subject = mem_strdup(subject),
		.signature = mem_strdup(""),
		.base_status = TEST_MISS,
		.patched_status = TEST_MISS,
		.chance = 1,
		.why = mem_strdup(""),
	};
	return &l->v[l->n++];
}

void change_list_done(struct change_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].target);
		free(l->v[i].subject);
		free(l->v[i].signature);
		free(l->v[i].why);
	}
	free(l->v);
	*l = (struct change_list){ 0 };
}
