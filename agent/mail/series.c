// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/series.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "mail/needs.h"
#include "mail/threads.h"
#include "mail/versions.h"

static struct mail_series *series_new(struct mail_series_list *l)
{
	struct mail_series *s;

	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	s = &l->v[l->n++];
	*s = (struct mail_series){ .cover = -1, .older = -1, .same = -1 };
	s->needs.base_commit = mem_strdup("");
	s->needs.change_id = mem_strdup("");
	return s;
}

/* Which numbers the series of a split have: a hash set of (series, number). */
struct taken {
	uint64_t *v; /* 0: free */
	size_t mask;
};

static uint64_t *taken_slot(struct taken *t, size_t series, int number)
{
	uint64_t key = ((uint64_t)series << 20 | (uint64_t)number) + 1;
	size_t at = (size_t)(key * 0x9e3779b97f4a7c15u >> 17) & t->mask;

	while (t->v[at] && t->v[at] != key)
		at = (at + 1) & t->mask;
	return &t->v[at];
}

static bool number_taken(struct taken *t, size_t series, int number)
{
	return *taken_slot(t, series, number) != 0;
}

static void number_take(struct taken *t, size_t series, int number)
{
	*taken_slot(t, series, number) = ((uint64_t)series << 20 | (uint64_t)number) + 1;
}

static void series_add(struct mail_series *s, const struct mail *m, size_t index)
{
	if (s->time == 0 || (m->time != 0 && m->time < s->time))
		s->time = m->time;
	if ((s->n_parts == 0 && s->cover < 0) || m->kind == MAIL_COVER) {
		s->version = m->version;
		s->revision = m->revision;
	}
	s->resend |= m->resend;
	for (size_t i = 0; i < m->prefixes.n; i++)
		s->rfc |= strncasecmp(m->prefixes.v[i], "RFC", 3) == 0;
	if (m->kind == MAIL_COVER) {
		s->cover = (ptrdiff_t)index;
	} else {
		s->parts = mem_grow(s->parts, s->n_parts, &s->cap_parts, sizeof(*s->parts));
		s->parts[s->n_parts++] =
			(struct mail_part){ m->total > 0 ? m->number : 1, index, false };
	}
	if (s->total == 0 || m->kind == MAIL_COVER)
		s->total = m->total > 0 ? m->total : 1;
}

/* The members of one thread, in the order of time, and where each of them went. */
struct members {
	const struct node *v;
	size_t n;
	const char **id; /* sorted, with .at beside it */
	size_t *at;	 /* which member has the id */
	size_t *series;	 /* of each member; SIZE_MAX not yet */
	size_t first;	 /* the list's first series of this thread */
	struct taken taken;
};

static int by_own_id(const void *a, const void *b, void *ids)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	int r = strcmp(((const char **)ids)[x], ((const char **)ids)[y]);

	return r ? r : (x > y) - (x < y);
}

/* The first member with this id; SIZE_MAX: it is no member's. */
static size_t member_of(const struct members *m, const char *id)
{
	size_t low = 0, high = m->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(m->id[m->at[mid]], id) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < m->n && strcmp(m->id[m->at[low]], id) == 0 ? m->at[low] : SIZE_MAX;
}

static const struct mail *member(const struct members *m, size_t i)
{
	return m->v[i].mail;
}

/* By what it answers: the series of the nearest member. SIZE_MAX: none, or the number is taken. */
static size_t series_by_thread(struct members *m, const struct mail *x)
{
	for (size_t k = 0; k < x->refs.n; k++) {
		size_t at = member_of(m, x->refs.v[k]);

		if (at == SIZE_MAX || m->series[at] == SIZE_MAX)
			continue;
		return number_taken(&m->taken, m->series[at], x->number) ? SIZE_MAX : m->series[at];
	}
	return SIZE_MAX;
}

/* How many of the newest series are looked at, for a mail that its thread does not place. */
enum { LOOK_BACK = 64 };

/*
 * A newer one of its sender, version and m that lacks the number: one whose mails answer the same
 * mail, one of its time without a cover (a reroll of some patches, each in its own thread), or,
 * for a mail that answers nobody, any of its time.
 */
static size_t series_by_company(struct members *m, const struct mail_series_list *l,
				const struct mail *mails, const struct mail *x)
{
	size_t stop = l->n > m->first + LOOK_BACK ? l->n - LOOK_BACK : m->first;

	for (size_t s = l->n; s-- > stop;) {
		const struct mail_series *c = &l->v[s];
		const struct mail *with =
			&mails[c->cover >= 0 ? (size_t)c->cover : c->parts[0].mail];

		if (number_taken(&m->taken, s, x->number) || !mails_are_of_one_set(with, x) ||
		    strcasecmp(with->sender.email, x->sender.email) != 0)
			continue;
		if (with->refs.n > 0 && x->refs.n > 0 && strcmp(with->refs.v[0], x->refs.v[0]) == 0)
			return s;
		if (mails_are_near(with, x) && (x->refs.n == 0 || c->cover < 0))
			return s;
	}
	return SIZE_MAX;
}

