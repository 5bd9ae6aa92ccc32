// SPDX-License-Identifier: GPL-2.0-or-later
/* What a Patchwork server answers, read with its types and sizes checked. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/mem.h"
#include "mail/address.h"
#include "stage/source/patchwork.h"

enum { MSGID_MAX = 4096, URL_MAX = 8192 };

void pw_done(struct pw *p)
{
	free(p->api);
	p->api = NULL;
}

int pw_open(struct pw *p, struct net *net, const char *url, struct err *err)
{
	CLEANUP(free_ptr) char *versioned = mem_printf("%s/api/1.3", url);
	CLEANUP(free_ptr) char *root = mem_printf("%s/", versioned);
	CLEANUP(json_done) json_t *j = NULL;
	int r;

	*p = (struct pw){ .net = net, .url = url };
	r = pw_ask(p, root, &j, NULL, err);
	if (r < 0 && r != -ENOENT)
		return r;
	p->api = r == 0 ? mem_strdup(versioned) : mem_printf("%s/api", url);
	return 0;
}

char *pw_link(const struct pw *p, const char *url)
{
	CLEANUP(free_ptr) char *ours = net_host(p->url);
	CLEANUP(free_ptr) char *theirs = net_host(url);
	size_t name;

	if (!ours || !theirs || strlen(url) > URL_MAX)
		return NULL;
	if (strcmp(ours, theirs) == 0)
		return mem_strdup(url);
	/* Behind a proxy that speaks https, many a server gives its own URLs as http. */
	name = strlen(ours) - strlen(":443");
	if (strncmp(p->url, "https://", 8) == 0 && strncmp(url, "http://", 7) == 0 &&
	    strlen(ours) > 4 && strcmp(ours + name, ":443") == 0 &&
	    strncmp(ours, theirs, name) == 0 && strcmp(theirs + name, ":80") == 0)
		return mem_printf("https://%s", url + 7);
	return NULL;
}

int pw_ask(struct pw *p, const char *url, json_t **ret, char **next, struct err *err)
{
	CLEANUP(net_answer_done) struct net_answer a = { 0 };
	struct net_request req = { .url = url, .want_type = "application/json" };
	int r = net_ask(p->net, &req, &a, err);

	if (r < 0)
		return r;
	*ret = json_read(buf_text(&a.body), a.body.len, err);
	if (!*ret)
		return err_prefix(err, "%s", url);
	if (next)
		*next = a.link_next && a.link_next[0] && strcmp(a.link_next, url) != 0
				? pw_link(p, a.link_next)
				: NULL;
	return 0;
}

bool pw_is_lasting(int r)
{
	return r == -ENOENT || r == -EACCES || r == -EINVAL || r == -EFBIG;
}

bool pw_date(const char *text, char date[PW_DATE_LEN])
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd";
	size_t len = 0, digits;

	for (; form[len]; len++)
		if (form[len] == 'd' ? text[len] < '0' || text[len] > '9' : text[len] != form[len])
			return false;
	if (text[len] == '.') {
		digits = strspn(text + len + 1, "0123456789");
		len += digits >= 1 && digits <= 9 ? 1 + digits : 0;
	}
	memcpy(date, text, len);
	date[len] = '\0';
	return true;
}

void pw_date_minus(char date[PW_DATE_LEN], int64_t seconds)
{
	CLEANUP(free_ptr) char *fraction = mem_strdup(date + strcspn(date, "."));
	struct tm tm = { 0 };
	time_t t;

	if (!strptime(date, "%Y-%m-%dT%H:%M:%S", &tm))
		return;
	t = timegm(&tm) - seconds;
	if (!gmtime_r(&t, &tm) || tm.tm_year < 0 || tm.tm_year > 9999 - 1900)
		return;
	strftime(date, PW_DATE_LEN, "%Y-%m-%dT%H:%M:%S", &tm);
	strncat(date, fraction, PW_DATE_LEN - strlen(date) - 1);
}

void pw_mail_done(struct pw_mail *m)
{
	free(m->msgid);
	free(m->page);
	free(m->mbox);
	*m = (struct pw_mail){ .id = -1 };
}

void pw_series_done(struct pw_series *s)
{
	free(s->page);
	free(s->mbox);
	pw_mail_done(&s->cover);
	for (size_t i = 0; i < s->n; i++)
		pw_mail_done(&s->patches[i]);
	free(s->patches);
	*s = (struct pw_series){ .cover.id = -1 };
}

/* A URL of the object, if it is the server's; "" otherwise. */
static char *link_of(const struct pw *p, const json_t *j, const char *key)
{
	char *link = pw_link(p, json_text(j, key));

	return link ? link : mem_strdup("");
}

