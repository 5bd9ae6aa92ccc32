// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/exchange.h"

#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"

enum {
	HEADER_MAX = 256 << 10, /* of one answer, redirects and "100 Continue" not apart */
	ERROR_BODY_KEPT = 4096, /* of an answer that is none of 2xx: enough to say why */
	ERROR_BODY_MAX = 64 << 10,
	POLL_MS = 1000,
};

/* What the callbacks fill. */
struct taking {
	CURL *easy;
	struct exchange *x;
	size_t limit; /* of the body */
	size_t header_bytes;
	size_t body_bytes;
	bool too_long; /* we broke off: more than the limits */
	bool enough;   /* likewise: the rest of an error's body is of no use */
};

static void slist_ptr(struct curl_slist **l)
{
	curl_slist_free_all(*l);
}

static int status_of(CURL *easy)
{
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	return (int)status;
}

static size_t take_header(char *line, size_t one, size_t len, void *arg)
{
	struct taking *t = arg;

	t->header_bytes += one * len;
	if (t->header_bytes > HEADER_MAX) {
		t->too_long = true;
		return 0;
	}
	header_line(&t->x->header, line, one * len);
	return one * len;
}

static size_t take_body(char *data, size_t one, size_t len, void *arg)
{
	struct taking *t = arg;
	size_t n = one * len;

	t->body_bytes += n;
	if (status_of(t->easy) / 100 == 2) {
		if (t->body_bytes > t->limit) {
			t->too_long = true;
			return 0;
		}
		buf_add(&t->x->body, data, n);
		return n;
	}
	if (t->body_bytes > ERROR_BODY_MAX) {
		t->enough = true;
		return 0;
	}
	if (t->x->body.len + n > ERROR_BODY_KEPT)
		buf_add(&t->x->body, data, ERROR_BODY_KEPT - t->x->body.len);
	else
		buf_add(&t->x->body, data, n);
	return n;
}

static void add_header(struct curl_slist **l, const char *name, const char *value)
{
	CLEANUP(free_ptr) char *line = mem_printf("%s: %s", name, value);
	struct curl_slist *longer = curl_slist_append(*l, line);

	if (!longer)
		abort(); /* as mem_printf() would have done */
	*l = longer;
}

static struct curl_slist *headers_of(const struct net_request *req, bool with_token)
{
	struct curl_slist *l = NULL;

	add_header(&l, "Accept", req->want_type ? req->want_type : "*/*");
	if (with_token) {
		CLEANUP(free_ptr)
		char *value = mem_printf("%s %s", req->bearer ? "Bearer" : "Token", req->token);

		add_header(&l, "Authorization", value);
	}
	if (req->post) {
		add_header(&l, "Content-Type",
			   req->post_type ? req->post_type : "application/octet-stream");
	}
	if (req->post || req->put)
		add_header(&l, "Expect", ""); /* none: curl would send twice after a 417 */
	if (req->etag)
		add_header(&l, "If-None-Match", req->etag);
	if (req->last_modified)
		add_header(&l, "If-Modified-Since", req->last_modified);
	return l;
}

/* The file goes out as it is; its length is what it has now. */
static void set_file(CURL *e, FILE *file)
{
	struct stat st = { 0 };

	(void)fstat(fileno(file), &st);
	curl_easy_setopt(e, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(e, CURLOPT_READDATA, file);
	curl_easy_setopt(e, CURLOPT_INFILESIZE_LARGE, (curl_off_t)st.st_size);
}

static void set_up(struct net *n, const struct net_request *req, const struct url *url,
		   struct curl_slist *headers, struct taking *t, char *why)
{
	CURL *e = n->easy;

	curl_easy_reset(e); /* options only: connections are the multi handle's */
	curl_easy_setopt(e, CURLOPT_URL, url->text);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)n->manners.answer_ms);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)n->manners.answer_ms);
	curl_easy_setopt(e, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)n->manners.answer_bytes);
	curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(e, CURLOPT_USERAGENT, "dmalab/" DMALAB_VERSION);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, why);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
	if (req->post) {
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(req->post));
		curl_easy_setopt(e, CURLOPT_POSTFIELDS, req->post);
		/* On a kept connection that ends without an answer curl sends again by itself. */
		curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L);
	}
}

static bool canceled(const struct net *n, int wait_ms)
{
	struct pollfd p = { .fd = n->manners.cancel_fd, .events = POLLIN };
	int64_t until = clock_ms() + wait_ms;

	for (;;) {
		int64_t left = until - clock_ms();
		int r = poll(&p, 1, left > 0 ? (int)left : 0);

		if (r > 0)
			return true;
		if (r == 0 || errno != EINTR)
			return false;
	}
}

