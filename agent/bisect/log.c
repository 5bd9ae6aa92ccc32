// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "bisect/belief.h"
#include "bisect/bisect.h"
#include "bisect/room.h"

/* What is believed of a bisection's commits, for people and for git. */

enum { LEFT_SHOWN = 10 };

/* What is believed now, from the rows and the repository. */
struct view {
	struct range range;
	struct belief belief;
	double *odds;
};

static void view_done(struct view *v)
{
	belief_done(&v->belief);
	range_done(&v->range);
	free(v->odds);
}

static int view_make(const struct config *c, const struct bisection *b, struct view *ret,
		     struct err *err)
{
	const struct tree_config *tc = config_tree(c, b->tree);
	CLEANUP(free_ptr) char *repo = NULL;
	int r;

	if (!tc)
		return err_set(err, EINVAL, "no tree '%s' in %s", b->tree, c->file);
	repo = tree_repo(c, tc);
	r = ask_range(b, repo, -1, &ret->range, err);
	if (r < 0)
		return r;
	if (ret->range.n != b->n_range)
		return err_set(err, EIO, "the range is another in the repository now");
	belief_make(b, &ret->range, &ret->belief);
	ret->odds = mem_zalloc(b->n_range * sizeof(*ret->odds));
	search_odds(&ret->belief.search, ret->odds);
	return 0;
}

/* git's words: what was new is found backwards, too. */
static const char *word(const struct bisection *b, bool bad)
{
	if (b->fixed)
		return bad ? "old" : "new";
	return bad ? "bad" : "good";
}

/* A subject is anybody's, and a log of lines. */
static void title(const char *what, const struct bisection_commit *c, struct buf *out)
{
	const size_t from = out->len;

	buf_printf(out, "# %s: [%s] %s", what, c->commit, c->subject);
	for (size_t i = from; i < out->len; i++)
		if ((unsigned char)out->data[i] < ' ' || out->data[i] == 0x7f)
			out->data[i] = '?';
}

static void say(const struct bisection *b, size_t seq, const char *verdict, struct buf *out)
{
	const struct bisection_commit *c = &b->commits[seq];

	title(verdict, c, out);
	if (b->kind != BISECT_BUILD && c->build == BISECT_BUILT)
		buf_printf(out, " (bad in %d of %d runs)", bisection_count(b, seq, BISECT_BAD),
			   bisection_count(b, seq, BISECT_BAD) +
				   bisection_count(b, seq, BISECT_GOOD));
	buf_str(out, "\n");
}

static void commit_say(const struct bisection *b, size_t seq, const char *verdict, struct buf *out)
{
	say(b, seq, verdict, out);
	buf_printf(out, "git bisect %s %s\n", verdict, b->commits[seq].commit);
}

static void range_say(const struct bisection *b, const struct view *v, struct buf *out)
{
	for (size_t seq = 1; seq < b->n_range; seq++) {
		const struct bisection_commit *c = &b->commits[seq];
		const double bad = belief_bad(&v->belief, v->odds, seq - 1);

		if (c->build == BISECT_UNBUILDABLE)
			commit_say(b, seq, "skip", out);
		else if (!bisection_count(b, seq, BISECT_BAD) &&
			 !bisection_count(b, seq, BISECT_GOOD))
			continue;
		else if (bad >= b->confidence || bad <= 1 - b->confidence)
			commit_say(b, seq, word(b, bad >= b->confidence), out);
		else
			say(b, seq, "not known yet", out);
	}
}

int bisect_log(const struct config *c, const struct bisection *b, char **ret, struct err *err)
{
	CLEANUP(view_done) struct view v = { 0 };
	struct buf out = { 0 };
	int r = view_make(c, b, &v, err);

	if (r < 0)
		return r;
	buf_printf(&out, "git bisect start%s", b->first_parent ? " '--first-parent'" : "");
	if (b->paths.n)
		buf_str(&out, " '--'");
	for (size_t i = 0; i < b->paths.n; i++)
		if (!strchr(b->paths.v[i], '\''))
			buf_printf(&out, " '%s'", b->paths.v[i]);
	buf_str(&out, "\n");
	commit_say(b, belief_bad_end(b), word(b, true), &out);
	commit_say(b, belief_good_end(b), word(b, false), &out);
	range_say(b, &v, &out);
	for (size_t seq = 1; b->state == BISECT_FOUND && seq <= b->n_range; seq++)
		if (strcmp(b->commits[seq].commit, b->culprit) == 0) {
			title(b->fixed ? "first new commit" : "first bad commit", &b->commits[seq],
			      &out);
			buf_str(&out, "\n");
		}
	*ret = buf_take(&out);
	return 0;
}

void bisect_left_done(struct bisect_left *l)
{
	strv_done(&l->commits);
}

int bisect_left(const struct config *c, const struct bisection *b, struct bisect_left *ret,
		struct err *err)
{
	CLEANUP(free_ptr) size_t *order = mem_zalloc((b->n_range + 1) * sizeof(*order));
	CLEANUP(view_done) struct view v = { 0 };
	int r = view_make(c, b, &v, err);

	if (r < 0)
		return r;
	ret->n = belief_left(&v.belief, v.odds, order);
	for (size_t i = 0; i < ret->n && i < LEFT_SHOWN; i++)
		strv_addf(&ret->commits, "%3.0f %%  %.12s %s", 100 * v.odds[order[i]],
			  b->commits[order[i] + 1].commit, b->commits[order[i] + 1].subject);
	return 0;
}

char *bisect_line(const struct bisection *b)
{
	CLEANUP(free_ptr)
	char *head =
		mem_printf("bisection %lld: %s", (long long)b->num, bisection_state_name(b->state));

	if (b->state != BISECT_FOUND)
		return mem_printf("%s%s%s", head, b->why[0] ? ": " : "", b->why);
	for (size_t i = 1; i <= b->n_range; i++)
		if (strcmp(b->commits[i].commit, b->culprit) == 0)
			return mem_printf("%s: %.12s %s (%.0f %%%s)", head, b->culprit,
					  b->commits[i].subject, 100 * b->odds,
					  b->reverted == REVERTED_YES ? ", verified by a revert"
								      : "");
	return mem_strdup(head);
}
