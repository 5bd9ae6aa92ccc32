// SPDX-License-Identifier: GPL-2.0-or-later
/* A Patchwork project: its events, and a look at the newest series now and then. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/source/patchwork.h"

enum {
	PER_PAGE = 250, /* what a server gives at most */
	PAGES_MAX = 2000,
	SWEEP_PAGES = 8,
	DAY_S = 86400,
	FLOOR_S = 14 * DAY_S, /* series that are older than that (up to twice) are left alone */
};

static const char *const categories[PW_EVENTS] = {
	[PW_COMPLETED] = "series-completed",
	[PW_CREATED] = "series-created",
	[PW_COVER] = "cover-created",
};

/* Called for each object of a list; 1: no more is wanted. */
typedef int (*each_fn)(struct pw_poll *p, const json_t *o, void *arg, struct err *err);

/* A list, page by page. */
static int list_walk(struct pw_poll *p, const char *first, int pages, each_fn each, void *arg,
		     struct err *err)
{
	CLEANUP(free_ptr) char *url = mem_strdup(first);

	for (int page = 0; url && page < pages; page++) {
		CLEANUP(json_done) json_t *j = NULL;
		char *next = NULL;
		int r = pw_ask(&p->pw, url, &j, &next, err);

		if (r == -ENOENT && page > 0)
			return 0; /* it became shorter meanwhile */
		free(url);
		url = next;
		if (r < 0)
			return r;
		p->new_page = true;
		if (!json_is_array(j))
			return err_set(err, EAGAIN, "%s answers with no list", p->pw.api);
		for (size_t i = 0; i < json_array_size(j); i++)
			if ((r = each(p, json_array_get(j, i), arg, err)) != 0)
				return r < 0 ? r : 0;
	}
	return 0;
}

static char *list_url(const struct pw_poll *p, const char *what, const char *order, int per_page)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s/%s/?project=", p->pw.api, what);
	net_escape(&b, p->f->spec->source->project);
	buf_printf(&b, "&order=%s&per_page=%d", order, per_page);
	return buf_take(&b);
}

static char *events_url(const struct pw_poll *p, enum pw_events kind, const char *mark,
			int64_t earlier, int per_page)
{
	CLEANUP(free_ptr) char *list = list_url(p, "events", "date", per_page);
	char since[PW_DATE_LEN];
	struct buf b = { 0 };

	buf_printf(&b, "%s&category=%s", list, categories[kind]);
	if (pw_date(mark, since)) {
		pw_date_minus(since, earlier);
		buf_str(&b, "&since=");
		net_escape(&b, since); /* naive: with a zone some servers fail */
	}
	return buf_take(&b);
}

/* An event that counts: the kind that was asked for, of our project. */
static bool event_read(const struct pw_poll *p, const json_t *e, enum pw_events kind, int64_t *id,
		       char date[PW_DATE_LEN])
{
	const char *project = json_text(json_object_get(e, "project"), "link_name");

	*id = json_number(e, "id");
	return *id >= 0 && strcmp(json_text(e, "category"), categories[kind]) == 0 &&
	       (!project[0] || strcmp(project, p->f->spec->source->project) == 0) &&
	       pw_date(json_text(e, "date"), date);
}

/* What an event tells of. */
static int event_bring(struct pw_poll *p, const json_t *e, enum pw_events kind, struct err *err)
{
	const json_t *payload = json_object_get(e, "payload");
	int64_t series = json_number(json_object_get(payload, "series"), "id");
	CLEANUP(pw_mail_done) struct pw_mail cover = { .id = -1 };

	if (kind != PW_COVER)
		return series >= 0 ? pw_series_visit(p, series, err) : 0;
	if (pw_mail_read(&p->pw, json_object_get(payload, "cover"), &cover, err) < 0)
		return 0;
	return pw_cover_bring(p, &cover, err);
}

struct walk {
	enum pw_events kind;
	char high[PW_DATE_LEN];	 /* the newest date that was seen */
	const char *only_before; /* events up to this date are noted, and not followed; NULL none */
};

