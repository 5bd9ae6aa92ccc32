// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/oops_report.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "console/oops_class.h"
#include "model/oops.h"

static bool is(const struct report *r, unsigned flag)
{
	return (r->kind->flags & flag) != 0;
}

/* Why the report says less than it should; NULL where it is whole. */
static const char *broken(const struct report *r, const struct oops *o)
{
	if (r->intruded)
		return "another report stands within it";
	if (is(r, OOPS_NOTRACE))
		return NULL;
	if (r->n_steps == 0)
		return "no trace";
	if (r->kind->place != PLACE_NONE && !o->function[0])
		return "no function to blame";
	if (is(r, OOPS_ENDED) && !r->ended && !r->panic)
		return "its end is missing";
	return NULL;
}

static void copy_frames(const struct report *r, struct oops *ret)
{
	size_t steps[OOPS_FRAMES], n = report_frames(r, steps);

	n = n < OOPS_SHOWN ? n : OOPS_SHOWN;
	ret->frames = n > 0 ? mem_zalloc(n * sizeof(*ret->frames)) : NULL;
	ret->offsets = n > 0 ? mem_zalloc(n * sizeof(*ret->offsets)) : NULL;
	ret->n_frames = n;
	for (size_t i = 0; i < n; i++) {
		ret->frames[i] = mem_strdup(report_name(r, steps[i]));
		ret->offsets[i].at = r->steps[steps[i]].offset;
		ret->offsets[i].size = r->steps[steps[i]].size;
		ret->offsets[i].exact = (r->steps[steps[i]].flags & STEP_REGISTER) != 0;
	}
}

void report_finish(const struct report *r, struct oops *ret)
{
	char function[OOPS_NAME];
	const char *why;

	report_blame(r, function);
	*ret = (struct oops){ .first_line = r->first, .last_line = r->last };
	report_title(r, function, ret);
	copy_frames(r, ret);
	report_sign(r, function, ret);
	ret->fatal = is(r, OOPS_FATAL) || r->panic || r->oopsed;
	why = broken(r, ret);
	ret->corrupted = why != NULL;
	ret->reason = why ? mem_strdup(why) : NULL;
	ret->cpu = r->cpu;
	ret->pid = r->pid;
	ret->comm = r->comm[0] ? mem_strdup(r->comm) : NULL;
	ret->taint = r->taint[0] ? mem_strdup(r->taint) : NULL;
}
