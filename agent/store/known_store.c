// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/known.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/room.h"

enum { SIGNATURE_MIN = 8 };

int store_known_put(struct store *s, struct known *k, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int64_t num = 0, created = 0;
	int r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = stmt_prepare(s->db, &q, sql_known_put, err);
	if (r == 0) {
		stmt_int(&q, ":is_signature", k->is_signature);
		stmt_foreign(&q, ":what", k->what, TEXT_MAX);
		stmt_foreign(&q, ":why", k->why, TEXT_MAX);
		stmt_foreign(&q, ":by", k->by, TEXT_MAX);
		stmt_int(&q, ":until", k->until);
		stmt_int(&q, ":created", k->created ? k->created : clock_now());
		r = stmt_step(&q, err);
	}
	if (r == 1) {
		num = stmt_col_int(&q, 0);
		created = stmt_col_int(&q, 1);
		r = stmt_run(&q, err);
	}
	if (r == 0)
		r = txn_commit(&t, err);
	if (r < 0)
		return err_prefix(err, "known issue '%s'", k->what);
	k->num = num;
	k->created = created;
	return 0;
}

int store_known_remove(struct store *s, int64_t num, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int was = 0, r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = stmt_prepare(s->db, &q, sql_known_remove, err);
	if (r == 0) {
		stmt_int(&q, ":num", num);
		r = was = stmt_change(&q, err);
	}
	if (r >= 0)
		r = txn_commit(&t, err);
	return r < 0 ? err_prefix(err, "known issue %lld", (long long)num) : was;
}

int store_knowns(struct store *s, int64_t now, struct known_list *ret, struct err *err)
{
	CLEANUP(known_list_done) struct known_list l = { 0 };
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_known_list, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":now", now ? now : INT64_MIN);
	while ((r = stmt_step(&q, err)) == 1) {
		l.v = mem_grow(l.v, l.n, &l.cap, sizeof(*l.v));
		l.v[l.n++] = (struct known){
			.num = stmt_col_int(&q, 0),
			.is_signature = stmt_col_int(&q, 1),
			.what = stmt_col_dup(&q, 2),
			.why = stmt_col_dup(&q, 3),
			.by = stmt_col_dup(&q, 4),
			.until = stmt_col_int(&q, 5),
			.created = stmt_col_int(&q, 6),
		};
	}
	if (r < 0)
		return err_prefix(err, "known issues");
	*ret = l;
	l = (struct known_list){ 0 };
	return 0;
}

int store_signature_find(struct store *s, const char *prefix, char **ret, struct err *err)
{
	CLEANUP(free_ptr) char *id = NULL;
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r;

	if (strlen(prefix) < SIGNATURE_MIN)
		return 0;
	r = stmt_prepare(s->db, &q, sql_signature_find, err);
	if (r < 0)
		return r;
	stmt_text(&q, ":prefix", prefix);
	r = stmt_step(&q, err);
	if (r != 1)
		return r;
	id = stmt_col_dup(&q, 0);
	r = stmt_step(&q, err);
	if (r == 1)
		return err_set(err, EEXIST, "signature '%s' is ambiguous: %s, %s", prefix, id,
			       stmt_col_text(&q, 0));
	if (r < 0)
		return r;
	*ret = id;
	id = NULL;
	return 1;
}

int store_test_known(struct store *s, const char *path, struct err *err)
{
	const size_t len = strlen(path);
	const bool all = len > 1 && strcmp(path + len - 2, ".*") == 0;
	CLEANUP(free_ptr) char *first = mem_strndup(path, all ? len - 1 : len);
	/* the last code point is behind every other, as in queries/find_prefix.sql */
	CLEANUP(free_ptr) char *last = mem_printf("%s%s", first, all ? "\xf4\x8f\xbf\xbf" : "");
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_test_known, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":first", first);
	stmt_text(&q, ":last", last);
	return stmt_one(&q, NULL, err);
}

int store_jobs_of(struct store *s, const char *build_id, const char *target, const char *filter,
		  int limit, struct strv *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_job_of_build, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":build_id", build_id);
	stmt_text(&q, ":target", target);
	stmt_text(&q, ":filter", filter);
	stmt_int(&q, ":limit", limit < 0 ? 0 : limit); /* to SQLite, -1 is no limit */
	while ((r = stmt_step(&q, err)) == 1)
		strv_take(ret, stmt_col_dup(&q, 0));
	return r < 0 ? err_prefix(err, "boots of build '%s'", build_id) : 0;
}
