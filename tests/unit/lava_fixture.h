/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_LAVA_FIXTURE_H
#define DMALAB_TESTS_LAVA_FIXTURE_H

/* A LAVA server that answers as a test says, and what its answers look like. */
#include "net_fixture.h"

#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/lab/server.h"

#define JOB(id, name, state, health)                                                               \
	"{\"id\":" id ",\"submitter\":\"ci\",\"description\":\"" name                              \
	"\",\"requested_device_type\":\"qemu\",\"actual_device\":null,"                            \
	"\"submit_time\":\"2026-11-23T01:22:37.450795Z\",\"start_time\":null,"                     \
	"\"end_time\":null,\"state\":\"" state "\",\"health\":\"" health "\",\"priority\":50}"
#define LIST(count, rows)                                                                          \
	"{\"count\":" count ",\"next\":null,\"previous\":null,\"results\":[" rows "]}"

struct desk {
	struct lab lab;
	struct lab_config config;
	struct lab_server *server;
	struct err err;
	char *dir, *token;
};

static inline void desk_up(struct desk *d, answer_fn *fn)
{
	const struct net_manners once = { .answer_bytes = 256 << 10,
					  .answer_ms = 5000,
					  .tries = 1 };

	*d = (struct desk){ 0 };
	unset_proxy();
	lab_up(&d->lab, fn);
	lab_manners(&d->lab, once);
	d->dir = folder_make();
	d->token = mem_printf("%s/token", d->dir);
	assert_int_equal(fs_write(d->token, TOKEN "\n", strlen(TOKEN) + 1, &d->err), 0);
	assert_int_equal(chmod(d->token, 0600), 0);
	d->config = (struct lab_config){ .name = (char *)"big",
					 .driver = LAB_LAVA_SERVER,
					 .url = d->lab.server.url,
					 .user = (char *)"ci",
					 .token_file = d->token };
	assert_int_equal(lab_server_open(&d->config, d->lab.net, &d->server, &d->err), 0);
}

static inline void desk_down(struct desk *d)
{
	lab_server_freep(&d->server);
	lab_down(&d->lab);
	free(d->token);
	folder_done(d->dir);
}

static inline bool asked(const char *head, const char *path)
{
	const char *at = strchr(head, ' ');

	return at && strncmp(at + 1, path, strlen(path)) == 0;
}

static inline void assert_asked(const struct desk *d, const char *line)
{
	if (strncmp(d->lab.server.seen->last, line, strlen(line)) != 0)
		fail_msg("not \"%s\" but: %.300s", line, d->lab.server.seen->last);
	assert_non_null(strstr(d->lab.server.seen->last, "\r\nAuthorization: Token " TOKEN "\r\n"));
}

/* Errors name the lab, and never the token. */
static inline void assert_trouble(const struct desk *d, int r, int code, const char *text)
{
	assert_int_equal(r, -code);
	assert_int_equal(d->err.code, code);
	if (!strstr(d->err.msg, text) || strncmp(d->err.msg, "lab big", 7) != 0)
		fail_msg("'%s' is not in: %s", text, d->err.msg);
	assert_null(strstr(d->err.msg, TOKEN));
}

#endif