int pw_mail_read(const struct pw *p, const json_t *j, struct pw_mail *ret, struct err *err)
{
	struct pw_mail m = { .id = json_number(j, "id") };

	if (m.id < 0 || strlen(json_text(j, "msgid")) > MSGID_MAX)
		return err_set(err, EINVAL, "what Patchwork gives is no patch or cover");
	m.msgid = msgid_read(json_text(j, "msgid"));
	m.page = link_of(p, j, "web_url");
	m.mbox = link_of(p, j, "mbox");
	*ret = m;
	return 0;
}

static int patches_read(const struct pw *p, const json_t *list, struct pw_series *s,
			struct err *err)
{
	struct hash h;
	size_t n = json_array_size(list);

	if (!json_is_array(list) || n > PW_PATCHES_MAX)
		return err_set(err, EINVAL, "series %lld has no patches, or too many",
			       (long long)s->id);
	hash_start(&h);
	for (size_t i = 0; i < n; i++) {
		s->patches = mem_grow(s->patches, s->n, &s->cap, sizeof(*s->patches));
		if (pw_mail_read(p, json_array_get(list, i), &s->patches[s->n], err) < 0)
			return -err->code;
		hash_field(&h, s->patches[s->n++].msgid);
	}
	hash_hex(&h, s->digest);
	return 0;
}

int pw_series_read(const struct pw *p, const json_t *j, struct pw_series *ret, struct err *err)
{
	CLEANUP(pw_series_done) struct pw_series s = { .id = json_number(j, "id"), .cover.id = -1 };
	const json_t *cover = json_object_get(j, "cover_letter");

	if (s.id < 0)
		return err_set(err, EINVAL, "what Patchwork gives is no series");
	s.page = link_of(p, j, "web_url");
	s.mbox = link_of(p, j, "mbox");
	if (!s.page[0]) {
		mem_set(&s.page, mem_printf("%s/series/%lld/", p->url, (long long)s.id));
	}
	if (!s.mbox[0]) {
		mem_set(&s.mbox, mem_printf("%s/series/%lld/mbox/", p->url, (long long)s.id));
	}
	if (json_is_object(cover) && pw_mail_read(p, cover, &s.cover, err) < 0)
		return -err->code;
	if (patches_read(p, json_object_get(j, "patches"), &s, err) < 0)
		return -err->code;
	*ret = s;
	s = (struct pw_series){ .cover.id = -1 };
	return 0;
}

/* The page of the patch that the mail is, else of the series. */
static char *series_origin(void *arg, const char *raw, size_t len)
{
	const struct pw_series *s = arg;
	CLEANUP(free_ptr) char *msgid = raw_msgid(raw, len);

	for (size_t i = 0; i < s->n && msgid[0]; i++)
		if (s->patches[i].page[0] && strcmp(s->patches[i].msgid, msgid) == 0)
			return mem_strdup(s->patches[i].page);
	return mem_strdup(s->page);
}

static char *mail_origin(void *arg, const char *raw, size_t len)
{
	const struct pw_mail *m = arg;

	(void)raw;
	(void)len;
	return mem_strdup(m->page[0] ? m->page : m->mbox);
}

/* An mbox, which comes as text: a page of HTML is something else that stands between. */
static int mbox_ask(struct pw *p, const char *url, struct net_answer *a, struct err *err)
{
	struct net_request req = { .url = url };
	int r = net_ask(p->net, &req, a, err);

	if (r == 0 && a->type && strcmp(a->type, "text/html") == 0)
		return err_set(err, EAGAIN, "%s: answers HTML, and no mails", url);
	return r;
}

int pw_series_mails(struct pw *p, const struct pw_series *s, struct source_batch *ret,
		    struct err *err)
{
	CLEANUP(net_answer_done) struct net_answer a = { 0 };
	int r = s->n > 0 ? mbox_ask(p, s->mbox, &a, err) : 0;

	if (r < 0 || s->n == 0)
		return r;
	return mbox_mails(buf_text(&a.body), a.body.len, series_origin, (void *)(uintptr_t)s, ret,
			  err);
}

int pw_mail_mails(struct pw *p, const struct pw_mail *m, struct source_batch *ret, struct err *err)
{
	CLEANUP(net_answer_done) struct net_answer a = { 0 };
	int r;

	if (!m->mbox[0])
		return err_set(err, EINVAL, "the mbox of '%s' is on another host", m->msgid);
	r = mbox_ask(p, m->mbox, &a, err);
	if (r < 0)
		return r;
	return mbox_mails(buf_text(&a.body), a.body.len, mail_origin, (void *)(uintptr_t)m, ret,
			  err);
}
