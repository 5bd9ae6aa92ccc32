// SPDX-License-Identifier: GPL-2.0-or-later
#include "http/reply.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "http/field.h"
#include "http/kept.h"
#include "http/target.h"

void reply_freep(struct MHD_Response **r)
{
	if (*r)
		MHD_destroy_response(*r); /* what is being sent has another hold of it */
	*r = NULL;
}

void reply_dress(struct MHD_Response *r, const struct strv *headers)
{
	for (size_t i = 0; r && i + 1 < headers->n; i += 2) /* MHD refuses one with a line's end */
		(void)MHD_add_response_header(r, headers->v[i], headers->v[i + 1]);
}

enum MHD_Result reply_queue(struct MHD_Connection *c, int status, struct MHD_Response *r,
			    size_t len, struct http_sent *sent)
{
	if (!r)
		return MHD_NO; /* the connection ends */
	sent->status = status;
	sent->bytes = (int64_t)len;
	return MHD_queue_response(c, (unsigned int)status, r);
}

static bool has_header(const struct http_answer *a, const char *name)
{
	for (size_t i = 0; i + 1 < a->headers.n; i += 2)
		if (strcasecmp(a->headers.v[i], name) == 0)
			return true;
	return false;
}

static void put(struct http_answer *a, const char *name, const char *value)
{
	strv_add(&a->headers, name);
	strv_add(&a->headers, value);
}

static void name_error(struct http_answer *a)
{
	if (a->status == 0)
		a->status = MHD_HTTP_NOT_FOUND;
	if (a->status < 400 || a->body.len > 0 || a->fd > 0)
		return;
	buf_printf(&a->body, "%d %s\n", a->status,
		   MHD_get_reason_phrase_for((unsigned int)a->status));
	mem_set_copy(&a->type, "text/plain");
}

/* A weak one where there are two codings: a strong one would tell them apart (RFC 9110, 8.8.3.3).
 */
static char *quoted(const struct http_answer *a)
{
	return mem_printf("%s\"%s\"", a->may_pack ? "W/" : "", a->etag);
}

/*
 * Not "no-referrer": with that browsers post a form with "Origin: null" (Fetch, "append a request
 * Origin header"), and a site could not tell its own forms from another's.
 */
void reply_complete(struct http_answer *a)
{
	const char *const defaults[][2] = {
		{ "X-Content-Type-Options", "nosniff" },
		{ "Referrer-Policy", "same-origin" },
		{ "Cross-Origin-Resource-Policy", "same-origin" },
		{ "Cache-Control",
		  a->is_for_ever ? "public, max-age=31536000, immutable" : "no-cache" },
	};
	CLEANUP(free_ptr) char *etag = NULL;

	name_error(a);
	if (!a->type && (a->fd > 0 || a->body.len > 0))
		a->type = mem_strdup("application/octet-stream");
	a->may_pack &= a->fd <= 0;
	if (a->may_pack)
		put(a, "Vary", "Accept-Encoding");
	if (a->etag) {
		etag = quoted(a);
		put(a, "ETag", etag);
	}
	if (a->status == MHD_HTTP_METHOD_NOT_ALLOWED && !has_header(a, "Allow"))
		put(a, "Allow", "GET, HEAD, POST");
	for (size_t i = 0; i < sizeof(defaults) / sizeof(*defaults); i++)
		if (!has_header(a, defaults[i][0]))
			put(a, defaults[i][0], defaults[i][1]);
}

/* A range is asked for, of this very content. */
static const char *range_of(struct MHD_Connection *c, const struct http_answer *a)
{
	const char *only_if = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "If-Range");
	CLEANUP(free_ptr) char *etag = a->etag ? quoted(a) : NULL;

	if (a->status != MHD_HTTP_OK || (only_if && (!etag || strcmp(only_if, etag) != 0)))
		return NULL;
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Range");
}

/* The file or a part of it; its status is put into *a. */
static struct MHD_Response *file(struct MHD_Connection *c, struct http_answer *a, int64_t *len)
{
	const char *range = range_of(c, a);
	CLEANUP(free_ptr) char *of = NULL;
	enum range kind = RANGE_NONE;
	struct MHD_Response *r;
	int64_t from = 0;
	struct stat st;

	if (fstat(a->fd, &st) < 0 || !S_ISREG(st.st_mode))
		return NULL;
	*len = st.st_size;
	if (range)
		kind = range_parse(range, st.st_size, &from, len);
	put(a, "Accept-Ranges", "bytes");
	if (kind == RANGE_BAD) {
		*len = 0;
		of = mem_printf("bytes */%lld", (long long)st.st_size);
		put(a, "Content-Range", of);
		a->status = MHD_HTTP_RANGE_NOT_SATISFIABLE;
		return MHD_create_response_from_buffer(0, (char *)"", MHD_RESPMEM_PERSISTENT);
	}
	if (kind == RANGE_PART) {
		of = mem_printf("bytes %lld-%lld/%lld", (long long)from,
				(long long)(from + *len - 1), (long long)st.st_size);
		put(a, "Content-Range", of);
		a->status = MHD_HTTP_PARTIAL_CONTENT;
	}
	put(a, "Content-Type", a->type);
	r = MHD_create_response_from_fd_at_offset64((uint64_t)*len, a->fd, (uint64_t)from);
	if (r)
		a->fd = 0; /* MHD closes it */
	return r;
}

static enum MHD_Result send_file(struct MHD_Connection *c, struct http_answer *a,
				 struct http_sent *sent)
{
	const char *have = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "If-None-Match");
	CLEANUP(reply_freep) struct MHD_Response *r = NULL;
	int64_t len = 0;

	reply_complete(a);
	if (a->status == MHD_HTTP_OK && a->etag && field_has_etag(have, a->etag)) {
		a->status = MHD_HTTP_NOT_MODIFIED;
		r = MHD_create_response_from_buffer(0, (char *)"", MHD_RESPMEM_PERSISTENT);
	} else {
		r = file(c, a, &len);
	}
	reply_dress(r, &a->headers);
	return reply_queue(c, a->status, r, (size_t)len, sent);
}

static void answer_done(struct http_answer *a)
{
	free(a->type);
	buf_done(&a->body);
	if (a->fd > 0)
		(void)close(a->fd);
	free(a->etag);
	strv_done(&a->headers);
	*a = (struct http_answer){ 0 };
}

enum MHD_Result reply_send(struct MHD_Connection *c, struct http_answer *taken,
			   struct http_sent *sent)
{
	CLEANUP(answer_done) struct http_answer a = *taken;
	CLEANUP(http_kept_freep) struct http_kept *once = NULL;

	*taken = (struct http_answer){ 0 };
	if (a.kept)
		return kept_send(c, a.kept, sent);
	if (a.fd > 0)
		return send_file(c, &a, sent);
	once = http_keep(&a);
	return kept_send(c, once, sent);
}
