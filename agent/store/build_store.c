// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/artifact.h"
#include "store/room.h"

/* Returns the number of the build's row in *ret. */
static int build_row_put(struct db *db, const struct build *b, const struct log_ref *log,
			 int64_t *ret, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_build_put, err);

	if (r < 0)
		return r;
	stmt_text_or_null(&q, ":id", b->id);
	stmt_text(&q, ":checkout_id", b->checkout_id);
	stmt_text(&q, ":config_name", b->config_name);
	stmt_text(&q, ":compiler", b->toolchain);
	stmt_text(&q, ":architecture", b->architecture);
	stmt_text(&q, ":command", b->command);
	stmt_text(&q, ":status", build_status_name(b->status));
	stmt_int(&q, ":start_time", b->started);
	stmt_int(&q, ":duration_ms", b->duration_ms);
	stmt_text(&q, ":log_sha256", log->sha256);
	stmt_text(&q, ":image_hash", b->image_hash);
	stmt_text(&q, ":options", b->options ? b->options : "");
	r = stmt_step(&q, err);
	if (r < 0)
		return r;
	*ret = stmt_col_int(&q, 0);
	return stmt_run(&q, err);
}

static int diagnostic_put(struct stmt *q, int64_t build, size_t seq, const char *kind,
			  const struct diagnostic *d, struct err *err)
{
	stmt_int(q, ":build", build);
	stmt_int(q, ":seq", (int64_t)seq);
	stmt_text(q, ":kind", kind);
	stmt_text(q, ":file", d->file);
	stmt_int(q, ":line", d->line);
	stmt_text(q, ":text", d->text);
	stmt_text(q, ":excerpt", d->excerpt);
	stmt_int(q, ":log_line", (int64_t)d->log_line);
	return stmt_run(q, err);
}

static int diagnostics_put(struct db *db, int64_t build, const struct build *b, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = db_run_int(db, sql_diagnostic_clear, ":build", build, err);

	if (r == 0)
		r = stmt_prepare(db, &q, sql_diagnostic_put, err);
	if (r == 0 && b->error.text)
		r = diagnostic_put(&q, build, 0, "error", &b->error, err);
	for (size_t i = 0; r == 0 && i < b->n_warnings; i++)
		r = diagnostic_put(&q, build, i + 1, "warning", &b->warnings[i], err);
	return r;
}

/* An artifact whose file is in place already. */
struct placed {
	char sha256[HASH_HEX_LEN];
	int64_t size;
};

/* Copies all artifacts from the folder, or, without one, finds those stored before. */
static int artifacts_place(struct store *s, const struct build *b, const char *folder,
			   struct placed *placed, struct err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < b->n_artifacts; i++) {
		const struct artifact *a = &b->artifacts[i];

		if (folder) {
			r = artifact_put(&s->artifacts, folder, a->name, placed[i].sha256,
					 &placed[i].size, err);
		} else if (!files_name_ok(a->sha256)) {
			r = err_set(err, EINVAL, "artifact '%s' has neither folder nor SHA-256",
				    a->name);
		} else {
			memcpy(placed[i].sha256, a->sha256, sizeof(placed[i].sha256));
			r = artifact_check(&s->artifacts, a->sha256, &placed[i].size, err);
		}
	}
	return r;
}

static int artifacts_put(struct db *db, int64_t build, const struct build *b,
			 const struct placed *placed, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = db_run_int(db, sql_artifact_clear, ":build", build, err);

	if (r == 0)
		r = stmt_prepare(db, &q, sql_artifact_put, err);
	for (size_t i = 0; r == 0 && i < b->n_artifacts; i++) {
		stmt_int(&q, ":build", build);
		stmt_int(&q, ":seq", (int64_t)i);
		stmt_text(&q, ":name", b->artifacts[i].name);
		stmt_text(&q, ":sha256", placed[i].sha256);
		stmt_int(&q, ":size", placed[i].size);
		r = stmt_run(&q, err);
	}
	return r;
}

static int build_rows_put(struct store *s, const struct build *b, const struct log_ref *log,
			  const struct placed *placed, struct err *err)
{
	CLEANUP(txn_done) struct txn t = { 0 };
	int64_t num = 0;
	int r = txn_begin(s->db, &t, err);

	if (r == 0 && b->log)
		r = log_row_put(s->db, log, err);
	if (r == 0)
		r = build_row_put(s->db, b, log, &num, err);
	if (r == 0)
		r = diagnostics_put(s->db, num, b, err);
	if (r == 0)
		r = artifacts_put(s->db, num, b, placed, err);
	return r < 0 ? r : txn_commit(&t, err);
}

