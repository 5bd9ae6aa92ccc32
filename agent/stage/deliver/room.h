/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STAGE_DELIVER_ROOM_H
#define DMALAB_STAGE_DELIVER_ROOM_H

#include "net/net.h"
#include "stage/deliver/deliver.h"

/* What the files of this room share: a way for each kind of message. As deliver_send(). */
enum delivery mail_deliver(const struct config *c, const struct message *m, struct net *net,
			   struct err *err);
enum delivery check_deliver(const struct config *c, const struct message *m, struct net *net,
			    struct err *err);
enum delivery kcidb_deliver(const struct config *c, const struct message *m, struct net *net,
			    struct err *err);

/* As deliver_look(). */
int check_look(const struct config *c, const struct message *m, struct net *net, struct err *err)
	__attribute__((warn_unused_result));

/* What a POST came to by net_ask(). */
enum delivery post_end(int r, bool untaken);

#endif
