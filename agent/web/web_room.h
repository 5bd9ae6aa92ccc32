/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_WEB_WEB_ROOM_H
#define DMALAB_WEB_WEB_ROOM_H

/* What web_serve() is made of; nobody else includes it. */

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct err;
struct html;
struct http_answer;
struct http_request;
struct page;
struct site;
struct store;

/*
 * POST /do/retest, /do/approve, /do/mask, /do/unmask: fields of a form, the token among them or as
 * "Authorization: Bearer". 303 back to the page, 401, 403 (another site sent it), 404, 422.
 */
void action_answer(struct site *s, const struct http_request *req, struct http_answer *ret);
/* The forms of a page that has something to do. */
void action_forms(const struct page *p, struct html *h);

/* Prometheus' text format. */
int metrics_write(struct site *s, int64_t now, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));

/* "/style.css", "/live.js", "/icon.svg": the files of agent/web/static/, embedded. False: none. */
bool static_answer(const struct http_request *req, struct http_answer *ret);
/* "/style.css" → "/style.css?v=4f2a…", which caches may keep for good. Caller frees. */
char *static_url(const char *path);

/* "/badge/series/MSGID.svg", "/badge/test/…", "/badge/target/…". */
void badge_answer(struct store *s, const struct http_request *req, int64_t now,
		  struct http_answer *ret);
/* Server-sent events: one line whenever the store has changed; asked again by the browser. */
void events_answer(struct store *s, const struct http_request *req, struct http_answer *ret);

#endif
