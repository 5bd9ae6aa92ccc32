// SPDX-License-Identifier: GPL-2.0-or-later
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

static int number_in(const char *text, const char *key, int none)
{
	const char *p = strstr(text, key);

	return p ? atoi(p + strlen(key)) : none;
}

static void mail_json(struct buf *b, const char *base, const char *what, int series, int number)
{
	buf_printf(b,
		   "{\"id\":%d,\"msgid\":\"<%d.%d@x>\",\"name\":null,"
		   "\"web_url\":\"%s/project/dma/%s/%d.%d@x/\",\"mbox\":\"%s/%s/%d.%d/mbox/\"}",
		   series * 100 + number, series, number, base, what, series, number, base, what,
		   series, number);
}

static void series_json(struct buf *b, const char *base, int id)
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

static void event_json(struct buf *b, const char *base, const struct an_event *e)
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
static void since_of(const char *path, char since[64])
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

static bool events_answer(int fd, const char *path, const char *base)
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

static bool list_answer(int fd, const char *base, bool one)
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

static void mail_text(struct buf *b, int series, int number)
{
	buf_printf(b,
		   "From patchwork Sun Sep 11 22:22:03 2016\nSubject: x\n"
		   "Message-ID: <%d.%d@x>\n\ntext\n\n",
		   series, number);
}

static bool mbox_answer(int fd, const char *path)
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

static bool patchwork(int fd, const char *head, int request)
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

static void up(struct pw_lab *l)
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

static void down(struct pw_lab *l)
{
	server_stop(&l->server);
	desk_down(&l->d);
	munmap(world, sizeof(*world));
}

/* An event at MINUTE:SECOND of the server's hour. */
static void event(const char *category, int id, int what, const char *minute)
{
	struct an_event *e = &world->events[world->n_events];

	*e = (struct an_event){ .category = category, .id = id, .what = what };
	snprintf(e->date, sizeof(e->date), "2026-11-23T%s", minute);
	world->n_events++;
}

static void series_comes(int id, int patches, bool cover, const char *minute)
{
	world->series[id] = (struct a_series){ .patches = patches, .cover = cover };
	event("series-created", id * 10, id, minute);
	event("series-completed", id * 10 + 1, id, minute);
}

/* As source_poll(), with a client that tries once: trouble is to be seen at once. */
static int poll_once(struct desk *d)
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

static void unknown_project_is_refused(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	l.d.source.project = (char *)"nosuch";
	assert_int_equal(desk_poll(&l.d), -EINVAL);
	desk_says(&l.d, "no project 'nosuch'");
	down(&l);
}

static void with_no_days_only_new_series_come_each_once(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	series_comes(1, 2, false, "01:00:00.000001");
	desk_brings(&l.d, "");
	desk_brings(&l.d, "");
	series_comes(2, 2, true, "01:10:00.956191");
	desk_brings(&l.d, "2.0@x 2.1@x 2.2@x ");
	assert_non_null(strstr(l.d.origins.v[1], "/project/dma/patch/2.1@x/"));
	assert_int_equal(world->mboxes, 2);
	desk_brings(&l.d, "");
	assert_int_equal(l.d.takes, 0);
	assert_int_equal(world->mboxes, 2);
	/* The server's time less an hour, and without a zone. */
	assert_string_equal(strstr(l.server.seen->last, "since="),
			    strstr(l.server.seen->last, "since=2026-11-23T00%3A"));
	down(&l);
}

static void first_poll_takes_the_days_before_the_newest_event(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	series_comes(1, 1, false, "01:00:00");
	memcpy(world->events[0].date, "2026-11-20", 10);
	memcpy(world->events[1].date, "2026-11-20", 10);
	series_comes(2, 1, false, "02:00:00");
	l.d.source.since_days = 1;
	l.d.source.sweep_s = 0;
	desk_brings(&l.d, "2.1@x ");
	desk_brings(&l.d, ""); /* nor does the sweep bring what is older */
	down(&l);
}