int exchange_pause(const struct net *n, int ms, const struct url *url, struct err *err)
{
	if (canceled(n, ms))
		return err_set(err, ECANCELED, "%s: cancelled", url->name);
	return 0;
}

int exchange_transfer(struct net *n, int *ret)
{
	struct curl_waitfd fd = { .fd = n->manners.cancel_fd, .events = CURL_WAIT_POLLIN };
	int running = 1, left;
	CURLMsg *msg;

	for (;;) {
		if (canceled(n, 0))
			return -ECANCELED;
		if (curl_multi_perform(n->multi, &running)) {
			*ret = CURLE_FAILED_INIT;
			return 0;
		}
		if (!running)
			break;
		if (curl_multi_poll(n->multi, &fd, n->manners.cancel_fd >= 0, POLL_MS, NULL)) {
			*ret = CURLE_FAILED_INIT;
			return 0;
		}
	}
	*ret = CURLE_FAILED_INIT;
	while ((msg = curl_multi_info_read(n->multi, &left)))
		if (msg->msg == CURLMSG_DONE)
			*ret = msg->data.result;
	return 0;
}

static void say_why(struct exchange *x, const char *why)
{
	size_t n = 0;

	for (; *why && n + 1 < sizeof(x->why); why++)
		x->why[n++] = *why >= ' ' && *why <= '~' ? *why : '?';
	x->why[n] = '\0';
}

static enum net_fault fault_of(const struct net_request *req, const struct taking *t, CURLcode code)
{
	const struct exchange *x = t->x;

	if (t->too_long || code == CURLE_FILESIZE_EXCEEDED)
		return NET_TOO_LONG;
	if (code && !t->enough)
		return NET_NO_ANSWER;
	if (x->status / 100 != 2 && x->status != 304)
		return NET_STATUS;
	if (req->want_type && x->status != 304 && x->status != 204 &&
	    (!x->header.type || strcmp(x->header.type, req->want_type) != 0))
		return NET_WRONG_TYPE;
	return NET_NONE;
}

void exchange_done(struct exchange *x)
{
	header_done(&x->header);
	buf_done(&x->body);
	*x = (struct exchange){ 0 };
}

int exchange_run(struct net *n, const struct net_request *req, const struct url *url,
		 struct exchange *ret, struct err *err)
{
	bool with_token = req->token && req->host && strcmp(req->host, url->host) == 0;
	CLEANUP(slist_ptr) struct curl_slist *headers = headers_of(req, with_token);
	CLEANUP(exchange_done) struct exchange x = { .token_sent = with_token };
	struct taking t = { .easy = n->easy, .x = &x, .limit = n->manners.answer_bytes };
	char why[CURL_ERROR_SIZE] = "";
	int code = CURLE_FAILED_INIT;
	long sent = 0;
	CLEANUP(close_file) FILE *file = req->put ? fopen(req->put, "re") : NULL;
	int r;

	if (req->put && !file)
		return err_errno(err, errno, "cannot read '%s'", req->put);
	set_up(n, req, url, headers, &t, why);
	if (file)
		set_file(n->easy, file);
	if (curl_multi_add_handle(n->multi, n->easy))
		return err_set(err, EIO, "%s: libcurl takes no request", url->name);
	r = exchange_transfer(n, &code);
	if (r < 0) /* a name that is being looked up is not waited for */
		curl_easy_setopt(n->easy, CURLOPT_QUICK_EXIT, 1L);
	x.status = status_of(n->easy);
	curl_easy_getinfo(n->easy, CURLINFO_REQUEST_SIZE, &sent);
	x.unsent = sent == 0;
	curl_multi_remove_handle(n->multi, n->easy);
	curl_easy_setopt(n->easy, CURLOPT_HTTPHEADER, NULL);
	curl_easy_setopt(n->easy, CURLOPT_ERRORBUFFER, NULL);
	if (r < 0)
		return err_set(err, ECANCELED, "%s: cancelled", url->name);

	x.fault = fault_of(req, &t, (CURLcode)code);
	x.timed_out = code == CURLE_OPERATION_TIMEDOUT;
	if (x.fault == NET_NO_ANSWER)
		say_why(&x, *why ? why : curl_easy_strerror((CURLcode)code));
	*ret = x;
	x = (struct exchange){ 0 };
	return 0;
}
