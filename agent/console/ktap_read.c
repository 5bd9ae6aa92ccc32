// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "console/ktap.h"
#include "console/ktap_collect.h"
#include "console/oops.h"
#include "model/oops.h"
#include "model/test.h"

/* The report that ended a test last seen in `line`: the first fatal one behind, else any. */
static const struct oops *report_of(const struct oops_list *l, size_t line)
{
	const struct oops *any = NULL;

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].last_line < line)
			continue;
		if (l->v[i].fatal)
			return &l->v[i];
		any = any ? any : &l->v[i];
	}
	return any;
}

bool ktap_read(const char *text, size_t len, struct test_list *ret)
{
	struct oops_list oopses = { 0 };
	size_t first = ret->n;
	bool complete = ktap_run(text, len, true, ret);

	oops_parse(text, len, &oopses);
	for (size_t i = first; i < ret->n; i++) {
		struct test *t = &ret->v[i];
		const struct oops *o;

		if (t->status != TEST_ERROR || t->comment[0])
			continue;
		o = report_of(&oopses, t->line);
		free(t->comment);
		t->comment = o ? mem_printf("%s (%s)", o->title, o->hash) : mem_strdup("no answer");
	}
	oops_list_done(&oopses);
	return complete;
}
