// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/oops.h"

#include <stdlib.h>

static void strings_done(char **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i]);
	free(v);
}

void oops_done(struct oops *o)
{
	free(o->title);
	free(o->type);
	free(o->function);
	strings_done(o->alt, o->n_alt);
	if (o->places)
		strings_done(o->places, o->n_frames);
	strings_done(o->frames, o->n_frames);
	free(o->offsets);
	free(o->reason);
	free(o->comm);
	free(o->taint);
	*o = (struct oops){ 0 };
}

void oops_list_done(struct oops_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		oops_done(&l->v[i]);
	free(l->v);
	*l = (struct oops_list){ 0 };
}
