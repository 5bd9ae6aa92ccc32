// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/gc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/room.h"

enum {
	STEP = 500,	/* rows of a transaction */
	YOUNG_S = 3600, /* a run may be about to name a file */
};

struct gc {
	struct store *s;
	int64_t before, now;
	bool dry;
	struct gc_report *report;
};

/* A row that is to be changed: its number or name, and what that frees. */
struct victim {
	int64_t num, bytes;
	char name[HASH_HEX_LEN];
};

/* What is freed by changing rows. */
struct sweep {
	const char *find;   /* :after, :before, :limit -> num or name, bytes */
	const char *change; /* :num or :name */
	bool named;
	void (*count)(struct gc_report *r, const struct victim *v);
};

static void count_mail(struct gc_report *r, const struct victim *v)
{
	r->mails++;
	r->mail_bytes += v->bytes;
}

static void count_build(struct gc_report *r, const struct victim *v)
{
	(void)v;
	r->builds++;
}

static void count_job(struct gc_report *r, const struct victim *v)
{
	(void)v;
	r->jobs++;
}

static void count_none(struct gc_report *r, const struct victim *v)
{
	(void)r;
	(void)v;
}

/* The next victims behind *last, at most STEP. Returns how many. */
static int victims_find(const struct gc *g, const struct sweep *w, const struct victim *last,
			struct victim *v, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int n = 0, r = stmt_prepare(g->s->db, &q, w->find, err);

	if (r < 0)
		return r;
	if (w->named)
		stmt_text(&q, ":after", last->name);
	else
		stmt_int(&q, ":after", last->num);
	if (!w->named)
		stmt_int(&q, ":before", g->before);
	stmt_int(&q, ":limit", STEP);
	while ((r = stmt_step(&q, err)) == 1) {
		v[n] = (struct victim){ .bytes = stmt_col_int(&q, 1) };
		if (w->named)
			snprintf(v[n].name, sizeof(v[n].name), "%s", stmt_col_text(&q, 0));
		else
			v[n].num = stmt_col_int(&q, 0);
		n++;
	}
	return r < 0 ? r : n;
}

static int victims_change(const struct gc *g, const struct sweep *w, const struct victim *v, int n,
			  struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(g->s->db, &q, w->change, err);

	for (int i = 0; r == 0 && i < n; i++) {
		if (w->named)
			stmt_text(&q, ":name", v[i].name);
		else
			stmt_int(&q, ":num", v[i].num);
		r = stmt_run(&q, err);
		if (r == 0)
			w->count(g->report, &v[i]);
	}
	return r;
}

/* A step's transaction; all of a dry run is one, which its end undoes. */
static int step_begin(const struct gc *g, struct txn *t, struct err *err)
{
	return g->dry ? 0 : txn_begin(g->s->db, t, err);
}

static int step_end(const struct gc *g, struct txn *t, struct err *err)
{
	return g->dry ? 0 : txn_commit(t, err);
}

/* Returns how many rows were looked at. */
static int sweep_step(const struct gc *g, const struct sweep *w, struct victim *last,
		      struct err *err)
{
	CLEANUP(free_ptr) struct victim *v = mem_zalloc(STEP * sizeof(*v));
	CLEANUP(txn_done) struct txn t = { 0 };
	int n = 0, r = step_begin(g, &t, err);

	if (r == 0)
		r = n = victims_find(g, w, last, v, err);
	if (r > 0)
		r = victims_change(g, w, v, n, err);
	if (r == 0)
		r = step_end(g, &t, err);
	if (n > 0)
		*last = v[n - 1];
	return r < 0 ? r : n;
}

static int rows_sweep(const struct gc *g, struct err *err)
{
	static const struct sweep sweeps[] = {
		{ sql_gc_mails, sql_gc_mail, false, count_mail },
		{ sql_gc_builds, sql_gc_build, false, count_build },
		{ sql_gc_jobs, sql_gc_job, false, count_job },
		{ sql_gc_logs, sql_gc_log, true, count_none }, /* behind the jobs */
		{ sql_gc_submissions, sql_gc_submission, false, count_none },
		{ sql_gc_messages, sql_gc_message, false, count_none },
	};
	int r = 0;

	for (size_t i = 0; r >= 0 && i < sizeof(sweeps) / sizeof(*sweeps); i++) {
		struct victim last = { 0 };

		do
			r = sweep_step(g, &sweeps[i], &last, err);
		while (r == STEP);
	}
	return r < 0 ? r : 0;
}

static void close_folder(DIR **d)
{
	if (*d)
		(void)closedir(*d);
}

/* 1: a row names it; 0: none. */
static int is_named(struct stmt *q, const char *name, struct err *err)
{
	int r;

	stmt_text(q, ":name", name);
	r = stmt_step(q, err);
	stmt_reset(q);
	return r;
}

static int file_sweep(const struct gc *g, int dir, const char *name, const char *suffix,
		      struct stmt *q, struct err *err)
{
	char hex[HASH_HEX_LEN];
	struct stat st;
	int r;

	snprintf(hex, sizeof(hex), "%.64s", name);
	if (strlen(name) != 64 + strlen(suffix) || strcmp(name + 64, suffix) != 0 ||
	    !files_name_ok(hex))
		return 0; /* not ours */
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_mtime > g->now - YOUNG_S)
		return 0;
	r = is_named(q, hex, err);
	if (r != 0)
		return r < 0 ? r : 0;
	if (!g->dry && unlinkat(dir, name, 0) < 0 && errno != ENOENT)
		return err_errno(err, errno, "cannot remove '%s'", name);
	g->report->files++;
	g->report->file_bytes += st.st_size;
	return 0;
}

/* The files of FOLDER/ab/, while nobody else can write a row that names one. */
static int folder_sweep(const struct gc *g, const struct files *f, int ab, const char *named,
			struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/%02x", f->folder, (unsigned int)ab);
	CLEANUP(close_folder) DIR *d = opendir(path);
	CLEANUP(stmt_done) struct stmt q = { 0 };
	CLEANUP(txn_done) struct txn t = { 0 };
	struct dirent *e;
	int r;

	if (!d)
		return errno == ENOENT ? 0 : err_errno(err, errno, "cannot read folder '%s'", path);
	r = step_begin(g, &t, err);
	if (r == 0)
		r = stmt_prepare(g->s->db, &q, named, err);
	while (r == 0 && (e = readdir(d)))
		r = file_sweep(g, dirfd(d), e->d_name, f->suffix, &q, err);
	return r == 0 ? step_end(g, &t, err) : r;
}

static int files_gc(const struct gc *g, struct err *err)
{
	int r = 0;

	for (int ab = 0; r == 0 && ab < 256; ab++) {
		r = folder_sweep(g, &g->s->logs, ab, sql_gc_log_named, err);
		if (r == 0)
			r = folder_sweep(g, &g->s->artifacts, ab, sql_gc_artifact_named, err);
	}
	return r;
}

int store_gc(struct store *s, int64_t keep_s, int64_t now, bool dry, struct gc_report *ret,
	     struct err *err)
{
	CLEANUP(txn_done) struct txn all = { 0 };
	struct gc_report report = { 0 };
	const struct gc g = { s, now - keep_s, now, dry, &report };
	int r = dry ? txn_begin(s->db, &all, err) : 0;

	if (r == 0)
		r = rows_sweep(&g, err);
	if (r == 0)
		r = files_gc(&g, err);
	*ret = report; /* what was freed before an error is freed */
	return r < 0 ? err_prefix(err, "gc") : 0;
}
