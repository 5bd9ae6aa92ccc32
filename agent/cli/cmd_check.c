// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "mail/mail.h"
#include "model/config.h"
#include "model/task.h"
#include "pipeline/pipeline.h"
#include "report/link.h"
#include "report/report.h"
#include "report/tell.h"
#include "store/ingest.h"
#include "store/known.h"
#include "store/queue.h"

static int input_read(const struct config *c, struct buf *ret, struct err *err)
{
	const size_t limit = (size_t)c->limits.series_mb << 20;
	char block[65536];
	size_t n;

	while ((n = fread(block, 1, sizeof(block), stdin)) > 0) {
		buf_add(ret, block, n);
		if (ret->len > limit)
			return err_set(err, EMSGSIZE, "check: the mail has more than %d MiB",
				       c->limits.series_mb);
	}
	return ferror(stdin) ? err_set(err, EIO, "check: cannot read the mail") : 0;
}

static int answer(struct session *s, const struct verdict *v, const char *why, struct err *err)
{
	CLEANUP(free_ptr) char *url = v ? link_verdict(s->config, v->id) : NULL;

	return json_print(report_b4(v, url, why), err);
}

/* Why a series of the store has no verdict. */
static char *why_not(const struct series_row *series, const struct task *t)
{
	switch (t->num ? t->state : TASK_DONE) {
	case TASK_WAITING:
		return mem_strdup("not tested yet: it waits for its turn");
	case TASK_RUNNING:
		return mem_strdup("not tested yet: it is being tested");
	case TASK_DROPPED:
	case TASK_FAILED:
		return mem_printf("not tested: %s", t->why);
	case TASK_DONE:
		break;
	}
	if (t->num)
		return mem_strdup("no verdict: the lab failed, not the series");
	return mem_printf("not tested: %s",
			  series->decision[0] ? series->decision : "nothing was decided yet");
}

/* What the store knows of the series that the mail is of. */
static int look_up(struct session *s, const char *msgid, struct err *err)
{
	CLEANUP(series_row_done) struct series_row series = { 0 };
	CLEANUP(verdict_done) struct verdict v = { 0 };
	CLEANUP(task_done) struct task t = { 0 };
	CLEANUP(free_ptr) char *why = NULL;
	int r;

	if (!msgid[0])
		return answer(s, NULL, "not tested: the mail has no Message-ID", err);
	r = store_series_find(s->store, msgid, &series, err);
	if (r == 0)
		return answer(s, NULL, "not tested: no source has brought it", err);
	if (r == 1)
		r = store_verdict_of_series(s->store, series.num, &v, err);
	if (r == 1)
		return answer(s, &v, NULL, err);
	if (r == 0)
		r = store_task_of_series(s->store, series.num, &t, err);
	if (r < 0)
		return r;
	why = why_not(&series, &t);
	return answer(s, NULL, why, err);
}

/* The mail as a series of its own, now. What cannot be tested is an answer too. */
static int test_now(struct session *s, struct err *err)
{
	CLEANUP(test_report_done) struct test_report report = { 0 };
	CLEANUP(close_fd) int cancel = cancel_open(err);
	CLEANUP(free_ptr) char *why = NULL;
	const struct progress quiet = { 0 };
	const struct test_request req = { .mbox = "-", .cancel_fd = cancel, .print = report_print };
	bool input_error;
	int r;

	if (cancel < 0)
		return cancel;
	r = pipeline_test(s->config, s->store, &req, &quiet, &report, &input_error, err);
	if (r == -ECANCELED)
		return r;
	if (r == 0)
		return answer(s, &report.verdict, NULL, err);
	why = mem_printf("not tested: %s", err->msg);
	return answer(s, NULL, why, err);
}

int cmd_check(struct session *s, int argc, char **argv, struct err *err)
{
	CLEANUP(buf_done) struct buf raw = { 0 };
	bool test = false;
	const struct option_to to[] = { { .name = "test", .flag = &test } };
	struct mail mail = { 0 };
	int r = options_read(argc, argv, to, 1, err);

	if (r == 0 && test)
		return test_now(s, err);
	if (r == 0)
		r = input_read(s->config, &raw, err);
	if (r < 0)
		return r;
	mail_parse(buf_text(&raw), raw.len, 0, &mail);
	r = look_up(s, mail.msgid, err);
	mail_done(&mail);
	return r;
}
