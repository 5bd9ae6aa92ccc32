/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_NET_URL_H
#define DMALAB_NET_URL_H

#include <stdbool.h>

struct err;

/* A URL that we would ask: http or https, and no user name in it. Zero is none. */
struct url {
	char *text;  /* whole, as it is asked; without a fragment */
	char *name;  /* of the host for people, printable: with its port where that is not usual */
	char *host;  /* "host:port", as net_host() */
	char *where; /* path for people, cut, without the query */
	bool https;
};

/* Reads `text`, relative to `base` where that is not NULL. false: it is none; *ret is zero. */
bool url_read(const char *text, const struct url *base, struct url *ret);

/*
 * Reads where an answer from `from` points. 0: *ret is what is asked next, after `redirects`
 * others; 1: nowhere that we can go; -EINVAL: one too many, or away from TLS.
 */
int url_redirect(const struct url *from, const char *location, int redirects, struct url *ret,
		 struct err *err) __attribute__((warn_unused_result));

void url_done(struct url *u);

#endif
