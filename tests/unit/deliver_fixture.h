/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_DELIVER_FIXTURE_H
#define DMALAB_TESTS_DELIVER_FIXTURE_H

/* A Patchwork and a KCIDB in one server on loopback, and a lab.yaml's values that name it. */
#include "net_fixture.h"

#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/config.h"
#include "model/message.h"
#include "stage/deliver/deliver.h"

/* Shared with the server: what it says, and what it was given. */
struct world {
	char patches[512], checks[4][1024]; /* of pages 1, 2, … */
	int pages;
	char status[64]; /* of answers to a POST; "" none: the connection ends */
	atomic_int posts;
	char posted[16384]; /* the last POST, head and body */
};

static struct world *world;

static inline bool world_answer(int fd, const char *head, int request)
{
	const char *page = strstr(head, "&page=");
	int n = page ? atoi(page + 6) : 1;
	char next[256] = "";

	(void)request;
	if (strncmp(head, "POST ", 5) == 0) {
		atomic_fetch_add(&world->posts, 1);
		snprintf(world->posted, sizeof(world->posted), "%s", head);
		if (!world->status[0])
			return false;
		return answer(fd, world->status, "Content-Type: application/json\r\n",
			      "{\"id\":1,\"detail\":\"because\"}");
	}
	if (strstr(head, "/checks/")) {
		if (n < 1 || n > 4)
			return answer(fd, "404 Not Found", "", "");
		if (n < world->pages)
			snprintf(next, sizeof(next),
				 "Link: <http://elsewhere.invalid/?page=%d>; rel=\"next\"\r\n",
				 n + 1);
		strcat(next, "Content-Type: application/json\r\n");
		return answer(fd, "200 OK", next, world->checks[n - 1]);
	}
	return answer_json(fd, world->patches);
}

struct post_office {
	struct server server;
	struct source_config source;
	struct config config;
	struct message m;
	struct err err;
	char *dir, *token;
};

static inline char *office_file(struct post_office *o, const char *name, const char *text, int mode)
{
	char *path = mem_printf("%s/%s", o->dir, name);

	assert_int_equal(fs_write(path, text, strlen(text), &o->err), 0);
	assert_int_equal(chmod(path, (mode_t)mode), 0);
	return path;
}

static inline int office_up(void **state)
{
	struct post_office *o = mem_zalloc(sizeof(*o));

	unset_proxy();
	world = mmap(NULL, sizeof(*world), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	assert_ptr_not_equal(world, MAP_FAILED);
	strcpy(world->patches, "[{\"id\":7,\"msgid\":\"<1@x>\"}]");
	for (size_t i = 0; i < 4; i++)
		strcpy(world->checks[i], "[]");
	strcpy(world->status, "201 Created");
	server_start(&o->server, world_answer);
	o->dir = folder_make();
	o->token = office_file(o, "token", TOKEN "\n", 0600);
	o->source = (struct source_config){ .name = (char *)(uintptr_t) "media",
					    .type = SOURCE_PATCHWORK,
					    .url = o->server.url,
					    .project = (char *)(uintptr_t) "dma",
					    .token_file = o->token };
	o->config.sources = &o->source;
	o->config.n_sources = 1;
	o->config.limits.answer_s = 5;
	o->config.work_dir = o->dir;
	o->config.report.per_day = 20;
	*state = o;
	return 0;
}

static inline int office_down(void **state)
{
	struct post_office *o = *state;

	server_stop(&o->server);
	munmap(world, sizeof(*world));
	message_done(&o->m);
	free(o->token);
	folder_done(o->dir);
	free(o);
	return 0;
}

static inline void set_text(char **field, const char *text)
{
	free(*field);
	*field = mem_strdup(text);
}

static inline void a_message(struct post_office *o, enum message_kind kind, const char *to,
			     const char *body)
{
	struct message_list l = { 0 };

	message_done(&o->m);
	o->m = *message_add(&l, kind);
	free(l.v);
	set_text(&o->m.key, "key@sample.invalid");
	set_text(&o->m.subject, "a message");
	set_text(&o->m.to, to);
	set_text(&o->m.body, body);
	o->m.created = 1;
}

static inline void assert_office_says(const struct post_office *o, const char *text)
{
	if (!strstr(o->err.msg, text))
		fail_msg("'%s' is not in: %s", text, o->err.msg);
	assert_null(strstr(o->err.msg, TOKEN));
}

#endif
