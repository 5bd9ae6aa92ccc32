// SPDX-License-Identifier: GPL-2.0-or-later
/* Series that events or the sweep named: each is fetched when something of it is new. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "stage/source/patchwork.h"

enum { TRIES = 5 }; /* polls that trouble with one thing may end */

int pw_take(struct pw_poll *p, struct err *err)
{
	CLEANUP(free_ptr) char *cursor = p->c.project ? pw_cursor_write(&p->c) : NULL;

	return feed_take(p->f, cursor, err); /* without a project: the first poll, before its end */
}

int pw_known(struct pw_poll *p, const char *key, struct err *err)
{
	if (strv_has(&p->f->batch.keys, key))
		return 1;
	return p->f->host->known(p->f->host->arg, key, err);
}

/* Moves mails to the feed; in the middle of many the key is not yet among those handed over. */
static int mails_move(struct pw_poll *p, struct source_batch *from, struct err *err)
{
	for (size_t i = 0; i < from->n; i++) {
		struct arrival *a = &from->v[i];

		if (feed_full(p->f) && pw_take(p, err) < 0)
			return -err->code;
		feed_mail(p->f, a->raw, a->len, a->origin);
		*a = (struct arrival){ 0 };
	}
	for (size_t i = 0; i < from->notes.n; i++)
		strv_add(&p->f->batch.notes, from->notes.v[i]);
	return 0;
}

/* 1: there was trouble with it often enough that only a sweep tries it again. */
static int is_aside(struct pw_poll *p, const char *key, struct err *err)
{
	CLEANUP(free_ptr) char *aside = mem_printf("aside:%s", key);

	return pw_known(p, aside, err);
}

/* Notes that it was tried once more. 1: often enough. */
static int tried(struct pw_poll *p, const char *key, struct err *err)
{
	int r = 1;

	for (int i = 1; i < TRIES && r == 1; i++) {
		CLEANUP(free_ptr) char *try = mem_printf("try:%d:%s", i, key);

		r = pw_known(p, try, err);
		if (r == 0)
			strv_add(&p->f->batch.keys, try);
	}
	return r;
}

int pw_trouble(struct pw_poll *p, int r, const char *key, struct err *err)
{
	struct err what = *err;
	int enough = is_aside(p, key, err);

	if (enough == 0) {
		enough = tried(p, key, err);
		if (enough == 1) {
			CLEANUP(free_ptr) char *aside = mem_printf("aside:%s", key);

			strv_add(&p->f->batch.keys, aside);
			strv_addf(&p->f->batch.notes, "%s is put aside after %d tries: %s", key,
				  TRIES, what.msg);
		}
	}
	if (enough < 0)
		return enough;
	*err = what;
	return enough ? 0 : r;
}

/* What came of asking for one thing: if that is no use, a note says so and it counts as done. */
static int ended(struct pw_poll *p, int r, const char *key, struct source_batch *mails,
		 struct err *err)
{
	if (pw_is_lasting(r))
		strv_addf(&p->f->batch.notes, "%s is passed over: %s", key, err->msg);
	else if (r == 0)
		r = mails_move(p, mails, err);
	else if (r == -EAGAIN)
		return pw_trouble(p, r, key, err);
	if (r < 0 && !pw_is_lasting(r))
		return r;
	strv_add(&p->f->batch.keys, key);
	return 0;
}

/* 1: it was handed over before, or is aside. */
static int is_settled(struct pw_poll *p, const char *key, struct err *err)
{
	int r = pw_known(p, key, err);

	return r == 0 && !p->sweeping ? is_aside(p, key, err) : r;
}

int pw_cover_bring(struct pw_poll *p, const struct pw_mail *cover, struct err *err)
{
	CLEANUP(free_ptr) char *key = mem_printf("cover:%lld", (long long)cover->id);
	CLEANUP(source_batch_done) struct source_batch mails = { 0 };
	int r = is_settled(p, key, err);

	if (r != 0)
		return r < 0 ? r : 0;
	return ended(p, pw_mail_mails(&p->pw, cover, &mails, err), key, &mails, err);
}

int pw_series_bring(struct pw_poll *p, const struct pw_series *s, struct err *err)
{
	CLEANUP(free_ptr) char *key = mem_printf("series:%lld:%s", (long long)s->id, s->digest);
	CLEANUP(source_batch_done) struct source_batch mails = { 0 };
	int r = 0;

	if (s->cover.id >= 0)
		r = pw_cover_bring(p, &s->cover, err);
	if (r == 0)
		r = is_settled(p, key, err);
	if (r != 0)
		return r < 0 ? r : 0;
	return ended(p, pw_series_mails(&p->pw, s, &mails, err), key, &mails, err);
}

static bool seen(struct pw_poll *p, int64_t id)
{
	for (size_t i = p->n_seen; i-- > 0;)
		if (p->seen[i] == id)
			return true;
	p->seen = mem_grow(p->seen, p->n_seen, &p->cap_seen, sizeof(*p->seen));
	p->seen[p->n_seen++] = id;
	return false;
}

int pw_series_visit(struct pw_poll *p, int64_t id, struct err *err)
{
	CLEANUP(free_ptr) char *url = mem_printf("%s/series/%lld/", p->pw.api, (long long)id);
	CLEANUP(free_ptr) char *key = mem_printf("series:%lld", (long long)id);
	CLEANUP(pw_series_done) struct pw_series s = { .cover.id = -1 };
	CLEANUP(json_done) json_t *j = NULL;
	int r;

	if (seen(p, id))
		return 0;
	r = p->sweeping ? 0 : is_aside(p, key, err);
	if (r != 0)
		return r < 0 ? r : 0;
	r = pw_ask(&p->pw, url, &j, NULL, err);
	if (r == 0)
		r = pw_series_read(&p->pw, j, &s, err);
	if (r == 0 && s.id != id)
		r = err_set(err, EINVAL, "series %lld is given as %lld", (long long)id,
			    (long long)s.id);
	if (r == 0)
		return pw_series_bring(p, &s, err);
	if (r == -EAGAIN)
		return pw_trouble(p, r, key, err);
	if (!pw_is_lasting(r))
		return r;
	strv_addf(&p->f->batch.notes, "series %lld is passed over: %s", (long long)id, err->msg);
	return 0;
}
