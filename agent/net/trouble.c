// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/trouble.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "net/exchange.h"
#include "net/manners.h"

enum { DETAIL_MAX = 160 };

/* " and says: …": the beginning of a body that is text and does not repeat our token. */
static const char *detail_of(const struct net_request *req, const struct exchange *x,
			     char text[DETAIL_MAX + 16])
{
	const char *type = x->header.type ? x->header.type : "";
	const char *body = buf_text(&x->body);
	size_t n;

	text[0] = '\0';
	if ((strcmp(type, "application/json") != 0 && strcmp(type, "text/plain") != 0) ||
	    x->body.len == 0 || strlen(body) != x->body.len ||
	    (req->token && strstr(body, req->token)))
		return text;
	n = (size_t)snprintf(text, DETAIL_MAX + 16, " and says: %.*s", DETAIL_MAX, body);
	if (n >= DETAIL_MAX + 16)
		n = DETAIL_MAX + 15;
	for (size_t i = 0; i < n; i++)
		if (text[i] < ' ' || text[i] > '~')
			text[i] = text[i] == '\n' ? ' ' : '?';
	return text;
}

static const char *tries_of(int tried, char text[32])
{
	text[0] = '\0';
	if (tried > 1)
		snprintf(text, 32, ", asked %d times", tried);
	return text;
}

/* A POST of which nobody knows whether it was taken. */
static const char *stored_of(const struct net_request *req, const struct exchange *x)
{
	return req->post && !x->unsent
		       ? "; it may have been taken all the same, so look before it is sent again"
		       : "";
}

static int refused(const struct url *url, const struct exchange *x, const char *detail,
		   struct err *err)
{
	if (x->token_sent)
		return err_set(err, EACCES,
			       "%s answers %d to %s%s: is the token right, and has it the rights?",
			       url->name, x->status, url->where, detail);
	return err_set(err, EACCES, "%s answers %d to %s%s: it may want a token", url->name,
		       x->status, url->where, detail);
}

static int moved(const struct net_request *req, const struct url *url, const struct exchange *x,
		 struct err *err)
{
	const char *to = x->header.location;
	struct url whole = { 0 };

	if (!to || (req->token && strstr(to, req->token)) || !url_read(to, url, &whole))
		err_set(err, EINVAL, "%s answers %d to %s, and points nowhere: mend the URL",
			url->name, x->status, url->where);
	else
		err_set(err, EINVAL, "%s answers %d to %s, and points to %s%s: mend the URL%s",
			url->name, x->status, url->where, whole.name, whole.where,
			req->post  ? ", since a POST follows no redirect"
			: req->put ? ", since a PUT follows no redirect"
				   : "");
	url_done(&whole);
	return -EINVAL;
}

static int status_trouble(const struct net_request *req, const struct url *url,
			  const struct exchange *x, const char *tries, struct err *err)
{
	char text[DETAIL_MAX + 16];
	const char *detail = detail_of(req, x, text);

	if (status_may_pass(x->status))
		return err_set(err, EAGAIN, "%s answers %d to %s%s%s: try again later%s", url->name,
			       x->status, url->where, tries, detail, stored_of(req, x));
	if (x->status == 401 || x->status == 403)
		return refused(url, x, detail, err);
	if (x->status == 404 || x->status == 410)
		return err_set(err, ENOENT, "%s has nothing at %s (%d)", url->name, url->where,
			       x->status);
	if (x->status / 100 == 3)
		return moved(req, url, x, err);
	return err_set(err, EINVAL, "%s answers %d to %s%s: asking again does not help", url->name,
		       x->status, url->where, detail);
}

int trouble_of(const struct net_manners *m, const struct net_request *req, const struct url *url,
	       const struct exchange *x, int tried, struct err *err)
{
	char text[32];
	const char *tries = tries_of(tried, text);

	switch (x->fault) {
	case NET_NONE:
		return 0;
	case NET_NO_ANSWER:
		if (x->timed_out)
			return err_set(err, EAGAIN,
				       "%s gave no whole answer to %s within %.1f s%s: try again "
				       "later, or allow it more time%s",
				       url->name, url->where, m->answer_ms / 1000.0, tries,
				       stored_of(req, x));
		return err_set(err, EAGAIN, "%s gave no whole answer to %s%s: %s%s", url->name,
			       url->where, tries, x->why, stored_of(req, x));
	case NET_STATUS:
		return status_trouble(req, url, x, tries, err);
	case NET_WRONG_TYPE:
		return err_set(err, EAGAIN,
			       "%s answers %s to %s where %s was asked for%s: is a proxy in the "
			       "way?%s",
			       url->name, x->header.type ? x->header.type : "no type", url->where,
			       req->want_type, tries, stored_of(req, x));
	case NET_TOO_LONG:
		return err_set(err, EFBIG,
			       "%s answers %s with more than the %zu bytes that are allowed",
			       url->name, url->where, m->answer_bytes);
	}
	return err_set(err, EIO, "%s: %s", url->name, url->where);
}
