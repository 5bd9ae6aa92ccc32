// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/threads.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "mail/series.h"

/* An id that a node has or answers. */
struct link {
	const char *id;
	size_t node;
	bool own; /* its own id */
};

/* Patches and covers on their way into series; .thread is the parent of a union-find. */
struct graph {
	struct node *v;
	size_t n, cap;
	struct link *links;
	size_t n_links, cap_links;
};

static void graph_done(struct graph *g)
{
	free(g->v);
	free(g->links);
}

bool mails_are_of_one_set(const struct mail *x, const struct mail *y)
{
	return x->revision == y->revision && x->total == y->total;
}

bool mails_are_near(const struct mail *x, const struct mail *y)
{
	return x->time - y->time <= SERIES_WINDOW_S && y->time - x->time <= SERIES_WINDOW_S;
}

static size_t root_of(struct graph *g, size_t i)
{
	while (g->v[i].thread != i) {
		g->v[i].thread = g->v[g->v[i].thread].thread;
		i = g->v[i].thread;
	}
	return i;
}

static void join(struct graph *g, size_t a, size_t b)
{
	a = root_of(g, a);
	b = root_of(g, b);
	if (a < b)
		g->v[b].thread = a;
	else
		g->v[a].thread = b;
}

static bool is_numbered(const struct mail *m)
{
	return (m->kind == MAIL_PATCH || m->kind == MAIL_COVER) && m->total > 0 && !m->pull;
}

/* Copies of a mail side by side. */
static int by_copy(const void *a, const void *b, void *arg)
{
	const struct mail *mails = arg;
	const struct mail *x = &mails[*(const size_t *)a], *y = &mails[*(const size_t *)b];
	int r = strcmp(x->msgid, y->msgid);

	return r ? r : strcmp(x->hash, y->hash);
}

/* By time and number, then by what no two mails share: the same order however they came. */
static int by_time(const void *a, const void *b, void *arg)
{
	const struct mail *mails = arg;
	const struct mail *x = &mails[*(const size_t *)a], *y = &mails[*(const size_t *)b];

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return by_copy(a, b, arg);
}

static int by_copy_and_time(const void *a, const void *b, void *arg)
{
	int r = by_copy(a, b, arg);

	if (r == 0)
		r = by_time(a, b, arg);
	return r ? r
		 : (*(const size_t *)a > *(const size_t *)b) -
			       (*(const size_t *)a < *(const size_t *)b);
}

static int set_cmp(const struct mail *x, const struct mail *y)
{
	if (x->revision != y->revision)
		return x->revision < y->revision ? -1 : 1;
	if (x->total != y->total)
		return x->total < y->total ? -1 : 1;
	return 0;
}

static int by_id(const void *a, const void *b, void *arg)
{
	const struct node *nodes = arg;
	const struct link *x = a, *y = b;
	int r = strcmp(x->id, y->id);

	if (r == 0)
		r = set_cmp(nodes[x->node].mail, nodes[y->node].mail);
	if (r == 0 && x->own != y->own)
		r = x->own ? -1 : 1;
	if (r == 0)
		r = strcasecmp(nodes[x->node].mail->sender.email,
			       nodes[y->node].mail->sender.email);
	return r ? r : (x->node > y->node) - (x->node < y->node);
}

static int by_sender(const void *a, const void *b, void *arg)
{
	const struct node *nodes = arg;
	const struct node *x = &nodes[*(const size_t *)a], *y = &nodes[*(const size_t *)b];
	int r = strcasecmp(x->mail->sender.email, y->mail->sender.email);

	if (r == 0)
		r = set_cmp(x->mail, y->mail);
	return r ? r : (x > y) - (x < y); /* nodes lie in the order of time */
}

static void link_add(struct graph *g, const char *id, size_t node, bool own)
{
	g->links = mem_grow(g->links, g->n_links, &g->cap_links, sizeof(*g->links));
	g->links[g->n_links++] = (struct link){ id, node, own };
}

/* Joins what answers each other, and what one sender lets answer the same mail. */
static void join_threads(struct graph *g)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct mail *m = g->v[i].mail;

		if (m->msgid[0])
			link_add(g, m->msgid, i, true);
		for (size_t k = 0; k < m->refs.n; k++)
			link_add(g, m->refs.v[k], i, false);
	}
	if (g->n_links > 0)
		qsort_r(g->links, g->n_links, sizeof(*g->links), by_id, g->v);
	for (size_t i = 0, first = 0; i < g->n_links; i++) {
		const struct link *a = &g->links[first], *b = &g->links[i], *p = b - (i > 0);

		if (i == 0 || strcmp(a->id, b->id) != 0 ||
		    !mails_are_of_one_set(g->v[a->node].mail, g->v[b->node].mail)) {
			first = i; /* of one id in one version and m */
			continue;
		}
		if (a->own || strcasecmp(g->v[p->node].mail->sender.email,
					 g->v[b->node].mail->sender.email) == 0)
			join(g, a->own ? a->node : p->node, b->node);
	}
}

/* Covers that one id may have; more would be a joke. */
enum { COVERS_MAX = 16 };

static int by_cover_id(const void *a, const void *b)
{
	const struct link *x = a, *y = b;
	int r = strcmp(x->id, y->id);

	return r ? r : (x->node > y->node) - (x->node < y->node);
}

