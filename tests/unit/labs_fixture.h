/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_LABS_FIXTURE_H
#define DMALAB_TESTS_LABS_FIXTURE_H

/* What tests of submissions and labs share. Behind store_fixture.h. */

#include "letter_fixture.h"
#include "store/labs.h"
#include "store/queue.h"

/* A series of one patch of this author (NULL: Ann), and a task for it: its number. */
static inline int64_t a_task(struct fixture *f, int i, const char *from, int64_t *series)
{
	CLEANUP(free_ptr) char *id = mem_printf("s%d@a", i);
	CLEANUP(free_ptr) char *subject = mem_printf("[PATCH] dma: subject %d", i);
	CLEANUP(series_row_done) struct series_row s = { 0 };
	const struct letter l = LETTER_OF(from, subject, id, NULL, id, i);
	struct task t = {
		.key = id, .source = (char *)"lkml", .tree = (char *)"next", .plan = (char *)"patch"
	};
	int64_t num = 0;

	assert_int_equal(send_as(f, "lkml", &l, 1, NULL, NULL), 1);
	sort_all(f);
	s = series_of(f, id);
	t.series = s.num;
	if (series)
		*series = s.num;
	FOUND(store_task_add(f->s, &t, &num, &f->err));
	return num;
}

static inline void is_clean(struct fixture *f)
{
	CLEANUP(buf_done) struct buf report = { 0 };

	if (store_verify(f->s, &report, &f->err) != 1)
		fail_msg("%s%s", buf_text(&report), f->err.msg);
}

static inline void sql(struct fixture *f, const char *text)
{
	CLEANUP(db_freep) struct db *db = raw_db(f);

	OK(db_exec(db, text, &f->err));
}

static inline void put_job(struct fixture *f, const char *id, enum job_outcome outcome, int64_t at)
{
	CLEANUP(job_done) struct job j = a_job(id, "b1b1");

	j.outcome = outcome;
	j.started = at;
	OK(store_job_put(f->s, &j, &f->err));
}

static inline struct submission a_wish(int64_t task, const char *filter)
{
	return (struct submission){ .lab = (char *)"farm",
				    .target = (char *)"odroid",
				    .build_id = (char *)"b1b1",
				    .filter = (char *)filter,
				    .kernel = (char *)"aa.kernel",
				    .ramdisk = (char *)"bb.cpio.gz",
				    .dtb = (char *)"cc.dtb",
				    .task = task };
}

/* Its number; `fresh`: whether it must be a new one. */
static inline int64_t wanted(struct fixture *f, const struct submission *w, bool fresh)
{
	int64_t num = 0;
	int r = store_submission_want(f->s, w, &num, &f->err);

	if (r < 0)
		fail_msg("%s", f->err.msg);
	assert_int_equal(r, fresh);
	return num;
}

static inline int64_t want(struct fixture *f, int64_t task, const char *filter, bool fresh)
{
	const struct submission w = a_wish(task, filter);

	return wanted(f, &w, fresh);
}

static inline struct submission got(struct fixture *f, int64_t num)
{
	struct submission s = { 0 };

	FOUND(store_submission_get(f->s, num, &s, &f->err));
	return s;
}

static inline size_t open_ones(struct fixture *f, const char *lab)
{
	CLEANUP(submission_marks_done) struct submission_marks l = { 0 };

	OK(store_submissions_open(f->s, lab, &l, &f->err));
	return l.n;
}

#endif
