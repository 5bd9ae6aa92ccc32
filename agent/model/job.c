// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/job.h"

#include <stdlib.h>

const char *job_outcome_name(enum job_outcome o)
{
	static const char *const names[] = {
		[JOB_DONE] = "done",
		[JOB_INFRA] = "infra",
		[JOB_INVALID] = "invalid",
		[JOB_CANCELED] = "canceled",
	};

	return names[o];
}

const char *boot_state_name(enum boot_state s)
{
	static const char *const names[] = {
		[BOOT_SILENT] = "silent",
		[BOOT_STARTED] = "hung",
		[BOOT_CRASHED] = "crashed",
		[BOOT_FINISHED] = "finished",
	};

	return names[s];
}

void job_done(struct job *j)
{
	free(j->id);
	free(j->build_id);
	free(j->target);
	free(j->lab);
	free(j->filter);
	free(j->reason);
	free(j->console);
	test_list_done(&j->tests);
	oops_list_done(&j->oopses);
	*j = (struct job){ 0 };
}
