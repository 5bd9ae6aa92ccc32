// SPDX-License-Identifier: GPL-2.0-or-later
/* A single series or thread, by what people call it. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/source/patchwork.h"
#include "stage/source/what.h"

struct fetch {
	const struct config *c;
	struct net *net;
	struct source_batch *b;
};

struct place {
	const char *list; /* "https://lore.kernel.org/lkml" */
};

static char *thread_origin(void *arg, const char *raw, size_t len)
{
	const struct place *p = arg;
	CLEANUP(free_ptr) char *msgid = raw_msgid(raw, len);
	struct buf b = { 0 };

	buf_printf(&b, "%s/", p->list);
	if (msgid[0]) {
		msgid_escape(&b, msgid);
		buf_str(&b, "/");
	}
	return buf_take(&b);
}

/* One URL of an archive, packed or not. Without mails in it: -ENOENT. */
static int archive_ask(struct fetch *f, const char *list, const char *msgid, const char *form,
		       struct err *err)
{
	CLEANUP(net_answer_done) struct net_answer a = { 0 };
	CLEANUP(buf_done) struct buf url = { 0 };
	CLEANUP(buf_done) struct buf text = { 0 };
	struct place place = { .list = list };
	struct net_request req = { 0 };
	size_t before = f->b->n;
	int r;

	buf_printf(&url, "%s/", list);
	msgid_escape(&url, msgid);
	buf_printf(&url, "/%s", form);
	req.url = url.data;
	r = net_ask(f->net, &req, &a, err);
	if (r < 0)
		return r;
	if (a.body.len >= 2 && memcmp(a.body.data, "\x1f\x8b", 2) == 0)
		r = gunzip(a.body.data, a.body.len, (size_t)f->c->limits.answer_mb << 20, &text,
			   err);
	else if (a.type && strcmp(a.type, "text/html") == 0)
		r = err_set(err, ENOENT, "%s: answers HTML, and no mails", url.data);
	else
		buf_add(&text, buf_text(&a.body), a.body.len);
	if (r == 0)
		r = mbox_mails(buf_text(&text), text.len, thread_origin, &place, f->b, err);
	if (r == 0 && f->b->n == before)
		r = err_set(err, ENOENT, "%s: no mails", url.data);
	return r;
}

/* The thread; of an archive that knows no threads, the mail. */
static int archive_fetch(struct fetch *f, const char *list, const char *msgid, struct err *err)
{
	int r = archive_ask(f, list, msgid, "t.mbox.gz", err);

	return r == -ENOENT || r == -EINVAL ? archive_ask(f, list, msgid, "raw", err) : r;
}

static int series_fetch(struct fetch *f, struct pw *pw, int64_t id, struct err *err)
{
	CLEANUP(free_ptr) char *url = mem_printf("%s/series/%lld/", pw->api, (long long)id);
	CLEANUP(pw_series_done) struct pw_series s = { .cover.id = -1 };
	CLEANUP(json_done) json_t *j = NULL;
	int r = pw_ask(pw, url, &j, NULL, err);

	if (r == 0)
		r = pw_series_read(pw, j, &s, err);
	if (r == 0 && s.cover.id >= 0)
		r = pw_mail_mails(pw, &s.cover, f->b, err);
	return r < 0 ? r : pw_series_mails(pw, &s, f->b, err);
}

/* The newest series that a patch or cover is in; without one it comes alone. */
static int member_fetch(struct fetch *f, struct pw *pw, const json_t *o, struct err *err)
{
	CLEANUP(pw_mail_done) struct pw_mail mail = { .id = -1 };
	const json_t *list = json_object_get(o, "series");
	int64_t id = -1;
	int r = pw_mail_read(pw, o, &mail, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < json_array_size(list); i++)
		if (json_number(json_array_get(list, i), "id") > id)
			id = json_number(json_array_get(list, i), "id");
	return id >= 0 ? series_fetch(f, pw, id, err) : pw_mail_mails(pw, &mail, f->b, err);
}

