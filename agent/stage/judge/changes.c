// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/judge/changes.h"

#include <stdlib.h>

void comparison_done(struct comparison *c)
{
	free(c->verdict_id);
	reason_list_done(&c->fixed);
	reason_list_done(&c->remains);
	*c = (struct comparison){ 0 };
}
