// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/bisections.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/room.h"

static int commits_put(struct store *s, const struct bisection *b, size_t seq, size_t n,
		       struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_bisection_commit_put, err);

	for (size_t i = seq; r == 0 && i < seq + n; i++) {
		const struct bisection_commit *c = &b->commits[i];

		stmt_int(&q, ":bisection", b->num);
		stmt_int(&q, ":seq", (int64_t)i);
		stmt_text(&q, ":commit", c->commit);
		stmt_foreign(&q, ":subject", c->subject, TEXT_MAX);
		stmt_real(&q, ":weight", c->weight);
		stmt_text(&q, ":build", bisection_build_name(c->build));
		stmt_text(&q, ":build_id", c->build_id);
		stmt_text(&q, ":image_hash", c->image_hash);
		stmt_int(&q, ":build_ms", c->build_ms);
		stmt_foreign(&q, ":why", c->why, TEXT_MAX);
		r = stmt_run(&q, err);
	}
	return r;
}

static int row_new(struct store *s, struct bisection *b, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_bisection_put, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":key", b->key);
	stmt_text(&q, ":tree", b->tree);
	stmt_text(&q, ":good", b->good);
	stmt_text(&q, ":bad", b->bad);
	stmt_text(&q, ":kind", bisection_kind_name(b->kind));
	stmt_foreign(&q, ":subject", b->subject, TEXT_MAX);
	stmt_foreign(&q, ":filter", b->filter, TEXT_MAX);
	stmt_text(&q, ":target", b->target);
	stmt_text(&q, ":fix", b->fix);
	stmt_int(&q, ":fixed", b->fixed);
	stmt_int(&q, ":first_parent", b->first_parent);
	stmt_list(&q, ":paths", &b->paths, LIST_MAX);
	stmt_real(&q, ":confidence", b->confidence);
	stmt_int(&q, ":created", b->created ? b->created : clock_now());
	stmt_text(&q, ":watch", b->watch ? b->watch : "");
	stmt_foreign(&q, ":series", b->series ? b->series : "", TEXT_MAX);
	r = stmt_run(&q, err);
	if (r == 0)
		b->num = stmt_inserted(&q);
	return r;
}

int store_bisection_new(struct store *s, struct bisection *b, struct err *err)
{
	CLEANUP(txn_done) struct txn t = { 0 };
	int r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = row_new(s, b, err);
	if (r == 0)
		r = commits_put(s, b, 0, b->n_commits, err);
	if (r == 0)
		r = txn_commit(&t, err);
	return r < 0 ? err_prefix(err, "bisection") : 0;
}

static int word_bad(const char *what, int value, struct err *err)
{
	return value < 0 ? err_set(err, EBADMSG, "the store has no %s of a bisection", what) : 0;
}

static int row_get(struct store *s, int64_t num, struct bisection *b, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_bisection_get, err), kind, state, reverted;

	if (r < 0)
		return r;
	stmt_int(&q, ":num", num);
	r = stmt_step(&q, err);
	if (r != 1)
		return r;
	b->num = stmt_col_int(&q, 0);
	b->key = stmt_col_dup(&q, 1);
	b->tree = stmt_col_dup(&q, 2);
	b->good = stmt_col_dup(&q, 3);
	b->bad = stmt_col_dup(&q, 4);
	kind = bisection_kind_parse(stmt_col_text(&q, 5));
	b->subject = stmt_col_dup(&q, 6);
	b->filter = stmt_col_dup(&q, 7);
	b->target = stmt_col_dup(&q, 8);
	b->fix = stmt_col_dup(&q, 9);
	b->fixed = stmt_col_int(&q, 10);
	b->first_parent = stmt_col_int(&q, 11);
	lines_split(stmt_col_text(&q, 12), &b->paths);
	b->confidence = stmt_col_real(&q, 13);
	state = bisection_state_parse(stmt_col_text(&q, 14));
	b->culprit = stmt_col_dup(&q, 15);
	b->odds = stmt_col_real(&q, 16);
	reverted = bisection_reverted_parse(stmt_col_text(&q, 17));
	b->why = stmt_col_dup(&q, 18);
	b->created = stmt_col_int(&q, 19);
	b->ended = stmt_col_int(&q, 20);
	b->watch = stmt_col_dup(&q, 21);
	b->series = stmt_col_dup(&q, 22);
	r = word_bad("kind, state or revert", kind < 0 || state < 0 ? -1 : reverted, err);
	if (r < 0)
		return r;
	b->kind = (enum bisection_kind)kind;
	b->state = (enum bisection_state)state;
	b->reverted = (enum bisection_reverted)reverted;
	return 1;
}

