// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/outcome.h"

#include <stdlib.h>

static void strings_done(char **v, size_t n)
{
	for (size_t i = 0; v && i < n; i++)
		free(v[i]);
	free(v);
}

void outcome_done(struct outcome *o)
{
	strings_done(o->test_jobs, o->tests.n); /* before their lengths go */
	strings_done(o->oops_jobs, o->oopses.n);
	strings_done(o->jobs, o->n_jobs);
	free(o->build_id);
	free(o->target);
	free(o->reason);
	test_list_done(&o->tests);
	oops_list_done(&o->oopses);
	*o = (struct outcome){ 0 };
}
