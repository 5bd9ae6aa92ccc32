// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/versions.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"

enum {
	FOLD_MAX = 300, /* patches of a series that partial rerolls are folded into */
	LOOK_BACK = 16, /* versions */
};

/* A name under which versions of one series are found. */
struct key {
	const char *author; /* "" of a change-id, which stands for itself */
	const char *name;
	const struct mail_series *series;
};

struct keys {
	struct key *v;
	size_t n, cap;
};

static void keys_done(struct keys *k)
{
	free(k->v);
}

static void key_add(struct keys *k, const char *author, const char *name,
		    const struct mail_series *s)
{
	if (!name[0])
		return;
	k->v = mem_grow(k->v, k->n, &k->cap, sizeof(*k->v));
	k->v[k->n++] = (struct key){ author, name, s };
}

/* Names of one author's series side by side, older versions first. */
static int by_key(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	int r = strcasecmp(x->author, y->author);

	if (r == 0)
		r = strcasecmp(x->name, y->name);
	if (r == 0)
		r = (x->series->revision > y->series->revision) -
		    (x->series->revision < y->series->revision);
	if (r == 0)
		r = (x->series->time > y->series->time) - (x->series->time < y->series->time);
	return r ? r : (x->series > y->series) - (x->series < y->series);
}

static bool same_key(const struct key *x, const struct key *y)
{
	return strcasecmp(x->author, y->author) == 0 && strcasecmp(x->name, y->name) == 0;
}

static const struct mail *first_mail(const struct mail *mails, const struct mail_series *s)
{
	return &mails[s->cover >= 0 ? (size_t)s->cover : s->parts[0].mail];
}

/* Whether both have the same patches: then the later one was only sent again. */
static bool same_patches(const struct mail *mails, const struct mail_series *x,
			 const struct mail_series *y)
{
	if (x->n_parts != y->n_parts || x->n_parts == 0)
		return false;
	for (size_t i = 0; i < x->n_parts; i++) {
		const struct mail *p = &mails[x->parts[i].mail], *q = &mails[y->parts[i].mail];

		if (x->parts[i].number != y->parts[i].number || !p->patch_id[0] ||
		    strcmp(p->patch_id, q->patch_id) != 0)
			return false;
	}
	return true;
}

/* Whether candidate is a better predecessor than what s has. */
static bool is_nearer(const struct mail_series_list *l, const struct mail_series *s,
		      const struct mail_series *candidate)
{
	const struct mail_series *has = s->older >= 0 ? &l->v[s->older] : NULL;

	if (!has || candidate->revision != has->revision)
		return !has || candidate->revision > has->revision;
	return candidate->time > has->time;
}

/* Goes over one name's series and gives each the newest one before it. */
static void keys_link(const struct mail *mails, struct mail_series_list *l, const struct keys *k)
{
	const struct key *lower = NULL; /* the last one of a lower version */

	for (size_t i = 0; i < k->n; i++) {
		const struct key *x = &k->v[i], *prev = i > 0 ? x - 1 : NULL;
		struct mail_series *s = &l->v[x->series - l->v];
		const struct mail_series *p;

		if (!prev || !same_key(prev, x)) {
			lower = NULL;
			continue;
		}
		p = prev->series;
		if (p == s)
			continue;
		if (p->revision < s->revision)
			lower = prev;
		else if (s->same < 0 && same_patches(mails, p, s))
			s->same = p - l->v;
		else if (p->time < s->time && s->same < 0 && is_nearer(l, s, p))
			s->older = p - l->v; /* a revision that does not say so */
		if (lower && is_nearer(l, s, lower->series))
			s->older = lower->series - l->v;
	}
}

