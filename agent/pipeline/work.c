// SPDX-License-Identifier: GPL-2.0-or-later
#include "pipeline/work.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/task.h"
#include "pipeline/ingest.h"
#include "store/ingest.h"
#include "store/known.h"
#include "store/outbox.h"
#include "store/queue.h"

int work_lock(const struct config *c, struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/agent.lock", c->work_dir);

	return fs_lock(path, false, err);
}

char *work_owner(void)
{
	return mem_printf(WORK_OWNER "%ld:%lld", (long)getpid(), (long long)clock_ms());
}

/* What a test needs to conclude. */
struct worker {
	const struct config *config;
	struct store *store;
	struct task task;
	const char *owner;
	const struct work_words *words;
	struct test_report *report;
	bool again; /* it waits for the next attempt */
};

static int64_t backoff(int attempts)
{
	int64_t s = WORK_BACKOFF_S;

	for (int i = 1; i < attempts; i++)
		s *= 4;
	return clock_now() + s;
}

static int lost(const struct worker *w, struct err *err)
{
	return err_set(err, ECANCELED, "task %lld is another's by now", (long long)w->task.num);
}

/* What is told of the series, as far as it is known. What cannot be put into words is left out: a
 * verdict is worth more than its news. */
static int tell(struct worker *w, const struct test_report *report, struct err *err)
{
	CLEANUP(tell_facts_done) struct tell_facts f = { 0 };
	CLEANUP(message_list_done) struct message_list l = { 0 };
	struct err why = { 0 };
	int r = w->words->tell
			? tell_facts_read(w->config, w->store, w->task.series, report, &f, err)
			: 0;

	if (r <= 0)
		return r;
	if (w->words->tell(&f, &l, &why) < 0) {
		strv_addf(&w->report->notes, "nobody is told: %s", why.msg);
		return 0;
	}
	if (report)
		r = store_messages_outdate(w->store, w->task.series, MESSAGE_CHECK,
					   "there is a verdict", err);
	return r < 0 ? r : store_messages_put(w->store, &l, NULL, err);
}

int work_gone(const struct config *c, struct store *store, int64_t series, const char *why,
	      const struct work_words *words, struct err *err)
{
	CLEANUP(tell_facts_done) struct tell_facts f = { 0 };
	CLEANUP(message_list_done) struct message_list l = { 0 };
	CLEANUP(verdict_done) struct verdict before = { 0 };
	struct err ignored;
	int r = store_verdict_of_series(store, series, &before, err);

	if (r != 0 || !words->tell)
		return r < 0 ? r : 0;
	r = tell_facts_read(c, store, series, NULL, &f, err);
	if (r <= 0)
		return r;
	f.gone = why;
	if (words->tell(&f, &l, &ignored) < 0)
		return 0; /* for want of words no task is tried for ever */
	r = store_messages_outdate(store, series, MESSAGE_CHECK, why, err);
	return r < 0 ? r : store_messages_put(store, &l, NULL, err);
}

/* Ends without a verdict, and says so to whom it was told that it begins, or neither. */
static int give_up(struct worker *w, enum task_state state, const char *why, struct err *err)
{
	CLEANUP(together_done) struct together t = { 0 };
	int r = together_begin(w->store, &t, err);

	if (r < 0)
		return r;
	r = store_task_return(w->store, w->task.num, w->owner, state, 0, false, why, err);
	if (r <= 0)
		return r < 0 ? r : lost(w, err);
	r = work_gone(w->config, w->store, w->task.series, why, w->words, err);
	return r < 0 ? r : together_commit(&t, err);
}

/* Tries it once more, or gives it up. */
static int put_back(struct worker *w, const char *why, struct err *err)
{
	int r;

	w->again = w->task.attempts < WORK_ATTEMPTS;
	if (!w->again)
		return give_up(w, TASK_FAILED, why, err);
	r = store_task_return(w->store, w->task.num, w->owner, TASK_WAITING,
			      backoff(w->task.attempts), false, why, err);
	return r < 0 ? r : r == 0 ? lost(w, err) : 0;
}

/* The verdict and what is told of it, or neither. */
static int finish(struct worker *w, struct verdict *v, struct err *err)
{
	CLEANUP(together_done) struct together t = { 0 };
	int r = together_begin(w->store, &t, err);

	if (r < 0)
		return r;
	r = store_task_finish(w->store, w->task.num, w->owner, v, err);
	if (r <= 0)
		return r < 0 ? r : lost(w, err);
	r = tell(w, w->report, err);
	return r < 0 ? r : together_commit(&t, err);
}

