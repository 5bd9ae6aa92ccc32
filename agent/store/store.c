// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "store/artifact.h"
#include "store/logfile.h"
#include "store/room.h"

enum { MOMENTS = 20 };

void store_freep(struct store **store)
{
	struct store *s = *store;

	if (!s)
		return;
	db_freep(&s->db);
	files_done(&s->logs);
	files_done(&s->artifacts);
	close_fd(&s->lock);
	free(s);
	*store = NULL;
}

/* Returns 1 when nobody else has the store open, 0 when somebody has and so have we. */
static int lock_alone(int fd, struct err *err)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 1;
	if (errno != EWOULDBLOCK)
		return err_errno(err, errno, "cannot lock the store");
	/* the exclusive lock is held only while another opens */
	while (flock(fd, LOCK_SH) < 0)
		if (errno != EINTR)
			return err_errno(err, errno, "cannot lock the store");
	return 0;
}

/* The copy is a whole file of that name or none. */
static int back_up(struct store *s, const char *path, int version, struct err *err)
{
	CLEANUP(free_ptr) char *to = mem_printf("%s.schema-%d", path, version);
	CLEANUP(free_ptr) char *tmp = mem_printf("%s.tmp", to);
	CLEANUP(close_fd) int fd = -1;
	int r;

	if (unlink(tmp) < 0 && errno != ENOENT)
		return err_errno(err, errno, "cannot remove '%s'", tmp);
	r = db_backup(s->db, tmp, err);
	if (r == 0) {
		fd = open(tmp, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || fsync(fd) < 0 || rename(tmp, to) < 0)
			r = err_errno(err, errno, "cannot write '%s'", to);
	}
	if (r < 0) {
		(void)unlink(tmp);
		return err_prefix(err, "backup before the migration");
	}
	return 0;
}

static int migrate(struct store *s, const char *work_dir, const char *path,
		   const struct steps *steps, bool alone, struct err *err)
{
	int version = db_version(s->db, err), r = 0;

	if (version < 0 || version == steps->n)
		return version < 0 ? version : 0;
	if (!alone && flock(s->lock, LOCK_EX | LOCK_NB) < 0)
		return err_set(err, EBUSY,
			       "the store must be migrated from schema %d to %d, and another "
			       "dmalab has it open: end that one first",
			       version, steps->n);
	if (version > 0)
		r = back_up(s, path, version, err);
	if (r == 0 && version > 0)
		r = folder_sync(work_dir, err);
	if (r == 0)
		r = db_migrate(s->db, steps->v, steps->n, err);
	return r;
}

static int open_all(struct store *s, const char *work_dir, const struct steps *steps,
		    struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/dmalab.db", work_dir);
	CLEANUP(free_ptr) char *lock = mem_printf("%s.lock", path);
	int alone, r;

	s->logs = (struct files){ mem_printf("%s/logs", work_dir), ".zst" };
	s->artifacts = (struct files){ mem_printf("%s/artifacts", work_dir), "" };
	r = fs_mkdirs(s->logs.folder, err);
	if (r == 0)
		r = fs_mkdirs(s->artifacts.folder, err);
	if (r < 0)
		return r;
	s->lock = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (s->lock < 0)
		return err_errno(err, errno, "cannot open '%s'", lock);
	alone = lock_alone(s->lock, err);
	if (alone < 0)
		return alone;
	r = db_open(path, steps->n, &s->db, err);
	if (r == 0)
		r = migrate(s, work_dir, path, steps, alone, err);
	if (r == 0 && alone)
		r = files_sweep(&s->logs, err);
	if (r == 0 && alone)
		r = files_sweep(&s->artifacts, err);
	if (r == 0 && flock(s->lock, LOCK_SH) < 0)
		r = err_errno(err, errno, "cannot lock the store");
	return r;
}

int store_open_steps(const char *work_dir, const struct steps *steps, struct store **ret,
		     struct err *err)
{
	CLEANUP(store_freep) struct store *s = mem_zalloc(sizeof(*s));
	int r;

	s->lock = -1;
	s->opened = clock_boottime_ms();
	r = open_all(s, work_dir, steps, err);
	if (r < 0)
		return r;
	*ret = s;
	s = NULL;
	return 0;
}

int store_open(const char *work_dir, struct store **ret, struct err *err)
{
	const struct steps steps = { sql_migrations, sql_n_migrations };

	return store_open_steps(work_dir, &steps, ret, err);
}

/* Held by others for a moment while they open it, and for long while they migrate. */
static int lock_to_read(int fd, bool wait, struct err *err)
{
	const struct timespec moment = { .tv_nsec = 10 * 1000 * 1000 };

	for (int i = 0; flock(fd, wait ? LOCK_SH : LOCK_SH | LOCK_NB) < 0;) {
		if (errno == EWOULDBLOCK && i++ < MOMENTS)
			(void)nanosleep(&moment, NULL);
		else if (errno == EWOULDBLOCK)
			return err_set(err, EBUSY, "the store is being migrated");
		else if (errno != EINTR)
			return err_errno(err, errno, "cannot lock the store");
	}
	return 0;
}

