/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_PATCHWORK_FIXTURE_H
#define DMALAB_TESTS_PATCHWORK_FIXTURE_H

/* Patchwork, as a server on loopback that has what a test lays into `world`. */
#include "net_fixture.h"

#include "source_fixture.h"

#include "stage/source/patchwork.h"

enum { SERIES_MAX = 40, EVENTS_MAX = 80 };

struct a_series {
	int patches;
	bool cover, gone, broken;
	bool cut, html; /* what it is by itself is cut; its mbox is a page */
};

struct an_event {
	const char *category; /* a literal: the server is a fork */
	int id, what;	      /* series, or series whose cover it is */
	char date[32];
};

/* Shared with the server. */
struct world {
	struct a_series series[SERIES_MAX]; /* by id; 0 patches and no cover: not there */
	struct an_event events[EVENTS_MAX];
	int n_events, per_page;
	bool trouble;	  /* 502 of all mboxes */
	bool dead;	  /* 502 of all but the API's root */
	bool no_version;  /* there is no /api/1.3/ */
	bool other_links; /* all URLs lead to another host */
	atomic_int details, mboxes;
	char since[64]; /* the last one that was asked for */
};

static struct world *world;

static inline int number_in(const char *text, const char *key, int none)
{
	const char *p = strstr(text, key);

	return p ? atoi(p + strlen(key)) : none;
}

static inline void mail_json(struct buf *b, const char *base, const char *what, int series,
			     int number)
{
	buf_printf(b,
		   "{\"id\":%d,\"msgid\":\"<%d.%d@x>\",\"name\":null,"
		   "\"web_url\":\"%s/project/dma/%s/%d.%d@x/\",\"mbox\":\"%s/%s/%d.%d/mbox/\"}",
		   series * 100 + number, series, number, base, what, series, number, base, what,
		   series, number);
}

static inline void series_json(struct buf *b, const char *base, int id)
{
	const struct a_series *s = &world->series[id];

	if (s->broken) {
		buf_printf(b, "{\"id\":%d,\"patches\":{\"a\":[]},\"cover_letter\":7}", id);
		return;
	}
	buf_printf(
		b,
		"{\"id\":%d,\"name\":null,\"submitter\":{\"name\":null},\"web_url\":\"%s/s/%d/\","
		"\"mbox\":\"%s/series/%d/mbox/\",\"cover_letter\":",
		id, base, id, base, id);
	if (s->cover)
		mail_json(b, base, "cover", id, 0);
	else
		buf_str(b, "null");
	buf_str(b, ",\"patches\":[");
	for (int i = 1; i <= s->patches; i++) {
		buf_str(b, i > 1 ? "," : "");
		mail_json(b, base, "patch", id, i);
	}
	buf_str(b, "]}");
}

static inline void event_json(struct buf *b, const char *base, const struct an_event *e)
{
	buf_printf(b,
		   "%s{\"id\":%d,\"category\":\"%s\",\"project\":{\"link_name\":\"dma\"},"
		   "\"date\":\"%s\",\"actor\":null,\"payload\":",
		   b->data[b->len - 1] == '[' ? "" : ",", e->id, e->category, e->date);
	if (strcmp(e->category, "cover-created") == 0) {
		buf_str(b, "{\"cover\":");
		mail_json(b, base, "cover", e->what, 0);
		buf_str(b, "}}");
	} else {
		buf_printf(b, "{\"series\":{\"id\":%d}}}", e->what);
	}
}

/* "2026-11-23T01:00:00" of a query; "" none. */
static inline void since_of(const char *path, char since[64])
{
	const char *p = strstr(path, "since=");
	size_t n = 0;

	for (p = p ? p + 6 : ""; *p && !strchr("& ", *p) && n < 63; p++)
		if (strncmp(p, "%3A", 3) == 0) {
			since[n++] = ':';
			p += 2;
		} else {
			since[n++] = *p;
		}
	since[n] = '\0';
}

static inline bool events_answer(int fd, const char *path, const char *base)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	int page = number_in(path, "&page=", 1), at = 0, from = (page - 1) * world->per_page;
	int length = (int)strcspn(path, " ");
	char since[64], fields[512] = "Content-Type: application/json\r\n";

	since_of(path, since);
	if (strstr(path, "order=date"))
		memcpy(world->since, since, sizeof(since));
	buf_str(&b, "[");
	for (int k = 0; k < world->n_events; k++) {
		/* oldest first only where it was asked for */
		const struct an_event *e =
			&world->events[strstr(path, "order=date") ? k : world->n_events - 1 - k];
		char category[64];

		snprintf(category, sizeof(category), "category=%s", e->category);
		if ((strstr(path, "category=") && !strstr(path, category)) ||
		    strcmp(e->date, since) < 0)
			continue;
		if (at >= from && at < from + world->per_page &&
		    (at == from || !(strstr(path, "per_page=1&") || strstr(path, "per_page=1 "))))
			event_json(&b, base, e);
		at++;
	}
	buf_str(&b, "]");
	if (strstr(path, "&page="))
		length = (int)(strstr(path, "&page=") - path);
	if (at > from + world->per_page)
		snprintf(fields + strlen(fields), 400, "Link: <%s%.*s&page=%d>; rel=\"next\"\r\n",
			 world->other_links ? "http://127.0.0.2:9" : base, length, path, page + 1);
	return answer(fd, "200 OK", fields, b.data);
}