static void event_that_shows_late_is_brought(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	series_comes(1, 1, false, "01:00:00");
	desk_brings(&l.d, "");
	series_comes(3, 1, false, "01:30:00");
	desk_brings(&l.d, "3.1@x ");
	series_comes(2, 1, false, "01:20:00"); /* its transaction took long */
	desk_brings(&l.d, "2.1@x ");
	desk_brings(&l.d, "");
	down(&l);
}

static void series_that_grew_is_fetched_again_and_an_event_twice_is_not(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	desk_brings(&l.d, "");
	series_comes(1, 1, false, "01:00:00");
	desk_brings(&l.d, "1.1@x ");
	event("series-completed", 500, 1, "01:01:00");
	desk_brings(&l.d, "");
	assert_int_equal(world->mboxes, 1);
	world->series[1].patches = 2;
	event("series-completed", 501, 1, "01:02:00");
	desk_brings(&l.d, "1.1@x 1.2@x ");
	world->series[1].cover = true; /* comes late: Patchwork says nothing about the series */
	event("cover-created", 502, 1, "01:03:00");
	desk_brings(&l.d, "1.0@x ");
	desk_brings(&l.d, "");
	down(&l);
}

static void sweep_finds_what_no_event_told(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	series_comes(1, 1, false, "01:00:00");
	desk_brings(&l.d, "");
	series_comes(2, 1, false, "01:10:00");
	desk_brings(&l.d, "2.1@x ");
	world->series[2].patches = 3;
	world->series[3] = (struct a_series){ .patches = 1 };
	desk_brings(&l.d, "");
	l.d.spec.now += 86400;
	desk_brings(&l.d, "3.1@x 2.1@x 2.2@x 2.3@x ");
	desk_brings(&l.d, "");
	assert_int_equal(l.d.takes, 0);
	down(&l);
}

static void pages_of_events_are_all_read(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	world->per_page = 3;
	desk_brings(&l.d, "");
	for (int i = 1; i <= 10; i++)
		series_comes(i, 1, false, "01:00:00");
	desk_brings(&l.d, "1.1@x 2.1@x 3.1@x 4.1@x 5.1@x 6.1@x 7.1@x 8.1@x 9.1@x 10.1@x ");
	desk_brings(&l.d, "");
	down(&l);
}

static void what_is_gone_or_senseless_is_noted_and_passed_over(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	desk_brings(&l.d, "");
	series_comes(1, 1, false, "01:00:00");
	world->series[1].gone = true; /* its mbox */
	series_comes(2, 1, false, "01:01:00");
	world->series[2].broken = true;
	event("series-completed", 300, 39, "01:02:00"); /* is not there at all */
	series_comes(3, 1, false, "01:03:00");
	desk_brings(&l.d, "3.1@x ");
	assert_int_equal(l.d.notes.n, 3);
	assert_non_null(strstr(l.d.notes.v[0], "404"));
	desk_brings(&l.d, "");
	assert_int_equal(l.d.notes.n, 0);
	down(&l);
}

static void trouble_ends_a_poll_and_what_came_before_stays(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	desk_brings(&l.d, "");
	series_comes(1, 1, false, "01:00:00");
	desk_brings(&l.d, "1.1@x ");
	world->trouble = true;
	world->series[2] = (struct a_series){ .patches = 1 };
	event("series-completed", 21, 2, "01:01:00");
	assert_int_equal(poll_once(&l.d), -EAGAIN);
	assert_int_equal(l.d.mails.n, 1);
	world->trouble = false;
	desk_brings(&l.d, "2.1@x ");
	assert_int_equal(world->mboxes, 2);
	down(&l);
}

/* Series 1 is trouble, and 2 behind it is good: four polls end there, and the fifth goes on. */
static void passed_at_the_fifth(struct pw_lab *l)
{
	series_comes(2, 1, false, "01:01:00");
	for (int i = 0; i < 4; i++) {
		assert_int_equal(poll_once(&l->d), -EAGAIN);
		assert_int_equal(l->d.mails.n, 0);
	}
	desk_brings(&l->d, "2.1@x ");
	assert_int_equal(l->d.notes.n, 1);
	assert_non_null(strstr(l->d.notes.v[0], "put aside after 5 tries"));
	series_comes(3, 1, false, "01:02:00");
	event("series-completed", 400, 1, "01:02:30");
	desk_brings(&l->d, "3.1@x ");
	assert_int_equal(l->d.notes.n, 0);
}

