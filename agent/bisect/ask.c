// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/mem.h"
#include "bisect/bisect.h"
#include "bisect/room.h"
#include "stage/series/series.h"
#include "store/bisections.h"

/* What was asked, from names to commits, and what the rows have of it. */

static void key_make(struct bisection *b)
{
	const char *const fields[] = { b->tree,
				       b->good,
				       b->bad,
				       bisection_kind_name(b->kind),
				       b->subject,
				       b->filter,
				       b->target,
				       b->fix,
				       b->fixed ? "fixed" : "",
				       b->first_parent ? "first parent" : "" };
	CLEANUP(free_ptr) char *confidence = mem_printf("%g", b->confidence);
	char hex[HASH_HEX_LEN];
	struct hash h;

	hash_start(&h);
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		hash_field(&h, fields[i]);
	hash_field(&h, confidence);
	for (size_t i = 0; i < b->paths.n; i++)
		hash_field(&h, b->paths.v[i]);
	hash_hex(&h, hex);
	b->key = mem_strdup(hex);
}

/* The patches of a mailbox as commits on the good end, which becomes the bad one. */
static int series_lay(struct bisect *s, const struct bisect_request *req, struct err *err)
{
	CLEANUP(free_ptr) char *dir = mem_printf("%s/mails", s->x.dir);
	const struct series_source src = {
		.path = req->series,
		.dir = dir,
		.limit = (size_t)s->x.config->limits.series_mb << 20,
		.limit_patches = (size_t)s->x.config->limits.series_patches,
		.cancel_fd = s->x.cancel_fd,
	};
	CLEANUP(series_done) struct series series = { 0 };
	CLEANUP(checkout_done) struct checkout on = { 0 };
	CLEANUP(checkout_done) struct checkout laid = { 0 };
	CLEANUP(conflict_done) struct conflict conflict = { 0 };
	int r = fs_mkdirs(dir, err);

	if (r == 0)
		r = series_read(&src, &series, err);
	if (r == 0)
		r = run_take_tree(&s->x, err);
	if (r < 0)
		return r;
	s->x.spec.base = s->b.good;
	r = checkout_base(&s->x.spec, false, NULL, &on, err);
	if (r == 0)
		r = checkout_series(&s->x.spec, &on, &series, &laid, &conflict, err);
	if (r == 0)
		return err_set(err, EINVAL, "patch %d does not apply to %.12s: %s", conflict.number,
			       s->b.good, conflict.file);
	if (r < 0)
		return r;
	s->b.bad = mem_strdup(laid.commit);
	/* a mailbox of git's own has none: what marks a series is never empty */
	s->b.series = mem_strdup(series.message_id[0] ? series.message_id : series.hash);
	return 0;
}

/* All of a request but its range, from names to what they are. */
static int request_read(struct bisect *s, const struct bisect_request *req, struct err *err)
{
	CLEANUP(free_ptr) char *good_subject = NULL;
	CLEANUP(free_ptr) char *bad_subject = NULL;
	struct bisection *b = &s->b;
	const char *fix = req->fix ? req->fix : s->x.config->fix;
	int r = range_commit_find(s->x.tree.repo, req->good ? req->good : "HEAD", &b->good,
				  &good_subject, err);

	if (r == 0 && req->series)
		r = series_lay(s, req, err);
	if (r == 0 && !req->series)
		r = range_commit_find(s->x.tree.repo, req->bad, &b->bad, &bad_subject, err);
	if (r < 0)
		return r;
	b->tree = mem_strdup(s->x.tree.name);
	b->kind = req->kind;
	b->subject = mem_strdup(req->subject ? req->subject : "");
	b->filter = mem_strdup(req->filter		  ? req->filter
			       : req->kind == BISECT_TEST ? b->subject
							  : "");
	b->target = mem_strdup(s->target->name);
	b->fix = mem_strdup(fix ? fix : "none");
	b->fixed = req->fixed;
	b->first_parent = req->first_parent;
	for (size_t i = 0; req->paths && i < req->paths->n; i++)
		strv_add(&b->paths, req->paths->v[i]);
	b->watch = mem_strdup(req->watch ? req->watch : "");
	if (!b->series)
		b->series = mem_strdup("");
	b->confidence = req->confidence > 0 ? req->confidence : 0.95;
	b->created = clock_now();
	b->culprit = mem_strdup("");
	b->why = mem_strdup("");
	key_make(b);
	bisection_commit_add(b, b->fixed ? b->bad : b->good, b->fixed ? bad_subject : good_subject);
	return 0;
}

int ask_range(const struct bisection *b, const char *repo, int cancel_fd, struct range *ret,
	      struct err *err)
{
	const struct range_spec spec = {
		.repo = repo,
		.older = b->fixed ? b->bad : b->good,
		.newer = b->fixed ? b->good : b->bad,
		.first_parent = b->first_parent,
		.paths = &b->paths,
		.cancel_fd = cancel_fd,
	};

	return range_read(&spec, ret, err);
}

/* The rows' range is the repository's still. */
static int range_check(const struct bisection *b, const struct range *range, struct err *err)
{
	bool same = range->n == b->n_range;

	for (size_t i = 0; same && i < range->n; i++)
		same = strcmp(range->v[i].commit, b->commits[i + 1].commit) == 0;
	return same ? 0
		    : err_set(err, EIO,
			      "the range of bisection %lld is another in the "
			      "repository now",
			      (long long)b->num);
}

int ask_earlier(struct bisect *s, int64_t num, struct err *err)
{
	struct bisection found = { 0 };
	int r = store_bisection_get(s->x.store, num, &found, err);

	if (r == 0)
		return err_set(err, EINVAL, "no bisection %lld", (long long)num);
	if (r < 0)
		return r;
	bisection_done(&s->b);
	s->b = found;
	return 0;
}

/* The bisection of the request, the range read: an earlier one's rows, or a new one. */
int ask_take(struct bisect *s, const struct bisect_request *req, struct err *err)
{
	int64_t num = req->resume;
	int r = 0;

	if (!num) {
		r = request_read(s, req, err);
		if (r == 0 && !req->anew)
			r = store_bisection_find(s->x.store, s->b.key, &num, err);
	}
	if (r >= 0 && num)
		r = ask_earlier(s, num, err);
	if (r >= 0)
		r = ask_range(&s->b, s->x.tree.repo, s->x.cancel_fd, &s->range, err);
	if (r < 0)
		return r;
	if (num)
		return range_check(&s->b, &s->range, err);
	for (size_t i = 0; i < s->range.n; i++)
		bisection_commit_add(&s->b, s->range.v[i].commit, s->range.v[i].subject);
	s->b.n_range = s->range.n;
	return store_bisection_new(s->x.store, &s->b, err);
}

int bisect_give_up(struct store *store, int64_t num, const char *why, struct err *err)
{
	CLEANUP(bisection_done) struct bisection b = { 0 };
	int r = store_bisection_get(store, num, &b, err);

	if (r <= 0 || b.state != BISECT_RUNNING)
		return r < 0 ? r : 0;
	b.state = BISECT_FAILED;
	b.ended = clock_now();
	mem_set_copy(&b.why, why);
	return store_bisection_state(store, &b, err);
}
