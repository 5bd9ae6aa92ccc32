// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/refuse.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "html/html.h"
#include "http/http.h"
#include "web/link.h"
#include "web/page.h"

/* Scripts, styles and pictures are files of this site, and forms go nowhere else. */
#define POLICY                                                                                     \
	"default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "                \
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

void headers_add(struct http_answer *a)
{
	/* same-origin: with no referrer at all a form's Origin would be "null" (Fetch, 3.2) */
	static const char *const headers[] = { "Content-Security-Policy",
					       POLICY,
					       "Referrer-Policy",
					       "same-origin",
					       "Cross-Origin-Opener-Policy",
					       "same-origin",
					       NULL };

	strv_all(&a->headers, headers);
}

static const char *title_of(int status)
{
	switch (status) {
	case 400:
		return "Not a request";
	case 401:
		return "Who are you?";
	case 403:
		return "Not from here";
	case 404:
		return "Not found";
	case 405:
		return "Not this way";
	case 429:
		return "Too often";
	case 503:
		return "Not now";
	default:
		return "Not done";
	}
}

static void page(int status, const char *sentence, struct buf *ret)
{
	CLEANUP(html_freep) struct html *h = html_new(HTML_PAGE);
	CLEANUP(free_ptr) char *title = mem_printf("%d %s", status, title_of(status));

	html_open(h, "html", "lang", "en", NULL);
	html_open(h, "head", NULL);
	html_leaf(h, "meta", NULL, "charset", "utf-8", NULL);
	html_leaf(h, "meta", NULL, "name", "viewport", "content",
		  "width=device-width, initial-scale=1", NULL);
	html_leaf(h, "title", title, NULL);
	html_leaf(h, "link", NULL, "rel", "stylesheet", "href", "/style.css", NULL);
	html_close(h);
	html_open(h, "body", NULL);
	page_navigation(NULL, h);
	html_open(h, "main", "id", "main", NULL);
	html_leaf(h, "h1", title, NULL);
	html_leaf(h, "p", sentence, NULL);
	html_take(h, ret);
}

static void object(const char *sentence, struct buf *ret)
{
	CLEANUP(free_ptr) char *clean = foreign_utf8(sentence);
	json_t *o = json_pack("{s:s}", "error", clean);
	CLEANUP(free_ptr) char *text = json_dumps(o, JSON_ENSURE_ASCII);

	json_decref(o);
	buf_printf(ret, "%s\n", text ? text : "{}");
}

void refuse(const struct http_request *req, int status, const char *sentence,
	    struct http_answer *ret)
{
	const char *suffix = link_suffix(req->path);
	const char *accepts = http_header(req, "Accept");
	bool is_json = (suffix && strcmp(suffix, ".json") == 0) ||
		       (accepts && strncmp(accepts, "application/json", 16) == 0);

	*ret = (struct http_answer){ .status = status };
	ret->type = mem_strdup(is_json ? "application/json" : "text/html; charset=utf-8");
	if (is_json)
		object(sentence, &ret->body);
	else
		page(status, sentence, &ret->body);
	headers_add(ret);
}