/* `what` is "patches" or "covers". Servers that do not know the filter give others. */
static int member_find(struct fetch *f, struct pw *pw, const char *what, const char *msgid,
		       struct err *err)
{
	CLEANUP(json_done) json_t *j = NULL;
	CLEANUP(buf_done) struct buf url = { 0 };
	int r;

	buf_printf(&url, "%s/%s/?msgid=", pw->api, what);
	net_escape(&url, msgid);
	r = pw_ask(pw, url.data, &j, NULL, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < json_array_size(j); i++) {
		const json_t *o = json_array_get(j, i);
		CLEANUP(free_ptr) char *id = source_msgid(json_text(o, "msgid"));

		if (id && strcmp(id, msgid) == 0)
			return member_fetch(f, pw, o, err);
	}
	return err_set(err, ENOENT, "%s has no '%s'", pw->url, msgid);
}

static int patchwork_fetch(struct fetch *f, const struct source_config *s,
			   const struct pw_what *what, struct err *err)
{
	const char *list = what->kind == PW_COVER_LETTER ? "covers" : "patches";
	CLEANUP(pw_done) struct pw pw = { 0 };
	CLEANUP(json_done) json_t *j = NULL;
	CLEANUP(free_ptr) char *url = NULL;
	int r = pw_open(&pw, f->net, s->url, err);

	if (r < 0)
		return r;
	if (what->kind == PW_SERIES)
		return series_fetch(f, &pw, what->id, err);
	if (what->id < 0) {
		r = member_find(f, &pw, list, what->msgid, err);
		return r == -ENOENT && what->kind == PW_NOTHING
			       ? member_find(f, &pw, "covers", what->msgid, err)
			       : r;
	}
	url = mem_printf("%s/%s/%lld/", pw.api, list, (long long)what->id);
	r = pw_ask(&pw, url, &j, NULL, err);
	return r < 0 ? r : member_fetch(f, &pw, j, err);
}

/* Whatever a source that did not have it left in the batch, goes. */
static int source_try(struct fetch *f, const struct source_config *s, const char *list,
		      const struct pw_what *what, struct err *err)
{
	int r = s->type == SOURCE_PUBLIC_INBOX ? archive_fetch(f, list, what->msgid, err)
					       : patchwork_fetch(f, s, what, err);

	if (r < 0)
		source_batch_done(f->b);
	return r;
}

/* Asks all sources of a type for a Message-ID; the trouble of one that may have it outlives that
 * of one that has not. */
static int msgid_fetch(struct fetch *f, enum source_type type, const char *msgid,
		       const struct source_config **source, struct err *err)
{
	struct pw_what what = { .id = -1, .msgid = (char *)(uintptr_t)msgid };
	struct err other;
	int code = -ENOENT;

	for (size_t i = 0; i < f->c->n_sources; i++) {
		const struct source_config *s = &f->c->sources[i];
		int r = s->type == type ? source_try(f, s, s->url, &what, &other) : -ENOENT;

		if (r == 0)
			*source = s;
		if (r == 0 || r == -ECANCELED || r != -ENOENT)
			code = r;
		if (r < 0 && r != -ENOENT)
			*err = other;
		if (r == 0 || r == -ECANCELED)
			return r;
	}
	return code;
}

static int any_fetch(struct fetch *f, const char *msgid, const struct source_config **source,
		     struct err *err)
{
	struct err first = { 0 };
	int r = msgid_fetch(f, SOURCE_PUBLIC_INBOX, msgid, source, &first), second;

	if (r == 0 || r == -ECANCELED) {
		*err = first;
		return r;
	}
	second = msgid_fetch(f, SOURCE_PATCHWORK, msgid, source, err);
	if (second != -ENOENT)
		return second;
	if (r == -ENOENT)
		return err_set(err, ENOENT, "no source has '%s'", msgid);
	*err = first;
	return r;
}