static int open_to_read(struct store *s, const char *work_dir, bool wait, struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/dmalab.db", work_dir);
	CLEANUP(free_ptr) char *lock = mem_printf("%s.lock", path);
	int r;

	s->logs = (struct files){ mem_printf("%s/logs", work_dir), ".zst" };
	s->artifacts = (struct files){ mem_printf("%s/artifacts", work_dir), "" };
	s->lock = open(lock, O_RDONLY | O_CLOEXEC);
	if (s->lock < 0 && errno == ENOENT)
		return err_set(err, ENOENT, "there is no store in '%s' yet", work_dir);
	if (s->lock < 0)
		return err_errno(err, errno, "cannot open '%s'", lock);
	r = lock_to_read(s->lock, wait, err);
	return r < 0 ? r : db_open_reader(path, sql_n_migrations, &s->db, err);
}

static int reader_open(const char *work_dir, bool wait, struct store **ret, struct err *err)
{
	CLEANUP(store_freep) struct store *s = mem_zalloc(sizeof(*s));
	int r;

	s->lock = -1;
	s->opened = clock_boottime_ms();
	r = open_to_read(s, work_dir, wait, err);
	if (r < 0)
		return r;
	*ret = s;
	s = NULL;
	return 0;
}

int store_open_reader(const char *work_dir, struct store **ret, struct err *err)
{
	return reader_open(work_dir, true, ret, err);
}

int store_open_reader_now(const char *work_dir, struct store **ret, struct err *err)
{
	return reader_open(work_dir, false, ret, err);
}

/* A damaged database is a finding, not a failure of the check. */
static int finding(struct buf *report, const struct err *e, int *ok)
{
	*ok = 0;
	buf_printf(report, "%s\n", e->msg);
	return 0;
}

static int verify_integrity(struct store *s, struct buf *report, int *ok, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_integrity, err);

	while (r >= 0 && (r = stmt_step(&q, err)) == 1)
		if (strcmp(stmt_col_text(&q, 0), "ok") != 0) {
			*ok = 0;
			buf_printf(report, "database: %s\n", stmt_col_text(&q, 0));
		}
	return r == -EBADMSG ? finding(report, err, ok) : r;
}

static int verify_keys(struct store *s, struct buf *report, int *ok, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_foreign_keys, err);

	while (r >= 0 && (r = stmt_step(&q, err)) == 1) {
		*ok = 0;
		buf_printf(report, "database: a row of %s refers to a row of %s that is missing\n",
			   stmt_col_text(&q, 0), stmt_col_text(&q, 2));
	}
	return r == -EBADMSG ? finding(report, err, ok) : r;
}

static int check_log(struct store *s, const char *hex, struct err *err)
{
	return logfile_get(&s->logs, hex, NULL, err);
}

static int check_artifact(struct store *s, const char *hex, struct err *err)
{
	int64_t size;

	return artifact_check(&s->artifacts, hex, &size, err);
}

/* Every file that a row of the query names. */
static int verify_files(struct store *s, const char *sql,
			int (*check)(struct store *, const char *, struct err *),
			struct buf *report, int *ok, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql, err);

	while (r >= 0 && (r = stmt_step(&q, err)) == 1) {
		const char *hex = stmt_col_text(&q, 0);
		struct err e = { 0 };

		if (!files_name_ok(hex)) {
			*ok = 0;
			buf_printf(report, "'%s' is not the name of a file\n", hex);
		} else if (check(s, hex, &e) < 0) {
			(void)finding(report, &e, ok);
		}
	}
	return r == -EBADMSG ? finding(report, err, ok) : r;
}

/* Every mail as it came: packed, with a checksum. */
static int verify_mails(struct store *s, struct buf *report, int *ok, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(s->db, &q, sql_mail_raw_all, err);

	while (r >= 0 && (r = stmt_step(&q, err)) == 1) {
		CLEANUP(buf_done) struct buf raw = { 0 };
		struct err e = { 0 };

		if (unpack_bytes(stmt_col_blob(&q, 2), stmt_col_size(&q, 2),
				 (size_t)stmt_col_int(&q, 1), &raw, &e) < 0) {
			*ok = 0;
			buf_printf(report, "mail %lld is damaged: %s\n",
				   (long long)stmt_col_int(&q, 0), e.msg);
		}
	}
	return r == -EBADMSG ? finding(report, err, ok) : r;
}

int store_verify(struct store *s, struct buf *report, struct err *err)
{
	int ok = 1, r;

	r = verify_integrity(s, report, &ok, err);
	if (r == 0)
		r = verify_keys(s, report, &ok, err);
	if (r == 0)
		r = verify_files(s, sql_log_all, check_log, report, &ok, err);
	if (r == 0)
		r = verify_files(s, sql_artifact_all, check_artifact, report, &ok, err);
	if (r == 0)
		r = verify_mails(s, report, &ok, err);
	return r < 0 ? r : ok;
}