static int event_take(struct pw_poll *p, const json_t *e, void *arg, struct err *err)
{
	struct walk *w = arg;
	char date[PW_DATE_LEN], key[40];
	int64_t id;
	int r;

	if (p->new_page && w->kind == PW_COMPLETED)
		p->n_seen = 0; /* a series may have grown since an earlier page had us look at it */
	p->new_page = false;
	if (!event_read(p, e, w->kind, &id, date))
		return 0;
	snprintf(key, sizeof(key), "event:%lld", (long long)id);
	if (w->only_before && strcmp(date, w->only_before) > 0)
		return 0;
	r = pw_known(p, key, err);
	if (r == 0) {
		r = w->only_before ? 0 : event_bring(p, e, w->kind, err);
		if (r == 0)
			strv_add(&p->f->batch.keys, key);
	}
	if (r < 0)
		return r;
	if (strcmp(date, w->high) > 0)
		memcpy(w->high, date, sizeof(date));
	return feed_full(p->f) || p->f->batch.keys.n >= PER_PAGE ? pw_take(p, err) : 0;
}

/*
 * All events of a kind since its mark. The mark is moved only behind the last of them: whatever
 * their order is, what a killed poll did not come to is asked for again.
 */
static int events_poll(struct pw_poll *p, enum pw_events kind, struct err *err)
{
	CLEANUP(free_ptr)
	char *url = events_url(p, kind, p->c.mark[kind], p->f->spec->source->overlap_s, PER_PAGE);
	struct walk w = { .kind = kind };
	int r;

	memcpy(w.high, p->c.mark[kind], sizeof(w.high));
	r = list_walk(p, url, PAGES_MAX, event_take, &w, err);
	if (r == 0)
		memcpy(p->c.mark[kind], w.high, sizeof(w.high));
	return r;
}

static int series_sweep(struct pw_poll *p, const json_t *o, void *arg, struct err *err)
{
	CLEANUP(pw_series_done) struct pw_series s = { .cover.id = -1 };
	int64_t *newest = arg, id = json_number(o, "id");

	if (id > *newest)
		*newest = id;
	if (id >= 0 && id <= p->c.floor)
		return 1;
	if (id < 0)
		return 0;
	if (pw_series_read(&p->pw, o, &s, err) < 0) /* an older server's list says less */
		return pw_series_visit(p, id, err);
	if (pw_series_bring(p, &s, err) < 0)
		return -err->code;
	return feed_full(p->f) ? pw_take(p, err) : 0;
}

/* Looks at the newest series, whatever events said: those that grew meanwhile are fetched again. */
static int sweep(struct pw_poll *p, struct err *err)
{
	CLEANUP(free_ptr) char *url = list_url(p, "series", "-id", PER_PAGE);
	CLEANUP(free_ptr) char *key = mem_printf("sweep:%lld", (long long)p->c.sweep);
	int64_t now = p->f->spec->now, newest = p->c.newer_floor;
	int r;

	p->sweeping = true;
	p->n_seen = 0;
	r = list_walk(p, url, SWEEP_PAGES, series_sweep, &newest, err);
	if (r == -EAGAIN)
		r = pw_trouble(p, r, key, err); /* events do without it until the next one */
	if (r < 0)
		return r;
	p->c.sweep = now;
	if (now - p->c.floor_time >= FLOOR_S) {
		p->c.floor = p->c.newer_floor;
		p->c.newer_floor = newest;
		p->c.floor_time = now;
	}
	return 0;
}

static int project_look(struct pw_poll *p, const json_t *o, void *arg, struct err *err)
{
	bool *found = arg;

	(void)err;
	*found = *found || strcmp(json_text(o, "link_name"), p->f->spec->source->project) == 0;
	return *found;
}

/* Filters that match nothing are no error to Patchwork, so a wrong project is looked for here. */
static int project_find(struct pw_poll *p, struct err *err)
{
	CLEANUP(free_ptr) char *url = mem_printf("%s/projects/?per_page=%d", p->pw.api, PER_PAGE);
	bool found = false;
	int r = list_walk(p, url, PAGES_MAX, project_look, &found, err);

	if (r == 0 && !found)
		return err_set(err, EINVAL, "%s has no project '%s'", p->f->spec->source->url,
			       p->f->spec->source->project);
	return r;
}

static int date_max(struct pw_poll *p, const json_t *o, void *arg, struct err *err)
{
	char date[PW_DATE_LEN], *max = arg;

	(void)p;
	(void)err;
	if (pw_date(json_text(o, "date"), date) && strcmp(date, max) > 0)
		memcpy(max, date, sizeof(date));
	return 0;
}

