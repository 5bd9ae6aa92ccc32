// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "http/http.h"
#include "http/rate.h"
#include "model/config.h"
#include "model/known.h"
#include "net/net.h"
#include "pipeline/manual.h"
#include "store/ingest.h"
#include "store/store.h"
#include "web/form.h"
#include "web/link.h"
#include "web/refuse.h"
#include "web/site.h"
#include "web/web_room.h"

/* What a maintainer does by a form: by POST, from this site's own pages, with the token. */

#define BY "the web" /* who has the token does not say who he is */

static const char *field(const struct strv *fields, const char *name)
{
	const char *value = form_field(fields, name);

	return value ? value : "";
}

static int do_retest(struct store *s, const struct strv *fields, char **page, struct err *err)
{
	CLEANUP(series_row_done) struct series_row series = { 0 };
	int64_t task;
	int r = manual_series(s, field(fields, "series"), &series, err);

	if (r == 0)
		r = manual_retest(s, &series, &task, err);
	if (r == 0)
		*page = link_page("/series/", series.message_id);
	return r;
}

static int do_approve(struct store *s, const struct strv *fields, char **page, struct err *err)
{
	CLEANUP(series_row_done) struct series_row series = { 0 };
	int64_t task;
	int r = manual_series(s, field(fields, "series"), &series, err);

	if (r == 0)
		r = manual_approve(s, &series, BY, &task, err);
	if (r == 0)
		*page = link_page("/series/", series.message_id);
	return r;
}

static char *page_of(const char *what, bool is_signature)
{
	return link_page(is_signature ? "/issue/" : "/test/", what);
}

static int do_mask(struct store *s, const struct strv *fields, char **page, struct err *err)
{
	CLEANUP(known_done) struct known k = { 0 };
	const struct mask m = { .what = field(fields, "what"),
				.until = field(fields, "until"),
				.why = field(fields, "why"),
				.by = BY };
	int r = manual_mask(s, &m, &k, err);

	if (r == 0)
		*page = page_of(k.what, k.is_signature);
	return r;
}

static int do_unmask(struct store *s, const struct strv *fields, char **page, struct err *err)
{
	const struct mask m = { .what = field(fields, "what") };
	int r = manual_unmask(s, field(fields, "known"), err);

	if (r == 0)
		*page = m.what[0] ? page_of(m.what, mask_is_signature(&m)) : mem_strdup("/known");
	return r;
}

/* *page: where it is to be seen what came of it; the caller's. */
typedef int action_fn(struct store *s, const struct strv *fields, char **page, struct err *err);

static action_fn *action_of(const char *path)
{
	static const struct {
		const char *path;
		action_fn *run;
	} actions[] = { { "/do/retest", do_retest },
			{ "/do/approve", do_approve },
			{ "/do/mask", do_mask },
			{ "/do/unmask", do_unmask } };

	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		if (strcmp(actions[i].path, path) == 0)
			return actions[i].run;
	return NULL;
}

/* The token of "Authorization: Bearer …"; NULL: none. */
static const char *bearer(const struct http_request *req)
{
	const char *value = http_header(req, "Authorization");

	return value && strncmp(value, "Bearer ", 7) == 0 ? value + 7 : NULL;
}

/* "https://host:port" is what the request was sent to, or what lab.yaml says that we are. */
static bool is_ours(const struct site *s, const struct http_request *req, const char *origin)
{
	const char *host = http_header(req, "Host"), *url = s->config->report.url;
	const char *authority = strstr(origin, "://");
	size_t len = strlen(origin);

	if (url && strncmp(url, origin, len) == 0 && (url[len] == '\0' || url[len] == '/'))
		return true;
	return authority && host && host[0] && strcmp(authority + 3, host) == 0;
}

/*
 * Whether one of our pages sent it. A browser says where a POST comes from, and another site cannot
 * make it send a Bearer token without asking first, which is not answered.
 */