/* Whether s answers a mail of the older one, or the cover of one before it. */
static bool answers(const struct mail *mails, const struct mail_series_list *l,
		    const struct mail_series *s, const struct mail_series *older)
{
	const struct strv *refs = &mails[s->parts[0].mail].refs;
	const struct mail_series *o = older;

	for (int depth = 0; depth < LOOK_BACK; depth++) {
		if (o->cover >= 0 && strv_has(refs, mails[o->cover].msgid))
			return true;
		if (o->older < 0)
			break;
		o = &l->v[o->older];
	}
	for (size_t i = 0; i < older->n_full; i++)
		if (strv_has(refs, mails[older->full[i].mail].msgid))
			return true;
	return false;
}

static void full_add(struct mail_series *s, struct mail_part part)
{
	s->full = mem_grow(s->full, s->n_full, &s->cap_full, sizeof(*s->full));
	s->full[s->n_full++] = part;
}

/* What is to be tested: its own patches, with the older one's between them in a partial reroll. */
static void full_make(const struct mail *mails, struct mail_series_list *l, struct mail_series *s)
{
	const struct mail_series *older = s->older >= 0 ? &l->v[s->older] : NULL;
	size_t i = 0, k = 0, n = 0;

	if (older && older->n_full > FOLD_MAX)
		older = NULL;
	if (s->complete || s->cover >= 0 || s->n_parts == 0 || !older ||
	    older->revision >= s->revision || older->total != s->total ||
	    !answers(mails, l, s, older))
		older = NULL;
	while (i < s->n_parts || (older && k < older->n_full)) {
		int mine = i < s->n_parts ? s->parts[i].number : INT32_MAX;
		int theirs = older && k < older->n_full ? older->full[k].number : INT32_MAX;

		if (theirs < mine) {
			full_add(s, older->full[k++]);
			s->full[s->n_full - 1].from_older = true;
		} else {
			full_add(s, s->parts[i++]);
			k += theirs == mine;
		}
	}
	for (i = 0; i < s->n_full; i++)
		n += s->full[i].number >= 1 && s->full[i].number <= s->total;
	s->full_complete = s->n_full > 0 && n >= (size_t)s->total;
}

static int by_version(const void *a, const void *b)
{
	const struct mail_series *x = *(struct mail_series *const *)a;
	const struct mail_series *y = *(struct mail_series *const *)b;

	if (x->revision != y->revision)
		return x->revision < y->revision ? -1 : 1;
	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return (x > y) - (x < y);
}

void versions_link(const struct mail *mails, struct mail_series_list *l)
{
	CLEANUP(keys_done) struct keys ids = { 0 };
	CLEANUP(keys_done) struct keys names = { 0 };
	CLEANUP(free_ptr) struct mail_series **order = NULL;
	CLEANUP(free_ptr) struct mail_series **heir = NULL; /* who borrowed from each, last */

	if (l->n == 0)
		return;
	order = mem_zalloc(l->n * sizeof(*order));
	heir = mem_zalloc(l->n * sizeof(*heir));
	for (size_t i = 0; i < l->n; i++) {
		const struct mail_series *s = order[i] = &l->v[i];
		const char *author = first_mail(mails, s)->sender.email;

		key_add(&ids, "", s->needs.change_id, s);
		if (s->cover >= 0)
			key_add(&names, author, s->name, s);
		for (size_t k = 0; k < s->n_parts; k++)
			key_add(&names, author, mails[s->parts[k].mail].name, s);
	}
	if (names.n > 0)
		qsort(names.v, names.n, sizeof(*names.v), by_key);
	if (ids.n > 0)
		qsort(ids.v, ids.n, sizeof(*ids.v), by_key);
	keys_link(mails, l, &names);
	keys_link(mails, l, &ids);
	qsort(order, l->n, sizeof(struct mail_series *), by_version);
	for (size_t i = 0; i < l->n; i++) {
		struct mail_series *s = order[i], *older;

		while (s->older >= 0 && (older = heir[s->older]) && older->revision < s->revision)
			s->older = older - l->v;
		full_make(mails, l, s);
		if (s->n_full > s->n_parts)
			heir[s->older] = s;
	}
}
