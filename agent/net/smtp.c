// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/smtp.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "net/exchange.h"

enum {
	ANSWER_S = 180, /* to the end of the mail: a server may look at it for long */
	REPLY_MAX = 200,
};

/* One conversation, as the callbacks see it. */
struct talk {
	struct net *net;
	const struct net_mail *mail;
	struct buf data; /* the mail with CRLF */
	size_t at;	 /* of it, how much went to curl */
	bool whole;	 /* all of it: it may be taken from here on */
	int64_t until;	 /* clock_ms(), for what comes before */
	size_t n_asked;	 /* receivers that the server was told of, left-out ones not apart */
	bool mail_begun; /* MAIL FROM was said: answers are about the mail, no more about us */
	bool overdue;	 /* we broke off */
	char reply[REPLY_MAX]; /* of the server, the last that was no yes; printable */
	const char **to;
	size_t n_to;
};

static void slist_ptr(struct curl_slist **l)
{
	curl_slist_free_all(*l);
}

static void talk_done(struct talk *t)
{
	buf_done(&t->data);
	free(t->to);
}

static size_t give_data(char *to, size_t one, size_t room, void *arg)
{
	struct talk *t = arg;
	size_t n = t->data.len - t->at;

	n = n < one * room ? n : one * room;
	memcpy(to, t->data.data + t->at, n);
	t->at += n;
	t->whole = t->at == t->data.len;
	if (t->whole)
		/* breaking off now would leave it in doubt; libcurl 7.88 waits without us here */
		t->net->manners.cancel_fd = -1;
	return n;
}

static size_t take_reply(char *line, size_t one, size_t len, void *arg)
{
	struct talk *t = arg;
	size_t n = 0;

	if (one * len == 0 || (line[0] != '4' && line[0] != '5'))
		return one * len; /* of interest is what was refused: a farewell follows it */
	for (; n < one * len && n + 1 < sizeof(t->reply) && line[n] != '\r' && line[n] != '\n'; n++)
		t->reply[n] = line[n] >= ' ' && line[n] <= '~' ? line[n] : '?';
	t->reply[n] = '\0';
	return one * len;
}

static bool begins(const char *data, size_t len, const char *with)
{
	return len >= strlen(with) && strncasecmp(data, with, strlen(with)) == 0;
}

/* What we say: where the conversation stands. */
static int look_on(CURL *easy, curl_infotype type, char *data, size_t len, void *arg)
{
	struct talk *t = arg;

	(void)easy;
	if (type == CURLINFO_HEADER_OUT && begins(data, len, "MAIL FROM")) {
		t->mail_begun = true;
		t->n_asked = 0;
	} else if (type == CURLINFO_HEADER_OUT && begins(data, len, "RCPT TO")) {
		t->n_asked++;
	} else if (type == CURLINFO_HEADER_OUT && begins(data, len, "DATA")) {
		t->n_asked = 0;
	}
	return 0;
}

static int keep_time(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct talk *t = arg;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	t->overdue = !t->whole && clock_ms() > t->until;
	return t->overdue;
}

static void with_crlf(struct buf *b, const char *data, size_t len)
{
	for (size_t at = 0; at < len;) {
		const char *end = memchr(data + at, '\n', len - at);
		size_t n = end ? (size_t)(end - data) - at : len - at;

		buf_add(b, data + at, n > 0 && data[at + n - 1] == '\r' ? n - 1 : n);
		buf_str(b, "\r\n");
		at += n + 1;
	}
}

static bool on_loopback(const char *url)
{
	const char *host = strstr(url, "://");
	size_t n;

	if (!host)
		return false;
	host += 3;
	n = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");
	return (n == 9 && strncasecmp(host, "localhost", 9) == 0) ||
	       strncmp(host, "127.", 4) == 0 || (n == 5 && strncmp(host, "[::1]", 5) == 0);
}

static long tls_of(const struct net_mail *m)
{
	if (on_loopback(m->url))
		return CURLUSESSL_NONE;
	return m->user ? CURLUSESSL_ALL : CURLUSESSL_TRY;
}

static struct curl_slist *receivers_of(const struct talk *t)
{
	struct curl_slist *l = NULL;

	for (size_t i = 0; i < t->n_to; i++) {
		struct curl_slist *longer = curl_slist_append(l, t->to[i]);

		if (!longer)
			abort(); /* as mem_printf() would have done */
		l = longer;
	}
	return l;
}

static void set_up(struct talk *t, struct curl_slist *to, char *why)
{
	CURL *e = t->net->easy;
	const struct net_mail *m = t->mail;

	curl_easy_reset(e);
	curl_easy_setopt(e, CURLOPT_URL, m->url);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(e, CURLOPT_PROXY, ""); /* the usual variables name one for the web */
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_USE_SSL, tls_of(m));
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)t->net->manners.answer_ms);
	curl_easy_setopt(e, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)ANSWER_S);
	curl_easy_setopt(e, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(e, CURLOPT_XFERINFOFUNCTION, keep_time);
	curl_easy_setopt(e, CURLOPT_XFERINFODATA, t);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, why);
	if (m->user) {
		curl_easy_setopt(e, CURLOPT_USERNAME, m->user);
		curl_easy_setopt(e, CURLOPT_PASSWORD, m->secret);
	}
	curl_easy_setopt(e, CURLOPT_MAIL_FROM, m->from);
	curl_easy_setopt(e, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(e, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(e, CURLOPT_READFUNCTION, give_data);
	curl_easy_setopt(e, CURLOPT_READDATA, t);
	curl_easy_setopt(e, CURLOPT_INFILESIZE_LARGE, (curl_off_t)t->data.len);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, take_reply);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(e, CURLOPT_VERBOSE, 1L); /* for look_on() alone: nothing is printed */
	curl_easy_setopt(e, CURLOPT_DEBUGFUNCTION, look_on);
	curl_easy_setopt(e, CURLOPT_DEBUGDATA, t);
	/* A refused receiver must not leave a half-told mail to the next conversation. */
	curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L);
}

