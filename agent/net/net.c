// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/net.h"

#include <assert.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "net/exchange.h"
#include "net/manners.h"
#include "net/trouble.h"
#include "net/url.h"

int net_open(const struct net_manners *m, struct net **ret, struct err *err)
{
	struct net *n;

	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		return err_set(err, EIO, "libcurl does not start");
	n = mem_zalloc(sizeof(*n));
	n->manners = manners_full(m);
	n->easy = curl_easy_init();
	n->multi = curl_multi_init();
	if (!n->easy || !n->multi) {
		net_freep(&n);
		return err_set(err, EIO, "libcurl does not start");
	}
	*ret = n;
	return 0;
}

void net_freep(struct net **net)
{
	struct net *n = *net;

	if (!n)
		return;
	curl_easy_cleanup(n->easy);
	curl_multi_cleanup(n->multi);
	curl_global_cleanup();
	free(n);
	*net = NULL;
}

void net_answer_done(struct net_answer *a)
{
	buf_done(&a->body);
	free(a->type);
	free(a->link_next);
	free(a->etag);
	free(a->last_modified);
	free(a->location);
	free(a->date);
	*a = (struct net_answer){ 0 };
}

/* Whether a value can stand in a header line of ours. */
static bool is_header_text(const char *s)
{
	for (; s && *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
	return true;
}

static int check_request(const struct net_request *req, struct url *url, struct err *err)
{
	assert(!req->token || req->host);
	if (!url_read(req->url, NULL, url))
		return err_set(err, EINVAL,
			       "not a URL that can be asked (http or https, no user name): %.200s",
			       strchr(req->url, '@') ? "one with an @" : req->url);
	if (!is_header_text(req->token))
		return err_set(err, EINVAL, "%s: the token has characters that no token has",
			       url->name);
	if (!is_header_text(req->etag) || !is_header_text(req->last_modified) ||
	    !is_header_text(req->post_type) || !is_header_text(req->want_type))
		return err_set(err, EINVAL, "%s: a value for a header holds a control character",
			       url->name);
	return 0;
}

static bool is_redirect(const struct exchange *x)
{
	return x->fault == NET_STATUS && (x->status == 301 || x->status == 302 ||
					  x->status == 303 || x->status == 307 || x->status == 308);
}

/* One try: the request, and where its answer points. *url ends as what was asked last. */
static int follow(struct net *n, const struct net_request *req, struct url *url,
		  struct exchange *ret, struct err *err)
{
	struct url to;
	int r;

	for (int redirects = 0;; redirects++) {
		exchange_done(ret);
		if ((r = exchange_run(n, req, url, ret, err)) < 0)
			return r;
		if (req->post || req->put || !is_redirect(ret))
			return 0;
		if ((r = url_redirect(url, ret->header.location, redirects, &to, err)))
			return r < 0 ? r : 0;
		url_done(url);
		*url = to;
	}
}

static char *own(char **text)
{
	char *s = *text ? *text : mem_strdup("");

	*text = NULL;
	return s;
}

/* A URL of the answer as a whole one; "" where there is none or it is none. */
static char *whole_url(const char *text, const struct url *base)
{
	struct url u;
	char *s;

	if (!text || !*text || !url_read(text, base, &u))
		return mem_strdup("");
	s = u.text;
	u.text = NULL;
	url_done(&u);
	return s;
}

static void give(struct exchange *x, const struct url *url, struct net_answer *ret)
{
	*ret = (struct net_answer){
		.status = x->status,
		.body = x->body,
		.type = own(&x->header.type),
		.link_next = whole_url(x->header.link_next, url),
		.etag = own(&x->header.etag),
		.last_modified = own(&x->header.last_modified),
		.location = whole_url(x->header.location, url),
		.date = own(&x->header.date),
	};
	x->body = (struct buf){ 0 };
}

static unsigned any_number(void)
{
	unsigned n = 0;

	if (getrandom(&n, sizeof(n), GRND_NONBLOCK) != (ssize_t)sizeof(n))
		n = (unsigned)clock_ms();
	return n;
}

int net_ask(struct net *n, const struct net_request *req, struct net_answer *ret, struct err *err)
{
	CLEANUP(url_done) struct url url = { 0 };
	CLEANUP(exchange_done) struct exchange x = { 0 };
	int r = check_request(req, &url, err);

	for (int tried = 1; r == 0; tried++) {
		int wait = -1;

		if ((r = follow(n, req, &url, &x, err)) < 0)
			break;
		if (x.status == 304 && !req->etag && !req->last_modified)
			x.fault = NET_STATUS;
		if (x.fault == NET_NONE) {
			give(&x, &url, ret);
			return 0;
		}
		if (!req->post)
			wait = net_retry_ms(&n->manners, x.fault, x.status,
					    header_retry_after(&x.header, clock_now()), tried,
					    any_number());
		if (req->untaken)
			*req->untaken = x.unsent || x.status == 429;
		if (wait < 0)
			return trouble_of(&n->manners, req, &url, &x, tried, err);
		if ((r = exchange_pause(n, wait, &url, err)) < 0)
			break;
		url_done(&url);
		r = check_request(req, &url, err);
	}
	return r;
}