/* A verdict is final, unless the lab failed and may do better the next time. */
static int conclude(void *arg, struct verdict *v, struct err *err)
{
	struct worker *w = arg;

	if (v->kind == VERDICT_NONE && !w->report->waits && w->task.attempts < WORK_ATTEMPTS)
		return put_back(w, v->reasons.n ? v->reasons.v[0].detail : "no verdict", err);
	return finish(w, v, err);
}

/* The series as a file that has no name. Returns the descriptor. */
static int mbox_make(struct store *store, const struct task *t, struct err *err)
{
	CLEANUP(series_row_done) struct series_row s = { 0 };
	CLEANUP(buf_done) struct buf mbox = { 0 };
	int r = store_series_get(store, t->series, &s, err);

	if (r == 0)
		return err_set(err, ENOENT, "the series of task %lld is gone", (long long)t->num);
	if (r == 1)
		r = ingest_mbox(store, &s, &mbox, err);
	return r < 0 ? r : fs_unnamed(buf_text(&mbox), mbox.len, err);
}

static int task_open(struct worker *w, int64_t num, struct err *err)
{
	int r = store_task_get(w->store, num, &w->task, err);

	if (r == 0)
		return err_set(err, ENOENT, "task %lld is gone", (long long)num);
	return r < 0 ? r : 0;
}

static int test(const struct config *c, struct worker *w, int cancel_fd,
		const struct progress *progress, struct test_report *report, bool *input_error,
		struct err *err)
{
	CLEANUP(close_fd) int fd = mbox_make(w->store, &w->task, err);
	CLEANUP(free_ptr) char *path = mem_printf("/proc/self/fd/%d", fd);
	const struct test_request req = {
		.mbox = path,
		.tree = w->task.tree[0] ? w->task.tree : NULL,
		.plan = w->task.plan[0] ? w->task.plan : NULL,
		.anew = w->task.priority == TASK_AGAIN, /* somebody doubts what is known */
		.task = w->task.num,
		.series = w->task.series,
		.cancel_fd = cancel_fd,
		.conclude = conclude,
		.conclude_arg = w,
		.print = w->words->print,
	};

	*input_error = false;
	if (fd < 0)
		return fd;
	if (tell(w, NULL, err) < 0)
		return -err->code;
	return pipeline_test(c, w->store, &req, progress, report, input_error, err);
}

/* Whether whoever claimed it is this process, or the agent whose child this is. */
static bool owner_lives(const char *owner)
{
	long pid = strncmp(owner, WORK_OWNER, strlen(WORK_OWNER)) == 0
			   ? atol(owner + strlen(WORK_OWNER))
			   : 0;

	return pid == getpid() || pid == getppid();
}

int work_test(const struct config *c, struct store *store, int64_t num, const char *owner,
	      int cancel_fd, const struct progress *progress, const struct work_words *words,
	      struct test_report *report, bool *again, struct err *err)
{
	struct worker w = {
		.config = c, .store = store, .owner = owner, .words = words, .report = report
	};
	struct err failed = { 0 }, ignored;
	bool input_error = false;
	int r = task_open(&w, num, err), kept;

	if (r == 0)
		r = test(c, &w, cancel_fd, progress, report, &input_error, err);
	if (r == -ESTALE) { /* superseded while it waited for a board */
		failed = *err;
		if (give_up(&w, TASK_DROPPED, failed.msg, &ignored) >= 0)
			r = -ECANCELED;
	} else if (r == -ECANCELED && owner_lives(owner) &&
		   store_task_return(store, num, owner, TASK_WAITING, 0, true, "", &ignored) < 0) {
		r = -ECANCELED; /* the lease ends by itself */
	} else if (r < 0 && r != -ECANCELED && w.task.num) {
		failed = *err;
		kept = input_error ? give_up(&w, TASK_FAILED, failed.msg, err)
				   : put_back(&w, failed.msg, err);
		r = kept < 0 ? kept : err_set(err, failed.code, "%s", failed.msg);
	}
	*again = w.again;
	task_done(&w.task);
	return r;
}

int work_died(const struct config *c, struct store *store, int64_t num, const char *owner,
	      const char *how, const struct work_words *words, struct err *err)
{
	CLEANUP(free_ptr) char *why = mem_printf("its process ended by %s", how);
	struct worker w = { .config = c, .store = store, .owner = owner, .words = words };
	int r = task_open(&w, num, err);

	if (r == 0 && w.task.state == TASK_RUNNING)
		r = put_back(&w, why, err);
	task_done(&w.task);
	return r == -ECANCELED ? 0 : r;
}