static void text_of(const struct net_mail *m, const struct talk *t, const char *why, char *text,
		    size_t size)
{
	snprintf(text, size, "%s", t->reply[0] ? t->reply : why);
	if (m->secret && strstr(text, m->secret))
		snprintf(text, size, "something that repeats the password");
}

/* What a conversation came to that ended with `status`, or without an answer. */
static enum net_mail_end end_of(const struct talk *t, CURLcode code, int status, const char *why,
				struct err *err)
{
	const struct net_mail *m = t->mail;
	char text[CURL_ERROR_SIZE];

	text_of(m, t, why, text, sizeof(text));
	if (code == CURLE_OK) {
		*err = (struct err){ 0 };
		return NET_MAIL_TAKEN;
	}
	if (t->overdue || (code == CURLE_OPERATION_TIMEDOUT && !t->whole))
		err_set(err, EAGAIN, "%s: not done within %.0f s", m->url,
			t->net->manners.answer_ms / 1000.0);
	else if (t->mail_begun && (status / 100 == 4 || status / 100 == 5))
		err_set(err, status / 100 == 4 ? EBUSY : EINVAL, "%s says: %s", m->url, text);
	else if (status / 100 == 4 || status / 100 == 5)
		err_set(err, EAGAIN, "%s does not talk to us: %s", m->url, text);
	else if (t->whole)
		err_set(err, EAGAIN,
			"%s had the mail and gave no answer (%s): it may have taken it", m->url,
			why);
	else
		err_set(err, EAGAIN, "%s: %s", m->url, why);
	if (t->overdue || status / 100 == 4 || (status / 100 == 5 && !t->mail_begun))
		return NET_MAIL_LATER;
	if (status / 100 == 5)
		return NET_MAIL_REFUSED;
	return t->whole ? NET_MAIL_UNKNOWN : NET_MAIL_LATER;
}

static enum net_mail_end talk_once(struct talk *t, struct err *err)
{
	CLEANUP(slist_ptr) struct curl_slist *to = receivers_of(t);
	struct net *n = t->net;
	const int cancel = n->manners.cancel_fd;
	char why[CURL_ERROR_SIZE] = "";
	int code = CURLE_FAILED_INIT, r;
	long status = 0;

	t->at = t->n_asked = 0;
	t->whole = t->mail_begun = t->overdue = false;
	t->reply[0] = '\0';
	t->until = clock_ms() + n->manners.answer_ms;
	set_up(t, to, why);
	if (curl_multi_add_handle(n->multi, n->easy)) {
		err_set(err, EIO, "%s: libcurl takes no mail", t->mail->url);
		return NET_MAIL_LATER;
	}
	r = exchange_transfer(n, &code);
	n->manners.cancel_fd = cancel;
	curl_easy_getinfo(n->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_multi_remove_handle(n->multi, n->easy);
	curl_easy_reset(n->easy);
	if (r < 0) {
		err_set(err, ECANCELED, "%s: cancelled", t->mail->url);
		return NET_MAIL_LATER;
	}
	if (!why[0])
		snprintf(why, sizeof(why), "%s", curl_easy_strerror((CURLcode)code));
	return end_of(t, (CURLcode)code, (int)status, why, err);
}

/* Leaves out the receiver that was refused. */
static void leave_out(struct talk *t, size_t i, struct strv *refused)
{
	strv_addf(refused, "%s: %s", t->to[i], t->reply);
	memmove(t->to + i, t->to + i + 1, (t->n_to - i - 1) * sizeof(*t->to));
	t->n_to--;
}

static bool is_address(const char *s)
{
	for (const char *p = s; *p; p++)
		if (*p <= ' ' || *p > '~' || *p == '<' || *p == '>')
			return false;
	return true;
}

static int check(const struct net_mail *m, struct err *err)
{
	bool good = is_address(m->from) && m->n_to > 0;

	for (size_t i = 0; i < m->n_to; i++)
		good = good && is_address(m->to[i]) && m->to[i][0];
	return good ? 0 : err_set(err, EINVAL, "a mail with an address that is none");
}

enum net_mail_end net_mail_send(struct net *n, const struct net_mail *m, struct strv *refused,
				struct err *err)
{
	CLEANUP(talk_done) struct talk t = { .net = n, .mail = m, .n_to = m->n_to };
	enum net_mail_end end;

	if (check(m, err) < 0)
		return NET_MAIL_REFUSED;
	with_crlf(&t.data, m->data, m->len);
	t.to = mem_zalloc(m->n_to * sizeof(*t.to));
	memcpy(t.to, m->to, m->n_to * sizeof(*t.to));
	for (;;) {
		end = talk_once(&t, err);
		if (end != NET_MAIL_REFUSED || t.n_asked == 0 || t.n_to < 2)
			return end;
		leave_out(&t, t.n_asked - 1, refused);
	}
}
