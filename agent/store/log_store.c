// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "store/logfile.h"
#include "store/room.h"

int log_take(struct store *s, const char *plain, const char *known, struct log_ref *ret,
	     struct err *err)
{
	struct log_ref log = { 0 };
	int r = 0;

	if (plain)
		r = logfile_put(&s->logs, plain, log.sha256, &log.size, err);
	else
		memcpy(log.sha256, known, sizeof(log.sha256)); /* its key finds the row */
	if (r == 0)
		*ret = log;
	return r;
}

int log_row_put(struct db *db, const struct log_ref *log, struct err *err)
{
	CLEANUP(stmt_done) struct stmt q = { 0 };
	int r = stmt_prepare(db, &q, sql_log_put, err);

	if (r < 0)
		return r;
	stmt_text(&q, ":sha256", log->sha256);
	stmt_int(&q, ":size", log->size);
	stmt_int(&q, ":now", clock_now());
	return stmt_run(&q, err);
}

void log_taken(const struct log_ref *log, char **plain, char *sha256)
{
	memcpy(sha256, log->sha256, sizeof(log->sha256));
	if (*plain)
		(void)unlink(*plain); /* the store has it: one that stays is only space */
	free(*plain);
	*plain = NULL;
}

int store_log_get(struct store *s, const char *sha256, struct buf *ret, struct err *err)
{
	if (!*sha256)
		return err_set(err, ENOENT, "no log was kept");
	if (!files_name_ok(sha256))
		return err_set(err, EINVAL, "'%s' is not the SHA-256 of a log", sha256);
	return logfile_get(&s->logs, sha256, ret, err);
}