static bool is_from_here(const struct site *s, const struct http_request *req)
{
	const char *site = http_header(req, "Sec-Fetch-Site"), *origin = http_header(req, "Origin");

	if (site && strcmp(site, "same-origin") != 0)
		return false;
	if (origin)
		return is_ours(s, req, origin);
	return site || bearer(req);
}

static bool is_form(const struct http_request *req)
{
	static const char type[] = "application/x-www-form-urlencoded";
	const char *given = http_header(req, "Content-Type");
	size_t len = sizeof(type) - 1;

	return given && strncasecmp(given, type, len) == 0 && (!given[len] || given[len] == ';');
}

static void too_often(const struct http_request *req, int64_t wait_ms, struct http_answer *ret)
{
	refuse(req, 429, "There were too many wrong tokens; please wait a minute.", ret);
	strv_add(&ret->headers, "Retry-After");
	strv_addf(&ret->headers, "%lld", (long long)(wait_ms + 999) / 1000);
}

/* Whether the token is right; else *ret says what is wrong. */
static bool is_allowed(struct site *s, const struct http_request *req, const struct strv *fields,
		       struct http_answer *ret)
{
	const char *given = bearer(req) ? bearer(req) : form_field(fields, "token");
	int64_t now_ms = clock_ms(), wait_ms = rate_left(s->wrong, req->address_key, now_ms);
	CLEANUP(free_ptr) char *token = NULL;
	struct err err = { 0 };

	if (wait_ms > 0) {
		too_often(req, wait_ms, ret);
		return false;
	}
	if (net_secret_read(s->config->serve.token_file, &token, &err) < 0) {
		site_trouble(s, err.msg);
		refuse(req, 503, "The lab cannot read its own token.", ret);
		return false;
	}
	if (given && net_secret_same(token, given))
		return true;
	if (given)
		(void)rate_wait(s->wrong, req->address_key, now_ms);
	refuse(req, 401, given ? "That is not the token." : "A token is wanted.", ret);
	strv_add(&ret->headers, "WWW-Authenticate");
	strv_add(&ret->headers, "Bearer realm=\"dmalab\"");
	return false;
}

static void run(struct site *s, const struct http_request *req, action_fn *action,
		const struct strv *fields, struct http_answer *ret)
{
	CLEANUP(store_freep) struct store *store = NULL;
	CLEANUP(free_ptr) char *page = NULL;
	struct err err = { 0 };
	int r = site_store(s, &err); /* one that is there and ours: none is made or migrated */

	if (r == 0)
		r = store_open(s->config->work_dir, &store, &err);
	if (r < 0) {
		site_trouble(s, err.msg);
		refuse(req, 503, "The store cannot be written now; nothing was done.", ret);
		return;
	}
	r = action(store, fields, &page, &err);
	s->is_fresh = false;
	if (r == 0) {
		*ret = (struct http_answer){ .status = 303 };
		strv_add(&ret->headers, "Location");
		strv_add(&ret->headers, page);
		headers_add(ret);
	} else if (r == -EINVAL) {
		refuse(req, 422, err.msg, ret);
	} else if (r == -ENOENT) {
		refuse(req, 404, err.msg, ret);
	} else {
		site_trouble(s, err.msg);
		refuse(req, 503, "That could not be written; nothing was done.", ret);
	}
}

void action_answer(struct site *s, const struct http_request *req, struct http_answer *ret)
{
	CLEANUP(strv_done) struct strv fields = { 0 };
	action_fn *action = action_of(req->path);
	struct err err = { 0 };

	if (!action)
		refuse(req, 404, "There is nothing of that name to be done.", ret);
	else if (!s->config->serve.token_file)
		refuse(req, 403, "Nobody may do that here: lab.yaml names no token.", ret);
	else if (!is_from_here(s, req))
		refuse(req, 403, "That was not sent by a page of this site.", ret);
	else if (!is_form(req))
		refuse(req, 415, "The body is not a form's.", ret);
	else if (strlen(req->body) != req->body_len || form_read(req->body, &fields, &err) < 0)
		refuse(req, 400, "The form is not readable.", ret);
	else if (is_allowed(s, req, &fields, ret))
		run(s, req, action, &fields, ret);
}