static int commits_get(struct store *s, struct bisection *b, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_bisection_commit_get, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":bisection", b->num);
	while ((r = stmt_step(&q, err)) == 1) {
		struct bisection_commit *c =
			bisection_commit_add(b, stmt_col_text(&q, 1), stmt_col_text(&q, 2));
		int build = bisection_build_parse(stmt_col_text(&q, 4));

		free(c->build_id);
		free(c->image_hash);
		free(c->why);
		c->weight = stmt_col_real(&q, 3);
		c->build_id = stmt_col_dup(&q, 5);
		c->image_hash = stmt_col_dup(&q, 6);
		c->build_ms = stmt_col_int(&q, 7);
		c->why = stmt_col_dup(&q, 8);
		c->odds = stmt_col_real(&q, 9);
		r = word_bad("build", build, err);
		if (r < 0)
			return r;
		c->build = (enum bisection_build)build;
	}
	return r;
}

static int runs_get(struct store *s, struct bisection *b, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_bisection_run_get, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":bisection", b->num);
	while ((r = stmt_step(&q, err)) == 1) {
		int verdict = bisection_verdict_parse(stmt_col_text(&q, 1));

		r = word_bad("verdict", verdict, err);
		if (r < 0)
			return r;
		bisection_run_add(b, (size_t)stmt_col_int(&q, 0), (enum bisection_verdict)verdict,
				  stmt_col_text(&q, 2), stmt_col_int(&q, 3));
	}
	return r;
}

/* The range ends with the newer end; what is behind it is that with the culprit reverted. */
static size_t range_of(const struct bisection *b)
{
	const char *newer = b->fixed ? b->good : b->bad;

	for (size_t i = b->n_commits; i > 1; i--)
		if (strcmp(b->commits[i - 1].commit, newer) == 0)
			return i - 1;
	return 0;
}

int store_bisection_get(struct store *s, int64_t num, struct bisection *ret, struct err *err)
{
	CLEANUP(bisection_done) struct bisection b = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int found, r = txn_read(s->db, &t, err);

	if (r < 0)
		return r;
	found = r = row_get(s, num, &b, err);
	if (found == 1)
		r = commits_get(s, &b, err);
	if (found == 1 && r == 0)
		r = runs_get(s, &b, err);
	if (r < 0)
		return err_prefix(err, "bisection %lld", (long long)num);
	if (found == 1) {
		b.n_range = range_of(&b);
		*ret = b;
		b = (struct bisection){ 0 };
	}
	return found;
}

int store_bisection_find(struct store *s, const char *key, int64_t *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, key ? sql_bisection_find : sql_bisection_newest, err);

	if (r < 0)
		return r;
	if (key)
		stmt_text(&q, ":key", key);
	else
		stmt_int(&q, ":limit", 1);
	return stmt_one(&q, ret, err);
}

int store_bisections(struct store *s, int limit, struct bisection *ret, struct err *err)
{
	CLEANUP(free_ptr) int64_t *nums = mem_zalloc((size_t)(limit + 1) * sizeof(*nums));
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int n = 0, k = 0, r = stmt_prepare(s->db, &q, sql_bisection_newest, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":limit", limit);
	while ((r = stmt_step(&q, err)) == 1 && n < limit)
		nums[n++] = stmt_col_int(&q, 0);
	for (int i = 0; r >= 0 && i < n; i++) {
		r = row_get(s, nums[i], &ret[k], err);
		k += r == 1;
	}
	return r < 0 ? err_prefix(err, "bisections") : k;
}