int store_build_put(struct store *s, struct build *b, const char *folder, struct err *err)
{
	CLEANUP(free_ptr)
	struct placed *placed = mem_zalloc((b->n_artifacts + 1) * sizeof(*placed));
	struct log_ref log = { 0 };

	if (log_take(s, b->log, b->log_sha256, &log, err) < 0 ||
	    artifacts_place(s, b, folder, placed, err) < 0 ||
	    build_rows_put(s, b, &log, placed, err) < 0)
		return err_prefix(err, "build '%s'", b->id ? b->id : "");
	log_taken(&log, &b->log, b->log_sha256);
	for (size_t i = 0; i < b->n_artifacts; i++)
		memcpy(b->artifacts[i].sha256, placed[i].sha256, sizeof(placed[i].sha256));
	return 0;
}

static int build_status_col(struct stmt *q, int col, enum build_status *ret, struct err *err)
{
	const char *word = stmt_col_text(q, col);

	for (enum build_status i = BUILD_PASS; i <= BUILD_ERROR; i++)
		if (strcmp(word, build_status_name(i)) == 0) {
			*ret = i;
			return 0;
		}
	return bad_word("status of a build", word, err);
}

static int diagnostics_get(struct db *db, int64_t build, struct build *b, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_diagnostic_get, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":build", build);
	while ((r = stmt_step(&q, err)) == 1) {
		struct diagnostic d = {
			.file = stmt_col_dup(&q, 1),
			.line = (int)stmt_col_int(&q, 2),
			.text = stmt_col_dup(&q, 3),
			.excerpt = stmt_col_dup(&q, 4),
			.log_line = (size_t)stmt_col_int(&q, 5),
		};

		if (strcmp(stmt_col_text(&q, 0), "error") == 0) {
			diagnostic_done(&b->error);
			b->error = d;
			continue;
		}
		b->warnings = mem_grow(b->warnings, b->n_warnings, &b->cap_warnings,
				       sizeof(*b->warnings));
		b->warnings[b->n_warnings++] = d;
	}
	return r;
}

static int artifacts_get(struct db *db, int64_t build, struct build *b, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_artifact_get, err);

	if (r < 0)
		return r;
	stmt_int(&q, ":build", build);
	while ((r = stmt_step(&q, err)) == 1) {
		struct artifact a = { .name = stmt_col_dup(&q, 0) };

		snprintf(a.sha256, sizeof(a.sha256), "%s", stmt_col_text(&q, 1));
		b->artifacts = mem_grow(b->artifacts, b->n_artifacts, &b->cap_artifacts,
					sizeof(*b->artifacts));
		b->artifacts[b->n_artifacts++] = a;
	}
	return r;
}

static int build_row_get(struct db *db, const char *id, struct build *b, int64_t *num,
			 struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_build_get, err);
	const char *log;

	if (r < 0)
		return r;
	stmt_text(&q, ":id", id);
	r = stmt_step(&q, err);
	if (r != 1)
		return r;
	*num = stmt_col_int(&q, 0);
	b->id = stmt_col_dup(&q, 1);
	b->checkout_id = stmt_col_dup(&q, 2);
	b->config_name = stmt_col_dup(&q, 3);
	b->toolchain = stmt_col_dup(&q, 4);
	b->architecture = stmt_col_dup(&q, 5);
	b->command = stmt_col_dup(&q, 6);
	b->started = stmt_col_int(&q, 8);
	b->duration_ms = stmt_col_int(&q, 9);
	log = stmt_col_text(&q, 10);
	snprintf(b->log_sha256, sizeof(b->log_sha256), "%s", log ? log : "");
	snprintf(b->image_hash, sizeof(b->image_hash), "%s", stmt_col_text(&q, 11));
	b->options = stmt_col_dup(&q, 12);
	r = build_status_col(&q, 7, &b->status, err);
	return r < 0 ? r : 1;
}

int store_build_get(struct store *s, const char *id, struct build *ret, struct err *err)
{
	CLEANUP(build_done) struct build b = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	int64_t num = 0;
	int found, r = txn_read(s->db, &t, err);

	if (r < 0)
		return r;
	found = r = build_row_get(s->db, id, &b, &num, err);
	if (found == 1)
		r = diagnostics_get(s->db, num, &b, err);
	if (found == 1 && r == 0)
		r = artifacts_get(s->db, num, &b, err);
	if (r < 0)
		return err_prefix(err, "build '%s'", id);
	if (found == 1) {
		*ret = b;
		b = (struct build){ 0 };
	}
	return found;
}

char *store_artifact_path(struct store *s, const struct build *b, const char *name)
{
	for (size_t i = 0; i < b->n_artifacts; i++)
		if (strcmp(b->artifacts[i].name, name) == 0 &&
		    files_name_ok(b->artifacts[i].sha256))
			return files_path(&s->artifacts, b->artifacts[i].sha256);
	return NULL;
}