static void series_that_stays_broken_is_put_aside_until_a_sweep(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	desk_brings(&l.d, "");
	series_comes(1, 1, false, "01:00:00");
	world->series[1].cut = true;
	passed_at_the_fifth(&l);
	l.d.spec.now += 86400;
	desk_brings(&l.d, "1.1@x "); /* the list has it whole */
	down(&l);
}

static void mbox_that_stays_a_page_is_put_aside_until_a_sweep(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	desk_brings(&l.d, "");
	series_comes(1, 1, false, "01:00:00");
	world->series[1].html = true;
	passed_at_the_fifth(&l);
	l.d.spec.now += 86400;
	desk_brings(&l.d, "");
	assert_int_equal(l.d.notes.n, 0);
	world->series[1].html = false;
	desk_brings(&l.d, "");
	l.d.spec.now += 86400;
	desk_brings(&l.d, "1.1@x ");
	l.d.spec.now += 86400;
	desk_brings(&l.d, "");
	down(&l);
}

static void dead_server_puts_nothing_aside(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	desk_brings(&l.d, "");
	series_comes(1, 1, false, "01:00:00");
	world->dead = true;
	for (int i = 0; i < 9; i++)
		assert_int_equal(poll_once(&l.d), -EAGAIN);
	world->dead = false;
	desk_brings(&l.d, "1.1@x ");
	down(&l);
}

static void numbers_beyond_all_measure_are_no_trouble(void **state)
{
	const char text[] = "{\"n\":[18446744073709551617,-99999999999999999999999,123],"
			    "\"t\":\"18446744073709551617 \\\" 18446744073709551617\"}";
	struct err err = { 0 };
	json_t *j = json_read(text, strlen(text), &err);

	(void)state;
	assert_non_null(j);
	assert_int_equal(json_integer_value(json_array_get(json_object_get(j, "n"), 0)), 0);
	assert_int_equal(json_integer_value(json_array_get(json_object_get(j, "n"), 2)), 123);
	assert_string_equal(json_text(j, "t"), "18446744073709551617 \" 18446744073709551617");
	json_decref(j);
}

static void patchwork_killed_between_batches_loses_nothing(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	desk_brings(&l.d, "");
	for (int i = 1; i <= 9; i++)
		series_comes(i, 200, false, "01:00:00");
	for (int kill = 1; kill <= 4; kill++) {
		l.d.takes = 0;
		l.d.fail_at = kill == 1 ? 1 : 2;
		assert_int_equal(desk_poll(&l.d), -EIO);
	}
	l.d.fail_at = 0;
	assert_int_equal(desk_poll(&l.d), 0);
	for (int s = 1; s <= 9; s++)
		for (int i = 1; i <= 200; i++) {
			char id[32];

			snprintf(id, sizeof(id), "%d.%d@x", s, i);
			assert_true(strv_has(&l.d.mails, id));
		}
	desk_brings(&l.d, "");
	down(&l);
}

static void no_link_leads_to_another_host(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	desk_brings(&l.d, "");
	world->per_page = 2;
	world->other_links = true;
	series_comes(1, 1, true, "01:00:00");
	series_comes(2, 1, false, "01:00:00");
	series_comes(3, 1, false, "01:00:00");
	/* mboxes of series have a place of their own; that of a cover is where the server says */
	desk_brings(&l.d, "1.1@x 2.1@x ");
	assert_int_equal(l.d.notes.n, 1);
	assert_non_null(strstr(l.d.notes.v[0], "another host"));
	down(&l);
}

static void server_without_the_version_is_asked_without_it(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	world->no_version = true;
	desk_brings(&l.d, "");
	series_comes(1, 1, false, "01:00:00");
	desk_brings(&l.d, "1.1@x ");
	assert_non_null(strstr(l.server.seen->last, "GET /api/events/"));
	down(&l);
}

