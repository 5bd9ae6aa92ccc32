// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/series.h"

#include <stdlib.h>

void series_done(struct series *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->patches[i].subject);
		free(s->patches[i].author);
		free(s->patches[i].message_id);
		free(s->patches[i].file);
	}
	free(s->patches);
	free(s->name);
	free(s->message_id);
	free(s->base_commit);
	*s = (struct series){ 0 };
}
