// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "http/http.h"
#include "model/config.h"
#include "web/cache.h"
#include "web/page.h"
#include "web/refuse.h"
#include "web/site.h"
#include "web/web_room.h"

/* What a request is answered with. */

static const char *const types[] = {
	[FORMAT_HTML] = "text/html; charset=utf-8",
	[FORMAT_JSON] = "application/json",
	[FORMAT_CSV] = "text/csv; charset=utf-8; header=present",
	[FORMAT_ATOM] = "application/atom+xml; charset=utf-8",
	[FORMAT_SVG] = "image/svg+xml; charset=utf-8",
};

/* The store's own words are for the operator. */
static void unavailable(struct site *s, const struct http_request *req, const struct err *err,
			struct http_answer *ret)
{
	site_trouble(s, err->msg);
	refuse(req, 503, "The store cannot be read now; please try again in a moment.", ret);
	strv_add(&ret->headers, "Retry-After");
	strv_add(&ret->headers, "5");
}

/* What a page could not be made for. */
static void page_failed(struct site *s, const struct http_request *req, const struct err *err,
			struct http_answer *ret)
{
	if (err->code == EINVAL)
		refuse(req, 400, err->msg, ret);
	else if (err->code == ENOENT || err->code == EEXIST)
		refuse(req, 404, err->msg, ret);
	else
		unavailable(s, req, err, ret);
}

static int json_write(const struct page *p, struct buf *ret, struct err *err)
{
	json_t *doc = page_json(p);
	CLEANUP(free_ptr) char *text = json_dumps(doc, JSON_COMPACT);

	json_decref(doc);
	if (!text)
		return err_set(err, EIO, "a page could not be written as JSON");
	buf_str(ret, text);
	buf_str(ret, "\n");
	return 0;
}

static int page_write(const struct page *p, const char *root, struct buf *ret, struct err *err)
{
	switch (p->wanted->format) {
	case FORMAT_JSON:
		return json_write(p, ret, err);
	case FORMAT_CSV:
		page_csv(p, ret);
		return 0;
	case FORMAT_ATOM:
		if (!p->wanted->spec->news)
			return err_set(err, ENOENT, "there is no news of this page");
		page_atom(p, root, ret);
		return 0;
	case FORMAT_SVG:
		return page_svg(p, ret) < 0
			       ? err_set(err, ENOENT, "there is no picture on this page")
			       : 0;
	default:
		page_html(p, ret);
		return 0;
	}
}

static int page_answer(struct site *s, const struct http_request *req, const char *root,
		       struct http_answer *ret, struct err *err)
{
	CLEANUP(wanted_done) struct wanted w = { 0 };
	CLEANUP(page_done) struct page p = { 0 };
	CLEANUP(buf_done) struct buf body = { 0 };
	char hex[HASH_HEX_LEN];
	int r = wanted_read(req->path, req->query, &w, err);

	if (r == 0)
		r = page_load(s->store, &w, clock_now(), &p, err);
	if (r == 0) {
		p.may_act = s->config->serve.token_file;
		page_complete(&p, s->config);
		r = page_write(&p, root, &body, err);
	}
	if (r < 0)
		return r;
	hash_data(buf_text(&body), body.len, hex);
	hex[32] = '\0';
	*ret = (struct http_answer){ .status = 200,
				     .type = mem_strdup(types[w.format]),
				     .body = body,
				     .etag = mem_strdup(hex),
				     .may_pack = true };
	headers_add(ret);
	body = (struct buf){ 0 };
	return 0;
}

/* Where the site is reached; what a stranger says of it is shown to nobody else. Caller frees. */
static char *root_of(const struct site *s, const struct http_request *req)
{
	const char *host = http_header(req, "Host");

	if (s->config->report.url)
		return mem_strdup(s->config->report.url);
	return host ? mem_printf("http://%s", host) : mem_strdup("");
}

static void page_give(struct site *s, const struct http_request *req, struct http_answer *ret)
{
	CLEANUP(free_ptr) char *root = root_of(s, req);
	CLEANUP(free_ptr) char *key = mem_printf("%s\n%s\n%s", root, req->path, req->query);
	struct http_kept *kept = cache_get(s->cache, key, clock_ms());
	struct err err = { 0 };

	if (!kept) {
		if (page_answer(s, req, root, ret, &err) < 0) {
			page_failed(s, req, &err, ret);
			return;
		}
		kept = http_keep(ret);
		cache_put(s->cache, key, kept, clock_ms());
		s->is_fresh = false; /* that took its time */
	}
	*ret = (struct http_answer){ .kept = kept };
}

static bool begins(const char *path, const char *with)
{
	return strncmp(path, with, strlen(with)) == 0;
}

/* What the store is needed for. */
static void store_give(struct site *s, const struct http_request *req, struct http_answer *ret)
{
	struct err err = { 0 };

	if (site_store(s, &err) < 0) {
		unavailable(s, req, &err, ret);
	} else if (begins(req->path, "/badge/")) {
		badge_answer(s->store, req, clock_now(), ret);
		headers_add(ret);
		/* a badge is shown on others' pages */
		strv_add(&ret->headers, "Cross-Origin-Resource-Policy");
		strv_add(&ret->headers, "cross-origin");
	} else if (strcmp(req->path, "/events") == 0) {
		events_answer(s->store, req, ret);
		headers_add(ret);
	} else if (strcmp(req->path, "/metrics") == 0) {
		*ret = (struct http_answer){ .status = 200, .may_pack = true };
		ret->type = mem_strdup("text/plain; version=0.0.4; charset=utf-8");
		if (metrics_write(s, clock_now(), &ret->body, &err) < 0)
			unavailable(s, req, &err, ret);
		else
			headers_add(ret);
	} else {
		page_give(s, req, ret);
	}
}

static void not_this_way(const struct http_request *req, const char *allow, const char *sentence,
			 struct http_answer *ret)
{
	refuse(req, 405, sentence, ret);
	strv_add(&ret->headers, "Allow");
	strv_add(&ret->headers, allow);
}

void site_answer(void *site, const struct http_request *req, struct http_answer *ret)
{
	struct site *s = site;
	bool is_post = strcmp(req->method, "POST") == 0, is_do = begins(req->path, "/do/");

	if (is_post && is_do)
		action_answer(s, req, ret);
	else if (is_post)
		not_this_way(req, "GET, HEAD", "This page is only read.", ret);
	else if (is_do)
		not_this_way(req, "POST", "This is done by a page's form.", ret);
	else if (static_answer(req, ret))
		headers_add(ret);
	else
		store_give(s, req, ret);
}
