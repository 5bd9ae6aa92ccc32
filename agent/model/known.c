// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/known.h"

#include <stdlib.h>

void known_done(struct known *k)
{
	free(k->what);
	free(k->why);
	free(k->by);
	*k = (struct known){ 0 };
}

void known_list_done(struct known_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		known_done(&l->v[i]);
	free(l->v);
	*l = (struct known_list){ 0 };
}
