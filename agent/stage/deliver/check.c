// SPDX-License-Identifier: GPL-2.0-or-later
/* A check of a patch on a Patchwork server (REST API 1.0 to 1.4). */
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "mail/address.h"
#include "model/config.h"
#include "stage/deliver/room.h"

enum {
	PER_PAGE = 250,	   /* what a server gives at most */
	PAGES_MAX = 40,	   /* of the checks of one patch */
	URL_MAX_LEN = 200, /* what Patchwork takes as target_url */
};

/* A check and where it goes. Texts are the body's. */
struct check {
	const struct source_config *source;
	struct net *net;
	json_t *body;
	char *msgid;
	const char *state, *context, *description, *target_url;
};

static void json_done(json_t **j)
{
	json_decref(*j);
}

static void check_done(struct check *k)
{
	json_decref(k->body);
	free(k->msgid);
}

/* "" where there is none. */
static const char *text_of(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

static int check_read(const struct config *c, const struct message *m, struct net *net,
		      struct check *k, struct err *err)
{
	*k = (struct check){ .source = config_source(c, m->to), .net = net };
	if (!k->source || k->source->type != SOURCE_PATCHWORK || !k->source->token_file)
		return err_set(err, EINVAL,
			       "lab.yaml has no source '%s' of type patchwork with a token_file",
			       m->to);
	k->body = json_loads(m->body, 0, NULL);
	k->msgid = msgid_read(text_of(k->body, "msgid"));
	k->state = text_of(k->body, "state");
	k->context = text_of(k->body, "context");
	k->description = text_of(k->body, "description");
	k->target_url = text_of(k->body, "target_url");
	if (strlen(k->target_url) > URL_MAX_LEN)
		k->target_url = "";
	if (!k->msgid[0] || !k->state[0] || !k->context[0])
		return err_set(err, EINVAL, "a check without patch, state or context");
	return 0;
}

static int list_ask(const struct check *k, const char *url, json_t **ret, bool *more,
		    struct err *err)
{
	CLEANUP(net_answer_done) struct net_answer a = { 0 };
	const struct net_request req = { .url = url, .want_type = "application/json" };
	json_error_t why;
	int r = net_ask(k->net, &req, &a, err);

	if (r < 0)
		return r;
	*ret = json_loadb(buf_text(&a.body), a.body.len, JSON_ALLOW_NUL, &why);
	if (!json_is_array(*ret))
		return err_set(err, EAGAIN, "source %s: %s answers with no list", k->source->name,
			       url);
	if (more)
		*more = a.link_next[0];
	return 0;
}

/* The patch's number there; 0: there is none (yet). */
static int patch_find(const struct check *k, json_int_t *patch, struct err *err)
{
	CLEANUP(buf_done) struct buf url = { 0 };
	CLEANUP(json_done) json_t *list = NULL;
	int r;

	buf_printf(&url, "%s/api/patches/?project=", k->source->url);
	net_escape(&url, k->source->project);
	buf_str(&url, "&msgid=");
	net_escape(&url, k->msgid);
	r = list_ask(k, buf_text(&url), &list, NULL, err);
	*patch = 0;
	for (size_t i = 0; r == 0 && i < json_array_size(list) && *patch == 0; i++) {
		const json_t *o = json_array_get(list, i);
		/* a server before 2.2 does not know the filter, and answers with any */
		CLEANUP(free_ptr) char *msgid = msgid_read(text_of(o, "msgid"));
		json_int_t id = json_integer_value(json_object_get(o, "id"));

		if (id > 0 && strcmp(msgid, k->msgid) == 0)
			*patch = id;
	}
	return r;
}

/* What stands at a patch of ours, that is: in our context. */
struct standing {
	bool any, last; /* one that says the same: any of them, the last one */
	bool conclusive;
};

/* Patchwork takes white space off both ends. */
static bool same(const char *ours, const char *theirs)
{
	CLEANUP(free_ptr) char *a = mem_strdup(ours + strspn(ours, " \t\r\n"));
	CLEANUP(free_ptr) char *b = mem_strdup(theirs + strspn(theirs, " \t\r\n"));
	char *const ends[] = { a, b };

	for (size_t i = 0; i < 2; i++)
		for (size_t n = strlen(ends[i]); n > 0 && strchr(" \t\r\n", ends[i][n - 1]); n--)
			ends[i][n - 1] = '\0';
	return strcmp(a, b) == 0;
}

static void stand(const struct check *k, const json_t *o, struct standing *s)
{
	if (strcmp(text_of(o, "context"), k->context) != 0)
		return;
	s->last = strcmp(text_of(o, "state"), k->state) == 0 &&
		  same(k->target_url, text_of(o, "target_url")) &&
		  same(k->description, text_of(o, "description"));
	s->any = s->any || s->last;
	s->conclusive = s->conclusive || strcmp(text_of(o, "state"), "pending") != 0;
}

static int checks_look(const struct check *k, json_int_t patch, struct standing *s, struct err *err)
{
	bool more = true;

	for (int page = 1; more && page <= PAGES_MAX; page++) {
		CLEANUP(free_ptr)
		char *url = mem_printf("%s/api/patches/%lld/checks/?per_page=%d&page=%d",
				       k->source->url, (long long)patch, PER_PAGE, page);
		CLEANUP(json_done) json_t *list = NULL;
		int r = list_ask(k, url, &list, &more, err);

		if (r == -ENOENT && page > 1)
			return 0; /* it became shorter meanwhile */
		if (r < 0)
			return r;
		for (size_t i = 0; i < json_array_size(list); i++)
			stand(k, json_array_get(list, i), s);
	}
	return 0;
}

int check_look(const struct config *c, const struct message *m, struct net *net, struct err *err)
{
	CLEANUP(check_done) struct check k = { 0 };
	struct standing s = { 0 };
	json_int_t patch = 0;
	int r = check_read(c, m, net, &k, err);

	if (r == 0)
		r = patch_find(&k, &patch, err);
	if (r == 0 && patch)
		r = checks_look(&k, patch, &s, err);
	if (r < 0)
		return r;
	if (strcmp(k.state, "pending") == 0 && s.conclusive)
		return 1;
	/* What was tried may have been followed by a newer one of ours; what never was is there
	 * only where the last says the same, for a verdict can come back to what it was. */
	return m->tried ? s.any : s.last;
}

bool deliver_same(const struct message *a, const struct message *b)
{
	CLEANUP(json_done) json_t *x = NULL;
	CLEANUP(json_done) json_t *y = NULL;

	if (a->kind != MESSAGE_CHECK || b->kind != MESSAGE_CHECK || strcmp(a->to, b->to) != 0)
		return false;
	x = json_loads(a->body, 0, NULL);
	y = json_loads(b->body, 0, NULL);
	return strcmp(text_of(x, "msgid"), text_of(y, "msgid")) == 0 &&
	       strcmp(text_of(x, "context"), text_of(y, "context")) == 0;
}

static enum delivery post(const struct check *k, json_int_t patch, struct err *err)
{
	CLEANUP(net_answer_done) struct net_answer a = { 0 };
	CLEANUP(free_ptr) char *token = NULL;
	CLEANUP(free_ptr) char *host = net_host(k->source->url);
	/* without the last slash it is a redirect */
	CLEANUP(free_ptr)
	char *url = mem_printf("%s/api/patches/%lld/checks/", k->source->url, (long long)patch);
	CLEANUP(json_done)
	json_t *j = json_pack("{s:s, s:s, s:s}", "state", k->state, "context", k->context,
			      "description", k->description);
	CLEANUP(free_ptr) char *text = NULL;
	bool untaken = false;
	struct net_request req = {
		.url = url,
		.host = host,
		.post_type = "application/json",
		.want_type = "application/json",
		.untaken = &untaken,
	};
	int r;

	if (net_secret_read(k->source->token_file, &token, err) < 0)
		return DELIVERY_LATER; /* for the operator to mend */
	if (k->target_url[0])
		json_object_set_new(j, "target_url", json_string(k->target_url));
	text = json_dumps(j, JSON_COMPACT);
	if (!text || !host) {
		err_set(err, EINVAL, "source %s: not to be written as JSON, or no URL",
			k->source->name);
		return DELIVERY_REFUSED;
	}
	req.token = token;
	req.post = text;
	r = net_ask(k->net, &req, &a, err);
	if (r == -EACCES)
		err_prefix(err,
			   "source %s, with the token of %s, whose user must be a maintainer of "
			   "project %s",
			   k->source->name, k->source->token_file, k->source->project);
	return post_end(r, untaken);
}

enum delivery check_deliver(const struct config *c, const struct message *m, struct net *net,
			    struct err *err)
{
	CLEANUP(check_done) struct check k = { 0 };
	json_int_t patch = 0;

	if (check_read(c, m, net, &k, err) < 0)
		return DELIVERY_REFUSED;
	if (patch_find(&k, &patch, err) < 0)
		return DELIVERY_LATER;
	if (!patch) {
		err_set(err, ENOENT, "source %s has no patch <%s> (yet)", k.source->name, k.msgid);
		return DELIVERY_LATER;
	}
	return post(&k, patch, err);
}
