/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_HTTP_LISTEN_H
#define DMALAB_HTTP_LISTEN_H

struct err;

/* "HOST:PORT" or "[HOST]:PORT"; an empty host is every address. Returns the socket. */
int listen_open(const char *text, struct err *err) __attribute__((warn_unused_result));
/* Makes a socket of somebody else's ready; it must listen already. */
int listen_check(int fd, struct err *err) __attribute__((warn_unused_result));
/* 0: it has none. */
int listen_port(int fd);

#endif
