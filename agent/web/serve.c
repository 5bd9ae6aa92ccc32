// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/web.h"

#include <errno.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "http/http.h"
#include "http/rate.h"
#include "model/config.h"
#include "web/cache.h"
#include "web/site.h"

enum {
	CACHE_BYTES = 32 << 20,
	REQUESTS = 600, /* of an address in ten seconds */
	/* Then none is looked at from there until a minute is over: */
	WRONG_TOKENS = 5,
	WRONG_MS = 60 * 1000,
};

/* Whether only this machine reaches it. */
static bool is_loopback(const char *listen)
{
	return strncmp(listen, "127.", 4) == 0 || strncmp(listen, "[::1]", 5) == 0;
}

/* The socket that systemd has opened for us; -1: it has none. */
static int inherited_socket(int *fd, struct err *err)
{
	int n = sd_listen_fds(1);

	if (n < 0)
		return err_errno(err, -n, "cannot take systemd's socket");
	if (n > 1)
		return err_set(err, EINVAL, "systemd gave %d sockets; one is served", n);
	*fd = n == 1 ? SD_LISTEN_FDS_START : -1;
	return 0;
}

/* *where NULL: on systemd's socket. */
static int listen_on(struct site *s, const char **where, struct http_server **ret, struct err *err)
{
	const struct serve_config *c = &s->config->serve;
	struct http_limits limits = { .behind_proxy = c->behind_proxy,
				      .requests_address = REQUESTS };
	const char *given = s->options->listen;
	int fd = -1, r = given ? 0 : inherited_socket(&fd, err);

	if (r < 0)
		return r;
	if (fd >= 0) {
		*where = NULL;
		return http_open_socket(fd, &limits, site_answer, s, ret, err);
	}
	*where = given ? given : c->listen ? c->listen : "127.0.0.1:8080";
	if (is_loopback(*where) && !c->behind_proxy)
		limits.requests_address = 0; /* people of this machine, and its programs */
	return http_open(*where, &limits, site_answer, s, ret, err);
}

int web_serve(const struct config *c, const struct web_options *o, struct err *err)
{
	CLEANUP(site_done) struct site s = { .config = c, .options = o };
	CLEANUP(http_freep) struct http_server *server = NULL;
	const char *where;
	int r;

	s.cache = cache_new(CACHE_BYTES);
	s.wrong = rate_new(WRONG_TOKENS, WRONG_MS);
	r = listen_on(&s, &where, &server, err);
	if (r < 0)
		return r;
	http_watch(server, site_sent, &s);
	if (o->ready)
		o->ready(o->arg, where, http_port(server));
	while (r == 0) {
		s.is_fresh = false;
		r = http_step(server, site_rest(&s), o->cancel_fd, err);
	}
	return r == -ECANCELED ? 0 : r;
}