static inline bool list_answer(int fd, const char *base, bool one)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	buf_str(&b, "[");
	for (int i = SERIES_MAX - 1; i > 0; i--)
		if (world->series[i].patches > 0 || world->series[i].cover) {
			buf_str(&b, b.len > 1 ? "," : "");
			series_json(&b, base, i);
			if (one)
				break;
		}
	buf_str(&b, "]");
	return answer_json(fd, b.data);
}

static inline void mail_text(struct buf *b, int series, int number)
{
	buf_printf(b,
		   "From patchwork Sun Sep 11 22:22:03 2016\nSubject: x\n"
		   "Message-ID: <%d.%d@x>\n\ntext\n\n",
		   series, number);
}

static inline bool mbox_answer(int fd, const char *path)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	int series = number_in(path, "/series/", 0), n;

	if (world->trouble)
		return answer(fd, "502 Bad Gateway", "Content-Type: text/html\r\n", "<html>");
	atomic_fetch_add(&world->mboxes, 1);
	if (sscanf(path, "/cover/%d.%d/", &series, &n) == 2)
		mail_text(&b, series, 0);
	else if (series < 1 || series >= SERIES_MAX || world->series[series].gone)
		return answer(fd, "404 Not Found", "Content-Type: text/plain\r\n", "no");
	else if (world->series[series].html)
		return answer(fd, "200 OK", "Content-Type: text/html\r\n", "<html>");
	else
		for (int i = 1; i <= world->series[series].patches; i++)
			mail_text(&b, series, i);
	return answer(fd, "200 OK", "Content-Type: text/plain\r\n", buf_text(&b));
}

static inline bool patchwork(int fd, const char *head, int request)
{
	const char *path = strchr(head, ' ') + 1, *api;
	char base[64], host[40] = "";
	int id;

	(void)request;
	if (world->dead && strncmp(path, "/api/1.3/ ", 10) != 0)
		return answer(fd, "502 Bad Gateway", "Content-Type: text/html\r\n", "<html>");
	sscanf(strcasestr(head, "\r\nHost: ") + 8, "%39[0-9.:]", host);
	snprintf(base, sizeof(base), "http://%s", world->other_links ? "127.0.0.2:9" : host);
	if (strstr(path, "/mbox/"))
		return mbox_answer(fd, path);
	api = strstr(path, "/api/1.3/") == path && !world->no_version		   ? path + 8
	      : strstr(path, "/api/1.3/") != path && strstr(path, "/api/") == path ? path + 4
										   : "";
	snprintf(base, sizeof(base), "http://%s", world->other_links ? "127.0.0.2:9" : host);
	if (strncmp(api, "/ ", 2) == 0)
		return answer_json(fd, "{}");
	if (strncmp(api, "/projects/", 10) == 0)
		return answer_json(fd, "[{\"link_name\":null},{\"link_name\":\"dma\"},7]");
	if (strncmp(api, "/events/", 8) == 0) {
		snprintf(base, sizeof(base), "http://%s", host);
		return events_answer(fd, path, base);
	}
	if (strncmp(api, "/series/?", 9) == 0)
		return list_answer(fd, base, strstr(api, "per_page=1 ") != NULL);
	id = number_in(api, "/series/", 0);
	if (id > 0 && id < SERIES_MAX &&
	    (world->series[id].patches || world->series[id].cover || world->series[id].broken)) {
		CLEANUP(buf_done) struct buf b = { 0 };

		atomic_fetch_add(&world->details, 1);
		if (world->series[id].cut)
			return answer_json(fd, "{\"id\":1,");
		series_json(&b, base, id);
		return answer_json(fd, b.data);
	}
	return answer(fd, "404 Not Found", "Content-Type: application/json\r\n", "{}");
}

struct pw_lab {
	struct desk d;
	struct server server;
};

static inline void up(struct pw_lab *l)
{
	world = mmap(NULL, sizeof(*world), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	assert_ptr_not_equal(world, MAP_FAILED);
	world->per_page = 250;
	desk_up(&l->d, SOURCE_PATCHWORK);
	server_start(&l->server, patchwork);
	l->d.source.url = mem_strdup(l->server.url);
	l->d.source.project = (char *)"dma";
}

static inline void down(struct pw_lab *l)
{
	server_stop(&l->server);
	desk_down(&l->d);
	munmap(world, sizeof(*world));
}

/* An event at MINUTE:SECOND of the server's hour. */
static inline void event(const char *category, int id, int what, const char *minute)
{
	struct an_event *e = &world->events[world->n_events];

	*e = (struct an_event){ .category = category, .id = id, .what = what };
	snprintf(e->date, sizeof(e->date), "2026-11-23T%s", minute);
	world->n_events++;
}

static inline void series_comes(int id, int patches, bool cover, const char *minute)
{
	world->series[id] = (struct a_series){ .patches = patches, .cover = cover };
	event("series-created", id * 10, id, minute);
	event("series-completed", id * 10 + 1, id, minute);
}

/* As source_poll(), with a client that tries once: trouble is to be seen at once. */
static inline int poll_once(struct desk *d)
{
	struct net_manners m = { .tries = 1, .backoff_ms = 1, .cancel_fd = -1 };
	CLEANUP(free_ptr) char *cursor = mem_strdup(d->cursor);
	struct feed f = { .spec = &d->spec, .host = &d->host };
	int r;

	assert_int_equal(net_open(&m, &f.net, &d->err), 0);
	r = patchwork_poll(&f, cursor, &d->err);
	source_batch_done(&f.batch);
	net_freep(&f.net);
	return r;
}

#endif
