// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/deliver/deliver.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "model/config.h"
#include "stage/deliver/room.h"

enum { ANSWER_BYTES = 4 << 20, TRIES = 2 };

static int deliver_net(const struct config *c, int cancel_fd, struct net **ret, struct err *err)
{
	const struct net_manners m = {
		.answer_bytes = ANSWER_BYTES,
		.answer_ms = c->limits.answer_s * 1000,
		.tries = TRIES, /* the outbox comes again */
		.cancel_fd = cancel_fd,
	};

	return net_open(&m, ret, err);
}

enum delivery post_end(int r, bool untaken)
{
	switch (r) {
	case 0:
		return DELIVERY_DONE;
	case -EACCES:
	case -ENOENT:
	case -EINVAL:
		return DELIVERY_REFUSED;
	default: /* -EAGAIN, -ECANCELED, an answer that is too long */
		return untaken ? DELIVERY_LATER : DELIVERY_UNKNOWN;
	}
}

int deliver_look(const struct config *c, const struct message *m, int cancel_fd, struct err *err)
{
	CLEANUP(net_freep) struct net *net = NULL;
	int r;

	if (m->kind != MESSAGE_CHECK)
		return err_set(err, EOPNOTSUPP, "nobody can say whether it arrived");
	r = deliver_net(c, cancel_fd, &net, err);
	return r < 0 ? r : check_look(c, m, net, err);
}

enum delivery deliver_send(const struct config *c, const struct message *m, int cancel_fd,
			   struct err *err)
{
	CLEANUP(net_freep) struct net *net = NULL;

	if (deliver_net(c, cancel_fd, &net, err) < 0)
		return DELIVERY_LATER;
	switch (m->kind) {
	case MESSAGE_MAIL:
		return mail_deliver(c, m, net, err);
	case MESSAGE_CHECK:
		return check_deliver(c, m, net, err);
	case MESSAGE_KCIDB:
		return kcidb_deliver(c, m, net, err);
	}
	err_set(err, EINVAL, "a message of no kind");
	return DELIVERY_REFUSED;
}
