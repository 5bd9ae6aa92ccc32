/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_WEB_WEB_H
#define DMALAB_WEB_WEB_H

struct config;
struct err;

/*
 * Serves the pages until cancel_fd is readable: reads by a connection of its own that holds up
 * nobody; opens the store to write only for a POST with the token, from this site's own pages.
 * A store that is missing, or being migrated, is a sentence to who asks, and is tried again.
 */
struct web_options {
	const char *listen; /* NULL: systemd's socket if there is one, else serve.listen of
			     * lab.yaml, else 127.0.0.1:8080 */
	int log_fd;	    /* gets a line a request; -1: none */
	int cancel_fd;
	/* Called once it listens; port 0: on a socket that has none. NULL none. */
	void (*ready)(void *arg, const char *listen, int port);
	/* What strangers are not told: one line; NULL none. */
	void (*trouble)(void *arg, const char *text);
	void *arg;
};
int web_serve(const struct config *c, const struct web_options *o, struct err *err)
	__attribute__((warn_unused_result));

#endif