static void other_project_begins_anew(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	series_comes(1, 1, false, "01:00:00");
	l.d.source.since_days = 1;
	free(l.d.cursor);
	l.d.cursor = mem_strdup("{\"project\":\"before\",\"sweep\":1799999999,\"marks\":{"
				"\"series-created\":\"2030-01-01T00:00:00\","
				"\"series-completed\":\"2030-01-01T00:00:00\"}}");
	desk_brings(&l.d, "1.1@x ");
	down(&l);
}

static void dates_are_the_servers_and_naive(void **state)
{
	char date[PW_DATE_LEN];

	(void)state;
	assert_true(pw_date("2026-11-23T01:19:10.956191", date));
	assert_string_equal(date, "2026-11-23T01:19:10.956191");
	pw_date_minus(date, 3600 * 2);
	assert_string_equal(date, "2026-11-22T23:19:10.956191");
	assert_true(pw_date("2024-03-01T00:00:00Z", date));
	assert_string_equal(date, "2024-03-01T00:00:00");
	pw_date_minus(date, 1);
	assert_string_equal(date, "2024-02-29T23:59:59");
	assert_false(pw_date("2026-11-23", date));
	assert_false(pw_date("garbage", date));
	assert_false(pw_date("", date));
}

/* Answers that a real server gave, where they lie beside the project. */
static void recorded_answers_are_read(void **state)
{
	const char *path = "../shared/samples/patchwork/series_list.body";
	struct pw p = { .url = "http://127.0.0.1:8799" };
	struct buf b = { 0 };
	struct err err = { 0 };
	size_t covers = 0;
	json_t *j;

	(void)state;
	if (fs_read(path, 16 << 20, &b, &err) < 0)
		skip();
	j = json_read(b.data, b.len, &err);
	assert_non_null(j);
	assert_true(json_array_size(j) > 0);
	for (size_t i = 0; i < json_array_size(j); i++) {
		struct pw_series s;

		assert_int_equal(pw_series_read(&p, json_array_get(j, i), &s, &err), 0);
		for (size_t k = 0; k < s.n; k++)
			assert_true(s.patches[k].msgid[0] && s.patches[k].page[0]);
		covers += s.cover.id >= 0;
		assert_int_equal(strlen(s.digest), 64);
		pw_series_done(&s);
	}
	assert_true(covers > 0);
	json_decref(j);
	buf_done(&b);
}

static int no_proxy(void **state)
{
	(void)state;
	unset_proxy();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_project_is_refused),
		cmocka_unit_test(with_no_days_only_new_series_come_each_once),
		cmocka_unit_test(first_poll_takes_the_days_before_the_newest_event),
		cmocka_unit_test(event_that_shows_late_is_brought),
		cmocka_unit_test(series_that_grew_is_fetched_again_and_an_event_twice_is_not),
		cmocka_unit_test(sweep_finds_what_no_event_told),
		cmocka_unit_test(pages_of_events_are_all_read),
		cmocka_unit_test(what_is_gone_or_senseless_is_noted_and_passed_over),
		cmocka_unit_test(trouble_ends_a_poll_and_what_came_before_stays),
		cmocka_unit_test(series_that_stays_broken_is_put_aside_until_a_sweep),
		cmocka_unit_test(mbox_that_stays_a_page_is_put_aside_until_a_sweep),
		cmocka_unit_test(dead_server_puts_nothing_aside),
		cmocka_unit_test(numbers_beyond_all_measure_are_no_trouble),
		cmocka_unit_test(patchwork_killed_between_batches_loses_nothing),
		cmocka_unit_test(no_link_leads_to_another_host),
		cmocka_unit_test(server_without_the_version_is_asked_without_it),
		cmocka_unit_test(other_project_begins_anew),
		cmocka_unit_test(dates_are_the_servers_and_naive),
		cmocka_unit_test(recorded_answers_are_read),
	};

	return cmocka_run_group_tests(tests, no_proxy, NULL);
}
