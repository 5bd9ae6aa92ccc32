// SPDX-License-Identifier: GPL-2.0-or-later
#include "http/reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "http/target.h"

static const char *field(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

static void response_done(struct MHD_Response **r)
{
	if (*r)
		MHD_destroy_response(*r);
}

/* MHD refuses a value with a line's end. */
static void set(struct MHD_Response *r, const char *name, const char *value)
{
	(void)MHD_add_response_header(r, name, value);
}

static enum MHD_Result send_it(struct MHD_Connection *c, int status, struct MHD_Response *r)
{
	if (!r)
		return MHD_NO; /* out of memory: the connection ends */
	set(r, "X-Content-Type-Options", "nosniff");
	return MHD_queue_response(c, (unsigned int)status, r);
}

static struct MHD_Response *text(const char *s)
{
	return MHD_create_response_from_buffer(strlen(s), (void *)s, MHD_RESPMEM_MUST_COPY);
}

enum MHD_Result reply_status(struct MHD_Connection *c, int status)
{
	const char *name = MHD_get_reason_phrase_for((unsigned int)status);
	CLEANUP(free_ptr) char *line = mem_printf("%d %s\n", status, name);
	CLEANUP(response_done) struct MHD_Response *r = text(line);

	if (r) {
		set(r, "Content-Type", "text/plain");
		if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
			set(r, "Allow", "GET, HEAD, POST");
	}
	return send_it(c, status, r);
}

/* The client has what `quoted` names. */
static bool has_already(struct MHD_Connection *c, const char *quoted)
{
	const char *have = field(c, "If-None-Match");

	return have && (strcmp(have, "*") == 0 || strstr(have, quoted));
}

/* A range is asked for, of this very content. */
static const char *range_of(struct MHD_Connection *c, const char *quoted)
{
	const char *only_if = field(c, "If-Range");

	return only_if && (!quoted || strcmp(only_if, quoted) != 0) ? NULL : field(c, "Range");
}

/* The file or a part of it; a->fd is taken over. *status is 200 before. */
static struct MHD_Response *file(struct MHD_Connection *c, struct http_answer *a,
				 const char *quoted, int *status)
{
	const char *range = *status == MHD_HTTP_OK ? range_of(c, quoted) : NULL;
	enum range kind = RANGE_NONE;
	struct MHD_Response *r;
	int64_t from = 0, len;
	struct stat st;
	char text_of[96];

	if (fstat(a->fd, &st) < 0 || !S_ISREG(st.st_mode))
		return NULL;
	len = st.st_size;
	if (range)
		kind = range_parse(range, st.st_size, &from, &len);
	if (kind == RANGE_BAD) {
		r = text("");
		*status = MHD_HTTP_RANGE_NOT_SATISFIABLE;
		snprintf(text_of, sizeof(text_of), "bytes */%lld", (long long)st.st_size);
	} else {
		r = MHD_create_response_from_fd_at_offset64((uint64_t)len, a->fd, (uint64_t)from);
		if (r)
			a->fd = 0; /* MHD closes it */
		snprintf(text_of, sizeof(text_of), "bytes %lld-%lld/%lld", (long long)from,
			 (long long)(from + len - 1), (long long)st.st_size);
	}
	if (kind == RANGE_PART)
		*status = MHD_HTTP_PARTIAL_CONTENT;
	if (r && kind != RANGE_NONE)
		set(r, "Content-Range", text_of);
	if (r)
		set(r, "Accept-Ranges", "bytes");
	return r;
}

static void answer_done(struct http_answer *a)
{
	free(a->type);
	buf_done(&a->body);
	if (a->fd > 0)
		(void)close(a->fd);
	free(a->etag);
	*a = (struct http_answer){ 0 };
}

static struct MHD_Response *bytes(struct http_answer *a)
{
	size_t len = a->body.len;
	struct MHD_Response *r;
	char *data;

	if (len == 0)
		return text("");
	data = buf_take(&a->body);
	r = MHD_create_response_from_buffer(len, data, MHD_RESPMEM_MUST_FREE);
	if (!r)
		free(data);
	return r;
}

enum MHD_Result reply_send(struct MHD_Connection *c, struct http_answer *given)
{
	CLEANUP(answer_done) struct http_answer a = *given;
	CLEANUP(free_ptr) char *quoted = a.etag ? mem_printf("\"%s\"", a.etag) : NULL;
	CLEANUP(response_done) struct MHD_Response *r = NULL;
	int status = a.status;

	*given = (struct http_answer){ 0 };
	if (status == 0 || (status >= 400 && a.body.len == 0 && a.fd <= 0))
		return reply_status(c, status ? status : MHD_HTTP_NOT_FOUND);
	if (status == MHD_HTTP_OK && quoted && has_already(c, quoted)) {
		status = MHD_HTTP_NOT_MODIFIED;
		r = text("");
	} else {
		r = a.fd > 0 ? file(c, &a, quoted, &status) : bytes(&a);
	}
	if (!r)
		return MHD_NO;
	if (status != MHD_HTTP_NOT_MODIFIED && status != MHD_HTTP_RANGE_NOT_SATISFIABLE)
		set(r, "Content-Type", a.type ? a.type : "application/octet-stream");
	if (quoted)
		set(r, "ETag", quoted);
	set(r, "Cache-Control", a.is_for_ever ? "public, max-age=31536000, immutable" : "no-cache");
	return send_it(c, status, r);
}
