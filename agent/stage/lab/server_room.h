/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_LAB_SERVER_ROOM_H
#define DMALAB_STAGE_LAB_SERVER_ROOM_H

#include "net/net.h"
#include "stage/lab/server.h"

/* What the files of server.h share: server.c has the requests, server_lists.c the lists. */

struct lab_server {
	const struct lab_config *lab;
	struct net *net;
	char *host, *token;
};

#define SERVER_JSON "application/json"

/* One request; path begins behind "/api/v0.2/". An answer of another type than `type` is -EAGAIN.
 */
int server_ask(struct lab_server *s, const char *path, const char *post, const char *type,
	       struct net_answer *ret, struct err *err) __attribute__((warn_unused_result));
/* Puts the lab's name before what a reader of an answer says. */
int server_answered(const struct lab_server *s, int r, struct err *err)
	__attribute__((warn_unused_result));

#endif
