// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/room.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"

static void oops_bind(struct stmt *q, const struct oops *o, const char *alt, const char *frames)
{
	stmt_text(q, ":id", o->hash);
	stmt_text(q, ":title", o->title);
	stmt_text(q, ":type", o->type);
	stmt_text(q, ":function", o->function);
	stmt_text(q, ":alt", alt);
	stmt_text(q, ":frames", frames);
}

static int incident_put(struct stmt *issue, struct stmt *incident, int64_t job, size_t seq,
			const struct oops *o, struct err *err)
{
	CLEANUP(free_ptr) char *alt = lines_join(o->alt, o->n_alt, SIZE_MAX);
	CLEANUP(free_ptr) char *frames = lines_join(o->frames, o->n_frames, SIZE_MAX);
	int r;

	oops_bind(issue, o, alt, frames);
	r = stmt_run(issue, err);
	if (r < 0)
		return r;
	oops_bind(incident, o, alt, frames);
	stmt_int(incident, ":job", job);
	stmt_int(incident, ":seq", (int64_t)seq);
	stmt_int(incident, ":first_line", (int64_t)o->first_line);
	stmt_int(incident, ":last_line", (int64_t)o->last_line);
	stmt_int(incident, ":fatal", o->fatal);
	stmt_int(incident, ":corrupted", o->corrupted);
	return stmt_run(incident, err);
}

int incidents_put(struct db *db, int64_t job, const struct oops_list *l, struct err *err)
{
	CLEANUP(stmt_done) struct stmt issue = { 0 }, incident = { 0 };
	int r = db_run_int(db, sql_incident_clear, ":job", job, err);

	if (r == 0)
		r = stmt_prepare(db, &issue, sql_issue_put, err);
	if (r == 0)
		r = stmt_prepare(db, &incident, sql_incident_put, err);
	for (size_t i = 0; r == 0 && i < l->n; i++)
		r = incident_put(&issue, &incident, job, i, &l->v[i], err);
	return r;
}

void incident_col(struct stmt *q, struct oops_list *l)
{
	struct strv alt = { 0 }, frames = { 0 };
	struct oops o = {
		.title = stmt_col_dup(q, 1),
		.type = stmt_col_dup(q, 2),
		.function = stmt_col_dup(q, 3),
		.first_line = (size_t)stmt_col_int(q, 6),
		.last_line = (size_t)stmt_col_int(q, 7),
		.fatal = stmt_col_int(q, 8),
		.corrupted = stmt_col_int(q, 9),
	};

	snprintf(o.hash, sizeof(o.hash), "%s", stmt_col_text(q, 0));
	lines_split(stmt_col_text(q, 4), &alt);
	lines_split(stmt_col_text(q, 5), &frames);
	o.alt = alt.v;
	o.n_alt = alt.n;
	o.frames = frames.v;
	o.n_frames = frames.n;
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = o;
}
