// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/foreign.h"
#include "cli/cli.h"
#include "pipeline/ingest.h"
#include "store/ingest.h"

static int mbox_print(struct session *s, const struct series_row *series, struct err *err)
{
	CLEANUP(buf_done) struct buf mbox = { 0 };
	int r = ingest_mbox(s->store, series, &mbox, err);

	if (r == 0 && fwrite(buf_text(&mbox), 1, mbox.len, stdout) < mbox.len)
		r = err_set(err, EIO, "cannot write to standard output");
	return r;
}

/* The series as one mbox, as git am takes it, or what it is. */
int cmd_fetch(struct session *s, int argc, char **argv, struct err *err)
{
	CLEANUP(series_row_done) struct series_row series = { 0 };
	CLEANUP(close_fd) int cancel = -1;
	CLEANUP(free_ptr) char *name = NULL;
	CLEANUP(free_ptr) char *msgid = NULL;
	bool mbox = false;
	const char *what = NULL;
	int r;

	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--mbox") == 0)
			mbox = true;
		else if ((argv[i][0] == '-' && argv[i][1] == '-') || what)
			return usage_error("fetch", err, "unexpected '%s'", argv[i]);
		else
			what = argv[i];
	if (!what)
		return usage_error("fetch", err, "a Message-ID or a URL is missing");
	cancel = cancel_open(err);
	r = cancel < 0 ? cancel
		       : ingest_fetch(s->config, s->store, what, cancel, &series, NULL, err);
	if (r < 0)
		return r;
	if (mbox)
		return mbox_print(s, &series, err);
	name = foreign_line(series.name);
	msgid = foreign_line(series.message_id);
	if (s->json)
		return json_print(json_pack("{s:s,s:s,s:i,s:i,s:I,s:b}", "message_id", msgid,
					    "name", name, "version", series.revision, "total",
					    series.total, "received", (json_int_t)series.received,
					    "complete", series.full_complete),
				  err);
	printf("%s\n  version %d, %zu of %d patches  %s\n", name, series.revision, series.received,
	       series.total, msgid);
	return 0;
}
