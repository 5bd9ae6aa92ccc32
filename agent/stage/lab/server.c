// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/lab/server.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/lab/answer.h"
#include "stage/lab/server_room.h"

enum { LOG_LINES = 2000 }; /* in one answer */

void lab_server_freep(struct lab_server **s)
{
	if (!*s)
		return;
	free((*s)->host);
	free((*s)->token);
	free(*s);
	*s = NULL;
}

int lab_server_open(const struct lab_config *lab, struct net *net, struct lab_server **ret,
		    struct err *err)
{
	CLEANUP(lab_server_freep) struct lab_server *s = mem_zalloc(sizeof(*s));
	int r;

	s->lab = lab;
	s->net = net;
	s->host = net_host(lab->url);
	if (!s->host)
		return err_set(err, EINVAL, "lab %s: not a URL that can be asked: %s", lab->name,
			       lab->url);
	r = net_secret_read(lab->token_file, &s->token, err);
	if (r < 0)
		return err_prefix(err, "lab %s", lab->name);
	*ret = s;
	s = NULL;
	return 0;
}

int server_ask(struct lab_server *s, const char *path, const char *post, const char *type,
	       struct net_answer *ret, struct err *err)
{
	CLEANUP(free_ptr) char *url = mem_printf("%s/api/v0.2/%s", s->lab->url, path);
	const struct net_request req = {
		.url = url,
		.token = s->token,
		.host = s->host,
		.post = post,
		.post_type = post ? SERVER_JSON : NULL,
		.want_type = type,
	};
	int r = net_ask(s->net, &req, ret, err);

	if (r == -EACCES)
		return err_prefix(err, "lab %s, with the token of %s", s->lab->name,
				  s->lab->token_file);
	return r < 0 ? err_prefix(err, "lab %s", s->lab->name) : 0;
}

int server_answered(const struct lab_server *s, int r, struct err *err)
{
	return r < 0 ? err_prefix(err, "lab %s", s->lab->name) : r;
}

int lab_server_submit(struct lab_server *s, const char *definition, int64_t *id, struct err *err)
{
	CLEANUP(net_answer_done) struct net_answer a = { 0 };
	json_t *j = json_pack("{s:s}", "definition", definition);
	char *post = j ? json_dumps(j, JSON_COMPACT) : NULL;
	int r;

	json_decref(j);
	if (!post)
		return err_set(err, EINVAL, "the job's definition is not UTF-8");
	r = server_ask(s, "jobs/", post, SERVER_JSON, &a, err);
	free(post);
	if (r < 0)
		return r;
	return server_answered(s, answer_submitted(buf_text(&a.body), a.body.len, id, err), err);
}

int lab_server_log(struct lab_server *s, int64_t id, int64_t *line, struct buf *ret,
		   struct err *err)
{
	CLEANUP(free_ptr)
	char *path = mem_printf("jobs/%lld/logs/?start=%lld&end=%lld", (long long)id,
				(long long)*line, (long long)*line + LOG_LINES);
	CLEANUP(net_answer_done) struct net_answer a = { 0 };
	int lines;
	/* Any type: asked for YAML alone LAVA says 406, though YAML is what it sends. */
	int r = server_ask(s, path, NULL, NULL, &a, err);

	/* No log yet, or no line behind the last. */
	if (r == -ENOENT)
		return 0;
	if (r == 0 && strcmp(a.type, "application/yaml") != 0)
		return err_set(
			err, EAGAIN,
			"lab %s answers %s where a log was asked for: is a proxy in the way?",
			s->lab->name, a.type[0] ? a.type : "no type");
	if (r < 0)
		return r;
	/* LAVA reads the file while it is written: the last line may not be whole. */
	lines = answer_log(buf_text(&a.body), a.body.len, LOG_LINES, ret);
	*line += lines;
	return lines == LOG_LINES;
}

int lab_server_cancel(struct lab_server *s, int64_t id, struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("jobs/%lld/cancel/", (long long)id);
	CLEANUP(net_answer_done) struct net_answer a = { 0 };

	return server_ask(s, path, NULL, SERVER_JSON, &a, err);
}