/* The first cover whose id does not lie before this one; n: there is none. */
static size_t first_cover(const struct link *covers, size_t n, const char *id)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(covers[mid].id, id) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Joins patches to the cover that they answer at once, whatever version each of them says. */
static void join_covers(struct graph *g)
{
	CLEANUP(free_ptr) struct link *covers = mem_zalloc((g->n + 1) * sizeof(*covers));
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		if (g->v[i].mail->kind == MAIL_COVER)
			covers[n++] = (struct link){ g->v[i].mail->msgid, i, true };
	qsort(covers, n, sizeof(*covers), by_cover_id);
	for (size_t i = 0; i < g->n; i++) {
		const struct mail *m = g->v[i].mail;
		size_t at, stop;

		if (m->kind == MAIL_COVER || m->refs.n == 0)
			continue;
		at = first_cover(covers, n, m->refs.v[0]);
		stop = n - at > COVERS_MAX ? at + COVERS_MAX : n;
		for (; at < stop && strcmp(covers[at].id, m->refs.v[0]) == 0; at++) {
			const struct mail *c = g->v[covers[at].node].mail;

			if (c->total == m->total && mails_are_near(c, m) &&
			    strcasecmp(c->sender.email, m->sender.email) == 0)
				join(g, covers[at].node, i);
		}
	}
}

/* Joins what one sender sent at one time without a thread, or each in another one's thread. */
static void join_senders(struct graph *g)
{
	CLEANUP(free_ptr) size_t *order = mem_zalloc((g->n + 1) * sizeof(*order));
	CLEANUP(free_ptr) size_t *thread = mem_zalloc((g->n + 1) * sizeof(*thread));
	CLEANUP(free_ptr) size_t *count = mem_zalloc((g->n + 1) * sizeof(*count));
	CLEANUP(free_ptr) bool *cover = mem_zalloc((g->n + 1) * sizeof(*cover));

	for (size_t i = 0; i < g->n; i++) {
		order[i] = i;
		thread[i] = root_of(g, i);
		count[thread[i]]++;
		cover[thread[i]] |= g->v[i].mail->kind == MAIL_COVER;
	}
	qsort_r(order, g->n, sizeof(*order), by_sender, g->v);
	for (size_t i = 1; i < g->n; i++) {
		const struct mail *x = g->v[order[i - 1]].mail, *y = g->v[order[i]].mail;
		size_t a = thread[order[i - 1]], b = thread[order[i]];
		bool alone = (count[a] == 1 && (x->refs.n == 0 || !cover[b])) ||
			     (count[b] == 1 && (y->refs.n == 0 || !cover[a]));

		if (a != b && alone && mails_are_of_one_set(x, y) && mails_are_near(x, y) &&
		    strcasecmp(x->sender.email, y->sender.email) == 0)
			join(g, a, b);
	}
}

/* The nodes of *g: patches and covers in the order of time, each once. */
static void nodes_take(const struct mail *mails, size_t n, bool numbered, struct graph *g)
{
	CLEANUP(free_ptr) size_t *order = mem_zalloc((n + 1) * sizeof(*order));
	size_t used = 0, left = 0;

	for (size_t i = 0; i < n; i++)
		if ((mails[i].kind == MAIL_PATCH || mails[i].kind == MAIL_COVER) &&
		    is_numbered(&mails[i]) == numbered)
			order[used++] = i;
	qsort_r(order, used, sizeof(*order), by_copy_and_time, (void *)mails);
	for (size_t i = 0; i < used; i++) /* of copies, the earliest stays */
		if (i == 0 || !mails[order[i]].msgid[0] ||
		    by_copy(&order[i - 1], &order[i], (void *)mails) != 0)
			order[left++] = order[i];
	qsort_r(order, left, sizeof(*order), by_time, (void *)mails);
	for (size_t i = 0; i < left; i++) {
		g->v = mem_grow(g->v, g->n, &g->cap, sizeof(*g->v));
		g->v[g->n] = (struct node){ &mails[order[i]], order[i], g->n, g->n };
		g->n++;
	}
}

/* Threads side by side; what is in one stays in the order of time. */
static int by_thread(const void *a, const void *b)
{
	const struct node *x = a, *y = b;

	if (x->thread != y->thread)
		return x->thread < y->thread ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

void threads_find(const struct mail *mails, size_t n, bool numbered, struct node_list *ret)
{
	CLEANUP(graph_done) struct graph g = { 0 };

	*ret = (struct node_list){ 0 };
	nodes_take(mails, n, numbered, &g);
	if (g.n == 0)
		return;
	if (numbered) {
		join_threads(&g);
		join_covers(&g);
		join_senders(&g);
	}
	for (size_t i = 0; i < g.n; i++)
		(void)root_of(&g, i);
	for (size_t i = 0; i < g.n; i++) {
		g.v[i].thread = root_of(&g, i);
		g.v[i].order = i;
	}
	qsort(g.v, g.n, sizeof(*g.v), by_thread);
	*ret = (struct node_list){ g.v, g.n };
	g.v = NULL;
}

void node_list_done(struct node_list *l)
{
	free(l->v);
	*l = (struct node_list){ 0 };
}