static void member_place(struct members *m, size_t i, size_t series, struct mail_series_list *l)
{
	if (series == SIZE_MAX) {
		series_new(l);
		series = l->n - 1;
	}
	number_take(&m->taken, series, member(m, i)->number);
	m->series[i] = series;
	series_add(&l->v[series], member(m, i), m->v[i].index);
}

/* Makes one or, where a number is there twice, several series of a thread. */
static void thread_split(const struct node *v, size_t n, const struct mail *mails,
			 struct mail_series_list *l)
{
	CLEANUP(free_ptr) const char **id = mem_zalloc(n * sizeof(*id));
	CLEANUP(free_ptr) size_t *at = mem_zalloc(n * sizeof(*at));
	CLEANUP(free_ptr) size_t *series = mem_zalloc(n * sizeof(*series));
	CLEANUP(free_ptr) uint64_t *slots = NULL;
	struct members m = { v, n, id, at, series, l->n, { 0 } };
	size_t room = 4;

	while (room < 2 * n)
		room *= 2;
	slots = mem_zalloc(room * sizeof(*slots));
	m.taken = (struct taken){ slots, room - 1 };
	for (size_t i = 0; i < n; i++) {
		id[i] = member(&m, i)->msgid;
		at[i] = i;
		series[i] = SIZE_MAX;
	}
	qsort_r(at, n, sizeof(*at), by_own_id, id);
	for (size_t i = 0; i < n; i++)
		if (member(&m, i)->kind == MAIL_COVER)
			member_place(&m, i, SIZE_MAX, l);
	for (size_t i = 0; i < n; i++) {
		const struct mail *x = member(&m, i);
		size_t s;

		if (x->kind == MAIL_COVER)
			continue;
		s = series_by_thread(&m, x);
		if (s == SIZE_MAX)
			s = series_by_company(&m, l, mails, x);
		member_place(&m, i, s, l);
	}
}

static int by_number(const void *a, const void *b)
{
	const struct mail_part *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return (x->mail > y->mail) - (x->mail < y->mail);
}

/* What is known once all its mails are there. */
static void series_finish(struct mail_series *s, const struct mail *mails)
{
	size_t in_order = 0;

	if (s->n_parts > 1)
		qsort(s->parts, s->n_parts, sizeof(*s->parts), by_number);
	if (s->cover >= 0)
		needs_merge(&mails[s->cover].needs, &s->needs);
	for (size_t i = 0; i < s->n_parts; i++) {
		needs_merge(&mails[s->parts[i].mail].needs, &s->needs);
		in_order += s->parts[i].number >= 1 && s->parts[i].number <= s->total;
	}
	s->received = s->n_parts;
	s->complete = s->n_parts > 0 && in_order >= (size_t)s->total;
	if (s->cover >= 0)
		s->name = mem_strdup(mails[s->cover].name);
	else
		s->name = mem_strdup(mails[s->parts[0].mail].name);
}

static int by_first_mail(const void *a, const void *b, void *arg)
{
	const struct mail *mails = arg;
	const struct mail_series *x = a, *y = b;
	size_t p, q;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	p = x->cover >= 0 ? (size_t)x->cover : x->parts[0].mail;
	q = y->cover >= 0 ? (size_t)y->cover : y->parts[0].mail;
	return strcmp(mails[p].msgid, mails[q].msgid);
}

void series_assemble(const struct mail *mails, size_t n, struct mail_series_list *ret)
{
	CLEANUP(node_list_done) struct node_list many = { 0 };
	CLEANUP(node_list_done) struct node_list lone = { 0 };

	*ret = (struct mail_series_list){ 0 };
	threads_find(mails, n, true, &many);
	threads_find(mails, n, false, &lone);
	for (size_t i = 0, end; i < many.n; i = end) {
		for (end = i + 1; end < many.n && many.v[end].thread == many.v[i].thread; end++)
			;
		thread_split(many.v + i, end - i, mails, ret);
	}
	for (size_t i = 0; i < lone.n; i++)
		series_add(series_new(ret), lone.v[i].mail, lone.v[i].index);
	for (size_t i = 0; i < ret->n; i++)
		series_finish(&ret->v[i], mails);
	if (ret->n > 1)
		qsort_r(ret->v, ret->n, sizeof(*ret->v), by_first_mail, (void *)mails);
	versions_link(mails, ret);
}