/* "https://lore.kernel.org/LIST" of a URL below it: another list of a host that we know. */
static char *list_of(const char *url)
{
	const char *host = strstr(url, "://"), *path = host ? strchr(host + 3, '/') : NULL;
	size_t name = path ? strcspn(path + 1, "/?#") : 0;

	return name > 0 && path[1 + name] == '/' ? mem_strndup(url, (size_t)(path - url) + 1 + name)
						 : NULL;
}

static bool begins_with_url(const char *what, const char *url)
{
	size_t n = strlen(url);

	return strncmp(what, url, n) == 0 && what[n] == '/';
}

/* Of the sources on the URL's host the one that fits best: whose own URL it begins with. */
static const struct source_config *host_find(const struct config *c, const char *url,
					     enum source_type type)
{
	CLEANUP(free_ptr) char *host = net_host(url);
	const struct source_config *found = NULL;

	for (size_t i = 0; i < c->n_sources; i++) {
		const struct source_config *s = &c->sources[i];
		CLEANUP(free_ptr) char *theirs = s->url ? net_host(s->url) : NULL;

		if (s->type != type || !host || !theirs || strcmp(host, theirs) != 0)
			continue;
		if (!found || begins_with_url(url, s->url))
			found = s;
	}
	return found;
}

static int no_host(const struct config *c, const char *url, struct err *err)
{
	CLEANUP(strv_done) struct strv hosts = { 0 };
	CLEANUP(buf_done) struct buf all = { 0 };

	for (size_t i = 0; i < c->n_sources; i++) {
		char *host = c->sources[i].url ? net_host(c->sources[i].url) : NULL;

		if (host && !strv_has(&hosts, host)) {
			buf_printf(&all, "%s%s", all.len > 0 ? ", " : "", host);
			strv_add(&hosts, host);
		}
		free(host);
	}
	return err_set(err, EINVAL, "%.200s is on no host of lab.yaml's sources (%s)", url,
		       all.len > 0 ? all.data : "there are none");
}

static int url_fetch(struct fetch *f, const char *url, const struct source_config **source,
		     struct err *err)
{
	const struct source_config *inbox = host_find(f->c, url, SOURCE_PUBLIC_INBOX);
	const struct source_config *patchwork = host_find(f->c, url, SOURCE_PATCHWORK);
	CLEANUP(free_ptr) char *msgid = source_msgid(url);
	CLEANUP(free_ptr) char *list = list_of(url);
	struct pw_what what;
	int r = -ENOENT;

	if (!inbox && !patchwork)
		return no_host(f->c, url, err);
	pw_what_read(url, &what);
	if (patchwork && what.kind != PW_NOTHING) {
		*source = patchwork;
		r = source_try(f, patchwork, NULL, &what, err);
	} else if (inbox && msgid) {
		struct pw_what mail = { .id = -1, .msgid = msgid };

		*source = inbox;
		if (list)
			r = source_try(f, inbox, list, &mail, err);
		if (r == -ENOENT)
			r = source_try(f, inbox, inbox->url, &mail, err);
	} else {
		r = err_set(err, EINVAL, "%.200s names no mail, series, patch or cover", url);
	}
	free(what.msgid);
	return r;
}

int source_fetch(const struct config *c, const char *what, int cancel_fd, struct source_batch *ret,
		 const struct source_config **source, struct err *err)
{
	CLEANUP(source_batch_done) struct source_batch b = { 0 };
	CLEANUP(net_freep) struct net *net = NULL;
	struct fetch f = { .c = c, .b = &b };
	CLEANUP(free_ptr) char *msgid = source_msgid(what);
	CLEANUP(free_ptr) char *host = net_host(what);
	int r;

	if (!host && !msgid)
		return err_set(err, EINVAL, "'%.200s' is neither a Message-ID nor a URL", what);
	r = source_net(c, cancel_fd, &net, err);
	if (r < 0)
		return r;
	f.net = net;
	r = host ? url_fetch(&f, what, source, err) : any_fetch(&f, msgid, source, err);
	if (r < 0)
		return r;
	*ret = b;
	b = (struct source_batch){ 0 };
	return 0;
}
