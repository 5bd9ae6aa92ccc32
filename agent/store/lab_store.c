// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/labs.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/room.h"

void lab_sight_done(struct lab_sight *s)
{
	free(s->lab);
	free(s->trouble);
	*s = (struct lab_sight){ 0 };
}

void target_record_done(struct target_record *r)
{
	free(r->health_job);
	*r = (struct target_record){ 0 };
}

static int sight_put(struct db *db, const struct lab_sight *l, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_lab_put, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":lab", l->lab);
	stmt_int(&q, ":seen", l->seen);
	stmt_int(&q, ":asked", l->asked);
	stmt_foreign(&q, ":trouble", l->trouble ? l->trouble : "", TEXT_MAX);
	stmt_int(&q, ":queued", l->queued);
	return stmt_run(&q, err);
}

static int devices_put(struct db *db, const char *lab, const struct lab_device_list *l,
		       struct err *err)
{
	CLEANUP(stmt_done) struct stmt clear = { 0 }, q = { 0 };
	int r = stmt_prepare(db, &clear, sql_lab_device_clear, err);

	if (r == 0)
		r = stmt_prepare(db, &q, sql_lab_device_put, err);
	if (r < 0)
		return r;
	stmt_text(&clear, ":lab", lab);
	r = stmt_run(&clear, err);
	for (size_t i = 0; r == 0 && i < l->n; i++) {
		const struct lab_device *d = &l->v[i];

		stmt_text(&q, ":lab", lab);
		stmt_foreign(&q, ":name", d->name, TEXT_MAX);
		stmt_foreign(&q, ":type", d->type, TEXT_MAX);
		stmt_foreign(&q, ":health", d->health, TEXT_MAX);
		stmt_foreign(&q, ":state", d->state, TEXT_MAX);
		stmt_foreign(&q, ":worker", d->worker, TEXT_MAX);
		stmt_int(&q, ":online", d->online);
		r = stmt_run(&q, err);
	}
	return r;
}

int store_lab_seen(struct store *s, const struct lab_sight *sight,
		   const struct lab_device_list *devices, struct err *err)
{
	CLEANUP(txn_done) struct txn t = { 0 };
	int r = txn_begin(s->db, &t, err);

	if (r == 0)
		r = sight_put(s->db, sight, err);
	if (r == 0 && devices)
		r = devices_put(s->db, sight->lab, devices, err);
	if (r == 0)
		r = txn_commit(&t, err);
	return r < 0 ? err_prefix(err, "lab '%s'", sight->lab) : 0;
}

static int devices_get(struct db *db, const char *lab, struct lab_device_list *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_lab_device_get, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":lab", lab);
	while ((r = stmt_step(&q, err)) == 1) {
		ret->v = mem_grow(ret->v, ret->n, &ret->cap, sizeof(*ret->v));
		ret->v[ret->n++] = (struct lab_device){
			.lab = stmt_col_dup(&q, 0),
			.name = stmt_col_dup(&q, 1),
			.type = stmt_col_dup(&q, 2),
			.health = stmt_col_dup(&q, 3),
			.state = stmt_col_dup(&q, 4),
			.worker = stmt_col_dup(&q, 5),
			.online = stmt_col_int(&q, 6) != 0,
		};
	}
	return r;
}

static int sight_get(struct db *db, const char *lab, struct lab_sight *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_lab_get, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":lab", lab);
	r = stmt_step(&q, err);
	if (r == 1)
		*ret = (struct lab_sight){
			.lab = stmt_col_dup(&q, 0),
			.seen = stmt_col_int(&q, 1),
			.asked = stmt_col_int(&q, 2),
			.trouble = stmt_col_dup(&q, 3),
			.queued = (int)stmt_col_int(&q, 4),
		};
	return r;
}

int store_lab_get(struct store *s, const char *lab, struct lab_sight *ret,
		  struct lab_device_list *devices, struct err *err)
{
	CLEANUP(lab_sight_done) struct lab_sight sight = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int found = 0, r = txn_read(s->db, &t, err);

	if (r == 0)
		r = found = sight_get(s->db, lab, &sight, err);
	if (found == 1)
		r = devices_get(s->db, lab, devices, err);
	if (r < 0)
		return err_prefix(err, "lab '%s'", lab);
	if (found == 1) {
		*ret = sight;
		sight = (struct lab_sight){ 0 };
	}
	return found;
}

static int jobs_count(struct db *db, const char *target, int64_t since, struct target_record *ret,
		      struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_target_record, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":target", target);
	stmt_int(&q, ":since", since);
	r = stmt_step(&q, err);
	if (r < 0)
		return r;
	ret->done = (int)stmt_col_int(&q, 0);
	ret->infra = (int)stmt_col_int(&q, 1);
	ret->in_a_row = (int)stmt_col_int(&q, 2);
	return 0;
}

static int health_get(struct db *db, const char *target, struct target_record *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_health_get, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":target", target);
	r = stmt_step(&q, err);
	if (r != 1)
		return r;
	ret->health_time = stmt_col_int(&q, 0);
	ret->health_passed = stmt_col_int(&q, 1) != 0;
	ret->health_job = stmt_col_dup(&q, 2);
	ret->proven = stmt_col_int(&q, 3);
	return 0;
}

int store_target_record(struct store *s, const char *target, int64_t since,
			struct target_record *ret, struct err *err)
{
	CLEANUP(target_record_done) struct target_record rec = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int r = txn_read(s->db, &t, err);

	if (r == 0)
		r = jobs_count(s->db, target, since, &rec, err);
	if (r == 0)
		r = health_get(s->db, target, &rec, err);
	if (r < 0)
		return err_prefix(err, "target '%s'", target);
	if (!rec.health_job)
		rec.health_job = mem_strdup("");
	*ret = rec;
	rec = (struct target_record){ 0 };
	return 0;
}

int store_health_put(struct store *s, const char *target, const char *job_id, bool passed,
		     int64_t when, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_health_put, err);

	if (r == 0) {
		stmt_text(&q, ":target", target);
		stmt_text(&q, ":job_id", job_id);
		stmt_int(&q, ":passed", passed);
		stmt_int(&q, ":time", when);
		r = stmt_run(&q, err);
	}
	return r < 0 ? err_prefix(err, "target '%s'", target) : 0;
}
