/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_NET_EXCHANGE_H
#define DMALAB_NET_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "net/header.h"
#include "net/net.h"
#include "net/url.h"

struct net {
	void *easy;  /* CURL */
	void *multi; /* CURLM: keeps the connections, and can be woken */
	struct net_manners manners;
};

/* One request and what came of it. Zero is nothing. */
struct exchange {
	enum net_fault fault;
	int status; /* 0: none came */
	struct header header;
	struct buf body; /* of an error only its beginning */
	bool token_sent;
	bool timed_out;
	bool unsent;   /* not a byte of the request went out */
	char why[200]; /* of NET_NO_ANSWER, printable */
};

void exchange_done(struct exchange *x);

/*
 * Sends the request to `url` (req->url or where it was redirected to) once, and takes the answer.
 * No answer, too, is a result: *ret says which fault. -ECANCELED: cancel_fd.
 */
int exchange_run(struct net *n, const struct net_request *req, const struct url *url,
		 struct exchange *ret, struct err *err) __attribute__((warn_unused_result));

/* Lets curl work on what its multi handle has until that is over. -ECANCELED: cancel_fd; else 0,
 * and *ret is libcurl's CURLcode. */
int exchange_transfer(struct net *n, int *ret) __attribute__((warn_unused_result));

/* Waits, at most until cancel_fd. */
int exchange_pause(const struct net *n, int ms, const struct url *url, struct err *err)
	__attribute__((warn_unused_result));

#endif
