/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_NET_MANNERS_H
#define DMALAB_NET_MANNERS_H

#include "net/net.h"

/* With the defaults in place of zeros. */
struct net_manners manners_full(const struct net_manners *m);

/* Whether asking again may bring something else. */
bool status_may_pass(int status);

#endif
