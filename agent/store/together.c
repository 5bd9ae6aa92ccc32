// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/ingest.h"

#include "store/room.h"

int together_begin(struct store *s, struct together *ret, struct err *err)
{
	struct txn t;
	int r = txn_begin(s->db, &t, err);

	ret->store = r < 0 ? NULL : s;
	return r;
}

int together_commit(struct together *t, struct err *err)
{
	struct txn txn = { .db = t->store->db };
	int r = txn_commit(&txn, err);

	if (r == 0)
		t->store = NULL;
	return r;
}

void together_done(struct together *t)
{
	if (t->store)
		txn_done(&(struct txn){ .db = t->store->db });
	t->store = NULL;
}
