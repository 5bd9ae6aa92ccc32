/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STORE_SERIES_NUMBER_H
#define DMALAB_STORE_SERIES_NUMBER_H

#include <stddef.h>
#include <stdint.h>

#include "model/mail.h"

/* A stored series whose mails are now another's. */
struct merge {
	int64_t gone, into;
};

struct merges {
	struct merge *v;
	size_t n, cap;
};

void merges_done(struct merges *m);

/*
 * Which stored series each of the list is, by the series was[i] that mail i was in (0: none):
 * nums[] has one a series, 0 for new ones. One that has mails of several is the lowest of them, and
 * the others go into it; where one falls apart, the larger part stays it.
 */
void series_number(const struct mail_series_list *l, const int64_t *was, size_t n_mails,
		   int64_t *nums, struct merges *ret);

#endif
