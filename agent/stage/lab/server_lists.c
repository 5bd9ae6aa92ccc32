// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/lab/answer.h"
#include "stage/lab/server_room.h"

/* A LAVA server's lists: jobs, devices, cases. */

enum {
	BATCH = 50,	 /* ids in one question: each row comes with its whole definition */
	PAGE = 200,	 /* rows of other lists */
	PAGES_MAX = 100, /* of a list; what is behind is no list of LAVA's */
};

void lava_word_done(struct lava_word *w)
{
	free(w->error_type);
	free(w->error_msg);
	*w = (struct lava_word){ 0 };
}

/* A page of jobs, all that there are of what was asked for. */
static int ask_jobs(struct lab_server *s, const char *path, const struct job_want *want,
		    struct answer_page *page, struct lava_job_list *ret, struct err *err)
{
	CLEANUP(net_answer_done) struct net_answer a = { 0 };
	int r = server_ask(s, path, NULL, SERVER_JSON, &a, err);

	if (r == 0)
		r = server_answered(
			s, answer_jobs(buf_text(&a.body), a.body.len, want, page, ret, err), err);
	if (r == 0 && page->others && page->count > (int64_t)page->rows)
		return err_set(err, EBADMSG, "lab %s lists jobs that were not asked for",
			       s->lab->name);
	return r;
}