static int odds_put(struct store *s, const struct bisection *b, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_bisection_odds, err);

	for (size_t i = 1; r == 0 && i <= b->n_range && i < b->n_commits; i++) {
		stmt_int(&q, ":bisection", b->num);
		stmt_int(&q, ":seq", (int64_t)i);
		stmt_real(&q, ":odds", b->commits[i].odds);
		r = stmt_run(&q, err);
	}
	return r;
}

int store_bisection_state(struct store *s, const struct bisection *b, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = stmt_prepare(s->db, &q, sql_bisection_state, err);
	if (r < 0)
		return r;
	stmt_int(&q, ":num", b->num);
	stmt_text(&q, ":state", bisection_state_name(b->state));
	stmt_text(&q, ":culprit", b->culprit);
	stmt_real(&q, ":odds", b->odds);
	stmt_text(&q, ":reverted", bisection_reverted_name(b->reverted));
	stmt_foreign(&q, ":why", b->why, TEXT_MAX);
	stmt_int(&q, ":ended", b->ended);
	r = stmt_run(&q, err);
	if (r == 0)
		r = odds_put(s, b, err);
	if (r == 0)
		r = txn_commit(&t, err);
	return r < 0 ? err_prefix(err, "bisection %lld", (long long)b->num) : 0;
}

int store_bisection_commits(struct store *s, const struct bisection *b, size_t seq, size_t n,
			    struct err *err)
{
	CLEANUP(txn_done) struct txn t = { 0 };
	int r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = commits_put(s, b, seq, n, err);
	if (r == 0)
		r = txn_commit(&t, err);
	return r < 0 ? err_prefix(err, "bisection %lld", (long long)b->num) : 0;
}

int store_bisection_runs(struct store *s, const struct bisection *b, size_t from, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int r = txn_begin(s->db, &t, err);

	if (r == 0 && from < b->n_runs)
		r = commits_put(s, b, b->runs[from].seq, 1, err);
	if (r == 0)
		r = stmt_prepare(s->db, &q, sql_bisection_run_put, err);
	for (size_t i = from; r == 0 && i < b->n_runs; i++) {
		stmt_int(&q, ":bisection", b->num);
		stmt_int(&q, ":seq", (int64_t)b->runs[i].seq);
		stmt_text(&q, ":verdict", bisection_verdict_name(b->runs[i].verdict));
		stmt_text(&q, ":job_id", b->runs[i].job_id);
		stmt_int(&q, ":ms", b->runs[i].ms);
		stmt_int(&q, ":created", clock_now());
		r = stmt_run(&q, err);
	}
	if (r == 0)
		r = txn_commit(&t, err);
	return r < 0 ? err_prefix(err, "bisection %lld", (long long)b->num) : 0;
}

int store_bisection_begun(struct store *s, int64_t *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_bisection_begun, err);

	return r < 0 ? r : stmt_one(&q, ret, err);
}

/* The one text that a query has for one text. */
static int text_get(struct store *s, const char *sql, const char *name, const char *value,
		    char **ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql, err);

	if (r < 0)
		return r;
	stmt_text(&q, name, value);
	r = stmt_step(&q, err);
	if (r == 1)
		*ret = stmt_col_dup(&q, 0);
	return r;
}

int store_signature_function(struct store *s, const char *signature, char **ret, struct err *err)
{
	return text_get(s, sql_signature_function, ":id", signature, ret, err);
}

int store_watch_get(struct store *s, const char *name, char **ret, struct err *err)
{
	return text_get(s, sql_watch_get, ":name", name, ret, err);
}

int store_watch_put(struct store *s, const char *name, const char *commit, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = stmt_prepare(s->db, &q, sql_watch_put, err);
	if (r < 0)
		return r;
	stmt_text(&q, ":name", name);
	stmt_text(&q, ":commit", commit);
	stmt_int(&q, ":tested", clock_now());
	r = stmt_run(&q, err);
	return r < 0 ? r : txn_commit(&t, err);
}
