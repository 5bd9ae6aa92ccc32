// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/url.h"

#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "net/net.h"

enum { URL_MAX = 8192, WHERE_MAX = 200, REDIRECTS_MAX = 5 };

static void curlu_ptr(CURLU **u)
{
	curl_url_cleanup(*u);
}

static void curl_ptr(char **s)
{
	curl_free(*s);
}

/* A part as our own string; NULL where there is none. */
static char *part(CURLU *u, CURLUPart what, unsigned int flags)
{
	CLEANUP(curl_ptr) char *s = NULL;

	return curl_url_get(u, what, &s, flags) ? NULL : mem_strdup(s);
}

static void lower(char *s)
{
	for (; *s; s++)
		*s = (char)tolower((unsigned char)*s);
}

static void only_printable(char *s)
{
	for (; *s; s++)
		if (*s <= ' ' || *s > '~')
			*s = '?';
}

bool url_read(const char *text, const struct url *base, struct url *ret)
{
	const unsigned int flags = CURLU_URLENCODE | CURLU_DISALLOW_USER;
	CLEANUP(curlu_ptr) CURLU *u = curl_url();
	CLEANUP(free_ptr) char *scheme = NULL;
	CLEANUP(free_ptr) char *host = NULL;
	CLEANUP(free_ptr) char *port = NULL;
	CLEANUP(free_ptr) char *usual = NULL;

	*ret = (struct url){ 0 };
	if (!u || strlen(text) > URL_MAX ||
	    (base && curl_url_set(u, CURLUPART_URL, base->text, flags)) ||
	    curl_url_set(u, CURLUPART_URL, text, flags))
		return false;
	scheme = part(u, CURLUPART_SCHEME, 0);
	host = part(u, CURLUPART_HOST, 0);
	port = part(u, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	usual = part(u, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT);
	if (!scheme || !host || !*host || !port ||
	    (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0) ||
	    curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0))
		return false;

	lower(host);
	ret->https = strcmp(scheme, "https") == 0;
	ret->text = part(u, CURLUPART_URL, 0);
	ret->host = mem_printf("%s:%s", host, port);
	ret->name = usual ? mem_printf("%s:%s", host, usual) : mem_strdup(host);
	ret->where = part(u, CURLUPART_PATH, 0);
	if (!ret->text || !ret->where) {
		url_done(ret);
		return false;
	}
	only_printable(ret->name);
	only_printable(ret->where);
	if (strlen(ret->where) > WHERE_MAX)
		strcpy(ret->where + WHERE_MAX - 3, "...");
	return true;
}

void url_done(struct url *u)
{
	free(u->text);
	free(u->name);
	free(u->host);
	free(u->where);
	*u = (struct url){ 0 };
}

int url_redirect(const struct url *from, const char *location, int redirects, struct url *ret,
		 struct err *err)
{
	struct url to;

	if (!location || !*location || !url_read(location, from, &to))
		return 1;
	if (from->https && !to.https)
		err_set(err, EINVAL, "%s redirects %s to %s without TLS: mend the URL", from->name,
			from->where, to.name);
	else if (redirects >= REDIRECTS_MAX)
		err_set(err, EINVAL, "%s redirects %s after %d redirects: mend the URL", from->name,
			from->where, redirects);
	else {
		*ret = to;
		return 0;
	}
	url_done(&to);
	return -EINVAL;
}

char *net_host(const char *url)
{
	struct url u;
	char *host;

	if (!url_read(url, NULL, &u))
		return NULL;
	host = u.host;
	u.host = NULL;
	url_done(&u);
	return host;
}

void net_escape(struct buf *b, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", c))
			buf_add(b, text, 1);
		else
			buf_printf(b, "%%%02X", c);
	}
}
