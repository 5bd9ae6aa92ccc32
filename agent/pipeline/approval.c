// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "pipeline/run.h"
#include "store/labs.h"

/* Targets that want a maintainer's word before an unknown author's code runs on them. */

/* The address of "Name <mail>". Caller frees. */
static char *address_of(const char *author)
{
	const char *from = strrchr(author, '<');
	const char *to = from ? strchr(from, '>') : NULL;

	return to ? mem_strndup(from + 1, (size_t)(to - from) - 1) : mem_strdup(author);
}

/* 1 the series may run anywhere: approved, or all its authors are known; 0 not. */
static int is_trusted(struct run_ctx *x, struct err *err)
{
	const struct series *s = &x->report->series;
	int r = x->req->series ? store_is_approved(x->store, x->req->series, err) : 1;

	if (r != 0)
		return r;
	r = 1;
	for (size_t i = 0; r == 1 && i < s->n; i++) {
		CLEANUP(free_ptr) char *email = address_of(s->patches[i].author);

		r = store_author_is_known(x->store, email, err);
	}
	return r;
}

int run_ask_approval(struct run_ctx *x, struct err *err)
{
	size_t kept = 0;
	int trusted = is_trusted(x, err);

	if (trusted < 0)
		return trusted;
	for (size_t i = 0; i < x->n_targets; i++) {
		const struct target_config *t = x->targets[i];

		if (trusted || !t->approve)
			x->targets[kept++] = t;
		else
			run_note(x, "%s waits for a maintainer's word: dmalab approve %s", t->name,
				 x->report->series.message_id);
	}
	x->n_targets = kept;
	return (int)kept;
}
