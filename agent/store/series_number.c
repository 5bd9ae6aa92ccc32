// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/series_number.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"

/* How many mails of a stored series are in one that was made. */
struct claim {
	int64_t num;
	size_t made;
	size_t mails;
};

static int by_number(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;

	if (x->num != y->num)
		return x->num < y->num ? -1 : 1;
	return (x->made > y->made) - (x->made < y->made);
}

static int by_strength(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;

	if (x->num != y->num)
		return x->num < y->num ? -1 : 1;
	if (x->mails != y->mails)
		return x->mails > y->mails ? -1 : 1;
	return (x->made > y->made) - (x->made < y->made);
}

static void claim_add(struct claim *v, size_t *n, int64_t num, size_t made)
{
	if (num)
		v[(*n)++] = (struct claim){ num, made, 1 };
}

/* One a mail that was in a series, then one a pair of series. */
static size_t claims_make(const struct mail_series_list *l, const int64_t *was, struct claim *v)
{
	size_t n = 0, used = 0;

	for (size_t k = 0; k < l->n; k++) {
		const struct mail_series *s = &l->v[k];

		if (s->cover >= 0)
			claim_add(v, &n, was[s->cover], k);
		for (size_t i = 0; i < s->n_parts; i++)
			claim_add(v, &n, was[s->parts[i].mail], k);
	}
	if (n > 0)
		qsort(v, n, sizeof(*v), by_number);
	for (size_t i = 0; i < n; i++)
		if (used > 0 && v[used - 1].num == v[i].num && v[used - 1].made == v[i].made)
			v[used - 1].mails++;
		else
			v[used++] = v[i];
	if (used > 0)
		qsort(v, used, sizeof(*v), by_strength);
	return used;
}

void series_number(const struct mail_series_list *l, const int64_t *was, size_t n_mails,
		   int64_t *nums, struct merges *ret)
{
	CLEANUP(free_ptr) struct claim *v = mem_zalloc((n_mails + 1) * sizeof(*v));
	size_t n = claims_make(l, was, v);

	for (size_t i = 0, end; i < n; i = end) {
		bool kept = false;

		for (end = i; end < n && v[end].num == v[i].num; end++)
			if (!kept && nums[v[end].made] == 0) {
				nums[v[end].made] = v[i].num;
				kept = true;
			}
		if (kept)
			continue;
		ret->v = mem_grow(ret->v, ret->n, &ret->cap, sizeof(*ret->v));
		ret->v[ret->n++] = (struct merge){ v[i].num, nums[v[i].made] };
	}
}

void merges_done(struct merges *m)
{
	free(m->v);
}
