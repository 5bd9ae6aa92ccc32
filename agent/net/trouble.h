/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_NET_TROUBLE_H
#define DMALAB_NET_TROUBLE_H

struct err;
struct exchange;
struct net_request;
struct net_manners;
struct url;

/* The sentence and the error for what an exchange came to in the end, after `tried` of them. */
int trouble_of(const struct net_manners *m, const struct net_request *req, const struct url *url,
	       const struct exchange *x, int tried, struct err *err);

#endif
