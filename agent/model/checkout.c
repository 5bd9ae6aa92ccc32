// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/checkout.h"

#include <stdlib.h>

void checkout_done(struct checkout *c)
{
	free(c->id);
	free(c->tree_name);
	free(c->base);
	free(c->commit);
	free(c->fix);
	free(c->patchset_hash);
	free(c->message_id);
	free(c->name);
	for (size_t i = 0; i < c->n_steps; i++)
		free(c->steps[i]);
	free(c->steps);
	*c = (struct checkout){ 0 };
}

void conflict_done(struct conflict *c)
{
	free(c->subject);
	free(c->file);
	free(c->hunk);
	free(c->detail);
	*c = (struct conflict){ 0 };
}
