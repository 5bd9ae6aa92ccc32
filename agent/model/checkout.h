/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_CHECKOUT_H
#define DMALAB_MODEL_CHECKOUT_H

#include <stdbool.h>
#include <stddef.h>

struct series;

/*
 * A state of the source (KCIDB: checkout): base commit, our overlay of tests, a
 * design of the fix, and the series. Its identity is the git tree hash.
 */
struct checkout {
	char *id;	     /* tree hash: the identity */
	char *tree_name;     /* of lab.yaml */
	char *base;	     /* commit of the tree that everything lies on */
	char *commit;	     /* commit that holds all of it */
	char *fix;	     /* design under it, NULL for none */
	bool overlay;	     /* the lab's tests are in it */
	char *patchset_hash; /* "" without a series */
	char *message_id;    /* of the series; "" where none */
	char *name;	     /* of the series; "" where none */
	char **steps;	     /* commit after each patch of the series, in order */
	size_t n_steps;
};

void checkout_done(struct checkout *c);

/* Why a series does not apply. */
struct conflict {
	int number; /* patch number; 0: no conflict */
	char *subject;
	char *file;   /* as git names it; "" where unknown */
	char *hunk;   /* "@@ …" or git's word on it; "" where unknown */
	char *detail; /* git's own lines */
};

void conflict_done(struct conflict *c);

#endif