static int by_id(const void *a, const void *b)
{
	const struct lava_job *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

int lab_server_find(struct lab_server *s, const char *key, struct lava_job_list *ret,
		    struct err *err)
{
	CLEANUP(lava_job_list_done) struct lava_job_list found = { 0 };
	CLEANUP(buf_done) struct buf path = { 0 };
	const struct job_want want = { .submitter = s->lab->user, .description = key };
	struct answer_page page;
	int r;

	buf_str(&path, "jobs/?description=");
	net_escape(&path, key);
	buf_str(&path, "&submitter__username=");
	net_escape(&path, s->lab->user);
	buf_printf(&path, "&ordering=id&limit=%d", BATCH);
	r = ask_jobs(s, buf_text(&path), &want, &page, &found, err);
	if (r < 0)
		return r;
	if (found.n)
		qsort(found.v, found.n, sizeof(*found.v), by_id);
	*ret = found;
	found = (struct lava_job_list){ 0 };
	return 0;
}

int lab_server_jobs(struct lab_server *s, const int64_t *ids, size_t n, struct lava_job_list *ret,
		    struct err *err)
{
	CLEANUP(lava_job_list_done) struct lava_job_list found = { 0 };

	for (size_t at = 0; at < n; at += BATCH) {
		CLEANUP(buf_done) struct buf path = { 0 };
		size_t some = n - at < BATCH ? n - at : BATCH;
		const struct job_want want = { .ids = ids + at, .n_ids = some };
		struct answer_page page;
		int r;

		buf_str(&path, "jobs/?id__in=");
		for (size_t i = 0; i < some; i++)
			buf_printf(&path, "%s%lld", i ? "," : "", (long long)ids[at + i]);
		buf_printf(&path, "&ordering=id&limit=%d", BATCH);
		r = ask_jobs(s, buf_text(&path), &want, &page, &found, err);
		if (r < 0)
			return r;
	}
	*ret = found;
	found = (struct lava_job_list){ 0 };
	return 0;
}

int lab_server_waiting(struct lab_server *s, const char *type, int *ret, struct err *err)
{
	CLEANUP(lava_job_list_done) struct lava_job_list l = { 0 };
	CLEANUP(buf_done) struct buf path = { 0 };
	const struct job_want want = { .type = type };
	struct answer_page page;
	int r;

	buf_str(&path, "jobs/?state=Submitted&requested_device_type=");
	net_escape(&path, type);
	buf_str(&path, "&limit=1");
	r = ask_jobs(s, buf_text(&path), &want, &page, &l, err);
	if (r < 0)
		return r;
	*ret = l.n && l.v[0].state == LAVA_SUBMITTED ? (int)(page.count & 0x7fffffff) : 0;
	return 0;
}

int lab_server_has_tag(struct lab_server *s, const char *tag, struct err *err)
{
	CLEANUP(net_answer_done) struct net_answer a = { 0 };
	CLEANUP(buf_done) struct buf path = { 0 };
	int64_t n = 0;
	int r;

	buf_str(&path, "tags/?name=");
	net_escape(&path, tag);
	buf_str(&path, "&limit=1");
	r = server_ask(s, buf_text(&path), NULL, SERVER_JSON, &a, err);
	if (r == 0)
		r = server_answered(s, answer_count(buf_text(&a.body), a.body.len, &n, err), err);
	return r < 0 ? r : n > 0;
}

/* Reads a page; its numbers go to *page. */
typedef int page_fn(const char *data, size_t len, struct answer_page *page, void *arg,
		    struct err *err);

/* All pages of a list. `next` of an answer is not followed: it can lead anywhere. */
static int ask_pages(struct lab_server *s, const char *list, page_fn *read, void *arg,
		     struct err *err)
{
	int64_t offset = 0;

	for (int i = 0; i < PAGES_MAX; i++) {
		CLEANUP(free_ptr)
		char *path = mem_printf("%slimit=%d&offset=%lld", list, PAGE, (long long)offset);
		CLEANUP(net_answer_done) struct net_answer a = { 0 };
		struct answer_page page = { 0 };
		int r = server_ask(s, path, NULL, SERVER_JSON, &a, err);

		if (r == 0)
			r = server_answered(s, read(buf_text(&a.body), a.body.len, &page, arg, err),
					    err);
		if (r < 0)
			return r;
		offset += (int64_t)page.rows;
		if (!page.rows || offset >= page.count)
			return 0;
	}
	return err_set(err, EBADMSG, "lab %s has a list of more than %d rows", s->lab->name,
		       PAGE * PAGES_MAX);
}

struct device_ask {
	const char *lab;
	const char *const *types;
	size_t n_types;
	struct lab_device_list devices;
	struct strv workers;
};

static int read_devices(const char *data, size_t len, struct answer_page *page, void *arg,
			struct err *err)
{
	struct device_ask *d = arg;

	return answer_devices(data, len, d->lab, d->types, d->n_types, page, &d->devices, err);
}

static int read_workers(const char *data, size_t len, struct answer_page *page, void *arg,
			struct err *err)
{
	struct device_ask *d = arg;

	return answer_workers(data, len, page, &d->workers, err);
}

int lab_server_devices(struct lab_server *s, const char *const *types, size_t n_types,
		       struct lab_device_list *ret, struct err *err)
{
	struct device_ask d = { .lab = s->lab->name, .types = types, .n_types = n_types };
	int r = ask_pages(s, "devices/?ordering=hostname&", read_devices, &d, err);

	if (r == 0)
		r = ask_pages(s, "workers/?ordering=hostname&", read_workers, &d, err);
	for (size_t i = 0; r == 0 && i < d.devices.n; i++)
		d.devices.v[i].online = strv_has(&d.workers, d.devices.v[i].worker);
	strv_done(&d.workers);
	if (r < 0) {
		lab_device_list_done(&d.devices);
		return r;
	}
	*ret = d.devices;
	return 0;
}

struct word_ask {
	int64_t newest;
	struct lava_word word;
};

static int read_word(const char *data, size_t len, struct answer_page *page, void *arg,
		     struct err *err)
{
	struct word_ask *w = arg;

	return answer_word(data, len, page, &w->newest, &w->word, err);
}

int lab_server_word(struct lab_server *s, int64_t id, struct lava_word *ret, struct err *err)
{
	CLEANUP(free_ptr)
	char *list = mem_printf("jobs/%lld/tests/?suite__name=lava&ordering=id&", (long long)id);
	struct word_ask w = { 0 };
	int r = ask_pages(s, list, read_word, &w, err);

	if (r < 0) {
		lava_word_done(&w.word);
		return r;
	}
	*ret = w.word;
	return 0;
}
