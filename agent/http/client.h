/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_HTTP_CLIENT_H
#define DMALAB_HTTP_CLIENT_H

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>

/* Who asks. */
struct client {
	char text[INET6_ADDRSTRLEN]; /* "127.0.0.1"; "" of a unix socket */
	bool is_known;		     /* by an address */
	uint64_t key;		     /* of an IPv6 address its /64: who has one has all of them */
};

struct client client_of(const struct sockaddr *a);
/* The last of the addresses, which the nearest proxy wrote. False: it is none. */
bool client_forwarded(const char *x_forwarded_for, struct client *ret);

#endif
