// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "pipeline/agent.h"
#include "web/web.h"

/* "http://127.0.0.1:8080/", also where the port was left to the system. */
static void say_where(void *arg, const char *listen, int port)
{
	(void)arg;
	if (listen) {
		printf("http://%.*s:%d/\n", (int)(strrchr(listen, ':') - listen), listen, port);
		(void)fflush(stdout);
	}
	(void)sd_notify(0, "READY=1");
}

static void say_trouble(void *arg, const char *text)
{
	(void)arg;
	log_line(AGENT_WARNING, text);
}

int child_serve(struct session *s, int cancel, struct err *err)
{
	const struct web_options o = { .log_fd = -1, .cancel_fd = cancel, .trouble = say_trouble };

	return web_serve(s->config, &o, err);
}

int cmd_serve(struct session *s, int argc, char **argv, struct err *err)
{
	struct web_options o = { .ready = say_where, .trouble = say_trouble };
	CLEANUP(close_fd) int cancel = -1;
	bool log = false;
	const struct option_to to[] = { { .name = "listen", .value = &o.listen },
					{ .name = "log", .flag = &log } };
	int r = options_read(argc, argv, to, 2, err);

	if (r < 0)
		return r;
	cancel = cancel_open(err);
	if (cancel < 0)
		return cancel;
	o.log_fd = log ? STDOUT_FILENO : -1;
	o.cancel_fd = cancel;
	return web_serve(s->config, &o, err);
}
