/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_WEB_WEB_H
#define DMALAB_WEB_WEB_H

struct config;
struct err;

/*
 * Serves the pages until cancel_fd is readable: reads by a connection of its own that holds up
 * nobody; opens the store to write only for a POST with the token, from this site's own pages.
 * listen NULL: systemd's socket if there is one, else serve.listen, else 127.0.0.1:8080. log_fd
 * gets a line a request (-1: none). ready: called once it listens, with its port; NULL none.
 */
struct web_options {
	const char *listen;
	int log_fd;
	int cancel_fd;
	void (*ready)(void *arg, int port);
	void *arg;
};
int web_serve(const struct config *c, const struct web_options *o, struct err *err)
	__attribute__((warn_unused_result));

#endif
