// SPDX-License-Identifier: GPL-2.0-or-later
/* A KCIDB document: into a folder, to a server, or both. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/deliver/room.h"

/* VERDICTID.json, with nothing in it that a folder would take for a path. Caller frees. */
static char *file_of(const struct config *c, const struct message *m)
{
	CLEANUP(free_ptr) char *name = mem_strdup(m->verdict_id[0] ? m->verdict_id : m->key);

	for (char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '-' && *p != '_' &&
		    (*p != '.' || p == name))
			*p = '_';
	return mem_printf("%s/%s.json", c->report.kcidb_dir, name);
}

static bool has(const char *path, const char *text)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	struct err ignored;

	return fs_read(path, strlen(text) + 1, &b, &ignored) == 0 &&
	       strcmp(buf_text(&b), text) == 0;
}

static enum delivery file_put(const struct config *c, const struct message *m, struct err *err)
{
	CLEANUP(free_ptr) char *path = file_of(c, m);
	int r = fs_mkdirs(c->report.kcidb_dir, err);

	if (r == 0 && !has(path, m->body))
		r = fs_write(path, m->body, strlen(m->body), err);
	if (r == 0)
		r = fs_sync_folder(c->report.kcidb_dir, err);
	return r < 0 ? DELIVERY_LATER : DELIVERY_DONE;
}

static enum delivery post(const struct report_config *f, const struct message *m, struct net *net,
			  struct err *err)
{
	CLEANUP(net_answer_done) struct net_answer a = { 0 };
	CLEANUP(free_ptr) char *token = NULL;
	CLEANUP(free_ptr) char *host = net_host(f->kcidb_url);
	bool untaken = false;
	struct net_request req = {
		.url = f->kcidb_url,
		.bearer = true,
		.host = host,
		.post = m->body,
		.post_type = "application/json",
		.untaken = &untaken,
	};
	enum delivery end;
	int r;

	if (!host) {
		err_set(err, EINVAL, "report.kcidb_url is no URL that can be asked");
		return DELIVERY_REFUSED;
	}
	if (f->kcidb_token_file && net_secret_read(f->kcidb_token_file, &token, err) < 0)
		return DELIVERY_LATER; /* for the operator to mend */
	req.token = token;
	r = net_ask(net, &req, &a, err);
	end = post_end(r, untaken);
	if (r == -EACCES && token)
		err_prefix(err, "with the token of %s", f->kcidb_token_file);
	return end;
}

enum delivery kcidb_deliver(const struct config *c, const struct message *m, struct net *net,
			    struct err *err)
{
	const struct report_config *f = &c->report;
	enum delivery end = f->kcidb_dir ? file_put(c, m, err) : DELIVERY_DONE;

	if (!f->kcidb_dir && !f->kcidb_url) {
		err_set(err, EINVAL, "lab.yaml has neither report.kcidb_dir nor report.kcidb_url");
		return DELIVERY_REFUSED;
	}
	return end == DELIVERY_DONE && f->kcidb_url ? post(f, m, net, err) : end;
}