static int first_series(struct pw_poll *p, const json_t *o, void *arg, struct err *err)
{
	int64_t *id = arg;

	(void)p;
	(void)err;
	*id = json_number(json_object_get(json_object_get(o, "payload"), "series"), "id");
	return *id >= 0;
}

static int first_id(struct pw_poll *p, const json_t *o, void *arg, struct err *err)
{
	int64_t *id = arg;

	(void)p;
	(void)err;
	*id = json_number(o, "id");
	return 1;
}

/* The series up to which the sweep does not look: before the first event that is wanted. */
static int floor_find(struct pw_poll *p, const char *mark, struct err *err)
{
	CLEANUP(free_ptr) char *events = events_url(p, PW_CREATED, mark, 0, 1);
	CLEANUP(free_ptr) char *series = list_url(p, "series", "-id", 1);
	bool some = p->f->spec->source->since_days > 0;
	int64_t id = -1;
	int r = some ? list_walk(p, events, 1, first_series, &id, err) : 0;

	if (r == 0 && id > 0)
		id--;
	else if (r == 0)
		r = list_walk(p, series, 1, first_id, &id, err);
	p->c.floor = p->c.newer_floor = id > 0 ? id : 0;
	return r;
}

/*
 * The first poll: the newest event's date, as the server says it, is where since_days are counted
 * from. With 0 days, what the overlap would ask for again is noted as known.
 */
static int begin(struct pw_poll *p, struct err *err)
{
	const struct source_config *s = p->f->spec->source;
	CLEANUP(free_ptr) char *url = list_url(p, "events", "-date", 1);
	char mark[PW_DATE_LEN] = "";
	int r = list_walk(p, url, 1, date_max, mark, err);

	if (r < 0)
		return r;
	for (int k = 0; k < PW_EVENTS && r == 0 && s->since_days == 0 && mark[0]; k++) {
		CLEANUP(free_ptr)
		char *events = events_url(p, (enum pw_events)k, mark, s->overlap_s, PER_PAGE);
		struct walk w = { .kind = (enum pw_events)k, .only_before = mark };

		r = list_walk(p, events, PAGES_MAX, event_take, &w, err);
	}
	if (r == 0 && mark[0])
		pw_date_minus(mark, (int64_t)s->since_days * DAY_S);
	if (r == 0)
		r = floor_find(p, mark, err);
	if (r < 0)
		return r;
	for (int k = 0; k < PW_EVENTS; k++)
		memcpy(p->c.mark[k], mark, sizeof(mark));
	p->c.project = mem_strdup(s->project);
	p->c.floor_time = p->c.sweep = p->f->spec->now;
	return pw_take(p, err);
}

static int polled(struct pw_poll *p, struct err *err)
{
	bool fresh = !p->c.project;
	bool due = fresh || p->f->spec->now - p->c.sweep >= p->f->spec->source->sweep_s;
	int r = due ? project_find(p, err) : 0;

	if (r == 0 && fresh)
		r = begin(p, err);
	for (int k = 0; k < PW_EVENTS && r == 0; k++)
		r = events_poll(p, (enum pw_events)k, err);
	if (r == 0 && due && !fresh)
		r = sweep(p, err);
	return r;
}

static void poll_done(struct pw_poll *p)
{
	pw_done(&p->pw);
	pw_cursor_done(&p->c);
	free(p->seen);
}

int patchwork_poll(struct feed *f, const char *cursor, struct err *err)
{
	CLEANUP(poll_done) struct pw_poll p = { .f = f };
	CLEANUP(free_ptr) char *now = NULL;
	struct err ignored;
	int r;

	pw_cursor_read(cursor, &p.c);
	if (p.c.project && strcmp(p.c.project, f->spec->source->project) != 0)
		pw_cursor_done(&p.c); /* lab.yaml has another project now */
	r = pw_open(&p.pw, f->net, f->spec->source->url, err);
	if (r == 0)
		r = polled(&p, err);
	if (!p.c.project)
		return r;
	/* What came before trouble is kept; the trouble is what is told. */
	now = pw_cursor_write(&p.c);
	if (r == -ECANCELED ||
	    (f->batch.n + f->batch.keys.n + f->batch.notes.n == 0 && strcmp(now, cursor) == 0))
		return r;
	if (r == 0)
		return feed_take(f, now, err);
	(void)!feed_take(f, now, &ignored);
	return r;
}
